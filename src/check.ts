import type { Recorded } from '../domain/announcement.ts';
import type { Commitment } from '../domain/commitment.ts';
import { decide, parseEvent } from '../domain/decide.ts';
import { canonicalJson, jsonProblems } from '../domain/json.ts';
import type { Problem } from '../domain/rejection.ts';
import { aheadOfClock } from './clock.ts';
import { whyOf } from './faults.ts';
import type { Log, RecordedEvent } from './store/log.ts';

export type CheckResult = { readonly events: number; readonly commitments: number; readonly findings: readonly string[] };

/**
 * Walks the whole log: the backend's own files, then every event as if it came in now. Each finding names its event; by a clock,
 * also the first event that lies ahead of it.
 */
export async function check(
  log: Log,
  onProgress?: (done: number, of: number) => void,
  clock?: () => number,
): Promise<CheckResult> {
  const findings = await log.verify();
  const size = await log.size();
  const commitments = new Map<string, Commitment>();
  let sequence = 0;
  let time = 0;
  while (sequence < size) {
    const page = await log.read(sequence, Math.min(1000, size - sequence), { verify: false });
    if (page.length === 0) break;
    for (const event of page) {
      const at = `event ${event.sequence} (${event.type} ${event.id} of ${event.stream})`;
      if (event.sequence !== sequence + 1) findings.push(`${at}: expected the sequence ${sequence + 1}`);
      if (event.time < time) findings.push(`${at}: its time goes back`);
      sequence = event.sequence;
      time = Math.max(time, event.time);
      findings.push(...findingsOf(commitments, event).map((finding) => `${at}: ${finding}`));
    }
    onProgress?.(sequence, size);
  }
  const ahead = clock && (await aheadOfClock(log, clock()));
  if (ahead !== undefined) findings.push(ahead);
  return { events: size, commitments: commitments.size, findings };
}

/** As `checkEvent`: rules that were never meant for what stands there may fail in any way. */
function findingsOf(commitments: Map<string, Commitment>, event: RecordedEvent): string[] {
  try {
    return checkEvent(commitments, event);
  } catch (error) {
    return [`it cannot be judged: ${whyOf(error)}`];
  }
}

function checkEvent(commitments: Map<string, Commitment>, event: RecordedEvent): string[] {
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch (error) {
    return [`its data is no JSON: ${String(error)}`];
  }
  const unsound = jsonProblems(data);
  if (unsound.length > 0) return unsound.map(inWords);
  if (canonicalJson(data) !== event.data) return ['its data is not canonical JSON'];
  const parsed = parseEvent(event.type, data);
  if ('reason' in parsed) return parsed.problems.map(inWords);
  const commitment = commitments.get(event.stream);
  const recorded = { ...event, data } as Recorded;
  const revision = (commitment?.revision ?? -1) + 1;
  if (event.revision !== revision) return [`expected the stream revision ${revision}, found ${event.revision}`];
  const decided = decide(commitment, recorded);
  if ('reason' in decided) return decided.problems.map(inWords);
  commitments.set(event.stream, decided);
  return [];
}

function inWords({ pointer, detail }: Problem): string {
  return pointer ? `${pointer}: ${detail}` : detail;
}
