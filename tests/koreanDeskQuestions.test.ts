import { expect, test } from 'vitest';
import { summitFiles } from '../src/cli/sample.ts';
import { lostIn } from './helpers/clicks.ts';
import { deskOf } from './helpers/desk.ts';
import { faultsOf, parsed } from './helpers/html.ts';

/** What a desk asks, over the sample of the summits of 2025: each by one address and one command that say the same. */

const desk = deskOf('/ledgers/korea-2025', summitFiles);

const any = expect.any(String) as unknown;
const some = (one: object) => expect.arrayContaining([expect.objectContaining(one) as unknown]) as unknown;

/** A question, its address, its command, and what its answer must hold. */
const questions: [question: string, address: string, args: string[], holds: object][] = [
  [
    'What did Korea promise the United States?',
    '/views/all?from=KR&to=US',
    ['view', 'all', '--from', 'KR', '--to', 'US'],
    { lines: some({ from: ['KR'], stage: 'pledged' }), totals: some({ payer: 'KR', max: '450000000000' }) },
  ],
  [
    'Which of it is binding?',
    '/commitments?party=KR&binding=yes',
    ['list', '--party', 'KR', '--binding', 'yes'],
    { commitments: some({ instrument: expect.objectContaining({ binding: 'yes' }) as unknown }) },
  ],
  [
    'What of it was delivered?',
    '/commitments?party=KR&performance=partial,full',
    ['list', '--party', 'KR', '--performance', 'partial,full'],
    { commitments: some({ performance: 'partial' }) },
  ],
  [
    'Which tariff is in force, since when, by which act?',
    '/views/all?topic=trade/tariff',
    ['view', 'all', '--topic', 'trade/tariff'],
    { tariffs: some({ inForce: '15', since: '2025-08-07', basis: any }) },
  ],
  [
    'What ends in the 90 days after 1 October 2025?',
    '/due?asOf=2025-10-01&to=2025-12-30',
    ['due', '--as-of', '2025-10-01', '--to', '2025-12-30'],
    { from: '2025-10-01', to: '2025-12-30' },
  ],
  [
    'What was expected and did not come?',
    '/commitments?warning=expected-not-delivered',
    ['list', '--warning', 'expected-not-delivered'],
    { commitments: some({ warnings: some({ warning: 'expected-not-delivered' }) }) },
  ],
  [
    'Who disputes what?',
    '/commitments?contested=true',
    ['list', '--contested'],
    { count: 3, commitments: some({ contested: some({ readings: some({ party: 'KR' }) }) }) },
  ],
  [
    'What does North Korea dispute?',
    '/parties/KP',
    ['parties', 'KP'],
    { disputes: some({ title: 'Three-stage denuclearisation plan' }) },
  ],
  [
    'Where does Lutnick speak?',
    '/commitments?q=Lutnick&sort=relevance',
    ['list', '--q', 'Lutnick', '--sort', 'relevance'],
    { commitments: some({ hits: some({ where: 'speaker' }) }) },
  ],
  [
    'What was known on the day of the news?',
    '/commitments?party=KR&asOf=2025-08-22&knownAt=2025-08-22',
    ['list', '--party', 'KR', '--as-of', '2025-08-22', '--known-at', '2025-08-22'],
    { cut: expect.objectContaining({ asOf: '2025-08-22' }) as unknown },
  ],
  [
    'And what did the record not yet know?',
    '/changes?from=2025-08-22&asOf=2025-08-22',
    ['changes', '--from', '2025-08-22', '--as-of', '2025-08-22'],
    { commitments: some({ events: some({ type: any }) }) },
  ],
  [
    'What changed since the last report?',
    '/changes?from=60',
    ['changes', '--from', '60'],
    { commitments: some({ title: any }) },
  ],
  ['What does Korea owe, and when?', '/parties/KR', ['parties', 'KR'], { owes: some({ stage: any }), due: some({ day: any }) }],
  [
    'Everything about North Korea, in one view',
    '/views/north-korea-policy',
    ['view', 'north-korea-policy'],
    { lines: some({ title: 'Three-stage denuclearisation plan' }) },
  ],
];

test.each(questions)(
  '%s',
  async (_, address, args, holds) => {
    const response = await desk.app.request(address);
    const answer = (await response.json()) as object;
    expect([response.status, answer]).toEqual([200, expect.objectContaining(holds)]);
    expect(JSON.parse(await desk.ledger([...args, '--json']))).toEqual(answer);
    const page = await desk.app.request(address, { headers: { Accept: 'text/html' } });
    expect([page.status, faultsOf(parsed(await page.text()))]).toEqual([200, []]);
  },
  60_000,
);

test('every question is answered at most two clicks from the first page', async () => {
  const addresses = questions.map(([, address]) => address);
  expect(await lostIn(desk.app, addresses)).toEqual([]);
});
