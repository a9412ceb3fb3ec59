import { LogFault } from '../log.ts';

/** The content of a connection string. */
export type Connection = {
  /** The address of the server, without secrets. */
  readonly address: string;
  /** Both are `anonymous` where the string does not say. */
  readonly user: string;
  readonly password: string;
};

/**
 * Parses a connection string. Throws a fault, without the password, where the client would silently ignore a part of the
 * string.
 */
export function readConnection(connection: string): Connection {
  const scheme = /^[a-z+]*:\/\//i.exec(connection)?.[0] ?? '';
  const address = scheme + connection.slice(Math.max(scheme.length, connection.lastIndexOf('@') + 1));
  if (!/^esdb(\+discover)?:\/\/$/.test(scheme))
    throw denied(`expected esdb://host:port or esdb+discover://name, found ${address}`);
  const says = (option: string): boolean => new RegExp(`[?&]${option}(&|$)`, 'i').test(connection);
  if (says('tlsVerifyCert=false') && !says('tls=false'))
    throw denied('expected tlsCAFile=…, found tlsVerifyCert=false, which the client ignores');
  if (says('throwOnAppendFailure=false'))
    throw denied('expected throwOnAppendFailure to be left out, found it false, which hides what became of an append');
  // Split as the client does.
  const [, user = 'anonymous', password = 'anonymous'] = /^[^:]+:\/\/([^:]+):([^@]+)@/.exec(connection) ?? [];
  try {
    if (!password.includes(':')) return { address, user: decodeURIComponent(user), password: decodeURIComponent(password) };
  } catch {
    // Refused below.
  }
  throw denied(
    `expected user and password percent-encoded (% as %25, : as %3A, @ as %40), found them otherwise for ${address}`,
  );
}

/** The connection string with another keep-alive interval, which makes it another connection for the client. */
export function anotherConnection(connection: string): string {
  const interval = /([?&]keepAliveInterval=)(-?\d+)/i;
  return interval.test(connection)
    ? connection.replace(interval, (_, name: string, ms: string) => name + (Number(ms) < 0 ? 10_001 : Number(ms) + 1))
    : `${connection}${connection.includes('?') ? '&' : '?'}keepAliveInterval=10001`;
}

export function denied(message: string): LogFault {
  return new LogFault(message, { reason: 'denied' });
}
