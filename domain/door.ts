import { type Corrected, type EventType, type LedgerEvent, ledgerEvent } from './announcement.ts';
import { bounds, boundsProblems } from './bounds.ts';
import { expectedFound } from './codes.ts';
import { changed, type Commitment } from './commitment.ts';
import { pointerTo } from './json.ts';
import { maxProblems, type Problem, reject, type Rejection } from './rejection.ts';

/**
 * The rules that are judged once, when something is recorded, corrected or imported, before decide.ts judges it: never on
 * restore, and never again for what stands. A correction is held to them by its own fields alone. Undefined when none is
 * broken.
 */
export function judgeAtDoor(commitment: Commitment | undefined, event: LedgerEvent): Rejection | undefined {
  const problems = boundsProblems(event.data);
  if (problems.length > 0) return { reason: 'invalid', problems };
  return event.type === 'corrected' && commitment ? wrongChanges(commitment, event.data) : undefined;
}

/** The fields that events of each type have. */
const fieldsOfType: ReadonlyMap<EventType, ReadonlySet<string>> = new Map(
  ledgerEvent.options.map(({ shape }) => [shape.type.value, new Set(Object.keys(shape.data.shape))]),
);

function wrongChanges(commitment: Commitment, correction: Corrected): Rejection | undefined {
  const { corrects, changes = {} } = correction;
  const { opened, timeline } = commitment;
  const target = corrects === opened.id ? opened : timeline.find(({ id }) => id === corrects);
  // The rules for corrections report a target that does not exist.
  if (!target) return undefined;
  const fields = fieldsOfType.get(target.type);
  const problems: Problem[] = Object.keys(changes)
    .filter((field) => !fields?.has(field))
    .slice(0, maxProblems)
    .map((field) => ({
      pointer: pointerTo(['changes', field]),
      detail: expectedFound(`a field of ${target.type}${field === 'type' ? ', which keeps its type' : ''}`, field),
    }));
  if (problems.length > 0) return { reason: 'invalid', problems };
  const [before, after] = [termsIn(target.data), termsIn(changed(target.data, correction))];
  if (after <= bounds.terms || after <= before) return undefined;
  return reject('invalid', '/changes/terms', `expected at most ${bounds.terms} terms with those that stay, found ${after}`);
}

function termsIn(data: object): number {
  return 'terms' in data && Array.isArray(data.terms) ? data.terms.length : 0;
}
