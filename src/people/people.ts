import { type Keyring, openKeyring } from './keyFile.ts';
import type { Provider } from './provider.ts';
import { openSessions, type SessionOptions, type Sessions } from './sessions.ts';

/** Who may read from a service and record into it. */
export type People = {
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  /** The provider whose tokens are accepted in place of keys. */
  readonly provider?: Provider | undefined;
  /** Whether anyone may read without a key. */
  readonly isOpen: boolean;
  /** Whether recording needs a key even while there are none: other machines reach the service. */
  readonly isExposed: boolean;
};

/** The people of a data folder. */
export function openPeople(
  folder: string,
  { clock, newToken, ...how }: Pick<People, 'isOpen' | 'isExposed' | 'provider'> & Omit<SessionOptions, 'keyring'>,
): People {
  const keyring = openKeyring(folder);
  return { keyring, sessions: openSessions({ keyring, clock, newToken }), ...how };
}

/**
 * Whether people can identify themselves: by a key, in force or revoked, or by a provider. Throws where the keys cannot be
 * read.
 */
export function knowsAnyone({ keyring, provider }: Pick<People, 'keyring' | 'provider'>): boolean {
  return provider !== undefined || keyring.hasKeys();
}
