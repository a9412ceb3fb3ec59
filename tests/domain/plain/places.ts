import { boundBy, isBound, isByBeneficiaries, reportedHelps, type State } from './state.ts';
import { type Announcement, speaks } from './timeline.ts';

/** The rules of where an announcement may stand and who must speak. */

const notNone = ['noted', 'proposed', 'pledged', 'formalised', 'fulfilled', 'ended'];
const untilFulfilled = ['none', 'noted', 'proposed', 'pledged', 'formalised', 'fulfilled'];
const undertaken = ['pledged', 'formalised', 'fulfilled'];
const allowed: Record<string, readonly string[]> = {
  proposed: ['none', ...notNone],
  pledged: untilFulfilled,
  formalised: untilFulfilled,
  disputed: notNone,
  fulfilled: [...undertaken, 'ended'],
  observed: ['none', ...notNone],
  amended: undertaken,
  reaffirmed: undertaken,
  suspended: undertaken,
  joined: notNone,
  left: notNone.slice(0, -1),
  ended: notNone.slice(0, -1),
};

/** The rules that are judged again each time, and which of them are broken. */
export function misplaced(state: State, { type, data }: Announcement): string[] {
  const running = state.suspensions.filter(({ resumedOn }) => resumedOn > '9999').map(({ announcement }) => announcement.id);
  const noticed = state.notices.map(({ announcement }) => announcement.id);
  const isAllowed = type === 'resumed' ? running.length + noticed.length > 0 : allowed[type]?.includes(state.stage);
  const disputes = [...(data.joins === undefined ? [] : [data.joins]), ...(data.resolves ?? [])];
  return broken({
    stage: isAllowed !== true,
    disputes: disputes.filter((id) => !state.disputes.has(id)),
    resumes: (data.resumes ?? []).filter((id) => !running.includes(id) && !noticed.includes(id)),
  });
}

/** The rules that are broken; of those that name things one for each thing, after a colon. */
export function broken(rules: Readonly<Record<string, boolean | readonly string[]>>): string[] {
  return Object.entries(rules).flatMap(([rule, isBroken]) => {
    if (typeof isBroken === 'boolean') return isBroken ? [rule] : [];
    return isBroken.map((thing) => `${rule}: ${thing}`);
  });
}

/** The name of a rule without the thing about which it is broken. */
export function ruleOf(one: string): string {
  return one.split(':')[0] ?? one;
}

/** Whether one who must speak does. */
export function isByTheRightOne(state: State, by: Announcement): boolean {
  const { type, data } = by;
  const { obligors, beneficiaries } = state;
  const someSpeaks = (parties: Iterable<string>): boolean => [...parties].some((party) => speaks(data, party));
  const named = data.instrument?.parties ?? [];
  const isObligorNamed = named.some((party) => obligors.has(party));
  const isReported = reportedHelps(state, data);
  const isParty = someSpeaks([...obligors, ...beneficiaries]);
  const isByCourt = someSpeaks(courts(data.saidBy.flatMap((one) => [one.actor, one.for ?? ''])));
  switch (type) {
    case 'pledged':
      return someSpeaks(obligors) || isReported;
    case 'formalised':
      return named.length > 0 ? isObligorNamed : someSpeaks(obligors);
    case 'fulfilled':
      return isParty || isByCourt || isReported;
    case 'amended':
      return someSpeaks(obligors) || isObligorNamed || isReported || isWaiver(state, by);
    case 'reaffirmed':
      return isParty || isReported;
    case 'suspended':
      return isParty || (isByCourt && data.instrument !== undefined) || isReported;
    case 'resumed':
      return isParty || (isByCourt && data.instrument !== undefined) || isReported || someSpeaks(giversOf(state, by));
    case 'joined':
      return someSpeaks(data.parties ?? []) || named.some((party) => data.parties?.includes(party)) || data.reported === true;
    case 'left':
      return isParty || data.reported === true;
    case 'ended':
      return (isParty && !endsAlone(state, by)) || (isByCourt && data.instrument !== undefined) || isReported;
    default:
      return true;
  }
}

function courts(names: readonly string[]): string[] {
  return names.filter((name) => /^(court|parliament|org):/.test(name));
}

/** Those who gave the notices that are revoked. */
function giversOf(state: State, { data }: Announcement): string[] {
  const notices = state.notices.filter(({ announcement }) => data.resumes?.includes(announcement.id));
  return notices.flatMap(({ announcement }) => announcement.data.saidBy.flatMap((one) => [one.actor, one.for ?? one.actor]));
}

/** A beneficiary alone may only remove. */
function isWaiver(state: State, { data }: Announcement): boolean {
  return isByBeneficiaries(state, data) && (data.terms ?? []).length === 0;
}

/** Of more than one bound, one obligor alone leaves and does not end, save of two that owe each other. */
function endsAlone(state: State, { data }: Announcement): boolean {
  const bound = [...state.bound.keys()].filter((party) => isBound(state, party));
  const speaking = [...state.obligors, ...state.beneficiaries].filter((party) => speaks(data, party));
  const oweEachOther = bound.length === 2 && bound.every((party) => state.beneficiaries.has(party));
  const [alone] = new Set(speaking);
  const isOne = new Set(speaking).size === 1 && alone !== undefined && state.obligors.has(alone);
  return bound.length > 1 && isOne && !oweEachOther;
}

/** From pledged on only who is not bound yet pledges. */
export function pledgesAgain(state: State, by: Announcement): boolean {
  if (by.type !== 'pledged' || !undertaken.includes(state.stage)) return false;
  return boundBy(state, by).every((party) => isBound(state, party));
}
