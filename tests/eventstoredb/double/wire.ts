import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Message } from 'google-protobuf';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Appended, Expected, Proposed, Stored } from './log.ts';

/** Largest `data` of one append, in bytes. */
export const largestAppend = 1024 * 1024;

/** An error as a call ends with it. */
export type Refusal = Pick<StatusObject, 'code' | 'details' | 'metadata'>;

export function refusal(code: status, details: string, more: Record<string, string> = {}): Refusal {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(more)) metadata.set(key, value);
  return { code, details, metadata };
}

export const refusals = {
  accessDenied: () => refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  unauthenticated: () => refusal(status.UNAUTHENTICATED, 'Unauthenticated'),
  streamDeleted: (stream: string) =>
    refusal(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    }),
  wrongExpectedVersion: (operation: string, stream: string, expected: Expected, current: bigint) =>
    refusal(
      status.FAILED_PRECONDITION,
      `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${numberOf(expected)}, ` +
        `Actual version: ${current}`,
      {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': String(numberOf(expected)),
        'actual-version': String(current),
      },
    ),
  tooLarge: () =>
    refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${largestAppend} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(largestAppend),
    }),
  missingProperty: (name: string) =>
    refusal(status.INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    }),
  notLeader: (host: string, port: number) =>
    refusal(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    }),
  noLeader: () => refusal(status.UNKNOWN, 'No leader info available in response'),
  notReady: () => refusal(status.UNAVAILABLE, 'Server Is Not Ready'),
  busy: () => refusal(status.UNAVAILABLE, 'Server Is Too Busy'),
  timeout: (what: string) => refusal(status.ABORTED, `Operation timed out: ${what}`),
  cannotRead: (what: 'ReadAllResult' | 'ReadStreamResult') => refusal(status.UNKNOWN, `Unexpected ${what}: Error`),
  handlerThrew: () => refusal(status.UNKNOWN, 'Exception was thrown by handler.'),
};

/** How the server writes an expectation as a number. */
function numberOf(expected: Expected): bigint {
  if (typeof expected === 'bigint') return expected;
  return { no_stream: -1n, any: -2n, stream_exists: -4n }[expected];
}

export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

/** The 128 bits of an id in the usual writing, whichever of its two forms was sent. */
export function idOf(id: UUID | undefined): string {
  const structured = id?.getStructured();
  if (structured === undefined) return (id?.getString() ?? '').toLowerCase();
  const bits = Buffer.alloc(16);
  bits.writeBigInt64BE(BigInt(structured.getMostSignificantBits()), 0);
  bits.writeBigInt64BE(BigInt(structured.getLeastSignificantBits()), 8);
  return bits.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}

/** The expectation in the options of an append, a deletion or a tombstone; undefined when none was given. */
export function expectationOf(options: {
  hasRevision(): boolean;
  getRevision(): string;
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}): Expected | undefined {
  if (options.hasRevision()) return BigInt(options.getRevision());
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : undefined;
}

/** A proposed event; or the name of the property that it lacks; or `invalid`, which the server notices by throwing. */
export function proposalOf(
  message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage,
): Proposed | 'type' | 'content-type' | 'invalid' {
  const properties = message.getMetadataMap();
  const type = properties.get('type');
  const contentType = properties.get('content-type');
  if (type === undefined) return 'type';
  if (contentType === undefined) return 'content-type';
  const id = idOf(message.getId());
  if (type === '' || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/u.test(id)) return 'invalid';
  return {
    id,
    type,
    isJson: contentType === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** Whether the server takes events of these sizes in one append: of all sizes it adds up the data only. */
export const fits = (events: readonly Proposed[]): boolean =>
  events.reduce((sum, event) => sum + event.data.length, 0) <= largestAppend;

export function appendAnswer(expected: Expected, outcome: Exclude<Appended, { result: 'deleted' }>): AppendResp {
  const answer = new streams.AppendResp();
  if (outcome.result === 'wrong') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.current < 0n) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(outcome.current));
    if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
    else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
    else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
    else wrong.setExpectedRevision(String(expected));
    answer.setWrongExpectedVersion(wrong);
    return answer;
  }
  const success = new streams.AppendResp.Success();
  if (outcome.revision < 0n) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(outcome.revision));
  if (outcome.position === undefined) success.setNoPosition(new shared.Empty());
  else {
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    success.setPosition(position);
  }
  answer.setSuccess(success);
  return answer;
}

/** What a batch append answers in its own stream, instead of ending the call. */
export type BatchRefusal =
  | { readonly result: 'AccessDenied' | 'Timeout' | 'MaximumAppendSizeExceeded' }
  | { readonly result: 'BadRequest' | 'NotHandled'; readonly message: string };

