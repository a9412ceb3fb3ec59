import { problemKinds } from '../problems.ts';

/** Why a form was not recorded: the kind of the problem, with its title and its status. */
export function kindOf(kind: string) {
  return { kind, ...(problemKinds.get(kind) ?? { status: 400 as const, title: 'It cannot be recorded' }) };
}
