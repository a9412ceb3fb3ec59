import { type Keyring, openKeyring } from './keyFile.ts';
import type { Provider } from './provider.ts';
import { openSessions, type SessionOptions, type Sessions } from './sessions.ts';

/** Who may read and record, for a service that asks. */
export type People = {
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  /** Whose tokens are taken in place of keys. */
  readonly provider?: Provider | undefined;
  /** Whether anyone may read without a key. */
  readonly isOpen: boolean;
  /** Whether nobody may record without a key even where there are no keys yet: others than this machine reach the service. */
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

/** Whether there is any way to show who one is: a key, in force or revoked, or a provider. Throws where the keys cannot be read. */
export function knowsAnyone({ keyring, provider }: Pick<People, 'keyring' | 'provider'>): boolean {
  return provider !== undefined || keyring.hasKeys();
}
