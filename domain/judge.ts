import { advance } from './advance.ts';
import type { Commitment, Entry } from './commitment.ts';
import { whenInWords } from './dates.ts';
import { differing } from './differing.ts';
import { reach } from './effects.ts';
import { misplaced, rules, rulesAtDoor, rulesOnce } from './place.ts';
import { reject, type Rejection } from './rejection.ts';
import { afterwards, type Broken, brokenBy, type Rule, together } from './rule.ts';
import { copyOf, emptyStatus, type Status } from './status.ts';

/**
 * How a timeline is judged. `isRestored`: rules that are judged once, when something comes in, are left out. `bindsAll`: each
 * announcement is read as if it bound all obligors, as the first edition read it. `judged`: how commitments were judged so, each
 * after its last announcement. `refuses`: whether an event is refused for a break of a rule that depends on who is bound, as
 * `breakOf` names it.
 */
export type Judging = {
  readonly isRestored: boolean;
  readonly bindsAll: boolean;
  readonly judged: WeakMap<Commitment, Judged>;
  readonly refuses: (what: string) => boolean;
};

/** Names a break for `refuses`: the announcement that breaks a rule, the rule, and what it is broken about. */
function breakOf(id: string, rule: Rule, about: string): string {
  return `${id} ${rule.name} ${about}`;
}

/**
 * How commitments were judged, so that their next announcement is judged without all earlier ones. It belongs to whoever records
 * one announcement after another, and holds what was judged as long as its commitment is in use.
 */
export type Judgements = Record<'each' | 'bindingAll', WeakMap<Commitment, Judged>>;

export function noJudgements(): Judgements {
  return { each: new WeakMap(), bindingAll: new WeakMap() };
}

/**
 * Where a commitment stands after its last announcement, why announcements stand where they may not, by id, and the status at
 * some places of the timeline, from which a late find is judged.
 */
type Judged = {
  readonly status: Status;
  readonly broken: Map<string, readonly Broken[]>;
  readonly places: readonly Place[];
};

/** The status before the announcement at `at` in the timeline. It is never changed. */
type Place = { readonly at: number; readonly status: Status };

/** Announcements between two places, at least. */
const betweenPlaces = 64;

/** An announcement that is judged at its place, as recorded or as corrected; `before`: as it was before the correction. */
export type Own = { readonly id: string; readonly before?: Entry };

/**
 * Judges a timeline after an event and answers with the commitment. `own` is held to all rules at its place. Other
 * announcements are held only to the rules that are judged again, and only where they did not break them `before`; such a break
 * is reported at `pointer`, the field that moved them.
 */
export function judgeTimeline(
  before: Commitment,
  after: Commitment,
  { own, pointer }: { own: Own | undefined; pointer: string },
  judging: Judging,
): Commitment | Rejection {
  const known = judging.judged.get(before);
  const judged = judgedAfter({ before, after, known: sameParties(before, after) ? known : undefined }, own, judging);
  if ('reason' in judged) return judged;
  const earlier = (): Judged => known ?? judgedEnd(before, judging);
  const wrong =
    newlyBroken(after, judged, earlier, { pointer, ...judging }) ?? openAboutRetracted({ before, after }, judged, earlier);
  if (wrong) return wrong;
  // Its status has moved on where it was not copied.
  if (known?.status === judged.status) judging.judged.delete(before);
  judging.judged.set(after, judged);
  return after;
}

/** A timeline before and after an event; `known`: how it was judged before, where the parties are the same. */
type Change = { readonly before: Commitment; readonly after: Commitment; readonly known: Judged | undefined };

/**
 * Judges from the last place before what changed, up to the first place behind it where the status is as it was: from there on
 * nothing is judged otherwise.
 */
