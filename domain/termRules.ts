import { standingUnder } from './accounts.ts';
import { binds, owersAmong } from './binding.ts';
import { expectedFound } from './codes.ts';
import type { Entry } from './commitment.ts';
import { unlikeMeasure, wrongParts } from './partRules.ts';
import { circles, unknownReferences } from './referenceRules.ts';
import { reject } from './rejection.ts';
import { type Broken, brokenTerms, type Rule } from './rule.ts';
import { standing, type Status } from './status.ts';
import { type Figured, figureParts, isFigured, pers, sameFigure, sameTerm, type Term } from './terms.ts';

/** The rules for an announcement's terms that are judged once, also on restore. */
export const termRules: readonly Rule[] = [
  wrongRemoval,
  unchanged,
  reaffirmedOtherwise,
  unknownReferences,
  circles,
  wrongParts,
];

/** Further rules for terms, judged only when something comes in. */
export const termRulesAtDoor: readonly Rule[] = [unknownPer, uncounted, unlikeMeasure];

function wrongRemoval(status: Status, entry: Entry): readonly Broken[] | undefined {
  if (entry.type !== 'amended' || !entry.data.removes?.length) return undefined;
  const keys = new Set(standing(status).map(({ term }) => term.key));
  const given = new Set((entry.data.terms ?? []).map(({ key }) => key));
  return entry.data.removes.flatMap((key, index) => {
    const pointer = `/removes/${index}`;
    if (!keys.has(key)) {
      const expected = `a key that stands (${[...keys].join(', ') || 'none'})`;
      return [{ about: key, rejection: reject('unknown-term', pointer, expectedFound(expected, key)) }];
    }
    if (!given.has(key)) return [];
    const detail = `expected a term either changed or removed, found "${key}" both`;
    return [{ about: key, rejection: reject('invalid', pointer, detail) }];
  });
}

/**
 * At least one of the parties it binds must owe one of its terms differently before. Where it binds nobody, no one may owe one
 * of its terms as it says.
 */
function unchanged(status: Status, entry: Entry): ReturnType<Rule> {
  if (entry.type !== 'amended' || entry.data.removes?.length) return undefined;
  const bound = binds(status, entry);
  const isChanged = (term: Term): boolean => {
    const by = owersAmong(status, bound, { entry, term });
    if (by.length === 0) return !standingUnder(status.accounts, term.key).some((old) => sameTerm(term, old.term));
    return by.some((party) => {
      const old = status.accounts.get(party)?.get(term.key);
      return !old || !sameTerm(term, old.term);
    });
  };
  if ((entry.data.terms ?? []).some(isChanged)) return undefined;
  return reject('nothing-changed', '/terms', 'expected at least one term other than those that stand, found the same again');
}

function reaffirmedOtherwise(status: Status, entry: Entry): readonly Broken[] | undefined {
  if (entry.type !== 'reaffirmed') return undefined;
  const stand = standing(status).map(({ term }) => term);
  const nameOf = (term: Term): string => JSON.stringify(figureParts(term));
  const byFigure = Map.groupBy(stand, nameOf);
  return brokenTerms(entry, (term, index) => {
    if (!hasFigure(term) || byFigure.get(nameOf(term))?.some((old) => sameFigure(term, old))) return undefined;
    const old = stand.find(({ key }) => key === term.key);
    const expected = old ? `the figure that stands ("${old.text}")` : 'a figure that stands';
    const detail = `expected ${expected}, found "${term.text}"`;
    return reject('figure-not-standing', `/terms/${index}`, detail);
  });
}

/** A tariff that names the MFN rate alone has no figure, unless it says which rate applied before. */
function hasFigure(term: Term): term is Figured {
  return isFigured(term) && (term.kind !== 'tariff' || (term.to ?? term.min ?? term.from) !== undefined);
}

function unknownPer(_: Status, entry: Entry): readonly Broken[] | undefined {
  return brokenTerms(entry, (term, index) => {
    if (!('per' in term) || term.per === undefined || (pers as readonly string[]).includes(term.per)) return undefined;
    return reject('invalid', `/terms/${index}/per`, expectedFound(pers.join(', '), term.per));
  });
}

/** A delivery must say how it adds up. A reference is not delivered, and a tariff with the MFN rate alone has no figure. */
function uncounted(_: Status, entry: Entry): readonly Broken[] | undefined {
  if (entry.type !== 'fulfilled') return undefined;
  return brokenTerms(entry, (term, index) => {
    if (!hasFigure(term) || term.counts !== undefined || term.role === 'reference') return undefined;
    const expected = 'expected increment (this much more) or cumulative (this much in all so far), found nothing';
    return reject('uncounted', `/terms/${index}/counts`, expected);
  });
}
