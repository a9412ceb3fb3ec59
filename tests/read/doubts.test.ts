import { expect, test } from 'vitest';
import { foldStream } from '../../src/command/fold.ts';
import { doubtsOf } from '../../src/read/doubts.ts';
import type { Hint } from '../../src/read/hints.ts';
import { dollars, given, source } from '../helpers/given.ts';

/** The doubts of the last of some announcements of a commitment that Korea owes the United States. */
async function doubtsAfter(...said: [type: string, data?: Record<string, unknown>][]): Promise<Hint[]> {
  const g = given();
  const id = await g.open();
  let last = '';
  for (const [type, data] of said) last = await g.say(id, type, data);
  const commitment = foldStream(await g.ledger.log.readStream(id));
  const entry = commitment?.timeline.find((one) => one.id === last);
  if (!commitment || !entry) throw new Error('expected an announcement, found none');
  return doubtsOf(entry, commitment);
}
const money = (amount: string, key = 'total', more = {}) => ({ terms: [dollars(key, amount, more)] });
const kinds = (hints: readonly Hint[]): string[] => hints.map(({ hint }) => hint);

test('a figure that is ten times that of its key before, or a tenth of it, is doubtful', async () => {
  const [hint] = await doubtsAfter(['pledged', money('350000000000')], ['amended', money('3500000000000')]);
  expect(hint).toMatchObject({ hint: 'tenfold-figure', pointer: '/terms/0/max', found: '3500000000000' });
  expect(hint?.detail).toBe(
    '3500000000000 is 10 times the 350000000000 of "total" in event 2; is a zero too many, or one missing?',
  );
  expect(kinds(await doubtsAfter(['pledged', money('350000000000')], ['amended', money('35000000000')]))).toEqual([
    'tenfold-figure',
  ]);
  expect(await doubtsAfter(['pledged', money('350000000000')], ['amended', money('400000000000')])).toEqual([]);
});

test('of a new key only the same digits with other zeros are doubtful, and only in the same unit', async () => {
  const after = (amount: string, more = {}) =>
    doubtsAfter(['pledged', money('350000000000')], ['observed', money(amount, 'other', more)]);
  expect(kinds(await after('350000000'))).toEqual(['tenfold-figure']);
  expect(await after('1000000')).toEqual([]);
  expect(await after('350000000', { currency: 'KRW' })).toEqual([]);
  expect(await after('350000000', { per: 'year' })).toEqual([]);
});

test('a small part that is delivered is not doubtful, ten times too much is', async () => {
  const delivered = (amount: string) =>
    doubtsAfter(
      ['pledged', money('350000000000')],
      ['fulfilled', { extent: 'partial', ...money(amount, 'total', { counts: 'increment' }) }],
    );
  expect(await delivered('100000000')).toEqual([]);
  expect(kinds(await delivered('3500000000000'))).toEqual(['tenfold-figure']);
});

test('a day after its source was published, or more than a year before, is doubtful', async () => {
  const said = (happened: string, published?: string) =>
    doubtsAfter(['observed', { happened, sources: [{ ...source, ...(published !== undefined && { published }) }] }]);
  expect(await said('2024-08-22', '2025-08-22')).toEqual([]);
  expect(await said('2025-08-22~', '2025-08')).toEqual([]);
  expect(await said('2025-08-22')).toEqual([]);
  expect(kinds(await said('2024-08-20', '2025-08-22'))).toEqual(['far-from-source']);
  expect((await said('2025-08-22', '2024-08-22'))[0]).toMatchObject({
    pointer: '/happened',
    detail: '2025-08-22 is after 2024-08-22, when The Test Gazette published it; is the year right?',
  });
});

test.each([
  ['the beneficiary itself', 'US'],
  ['an office of the beneficiary', 'office:us-state'],
  ['who spoke for the beneficiary before', 'person:donald-trump'],
])('that %s speaks for who owes it is doubtful', async (_, actor) => {
  const before = { mode: 'demand', saidBy: [{ actor: 'person:donald-trump', for: 'US' }] };
  const hints = await doubtsAfter(['proposed', before], ['observed', { saidBy: [{ actor, for: 'KR' }] }]);
  expect(hints.map(({ hint, pointer }) => [hint, pointer])).toEqual([['beneficiary-speaks', '/saidBy/0/for']]);
  expect(await doubtsAfter(['observed', { saidBy: [{ actor: 'office:kr-mofa', for: 'KR' }] }])).toEqual([]);
});
