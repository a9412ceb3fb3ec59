import { exportLine, type Log, type RecordedEvent } from '../store/log.ts';

export type FeedOptions = {
  /** The sequence after which the feed begins. */
  readonly after: number;
  /** How often a comment tells the reader, and what stands between, that the feed lives. */
  readonly heartbeatMs: number;
  /** Ends the feed: the service closes. */
  readonly closing: AbortSignal;
};

/**
 * The live feed as server-sent events: every event after a sequence, once each, in global order, until the reader goes away or
 * the service closes. At most one page waits for a reader; the log's subscription goes on only once the reader has taken it.
 */
export function feed(log: Log, { after, heartbeatMs, closing }: FeedOptions): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const signal = AbortSignal.any([closing, gone.signal]);
  const encoder = new TextEncoder();
  let taken = Promise.withResolvers<void>();

  async function send(controller: ReadableStreamDefaultController<Uint8Array>, text: string): Promise<void> {
    if (signal.aborted) return;
    taken = Promise.withResolvers();
    controller.enqueue(encoder.encode(text));
    if (isFull(controller)) await taken.promise;
  }

  async function follow(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const heartbeat = setInterval(() => {
      if (!signal.aborted && !isFull(controller)) controller.enqueue(encoder.encode(':\n\n'));
    }, heartbeatMs);
    // A reader that takes nothing must not keep an ended feed waiting.
    signal.addEventListener('abort', () => taken.resolve(), { once: true });
    try {
      await log.subscribe(after, (events) => send(controller, messages(log.ledger, events)), signal);
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
      controller.enqueue(encoder.encode('retry: 3000\n\n'));
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

/** One message an event: its sequence as the id, its interchange line as the data. */
function messages(ledger: string, events: readonly RecordedEvent[]): string {
  return events.map((event) => `id: ${event.sequence}\ndata: ${exportLine(ledger, event)}\n\n`).join('');
}
