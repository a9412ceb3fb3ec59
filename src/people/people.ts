import { type Keyring, openKeyring } from './keyFile.ts';
import { openSessions, type SessionOptions, type Sessions } from './sessions.ts';

/** Who may read and record, for a service that asks. */
export type People = {
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  /** Whether anyone may read without a key. */
  readonly isOpen: boolean;
  /** Whether nobody may record without a key even where there are no keys yet: others than this machine reach the service. */
  readonly isExposed: boolean;
};

/** The people of a data folder. */
export function openPeople(
  folder: string,
  { clock, newToken, ...how }: Pick<People, 'isOpen' | 'isExposed'> & Omit<SessionOptions, 'keyring'>,
): People {
  const keyring = openKeyring(folder);
  return { keyring, sessions: openSessions({ keyring, clock, newToken }), ...how };
}
