import { type Accounts, removedKeys, standingIn, standingUnder, type Standing } from '../domain/accounts.ts';
import type { Opened } from '../domain/announcement.ts';
import { isBinding } from '../domain/binding.ts';
import type { Entry } from '../domain/commitment.ts';
import { comparing } from './derived/comparison.ts';
import { lastAccounts, type Status, suspended } from '../domain/status.ts';
import type { Term } from '../domain/terms.ts';
import { boundOf, endedOf, noticeOf, suspensionOf } from './beside.ts';
import type { Difference } from './differences.ts';
import type { Known, Performed } from './grown.ts';
import { type PerformanceAnswer, performanceOf } from './performance.ts';

/**
 * A status as flat fields that can be compared: `stage`, `performance`, `ended`, `to`, and with what they are about `bound/KR`,
 * `terms/total`, `performance/total`, `met/ratified`, `contested/01K…`, `suspended/01K…`, `notices/01K…`. A field that is still
 * as the opening has it is left out.
 */
export type Fields = Map<string, unknown>;

/** The part of a status that an announcement may change, where that is not everything. */
export type Touched = {
  readonly bound: boolean;
  /** The keys of terms that change. */
  readonly keys: ReadonlySet<string>;
  /** The keys of terms whose performance may change. */
  readonly performed: ReadonlySet<string>;
  /** The keys of conditions that may become met or unmet. */
  readonly met: ReadonlySet<string>;
  readonly disputes: ReadonlySet<string>;
};

/** Everything in a status. */
export function statusFields(status: Status, opened: Opened): Fields {
  const fields = sharedFields(status);
  if (!isSame([...status.beneficiaries], opened.to)) fields.set('to', [...status.beneficiaries]);
  addBound(fields, status, opened);
  const stands = standingIn(lastAccounts(status));
  const names = named(stands, keyOfStanding);
  if (status.stage !== 'ended') for (const [name, one] of names) fields.set(`terms/${name}`, owedTerm(one));
  const compared = comparing(status.deeds, stands);
  setPerformance(
    fields,
    stands.map((one) => ({ key: one.term.key, owedBy: one.owedBy, performance: performanceOf(one, compared) })),
  );
  setMet(fields, names);
  for (const id of status.disputes.keys()) fields.set(`contested/${id}`, readingsOf(status, id));
  for (const { suspension, ...one } of suspended(status).map(suspensionOf)) fields.set(`suspended/${suspension}`, one);
  for (const { announcement, ...one } of [...status.notices.values()].map(noticeOf)) fields.set(`notices/${announcement}`, one);
  return fields;
}

/** The touched fields of a status, in the order of `statusFields`. */
export function touchedFields(status: Status, opened: Opened, touched: Touched, known: Known): Fields {
  const fields = sharedFields(status);
  if (touched.bound) addBound(fields, status, opened);
  const accounts = lastAccounts(status);
  const namedUnder = (keys: ReadonlySet<string>): Map<string, Standing> => {
    return named(
      known.inOrder(accounts, keys).flatMap((key) => standingUnder(accounts, key)),
      keyOfStanding,
    );
  };
  if (status.stage !== 'ended') for (const [name, one] of namedUnder(touched.keys)) fields.set(`terms/${name}`, owedTerm(one));
  setPerformance(fields, known.performances(accounts, touched.performed));
  if (touched.met.size > 0) setMet(fields, namedUnder(touched.met));
  if (touched.disputes.size > 0) {
    for (const id of status.disputes.keys())
      if (touched.disputes.has(id)) fields.set(`contested/${id}`, readingsOf(status, id));
  }
  return fields;
}

