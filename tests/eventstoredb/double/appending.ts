import { setTimeout as wait } from 'node:timers/promises';
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { sendUnaryData, ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import type { Node } from './node.ts';
import type { AppendFault } from './faults.ts';
import type { Appended, Expected, Proposed } from './log.ts';
import { accessOf, refusalOf } from './refusing.ts';
import {
  appendAnswer,
  batchAnswer,
  type BatchRefusal,
  expectationOf,
  fits,
  idOf,
  nameOf,
  proposalOf,
  type Refusal,
  refusals,
} from './wire.ts';

/** How one append ends for its caller, whichever of the two ways it came by. */
type Answers = {
  readonly peer: string;
  readonly answer: (outcome: Appended) => void;
  readonly timedOut: () => void;
};

/** Writes, as far as the faults let it, and answers, as far as the faults let it. */
async function writeAndAnswer(node: Node, stream: string, expected: Expected, events: readonly Proposed[], call: Answers) {
  const fault: AppendFault | undefined = node.faults.onAppend?.({ stream, ids: events.map((event) => event.id) });
  const write = (): Appended => node.append(stream, expected, events);
  if (fault === undefined) return call.answer(write());
  const { what, ms = 0 } = fault;
  const life = node.life();
  node.strike(what);
  switch (what) {
    case 'lost':
      return node.cut(call.peer);
    case 'landsLater':
      node.cut(call.peer);
      await wait(ms);
      if (node.life() === life) write();
      return undefined;
    case 'answerLost':
      write();
      return node.cut(call.peer);
    case 'late': {
      const outcome = write();
      await wait(ms);
      if (node.life() === life) call.answer(outcome);
      return undefined;
    }
    case 'unanswered':
      write();
      return undefined;
    case 'swallowed':
      return undefined;
    case 'timedOutWritten':
      write();
      return call.timedOut();
    case 'timedOut':
      return call.timedOut();
    case 'goesAwayBefore':
      return node.goAway(ms);
    case 'goesAwayAfter':
      write();
      return node.goAway(ms);
    case 'goesAwayAnswered':
      call.answer(write());
      // The answer has one turn of the event loop to leave; it arrives or not.
      setImmediate(() => node.goAway(ms));
      return undefined;
    default:
      return what satisfies never;
  }
}

/** An append of its own call: options first, then the events, one a message. */
export function append(node: Node, call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void {
  const messages: AppendReq[] = [];
  call.on('data', (message: AppendReq) => messages.push(message));
  call.on('error', () => undefined);
  call.on('end', () => void handle());
  async function handle(): Promise<void> {
    if (!(await node.admit('append'))) return;
    const options = messages[0]?.getOptions();
    const expected = options && expectationOf(options);
    if (options === undefined || expected === undefined) return answer(refusals.handlerThrew());
    const stream = nameOf(options.getStreamIdentifier());
    const refused = refusalOf(node, call.metadata, { kind: 'append', stream });
    if (refused !== undefined) return answer(refused);
    if (stream === '') return answer(refusals.handlerThrew());
    const events: Proposed[] = [];
    for (const message of messages.slice(1)) {
      const proposed = message.getProposedMessage();
      const event = proposed === undefined ? 'type' : proposalOf(proposed);
      if (event === 'invalid') return answer(refusals.handlerThrew());
      if (typeof event === 'string') return answer(refusals.missingProperty(event));
      events.push(event);
      if (!fits(events)) return answer(refusals.tooLarge());
    }
    await writeAndAnswer(node, stream, expected, events, {
      peer: call.getPeer(),
      answer: (outcome) =>
        outcome.result === 'deleted' ? answer(refusals.streamDeleted(stream)) : answer(null, appendAnswer(expected, outcome)),
      timedOut: () => answer(refusals.timeout('Commit phase timeout.')),
    });
  }
}

/** Appends in one long call: each has a correlation id, comes in one or more messages, and is answered when it is done. */
export function batchAppend(node: Node, call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
  const pending = new Map<string, { stream: string; expected: Expected; events: Proposed[] }>();
  let gone = false;
  call.on('cancelled', () => {
    gone = true;
  });
  call.on('error', () => {
    gone = true;
  });
  call.on('end', () => call.end());
  call.on('data', (request: BatchAppendReq) => void handle(request));
  async function handle(request: BatchAppendReq): Promise<void> {
    if (!(await node.admit('append'))) return;
    // What stands after a break is the beginning of what was sent: what came after it has not come.
    if (!node.isConnected(call.getPeer())) return;
    const correlation = idOf(request.getCorrelationId());
    const options = request.getOptions();
    const stream = options === undefined ? (pending.get(correlation)?.stream ?? '') : nameOf(options.getStreamIdentifier());
    const answer = (expected: Expected, outcome: Appended | BatchRefusal): void => {
      if (!gone) call.write(batchAnswer(request, stream, expected, outcome));
    };
    if (options !== undefined) {
      const expected = batchExpectationOf(options);
      const access = accessOf(node, call.metadata, { kind: 'append', stream });
      if (access !== 'granted') {
        node.strike('denied');
        if (access === 'denied') return answer(expected, { result: 'AccessDenied' });
        gone = true;
        call.emit('error', refusals.unauthenticated());
        return undefined;
      }
      const deadline = options.getDeadline()?.toDate().getTime() ?? Infinity;
      if (deadline <= Date.now() + node.clockAheadMs) return answer(expected, { result: 'Timeout' });
      pending.set(correlation, { stream, expected, events: [] });
    }
    const found = pending.get(correlation);
    if (found === undefined) return;
    const { expected, events } = found;
    for (const message of request.getProposedMessagesList()) {
      const event = proposalOf(message);
      if (typeof event === 'string') {
        // The server refuses it at once, and forgets to forget it: two seconds later it answers the same append again.
        setTimeout(() => answer(expected, { result: 'Timeout' }), 2000).unref();
        return answer(expected, { result: 'BadRequest', message: `Not an event: ${event}` });
      }
      events.push(event);
    }
    if (!fits(events)) {
      pending.delete(correlation);
      return answer(expected, { result: 'MaximumAppendSizeExceeded' });
    }
    if (!request.getIsFinal()) return;
    pending.delete(correlation);
    if (stream === '') return answer(expected, { result: 'BadRequest', message: 'No stream' });
    const refused = refusalOf(node, call.metadata, { kind: 'append', stream });
    if (refused !== undefined) return refuse(refused, (message) => answer(expected, { result: 'NotHandled', message }));
    await writeAndAnswer(node, stream, expected, events, {
      peer: call.getPeer(),
      answer: (outcome) => answer(expected, outcome),
      timedOut: () => answer(expected, { result: 'Timeout' }),
    });
  }
  /** A node that knows another leader ends the call; everything else is said about the one append. */
  function refuse(refused: Refusal, say: (message: string) => void): void {
    if (node.faults.unavailable === 'busy') return say('Server Is Busy');
    if (node.faults.unavailable === 'notReady') return say('Server Is Not Ready');
    if (node.faults.notLeader === 'unknown') return say('No leader info available in response');
    gone = true;
    call.emit('error', refused);
  }
}

function batchExpectationOf(options: BatchAppendReq.Options): Expected {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : 'any';
}
