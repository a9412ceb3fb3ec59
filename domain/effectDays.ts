import type { Owed } from './accounts.ts';
import type { Entry } from './commitment.ts';
import { effectiveDays, whenOf } from './dates.ts';
import type { Days } from './days.ts';

/** From when to when what is owed has effect, as announced. Periods, pauses and ends are left out: see `inForceSpans`. */

/**
 * By the term's own `effective`, else by the announcement's; else from the date of an instrument that binds and names no second
 * party.
 */
export function daysOfEffect({ entry: { data }, term }: Owed): Days | undefined {
  const effective = term.effective ?? data.effective;
  if (effective !== undefined) return effectiveDays(effective);
  const { instrument } = data;
  if (instrument?.binding !== 'yes' || new Set(instrument.parties).size > 1) return undefined;
  const from = whenOf(instrument.date).latest;
  return from === Infinity ? undefined : { from, to: Infinity };
}

/**
 * The days of the effect that decides how long a term is in force in an account: that of the announcement that gave it or of a
 * reaffirmation, whichever begins later; of equal beginnings the reaffirmation's.
 */
export function lastEffect(owed: Owed): Days | undefined {
  const own = daysOfEffect(owed);
  const again = effectOf(owed.reaffirmed);
  return own && again && again.from < own.from ? own : (again ?? own);
}

/** Whether the effect of a reaffirmation begins no earlier than that of one before it, if there is one. */
export function isLaterEffect(entry: Entry, before: Entry | undefined): boolean {
  return (effectOf(entry)?.from ?? -Infinity) >= (effectOf(before)?.from ?? -Infinity);
}

function effectOf(entry: Entry | undefined): Days | undefined {
  return entry?.data.effective === undefined ? undefined : effectiveDays(entry.data.effective);
}
