import type { Beside, BoundAnswer } from '../../projections/beside.ts';
import { type Difference, differences } from '../../projections/differences.ts';
import { isTerm, performedInWords, transition, valueInWords } from './changes.ts';
import { type Called, piecesInWords } from './pieces.ts';
import { boundInShort, noticeInWords, ownersOf, suspensionInWords } from './standing.ts';
import { partiesInWords } from './values.ts';

/**
 * What an event changed in the status, one sentence each. The readings of a dispute are with the event itself, and so are the
 * words of a new term. `from`: the obligors as opened; the stage already shows that a sole obligor is bound. `names`: the names
 * of parties that are no countries; `events`: names of events, for readers without ids.
 */
export function stepsInWords(changed: readonly Difference[], { from = [], names = {}, events }: Shown = {}): string[] {
  const ofKind = (kind: string): Difference[] => changed.filter(({ field }) => field.startsWith(`${kind}/`));
  const bound = ofKind('bound');
  const came = ofKind('terms').filter(({ before }) => before === undefined);
  const went = ofKind('terms').filter(({ after }) => after === undefined);
  const together = [bound, came, went].filter((group) => group === bound || group.length >= minTogether);
  return changed.flatMap((one) => {
    const group = together.find((some) => some.includes(one));
    if (group === undefined) return stepInWords(one, { from, names, events });
    if (one !== group[0]) return [];
    if (group === bound) return boundSteps(bound, from.length === 1 ? from[0] : undefined, names);
    return [`${group === came ? 'now stand' : 'no longer stand'}: ${group.map((each) => nameOfTerm(each, names)).join(', ')}`];
  });
}

/**
 * Who is bound after an event that changed it, where there are several obligors: what changed, then the result: `now bound:
 * Finland`, `bound: 31 of 32 parties`.
 */
export function boundInSteps(
  { before, after }: Readonly<Record<'before' | 'after', readonly BoundAnswer[]>>,
  names: Names = {},
): string[] {
  if (after.length < 2) return [];
  const fields = (all: readonly BoundAnswer[]): Map<string, unknown> =>
    new Map(all.map(({ party, ...one }) => [`bound/${party}`, one]));
  const changed = boundSteps(differences(fields(before), fields(after)), undefined, names);
  return changed.length === 0 ? [] : [...changed, ...boundInShort(after).map((one) => piecesInWords(one, { names }))];
}

type Names = Readonly<Record<string, string>>;
type Shown = {
  readonly from?: readonly string[] | undefined;
  readonly names?: Names | undefined;
  readonly events?: Called['events'];
};

/** From this number on, terms that come to stand, or no longer stand, share one sentence. */
const minTogether = 3;

/** The key of a term and, where others stand under it too, who owes it. */
function nameOfTerm({ field }: Difference, names: Names): string {
  const [, key = '', owners] = field.split('/');
  return owners === undefined ? key : `${key} (owed by ${partiesInWords(owners.split('+'), names)})`;
}

function stepInWords(
  { field, before, after, of }: Difference,
  { from, names, events }: Shown & { readonly from: readonly string[]; readonly names: Names },
): string[] {
  const [kind = '', ...rest] = field.split('/');
  const [key = '', owners] = rest;
  const said = (pieces: Parameters<typeof piecesInWords>[0]): string => piecesInWords(pieces, { names });
  switch (kind) {
    case 'contested':
      return after === undefined ? [`dispute settled: ${events?.get(key) ?? key}`] : [];
    case 'terms':
      return termSteps(key, { before, after, owedBy: owners?.split('+') }, from, names);
    case 'performance':
      return rest.length === 0
        ? [`performance: ${transition(before, after)}`]
        : [`${key}: ${performedInWords(after, { names, of })}`];
    case 'met':
      return [after === undefined ? `no longer met: ${key}` : `met: ${key}`];
    case 'suspended':
      if (after === undefined) return ['in operation again'];
      return [said(suspensionInWords(after as Beside['suspended'][number]))];
    case 'notices':
      if (after === undefined) return [`no longer ahead: ${(before as Beside['notices'][number]).type}`];
      return [said(noticeInWords(after as Beside['notices'][number]))];
    case 'ended':
      return after === undefined ? [] : [`ended: ${(after as NonNullable<Beside['ended']>).reason}`];
    case 'to':
      return [`to: ${partiesInWords((after ?? []) as string[], names)}`];
    default:
      return [`${field}: ${transition(before, after, { names })}`];
  }
}

/** A term that comes to stand, changes, or no longer stands; where only its debtors change, who they now are. */
function termSteps(
  key: string,
  { before, after, owedBy }: { before: unknown; after: unknown; owedBy: readonly string[] | undefined },
  from: readonly string[],
  names: Names,
): string[] {
  const by = owedBy ? `, owed by ${partiesInWords(owedBy, names)}` : '';
  if (after === undefined) return [`no longer stands: ${valueInWords(before)}${by}`];
  if (before === undefined) return [`now stands: ${key}${by}`];
  const [was, is] = [valueInWords(before), valueInWords(after)];
  const owing = (isTerm(after) && after.owedBy) || [];
  if (was !== is || owing.length === 0) return [`${was} → ${is}`];
  return [`${key}: owed by ${piecesInWords(ownersOf(owing, from), { names })}`];
}

/** Parties that become bound, or are no longer, together: `now bound: Japan and South Korea`. */
function boundSteps(changed: readonly Difference[], sole: string | undefined, names: Names): string[] {
  const groups = new Map<string, string[]>();
  const add = (label: string, party: string): void => void groups.set(label, [...(groups.get(label) ?? []), party]);
  for (const { field, before, after } of changed) {
    const party = field.slice(field.indexOf('/') + 1);
    const [was, is] = [before, after] as (Omit<BoundAnswer, 'party'> | undefined)[];
    const isBound = is?.stage === 'pledged' || is?.stage === 'formalised';
    if (is?.stage !== was?.stage && !(isBound && party === sole)) add(boundLabel(was?.stage, is?.stage), party);
    const exempt = (one: typeof is): readonly string[] => (one?.exemptFrom ?? []).map(({ key }) => key);
    for (const key of exempt(is)) if (!exempt(was).includes(key)) add(`exempt from ${key}`, party);
    for (const key of exempt(was)) if (!exempt(is).includes(key)) add(`no longer exempt from ${key}`, party);
  }
  return [...groups].map(([label, parties]) => `${label}: ${partiesInWords(parties, names)}`);
}

function boundLabel(was: BoundAnswer['stage'] | undefined, is: BoundAnswer['stage'] | undefined): string {
  switch (is) {
    case 'pledged':
      return 'now bound';
    case 'formalised':
      return was === 'pledged' ? 'bound by an instrument' : 'now bound';
    case 'left':
      return 'left';
    case 'none':
    case undefined:
      return was === undefined || was === 'none' ? 'obligor, not bound' : 'no longer bound';
    default:
      return is satisfies never;
  }
}
