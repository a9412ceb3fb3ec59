import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../../domain/announcement.ts';
import { type Commitment, type Entry, fold } from '../../../domain/commitment.ts';
import { statusOn } from '../../../domain/advance.ts';
import { lastStanding, standing } from '../../../domain/status.ts';
import { formatDay, parseDay } from '../../../domain/dates.ts';
import {
  type Neighbours,
  type Milestones,
  type Warning,
  type WarningKind,
  warningKinds,
  warningsOn,
} from '../../../projections/derived/warnings.ts';
import { typeSheet } from '../../../domain/types.ts';
import type { Term } from '../../../domain/terms.ts';
import { day, given, idOf, joined, money, opened, pledged, suspended } from '../../domain/given.ts';

const first = day('2025-01-01');
const length = 12;
const dayText = fc.integer({ min: first, max: first + length }).map(formatDay);
const from = (day: number) => [{ from: day, to: Infinity }];
const others: Record<string, Milestones> = {
  [idOf('ended')]: { ended: from(first + 4), performed: [] },
  [idOf('performed')]: { ended: [], performed: from(first + 6) },
  [idOf('both')]: { ended: from(first + 9), performed: from(first + 7) },
};
const linked: Neighbours = { milestones: (id) => others[id], exchangedFor: () => [] };
const nobody: Neighbours = { milestones: () => undefined, exchangedFor: () => [] };
const links = fc.array(fc.constantFrom(...Object.keys(others), idOf('dangling')), { maxLength: 3 });
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
      // What is performed here is performed by what is said, not by figures.
      const said = type === 'fulfilled' ? { ...data, terms: [] } : data;
      return { ...opening, id, type, revision: index + 1, sequence: index + 2, data: { ...said, saidBy: [], sources: [] } };
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
  const passes = (text: string | undefined): number => (text === undefined ? Infinity : (parseDay(text) ?? Infinity) + 2);
  const stands = standing(status);
  switch (kind) {
    case 'overdue':
      return stands
        .filter(({ term }) => passes(term.deadline) <= on && !isPerformed(commitment, term, said))
        .map(({ entry, term }) => ({ announcement: entry.id, term: term.key }));
    case 'expected-not-delivered': {
      const answered = said.findLastIndex(({ type }) => typeSheet[type].answersExpectation);
      return said
        .slice(answered + 1)
        .filter(({ type, data }) => type === 'proposed' && ['expected', 'plan'].includes(String('mode' in data && data.mode)))
        .filter(({ data }) => passes('due' in data ? data.due : undefined) <= on)
        .map(({ id }) => ({ announcement: id }));
    }
    case 'price-gone':
      return [...new Set(inExchangeFor)]
        .filter((id) => (others[id]?.ended[0]?.from ?? Infinity) <= on)
        .map((id) => ({ commitment: id }));
    case 'condition-open':
      return [...new Set(dependsOn)]
        .filter((id) => (others[id]?.performed[0]?.from ?? Infinity) > on)
        .map((id) => ({ commitment: id }));
    case 'ran-out':
      return [];
    case 'quiet': {
      const isLoose = status.stage === 'pledged' || status.stage === 'formalised';
      const isAhead = stands.some(({ term }) => term.deadline !== undefined && passes(term.deadline) > on);
      if (!isLoose || isAhead || on < last.day + 180) return [];
      const isWarned = warningKinds.some((other) => other !== 'quiet' && subjectsOn(commitment, other, on).length > 0);
      return isWarned ? [] : [{ announcement: last.id }];
    }
    default:
      return kind satisfies never;
  }
}

/** Whether a term stood, as it is, when the commitment was said to be performed in full. */
function isPerformed(commitment: Commitment, { key, deadline }: Term, said: readonly Entry[]): boolean {
  return said.some((entry, index) => {
    if (entry.type !== 'fulfilled' || entry.data.extent !== 'full') return false;
    const before = lastStanding(statusOn({ ...commitment, timeline: commitment.timeline.slice(0, index) }));
    return before.some(({ term }) => term.key === key && term.deadline === deadline);
  });
}

/** Walks back, a day at a time, for as long as it is so. */
function sinceWhen(on: number, isSo: (day: number) => boolean): number {
  let since = on;
  while (isSo(since - 1)) since -= 1;
  return since;
}

test('the warnings on a day are those that hold on it, one for each thing, since the first day of its run', () => {
  const asked = fc.oneof(fc.integer({ min: -1, max: length + 8 }), fc.integer({ min: 170, max: 200 }));
  const thing = ({ announcement, term: key, commitment }: Partial<Warning>): string => key ?? commitment ?? announcement ?? '';
  fc.assert(
    fc.property(commitments, asked, (commitment, after) => {
      const on = first + after;
      const found = warningsOn(commitment, on, linked);
      for (const kind of warningKinds) {
        const subjects = subjectsOn(commitment, kind, on);
        const warnings = found.filter((one) => one.warning === kind);
        expect(warnings.map(thing).toSorted()).toEqual(subjects.map(thing).toSorted());
        for (const { warning: _, since, ...about } of warnings) {
          expect(subjects).toContainEqual(about);
          const isSo = (day: number): boolean => subjectsOn(commitment, kind, day).some((one) => thing(one) === thing(about));
          expect(since).toBe(sinceWhen(on, isSo));
        }
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
    return {
      ...opening,
      ...place,
      type,
      data: { happened: formatDay(first + index), saidBy: [{ actor: 'KR' }], sources: [], ...data },
    };
  });
  const commitment = fold([opening, ...(events as unknown as Recorded[])]);
  if (!commitment) throw new Error('expected an opening');
  const started = process.cpuUsage();
  const found = warningsOn(commitment, first + 5000, nobody);
  expect([found.length, found[0]?.since]).toEqual([2000, first + 7]);
  // It was minutes when each day told all that waited on it.
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
});

test('a warning runs on while the part of one who owes the term is suspended', () => {
  const pledge = pledged('2025-02-01', {
    saidBy: [{ actor: 'KR' }],
    terms: [money('t', '5', { deadline: '2025-02-10' })],
  });
  const coming = joined('2025-04-01', { saidBy: [{ actor: 'GB' }], parties: ['GB'], as: 'obligor' });
  const pause = suspended('2025-05-01', { saidBy: [{ actor: 'KR' }], parties: ['KR'] });
  const told = warningsOn(given(opened(), pledge, coming, pause), day('2025-06-01'), nobody);
  expect(told.map(({ warning, since }) => `${warning} ${formatDay(since)}`)).toEqual(['overdue 2025-02-12']);
});

test('what one of two owes while the part of the other is suspended is overdue, and has not run out beside it', () => {
  const both = { saidBy: [{ actor: 'KR' }, { actor: 'JP' }] };
  const commitment = given(
    opened({ from: ['KR', 'JP'] }),
    pledged('2025-01-10', { ...both, terms: [money('t', '5', { period: '2025-02', deadline: '2025-02-20' })] }),
    suspended('2025-01-20', { ...both, parties: ['KR'] }),
  );
  expect(warningsOn(commitment, day('2025-06-01'), nobody).map(({ warning }) => warning)).toEqual(['overdue']);
});
