import type { Entry } from './commitment.ts';
import { maxProblems, type Rejection } from './rejection.ts';
import type { Status } from './status.ts';

/**
 * A rule that an announcement is held to at its place in the timeline: the status has been brought up to its day. It tells each
 * thing about which it is broken, such as a key, or one rejection where there is but one.
 */
export type Rule = (status: Status, entry: Entry) => Rejection | Iterable<Broken> | undefined;

/** `about`: what the rule is broken about. A correction is not held to what was broken before it. */
export type Broken = { readonly about: string; readonly rejection: Rejection };

/** How an announcement breaks a rule; empty when it does not. */
export function brokenBy(rule: Rule, status: Status, entry: Entry): readonly Broken[] {
  const broken = rule(status, entry);
  if (!broken) return [];
  return 'reason' in broken ? [{ about: '', rejection: broken }] : [...broken];
}

/** Several as one rejection: its reason is that of the first, with the problems of all that have the same. */
export function together(broken: readonly Broken[]): Rejection | undefined {
  const [first] = broken;
  if (!first) return undefined;
  const { reason } = first.rejection;
  const problems = broken.flatMap(({ rejection }) => (rejection.reason === reason ? rejection.problems : []));
  return { reason, problems: problems.slice(0, maxProblems) };
}
