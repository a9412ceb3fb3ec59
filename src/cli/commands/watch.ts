import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Recorded } from '../../../domain/announcement.ts';
import { answerOf, liveFeed, Refused } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { viewList } from '../../http/views/views.ts';
import { parseLine } from '../../exchange/line.ts';
import { parseRecorded } from '../../command/fold.ts';
import { printEvent } from '../text/print.ts';
import type { Reader } from '../../read/queries.ts';
import { sentEvents, UnreadableFeed } from '../sentEvents.ts';
import { exportLine, type RecordedEvent } from '../../store/log.ts';
import { tell } from '../text/terminal.ts';
import { oneLine, visibleJson } from '../text/visible.ts';
import { type Command, Option } from 'commander';
import { jsonOption } from '../flags.ts';
import { untilInterrupted } from '../interruption.ts';
import { serverAsked } from './asking.ts';
import { serverOption, keyOption, example, wholeNumber } from './options.ts';
import { withLedger } from './withLedger.ts';

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
    if (json) return `${shownJson(exportLine(log.ledger, event), output)}\n`;
    const commitment = await readModel.commitment(event.stream, Math.max(event.sequence, readModel.checkpoint()));
    return printEvent(parseRecorded(event), commitment?.opened.data.title ?? event.stream);
  }

  async function onEvents(events: RecordedEvent[]): Promise<void> {
    if (!json) await readModel.catchUp(events.at(-1)?.sequence ?? 0);
    for (const event of events) {
      if (signal.aborted) return;
      // Interrupting must work even while the reader of the output takes nothing.
      if (!output.write(await lineOf(event))) await once(output, 'drain', { signal }).catch(() => undefined);
    }
  }

  await log.subscribe(after ?? size, onEvents, signal);
}

const retryMs = 3000;

/**
 * The same from a running service, by its live feed. When the feed breaks off it resumes after the last event received. Throws
 * at an event that cannot be read, since going on would leave it out.
 */
export async function watchServer(ask: Ask, { after, json, output, signal }: WatchOptions): Promise<void> {
  let last = after ?? (await answerOf(ask, viewList, '/views')).cut.size;
  let from: Parameters<typeof liveFeed>[1] = { after: last };
  // The first request may fail with an error; later failures may only mean that the service restarts.
  let feed: Response | undefined = await liveFeed(ask, from, signal);
  while (!signal.aborted) {
    try {
      feed ??= await liveFeed(ask, from, signal);
      for await (const { id, sequence, line } of sentEvents(feed, last)) {
        const text = json ? `${shownJson(line, output)}\n` : printEvent(...(await eventOf(ask, sequence, line)));
        if (!output.write(text)) await once(output, 'drain', { signal });
        [from, last] = [{ id }, sequence];
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof UnreadableFeed) throw error;
      tell(oneLine(`the feed was interrupted (${error instanceof Error ? error.message : String(error)}), reconnecting`));
    }
    feed = undefined;
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** An interchange line as it is; on a terminal, with its controls escaped. */
function shownJson(line: string, output: NodeJS.WritableStream & { isTTY?: boolean }): string {
  return output.isTTY ? visibleJson(line) : line;
}

/** The event of an interchange line, and its commitment's title. */
async function eventOf(ask: Ask, sequence: number, text: string): Promise<[Recorded, string]> {
  const line = parseLine(text);
  if ('reason' in line) {
    const found = line.problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
    throw new UnreadableFeed(`expected event ${sequence} as this version of the ledger knows it, found ${found}`);
  }
  const { id, commitment: stream, time, recordedBy = '', revision = 0, event } = line;
  return [{ ...event, id, stream, sequence, revision, time, recordedBy }, await titleOf(ask, stream)];
}

/** The title of a commitment; its id where the service cannot answer for it. */
async function titleOf(ask: Ask, id: string): Promise<string> {
  try {
    return (await answerOf(ask, z.object({ title: z.string() }), `/commitments/${id}`)).title;
  } catch (error) {
    if (error instanceof Refused) return id;
    throw error;
  }
}

/** Adds `ledger watch`. */
export function addWatch(ledger: Command): void {
  ledger
    .command('watch')
    .description('each event as it is recorded, in brief on one line, until interrupted; ledger history has all that it says')
    .addOption(new Option('--after <n>', 'begin after this sequence (default: the newest event)').argParser(wholeNumber))
    .addOption(jsonOption('as interchange lines'))
    .addOption(serverOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger watch --after 80'))
    .action(async (options: { after?: number; json?: boolean }, command: Command) => {
      const stop = new AbortController();
      void untilInterrupted().then(() => stop.abort());
      const server = serverAsked(command);
      if (server) {
        return watchServer(server, { ...options, output: process.stdout, signal: stop.signal });
      }
      return withLedger(command, async ({ reader }) => {
        // Nothing else keeps the process alive while nothing is recorded.
        const alive = setInterval(() => undefined, 60_000);
        await watch(reader, { ...options, output: process.stdout, signal: stop.signal }).finally(() => clearInterval(alive));
      });
    });
}
