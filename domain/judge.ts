import { advance } from './advance.ts';
import type { Commitment, Entry } from './commitment.ts';
import { whenInWords } from './dates.ts';
import { reach } from './effects.ts';
import { misplaced, rules, rulesAtDoor, rulesOnce } from './place.ts';
import { reject, type Rejection } from './rejection.ts';
import { afterwards, type Broken, brokenBy, together } from './rule.ts';
import { copyOf, emptyStatus, type Status } from './status.ts';

/**
 * How a timeline is judged. `isRestored`: rules that are judged once, when something comes in, are left out. `bindsAll`: each
 * announcement is read as if it bound all obligors, as the first edition read it.
 */
export type Judging = { readonly isRestored: boolean; readonly bindsAll: boolean };

/** Where a commitment stands after its last announcement, and which announcements stand where they may not. */
type Judged = { readonly status: Status; readonly broken: Map<string, Rejection> };

const judgedEnds = { all: new WeakMap<Commitment, Judged>(), bound: new WeakMap<Commitment, Judged>() };

function endsOf({ bindsAll }: Judging): WeakMap<Commitment, Judged> {
  return bindsAll ? judgedEnds.all : judgedEnds.bound;
}

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
  const ends = endsOf(judging);
  const { timeline } = after;
  const known = ends.get(before);
  const isLast = known && timeline.length === before.timeline.length + 1 && timeline.at(-2) === before.timeline.at(-1);
  const judged = isLast ? goneOn(known) : { status: emptyStatus(after.opened.data, judging), broken: new Map() };
  const dayBefore = judged.status.day;
  for (const entry of isLast ? timeline.slice(-1) : timeline) {
    reach(judged.status, entry.day);
    if (entry.id === own?.id) {
      const wrong = wrongOwn(judged.status, entry, { before, own, judging });
      if (wrong) {
        judged.status.day = dayBefore;
        return wrong;
      }
    }
    if (isLast) ends.delete(before);
    takeJudged(judged, entry);
  }
  const earlier = (): Judged => ends.get(before) ?? judgedEnd(before, judging);
  const wrong = newlyBroken(after, judged, earlier, pointer) ?? openAboutRetracted({ before, after }, judged, earlier);
  if (wrong) return wrong;
  ends.set(after, judged);
  return after;
}

/**
 * The state on which the next announcement is judged. The status is not copied, since that would take longer than all rules.
 * Once it has moved on, the status of the commitment before is forgotten; it is computed again if another event follows there.
 * Where effects may be due it is copied, since they are applied before the rules are asked.
 */
function goneOn({ status, broken }: Judged): Judged {
  return { status: status.notices.size > 0 ? copyOf(status) : status, broken };
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
    if (!own.before) return together(broken);
    earlier ??= statusAt(before, own.before, judging);
    const known = new Set(brokenBy(rule, earlier, own.before).map(({ about }) => about));
    const fresh = broken.filter(({ about }) => !known.has(about));
    if (fresh.length > 0) return together(fresh);
  }
  return undefined;
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

function takeJudged({ status, broken }: Judged, entry: Entry): void {
  const wrong = misplaced(status, entry);
  if (wrong) broken.set(entry.id, wrong);
  advance(status, entry);
}

function judgedEnd(commitment: Commitment, judging: Judging): Judged {
  const judged = { status: emptyStatus(commitment.opened.data, judging), broken: new Map<string, Rejection>() };
  for (const entry of commitment.timeline) {
    reach(judged.status, entry.day);
    takeJudged(judged, entry);
  }
  return judged;
}

/** Refuses an announcement that may no longer stand where it does, though it could before. */
function newlyBroken(
  after: Commitment,
  { broken }: Judged,
  judgedEarlier: () => Judged,
  pointer: string,
): Rejection | undefined {
  if (broken.size === 0) return undefined;
  const earlier = judgedEarlier();
  for (const entry of after.timeline) {
    const wrong = broken.get(entry.id);
    if (wrong && !earlier.broken.has(entry.id)) return breaks(entry, wrong, pointer);
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
  const known = broken.length > 0 ? new Set(brokenOnce(before, judging).map(({ about }) => about)) : undefined;
  const fresh = broken.find(({ about }) => !known?.has(about));
  return fresh ? breaks(fresh.entry, fresh.rejection, pointer) : judged;
}

/** For a change that no rule looks at: the new timeline keeps the judgement of the one before. */
export function asJudged(before: Commitment, after: Commitment, judging: Judging): Commitment {
  const ends = endsOf(judging);
  const known = ends.get(before);
  ends.delete(before);
  if (known) ends.set(after, known);
  return after;
}

function sameParties(before: Commitment, after: Commitment): boolean {
  const parties = ({ opened: { data } }: Commitment): string => JSON.stringify([data.from, data.to]);
  return parties(before) === parties(after);
}

/** The rules judged once that each announcement breaks at its place. */
function brokenOnce({ opened, timeline }: Commitment, judging: Judging): (Broken & { readonly entry: Entry })[] {
  const status = emptyStatus(opened.data, judging);
  return timeline.flatMap((entry) => {
    reach(status, entry.day);
    const after = afterwards(status, entry);
    const broken = rulesOnce.flatMap((rule, index) =>
      brokenBy(rule, status, entry, after).map(({ about, rejection }) => {
        return { about: `${entry.id} ${index} ${about}`, rejection, entry };
      }),
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
