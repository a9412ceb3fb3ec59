import type { Recorded } from '../domain/announcement.ts';
import { apply } from '../domain/commitment.ts';
import { decide } from '../domain/decide.ts';
import { reject, type Rejection } from '../domain/rejection.ts';
import { type Line, linesOf, parsedLine } from './interchange.ts';
import { KeptCommitments } from './kept.ts';
import { foldStream, type Ledger, record } from './ledger.ts';
import { parsedLines } from './parsing.ts';
import { exportLine, type Log, type RecordedEvent, tooLong } from './store/log.ts';

/** Events in and out of a ledger as lines. */
export type Bytes = AsyncIterable<Uint8Array>;
export type RefusedLine = { readonly number: number; readonly rejection: Rejection };

const pageSize = 1000;

/** The log as lines, in pages, each with its line feed: those after a sequence, at most `limit`, all that were there at the beginning. */
export async function* exportLines(log: Log, after = 0, limit = Infinity): AsyncGenerator<string> {
  const end = Math.min(await log.size(), after + limit);
  for (let done = after; done < end;) {
    const page = await log.read(done, Math.min(pageSize, end - done));
    yield page.map((event) => `${exportLine(log.ledger, event)}\n`).join('');
    done += page.length;
  }
}

/**
 * Sends each line through the rules, with a new recording time and this recorder. A line already recorded is skipped; a refused
 * one is handed to `onRefused` and the rest goes on.
 */
export async function importLines(
  ledger: Ledger,
  bytes: Bytes,
  hooks: { onRefused: (refused: RefusedLine) => void; onProgress?: ((lines: number) => void) | undefined },
): Promise<{ recorded: number; skipped: number; refused: number }> {
  const result = { recorded: 0, skipped: 0, refused: 0 };
  for await (const numbered of linesOf(bytes)) {
    const { number, line } = parsedLine(numbered);
    const outcome = 'reason' in line ? line : await importLine(ledger, line);
    if ('reason' in outcome) {
      result.refused++;
      hooks.onRefused({ number, rejection: outcome });
    } else if (outcome.again) result.skipped++;
    else result.recorded++;
    hooks.onProgress?.(number);
  }
  return result;
}

/**
 * Rebuilds a ledger from lines: into an empty one, or one that holds exactly the file's first lines. Ids, order, times and
 * recorders stay; the rules are applied as of each line's time. Stops at the first line that breaks one: what stood before it
 * is recorded.
 */
export async function restoreLines(
  log: Log,
  bytes: Bytes,
  options: { clock: () => number; onProgress?: ((lines: number) => void) | undefined },
): Promise<{ restored: number; present: number } | RefusedLine> {
  const present = await log.size();
  const kept = new KeptCommitments();
  let batch: { number: number; event: RecordedEvent }[] = [];
  let size = 0;
  let lastTime = 0;
  /** Writes the batch; of one that the log refuses what stands before the line whose id is recorded already. */
  const flush = async (): Promise<RefusedLine | undefined> => {
    const lines = batch;
    batch = [];
    const extend = (those: typeof lines) => log.extend(those.map(({ event }) => event));
    try {
      await extend(lines);
      return undefined;
    } catch (error) {
      for (const [index, { number, event }] of lines.entries()) {
        if (!(await log.find(event.id))) continue;
        await extend(lines.slice(0, index));
        return { number, rejection: idTaken(event.id) };
      }
      throw error;
    }
  };
  const pending = new Set<string>();
  for await (const lines of parsedLines(bytes))
    for (const { number, line } of lines) {
      const refused = async (rejection: Rejection): Promise<RefusedLine> => {
        return (await flush()) ?? { number, rejection };
      };
      if ('reason' in line) return refused(line);
      const misfit = misplacedLine(line, { ledger: log.ledger, size, lastTime, now: options.clock() });
      if (misfit) return refused(misfit);
      const commitment = kept.get(line.commitment) ?? foldStream(await log.readStream(line.commitment, size));
      const revision = (commitment?.revision ?? -1) + 1;
      const event = recordedLine(line, size + 1, revision);
      if (line.revision !== undefined && line.revision !== revision) {
        return refused(reject('invalid', '/streamrevision', `expected ${revision}, found ${line.revision}`));
      }
      const draft = { ...event, data: line.event.data } as Recorded;
      if (size < present) {
        const [stored] = await log.read(size, 1);
        const [expected, found] = [stored && exportLine(log.ledger, stored), exportLine(log.ledger, event)];
        if (expected !== found)
          return refused(reject('id-taken', '', `expected the ledger's own line ${size + 1}, found another event`));
        kept.keep(apply(commitment, draft));
      } else {
        if (pending.has(line.id)) return refused(idTaken(line.id));
        const length = tooLong(log.ledger, event);
        if (length !== undefined)
          return refused(reject('too-large', '', `expected a line of at most 256 KiB, found ${length} bytes`));
        const decided = decide(commitment, draft);
        if ('reason' in decided) return refused(decided);
        kept.keep(decided);
        batch.push({ number, event });
        pending.add(line.id);
      }
      size++;
      lastTime = event.time;
      if (batch.length === 500) {
        const wrong = await flush();
        if (wrong) return wrong;
        pending.clear();
        options.onProgress?.(number);
      }
    }
  const wrong = await flush();
  if (wrong) return wrong;
  if (size < present) {
    const detail = `expected a file that begins with the ledger's ${present} events, found one of ${size}`;
    return { number: size + 1, rejection: reject('invalid', '', detail) };
  }
  return { restored: size - present, present };
}

function idTaken(id: string): Rejection {
  return reject('id-taken', '/id', `expected an id not recorded yet, found ${id} again`);
}

function recordedLine(line: Line, sequence: number, revision: number): RecordedEvent {
  return {
    id: line.id,
    type: line.event.type,
    data: line.data,
    time: line.time,
    recordedBy: line.recordedBy ?? '',
    stream: line.commitment,
    sequence,
    revision,
  };
}

/** What a restored line must be at its place: of this ledger, in sequence, at a time that neither goes back nor lies ahead. */
function misplacedLine(line: Line, at: { ledger: string; size: number; lastTime: number; now: number }): Rejection | undefined {
  const day = (time: number): string => new Date(time).toISOString();
  if (line.source !== at.ledger) return reject('invalid', '/source', `expected "${at.ledger}", found "${line.source}"`);
  if (line.recordedBy === undefined) return reject('invalid', '/recordedby', 'expected who recorded it, found nothing');
  if (line.sequence !== undefined && line.sequence !== at.size + 1) {
    return reject('invalid', '/sequence', `expected ${at.size + 1}, found ${line.sequence}`);
  }
  if (line.time < at.lastTime) {
    return reject('invalid', '/time', `expected a time not before ${day(at.lastTime)}, found ${day(line.time)}`);
  }
  if (line.time > at.now)
    return reject('invalid', '/time', `expected a time not after now, ${day(at.now)}, found ${day(line.time)}`);
  return undefined;
}

async function importLine(ledger: Ledger, { id, commitment, event }: Line): Promise<Awaited<ReturnType<typeof record>>> {
  const outcome = await record(ledger, { commitment, events: [{ id, ...event }] });
  if (!('reason' in outcome)) return outcome;
  const problems = outcome.problems.map(({ pointer, detail }) => ({
    pointer: ['', '/id', '/type'].includes(pointer) ? pointer : `/data${pointer}`,
    detail,
  }));
  return { ...outcome, problems };
}
