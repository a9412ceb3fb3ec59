import type { Commitment } from '../../domain/commitment.ts';
import { type Milestones, milestones } from '../../projections/derived/warnings.ts';
import { type Due, dueOf } from '../../projections/due.ts';
import { type Situation, situationOf } from '../../projections/figures.ts';
import { type Around, type Summary, summaryIn, viewedIn } from '../../projections/record.ts';

/**
 * Results for a commitment on a day, remembered while it stays in memory: lists, views and the front page show the same
 * commitments again, and an announcement changes few of them.
 */

/** `milestones`, remembered. */
export const milestonesOf = oncePerObject((commitment: Commitment): Milestones => milestones(commitment));

/** `situationOf`, remembered for the last day asked. */
export function situationAt(commitment: Commitment, day: number): Situation {
  const known = situations.get(commitment);
  if (known?.day === day) return known;
  const situation = situationOf(commitment, day);
  situations.set(commitment, situation);
  return situation;
}
const situations = new WeakMap<Commitment, Situation>();

/** `dueOf`, remembered. */
export const dueOn = oncePerObject((situation: Situation): Due[] => dueOf(situation));

/** `summaryIn`, remembered. */
export const summaryAt = whileAnswersStay(summaryIn);

/** `viewedIn`, remembered. */
export const viewedAt = whileAnswersStay(viewedIn);

/** The length of a summary's JSON, in characters. */
export const lengthOf = oncePerObject((summary: Summary): number => JSON.stringify(summary).length);

function oncePerObject<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** A question about the rest of the ledger, and its answer in a comparable form. */
type Asked = { readonly ask: (around: Around) => unknown; readonly answer: unknown };

/**
 * Computes a value of a situation once, and again when one of its questions about the rest of the ledger has another answer.
 */
function whileAnswersStay<Value>(
  make: (situation: Situation, around: Around) => Value,
): (situation: Situation, around: Around) => Value {
  const made = new WeakMap<Situation, { readonly value: Value; readonly asked: readonly Asked[] }>();
  return (situation, around) => {
    const known = made.get(situation);
    if (known?.asked.every(({ ask, answer }) => ask(around) === answer)) return known.value;
    const asked: Asked[] = [];
    const noted = <Answer>(ask: (around: Around) => Answer): Answer => {
      const answer = ask(around);
      asked.push({ ask, answer });
      return answer;
    };
    const value = make(situation, {
      milestones: (id) => noted((one) => one.milestones(id)),
      exchangedFor: (id) => {
        noted((one) => one.exchangedFor(id).join());
        return around.exchangedFor(id);
      },
      called: (commitment, code) => noted((one) => one.called(commitment, code)),
    });
    made.set(situation, { value, asked });
    return value;
  };
}
