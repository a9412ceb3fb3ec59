import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accepts } from '../../domain/accepts.ts';
import { ledgerEvent } from '../../domain/announcement.ts';
import { parseEvent } from '../../domain/decide.ts';
import { generate } from '../bench/generate.ts';

const isEvent = accepts(ledgerEvent);
const events = [...generate({ seed: 3, events: 2000 })].map(({ type, data }) => ({ type, data: JSON.parse(data) as object }));

/** What takes the place of a member: of every form, and near to what is asked for. */
const texts =
  'x KR UK USD org:eu 2025-02-30 01 1.5 -1 retract exact between exempted https:// 01K38TCSG0NJNE26E33PQJF1W1'.split(' ');
const others = [...texts, '', ' ', undefined, null, 1, true, [], [''], {}, { a: 1 }, ['KR', 'KR'], [{ key: 'a' }]];

/** The value with one member, at a place chosen by `pick`, replaced by what `change` makes of it. */
function changedAt(value: unknown, pick: (max: number) => number, change: (member: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return change(value);
  const names = Object.keys(value);
  const place = pick(names.length + 1);
  const name = names[place];
  if (name === undefined) return change(value);
  const member = changedAt((value as Record<string, unknown>)[name], pick, change);
  if (Array.isArray(value)) return value.with(place, member);
  return { ...value, [name]: member };
}

test('the predicate of a schema takes every generated event', () => {
  expect(events.filter((event) => !isEvent(event))).toEqual([]);
});

test('the predicate of a schema agrees with it about events of which one member is another', () => {
  const counts = { taken: 0, refused: 0 };
  const members = fc.oneof(fc.constantFrom(...others), fc.constantFrom('more', 'fewer', 'once more'));
  fc.assert(
    fc.property(fc.constantFrom(...events), members, fc.infiniteStream(fc.nat(1000)), (event, other, numbers) => {
      const pick = (max: number): number => Number(numbers.next().value) % max;
      const changed = changedAt(event, pick, (member) => {
        if (other === 'more' && typeof member === 'object')
          return Array.isArray(member) ? [...member, 'x'] : { ...member, x: 1 };
        if (other === 'once more' && Array.isArray(member)) return [...(member as unknown[]), ...(member as unknown[])];
        if (other !== 'fewer' || typeof member !== 'object' || member === null) return other;
        return Array.isArray(member) ? member.slice(1) : Object.fromEntries(Object.entries(member).slice(1));
      });
      const { success } = ledgerEvent.safeParse(changed);
      counts[success ? 'taken' : 'refused']++;
      expect([changed, isEvent(changed)]).toEqual([changed, success]);
    }),
    { numRuns: 20_000 },
  );
  expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(500);
});

test('an event that is accepted is answered with terms of its own, one that is refused with what is wrong', () => {
  const event = events.find(({ type }) => type === 'pledged');
  const parsed = parseEvent(event?.type ?? '', event?.data);
  expect(parsed).toEqual(event);
  const [own, given] = [parsed, event].map((one) => (one as { data: { terms: readonly object[] } }).data.terms[0]);
  expect(own).not.toBe(given);
  expect(parseEvent('observed', {})).toMatchObject({ reason: 'invalid', problems: { length: 3 } });
});
