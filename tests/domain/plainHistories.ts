import * as fc from 'fast-check';
import type { Recorded } from '../../domain/announcement.ts';
import { parseEvent } from '../../domain/decide.ts';
import { changed } from '../../domain/commitment.ts';
import { Dice } from './draftTerms.ts';
import { beginning, draft } from './drafts.ts';
import { idOf, opened, recorded } from './given.ts';
import { daysAfter } from './plain/days.ts';
import { fold } from './plain/fold.ts';
import { brokenBy, type Mode } from './plain/judge.ts';
import { openingOf, timelineOf } from './plain/timeline.ts';

/** A draft at its place, and the rules that it breaks there by the plain reading; what breaks one is no part of the history. */
export type Tried = { readonly event: Recorded; readonly broken: readonly string[] };

const openings = [
  opened({ from: ['KR', 'JP'], to: ['US'] }),
  opened({ from: ['KR'], to: ['US'] }),
  opened({ from: ['KR', 'JP', 'US'], to: ['org:eu'] }),
  opened({ from: ['KR', 'US'], to: ['KR', 'US'] }),
];

const numbers = fc.tuple(
  fc.nat(999),
  fc.array(fc.array(fc.nat(9999), { minLength: 60, maxLength: 60 }), { minLength: 8, maxLength: 36, size: 'max' }),
);

/** Random drafts of the second edition, one recorded some days after the other. Those of a wrong form are left out. */
export const tries: fc.Arbitrary<Tried[]> = numbers.map(triedAs('record'));

/** The same as lines of an older ledger that is restored, in which stands what may not be recorded today. */
export const restoredTries: fc.Arbitrary<Tried[]> = numbers.map(triedAs('restore'));

function triedAs(mode: Mode): (drawn: [number, number[][]]) => Tried[] {
  return ([first, all]) => {
    const opening = openings[first % openings.length] ?? openings[0]!;
    const known: Recorded[] = [recorded({ ...opening, recorded: '2025-02-10' }, 0)];
    const tried: Tried[] = [{ event: known[0]!, broken: [] }];
    let today = '2025-02-10';
    for (const [index, own] of all.entries()) {
      const dice = new Dice(own);
      today = daysAfter(today, dice.below(12));
      const timeline = timelineOf(known);
      const state = fold(openingOf(known), timeline);
      const { type, data } = (index === 0 ? beginning : draft)(dice, { state, timeline, today });
      if (data['corrects'] === 'OPENED') data['corrects'] = known[0]!.id;
      const parsed = parseEvent(type, data);
      if ('reason' in parsed) continue;
      const event = recorded({ ...parsed, id: idOf(`event ${index + 1}`), recorded: today }, known.length);
      if (!isWellFormed(known, event)) continue;
      const broken = brokenBy(known, event, mode);
      tried.push({ event, broken });
      if (broken.length === 0) known.push(event);
    }
    return tried;
  };
}

/** Whether what a correction makes of an announcement has the form of one. */
export function isWellFormed(known: readonly Recorded[], event: Recorded): boolean {
  if (event.type !== 'corrected' || event.data.mode === 'retract') return true;
  const target = known.find(({ id }) => id === event.data.corrects);
  if (!target) return true;
  let { data }: { data: object } = target;
  for (const one of [...known, event])
    if (one.type === 'corrected' && one.data.corrects === target.id) data = changed(data, one.data);
  return !('reason' in parseEvent(target.type, data));
}

const kept = (tried: readonly Tried[]): Recorded[] =>
  tried.filter(({ broken }) => broken.length === 0).map(({ event }) => event);

export const plainHistory: fc.Arbitrary<Recorded[]> = tries.map(kept);
export const restoredHistory: fc.Arbitrary<Recorded[]> = restoredTries.map(kept);