export function batchAnswer(
  request: BatchAppendReq,
  stream: string,
  expected: Expected,
  outcome: Appended | BatchRefusal,
): BatchAppendResp {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(request.getCorrelationId());
  answer.setStreamIdentifier(identifier(stream));
  if (!('revision' in outcome)) {
    answer.setError(batchError(stream, expected, outcome));
    return answer;
  }
  const success = new streams.BatchAppendResp.Success();
  if (outcome.revision < 0n) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(String(outcome.revision));
  if (outcome.position === undefined) success.setNoPosition(new empty.Empty());
  else {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    success.setPosition(position);
  }
  answer.setSuccess(success);
  return answer;
}

type Refused = Exclude<Appended, { result: 'written' | 'idempotent' }> | BatchRefusal;

function batchError(stream: string, expected: Expected, outcome: Refused) {
  switch (outcome.result) {
    case 'wrong': {
      const wrong = new shared.WrongExpectedVersion();
      if (outcome.current < 0n) wrong.setCurrentNoStream(new empty.Empty());
      else wrong.setCurrentStreamRevision(String(outcome.current));
      if (expected === 'any') wrong.setExpectedAny(new empty.Empty());
      else if (expected === 'no_stream') wrong.setExpectedNoStream(new empty.Empty());
      else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new empty.Empty());
      else wrong.setExpectedStreamPosition(String(expected));
      return rpcStatus(status.ALREADY_EXISTS, 'WrongExpectedVersion', wrong);
    }
    case 'deleted': {
      const deleted = new shared.StreamDeleted();
      deleted.setStreamIdentifier(identifier(stream));
      return rpcStatus(status.NOT_FOUND, 'StreamDeleted', deleted);
    }
    case 'AccessDenied':
      return rpcStatus(status.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());
    case 'Timeout':
      return rpcStatus(status.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());
    case 'MaximumAppendSizeExceeded': {
      const exceeded = new shared.MaximumAppendSizeExceeded();
      exceeded.setMaxappendsize(largestAppend);
      return rpcStatus(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', exceeded);
    }
    case 'BadRequest': {
      const bad = new shared.BadRequest();
      bad.setMessage(outcome.message);
      return rpcStatus(status.INVALID_ARGUMENT, 'BadRequest', bad);
    }
    case 'NotHandled':
      // The server leaves the code out here, which is 0, and packs an empty message as the details.
      return rpcStatus(status.OK, outcome.message, undefined);
    default:
      return outcome satisfies never;
  }
}

/** `details` travel as a type's name and its bytes; the name is that of the message `message` itself. */
function rpcStatus(code: status, name: string, details: Message | undefined) {
  const packed = new any.Any();
  const type = details === undefined ? 'google.protobuf.Empty' : `event_store.client.${name}`;
  packed.pack(details?.serializeBinary() ?? new Uint8Array(), type);
  const answer = new rpc.Status();
  answer.setCode(code as number);
  answer.setMessage(name);
  answer.setDetails(packed);
  return answer;
}

function identifier(stream: string): StreamIdentifier {
  const named = new shared.StreamIdentifier();
  named.setStreamName(Buffer.from(stream));
  return named;
}

/** An event as reads and subscriptions answer it, in bytes. Ids are sent as text, which is what the client asks for. */
export function eventBytes(event: Stored): Buffer {
  if (event.wire !== undefined) return event.wire;
  const id = new shared.UUID();
  id.setString(event.id);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id);
  recorded.setStreamIdentifier(identifier(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(String(event.position));
  recorded.setPreparePosition(String(event.position));
  const properties = recorded.getMetadataMap();
  properties.set('type', event.type);
  // Ten thousand ticks a millisecond.
  properties.set('created', `${event.createdMs}0000`);
  properties.set('content-type', event.isJson ? 'application/json' : 'application/octet-stream');
  recorded.setData(event.data);
  recorded.setCustomMetadata(event.metadata);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(event.position));
  const answer = new streams.ReadResp();
  answer.setEvent(read);
  event.wire = Buffer.from(answer.serializeBinary());
  return event.wire;
}

export function confirmationBytes(subscription: string): Buffer {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(subscription);
  const answer = new streams.ReadResp();
  answer.setConfirmation(confirmation);
  return Buffer.from(answer.serializeBinary());
}

export function caughtUpBytes(): Buffer {
  const answer = new streams.ReadResp();
  answer.setCaughtUp(new streams.ReadResp.CaughtUp());
  return Buffer.from(answer.serializeBinary());
}

export function checkpointBytes(commit: number, prepare: number): Buffer {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(commit));
  checkpoint.setPreparePosition(String(prepare));
  const answer = new streams.ReadResp();
  answer.setCheckpoint(checkpoint);
  return Buffer.from(answer.serializeBinary());
}

export function streamNotFoundBytes(stream: string): Buffer {
  const missing = new streams.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifier(stream));
  const answer = new streams.ReadResp();
  answer.setStreamNotFound(missing);
  return Buffer.from(answer.serializeBinary());
}
