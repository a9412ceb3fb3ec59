import { once } from 'node:events';
import { parseRecorded } from './ledger.ts';
import { printEvent } from './print.ts';
import type { Reader } from './queries.ts';
import { exportLine, type RecordedEvent } from './store/log.ts';

export type WatchOptions = {
  /** The sequence after which to begin; without it, after the newest event. */
  readonly after?: number | undefined;
  /** Interchange lines instead of lines for people. */
  readonly json?: boolean | undefined;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
};

/** Writes each event of a ledger as it is recorded, one line each, until the signal aborts. */
export async function watch({ log, readModel }: Reader, { after, json, output, signal }: WatchOptions): Promise<void> {
  const size = await log.size();
  if (after !== undefined && after > size) {
    throw new Error(`expected --after to be at most ${size}, the newest event, found ${after}`);
  }

  async function lineOf(event: RecordedEvent): Promise<string> {
    if (json) return `${exportLine(log.ledger, event)}\n`;
    const commitment = await readModel.commitment(event.stream, Math.max(event.sequence, readModel.checkpoint()));
    return printEvent(parseRecorded(event), commitment?.opened.data.title ?? event.stream);
  }

  async function onEvents(events: RecordedEvent[]): Promise<void> {
    if (!json) await readModel.catchUp(events.at(-1)?.sequence ?? 0);
    for (const event of events) {
      if (signal.aborted) return;
      // Interrupting must also work while whoever reads the output takes nothing.
      if (!output.write(await lineOf(event))) await once(output, 'drain', { signal }).catch(() => undefined);
    }
  }

  await log.subscribe(after ?? size, onEvents, signal);
}
