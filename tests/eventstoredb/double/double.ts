import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as TcpServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createEventLog, type EventLog, type Expected, type Proposed, systemEvent } from './log.ts';
import { type Faults, noFaults } from './faults.ts';
import type { Accounts } from './node.ts';
import { addServices } from './services.ts';
import { type Refusal, refusals } from './wire.ts';

export type DoubleOptions = {
  /** A port of the system's choice when absent. */
  readonly port?: number;
  /** The log of another double, which makes the two of them nodes of one cluster. */
  readonly log?: EventLog;
  /** How many live events wait for a subscriber before it is dropped as too slow; Infinity never drops. */
  readonly liveBuffer?: number;
  /** After how many appends the server writes an event of its own into `$all`; 0 never. */
  readonly systemEventEvery?: number;
  /** How far the server's clock is ahead, for the deadlines that batch appends carry. */
  readonly clockAheadMs?: number;
  /** Speaks TLS with this certificate, and knows these accounts. */
  readonly secure?: Secure;
};

/** Key and certificate are PEM. An account that is no administrator has no right to `$all`. */
export type Secure = {
  readonly key: string;
  readonly cert: string;
  readonly accounts: Accounts;
};

/** An event as a test looks at it. `data` is what the JSON says, or the bytes. */
export type Recorded = {
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly position: bigint;
};

export type Double = Awaited<ReturnType<typeof startDouble>>;

/**
 * Starts a server in this process that behaves to `@eventstore/db-client` as a single insecure EventStoreDB 23.10 node does, and
 * that can be made to fail. What it holds is in memory and outlives `stop` and `start`.
 */
