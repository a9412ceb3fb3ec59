import type { Owed, Standing } from '../../domain/accounts.ts';
import type { Announcement } from '../../domain/announcement.ts';
import type { Commitment, Entry } from '../../domain/commitment.ts';
import { whenOf } from '../../domain/dates.ts';
import { type Days, startOf, without } from '../../domain/days.ts';
import { lastEffect } from '../../domain/effectDays.ts';
import { followingInForce, situationOn } from './inForce.ts';
import { newestInstrument } from './instrument.ts';
import { followPast, isLoose, type Now, type Past, type Silence } from './past.ts';
import { isReference } from '../../domain/deeds.ts';
import { comparing, dutiesOf } from './comparison.ts';
import { type Segment, segmentsUntil } from './segments.ts';
import type { Status, Watch } from '../../domain/status.ts';
import type { Stood } from './stood.ts';
import { typeSheet } from '../../domain/types.ts';

export const warningKinds = ['overdue', 'expected-not-delivered', 'price-gone', 'condition-open', 'ran-out', 'quiet'] as const;
export type WarningKind = (typeof warningKinds)[number];

/** So many days after the last announcement, silence is a warning. */
export const daysUntilQuiet = 180;

/** A warning, and the one thing that it is about. */
export type Warning = {
  readonly warning: WarningKind;
  /** First day of the unbroken run of days that reaches the day asked. */
  readonly since: number;
  /** The announcement that gave the term, made the proposal, or was the last. */
  readonly announcement?: string;
  /** The key of the term. */
  readonly term?: string;
  /** Who owes the term by himself. */
  readonly party?: string;
  /** The other commitment. */
  readonly commitment?: string;
};

/** What a warning asks about another commitment: the days on which it had ended, and those on which it was fully performed. */
export type Milestones = { readonly ended: readonly Days[]; readonly performed: readonly Days[] };

/** The commitments that warnings ask about. */
export type Neighbours = {
  /** Undefined for one that is not recorded. */
  readonly milestones: (id: string) => Milestones | undefined;
  /** The commitments that are in exchange for this one, by their own link. */
  readonly exchangedFor: (id: string) => readonly string[];
};

export function milestones(commitment: Commitment): Milestones {
  const [ended, performed]: [Days[], Days[]] = [[], []];
  if (!commitment.timeline.some(mayEndOrPerform)) return { ended, performed };
  for (const { from, to, status } of segmentsUntil(commitment, Infinity)) {
    if (status.stage === 'ended') ended.push({ from, to });
    if (status.performance === 'full') performed.push({ from, to });
  }
  return { ended, performed };
}

/** Whether an announcement may end a commitment or perform it fully; nothing else can. */
function mayEndOrPerform({ type, data }: Entry): boolean {
  return type === 'ended' || type === 'left' || (type === 'fulfilled' && data.extent === 'full');
}

/**
 * Days with a warning about one thing. Days with a name in `runs` in common belong to one run: a term that is announced again
 * is still the same thing, in the account of everyone who owes it.
 */
type Found = {
  readonly kind: WarningKind;
  readonly runs: readonly string[];
  readonly days: Days;
  readonly about: Omit<Warning, 'warning' | 'since'>;
};

/**
 * The warnings on a day, one for each thing they are about: none before the first announcement and none once it has ended. A
 * day has passed when the day asked is the second after it: it has then ended everywhere on Earth. Announcements of one day
 * count together.
 */
export function warningsOn(
  commitment: Commitment,
  day: number,
  neighbours: Neighbours,
  now: Now = situationOn(commitment, day),
): Warning[] {
  const first = commitment.timeline[0]?.day ?? Infinity;
  if (first > day || now.status.stage === 'ended') return [];
  const others = [...missing(commitment, day), ...ofOthers(commitment, now, neighbours)];
  const silence = silenceOn(commitment, day, now);
  if (!owesDue(now.status, day) && !silence && !others.some(({ days }) => days.from <= day && day <= days.to)) return [];
  const found = foundIn(pastUntil(commitment, day, now), others, silence ? [silence] : []);
  const runs = new Map<string, Days[]>();
  for (const { kind, runs: names, days } of found) for (const name of names) pushTo(runs, `${kind} ${name}`, days);
  const warnings = new Map<string, Warning>();
  for (const kind of warningKinds) {
    for (const { kind: own, runs: names, days, about } of found) {
      if (own !== kind || day < days.from || days.to < day) continue;
      const starts = names.map((name) => startOf(runs.get(`${kind} ${name}`) ?? [], day) ?? day);
      const thing = `${kind} ${JSON.stringify(about)}`;
      warnings.set(thing, { warning: kind, since: Math.min(...starts, warnings.get(thing)?.since ?? day), ...about });
    }
  }
  return [...warnings.values()];
}

