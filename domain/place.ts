import { binds } from './binding.ts';
import { expectedFound } from './codes.ts';
import type { Entry } from './commitment.ts';
import { formatDay, whenOf } from './dates.ts';
import { reject, type Rejection } from './rejection.ts';
import { wrongSpeaker } from './speakers.ts';
import { isBound, isEffect, standing, type Status } from './status.ts';
import type { Rule } from './rule.ts';
import { termRules, termRulesAtDoor } from './termRules.ts';
import { typeSheet } from './types.ts';

/** The rule that is judged again whenever the timeline changes: stages, `joins`, `resolves` and `resumes`. */
export function misplaced(status: Status, entry: Entry): Rejection | undefined {
  const { allowed } = typeSheet[entry.type];
  if (!allowed.includes(status.stage)) {
    const expected = `the stage ${allowed.join(', ')} for ${entry.type} on ${formatDay(entry.day)}`;
    return reject('not-allowed-at-stage', '/type', `expected ${expected}, found ${status.stage}`);
  }
  return wrongDispute(status, entry) ?? wrongResumption(status, entry);
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

function wrongDispute(status: Status, entry: Entry): Rejection | undefined {
  const joins = entry.type === 'disputed' ? entry.data.joins : undefined;
  const { resolves = [] } = entry.data;
  if (joins === undefined && resolves.length === 0) return undefined;
  const named = resolves.map((id, index): [string, string] => [`/resolves/${index}`, id]);
  if (joins !== undefined) named.unshift(['/joins', joins]);
  for (const [pointer, id] of named) {
    if (status.disputes.has(id)) continue;
    const open = [...status.disputes.keys()].join(', ') || 'none';
    return reject('dispute-not-open', pointer, `expected a dispute open on ${formatDay(entry.day)} (${open}), found ${id}`);
  }
  return undefined;
}

function wrongResumption(status: Status, entry: Entry): Rejection | undefined {
  if (entry.type !== 'resumed') return undefined;
  const running = new Set([
    ...[...status.suspensions.values()].filter(({ resumed }) => !resumed).map(({ id }) => id),
    ...[...status.notices.values()].map(({ id }) => id),
  ]);
  const expected = `a suspension or a notice that runs on ${formatDay(entry.day)} (${[...running].join(', ') || 'none'})`;
  if (running.size === 0) return reject('not-suspended', '/type', `expected ${expected}, found none`);
  for (const [index, id] of (entry.data.resumes ?? []).entries()) {
    if (!running.has(id)) return reject('not-suspended', `/resumes/${index}`, expectedFound(expected, id));
  }
  return undefined;
}

/** Suspended or met keys must be those of standing terms. */
function wrongKeys(status: Status, entry: Entry): Rejection | undefined {
  const keys = entry.type === 'suspended' ? (entry.data.keys ?? []) : [];
  const { meets = [] } = entry.data;
  if (keys.length === 0 && meets.length === 0) return undefined;
  const terms = standing(status).map(({ term }) => term);
  const stand = new Set(terms.map(({ key }) => key));
  for (const [index, key] of keys.entries()) {
    if (stand.has(key)) continue;
    return reject(
      'unknown-term',
      `/keys/${index}`,
      expectedFound(`a key that stands (${[...stand].join(', ') || 'none'})`, key),
    );
  }
  const conditions = new Set(terms.filter(({ kind }) => kind === 'condition').map(({ key }) => key));
  for (const [index, key] of meets.entries()) {
    if (conditions.has(key)) continue;
    const expected = `the key of a condition that stands (${[...conditions].join(', ') || 'none'})`;
    return reject('unknown-term', `/meets/${index}`, expectedFound(expected, key));
  }
  return undefined;
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
function wrongParties(status: Status, entry: Entry): Rejection | undefined {
  const isObligor = (party: string, { orLeft }: { orLeft: boolean }): boolean => {
    const bound = status.bound.get(party);
    return bound !== undefined && (orLeft || bound.stage !== 'left');
  };
  if (entry.type === 'left') {
    for (const [index, party] of entry.data.parties.entries()) {
      if (isObligor(party, { orLeft: false }) || status.beneficiaries.has(party)) continue;
      return reject('unknown-party', `/parties/${index}`, expectedFound('a party of that day', party));
    }
  }
  const wrongIn = (field: string, parties: readonly string[], { orLeft }: { orLeft: boolean }): Rejection | undefined => {
    const wrong = parties.findIndex((party) => !isObligor(party, { orLeft }));
    if (wrong === -1) return undefined;
    const expected = `an obligor of that day (${[...status.bound.keys()].join(', ')})`;
    return reject('unknown-party', `/${field}/${wrong}`, expectedFound(expected, parties[wrong] ?? ''));
  };
  for (const [index, term] of (entry.data.terms ?? []).entries()) {
    if (!term.owedBy) continue;
    const isDelivered =
      entry.type === 'fulfilled' || (entry.type === 'observed' && 'counts' in term && term.counts !== undefined);
    const wrong = wrongIn(`terms/${index}/owedBy`, term.owedBy, { orLeft: isDelivered });
    if (wrong) return wrong;
  }
  if (entry.type !== 'fulfilled') return undefined;
  for (const [index, { by = [] }] of (entry.data.performs ?? []).entries()) {
    const wrong = wrongIn(`performs/${index}/by`, by, { orLeft: true });
    if (wrong) return wrong;
  }
  return undefined;
}
