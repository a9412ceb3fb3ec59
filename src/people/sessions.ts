import type { Keyring } from './keyFile.ts';
import type { Person } from './roles.ts';

/** Browser sessions: begun with a key; ended by the person, by time, or with the key. They are only in memory. */

export type Session = {
  readonly person: Person;
  /** Carried by the forms of this session, and by no others. */
  readonly formToken: string;
};

export type Sessions = {
  /** Begins a session with a key, by its hash. Returns the secret of its cookie; undefined where the key is not in force. */
  readonly begin: (keyHash: string) => string | undefined;
  /** The session of a cookie, which this use prolongs; undefined where there is none, or no longer. */
  readonly find: (cookie: string) => Session | undefined;
  readonly end: (cookie: string) => void;
  /** The clock by which they end: milliseconds since 1970, UTC. */
  readonly now: () => number;
};

export type SessionOptions = {
  readonly keyring: Keyring;
  /** Milliseconds since 1970, UTC. */
  readonly clock: () => number;
  /** A text that nobody can guess. */
  readonly newToken: () => string;
};

/** Long enough to type a long form, short enough for an unattended desk. */
const maxIdleMs = 2 * 60 * 60 * 1000;
/** A working day. */
export const maxSessionMs = 12 * 60 * 60 * 1000;
/** One more ends the least recently used session. */
const maxSessions = 10_000;

type Begun = { readonly keyHash: string; readonly formToken: string; readonly begunAt: number; usedAt: number };

export function openSessions({ keyring, clock, newToken }: SessionOptions): Sessions {
  /** In the order of their last use. */
  const sessions = new Map<string, Begun>();

  return {
    begin(keyHash) {
      if (!keyring.holderOf(keyHash)) return undefined;
      const cookie = newToken();
      sessions.set(cookie, { keyHash, formToken: newToken(), begunAt: clock(), usedAt: clock() });
      const [oldest] = sessions.keys();
      if (sessions.size > maxSessions && oldest !== undefined) sessions.delete(oldest);
      return cookie;
    },
    find(cookie) {
      const found = sessions.get(cookie);
      if (!found) return undefined;
      const now = clock();
      const isOver = now - found.usedAt > maxIdleMs || now - found.begunAt > maxSessionMs;
      const person = isOver ? undefined : keyring.holderOf(found.keyHash);
      sessions.delete(cookie);
      if (!person) return undefined;
      found.usedAt = now;
      sessions.set(cookie, found);
      return { person, formToken: found.formToken };
    },
    end: (cookie) => void sessions.delete(cookie),
    now: clock,
  };
}
