import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorded } from '../domain/announcement.ts';
import type { CommitmentRecord } from '../projections/record.ts';
import { answerOf, type Ask, liveFeed } from './ask.ts';
import type { Views } from './http/views.ts';
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

const retryMs = 3000;

/** The same from a running service, by its live feed. Where that breaks off it goes on after the last event that came. */
export async function watchServer(ask: Ask, { after, json, output, signal }: WatchOptions): Promise<void> {
  let from: Parameters<typeof liveFeed>[1] = { after: after ?? (await answerOf<Views>(ask, '/views')).cut.size };
  // Who asks for what is not there is told; later the service may only be starting again.
  let feed: Response | undefined = await liveFeed(ask, from, signal);
  while (!signal.aborted) {
    try {
      feed ??= await liveFeed(ask, from, signal);
      for await (const { id, line } of messagesOf(feed)) {
        const text = json ? `${line}\n` : printEvent(...(await eventOf(ask, line)));
        if (!output.write(text)) await once(output, 'drain', { signal });
        from = { id };
      }
    } catch (error) {
      if (signal.aborted) return;
      process.stderr.write(`the feed broke off (${error instanceof Error ? error.message : String(error)}), going on soon\n`);
    }
    feed = undefined;
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The messages of a stream of server-sent events; comments and the delay are left out. */
async function* messagesOf({ body }: Response): AsyncGenerator<{ id: string; line: string }> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, id, line] = /^id: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (id !== undefined && line !== undefined) yield { id, line };
    }
  }
}

/** The event of an interchange line, and its commitment's title. */
async function eventOf(ask: Ask, line: string): Promise<[Recorded, string]> {
  const { type, subject, time, recordedby, streamrevision, ...rest } = JSON.parse(line) as Record<string, string>;
  const place = { stream: subject, revision: Number(streamrevision), time: Date.parse(time ?? ''), recordedBy: recordedby };
  const event = { ...rest, ...place, type: type?.replace(/^commitment\./, '') } as unknown as Recorded;
  const { title } = await answerOf<CommitmentRecord>(ask, `/commitments/${subject}`);
  return [event, title];
}
