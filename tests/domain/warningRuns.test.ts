import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { standing, statusOn } from '../../domain/status.ts';
import { formatDay, parseDay } from '../../domain/dates.ts';
import { type Milestones, type Warning, type WarningKind, warningKinds, warningsOn } from '../../domain/warnings.ts';
import { typeSheet } from '../../domain/types.ts';
import { day, given, idOf, money, opened } from './given.ts';

const first = day('2025-01-01');
const length = 12;
const dayText = fc.integer({ min: first, max: first + length }).map(formatDay);
const linked: Record<string, Milestones> = {
  [idOf('ended')]: { ended: first + 4, performed: undefined },
  [idOf('performed')]: { ended: undefined, performed: first + 6 },
  [idOf('both')]: { ended: first + 9, performed: first + 7 },
};
const links = fc.array(fc.constantFrom(...Object.keys(linked), idOf('dangling')), { maxLength: 3 });
const term = fc
  .record({ key: fc.constantFrom('a', 'b', 'c'), deadline: fc.option(dayText, { nil: undefined }) })
  .map(({ key, deadline }) => money(key, '1', deadline === undefined ? {} : { deadline }));
const announcement = fc.record({
  type: fc.constantFrom(
    'proposed',
    'proposed',
    'pledged',
    'formalised',
    'amended',
    'amended',
    'fulfilled',
    'observed',
    'ended',
  ),
  happened: dayText,
  due: fc.option(dayText, { nil: undefined }),
  mode: fc.constantFrom('expected', 'plan', 'demand'),
  extent: fc.constantFrom('partial', 'full'),
  removes: fc.subarray(['a', 'b']),
  terms: fc.uniqueArray(term, { maxLength: 2, selector: ({ key }) => key }),
});

/** Announcements in any order, also such as no rule would let stand: older ledgers may hold them. */
const commitments: fc.Arbitrary<Commitment> = fc
  .record({ dependsOn: links, inExchangeFor: links, said: fc.array(announcement, { maxLength: 8 }) })
  .map(({ dependsOn, inExchangeFor, said }) => {
    const { opened: opening } = given(opened({ links: { dependsOn, inExchangeFor } }));
    const events = said.map(({ type, ...data }, index) => {
      const id = idOf(`event ${index}`);
      return { ...opening, id, type, revision: index + 1, sequence: index + 2, data: { ...data, saidBy: [], sources: [] } };
    });
    const commitment = fold([opening, ...(events as unknown as Recorded[])]);
    if (!commitment) throw new Error('expected an opening');
    return commitment;
  });

/** Of what a kind of warning is true on a day, in order; everything is asked anew for each day. */
function subjectsOn(commitment: Commitment, kind: WarningKind, on: number): Omit<Warning, 'warning' | 'since'>[] {
  const said = commitment.timeline.filter((entry) => entry.day <= on);
  const last = said.at(-1);
  const status = statusOn(commitment, on);
  if (!last || status.stage === 'ended') return [];
  const { inExchangeFor = [], dependsOn = [] } = commitment.opened.data.links ?? {};
  const hasPassed = (text: string | undefined): boolean => text !== undefined && (parseDay(text) ?? Infinity) + 2 <= on;
  switch (kind) {
    case 'overdue':
      if (status.performance === 'full') return [];
      return standing(status)
        .filter((agreed) => hasPassed(agreed.term.deadline))
        .map(({ entry }) => ({ announcement: entry.id }));
    case 'expected-not-delivered': {
      const answered = said.findLastIndex(({ type }) => typeSheet[type].answersExpectation);
      return said
        .slice(answered + 1)
        .filter(({ type, data }) => type === 'proposed' && ['expected', 'plan'].includes(String('mode' in data && data.mode)))
        .filter(({ data }) => hasPassed('due' in data ? data.due : undefined))
        .map(({ id }) => ({ announcement: id }));
    }
    case 'price-gone':
      return inExchangeFor.filter((id) => (linked[id]?.ended ?? Infinity) <= on).map((id) => ({ commitment: id }));
    case 'condition-open':
      return dependsOn.filter((id) => (linked[id]?.performed ?? Infinity) > on).map((id) => ({ commitment: id }));
    case 'quiet': {
      const isBinding = status.stage === 'pledged' || status.stage === 'formalised';
      return isBinding && on >= last.day + 180 ? [{ announcement: last.id }] : [];
    }
    default:
      return kind satisfies never;
  }
}

/** Walks back, a day at a time, for as long as it is so. */
function sinceWhen(on: number, isSo: (day: number) => boolean): number {
  let since = on;
  while (isSo(since - 1)) since -= 1;
  return since;
}

test('the warnings on a day are those that hold on it, told since the first day of their run, about what has been so the longest', () => {
  const asked = fc.oneof(fc.integer({ min: -1, max: length + 8 }), fc.integer({ min: 170, max: 200 }));
  fc.assert(
    fc.property(commitments, asked, (commitment, after) => {
      const on = first + after;
      const found = warningsOn(commitment, on, (id) => linked[id]);
      for (const kind of warningKinds) {
        const subjects = subjectsOn(commitment, kind, on);
        const warning = found.find((one) => one.warning === kind);
        expect([kind, warning !== undefined]).toEqual([kind, subjects.length > 0]);
        if (!warning) continue;
        expect(warning.since).toBe(sinceWhen(on, (day) => subjectsOn(commitment, kind, day).length > 0));
        const own = ({ announcement, commitment: other }: Omit<Warning, 'warning' | 'since'>): number =>
          sinceWhen(on, (day) =>
            subjectsOn(commitment, kind, day).some((one) => one.announcement === announcement && one.commitment === other),
          );
        expect(own(warning)).toBe(Math.min(...subjects.map(own)));
      }
    }),
    { numRuns: 1000 },
  );
});

test.each<[string, (index: number) => Record<string, unknown>]>([
  ['deadlines', (index) => ({ type: 'amended', terms: [money(`k${index}`, '1', { deadline: formatDay(first + index + 5) })] })],
  ['expectations', (index) => ({ type: 'proposed', mode: 'expected', due: formatDay(first + index + 5) })],
])('two thousand %s of one commitment are each looked at a few times', (_, said) => {
  const { opened: opening } = given(opened());
  const events = Array.from({ length: 2000 }, (_each, index) => {
    const { type, ...data } = said(index);
    const place = { id: idOf(`event ${index}`), revision: index + 1, sequence: index + 2, time: (first + index) * 86_400_000 };
    return { ...opening, ...place, type, data: { happened: formatDay(first + index), saidBy: [], sources: [], ...data } };
  });
  const commitment = fold([opening, ...(events as unknown as Recorded[])]);
  if (!commitment) throw new Error('expected an opening');
  const started = process.cpuUsage();
  expect(warningsOn(commitment, first + 5000, () => undefined)).toMatchObject([{ since: first + 7 }]);
  // It was minutes when each day told all that waited on it.
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
});