function judgedAfter({ before, after, known }: Change, own: Own | undefined, judging: Judging): Judged | Rejection {
  const { timeline } = after;
  // Of an announcement that comes last nothing needs to be compared.
  const isLast = timeline.length === before.timeline.length + 1 && timeline.at(-2) === before.timeline.at(-1);
  const last = { first: timeline.length - 1, gone: [], come: timeline.slice(-1) };
  const { first, gone, come } = isLast ? last : differing(before.timeline, timeline);
  const shift = come.length - gone.length;
  const begin = known?.places.findLast(({ at }) => at <= first);
  const start = known && isLast ? first : (begin?.at ?? 0);
  const status =
    known && isLast ? goneOn(known.status) : begin ? copyOf(begin.status) : emptyStatus(after.opened.data, judging);
  const places = known?.places.filter(({ at }) => at <= start) ?? [];
  const broken = new Map(known?.broken);
  for (const { id } of gone) broken.delete(id);
  const dayBefore = status.day;
  for (let at = start, entry = timeline[at]; entry; entry = timeline[++at]) {
    const same = at < first + come.length ? undefined : known?.places.find((one) => one.at === at - shift);
    if (known && same && isSame(judgedBy(status), judgedBy(same.status))) {
      const behind = known.places.filter((one) => one.at >= same.at).map((one) => ({ ...one, at: one.at + shift }));
      return { status: copyOf(known.status), broken, places: [...places, ...behind] };
    }
    const since = at - (places.at(-1)?.at ?? 0);
    if (since >= betweenPlaces && since >= owedIn(status)) places.push({ at, status: copyOf(status) });
    reach(status, entry.day);
    const wrong = entry.id === own?.id ? wrongOwn(status, entry, { before, own, judging }) : undefined;
    if (wrong) {
      status.day = dayBefore;
      return wrong;
    }
    broken.delete(entry.id);
    takeJudged(status, entry, broken);
  }
  return { status, broken, places };
}

/** How much a status holds. Places are so far from each other that all together hold no more than the timeline. */
function owedIn({ accounts }: Status): number {
  let owed = 0;
  for (const account of accounts.values()) owed += account.size;
  return owed;
}

/** What of a status a rule may ask for, at its place or later. */
function judgedBy(status: Status): unknown {
  const bound = Array.from(status.bound, ([party, { stage, exemptFrom }]) => ({ party, stage, exemptFrom }));
  return { ...status, bound, stageSince: undefined, deeds: undefined, asserted: undefined };
}

/** Whether two values are the same, also in the order of what they hold. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  const [own, theirs] = [partsOf(one), partsOf(other)];
  return own.length === theirs.length && own.every((part, index) => isSame(part, theirs[index]));
}

function partsOf(value: object): unknown[] {
  return value instanceof Map || value instanceof Set || Array.isArray(value) ? [...value] : Object.entries(value).flat();
}

/**
 * The state on which the next announcement is judged. The status is not copied, since that would take longer than all rules.
 * Once it has moved on, the status of the commitment before is forgotten; it is computed again if another event follows there.
 * Where effects may be due it is copied, since they are applied before the rules are asked.
 */
function goneOn(status: Status): Status {
  return status.notices.size > 0 ? copyOf(status) : status;
}

/** The first rule that an announcement breaks; a correction is not held to what was broken before it. */
function wrongOwn(
  status: Status,
  entry: Entry,
  { before, own, judging }: { before: Commitment; own: Own; judging: Judging },
): Rejection | undefined {
  let earlier: Status | undefined;
  const after = afterwards(status, entry);
  for (const rule of judging.isRestored ? rules : rulesAtDoor) {
    const broken = brokenBy(rule, status, entry, after);
    if (broken.length === 0) continue;
    let known: readonly Broken[] = [];
    if (own.before) {
      earlier ??= statusAt(before, own.before, judging);
      known = brokenBy(rule, earlier, own.before);
    }
    const fresh = newly(broken, known, (about) => judging.refuses(breakOf(entry.id, rule, about)));
    if (fresh.length > 0) return together(fresh);
  }
  return undefined;
}

/** Of what is broken, what was not before, and refuses an event. */
function newly(broken: readonly Broken[], before: readonly Broken[], refuses: (about: string) => boolean): Broken[] {
  const known = new Set(before.map(({ about }) => about));
  return broken.filter(({ about }) => !known.has(about) && refuses(about));
}

/** The status at the place of an announcement, before it. */
function statusAt(commitment: Commitment, place: Entry, judging: Judging): Status {
  const status = emptyStatus(commitment.opened.data, judging);
  for (const entry of commitment.timeline) {
    if (entry.id === place.id) break;
    advance(status, entry);
  }
  reach(status, place.day);
  return status;
}

