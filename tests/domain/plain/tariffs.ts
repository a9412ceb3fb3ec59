import { daysAfter } from './days.ts';
import { inForceOn, inOrderOfRuns, type Run, runsOf, toldRun } from './inForce.ts';
import { type Commitment, stateInTheEnd, stateOn } from './ledger.ts';
import type { State } from './state.ts';
import { isSuspended, type Told, toldTerms } from './terms.ts';
import type { Announcement, Term } from './timeline.ts';

export type Span = {
  readonly since: string;
  readonly until: string;
  readonly rate: string;
  readonly qualifier?: string;
  readonly mfn?: string;
  readonly basis: string;
};
export type TariffRow = {
  readonly commitment: string;
  readonly key: string;
  readonly owedBy: readonly string[];
  readonly agreed: string | null;
  readonly inForce: string | null;
  /** An empty text where it is not known since when, and where nothing is in force. */
  readonly since: string;
  readonly basis: string | null;
  readonly backdated: boolean;
  readonly suspended: boolean;
  readonly before: string | undefined;
  /** What is in force or, where nothing is, what stands; else the newest that was agreed. */
  readonly shown: Term;
  readonly spans: readonly Span[];
};

/** A row for each key and figure of a tariff that stands, else for what is in force of a key, else for what was ever agreed. */
export function tariffRows(commitment: Commitment, asOf: string): TariffRow[] {
  const state = stateOn(commitment, asOf);
  const end = stateInTheEnd(commitment);
  const told = state.stage === 'ended' ? [] : toldTerms(state).filter(({ term }) => term.kind === 'tariff');
  const now = inForceOn(end, asOf).filter(({ run }) => run.effect.term.kind === 'tariff');
  const agreed = agreedTariffs(commitment, state, asOf);
  const keys = new Set([...agreed.keys(), ...now.map(({ key }) => key)]);
  return [...keys].flatMap((key): TariffRow[] => {
    const row = (owedBy: readonly string[], stands?: Told): TariffRow =>
      rowOf({ commitment, state, end, asOf }, { key, owedBy, stands, newest: agreed.get(key) });
    const standing = told.filter(({ term }) => term.key === key);
    if (standing.length > 0) return standing.map((one) => row(one.owedBy, one));
    const running = now.filter((one) => one.key === key);
    if (running.length === 0) return [row([])];
    const alike = Map.groupBy(
      running,
      ({
        run: {
          since,
          until,
          effect: { basis, term },
        },
      }) => JSON.stringify([since, until, basis.id, term]),
    );
    return [...alike.values()].map((all) => row(all.map(({ party }) => party)));
  });
}

/** By key the newest tariff of those that were agreed by a day, whoever owes it. */
function agreedTariffs({ timeline }: Commitment, state: State, asOf: string): Map<string, Term> {
  const gives = ({ id, type, day }: Announcement): boolean =>
    day <= asOf && ['pledged', 'formalised', 'amended'].includes(type) && !state.asserted.some((other) => other.id === id);
  const all = timeline.filter(gives).flatMap(({ data }) => data.terms ?? []);
  return new Map(all.filter(({ kind }) => kind === 'tariff').map((term) => [term.key, term]));
}

type On = { readonly commitment: Commitment; readonly state: State; readonly end: State; readonly asOf: string };
type Of = {
  readonly key: string;
  readonly owedBy: readonly string[];
  readonly stands: Told | undefined;
  readonly newest: Term | undefined;
};

function rowOf({ commitment, state, end, asOf }: On, { key, owedBy, stands, newest }: Of): TariffRow {
  const everyone = end.effects.filter((effect) => effect.key === key).map(({ party }) => party);
  const parties = owedBy.length > 0 ? owedBy : [...new Set(everyone)];
  const all = parties.flatMap((party) => runsOf(end, party, key));
  const runs = all.filter(({ effect }) => effect.term.kind === 'tariff').toSorted(inOrderOfRuns);
  const running = runs.filter(({ since, until }) => since <= asOf && asOf <= until);
  const now = toldRun(running, stands?.term);
  const shown = now?.effect.term ?? stands?.term ?? newest;
  if (!shown) throw new Error(`expected a tariff of ${key}, found none`);
  return {
    commitment: commitment.id,
    key,
    owedBy: owedBy.toSorted(),
    agreed: stands ? rate(stands.term) : null,
    inForce: now ? rate(now.effect.term) : null,
    since: now?.since ?? '',
    basis: now?.effect.basis.id ?? null,
    backdated: now !== undefined && now.effect.basis.day > now.effect.start,
    suspended: isSetAside(state, key, owedBy, asOf),
    before: now ? undefined : stands?.term.from,
    shown,
    spans: runs.map(spanOf),
  };
}

/** Whether a key is set aside for all who owe it, or for everyone. */
function isSetAside(state: State, key: string, owedBy: readonly string[], on: string): boolean {
  const term = { key, kind: 'tariff', text: '' };
  if (owedBy.length > 0) return owedBy.every((party) => isSuspended(state, term, party, on));
  return isSuspended(state, term, '', on);
}

function spanOf({ since, until, effect: { term, basis } }: Run): Span {
  const { qualifier, mfn } = term;
  const how = { ...(qualifier !== undefined && { qualifier }), ...(mfn !== undefined && { mfn }) };
  return { since, until, rate: rate(term), ...how, basis: basis.id };
}

/** The days on which a span may begin or be over, and the days beside them. */
export function turnsOf(rows: readonly TariffRow[]): string[] {
  const days = rows.flatMap(({ spans }) => spans.flatMap(({ since, until }) => [since, until]));
  return [...new Set(days)]
    .filter((day) => day > '1000' && day < '9999')
    .flatMap((day) => [daysAfter(day, -1), day, daysAfter(day, 1)]);
}

function rate({ to, min, max, mfn }: Term): string {
  if (mfn === 'alone') return 'mfn';
  return to ?? `${min ?? ''}..${max ?? ''}`;
}
