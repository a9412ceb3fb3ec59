import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { type EventLog, lastNumber } from './log.ts';
import { eventBytes, nameOf, type Refusal, refusals, streamNotFoundBytes } from './wire.ts';

/** A call of Streams.Read whose answers are bytes already. */
export type ReadCall = ServerWritableStream<ReadReq, Buffer>;

export type ReadingOptions = {
  /** How many live events wait for a subscriber before it is dropped; Infinity never drops. The server has 32. */
  readonly liveBuffer: number;
  /** After how many live answers a subscriber is dropped in any case. */
  readonly dropAfter: () => number;
  /** Called after each event that went out; answers true where the connection has been cut. */
  readonly sentEvent: (kind: 'read' | 'subscription', sentSoFar: number) => boolean;
  /** Is given a way to drop each live subscription, and answers a way to take it back. */
  readonly live: (drop: (reason: Refusal) => void) => () => void;
};

/** Events a page, in everything that the server reads for a caller; also how many answers wait to be sent. */
export const pageSize = 32;

/** Answers of one call on their way out, in order, at most a page of them waiting; the refusal comes after what was accepted. */
export function createOutlet(call: ReadCall, kind: 'read' | 'subscription', options: ReadingOptions) {
  const waiting: { bytes: Buffer; isEvent: boolean }[] = [];
  let ended: Refusal | 'complete' | undefined;
  let gone = false;
  let sending = false;
  let sentEvents = 0;
  let wake = (): void => {};
  let drained = (): void => {};

  call.on('cancelled', () => {
    gone = true;
    wake();
    drained();
  });
  call.on('drain', () => drained());
  // A broken connection is told by `cancelled`; an unheard error would end the process.
  call.on('error', () => {
    gone = true;
  });

  async function send(): Promise<void> {
    if (sending) return;
    sending = true;
    for (let next = waiting.shift(); next !== undefined && !gone; next = waiting.shift()) {
      const accepted = call.write(next.bytes);
      wake();
      if (next.isEvent && options.sentEvent(kind, ++sentEvents)) gone = true;
      if (!accepted && !gone)
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
    }
    sending = false;
    if (gone || ended === undefined) return;
    gone = true;
    if (ended === 'complete') call.end();
    else call.emit('error', ended);
  }

  const isGone = (): boolean => gone || ended !== undefined;
  const tryPut = (bytes: Buffer, isEvent = false): boolean => {
    if (ended !== undefined || waiting.length >= pageSize) return false;
    waiting.push({ bytes, isEvent });
    void send();
    return true;
  };
  return {
    isGone,
    tryPut,
    /** Waits for room; false when the call is over. */
    async put(bytes: Buffer, isEvent = false): Promise<boolean> {
      while (!isGone()) {
        if (tryPut(bytes, isEvent)) return true;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return false;
    },
    end(how: Refusal | 'complete'): void {
      if (ended !== undefined) return;
      ended = how;
      wake();
      void send();
    },
  };
}

/** Answers a read of a stream or of `$all`, in either direction. */
export async function read(log: EventLog, call: ReadCall, options: ReadingOptions): Promise<void> {
  const outlet = createOutlet(call, 'read', options);
  const asked = call.request.getOptions();
  const backwards = asked?.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const count = Number(asked?.getCount() ?? 0);
  const all = asked?.getAll();
  if (all !== undefined) {
    const from = positionOf(all);
    if (from !== undefined && from.commit < from.prepare) return outlet.end(refusals.handlerThrew());
    const start = backwards
      ? all.hasStart()
        ? 0
        : from === undefined
          ? log.records.length
          : log.countUpTo(from.commit)
      : all.hasEnd()
        ? log.records.length
        : from === undefined
          ? 0
          : log.indexFrom(from.commit, from.prepare);
    if (start === undefined) return outlet.end(refusals.cannotRead('ReadAllResult'));
    // The server reads empty pages for ever.
    if (count === 0) return;
    const step = backwards ? -1 : 1;
    let index = backwards ? start - 1 : start;
    for (let sent = 0; sent < count; sent++, index += step) {
      const event = log.records[index];
      if (event === undefined || !(await outlet.put(eventBytes(event), true))) break;
    }
    return outlet.end('complete');
  }
  const stream = asked?.getStream();
  const name = nameOf(stream?.getStreamIdentifier());
  let from: bigint | 'end' =
    stream?.hasEnd() === true ? 'end' : stream?.hasRevision() === true ? BigInt(stream.getRevision()) : 0n;
  if (typeof from === 'bigint' && from > lastNumber) return outlet.end(refusals.handlerThrew());
  if (count === 0 || (from === 'end' && !backwards)) return outlet.end(refusals.cannotRead('ReadStreamResult'));
  for (let sent = 0; sent < count;) {
    const page = log.readStream(name, from, Math.min(pageSize, count), backwards);
    if (page.result === 'missing') await outlet.put(streamNotFoundBytes(name));
    if (page.result === 'deleted') outlet.end(refusals.streamDeleted(name));
    if (page.result !== 'events') break;
    for (const event of page.events) if (sent++ < count && !(await outlet.put(eventBytes(event), true))) return;
    if (page.isEnd) break;
    from = page.next;
  }
  outlet.end('complete');
}

export function positionOf(all: ReadReq.Options.AllOptions): { commit: number; prepare: number } | undefined {
  const position = all.getPosition();
  return position && { commit: Number(position.getCommitPosition()), prepare: Number(position.getPreparePosition()) };
}
