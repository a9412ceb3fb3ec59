import type { Recorded } from '../../domain/announcement.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { decide, parseEvent } from '../../domain/decide.ts';
import { type Judgements, noJudgements } from '../../domain/judge.ts';
import { canonicalJson, jsonProblems } from '../../domain/json.ts';
import type { Problem } from '../../domain/rejection.ts';
import { aheadOfClock } from './clock.ts';
import { Audit } from './audit.ts';
import { whyOf } from '../store/faults.ts';
import { MerkleTree, rootText } from '../proof/tree.ts';
import type { Reader } from './queries.ts';
import { leafHash, type Log, type RecordedEvent } from '../store/log.ts';

export type CheckResult = {
  readonly events: number;
  readonly commitments: number;
  readonly findings: readonly string[];
  /** The root of the Merkle tree over all lines, in base64. */
  readonly root: string;
};

/** A root saved earlier, 32 bytes, and its number of events; by default all. */
export type KeptRoot = { readonly root: Uint8Array; readonly size?: number | undefined };

/**
 * Walks the whole log: the store's own files, then every event as if it came in now. Each finding names its event. With a
 * clock, it also reports the first event that lies ahead of it; with a saved root, whether the log still has it.
 */
export async function check(
  log: Log,
  onProgress?: (done: number, of: number) => void,
  clock?: () => number,
  kept?: KeptRoot,
): Promise<CheckResult> {
  const findings = await log.verify();
  const size = await log.size();
  const commitments = new Map<string, Commitment>();
  const before = { commitments, judgements: noJudgements() };
  const tree = new MerkleTree();
  let rootThen: string | undefined;
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
      findings.push(...findingsOf(before, event).map((finding) => `${at}: ${finding}`));
      tree.add(leafHash(log.ledger, event));
      if (tree.size === kept?.size) rootThen = rootText(tree.root());
    }
    onProgress?.(sequence, size);
  }
  const ahead = clock && (await aheadOfClock(log, clock()));
  if (ahead !== undefined) findings.push(ahead);
  const root = rootText(tree.root());
  if (kept) findings.push(...otherRoot(kept, size, rootThen ?? (kept.size === 0 ? rootText(new MerkleTree().root()) : root)));
  return { events: size, commitments: commitments.size, findings, root };
}

function otherRoot(kept: KeptRoot, events: number, found: string): string[] {
  const { root, size = events } = kept;
  const expected = rootText(root);
  if (size > events) return [`expected at least ${size} events, found ${events}: the newest are gone`];
  if (expected === found) return [];
  const all = kept.size === undefined ? ' (give --size if the root was kept when there were fewer)' : '';
  return [`expected the root ${expected} of the first ${size} events, found ${found}: one of them is not what it was${all}`];
}

/** What is wrong with the read model, compared with the whole log. */
export async function checkReadModel(reader: Reader, onProgress?: (done: number) => void): Promise<string[]> {
  const { log, readModel } = reader;
  await readModel.catchUp(await log.size());
  const audit = new Audit(reader);
  while (!(await audit.goOn(Infinity, onProgress)));
  return [...(await audit.findings()).map(({ detail }) => detail), ...(await readModel.flaws())];
}

/** The commitments after the events before, and how they were judged. */
type Before = { readonly commitments: Map<string, Commitment>; readonly judgements: Judgements };

/** Like `checkEvent`, but catches failures: the rules were not made for every event that a file may hold. */
function findingsOf(before: Before, event: RecordedEvent): string[] {
  try {
    return checkEvent(before, event);
  } catch (error) {
    return [`it cannot be judged: ${whyOf(error)}`];
  }
}

function checkEvent({ commitments, judgements }: Before, event: RecordedEvent): string[] {
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch (error) {
    return [`its data is no JSON: ${String(error)}`];
  }
  const unsound = jsonProblems(data);
  if (unsound.length > 0) return unsound.map(problemInWords);
  if (canonicalJson(data) !== event.data) return ['its data is not canonical JSON'];
  const parsed = parseEvent(event.type, data);
  if ('reason' in parsed) return parsed.problems.map(problemInWords);
  const commitment = commitments.get(event.stream);
  const recorded = { ...event, data } as Recorded;
  const revision = (commitment?.revision ?? -1) + 1;
  if (event.revision !== revision) return [`expected the stream revision ${revision}, found ${event.revision}`];
  const decided = decide(commitment, recorded, { isRestored: true, judgements });
  if ('reason' in decided) return decided.problems.map(problemInWords);
  commitments.set(event.stream, decided);
  return [];
}

function problemInWords({ pointer, detail }: Problem): string {
  return pointer ? `${pointer}: ${detail}` : detail;
}