export async function startDouble(options: DoubleOptions = {}) {
  const { liveBuffer = 32, systemEventEvery = 10, clockAheadMs = 0, secure } = options;
  const log = options.log ?? createLogOfNode();
  const faults: Faults = noFaults();
  const struck = new Map<string, number>();
  const sockets = new Map<number, Socket>();
  const subscribers = new Set<(reason: Refusal) => void>();
  const held = new Set<(goOn: boolean) => void>();
  let silence: 'all' | 'appends' | 'reads' | undefined;
  let port = options.port ?? 0;
  let listener: TcpServer | undefined;
  let life = 0;
  const socketOf = (peer: string) => sockets.get(Number(peer.slice(peer.lastIndexOf(':') + 1)));
  let appends = 0;

  const server = new Server({ 'grpc.max_concurrent_streams': 100, 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
  const injector = server.createConnectionInjector(
    secure === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: Buffer.from(secure.key), cert_chain: Buffer.from(secure.cert) }]),
  );

  const node = {
    log,
    faults,
    clockAheadMs,
    liveBuffer,
    accounts: secure?.accounts,
    subscribers,
    life: () => life,
    strike(fault: string): void {
      struck.set(fault, (struck.get(fault) ?? 0) + 1);
    },
    /** Waits as long as the faults say; false for a call that is never looked at, because its server is gone. */
    async admit(kind: 'append' | 'read' | 'features'): Promise<boolean> {
      const lifeThen = life;
      if (silence === 'all' || silence === `${kind}s`) {
        node.strike('silence');
        if (!(await new Promise<boolean>((resolve) => held.add(resolve)))) return false;
      }
      if (faults.slowMs > 0) {
        node.strike('slow');
        await wait(faults.slowMs);
      }
      return life === lifeThen;
    },
    /** Breaks the connection that a call came by. */
    cut(peer: string): void {
      socketOf(peer)?.destroy();
    },
    isConnected: (peer: string) => socketOf(peer)?.destroyed === false,
    /** The server goes away at once and is back after `ms`. */
    goAway(ms: number): void {
      const back = async (): Promise<void> => {
        const stopped = stop();
        const lifeThen = life;
        await stopped;
        await wait(ms);
        // Whoever stopped or started it meanwhile knows better.
        if (life === lifeThen) await start();
      };
      void back();
    },
    append(stream: string, expected: Expected, proposed: readonly Proposed[]) {
      const outcome = log.append(stream, expected, proposed);
      if (outcome.result === 'written' && systemEventEvery > 0 && ++appends % systemEventEvery === 0)
        log.append(`$stats-127.0.0.1:${port}`, 'any', [systemEvent('$statsCollected', '{"proc-cpu":0.1}')]);
      return outcome;
    },
  };
  addServices(server, node);

  async function listen(speak: boolean): Promise<void> {
    listener = createServer({ noDelay: true }, (socket) => {
      const remote = socket.remotePort ?? 0;
      sockets.set(remote, socket);
      socket.on('close', () => sockets.delete(remote));
      socket.on('error', () => undefined);
      if (speak) injector.injectConnection(socket);
    });
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    port = (listener.address() as AddressInfo).port;
  }

  /** As after a kill: connections break at once, new ones are refused, calls in flight come to nothing. */
  async function stop(): Promise<void> {
    life++;
    const closing = listener;
    listener = undefined;
    for (const resolve of held) resolve(false);
    held.clear();
    subscribers.clear();
    for (const socket of sockets.values()) socket.destroy();
    if (closing === undefined) return;
    closing.close();
    await once(closing, 'close');
  }

  /** On the same port, with the same events; which ids were written lately is forgotten. */
  async function start(): Promise<void> {
    await stop();
    log.forget();
    // The record by which a node that has become leader begins its epoch.
    log.skip(304);
    await listen(true);
  }

  await listen(true);
  return {
    /** With TLS it wants an account before the host, and `tlsCAFile`. */
    connectionString: `esdb://127.0.0.1:${port}${secure === undefined ? '?tls=false' : ''}`,
    port,
    log,
    faults,
    stop,
    start,
    /** How often each fault has struck. */
    struck: (fault: string): number => struck.get(fault) ?? 0,
    /** Accepts connections and never says a word on them. */
    async mute(): Promise<void> {
      await stop();
      await listen(false);
    },
    /** Takes calls and does not answer. `speak` goes on with them, written late though their callers may have gone. */
    silence(what: 'all' | 'appends' | 'reads' = 'all'): void {
      silence = what;
    },
    speak(): void {
      silence = undefined;
      for (const resolve of held) resolve(true);
      held.clear();
    },
    /** Drops every live subscriber, as too slow or because the connection is taken away; answers how many there were. */
    dropSubscribers(): number {
      const dropping = [...subscribers];
      const reason = 'Consumer too slow to handle event while live. Client resubscription required.';
      for (const drop of dropping) drop(refusals.timeout(reason));
      return dropping.length;
    },
    /** Breaks every connection; the server stays. */
    breakConnections(): void {
      for (const socket of sockets.values()) socket.destroy();
    },
    /** Forgets which ids were written lately, without a restart. */
    forgetIds: () => log.forget(),
    /** Writes behind everybody's back; `data` is sent as JSON. */
    put(stream: string, type: string, id: string, data: unknown, metadata?: unknown): void {
      const bytes = (value: unknown): Buffer => Buffer.from(value === undefined ? '' : JSON.stringify(value));
      node.append(stream, 'any', [{ id, type, isJson: true, data: bytes(data), metadata: bytes(metadata) }]);
    },
    /** What is in the log, in the order of `$all`, without the server's own: of one stream, or of all. */
    events(stream?: string): Recorded[] {
      const asked = log.records.filter((event) =>
        stream === undefined ? !event.stream.startsWith('$') : event.stream === stream,
      );
      return asked.map((event) => ({
        stream: event.stream,
        revision: event.revision,
        id: event.id,
        type: event.type,
        data: event.isJson ? parsed(event.data) : event.data,
        metadata: event.metadata.length === 0 ? undefined : parsed(event.metadata),
        position: BigInt(event.position),
      }));
    },
    async close(): Promise<void> {
      await stop();
      server.forceShutdown();
    },
  };
}

/** A log with what a fresh node writes into it by itself. */
function createLogOfNode(): EventLog {
  const log = createEventLog();
  log.skip(548);
  log.append('$$$scavenges', 'any', [systemEvent('$metadata', '{"$maxAge":2592000}')]);
  return log;
}

/** What bytes say as JSON, or the bytes. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return bytes;
  }
}
