import { binds } from './binding.ts';
import { expectedFound } from './codes.ts';
import type { Entry } from './commitment.ts';
import { formatDay, whenOf } from './dates.ts';
import { reject, type Rejection, type RejectionReason } from './rejection.ts';
import { wrongSpeaker } from './speakers.ts';
import { isBound, isEffect, standing, type Status } from './status.ts';
import type { Broken, Rule } from './rule.ts';
import { termRules, termRulesAtDoor } from './termRules.ts';
import type { Term } from './terms.ts';
import { typeSheet } from './types.ts';

/** The rules that are judged again whenever the timeline changes: stages, `joins`, `resolves` and `resumes`. */
export function misplaced(status: Status, entry: Entry): readonly Broken[] {
  return [...wrongStage(status, entry), ...wrongDispute(status, entry), ...wrongResumption(status, entry)];
}

/**
 * The rules that are judged once: when an announcement or a correction of it is recorded or restored, and when its opening is
 * corrected.
 */
export const rulesOnce: readonly Rule[] = [...termRules, wrongKeys];

/** The rules for an announcement that is restored, or a correction of which is. */
export const rules: readonly Rule[] = [misplaced, ...rulesOnce];

/** The rules for an announcement that comes in, some of which do not hold on restore. */
export const rulesAtDoor: readonly Rule[] = [
  wrongSpeaker,
  boundAlready,
  effectWithEnd,
  wrongParties,
  ...termRulesAtDoor,
  ...rules,
];

function wrongStage({ stage }: Status, { type, day }: Entry): readonly Broken[] {
  const { allowed } = typeSheet[type];
  if (allowed.includes(stage)) return [];
  const expected = `the stage ${allowed.join(', ')} for ${type} on ${formatDay(day)}`;
  return [{ about: 'stage', rejection: reject('not-allowed-at-stage', '/type', `expected ${expected}, found ${stage}`) }];
}

function wrongDispute({ disputes }: Status, entry: Entry): readonly Broken[] {
  const joins = entry.type === 'disputed' ? entry.data.joins : undefined;
  const { resolves = [] } = entry.data;
  if (joins === undefined && resolves.length === 0) return [];
  const open: Known = {
    has: (id) => disputes.has(id),
    expected: () => `a dispute open on ${formatDay(entry.day)} (${[...disputes.keys()].join(', ') || 'none'})`,
  };
  return [
    ...(joins === undefined ? [] : unknown('dispute-not-open', '/joins', joins, open)),
    ...unknown('dispute-not-open', '/resolves', resolves, open),
  ];
}

function wrongResumption({ suspensions, notices }: Status, entry: Entry): readonly Broken[] {
  if (entry.type !== 'resumed') return [];
  const running = new Set([
    ...[...suspensions.values()].filter(({ resumed }) => !resumed).map(({ id }) => id),
    ...[...notices.values()].map(({ id }) => id),
  ]);
  const expected = `a suspension or a notice that runs on ${formatDay(entry.day)} (${[...running].join(', ') || 'none'})`;
  const known: Known = { has: (id) => running.has(id), expected: () => expected };
  const named = unknown('not-suspended', '/resumes', entry.data.resumes ?? [], known);
  if (running.size > 0) return named;
  return [{ about: 'resumed', rejection: reject('not-suspended', '/type', `expected ${expected}, found none`) }, ...named];
}

/** Suspended or met keys must be those of standing terms. */
function wrongKeys(status: Status, entry: Entry): readonly Broken[] | undefined {
  const keys = entry.type === 'suspended' ? (entry.data.keys ?? []) : [];
  const { meets = [] } = entry.data;
  if (keys.length === 0 && meets.length === 0) return undefined;
  const terms = standing(status).map(({ term }) => term);
  const among = (known: readonly Term[], expected: string): Known => {
    const stand = new Set(known.map(({ key }) => key));
    return { has: (key) => stand.has(key), expected: () => `${expected} (${[...stand].join(', ') || 'none'})` };
  };
  const conditions = terms.filter(({ kind }) => kind === 'condition');
  return [
    ...unknown('unknown-term', '/keys', keys, among(terms, 'a key that stands')),
    ...unknown('unknown-term', '/meets', meets, among(conditions, 'the key of a condition that stands')),
  ];
}

/** What may be named; `expected` describes it, and is called only where something else is named. */
type Known = { readonly has: (name: string) => boolean; readonly expected: () => string };

/** A break about each name that is not known; `pointer` leads to the list of names, or to the only one. */
function unknown(reason: RejectionReason, pointer: string, names: string | readonly string[], known: Known): Broken[] {
  const wrong = (name: string, at: string): Broken[] => {
    if (known.has(name)) return [];
    return [{ about: name, rejection: reject(reason, at, expectedFound(known.expected(), name)) }];
  };
  if (typeof names === 'string') return wrong(names, pointer);
  return names.flatMap((name, index) => wrong(name, `${pointer}/${index}`));
}

/** Once the commitment is pledged, a further pledge must bind somebody who is not bound yet. */
function boundAlready(status: Status, entry: Entry): Rejection | undefined {
  if (entry.type !== 'pledged' || !['pledged', 'formalised', 'fulfilled'].includes(status.stage)) return undefined;
  const by = binds(status, entry);
  const isBoundAlready = (party: string): boolean => {
    const bound = status.bound.get(party);
    return bound !== undefined && isBound(bound);
  };
  if (!by.every(isBoundAlready)) return undefined;
  const expected = 'expected an obligor who is not bound yet (who is bound uses amended)';
  return reject('already-pledged', '/saidBy', `${expected}, found ${by.join(', ')}`);
}

/** What takes effect on a day, or only removes terms, has no end of its effect: use `suspended` for a pause. */
function effectWithEnd(_: Status, { type, data }: Entry): Rejection | undefined {
  const { effective } = data;
  const isRemoval = type === 'amended' && !data.terms?.length;
  if (effective === undefined || !(isEffect(type) || isRemoval)) return undefined;
  const { form, latest } = whenOf(effective);
  if (form !== 'interval' || latest === Infinity) return undefined;
  const which = isRemoval ? 'a removal' : type;
  return reject('invalid', '/effective', expectedFound(`no end of the effect of ${which} (a pause is suspended)`, effective));
}

/** Who leaves must be a party of that day, and who owes a term an obligor. Who has left may have delivered before. */
function wrongParties(status: Status, entry: Entry): readonly Broken[] | undefined {
  const { bound, beneficiaries } = status;
  const isObligor = (party: string): boolean => (bound.get(party)?.stage ?? 'left') !== 'left';
  const party: Known = { has: (one) => isObligor(one) || beneficiaries.has(one), expected: () => 'a party of that day' };
  const expected = (): string => `an obligor of that day (${[...bound.keys()].join(', ')})`;
  const obligor: Known = { has: isObligor, expected };
  const everObligor: Known = { has: (one) => bound.has(one), expected };
  const { type, data } = entry;
  const owing = (data.terms ?? []).flatMap((term, index) => {
    if (!term.owedBy) return [];
    const isDelivered = type === 'fulfilled' || (type === 'observed' && 'counts' in term && term.counts !== undefined);
    return unknown('unknown-party', `/terms/${index}/owedBy`, term.owedBy, isDelivered ? everObligor : obligor);
  });
  const performs = (type === 'fulfilled' && data.performs) || [];
  return [
    ...unknown('unknown-party', '/parties', type === 'left' ? data.parties : [], party),
    ...owing,
    ...performs.flatMap(({ by = [] }, index) => unknown('unknown-party', `/performs/${index}/by`, by, everObligor)),
  ];
}
