/**
 * Why something cannot be used: a closed set, so that an answer can say it without paths, statements, secrets or stack traces.
 */
const faultReasons = {
  full: 'expected room for more, found the disk full',
  held: 'expected to get the file in time, found another process holding it',
  'write-protected': 'expected a file that can be written, found it write-protected',
  replaced: 'expected the file that was opened, found it removed or replaced',
  damaged: 'expected a sound file, found it damaged',
  changed: 'expected every event as it was recorded, found one that was changed',
  failing: 'expected the disk to work, found that it fails',
  'out-of-reach': 'expected it to be there, found it out of reach',
  unfitting: 'expected events that go on from where the ledger ends, found others',
  filling: 'expected all that is recorded, found that it is still being fetched from the server',
  'unknown-outcome': 'expected an answer in time, found none: it may have been recorded; send the same again to find out',
  deleted: 'expected a commitment that can be written to, found that its stream was deleted or truncated on the server',
  unreadable: 'expected a commitment that this version can read, found that it holds what it cannot',
  'too-large': 'expected an append that the server takes, found it too large',
  denied: 'expected a server that lets this service in, found that it does not',
  lost: 'expected a server that holds all that was recorded, found that some of it is gone; nothing is recorded until that is settled, and what is held here can be exported (ledger export --offline)',
  foreign: 'expected the server that this service knows, found another ledger or less than it had',
} as const;
export type FaultReason = keyof typeof faultReasons;

// https://sqlite.org/rescode.html
const sqliteReasons: Partial<Record<number, FaultReason>> = {
  5: 'held',
  8: 'write-protected',
  10: 'failing',
  11: 'damaged',
  13: 'full',
  14: 'out-of-reach',
  26: 'damaged',
};

/** The reason of an SQLite error; undefined for any other error. */
export function sqliteReason(error: unknown): FaultReason | undefined {
  // The low byte is the primary code; the others refine it.
  return error instanceof Error && 'errcode' in error ? (sqliteReasons[Number(error.errcode) & 0xff] ?? 'failing') : undefined;
}

/** The reason in one sentence, safe to send to clients. */
export function whyOf(error: unknown): string {
  if (error instanceof Error && 'reason' in error && isReason(error.reason)) {
    const subject = 'subject' in error && typeof error.subject === 'string' ? `: ${error.subject}` : '';
    return faultReasons[error.reason] + subject;
  }
  const reason = sqliteReason(error);
  if (reason !== undefined) return faultReasons[reason];
  // System errors name paths in their messages.
  if (error instanceof Error && 'syscall' in error && 'code' in error) return `found ${String(error.code)}`;
  return error instanceof Error ? error.message : 'found a fault';
}

function isReason(reason: unknown): reason is FaultReason {
  return typeof reason === 'string' && Object.hasOwn(faultReasons, reason);
}
