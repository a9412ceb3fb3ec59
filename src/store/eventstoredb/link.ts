import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFault } from '../log.ts';
import type { Client } from './client.ts';
import type { Replica } from './replica.ts';

export type LinkOptions = {
  readonly client: Client;
  readonly replica: Replica;
  /** The folder of the replica. */
  readonly folder: string;
  /** The prefix of the names of the ledger's streams. */
  readonly prefix: string;
  /** How long an append may take, retries included. */
  readonly appendTimeoutMs: number;
};

/** The link between a replica and its server, and its state, shared by follower, intake and appender. */
export class Link {
  readonly client: Client;
  readonly replica: Replica;
  readonly folder: string;
  readonly prefix: string;
  readonly appendTimeoutMs: number;
  /** Whether the replica holds everything that the server has. */
  isCaughtUp = false;
  /** Whether the server was identified as the replica's own since the connection was last lost. */
  isOurs = false;
  /** When the replica was last known to hold everything the server had, in milliseconds of `performance.now()`. */
  lastUp: number | undefined;
  /** Why the server is not followed at present. */
  lost: LogFault | undefined;
  /** Why the replica does not take events from the server. */
  stuck: LogFault | undefined;
  /** Whether the replica holds everything the server has, which may be less than the server had. */
  isDoubted = false;
  /** What this replica holds but the server has lost. */
  gone: LogFault | undefined;
  /** Ends the present subscription. */
  drop: ((fault: LogFault) => void) | undefined;
  /** How many appends wait for an unavailable server. */
  awaiting = 0;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();

  constructor({ client, replica, folder, prefix, appendTimeoutMs }: LinkOptions) {
    this.client = client;
    this.replica = replica;
    this.folder = folder;
    this.prefix = prefix;
    this.appendTimeoutMs = appendTimeoutMs;
  }

  /** Why this instance may not know everything that the server has. */
  get trouble(): LogFault | undefined {
    return this.stuck ?? this.lacking ?? this.gone ?? this.lost;
  }

  /** What the server has lost, possibly before this replica was filled. */
  get lacking(): LogFault | undefined {
    const lack = this.replica.losses.lack();
    if (lack !== undefined)
      return this.losing(`${lack}: this replica lacks what the server had, and an instance that was filled before may hold`);
    const doubt = this.isDoubted ? this.replica.losses.doubt() : undefined;
    return doubt === undefined
      ? undefined
      : this.losing(`${doubt}: what this replica may lack, an instance that was filled before may hold`);
  }

  losing(what: string): LogFault {
    const how = `ledger export --offline --data ${this.folder} FILE`;
    return new LogFault(
      `${this.client.address}: ${what}. Nothing is recorded here until that is settled: write down what each instance holds (${how}), ` +
        'restore the longest export into an empty server, and give every instance that server and an empty folder',
      { reason: 'lost' },
    );
  }

  /** Why nothing can be read or recorded yet: the replica has never held everything the server had. */
  filling(): LogFault {
    const { trouble } = this;
    return new LogFault(
      `the replica in ${this.folder} has never held all that the server has${trouble ? `: ${trouble.message}` : ''}`,
      { reason: trouble?.reason === 'lost' ? 'lost' : 'filling' },
    );
  }

  /** Throws where nothing may be written to a stream, for a reason other than an unavailable server. */
  assertMayWrite(stream: string): void {
    if (this.trouble && this.trouble.reason !== 'out-of-reach') throw this.trouble;
    const closed = this.replica.closedTo(stream);
    if (closed) throw new LogFault(`nothing can be written to ${stream}: ${closed.why}`, { reason: closed.fault });
  }

  /** To be called when anything that `until` may wait for has changed. */
  changed(): void {
    this.#changes.emit('change');
  }

  /** Waits until a condition holds, or time is up. */
  async until(isSo: () => boolean, maxMs: number): Promise<void> {
    if (isSo()) return;
    const settled = Promise.withResolvers<void>();
    const look = (): void => {
      if (isSo()) settled.resolve();
    };
    const timer = setTimeout(settled.resolve, maxMs);
    this.#changes.on('change', look);
    await settled.promise;
    this.#changes.off('change', look);
    clearTimeout(timer);
  }

  /** Aborts when the log is closed. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Ends the follower. */
  end(): void {
    this.#stop.abort();
    this.changed();
  }

  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stop }).catch(() => undefined);
  }
}