function pastUntil(commitment: Commitment, day: number, now: Now): Past {
  const following = followPast();
  for (const segment of segmentsUntil(commitment, day)) following.take(segment);
  return following.past(now);
}

/** What follows the warnings of a commitment; see `warningsInTime`. */
export type FollowedWarnings = {
  /** What the walk through the segments is to have as its watch. */
  readonly watch: Watch;
  readonly take: (segment: Segment) => void;
  /** To be called once, after the last segment. */
  readonly found: (commitment: Commitment) => { readonly warning: WarningKind; readonly days: Days }[];
  readonly copy: () => FollowedWarnings;
};

/**
 * The days on which each warning of a commitment holds, by the commitment alone. On each of them `warningsOn` has a warning of
 * this kind, unless another commitment leaves no room for `quiet`. Give `take` all segments in order, walked with `watch`, then
 * call `found`; the walk may serve others too.
 */
export function warningsInTime(inForce = followingInForce(), following = followPast()): FollowedWarnings {
  let status: Status | undefined;
  return {
    watch: inForce.watch,
    take: (segment) => {
      ({ status } = segment);
      following.take(segment);
    },
    found: (commitment) => {
      if (!status) return [];
      const past = following.past({ status, inForce: inForce.spans(status) });
      const found = foundIn(past, missing(commitment, Infinity), silencesOf(commitment));
      return found.map(({ kind, days }) => ({ warning: kind, days }));
    },
    copy: () => warningsInTime(inForce.copy(), following.copy()),
  };
}

function foundIn(past: Past, others: readonly Found[], silences: readonly Silence[]): Found[] {
  const stated = [...termWarnings(past), ...others, ...openConditions(past)];
  const found = stated.flatMap((one) => past.alive.flatMap((run) => within(one, run)));
  return [...found, ...silences.flatMap((silence) => quiet(past, silence, found))];
}

function pushTo<T>(lists: Map<string, T[]>, name: string, one: T): void {
  const list = lists.get(name);
  if (list) list.push(one);
  else lists.set(name, [one]);
}

function within(found: Found, { from, to }: Days): Found[] {
  const days = { from: Math.max(from, found.days.from), to: Math.min(to, found.days.to) };
  return days.from <= days.to ? [{ ...found, days }] : [];
}

/** Whether something owed is a condition, or its deadline or an end of it has passed by a day: else no warning is about it. */
function owesDue({ accounts }: Status, day: number): boolean {
  for (const [party, account] of accounts) for (const owed of account.values()) if (isDue(party, owed, day)) return true;
  return false;
}

function isDue(party: string, owed: Owed, day: number): boolean {
  const { entry, term } = owed;
  if (term.kind === 'condition' || (term.deadline !== undefined && passed(term.deadline) <= day)) return true;
  return endsOf({ entry, term, owedBy: [party], held: [owed] }).some((end) => end.day + 2 <= day);
}

/** The silence on the day, if the commitment is then pledged, or formalised and not binding, with nothing in force. */
function silenceOn(commitment: Commitment, day: number, { status, inForce }: Now): Silence | undefined {
  const { timeline } = commitment;
  const index = timeline.findLastIndex((entry) => entry.day <= day);
  const entry = timeline[index];
  if (!entry || entry.day + daysUntilQuiet > day || !isLoose(status, newestInstrument(commitment, status))) return undefined;
  for (const runs of inForce.values()) if (runs.some(({ from, to }) => from <= day && day <= to)) return undefined;
  return { entry, from: entry.day + daysUntilQuiet, to: (timeline[index + 1]?.day ?? Infinity) - 1 };
}

/** Every silence: a time without an announcement that reached a 180th day, in order. */
function silencesOf({ timeline }: Commitment): Silence[] {
  const silences: Silence[] = [];
  for (const [index, entry] of timeline.entries()) {
    const next = timeline[index + 1]?.day ?? Infinity;
    if (entry.day + daysUntilQuiet < next) silences.push({ entry, from: entry.day + daysUntilQuiet, to: next - 1 });
  }
  return silences;
}

