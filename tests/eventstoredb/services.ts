import { setTimeout as wait } from 'node:timers/promises';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  handleUnaryCall,
  Metadata,
  sendUnaryData,
  Server,
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
} from '@grpc/grpc-js';
import type { Node } from './double.ts';
import type { AppendFault } from './faults.ts';
import type { Appended, Expected, Proposed } from './log.ts';
import { read, type ReadCall, type ReadingOptions, subscribe } from './reading.ts';
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

/** The service as generated, except that reads answer bytes: an event is serialised once, however often it is read. */
const { StreamsService } = streamsService;
const service = { ...StreamsService, read: { ...StreamsService.read, responseSerialize: (bytes: Buffer) => bytes } };

export function addServices(server: Server, node: Node): void {
  server.addService(featuresService.ServerFeaturesService, { getSupportedMethods: supportedMethods(node) });
  server.addService(service, {
    append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) =>
      append(node, call, answer),
    batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => batchAppend(node, call),
    read: (call: ReadCall) => void answerRead(node, call),
    delete: (call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>) =>
      void remove(node, call, answer),
    tombstone: (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>) =>
      void tombstone(node, call, answer),
  });
}

/** What the server lists of its methods: the client asks it whether it may append in batches. */
function supportedMethods(node: Node): handleUnaryCall<Empty, SupportedMethods> {
  const listed: [method: string, ...features: string[]][] = [
    ['read', 'position', 'events'],
    ['append'],
    ['delete'],
    ['tombstone'],
    ['batchappend', 'deadline_duration'],
  ];
  return (_call, answer) => {
    const supported = new features.SupportedMethods();
    supported.setEventStoreServerVersion('23.10.8');
    for (const [name, ...names] of listed) {
      const method = new features.SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      method.setFeaturesList(names);
      supported.addMethods(method);
    }
    void node.admit('features').then((admitted) => admitted && answer(null, supported));
  };
}

/** Why a call is not handled at all, in the words of the calls that end with it. */
function refusalOf(node: Node, metadata: Metadata, kind: 'append' | 'read', ofAll = false): Refusal | undefined {
  const { unavailable, notLeader, denied } = node.faults;
  if (denied === 'everything' || (denied === '$all' && ofAll)) {
    node.strike('denied');
    return refusals.accessDenied();
  }
  if (unavailable !== undefined) {
    node.strike(unavailable);
    return unavailable === 'busy' ? refusals.busy() : refusals.notReady();
  }
  if (notLeader !== undefined && (kind === 'append' || metadata.get('requires-leader')[0] === 'true')) {
    node.strike('notLeader');
    return notLeader === 'unknown' ? refusals.noLeader() : refusals.notLeader(notLeader.host, notLeader.port);
  }
  return undefined;
}

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
function append(node: Node, call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void {
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
    const refused = refusalOf(node, call.metadata, 'append');
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
function batchAppend(node: Node, call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
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
    const correlation = idOf(request.getCorrelationId());
    const options = request.getOptions();
    const stream = options === undefined ? (pending.get(correlation)?.stream ?? '') : nameOf(options.getStreamIdentifier());
    const answer = (expected: Expected, outcome: Appended | BatchRefusal): void => {
      if (!gone) call.write(batchAnswer(request, stream, expected, outcome));
    };
    if (options !== undefined) {
      const expected = batchExpectationOf(options);
      if (node.faults.denied === 'everything') {
        node.strike('denied');
        return answer(expected, { result: 'AccessDenied' });
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
    const refused = refusalOf(node, call.metadata, 'append');
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

async function answerRead(node: Node, call: ReadCall): Promise<void> {
  call.on('error', () => undefined);
  if (!(await node.admit('read'))) return;
  const asked = call.request.getOptions();
  const refused = refusalOf(node, call.metadata, 'read', asked?.hasAll() === true);
  if (refused !== undefined) {
    call.emit('error', refused);
    return;
  }
  const { faults } = node;
  const options: ReadingOptions = {
    liveBuffer: node.liveBuffer,
    dropAfter: () => faults.dropSubscribersAfter ?? Infinity,
    sentEvent(kind, sentSoFar) {
      const which = kind === 'read' ? 'cutReadAfter' : 'cutSubscriptionAfter';
      const after = faults[which];
      if (after === undefined || sentSoFar < after) return false;
      faults[which] = undefined;
      node.strike(which);
      // The bytes that were written before the connection breaks have their turn to leave.
      setTimeout(() => node.cut(call.getPeer()), 5);
      return true;
    },
    live(drop) {
      node.subscribers.add(drop);
      return () => node.subscribers.delete(drop);
    },
  };
  await (asked?.hasSubscription() === true ? subscribe : read)(node.log, call, options);
}

type Removal = { operation: 'Delete'; kind: 'soft' | 'hard'; stream: string; expected: Expected | undefined };

/** Deletes; answers the position of the deletion, or why not. */
async function removeStream(
  node: Node,
  metadata: Metadata,
  removal: Removal,
): Promise<Refusal | { position: string } | undefined> {
  if (!(await node.admit('append'))) return undefined;
  const { stream, expected, kind, operation } = removal;
  if (expected === undefined) return refusals.handlerThrew();
  const refused = refusalOf(node, metadata, 'append');
  if (refused !== undefined) return refused;
  const outcome = node.log.remove(stream, expected, kind);
  if (outcome.result === 'deleted') return refusals.streamDeleted(stream);
  if (outcome.result === 'wrong') return refusals.wrongExpectedVersion(operation, stream, expected, outcome.current);
  return { position: String(outcome.position) };
}

async function remove(
  node: Node,
  call: ServerUnaryCall<DeleteReq, DeleteResp>,
  answer: sendUnaryData<DeleteResp>,
): Promise<void> {
  const options = call.request.getOptions();
  const stream = nameOf(options?.getStreamIdentifier());
  const expected = options && expectationOf(options);
  const outcome = await removeStream(node, call.metadata, { operation: 'Delete', kind: 'soft', stream, expected });
  if (outcome === undefined) return;
  if ('code' in outcome) return answer(outcome);
  const position = new streams.DeleteResp.Position();
  position.setCommitPosition(outcome.position);
  position.setPreparePosition(outcome.position);
  const response = new streams.DeleteResp();
  response.setPosition(position);
  answer(null, response);
}

async function tombstone(
  node: Node,
  call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
  answer: sendUnaryData<TombstoneResp>,
): Promise<void> {
  const options = call.request.getOptions();
  const stream = nameOf(options?.getStreamIdentifier());
  const expected = options && expectationOf(options);
  const outcome = await removeStream(node, call.metadata, { operation: 'Delete', kind: 'hard', stream, expected });
  if (outcome === undefined) return;
  if ('code' in outcome) return answer(outcome);
  const position = new streams.TombstoneResp.Position();
  position.setCommitPosition(outcome.position);
  position.setPreparePosition(outcome.position);
  const response = new streams.TombstoneResp();
  response.setPosition(position);
  answer(null, response);
}
