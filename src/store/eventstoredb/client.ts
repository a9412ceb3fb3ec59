import {
  type AllStreamRecordedEvent,
  BACKWARDS,
  convertToCommandError,
  type Credentials,
  END,
  ErrorType,
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  type JSONEventData,
  type JSONEventType,
  NO_STREAM,
  START,
  type StreamingRead,
  streamNameFilter,
  type WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { FaultReason } from '../faults.ts';
import { LogFault } from '../log.ts';
import { anotherConnection, denied, readConnection } from './connection.ts';
import { within } from './deadline.ts';
import { ulidToUuid, uuidToUlid } from '../ids.ts';
import type { Position } from './place.ts';
import type { Metadata, ServerEvent } from './serverEvent.ts';

export { ErrorType };

/** How long a read may take, in milliseconds. */
export const readTimeoutMs = 5000;
/**
 * The deadline of an append on the fast path, which the server compares with its clock: clocks must differ by less than this.
 */
const generousMs = 3_600_000;

const utf8 = new TextEncoder();

/** Errors after which nothing is or will be written. */
const definite: readonly ErrorType[] = [
  ErrorType.STREAM_DELETED,
  ErrorType.ACCESS_DENIED,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
];

/** An event to send to the server. */
export type Proposed = JSONEventData<JSONEventType<string, Record<string, unknown>, Uint8Array>>;
/** `revision`: the server's revision of the last event of the append, or of the stream. */
export type Answered = { readonly outcome: 'written' | 'wrong-revision'; readonly revision: number };
/** `mayBeThere`: the server may have written it all the same. */
export type Sent = Answered | { readonly outcome: 'unknown'; readonly error: Error; readonly mayBeThere: boolean };

/** The callbacks of a subscriber. Each event is handed over with the subscription that brought it. */
export type Hears = {
  event(event: ServerEvent, subscription: Subscription): void;
  /** Nothing of the ledger is between the last event and this position. */
  passed(position: Position): void;
  caughtUp(subscription: Subscription): void;
};

export type Subscription = {
  /** Resolves when `end` was called without an error, rejects when the subscription ended otherwise. */
  readonly ended: Promise<void>;
  isOver(): boolean;
  /** Whether everything that came was handed over. */
  isDrained(): boolean;
  /** Brings nothing more until `done` resolves. */
  pauseFor(done: Promise<void> | undefined): void;
  end(error?: Error): void;
  close(): Promise<void>;
};

/** On the fast path all clients of a process share what waits for an answer, so only a process with one log uses it. */
let openLogs = 0;

/**
 * The connection of one log to its server, and the only file that knows the EventStoreDB client.
 *
 * More than a hundred calls on one connection wait for each other, so the subscription has its own. The fast path has a client
 * to itself: any other failure on a client makes it begin a second stream of appends beside the old one, whose end then takes
 * away the answers of the new one and ends the process.
 */
export class Client {
  /** The address of the server, without secrets. */
  readonly address: string;
  readonly #fast: EventStoreDBClient;
  readonly #calls: EventStoreDBClient;
  readonly #subscriptions: EventStoreDBClient;
  readonly #credentials: Credentials;
  #isFlowing = false;

  /** Throws a fault, without the password, for an invalid connection string. */
  constructor(connection: string) {
    const { address, user, password } = readConnection(connection);
    this.address = address;
    this.#credentials = { username: user, password };
    this.#fast = clientOf(connection, address);
    this.#calls = clientOf(connection, address);
    this.#subscriptions = clientOf(anotherConnection(connection), address);
    openLogs += 1;
  }

  /**
   * Whether appends sent together on the fast path are taken in order: once one has been answered there, and no outcome was
   * unknown since. The first makes the stream that the others follow.
   */
  get keepsOrder(): boolean {
    return this.#isFlowing && openLogs === 1;
  }

  /**
   * One attempt to append, with a timer of our own, since not every path of the client has a deadline. A first attempt may use
   * the fast path. Throws a fault where the server says that it will never write this.
   */
  async append(
    stream: string,
    revision: number,
    events: Proposed[],
    { maxMs, isFirst }: { maxMs: number; isFirst: boolean },
  ): Promise<Sent> {
    const expectedRevision = revision < 0 ? NO_STREAM : BigInt(revision);
    const isFast = isFirst && openLogs === 1;
    const call = isFast
      ? this.#fast.appendToStream(stream, events, { expectedRevision, deadline: generousMs })
      : this.#calls.appendToStream(stream, events, {
          expectedRevision,
          deadline: Math.ceil(maxMs),
          // With credentials the client uses a separate path for each call, which has a deadline.
          credentials: this.#credentials,
        });
    try {
      const { nextExpectedRevision } = await within(call, maxMs, 'an answer to an append');
      this.#isFlowing ||= isFast;
      return { outcome: 'written', revision: Number(nextExpectedRevision) };
    } catch (thrown) {
      const error = asCommandError(thrown);
      if (error.type === ErrorType.WRONG_EXPECTED_VERSION) {
        const { actualVersion } = error as unknown as WrongExpectedVersionError;
        return { outcome: 'wrong-revision', revision: actualVersion === NO_STREAM ? -1 : Number(actualVersion) };
      }
      if (definite.includes(error.type)) throw this.fault(error);
      this.#isFlowing &&= !isFast;
      return { outcome: 'unknown', error, mayBeThere: !wasNotWritten(error) };
    }
  }

  /** The present end of the server's log. The leader answers this, so an answer also means that writing is possible. */
  async head(ms: number): Promise<bigint | undefined> {
    let head: bigint | undefined;
    const asked = { direction: BACKWARDS, fromPosition: END, maxCount: 1, requiresLeader: true } as const;
    await drained(this.#calls.readAll(asked), ({ event }) => (head = event?.position.commit ?? head), ms);
    return head;
  }

  /** Reads up to `maxCount` events of the whole server from a position on, inclusive. */
  async readAll(from: Position | undefined, maxCount: number, onEvent: (event: ServerEvent) => void): Promise<void> {
    const asked = { direction: FORWARDS, fromPosition: from ?? START, maxCount } as const;
    await drained(this.#calls.readAll(asked), ({ event }) => (event ? onEvent(asServerEvent(event)) : undefined));
  }

  /** The revision of the first event of a stream; rejects where there is no such stream. */
  async firstRevision(stream: string): Promise<number | undefined> {
    let revision: number | undefined;
    const events = this.#calls.readStream(stream, { direction: FORWARDS, fromRevision: START, maxCount: 1 });
    await drained(events, ({ event }) => {
      if (event) revision = Number(event.revision);
    });
    return revision;
  }

  /** The data of the events of a stream from a revision on, in order; none where there is no such stream. */
  async readData(stream: string, from: number): Promise<unknown[]> {
    const data: unknown[] = [];
    try {
      const events = this.#calls.readStream(stream, { direction: FORWARDS, fromRevision: BigInt(from) });
      await drained(events, ({ event }) => void data.push(event?.data));
    } catch (error) {
      if (asCommandError(error).type !== ErrorType.STREAM_NOT_FOUND) throw this.fault(error);
    }
    return data;
  }

  /** Subscribes to the streams with these prefixes, after a position. */
  subscribe(from: Position | undefined, prefixes: string[], hears: Hears): Subscription {
    const stream = this.#subscriptions.subscribeToAll({
      fromPosition: from ?? START,
      filter: streamNameFilter({
        prefixes,
        // Everything before it must have been handed over, not wait in the stream.
        checkpointReached: ({ readableLength }, position) => (readableLength === 0 ? hears.passed(position) : undefined),
      }),
    });
    const ended = Promise.withResolvers<void>();
    let isOver = false;
    const end = (error?: Error): void => {
      isOver = true;
      if (error) ended.reject(error);
      else ended.resolve();
    };
    const silence = setTimeout(() => end(new LogFault('expected a subscription, found silence')), readTimeoutMs);
    const subscription: Subscription = {
      ended: ended.promise,
      isOver: () => isOver,
      isDrained: () => stream.readableLength === 0,
      pauseFor(done) {
        if (stream.isPaused()) return;
        stream.pause();
        void done?.then(() => stream.resume());
      },
      end,
      async close() {
        clearTimeout(silence);
        stream.on('error', () => undefined);
        await within(stream.unsubscribe(), 1000, 'the end of a subscription').catch(() => undefined);
        stream.destroy();
      },
    };
    stream.on('confirmation', () => clearTimeout(silence));
    stream.on('error', end);
    stream.on('end', () => end(new LogFault('the server ended the subscription')));
    stream.on('close', () => end(new LogFault('the subscription was closed')));
    stream.on('data', ({ event }) => {
      if (event && !isOver) hears.event(asServerEvent(event), subscription);
    });
    stream.on('caughtUp', () => hears.caughtUp(subscription));
    return subscription;
  }

  /** An error of the client in one line that names the server and the remedy. */
  fault(thrown: unknown): LogFault {
    const error = asCommandError(thrown);
    const [reason, why] = explained(error);
    return new LogFault(`${this.address}: ${why}`, { cause: error, reason });
  }

  async dispose(): Promise<void> {
    const all = [this.#fast, this.#calls, this.#subscriptions];
    await Promise.allSettled(all.map((one) => within(one.dispose(), 2000, 'the end of a connection')));
    openLogs -= 1;
  }
}

