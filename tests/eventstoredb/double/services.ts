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
import { append, batchAppend } from './appending.ts';
import type { Node } from './node.ts';
import type { Expected } from './log.ts';
import { read, type ReadCall, type ReadingOptions } from './reading.ts';
import { refusalOf } from './refusing.ts';
import { subscribe } from './subscribing.ts';
import { expectationOf, nameOf, type Refusal, refusals } from './wire.ts';

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

async function answerRead(node: Node, call: ReadCall): Promise<void> {
  call.on('error', () => undefined);
  if (!(await node.admit('read'))) return;
  const asked = call.request.getOptions();
  const stream = asked?.hasAll() === true ? '$all' : nameOf(asked?.getStream()?.getStreamIdentifier());
  const refused = refusalOf(node, call.metadata, { kind: 'read', stream });
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

type Removal = { readonly kind: 'soft' | 'hard'; readonly stream: string; readonly expected: Expected | undefined };

/** Deletes; answers the position of the deletion, or why not. */
async function removeStream(
  node: Node,
  metadata: Metadata,
  removal: Removal,
): Promise<Refusal | { position: string } | undefined> {
  if (!(await node.admit('append'))) return undefined;
  const { stream, expected, kind } = removal;
  if (expected === undefined) return refusals.handlerThrew();
  const refused = refusalOf(node, metadata, { kind: 'append', stream });
  if (refused !== undefined) return refused;
  const outcome = node.log.remove(stream, expected, kind);
  if (outcome.result === 'deleted') return refusals.streamDeleted(stream);
  if (outcome.result === 'wrong') return refusals.wrongExpectedVersion('Delete', stream, expected, outcome.current);
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
  const outcome = await removeStream(node, call.metadata, { kind: 'soft', stream, expected });
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
  const outcome = await removeStream(node, call.metadata, { kind: 'hard', stream, expected });
  if (outcome === undefined) return;
  if ('code' in outcome) return answer(outcome);
  const position = new streams.TombstoneResp.Position();
  position.setCommitPosition(outcome.position);
  position.setPreparePosition(outcome.position);
  const response = new streams.TombstoneResp();
  response.setPosition(position);
  answer(null, response);
}