function takeJudged(status: Status, entry: Entry, broken: Map<string, readonly Broken[]>): void {
  const wrong = misplaced(status, entry);
  if (wrong.length > 0) broken.set(entry.id, wrong);
  advance(status, entry);
}

function judgedEnd(commitment: Commitment, judging: Judging): Judged {
  const judged = judgedAfter({ before: commitment, after: commitment, known: undefined }, undefined, judging);
  if ('reason' in judged) throw new Error('expected no announcement to be judged by itself, found one');
  return judged;
}

/** Refuses what makes an announcement stand where it may not, for a reason for which it did not before. */
function newlyBroken(
  after: Commitment,
  { broken }: Judged,
  judgedEarlier: () => Judged,
  { pointer, refuses }: Pick<Judging, 'refuses'> & { pointer: string },
): Rejection | undefined {
  if (broken.size === 0) return undefined;
  const earlier = judgedEarlier();
  for (const entry of after.timeline) {
    const now = broken.get(entry.id);
    if (!now) continue;
    const isRefused = (about: string): boolean => refuses(breakOf(entry.id, misplaced, about));
    const [fresh] = newly(now, earlier.broken.get(entry.id) ?? [], isRefused);
    if (fresh) return breaks(entry, fresh.rejection, pointer);
  }
  return undefined;
}

function breaks(entry: Entry, wrong: Rejection, pointer: string): Rejection {
  const which = `${entry.type} ${entry.id} (${whenInWords(entry.data.happened)})`;
  return reject('breaks-timeline', pointer, `${which} could then not stand: ${wrong.problems[0]?.detail}`);
}

/**
 * Like `judgeTimeline`, after a correction of the opening. Every announcement is judged again, also by the rules that are
 * judged once. The correction is refused for what it makes illegal, never for what was illegal before. Of the opening, the
 * rules look at the parties alone.
 */
export function judgeOpening(
  before: Commitment,
  after: Commitment,
  { pointer }: { pointer: string },
  judging: Judging,
): Commitment | Rejection {
  if (sameParties(before, after)) return asJudged(before, after, judging);
  const judged = judgeTimeline(before, after, { own: undefined, pointer }, judging);
  if ('reason' in judged) return judged;
  const broken = brokenOnce(after, judging);
  const known = broken.length > 0 ? new Set(brokenOnce(before, judging).map(({ what }) => what)) : undefined;
  const fresh = broken.find(({ what }) => !known?.has(what) && judging.refuses(what));
  return fresh ? breaks(fresh.entry, fresh.rejection, pointer) : judged;
}

/** For a change that no rule looks at: the new timeline keeps the judgement of the one before. */
export function asJudged(before: Commitment, after: Commitment, { judged }: Judging): Commitment {
  const known = judged.get(before);
  judged.delete(before);
  if (known) judged.set(after, known);
  return after;
}

function sameParties(before: Commitment, after: Commitment): boolean {
  if (before.opened === after.opened) return true;
  const parties = ({ opened: { data } }: Commitment): string => JSON.stringify([data.from, data.to]);
  return parties(before) === parties(after);
}

/** What each announcement breaks at its place of the rules that are judged once. */
function brokenOnce({ opened, timeline }: Commitment, judging: Judging): (Broken & { entry: Entry; what: string })[] {
  const status = emptyStatus(opened.data, judging);
  return timeline.flatMap((entry) => {
    reach(status, entry.day);
    const after = afterwards(status, entry);
    const broken = rulesOnce.flatMap((rule) =>
      brokenBy(rule, status, entry, after).map((one) => ({ ...one, entry, what: breakOf(entry.id, rule, one.about) })),
    );
    advance(status, entry);
    return broken;
  });
}

type Step = { readonly before: Commitment; readonly after: Commitment };

/**
 * An announcement that an open dispute is about cannot be retracted, and a correction cannot make a dispute point at a
 * retracted one.
 */
function openAboutRetracted({ before, after }: Step, { status }: Judged, judgedEarlier: () => Judged): Rejection | undefined {
  for (const { id, entry } of status.disputes.values()) {
    const { announcement } = entry.data.about;
    if (!(announcement in after.retracted)) continue;
    if (announcement in before.retracted && judgedEarlier().status.disputes.has(id)) continue;
    return reject('disputed', '/corrects', `expected no open dispute about ${announcement}, found ${id}`);
  }
  return undefined;
}
