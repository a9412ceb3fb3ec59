import { z } from 'zod';

/** One field that differs between two states of the same thing. */
export const difference = z
  .object({
    field: z.string().describe('A field, or a field and the key, dispute or warning inside it'),
    before: z.unknown().optional().describe('Absent: it was not there'),
    after: z.unknown().optional().describe('Absent: it is not there any more'),
    of: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Of a performance: what its promise is counted in (kind, currency, unit, of, per), and its deadline'),
  })
  .meta({ id: 'Difference' });
export type Difference = z.infer<typeof difference>;

/** The fields that differ by value, in the order in which they first occur. */
export function differences(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): Difference[] {
  const found: Difference[] = [];
  const compare = (field: string, old: unknown, now: unknown): void => {
    if (isSame(old, now)) return;
    const one: Difference = { field };
    if (old !== undefined) one.before = old;
    if (now !== undefined) one.after = now;
    found.push(one);
  };
  for (const [field, old] of before) compare(field, old, after.get(field));
  for (const [field, now] of after) if (!before.has(field)) compare(field, undefined, now);
  return found;
}

/** Compares JSON values. A member that is undefined is as one that is absent. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((member, index) => isSame(member, other[index]));
  }
  const [own, theirs] = [one, other] as [Record<string, unknown>, Record<string, unknown>];
  for (const name in own) if (!isSame(own[name], theirs[name])) return false;
  for (const name in theirs) if (own[name] === undefined && theirs[name] !== undefined) return false;
  return true;
}