/** The warnings about standing terms. */
function termWarnings({ stood, spoken, status, suspensions, inForce }: Past): Found[] {
  const wanted = stood.filter(({ standing }) => standing.term.deadline !== undefined || endsOf(standing).length > 0);
  if (wanted.length === 0) return [];
  const parts = Map.groupBy(stood, ({ standing }) => standing.term.partOf ?? '');
  const found: Found[] = [];
  for (const one of wanted) {
    const { days, standing } = one;
    const { term, entry } = standing;
    if (isReference(term)) continue;
    const { runs } = comparing(status.deeds, together(one, parts));
    for (const duty of dutiesOf(standing)) {
      const { party } = duty;
      const about = { announcement: entry.id, term: term.key, ...(party !== undefined && { party }) };
      const done = [...metDays(standing), ...runs(duty)];
      const owers = party === undefined ? standing.owedBy : [party];
      const names = owers.map((ower) => `${term.key} ${ower}`);
      const late = { from: Math.max(days.from, passed(term.deadline)), to: days.to };
      const overdue = excusedAlike(owers, term.key, suspensions).flatMap((excused) => without(late, [...done, ...excused]));
      const ends = endsOf(standing).filter(({ parties }) => party === undefined || parties.includes(party));
      const ranOut = ends.flatMap(({ day: end }) => {
        const after = { from: Math.max(days.from, end + 2), to: Math.min(days.to, nextAfter(spoken, end) - 1) };
        return without(after, [...done, ...overdue, ...(inForce.get(term.key) ?? [])]);
      });
      for (const run of overdue) found.push({ kind: 'overdue', runs: names, days: run, about });
      for (const run of ranOut) found.push({ kind: 'ran-out', runs: names, days: run, about });
    }
  }
  return found;
}

/** What stood with a term when it came to stand: its parts at any depth, and what is beside each under its key. */
function together({ days: { from }, beside }: Stood, parts: ReadonlyMap<string, readonly Stood[]>): Standing[] {
  const nameOf = (one: Standing): string => `${one.term.key} ${one.entry.id} ${one.owedBy.join('+')}`;
  const found = new Map(beside.map((one) => [nameOf(one), one]));
  for (const { term } of found.values()) {
    for (const { days, beside: others } of parts.get(term.key) ?? []) {
      if (days.from > from || from > days.to) continue;
      for (const one of others) if (!found.has(nameOf(one))) found.set(nameOf(one), one);
    }
  }
  return [...found.values()];
}

/** The days on which a suspension excuses those who owe a key: one list for all who are excused on the same days. */
function excusedAlike(parties: readonly string[], key: string, suspensions: Past['suspensions']): Days[][] {
  const ofKey = suspensions.filter(({ keys }) => keys === undefined || keys.includes(key));
  const excusing = (party: string) => ofKey.filter((one) => one.parties === undefined || one.parties.includes(party));
  const groups = Map.groupBy(parties, (party) =>
    excusing(party)
      .map(({ id }) => id)
      .join(' '),
  );
  return [...groups.values()].map(([first = '']) => excusing(first).map(({ days }) => days));
}

/** The last day of a term's period or of its effect, and those in whose accounts it ends so, by the same announcement. */
export type End = {
  readonly of: 'period' | 'effect';
  readonly day: number;
  readonly entry: Entry;
  readonly parties: readonly string[];
};

/** How a term ends: its period for all who owe it, and the effect in the account of each. */
export function endsOf({ entry, term, owedBy, held }: Pick<Standing, 'entry' | 'term' | 'owedBy' | 'held'>): End[] {
  const ends: End[] = [];
  const period = term.period === undefined ? Infinity : whenOf(term.period).latest;
  if (period !== Infinity) ends.push({ of: 'period', day: period, entry, parties: owedBy });
  const effects = new Map<string, End & { parties: string[] }>();
  for (const [index, owed] of held.entries()) {
    const party = owedBy[index];
    const day = lastEffect(owed)?.to ?? Infinity;
    if (day === Infinity || party === undefined) continue;
    const name = `${owed.entry.id} ${day}`;
    const same = effects.get(name);
    if (same) same.parties.push(party);
    else effects.set(name, { of: 'effect', day, entry: owed.entry, parties: [party] });
  }
  ends.push(...effects.values());
  return ends;
}

