import { z } from 'zod';

/** What someone may do, from least to most: each role may also do all that those before it may. */
export const roles = ['read', 'record', 'review', 'admin'] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** Someone who showed that he is known here. `name` is recorded as who recorded an event. */
export type Person = { readonly name: string; readonly role: Role };

/** Whether a role may do what needs another. */
export function mayAct(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}
