import { parseDay, whenOf } from '../../../domain/dates.ts';
import type { ChronicleEntry } from '../../../projections/chronicle.ts';
import type { CommitmentRecord } from '../../../projections/record.ts';

/**
 * A commitment for a page, with each day since which something holds as its announcement is dated: where only a month is known,
 * the month, and not its last day, from which on it counts.
 */
export function asKnown(record: CommitmentRecord, entries: readonly ChronicleEntry[]): CommitmentRecord {
  const happened = new Map(entries.map(({ row, event }) => [row.id, event.data.happened]));
  const { bound, suspended, terms, inForce, stoodLast } = record;
  const known = dated({ bound, suspended, terms, inForce, stoodLast }, happened);
  return { ...record, ...known };
}

/** The value with each `since` beside the id of an announcement that has no finer date. */
function dated<T>(value: T, happened: ReadonlyMap<string, string>): T {
  if (Array.isArray(value)) return value.map((one: unknown) => dated(one, happened)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, one]: [string, unknown]) => [name, dated(one, happened)] as const);
  const all = Object.fromEntries(fields) as Record<string, unknown>;
  const when = happened.get(String(all['announcement'] ?? all['suspension']));
  if (typeof all['since'] !== 'string' || when === undefined) return all as T;
  return (whenOf(when).latest === parseDay(all['since']) ? { ...all, since: when } : all) as T;
}
