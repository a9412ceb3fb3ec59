import { z } from 'zod';
import { canonicalJson } from '../domain/json.ts';

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
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const [old, now] = [before.get(field), after.get(field)];
    if (old === now) return [];
    if (old !== undefined && now !== undefined && isSame(old, now)) return [];
    return [{ field, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }];
  });
}

/** Compares by value. Usually the fields of both are in the same order, and then JSON.stringify finds equality faster. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other) || canonicalJson(one) === canonicalJson(other);
}
