import { endOfTime, earlier, spanOf, startOf } from './days.ts';
import { isFigure } from './figures.ts';
import { join, leave } from './parties.ts';
import {
  accountOf,
  allEntries,
  boundBy,
  bringIntoForce,
  emptyState,
  endOfForce,
  enter,
  type Entry,
  isBound,
  isByBeneficiaries,
  ladder,
  leaveJoint,
  type Notice,
  owersOf,
  type Placed,
  reportedHelps,
  setAside,
  type State,
  takeOut,
} from './state.ts';
import { type Announcement, type Opening, speaks } from './timeline.ts';

/** What happens at one place: an announcement is made, or one that was a notice takes effect. */
type Moment = { readonly day: string; readonly isEffect: boolean; readonly by: Announcement };

export type FoldOptions = {
  /** Up to the end of this day. */
  readonly asOf?: string;
  /** Called before each announcement, at its place. */
  readonly before?: (state: State, announcement: Announcement) => void;
  /** As if each announcement that binds had bound all obligors. */
  readonly bindsAll?: boolean;
};

/** The state of a commitment after its announcements, in the order of the world. */
export function fold(opening: Opening, timeline: readonly Announcement[], options: FoldOptions = {}): State {
  const { asOf = endOfTime, before, bindsAll = false } = options;
  const state = emptyState(opening);
  for (const { isEffect, by } of momentsOf(timeline).filter(({ day }) => day <= asOf)) {
    if (isEffect) takeNoticedEffect(state, by);
    else {
      before?.(state, by);
      announce(state, by, bindsAll);
    }
  }
  return state;
}

/** A day has its effects before its announcements. */
function momentsOf(timeline: readonly Announcement[]): Moment[] {
  const effects = timeline.filter(({ day, effectOn }) => effectOn > day);
  const moments = [
    ...effects.map((by) => ({ day: by.effectOn, isEffect: true, by })),
    ...timeline.map((by) => ({ day: by.day, isEffect: false, by })),
  ];
  return moments
    .map((moment, index) => ({ moment, index }))
    .sort((a, b) => (a.moment.day === b.moment.day ? a.index - b.index : a.moment.day < b.moment.day ? -1 : 1))
    .map(({ moment }) => moment);
}

export function announce(state: State, by: Announcement, bindsAll: boolean): void {
  const { type, data } = by;
  for (const { key } of data.terms ?? []) state.keysGiven.add(key);
  for (const key of data.meets ?? []) meet(state, key, by);
  if (type === 'pledged' || type === 'formalised' || type === 'amended')
    undertake(state, by, bindsAll && state.stage !== 'ended' ? [...state.obligors] : boundBy(state, by));
  if (type === 'fulfilled') perform(state, by);
  if (type === 'fulfilled' || type === 'observed') deliver(state, by);
  if (type === 'reaffirmed') reaffirm(state, by);
  if (type === 'disputed') dispute(state, by);
  for (const open of data.resolves ?? []) state.disputes.delete(open);
  if (type === 'observed') raise(state, by, 'noted');
  if (type === 'proposed') raise(state, by, 'proposed');
  if (by.effectOn > by.day) giveNotice(state, by);
  else {
    state.notices = state.notices.filter((notice) => !isReplacedBy(notice, by));
    takeEffect(state, by, by.day, data.parties ?? []);
  }
}

function raise(state: State, by: Announcement, stage: string): void {
  if (ladder.indexOf(stage) <= ladder.indexOf(state.stage)) return;
  state.stage = stage;
  state.stageSince = { since: by.day, announcement: by.id, by };
}

/** Binds obligors and enters its terms in their accounts. */
function undertake(state: State, by: Announcement, parties: readonly string[]): void {
  const { type, data } = by;
  const isWaiver = type === 'amended' && parties.length === 0 && isByBeneficiaries(state, data);
  const freed = isWaiver ? [...state.bound.keys()] : parties;
  for (const party of freed) remove(state, party, { removes: data.removes ?? [], from: endOfForce(by), leaving: freed });
  if (parties.length === 0) {
    state.asserted.push(by);
    if (type !== 'amended') raise(state, by, 'proposed');
    return;
  }
  const wasFormalised = state.hasBeenFormalised;
  if (type !== 'amended') state.hasBeenUndertaken = true;
  if (type === 'formalised') state.hasBeenFormalised = true;
  for (const party of parties) bind(state, by, party);
  if (data.instrument) state.instrument = data.instrument;
  let isNew = false;
  for (const term of data.terms ?? []) {
    const owers = parties.filter((party) => (term.owedBy ?? []).length === 0 || term.owedBy?.includes(party));
    const entering = owers.filter((party) => !state.exempt.get(party)?.has(term.key) || speaks(data, party));
    for (const party of entering) state.exempt.get(party)?.delete(term.key);
    if (enter(state, by, term, entering)) isNew = true;
    const aside = owers.filter((party) => !entering.includes(party));
    setAside(state, by, term, aside, entering.length > 0 ? state.debts : undefined);
  }
  if (state.stage === 'fulfilled' && isNew) {
    state.stage = wasFormalised ? 'formalised' : 'pledged';
    state.stageSince = { since: by.day, announcement: by.id, by };
    state.performance = 'partial';
  }
  if (type !== 'amended') raise(state, by, type);
}