function nextAfter(days: readonly number[], day: number): number {
  return days.find((one) => one > day) ?? Infinity;
}

function metDays({ met }: Standing): Days[] {
  return met ? [{ from: met.day, to: Infinity }] : [];
}

type Proposal = Entry<Extract<Announcement, { type: 'proposed' }>>;

/** What was planned or expected by a day that has passed, until an announcement answers everything expected before it. */
function missing({ timeline }: Commitment, day: number): Found[] {
  const found: Found[] = [];
  let expected: Proposal[] = [];
  const close = (until: number): void => {
    for (const { id, data, day: since } of expected) {
      const days = { from: Math.max(since, passed(data.due)), to: until };
      found.push({ kind: 'expected-not-delivered', runs: [id], days, about: { announcement: id } });
    }
    expected = [];
  };
  for (const entry of timeline) {
    if (entry.day > day) break;
    if (typeSheet[entry.type].answersExpectation) close(entry.day - 1);
    if (isExpected(entry)) expected.push(entry);
  }
  close(Infinity);
  return found;
}

/** Whether a proposal says that something is expected by a day. */
function isExpected(entry: Entry): entry is Proposal {
  if (entry.type !== 'proposed' || entry.data.due === undefined) return false;
  return entry.data.mode === 'expected' || entry.data.mode === 'plan';
}

/** Warnings from other commitments: those in exchange for which this one is given, and those on which it depends. */
function ofOthers({ id, opened }: Commitment, { inForce }: Now, { milestones: of, exchangedFor }: Neighbours): Found[] {
  const { inExchangeFor = [], dependsOn = [] } = opened.data.links ?? {};
  const exchanged = exchangedFor(id);
  if (inExchangeFor.length === 0 && exchanged.length === 0 && dependsOn.length === 0) return [];
  const prices = new Set([...inExchangeFor, ...exchanged]);
  prices.delete(id);
  const anything = [...inForce.values()].flat();
  return [
    ...[...prices].flatMap((other) =>
      (of(other)?.ended ?? []).map((days): Found => ({
        kind: 'price-gone',
        runs: [other],
        days,
        about: { commitment: other },
      })),
    ),
    ...[...new Set(dependsOn)].flatMap((other) =>
      without(always, [...(of(other)?.performed ?? []), ...anything]).map((days): Found => ({
        kind: 'condition-open',
        runs: [`commitment ${other}`],
        days,
        about: { commitment: other },
      })),
    ),
  ];
}

const always: Days = { from: -Infinity, to: Infinity };

/** The standing conditions that are not met while nothing of the commitment is in force. */
function openConditions({ stood, inForce }: Past): Found[] {
  const conditions = stood.filter(({ standing: { term } }) => term.kind === 'condition' && !term.unless);
  if (conditions.length === 0) return [];
  const anything = [...inForce.values()].flat();
  return conditions.flatMap(({ days, standing }) => {
    const { entry, term, owedBy } = standing;
    const about = { announcement: entry.id, term: term.key };
    return without(days, [...metDays(standing), ...anything]).map((run): Found => ({
      kind: 'condition-open',
      runs: owedBy.map((party) => `${term.key} ${party}`),
      days: run,
      about,
    }));
  });
}

/** Nothing is in force, nothing lies ahead, no other warning applies, and nothing was announced for 180 days. */
function quiet({ loose, stood, inForce }: Past, silence: Silence, warned: readonly Found[]): Found[] {
  const ahead = stood.map(({ days, standing }) => {
    const deadline = standing.term.deadline === undefined ? -Infinity : whenOf(standing.term.deadline).latest;
    return { from: days.from, to: Math.min(days.to, Math.max(deadline, ...endsOf(standing).map(({ day }) => day)) + 1) };
  });
  const busy = [...[...inForce.values()].flat(), ...ahead, ...warned.map(({ days }) => days)];
  return loose
    .flatMap(({ from, to }) => without({ from: Math.max(from, silence.from), to: Math.min(to, silence.to) }, busy))
    .map((days): Found => ({ kind: 'quiet', runs: [''], days, about: { announcement: silence.entry.id } }));
}

/** The first day on which a date has passed; Infinity without a date. */
function passed(text: string | undefined): number {
  return text === undefined ? Infinity : whenOf(text).latest + 2;
}
