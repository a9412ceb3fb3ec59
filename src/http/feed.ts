import { exportLine, type Log, type RecordedEvent } from '../store/log.ts';

const encoder = new TextEncoder();
const openingBytes = encoder.encode('retry: 3000\n\n');
const heartbeatBytes = encoder.encode(':\n\n');

export type PageEncoder = (ledger: string, events: readonly RecordedEvent[]) => Uint8Array;

export type FeedOptions = {
  /** The sequence after which the feed begins. */
  readonly after: number;
  /** How often a comment tells the reader, and what stands between, that the feed lives. */
  readonly heartbeatMs: number;
  /** Ends the feed: the service closes. */
  readonly closing: AbortSignal;
  /** Shared by the feeds of a log. */
  readonly encode: PageEncoder;
};

/**
 * The live feed as server-sent events: every event after a sequence, once each, in global order, until the reader goes away or
 * the service closes. At most one page waits for a reader; the log's subscription goes on only once the reader has taken it.
 */
export function feed(log: Log, { after, heartbeatMs, closing, encode }: FeedOptions): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const signal = AbortSignal.any([closing, gone.signal]);
  let taken = Promise.withResolvers<void>();

  async function send(controller: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): Promise<void> {
    if (signal.aborted) return;
    taken = Promise.withResolvers();
    controller.enqueue(bytes);
    if (isFull(controller)) await taken.promise;
  }

  async function follow(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const heartbeat = setInterval(() => {
      if (!signal.aborted && !isFull(controller)) controller.enqueue(heartbeatBytes);
    }, heartbeatMs);
    // A reader that takes nothing must not keep an ended feed waiting.
    signal.addEventListener('abort', () => taken.resolve(), { once: true });
    try {
      await log.subscribe(after, (events) => send(controller, encode(log.ledger, events)), signal);
      if (!gone.signal.aborted) controller.close();
    } catch (error) {
      if (!gone.signal.aborted) controller.error(error);
    } finally {
      clearInterval(heartbeat);
    }
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Said at once, so that the reader knows that the feed is open before anything happens.
      controller.enqueue(openingBytes);
      void follow(controller);
    },
    pull() {
      taken.resolve();
    },
    cancel() {
      gone.abort();
    },
  });
}

function isFull({ desiredSize }: ReadableStreamDefaultController): boolean {
  return (desiredSize ?? 0) <= 0;
}

/** Encodes pages, and keeps the last: what is recorded live goes to every reader, and is encoded once for all of them. */
export function pageEncoder(): PageEncoder {
  let kept = { key: '', bytes: openingBytes };
  return (ledger, events) => {
    const key = `${ledger} ${events[0]?.id} ${events.at(-1)?.id}`;
    if (kept.key !== key) kept = { key, bytes: encoder.encode(messages(ledger, events)) };
    return kept.bytes;
  };
}

/** One message an event: its sequence as the id, its interchange line as the data. */
function messages(ledger: string, events: readonly RecordedEvent[]): string {
  return events.map((event) => `id: ${event.sequence}\ndata: ${exportLine(ledger, event)}\n\n`).join('');
}