function bind(state: State, by: Announcement, party: string): void {
  const joining = state.hasBeenFormalised ? 'formalised' : 'pledged';
  const stage = by.type === 'amended' ? joining : by.type;
  const now = state.bound.get(party)?.stage ?? 'none';
  if (now === 'formalised' || (isBound(state, party) && (by.type === 'amended' || now === stage))) return;
  state.bound.set(party, { stage, since: by.day, announcement: by.id });
}

/** Removes keys and, with a total, its parts. */
function remove(
  state: State,
  party: string,
  { removes, from, leaving }: { removes: readonly string[]; from: string; leaving: readonly string[] },
): void {
  const exempt = state.exempt.get(party);
  const aside = [...(exempt?.values() ?? [])].flatMap(({ was }) => was.entries);
  const owedOrAside = [...accountOf(state, party).values(), ...aside].map(({ term }) => term);
  const gone = new Set(removes);
  for (let size = -1; size !== gone.size;) {
    size = gone.size;
    for (const term of owedOrAside) if (term.partOf !== undefined && gone.has(term.partOf)) gone.add(term.key);
  }
  // What he does not owe any more is not removed once more.
  for (const key of gone) {
    const exemption = exempt?.get(key);
    leaveJoint(state, party, key, leaving);
    if (accountOf(state, party).has(key) || exemption?.was.entries.length) takeOut(state, party, key, from);
    if (exemption) exempt?.set(key, { ...exemption, was: { party, entries: [], effects: [] } });
  }
}

function markOf({ day, id, revision }: Announcement): Placed {
  return { since: day, announcement: id, revision };
}

function perform(state: State, by: Announcement): void {
  const { extent, performs = [] } = by.data;
  const mark = markOf(by);
  const performed = (party: string, entry: Entry): Entry => {
    const own = performs.filter(({ key, by: parties = [] }) => {
      return key === entry.term.key && (parties.length === 0 || parties.includes(party));
    });
    const extents = [...own.map((one) => one.extent), ...(extent === 'full' ? ['full'] : [])];
    const how = extents.includes('full') ? 'full' : extents[0];
    if (how === undefined || entry.term.role === 'reference' || entry.performed?.extent === 'full') return entry;
    return entry.performed && how === 'partial' ? entry : { ...entry, performed: { extent: how, ...mark } };
  };
  for (const { party, entry } of allEntries(state)) accountOf(state, party).set(entry.term.key, performed(party, entry));
  if (state.abandoned)
    state.abandoned.last = state.abandoned.last.map((one) => {
      return { ...one, entries: one.entries.map((entry) => performed(one.party, entry)) };
    });
  if (extent === 'full') {
    raise(state, by, 'fulfilled');
    state.performance = 'full';
  } else if (state.performance !== 'full') state.performance = 'partial';
}

/** A delivery that does not say whose it is, is of those who owed the key at its place. */
function deliver(state: State, by: Announcement): void {
  for (const term of by.data.terms ?? []) {
    if (!isFigure(term) || term.role === 'reference') continue;
    if (by.type === 'observed' && term.counts === undefined) continue;
    const key = term.delivers ?? term.key;
    const named = term.owedBy ?? [];
    const left = state.abandoned?.last.filter(({ entries }) => entries.some((entry) => entry.term.key === key));
    const owers = left?.map(({ party }) => party).toSorted() ?? owersOf(state, key);
    const of = named.length > 0 ? named : owers;
    const debts = of.flatMap((party) => {
      const closed = left?.find((one) => one.party === party)?.entries ?? [];
      const own = left ? closed.find((entry) => entry.term.key === key) : state.accounts.get(party)?.get(key);
      return own ? [own.term.each ? `${own.debt} ${party}` : String(own.debt)] : [];
    });
    const apart = new Set(debts).size > 1;
    state.deliveries.push({ by, term, key, of, apart, heirs: new Set(), successors: new Set() });
  }
}