/** An event for `Client.append`. `data` is JSON text. */
export function proposed(id: string, type: string, data: string, metadata: Metadata): Proposed {
  return jsonEvent({
    id: ulidToUuid(id),
    type,
    data: JSON.parse(data) as Record<string, unknown>,
    // Bytes, which the client passes on as they are. It would turn an object into JSON and base64, and back twice.
    metadata: utf8.encode(JSON.stringify(metadata)),
  });
}

function clientOf(connection: string, address: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connection);
  } catch (error) {
    if (error instanceof Error && /certificate/i.test(error.message))
      throw denied('expected tlsCAFile, userCertFile and userKeyFile to name files, found that one does not');
    // The client's message would show the whole string, including the password.
    throw denied(`expected a connection string such as esdb://localhost:2113?tls=false, found ${address}`);
  }
}

/**
 * Reads an answer to its end, or until time is up. Leaving the iteration early would not end the call; it must be cancelled.
 */
async function drained<Event>(
  events: StreamingRead<Event>,
  onEvent: (event: Event) => void,
  ms = readTimeoutMs,
): Promise<void> {
  events.on('error', () => undefined);
  const run = async (): Promise<void> => {
    for await (const event of events) onEvent(event);
  };
  try {
    await within(run(), ms, 'an answer to a read');
  } finally {
    void events.cancel().catch(() => undefined);
  }
}

