import { type Log, maxClockBehindMs } from '../store/log.ts';

/**
 * The first event that lies more than a minute ahead of a clock (milliseconds since 1970, UTC), in one sentence with the
 * remedy; undefined when there is none. Until its time nothing can be recorded.
 */
export async function aheadOfClock(log: Log, now: number): Promise<string | undefined> {
  const before = await log.sizeAt(now + maxClockBehindMs);
  const [event] = await log.read(before, 1);
  if (!event) return undefined;
  const behind = (await log.size()) - event.sequence;
  const more = behind === 0 ? '' : ` and ${behind} more after it`;
  const instant = (time: number): string => new Date(time).toISOString();
  return (
    `event ${event.sequence} (${event.type} ${event.id} of ${event.stream})${more}: expected a time of recording that has come, ` +
    `found ${instant(event.time)} at ${instant(now)} by this machine's clock; nothing can be recorded until then. If this clock is ` +
    `right: restore the lines before event ${event.sequence} into a new ledger and import the rest`
  );
}
