import { exportLine, leafOfLine, type Log, type RecordedEvent } from '../../store/log.ts';
import { fitting } from '../../store/pages.ts';
import { pause } from '../../turns.ts';

const encoder = new TextEncoder();
const openingBytes = encoder.encode('retry: 3000\n\n');
const heartbeatBytes = encoder.encode(':\n\n');
const pageSize = 100;

export type FeedOptions = {
  /** The sequence after which the feed begins. */
  readonly after: number;
  /** How often a comment is sent, so that the reader and every proxy know that the feed is alive. */
  readonly heartbeatMs: number;
  /** Asked with each heartbeat: ends the feed once the key it was asked with is revoked. */
  readonly isAllowed?: () => boolean;
  /** Aborts when the service closes, which ends the feed. */
  readonly closing: AbortSignal;
  /** Shared by the feeds of a log. */
  readonly live: Live;
};

/**
 * The live feed as server-sent events: every event after a sequence, once each, in global order, until the reader leaves or the
 * service closes. A reader pages through the log at its own pace, with at most one page waiting. Caught-up readers share one
 * subscription; a slow one drops back to paging.
 */
export function feed(
  log: Log,
  { after, heartbeatMs, isAllowed = () => true, closing, live }: FeedOptions,
): ReadableStream<Uint8Array> {
  let stream: ReadableStreamDefaultController<Uint8Array>;
  let last = after;
  let limit = pageSize;
  let ended = false;
  let onTaken = (): void => undefined;

  const heartbeat = setInterval(() => (holds(isAllowed) ? beat(stream) : close()), heartbeatMs);
  const close = (): void => end(() => stream.close());
  const reader: LiveReader = {
    take(events, bytes) {
      const fresh = (events[0]?.sequence ?? 0) > last ? events : events.filter(({ sequence }) => sequence > last);
      send(fresh, fresh === events ? bytes : encode(log.ledger, fresh));
      if (isFull(stream)) void readOn();
    },
    fail: (error) => end(() => stream.error(error)),
  };

  async function readOn(): Promise<void> {
    live.leave(reader);
    try {
      for (;;) {
        if (isFull(stream)) await new Promise<void>((resolve) => (onTaken = resolve));
        if (ended) return;
        const page = await log.read(last, limit);
        const events = fitting(page);
        limit = limitAfter(page, events, limit);
        if (ended || (events.length === 0 && live.join(reader, last))) return;
        send(events, encode(log.ledger, events));
        // A long replay must not block timers and requests of the same process.
        await pause();
      }
    } catch (error) {
      reader.fail(error);
    }
  }

  function send(events: readonly RecordedEvent[], bytes: Uint8Array): void {
    if (events.length === 0) return;
    stream.enqueue(bytes);
    last = events.at(-1)?.sequence ?? last;
  }

  function end(how?: () => void): void {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    closing.removeEventListener('abort', close);
    live.leave(reader);
    // A reader that takes nothing must not delay the end of the feed.
    onTaken();
    how?.();
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller;
      // Sent at once, so that the reader knows that the feed is open before anything happens.
      stream.enqueue(openingBytes);
      closing.addEventListener('abort', close);
      if (closing.aborted) close();
      else void readOn();
    },
    pull: () => onTaken(),
    cancel: () => end(),
  });
}

/**
 * How many events to read next. Where lines are long, fewer are read, so that those that did not fit are not read repeatedly.
 */
function limitAfter(page: readonly RecordedEvent[], fitted: readonly RecordedEvent[], limit: number): number {
  return fitted.length < page.length ? fitted.length : Math.min(pageSize, 2 * limit);
}

/** Whether the feed is still allowed; not when the keys cannot be read. */
function holds(isAllowed: () => boolean): boolean {
  try {
    return isAllowed();
  } catch {
    return false;
  }
}

function beat(stream: ReadableStreamDefaultController<Uint8Array>): void {
  if (!isFull(stream)) stream.enqueue(heartbeatBytes);
}

function isFull({ desiredSize }: ReadableStreamDefaultController): boolean {
  return (desiredSize ?? 0) <= 0;
}

type LiveReader = {
  /** Takes events and their messages. At first some of them may have been read already. */
  take(events: readonly RecordedEvent[], bytes: Uint8Array): void;
  /** The log failed. */
  fail(error: unknown): void;
};

/** Caught-up readers. They share one subscription of the log, and each event is encoded once for all of them. */
export type Live = {
  /** Answers false when the subscription is already beyond `last`: then there is more to read first. */
  join(reader: LiveReader, last: number): boolean;
  leave(reader: LiveReader): void;
};

export function liveReaders(log: Log): Live {
  const readers = new Set<LiveReader>();
  let subscription: { readonly stop: AbortController; last: number } | undefined;

  async function follow(own: NonNullable<typeof subscription>): Promise<void> {
    await log.subscribe(
      own.last,
      (events) => {
        const bytes = encode(log.ledger, events);
        own.last = events.at(-1)?.sequence ?? own.last;
        for (const reader of readers) reader.take(events, bytes);
      },
      own.stop.signal,
    );
  }

  return {
    join(reader, last) {
      if (subscription && subscription.last > last) return false;
      readers.add(reader);
      if (subscription) return true;
      const own = { stop: new AbortController(), last };
      subscription = own;
      follow(own).catch((error: unknown) => {
        if (subscription !== own) return;
        subscription = undefined;
        for (const one of readers) one.fail(error);
      });
      return true;
    },
    leave(reader) {
      readers.delete(reader);
      if (readers.size > 0) return;
      subscription?.stop.abort();
      subscription = undefined;
    },
  };
}

/** One message an event: its id, and its interchange line as the data. */
function encode(ledger: string, events: readonly RecordedEvent[]): Uint8Array {
  const messages = events.map((event) => {
    const line = exportLine(ledger, event);
    return `id: ${feedId(event.sequence, line)}\ndata: ${line}\n\n`;
  });
  return encoder.encode(messages.join(''));
}

/**
 * The id of an event in the feed: `42-` and the first twelve digits of the leaf hash of line 42. A sequence alone would not
 * show which ledger the event belongs to. A copy that holds the same line gives it the same id.
 */
export function feedId(sequence: number, line: string): string {
  return `${sequence}-${leafOfLine(line).toString('hex').slice(0, 12)}`;
}
