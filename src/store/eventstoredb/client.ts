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
/** An append's own deadline on the fast path, which the server compares with its clock: clocks may differ by less than this. */
const generousMs = 3_600_000;

const utf8 = new TextEncoder();

/** Errors after which nothing is written, and nothing will be. */
const definite: readonly ErrorType[] = [
  ErrorType.STREAM_DELETED,
  ErrorType.ACCESS_DENIED,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
];

/** An event on its way to the server. */
export type Proposed = JSONEventData<JSONEventType<string, Record<string, unknown>, Uint8Array>>;
/** The revision is the server's: of the last event of the append, or of the stream. */
export type Answered = { readonly outcome: 'written' | 'wrong-revision'; readonly revision: number };
/** `mayBeThere`: the server may have written it all the same. */
export type Sent = Answered | { readonly outcome: 'unknown'; readonly error: Error; readonly mayBeThere: boolean };

/** What a subscriber hears. Each event is handed over with the subscription that brought it. */
export type Hears = {
  event(event: ServerEvent, subscription: Subscription): void;
  /** Nothing of the ledger stands between the last event and this position. */
  passed(position: Position): void;
  caughtUp(subscription: Subscription): void;
};

export type Subscription = {
  /** Resolves when `end` was called without an error, rejects when the subscription ended otherwise. */
  readonly ended: Promise<void>;
  isOver(): boolean;
  /** Whether all that came was handed over. */
  isDrained(): boolean;
  /** Brings nothing more until `done` resolves. */
  pauseFor(done: Promise<void> | undefined): void;
  end(error?: Error): void;
  close(): Promise<void>;
};

/** The fast path shares what waits for an answer between all clients of a process, so only a process with one log takes it. */
let openLogs = 0;

/**
 * The connection of one log to its server, and the only file that knows the client of EventStoreDB.
 *
 * More than a hundred calls on one connection wait for each other, so the subscription has its own. What is sent on the fast path
 * has a client to itself: whatever else fails on a client makes it begin a new stream of appends beside the old one, whose end then
 * takes the answers of the new one away and ends the process.
 */
export class Client {
  /** Where the server is, without secrets. */
  readonly address: string;
  readonly #fast: EventStoreDBClient;
  readonly #calls: EventStoreDBClient;
  readonly #subscriptions: EventStoreDBClient;
  readonly #credentials: Credentials;
  #isFlowing = false;

  /** Throws a fault without the password when the connection string is none. */
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
   * Whether appends that are sent together on the fast path are taken in the order in which they were sent: once one has been
   * answered there, and nothing was left unknown since. The first makes the stream on which the others follow.
   */
  get keepsOrder(): boolean {
    return this.#isFlowing && openLogs === 1;
  }

  /**
   * One attempt to append, with a timer of our own: not every path of the client has a deadline. A first attempt may take the fast
   * path. Throws a fault where the server says that it will never write this.
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
          // With credentials the client takes a path of its own for each call, which has a deadline.
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

  /** Where the server's log ends now. The leader says it, so an answer also means that one can write. */
  async head(ms: number): Promise<bigint | undefined> {
    let head: bigint | undefined;
    const asked = { direction: BACKWARDS, fromPosition: END, maxCount: 1, requiresLeader: true } as const;
    await drained(this.#calls.readAll(asked), ({ event }) => (head = event?.position.commit ?? head), ms);
    return head;
  }

  /** Reads up to `maxCount` events of the whole server from a position on, the one that stands there included. */
  async readAll(from: Position | undefined, maxCount: number, onEvent: (event: ServerEvent) => void): Promise<void> {
    const asked = { direction: FORWARDS, fromPosition: from ?? START, maxCount } as const;
    await drained(this.#calls.readAll(asked), ({ event }) => (event ? onEvent(asServerEvent(event)) : undefined));
  }

  /** The revision of the first event that a stream has; rejects where there is no such stream. */
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

  /** Subscribes to the streams with these prefixes, from behind a position on. */
  subscribe(from: Position | undefined, prefixes: string[], hears: Hears): Subscription {
    const stream = this.#subscriptions.subscribeToAll({
      fromPosition: from ?? START,
      filter: streamNameFilter({
        prefixes,
        // What came before it must have been handed over, not wait in the stream.
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

  /** An error of the client in one line that names the server and what to do. */
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
    // As bytes, which the client takes as they are. An object it turns into JSON and base64, and twice back from that.
    metadata: utf8.encode(JSON.stringify(metadata)),
  });
}

function clientOf(connection: string, address: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connection);
  } catch (error) {
    if (error instanceof Error && /certificate/i.test(error.message))
      throw denied('expected tlsCAFile, userCertFile and userKeyFile to name files, found that one does not');
    // Its message would show the whole string, and with it the password.
    throw denied(`expected a connection string such as esdb://localhost:2113?tls=false, found ${address}`);
  }
}

/**
 * Reads an answer to its end, or for as long as it may take. Leaving the iteration early would not end the call: it goes on until it
 * is cancelled.
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

/** The client's own errors; also of what rejects with an error of gRPC, or of ours. */
export function asCommandError(error: unknown): CommandErrorLike {
  if (error instanceof Error && 'type' in error) return error as CommandErrorLike;
  if (error instanceof Error && 'code' in error && 'metadata' in error) return convertToCommandError(error) as CommandErrorLike;
  return Object.assign(error instanceof Error ? error : new Error(String(error)), { type: ErrorType.UNKNOWN });
}

/** Whether the connection was never made, or the server has said that it does not even try. */
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
  // What speaks TLS ends a connection that does not.
  const hint = /Failed to connect/.test(message) ? ' (if it speaks TLS, say tls=true)' : '';
  return ['out-of-reach', `expected the server, found it out of reach: ${oneLine(message)}${hint}`];
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').slice(0, 300);
}
