import { randomUUID } from 'node:crypto';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { type EventLog, lastNumber, type Stored } from './log.ts';
import { createOutlet, pageSize, positionOf, type ReadCall, type ReadingOptions } from './reading.ts';
import { caughtUpBytes, checkpointBytes, confirmationBytes, eventBytes, nameOf, type Refusal, refusals } from './wire.ts';

type Page = { readonly events: readonly Stored[]; readonly isEnd: boolean; readonly considered: number };

/** What a subscription follows: pages of the past from where the last one ended, and which new events belong to it. */
type Source = {
  readonly nextPage: () => Page | 'missing' | Refusal;
  readonly accepts: (event: Stored) => boolean;
  /** Why nothing can come after this event, if so. */
  readonly endsWith?: (event: Stored) => Refusal | undefined;
  /** Where the page that was read last began: the checkpoint when nothing in it belonged to the subscription. */
  readonly pageStart: () => number;
  /** Events after which a checkpoint is due; undefined without a filter. */
  readonly interval: number | undefined;
};

/** Answers a subscription: the past in pages, "caught up", then what is written, until one side goes. */
export async function subscribe(log: EventLog, call: ReadCall, options: ReadingOptions): Promise<void> {
  const outlet = createOutlet(call, 'subscription', options);
  const source = sourceOf(log, call.request.getOptions());
  if ('code' in source) return outlet.end(source);
  let confirmed = false;
  const confirm = (): void => {
    if (!confirmed) outlet.tryPut(confirmationBytes(randomUUID()));
    confirmed = true;
  };
  let counter = 0;

  for (;;) {
    const page = source.nextPage();
    if (page === 'missing') {
      confirm();
      await wait(50);
      if (outlet.isGone()) return;
      continue;
    }
    if ('code' in page) return outlet.end(page);
    confirm();
    for (const event of page.events) if (!(await outlet.put(eventBytes(event), true))) return;
    counter += page.considered;
    if (page.isEnd) break;
    if (source.interval !== undefined && counter >= source.interval) {
      counter %= source.interval;
      const last = page.events.at(-1)?.position;
      if (!(await outlet.put(last === undefined ? checkpointBytes(source.pageStart(), 0) : checkpointBytes(last, last))))
        return;
    }
    // Other calls have their turn between two pages.
    await turn();
  }

  if (outlet.isGone()) return;
  const live: { bytes: Buffer; isEvent: boolean; end?: Refusal | undefined }[] = [];
  let isLive = false;
  let liveEvents = 0;
  let dropped = false;
  let pumping = false;
  const stop = (reason: Refusal): void => {
    dropped = true;
    unlisten();
    forget();
    outlet.end(reason);
  };
  const tooSlow = (): void => {
    const state = isLive ? 'live' : 'transitioning to live';
    stop(refusals.timeout(`Consumer too slow to handle event while ${state}. Client resubscription required.`));
  };
  /** Moves what waits to the outlet as there is room, from the next turn of the event loop on. */
  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    await turn();
    for (let next = live.shift(); next !== undefined; next = live.shift()) {
      if (dropped || !(await outlet.put(next.bytes, next.isEvent))) break;
      if (next.end !== undefined) stop(next.end);
    }
    pumping = false;
  };
  const arrive = (bytes: Buffer, isEvent: boolean, end?: Refusal): void => {
    if (dropped) return;
    const passes = isLive && !pumping && end === undefined && liveEvents < options.dropAfter() && outlet.tryPut(bytes, isEvent);
    liveEvents++;
    if (passes) return;
    if (live.length >= options.liveBuffer || liveEvents > options.dropAfter()) return tooSlow();
    live.push({ bytes, isEvent, end });
    if (isLive) void pump();
  };
  const unlisten = log.listen((event) => {
    if (source.accepts(event)) arrive(eventBytes(event), true, source.endsWith?.(event));
    if (source.interval === undefined || ++counter < source.interval) return;
    counter = 0;
    arrive(checkpointBytes(event.position, event.position), false);
  });
  const forget = options.live(stop);
  call.on('cancelled', () => {
    dropped = true;
    unlisten();
    forget();
  });

  // What was written since the last page was read: nothing waits here, so a full outlet drops the subscriber.
  for (;;) {
    const page = source.nextPage();
    if (page === 'missing') break;
    if ('code' in page) return stop(page);
    for (const event of page.events) if (!outlet.tryPut(eventBytes(event), true)) return tooSlow();
    if (page.isEnd && page.events.length === 0) break;
  }
  await outlet.put(caughtUpBytes());
  isLive = true;
  await pump();
}

function sourceOf(log: EventLog, asked: ReadReq.Options | undefined): Source | Refusal {
  const all = asked?.getAll();
  if (all === undefined) return streamSource(log, asked?.getStream());
  const from = positionOf(all);
  if (from !== undefined && from.commit < from.prepare) return refusals.handlerThrew();
  const found = from === undefined ? 0 : log.indexFrom(from.commit, from.prepare);
  if (found === undefined) return refusals.handlerThrew();
  // The event at the start position itself is left out.
  let index = all.hasEnd() ? log.records.length : from === undefined ? 0 : Math.min(found + 1, log.records.length);
  const filter = asked?.getFilter();
  const accepts = acceptsOf(filter);
  const window = filter === undefined ? Infinity : filter.hasMax() ? filter.getMax() : pageSize;
  let pageStart = 0;
  return {
    accepts,
    pageStart: () => pageStart,
    interval: filter === undefined ? undefined : filter.getCheckpointintervalmultiplier() * window,
    nextPage() {
      pageStart = log.records[index - 1]?.end ?? 0;
      const events: Stored[] = [];
      let considered = 0;
      while (events.length < pageSize && considered < window) {
        const event = log.records[index];
        if (event === undefined) return { events, considered, isEnd: true };
        index++;
        considered++;
        if (accepts(event)) events.push(event);
      }
      return { events, considered, isEnd: false };
    },
  };
}

function streamSource(log: EventLog, stream: ReadReq.Options.StreamOptions | undefined): Source {
  const name = nameOf(stream?.getStreamIdentifier());
  const last = (): bigint => log.lastRevision(name);
  let from = stream?.hasEnd() === true ? last() + 1n : stream?.hasRevision() === true ? BigInt(stream.getRevision()) + 1n : 0n;
  return {
    accepts: (event) => event.stream === name,
    endsWith: (event) => (event.revision === lastNumber ? refusals.streamDeleted(name) : undefined),
    pageStart: () => 0,
    interval: undefined,
    nextPage() {
      const page = log.readStream(name, from, pageSize, false);
      if (page.result === 'deleted') return refusals.streamDeleted(name);
      if (page.result === 'missing') return stream?.hasEnd() === true ? { events: [], considered: 0, isEnd: true } : 'missing';
      from = page.next;
      return { events: page.events, considered: page.events.length, isEnd: page.isEnd };
    },
  };
}

function acceptsOf(filter: ReadReq.Options.FilterOptions | undefined): (event: Stored) => boolean {
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (expression === undefined) return () => true;
  const text = filter?.hasStreamIdentifier() === true ? (event: Stored) => event.stream : (event: Stored) => event.type;
  const prefixes = expression.getPrefixList();
  if (expression.getRegex() === '') return (event) => prefixes.some((prefix) => text(event).startsWith(prefix));
  const regex = new RegExp(expression.getRegex(), 'u');
  return (event) => regex.test(text(event));
}
