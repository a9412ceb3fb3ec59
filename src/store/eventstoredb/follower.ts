import { LogFault } from '../log.ts';
import type { StoreObserver } from '../observer.ts';
import { asCommandError, ErrorType, type Subscription } from './client.ts';
import type { Intake } from './intake.ts';
import type { Link } from './link.ts';
import { assertSameServer, lookForLosses } from './sameServer.ts';
import { metastreamOf } from './serverEvent.ts';

/** How often an unavailable server is tried while an append waits for it. */
const awaitedMs = 50;
/** How long a replica that lacks something waits, since it takes nothing more. */
const lackingMs = 60_000;

/**
 * Keeps the replica up to date with the server until the log is closed; the end of a subscription is normal. `auditMs`: how
 * often to check whether the server still holds what may have been removed there.
 */
export async function follow(link: Link, intake: Intake, auditMs: number, observer?: StoreObserver): Promise<void> {
  for (let failures = 0; !link.stop.aborted;) {
    const before = intake.received?.commit;
    if (link.replica.losses.lack() !== undefined) {
      // The next event would have another number elsewhere.
      link.isCaughtUp = false;
      await link.pause(lackingMs);
      continue;
    }
    try {
      await assertSameServer(link);
      link.isOurs = true;
      link.changed();
      await subscribe(link, intake, auditMs);
      failures = 0;
    } catch (thrown) {
      const error = asCommandError(thrown);
      observer?.subscribedAgain();
      // The same server drops a subscriber that was too slow for a burst.
      link.isOurs &&= error.type === ErrorType.TIMEOUT;
      const fault = thrown instanceof LogFault ? thrown : link.client.fault(error);
      failures = before === intake.received?.commit ? failures + 1 : 1;
      // Being too slow for a burst, or a connection from before a restart, is no trouble: it continues at once from where it
      // was.
      if (failures > 1) link.lost = fault;
    }
    if (link.isCaughtUp) link.lastUp = performance.now();
    link.isCaughtUp = false;
    link.changed();
    // While nothing of the ledger was found, the next server may be a different one.
    if (!link.replica.anchor() && intake.isEmpty) intake.startOver();
    if (failures > 1) await pauseUnlessAwaited(link, Math.min(10 * 2 ** failures, 2000) * (0.5 + Math.random()));
  }
}

/** A long pause ends as soon as an append waits for the server. */
async function pauseUnlessAwaited(link: Link, ms: number): Promise<void> {
  await link.pause(Math.min(ms, awaitedMs));
  await link.until(() => link.stop.aborted || link.awaiting > 0, Math.max(0, ms - awaitedMs));
}

/** Resolves when the log is closed; rejects when the subscription ends otherwise. */
async function subscribe(link: Link, intake: Intake, auditMs: number): Promise<void> {
  const subscription = link.client.subscribe(intake.received, [link.prefix, metastreamOf(link.prefix)], {
    event: (event, from) => intake.handOver([event], from),
    passed: (position) => intake.passed(position),
    caughtUp: (from) => void settle(link, intake, from),
  });
  link.drop = (fault) => subscription.end(fault);
  const audit = setInterval(() => void lookForLosses(link).catch(() => undefined), auditMs);
  const stop = (): void => subscription.end();
  link.stop.addEventListener('abort', stop, { once: true });
  if (link.stop.aborted) stop();
  try {
    await subscription.ended;
  } finally {
    link.drop = undefined;
    clearInterval(audit);
    link.stop.removeEventListener('abort', stop);
    await subscription.close();
  }
}

/** The replica is up to date once everything before is written, which may still be in progress. */
async function settle(link: Link, intake: Intake, subscription: Subscription): Promise<void> {
  const isWritten = (): boolean => subscription.isOver() || (subscription.isDrained() && intake.isEmpty);
  while (!isWritten()) await link.until(isWritten, 50);
  const { losses } = link.replica;
  const isWhole = (): boolean => losses.lack() === undefined && (link.replica.isFilled() || losses.doubt() === undefined);
  const mayAnswer = (): boolean => subscription.isOver() || isWhole();
  link.isDoubted = !mayAnswer();
  link.changed();
  while (!mayAnswer()) await link.until(mayAnswer, 1000);
  link.isDoubted = false;
  if (subscription.isOver()) return;
  link.replica.noteFilled();
  link.isCaughtUp = true;
  link.lost = undefined;
  link.changed();
}
