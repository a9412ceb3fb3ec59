import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { givenSummits } from '../helpers/given.ts';

type Understood = {
  readings: { value: unknown; words: string; note?: string }[];
  detail?: string;
  examples?: string[];
  suggestions?: { value: { code: string }; words: string }[];
};

async function asking() {
  const { get } = api(await givenSummits());
  const understood = async (query: Record<string, string>): Promise<Understood> =>
    JSON.parse((await get(`/understand?${new URLSearchParams(query).toString()}`)).text) as Understood;
  return { get, understood };
}

test('plain words are answered with what is recorded, what is drawn, and what to do where they are not understood', async () => {
  const { understood } = await asking();
  expect(await understood({ kind: 'figure', text: 'more than $1 billion a year' })).toMatchObject({
    readings: [
      { value: { kind: 'money', min: '1000000000', currency: 'USD', per: 'year' }, words: 'more than US$1 billion a year' },
    ],
  });
  expect(await understood({ kind: 'date', text: '5 August', asOf: '2025-08-22' })).toMatchObject({
    asOf: '2025-08-22',
    readings: [{ value: '2025-08-05' }, { value: '2026-08-05' }],
    detail: 'this can be read in more than one way: which is meant?',
  });
  expect(await understood({ kind: 'source', text: 'the speech itself' })).toMatchObject({ readings: [], examples: [{}, {}] });
});

test('who is in the ledger is understood by a part of his name, and suggested before who is not', async () => {
  const { understood } = await asking();
  const trump = await understood({ kind: 'actor', text: 'Trump' });
  expect(trump.readings[0]).toMatchObject({
    value: { code: 'person:donald-trump', name: 'Donald Trump' },
    words: 'Donald Trump',
  });
  const { suggestions = [] } = await understood({ kind: 'party', text: 'ko' });
  const called = suggestions.map(({ words }) => words);
  expect(called.toSorted()).toEqual(['Hong Kong', 'Kogas', 'Korean air', 'North Korea', 'South Korea']);
  // All others are named in the ledger.
  expect(called.at(-1)).toBe('Hong Kong');
  expect((await understood({ kind: 'date', text: '2030' })).suggestions).toBeUndefined();
});

test.each([
  ['kind=when&text=x', /kind: expected one of ..party.*actor.*date.*figure.*source/],
  ['text=x', /kind/],
  ['kind=date', /text/],
  ['kind=date&text=', /text/],
  [`kind=date&text=${'x'.repeat(301)}`, /text.*300/],
  ['kind=date&text=x&asOf=soon', /asOf: expected a day/],
  ['kind=date&text=x&more=1', /more/],
])('%.40s is refused, with what there is to choose from', async (query, detail) => {
  const { get } = await asking();
  const { status, text } = await get(`/understand?${query}`);
  expect([status, text]).toEqual([400, expect.stringMatching(detail)]);
});

test('an answer is sent again only where it differs', async () => {
  const { get } = await asking();
  const first = await get('/understand?kind=party&text=Japan');
  const again = await get('/understand?kind=party&text=Japan', {
    headers: { 'If-None-Match': first.headers.get('ETag') ?? '' },
  });
  expect([first.status, first.headers.get('Cache-Control'), again.status]).toEqual([200, 'no-cache', 304]);
});
