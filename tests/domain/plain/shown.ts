import { isFigure, measure } from './figures.ts';
import { inForceOn } from './inForce.ts';
import { type Commitment, stateInTheEnd, stateOn } from './ledger.ts';
import { countingAmong, type Performance, performanceOf } from './performance.ts';
import { type Delivery, firstOf, type State } from './state.ts';
import { type Told, toldTerms } from './terms.ts';
import type { Announcement, Term } from './timeline.ts';

/** A figure of a view's line, as far as more than the announcement's own fields is told of it. */
export type Figure = {
  readonly announcement: string;
  readonly key: string;
  readonly status: string;
  readonly mode?: string;
  readonly inForce: boolean;
  readonly owedBy: readonly string[];
  readonly effective?: string;
  readonly stands: boolean;
  readonly performance: readonly Performance[];
  readonly met?: unknown;
  readonly correctedBy?: string;
};

/** What a view's line shows of a commitment on a day: a newer figure takes the place of an older one of its key in its group. */
export function figuresOf(commitment: Commitment, asOf: string): Figure[] {
  const state = stateOn(commitment, asOf);
  const end = stateInTheEnd(commitment);
  const announced = commitment.timeline.filter(({ day }) => day <= asOf);
  const groups = new Map<string, Figure>();
  for (const by of announced) {
    for (const term of by.data.terms ?? []) {
      const group = groupOf(state, by, term);
      if (group === undefined) continue;
      groups.delete(`${group.name} ${term.key}`);
      groups.set(`${group.name} ${term.key}${group.of ?? ''}`, {
        ...figureOf(by, term),
        status: group.status,
        ...(by.type === 'proposed' && by.data.mode !== undefined && { mode: by.data.mode }),
        owedBy: group.owedBy ?? term.owedBy ?? [],
      });
    }
  }
  return [...toldTerms(state).map((told) => agreedFigure(state, end, told, asOf)), ...groups.values()];
}

function agreedFigure(state: State, end: State, told: Told, asOf: string): Figure {
  const { term, by, status, owedBy, entries } = told;
  const met = firstOf([...entries.values()].flatMap((entry) => entry.met ?? []));
  return {
    ...figureOf(by, term),
    status,
    inForce: inForceOn(end, asOf).some(({ party, run }) => owedBy.includes(party) && run.effect.term === term),
    owedBy,
    stands: state.stage !== 'ended',
    performance: performanceOf(state, told),
    ...(met && { met: { since: met.since, announcement: met.announcement } }),
  };
}

function figureOf(by: Announcement, term: Term): Figure {
  const effective = term.effective ?? by.data.effective;
  const shown = ['happened', 'effective', 'saidBy', 'mode', 'sources', 'confidence'];
  const correction = by.corrections.findLast(({ keys, fields }) => {
    return keys.includes(term.key) || fields.some((field) => shown.includes(field));
  });
  return {
    announcement: by.id,
    key: term.key,
    status: '',
    inForce: false,
    owedBy: [],
    ...(effective !== undefined && { effective }),
    stands: false,
    performance: [],
    ...(correction && { correctedBy: correction.id }),
  };
}

/** `of`: the delivery that counts, which nothing newer replaces. */
type Group = { readonly name: string; readonly status: string; readonly of?: string; readonly owedBy?: readonly string[] };

/** Undefined for what is agreed, for what is delivered and counts no longer, and for types that give no figures. */
function groupOf(state: State, by: Announcement, term: Term): Group | undefined {
  const { type, data } = by;
  const speakers = [...new Set(data.saidBy.map(({ actor }) => actor))].toSorted().join(' ');
  if (type === 'proposed') return { name: `proposed ${data.mode} ${speakers}`, status: 'proposed' };
  if (state.asserted.some(({ id }) => id === by.id)) return { name: `asserted ${speakers}`, status: 'asserted' };
  const own = state.deliveries.find((one) => one.by.id === by.id && one.term.key === term.key);
  const counts = own !== undefined && countingAmong(likeIt(state, own)).includes(own);
  if (type === 'observed') return { name: `observed ${speakers}`, status: 'observed', ...(counts && { of: ` ${by.id}` }) };
  if (type !== 'fulfilled') return undefined;
  if (!isFigure(term) || term.role === 'reference') return { name: 'delivered', status: 'delivered' };
  return counts ? { name: 'delivered', status: 'delivered', of: ` ${by.id}`, owedBy: own.of } : undefined;
}

/** The deliveries of the same key and measure by the same parties: each stays listed with who delivered it. */
function likeIt({ deliveries }: State, { key, term, of }: Delivery): Delivery[] {
  const parties = of.toSorted().join();
  return deliveries.filter((other) => {
    return other.key === key && measure(other.term) === measure(term) && other.of.toSorted().join() === parties;
  });
}
