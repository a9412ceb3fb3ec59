import * as fc from 'fast-check';
import type { Recorded } from '../../domain/announcement.ts';
import { parseEvent } from '../../domain/decide.ts';
import { Dice } from './draftTerms.ts';
import { draft, type Drafted } from './drafts.ts';
import { ended, idOf, joined, left, money, opened, pledged, recorded } from './given.ts';
import { daysAfter } from './plain/days.ts';
import { fold } from './plain/fold.ts';
import { brokenBy } from './plain/judge.ts';
import { openingOf, timelineOf } from './plain/timeline.ts';
import { isWellFormed } from './plainHistories.ts';

/** The commitments of a ledger, of which some are opened late or never. */
const ids = ['c0', 'c1', 'c2', 'c3', 'c4'].map(idOf);
const relations = ['partOf', 'partOf', 'contains', 'claimedPartOf', 'supersedes', 'inExchangeFor', 'dependsOn'];

/** Random ledgers of a few commitments with links among them, in circles too, and to what is not recorded. */
export const linkedHistory: fc.Arbitrary<Recorded[]> = fc
  .array(fc.array(fc.nat(9999), { minLength: 60, maxLength: 60 }), { minLength: 8, maxLength: 32, size: 'max' })
  .map((all) => {
    const known: Recorded[] = [];
    let today = '2025-02-10';
    for (const [index, numbers] of all.entries()) {
      const dice = new Dice(numbers);
      today = daysAfter(today, dice.below(9));
      const stream = ids[index < 3 ? index : dice.below(ids.length)] ?? '';
      const own = known.filter((event) => event.stream === stream);
      const drafts = own.length === 0 ? begun(dice, today) : [next(dice, own, today)];
      for (const { type, data } of drafts) {
        const parsed = parseEvent(type, data);
        if ('reason' in parsed) continue;
        const before = known.filter((event) => event.stream === stream);
        const place = { stream, revision: before.length, sequence: known.length + 1 };
        const event = {
          ...recorded({ ...parsed, id: idOf(`event ${known.length}`), recorded: today }, 0),
          ...place,
        } as Recorded;
        if (isWellFormed(before, event) && brokenBy(before, event).length === 0) known.push(event);
      }
    }
    return known;
  });

/** A commitment is opened, and mostly money is pledged at once. */
function begun(dice: Dice, today: string): Drafted[] {
  const from = dice.one(['KR'], ['KR', 'JP']);
  const topic = dice.one('a', 'b');
  const opening = opened({ from, to: ['US'], topic, links: links(dice) });
  const saidBy = from.map((actor) => ({ actor }));
  const currency = dice.one('USD', 'USD', 'EUR');
  const terms = [money(dice.one('a', 'b'), dice.one('5', '10'), { currency, each: dice.rarely(6) })];
  return dice.rarely(5) ? [opening] : [opening, pledged(today, { saidBy, terms })];
}

function links(dice: Dice): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (let count = dice.below(4); count > 0; count--) {
    const relation = dice.one(...relations);
    found.set(relation, [...new Set([...(found.get(relation) ?? []), dice.one(...ids, idOf('nowhere'))])]);
  }
  return Object.fromEntries(found);
}

/** What is announced next, now and then its end, or other links. */
function next(dice: Dice, own: readonly Recorded[], today: string): Drafted {
  const timeline = timelineOf(own);
  const opening = own[0]?.id ?? '';
  if (dice.rarely(6)) {
    const { sources } = pledged(today).data;
    const data = { corrects: opening, mode: 'refine', changes: { links: links(dice) }, reason: 'misread', sources };
    return { type: 'corrected', data };
  }
  const state = fold(openingOf(own), timeline);
  const reported = { reported: true, saidBy: [{ actor: 'media:press' }] };
  if (dice.rarely(16)) return ended(today, reported);
  if (dice.rarely(12)) return left(today, { ...reported, parties: [...state.obligors], reason: 'withdrawn' });
  if (state.abandoned && dice.rarely(2)) return joined(today, { ...reported, parties: [dice.one('KR', 'JP')] });
  const drafted = draft(dice, { state, timeline, today });
  return drafted.data['corrects'] === 'OPENED' ? { ...drafted, data: { ...drafted.data, corrects: opening } } : drafted;
}