/** What an announcement may change that has no effect of its own and lands after all others. */
export function touchedBy(status: Status, entry: Entry): Touched {
  const { terms = [], resolves = [], meets = [] } = entry.data;
  const binding = isBinding(entry);
  const accounts = lastAccounts(status);
  const keys = new Set(binding ? terms.map(({ key }) => key) : []);
  if (entry.type === 'amended') for (const key of removedKeys(accounts, entry.data.removes ?? [])) keys.add(key);
  const performed = new Set(keys);
  for (const term of terms) performed.add('delivers' in term ? (term.delivers ?? term.key) : term.key);
  if (entry.type === 'fulfilled') {
    for (const { key } of entry.data.performs ?? []) performed.add(key);
    if (entry.data.extent === 'full')
      for (const account of accounts.values()) for (const key of account.keys()) performed.add(key);
  }
  // What is delivered of a part may count for its total.
  const partOf = new Map(terms.map((term) => [term.key, term.partOf]));
  for (const key of performed) {
    for (const account of accounts.values()) performed.add(account.get(key)?.term.partOf ?? key);
    performed.add(partOf.get(key) ?? key);
  }
  const disputes = new Set([...resolves, ...(entry.type === 'disputed' ? [entry.data.joins ?? entry.id] : [])]);
  return {
    // A dispute may be about an exemption.
    bound: binding || disputes.size > 0,
    keys,
    performed,
    met: new Set([...meets, ...keys]),
    disputes,
  };
}

/** Standing terms by name: the key and, where several stand under one key, for all but the first also those who owe them. */
export function named<One extends { readonly owedBy: readonly string[] }>(
  stands: readonly One[],
  keyOf: (one: One) => string,
): Map<string, One> {
  const names = new Map<string, One>();
  for (const one of stands) {
    const key = keyOf(one);
    names.set(names.has(key) ? `${key}/${one.owedBy.join('+')}` : key, one);
  }
  return names;
}

/** Whether any part of a term was performed. */
export function isPerformed(performance: PerformanceAnswer): boolean {
  const has = (one: object): boolean => Object.keys(one).some((field) => field !== 'party');
  return Array.isArray(performance) ? performance.some(has) : has(performance);
}

/** What the figures of a term are counted in, and its deadline: a performance of the term cannot be read without them. */
function measureOf(term: Term): Record<string, unknown> {
  const own = Object.entries(term).filter(([field]) => measures.has(field));
  const change = 'baseline' in term ? term.baseline?.change : undefined;
  return { ...Object.fromEntries(own), ...(change && { baseline: { change } }) };
}

const measures: ReadonlySet<string> = new Set(['key', 'kind', 'currency', 'unit', 'of', 'per', 'deadline']);

const ofPerformance = 'performance/';

/**
 * Adds to each difference of a performance what its promise is counted in; `promised` finds the promise by the performance's
 * name.
 */
export function withMeasures(changed: readonly Difference[], promised: (name: string) => Term | undefined): Difference[] {
  return changed.map((one) => {
    const term = one.field.startsWith(ofPerformance) ? promised(one.field.slice(ofPerformance.length)) : undefined;
    return term ? { ...one, of: measureOf(term) } : one;
  });
}

/** `withMeasures` for terms in accounts. */
export function measured(changed: readonly Difference[], accounts: Accounts): Difference[] {
  return withMeasures(changed, (name) => {
    const [key = '', owners] = name.split('/');
    const stands = standingUnder(accounts, key);
    return (stands.find(({ owedBy }) => owedBy.join('+') === owners) ?? stands[0])?.term;
  });
}

function setMet(fields: Fields, stands: ReadonlyMap<string, Standing>): void {
  for (const [name, { met }] of stands) if (met) fields.set(`met/${name}`, met.id);
}

function keyOfStanding({ term }: Standing): string {
  return term.key;
}

function sharedFields({ stage, performance, ended }: Status): Fields {
  const fields: Fields = new Map<string, unknown>([
    ['stage', stage],
    ['performance', performance],
  ]);
  if (ended && stage === 'ended') fields.set('ended', endedOf(ended.entry));
  return fields;
}

function addBound(fields: Fields, status: Status, opened: Opened): void {
  const first = new Set(opened.from);
  for (const { party, ...one } of boundOf(status)) {
    if (one.stage !== 'none' || one.exemptFrom || !first.has(party)) fields.set(`bound/${party}`, one);
  }
}

function owedTerm({ term, owedBy }: Standing): Standing['term'] {
  return { ...term, owedBy: [...owedBy] };
}

function setPerformance(fields: Fields, all: readonly Performed[]): void {
  for (const [name, { performance }] of named(all, ({ key }) => key)) {
    if (isPerformed(performance)) fields.set(`performance/${name}`, performance);
  }
}

function readingsOf(status: Status, id: string): unknown {
  return status.disputes.get(id)?.readings.map(({ reading }) => reading);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((party, index) => party === other[index]);
}