function asServerEvent({ position, streamId, revision, id, type, data, metadata }: AllStreamRecordedEvent): ServerEvent {
  return { position, stream: streamId, revision: Number(revision), id: uuidToUlid(id), type, data, metadata };
}

type CommandErrorLike = { readonly type: ErrorType; readonly message: string } & Error;

/** Turns a rejection with an error of gRPC, or of ours, into one of the client's errors. */
export function asCommandError(error: unknown): CommandErrorLike {
  if (error instanceof Error && 'type' in error) return error as CommandErrorLike;
  if (error instanceof Error && 'code' in error && 'metadata' in error) return convertToCommandError(error) as CommandErrorLike;
  return Object.assign(error instanceof Error ? error : new Error(String(error)), { type: ErrorType.UNKNOWN });
}

/** Whether the connection was never made, or the server said that it would not try. */
function wasNotWritten({ type, message }: CommandErrorLike): boolean {
  if (type === ErrorType.NOT_LEADER) return true;
  const unmade = /No connection established|ECONNREFUSED|Name resolution failed|ENOTFOUND|EAI_AGAIN|Failed to discover/;
  return unmade.test(message) || /Server Is (Not Ready|Busy|Too Busy)|No leader info/.test(message);
}

function explained({ type, message }: CommandErrorLike): [FaultReason, string] {
  if (/UNAUTHENTICATED/.test(message)) return ['denied', 'expected a user and password that the server knows, found others'];
  if (type === ErrorType.ACCESS_DENIED)
    return ['denied', 'expected the right to read $all and to append (group $admins, or an access list), found none'];
  if (type === ErrorType.STREAM_DELETED) return ['deleted', 'expected a stream to append to, found it deleted on the server'];
  if (type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) return ['too-large', 'expected at most 1 MiB in one append, found more'];
  if (/SSL|TLS|certificate|EPROTO/.test(message))
    return [
      'denied',
      `expected to agree on TLS, found that server and client do not (tls=true|false, tlsCAFile): ${oneLine(message)}`,
    ];
  if (/Name resolution failed|ENOTFOUND|EAI_AGAIN/.test(message))
    return ['out-of-reach', 'expected a name that leads to a server, found that it leads nowhere'];
  // A TLS server closes a connection without TLS.
  const hint = /Failed to connect/.test(message) ? ' (if it speaks TLS, say tls=true)' : '';
  return ['out-of-reach', `expected the server, found it out of reach: ${oneLine(message)}${hint}`];
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').slice(0, 300);
}
