import { setTimeout as sleep } from 'node:timers/promises';
import { LogFault } from '../log.ts';
import type { Answered, Proposed } from './client.ts';
import type { Link } from './link.ts';

/**
 * When an append gives up, in milliseconds of `performance.now()`: once the server is known to be unavailable, and in any case.
 */
export type End = { readonly known: number; readonly all: number };

/** `mayBeThere`: an attempt before the answered one may have written it. */
export type Known = Answered & { readonly mayBeThere: boolean };

/**
 * An append to send. `revision`: the server's revision of the event before it, -1 for none. `name`: the name of a stream that
 * is no commitment's.
 */
export type Sending = {
  readonly stream: string;
  readonly name?: string;
  readonly revision: number;
  readonly events: Proposed[];
};

/**
 * Sends an append until the server gives the outcome. An append that timed out, or whose connection broke, may or may not be
 * written. So the same ids are sent again at the same revision: the server compares them with what is there, and never writes
 * them twice. Throws when time is up: `out-of-reach` where it cannot have been written, `unknown-outcome` where it may have
 * been.
 */
export async function sendUntilKnown(link: Link, sending: Sending, end: End): Promise<Known> {
  let mayBeThere = false;
  if (performance.now() > end.all) throw outcomeUnknown(link, link.trouble, false);
  for (let attempts = 0; ; attempts += 1) {
    await untilOurs(link, end, mayBeThere);
    const isFirst = attempts === 0;
    const maxMs = Math.max(1, Math.min(end.all - performance.now(), isFirst ? link.appendTimeoutMs / 2 : Infinity));
    const name = sending.name ?? link.prefix + sending.stream;
    const sent = await link.client.append(name, sending.revision, sending.events, { maxMs, isFirst });
    if (sent.outcome !== 'unknown') return { ...sent, mayBeThere };
    mayBeThere ||= sent.mayBeThere;
    const pause = 20 * 2 ** Math.min(attempts, 4) * (0.5 + Math.random());
    // Sending without time for an answer would only make the outcome unknown.
    if (performance.now() + pause > end.all - link.appendTimeoutMs / 10) throw outcomeUnknown(link, sent.error, mayBeThere);
    await sleep(pause);
  }
}

/** A different server may have replaced one that was unavailable: nothing is sent before it is identified. */
async function untilOurs(link: Link, end: End, mayBeThere: boolean): Promise<void> {
  if (link.isOurs) return;
  link.awaiting += 1;
  try {
    while (!link.isOurs) {
      link.changed();
      const { trouble } = link;
      // An append that may be on the server is worth waiting for; one never sent is refused at once, and can be sent again.
      const rest = (trouble && !mayBeThere ? Math.min(end.known, end.all) : end.all) - performance.now();
      if (trouble && !mayBeThere && (rest <= 0 || trouble.reason !== 'out-of-reach')) throw trouble;
      if (rest <= 0 || trouble?.reason === 'foreign') throw outcomeUnknown(link, trouble, mayBeThere);
      await link.until(() => link.isOurs, Math.min(rest, 100));
    }
  } finally {
    link.awaiting -= 1;
  }
}

/** The fault of an append that timed out. */
export function outcomeUnknown(link: Link, cause: Error | undefined, mayBeThere: boolean): LogFault {
  const reason = cause ? `: ${cause.message}` : '';
  if (!mayBeThere)
    return new LogFault(`${link.client.address}: expected the server, found it out of reach${reason}`, { cause });
  return new LogFault(
    `expected to know within ${link.appendTimeoutMs} ms whether it is recorded, found no answer${reason}; the same may be sent again`,
    { cause, reason: 'unknown-outcome' },
  );
}