function meet(state: State, key: string, by: Announcement): void {
  for (const { party, entry } of allEntries(state)) {
    if (entry.term.key === key && entry.term.kind === 'condition' && !entry.met)
      accountOf(state, party).set(key, { ...entry, met: markOf(by) });
  }
  // Who is exempt from it owes it as met once he is so no longer.
  for (const exemptions of state.exempt.values()) {
    const exemption = exemptions.get(key);
    if (!exemption) continue;
    const entries = exemption.was.entries.map((entry): Entry => {
      if (entry.term.kind !== 'condition' || entry.met) return entry;
      return { ...entry, met: markOf(by) };
    });
    exemptions.set(key, { ...exemption, was: { ...exemption.was, entries } });
  }
}

/** With a day, what stands in the accounts of those who speak comes into force from then; of all, when it is reported. */
function reaffirm(state: State, by: Announcement): void {
  const { data } = by;
  if (data.effective === undefined || state.stage === 'ended') return;
  const isOfAll = reportedHelps(state, data);
  for (const { party, entry } of allEntries(state)) {
    if (!isOfAll && !speaks(data, party)) continue;
    bringIntoForce(state, by, entry.term, { party, effective: data.effective });
    const before = entry.reaffirmed?.data.effective;
    if (before === undefined || startOf(before) <= startOf(data.effective))
      accountOf(state, party).set(entry.term.key, { ...entry, reaffirmed: by });
  }
}

function dispute(state: State, by: Announcement): void {
  const { joins, readings = [] } = by.data;
  const joined = joins === undefined ? undefined : state.disputes.get(joins);
  if (joins === undefined) state.disputes.set(by.id, { by, readings });
  else if (joined) state.disputes.set(joins, { ...joined, readings: [...joined.readings, ...readings] });
}

function giveNotice(state: State, by: Announcement): void {
  state.notices = state.notices.filter((notice) => !isReplacedBy(notice, by));
  state.notices.push({ announcement: by, parties: by.data.parties ?? [] });
}

/** A later notice of the same type for the same parties or keys takes the place of an earlier one. */
function isReplacedBy({ announcement, parties }: Notice, by: Announcement): boolean {
  const about = (given: readonly string[], keys: readonly string[] = []): string =>
    JSON.stringify([given, keys].map((names) => [...new Set(names)].sort()));
  const sameResumes = about(announcement.data.resumes ?? []) === about(by.data.resumes ?? []);
  return (
    announcement.type === by.type &&
    announcement.data.as === by.data.as &&
    sameResumes &&
    about(parties, announcement.data.keys) === about(by.data.parties ?? [], by.data.keys)
  );
}

function takeNoticedEffect(state: State, by: Announcement): void {
  const notice = state.notices.find(({ announcement }) => announcement.id === by.id);
  if (!notice) return;
  state.notices = state.notices.filter((one) => one !== notice);
  takeEffect(state, by, by.effectOn, notice.parties);
}

function takeEffect(state: State, by: Announcement, day: string, parties: readonly string[]): void {
  const { type, data } = by;
  if (type === 'joined') join(state, by, day);
  if (type === 'resumed') resume(state, by, day);
  if (state.stage === 'ended') return;
  if (type === 'left') leave(state, by, day, [...new Set(parties)]);
  if (type === 'suspended') {
    const last = data.until === undefined ? endOfTime : (spanOf(data.until).last ?? endOfTime);
    state.suspensions.push({ announcement: by, since: day, last, resumedOn: endOfTime });
  }
  if (type === 'ended') {
    for (const effect of state.effects) effect.over = earlier(effect.over, endOfForce(by));
    state.stage = 'ended';
    state.stageSince = { since: day, announcement: by.id, by };
    state.ended = by;
  }
}

/** Ends suspensions, by name or all that run, and revokes notices. */
function resume(state: State, { data }: Announcement, day: string): void {
  const named = data.resumes ?? [];
  for (const suspension of state.suspensions) {
    if (suspension.resumedOn !== endOfTime) continue;
    if (named.length === 0 || named.includes(suspension.announcement.id)) suspension.resumedOn = day;
  }
  state.notices = state.notices.filter(({ announcement }) => !named.includes(announcement.id));
}
