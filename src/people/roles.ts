import { z } from 'zod';

/** What a person may do, from least to most: each role may also do everything that those before it may. */
export const roles = ['read', 'record', 'review', 'admin'] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** A person who has been identified. `name` is recorded as the recorder of an event. */
export type Person = { readonly name: string; readonly role: Role };

/** Whether a role includes another. */
export function mayAct(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}
