import { advance } from './advance.ts';
import type { Entry } from './commitment.ts';
import { maxProblems, type Rejection } from './rejection.ts';
import { copyOf, type Status } from './status.ts';
import type { Term } from './terms.ts';

/**
 * A rule for an announcement at its place in the timeline, with the status brought up to its day. It reports each thing about
 * which it is broken, such as a key, or a single rejection where there is only one. `after` computes the status after the
 * announcement.
 */
export type Rule = (status: Status, entry: Entry, after: () => Status) => Rejection | readonly Broken[] | undefined;

/** `about`: what the rule is broken about. A correction is not held to what was broken before it. */
export type Broken = { readonly about: string; readonly rejection: Rejection };

/** The status after an announcement; computed for the first rule that asks, and shared by the others. */
export function afterwards(status: Status, entry: Entry): () => Status {
  let after: Status | undefined;
  return () => {
    if (after) return after;
    after = copyOf(status);
    advance(after, entry);
    return after;
  };
}

/**
 * The breaks of a rule by an announcement, empty when there is none. `after`: see `afterwards`; the rules of one place share
 * it.
 */
export function brokenBy(
  rule: Rule,
  status: Status,
  entry: Entry,
  after: () => Status = afterwards(status, entry),
): readonly Broken[] {
  const broken = rule(status, entry, after);
  if (!broken) return [];
  return 'reason' in broken ? [{ about: '', rejection: broken }] : broken;
}

/** The breaks of a rule by each term of an announcement. */
export function brokenTerms(
  { data: { terms = [] } }: Entry,
  wrong: (term: Term, index: number) => Rejection | undefined,
): Broken[] | undefined {
  let broken: Broken[] | undefined;
  for (const [index, term] of terms.entries()) {
    const rejection = wrong(term, index);
    if (rejection) (broken ??= []).push({ about: term.key, rejection });
  }
  return broken;
}

/** Several breaks as one rejection: the reason of the first, with the problems of all that have that reason. */
export function together(broken: readonly Broken[]): Rejection | undefined {
  const [first] = broken;
  if (!first) return undefined;
  const { reason } = first.rejection;
  const problems = broken.flatMap(({ rejection }) => (rejection.reason === reason ? rejection.problems : []));
  return { reason, problems: problems.slice(0, maxProblems) };
}
