import { beforeAll, expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { dollars, given } from '../helpers/given.ts';

/** What changed between two cuts is answered page by page, as lists are. */

type Changes = { from: object; to: object; commitments: { commitment: string }[]; totals?: object[] };

const a = api(given());
const ids: string[] = [];

beforeAll(async () => {
  for (const amount of ['1', '2', '3', '4', '5']) {
    const id = await a.open({ title: `Pay ${amount}`, topic: 'trade', from: ['KR'], to: ['US'] });
    await a.say(id, 'pledged', { terms: [dollars('sum', amount)] });
    ids.push(id);
  }
});

async function page(path: string): Promise<Changes & { next: string | undefined }> {
  const { status, headers, text } = await a.get(path);
  if (status !== 200) throw new Error(text);
  const next = /<(.+)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1];
  return { ...(JSON.parse(text) as Changes), next };
}

test('every change is on one page of the answer, in order of opening, and the totals are on the first', async () => {
  const whole = await page('/changes?to=10&asOf=2025-12-31');
  expect(whole).toMatchObject({ next: undefined, totals: [{ view: 'trade-terms', after: { min: '15' } }] });
  const pages = [await page('/changes?to=10&asOf=2025-12-31&limit=2')];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) pages.push(await page(next));
  expect(pages.map(({ commitments }) => commitments.length)).toEqual([2, 2, 1]);
  expect(pages.flatMap(({ commitments }) => commitments)).toEqual(whole.commitments);
  expect(whole.commitments.map(({ commitment }) => commitment)).toEqual(ids);
  expect(pages.map(({ totals }) => totals)).toEqual([whole.totals, undefined, undefined]);
  for (const { from, to } of pages) expect({ from, to }).toEqual({ from: whole.from, to: whole.to });
});

test('a page that ends with the last change links to no other', async () => {
  expect(await page('/changes?to=10&limit=5')).toMatchObject({ commitments: { length: 5 }, next: undefined });
});

test('a later page answers from the cuts of the first, whatever is recorded meanwhile', async () => {
  const first = await page('/changes?from=2&limit=3');
  await a.say(ids[4] ?? '', 'observed', { summary: 'Seen later.' });
  expect(await page(first.next ?? '')).toMatchObject({
    to: first.to,
    commitments: [{ commitment: ids[4], events: { length: 2 } }],
  });
});

test('fifty at most are on a page that no limit is asked for', async () => {
  const b = api(given());
  for (let count = 0; count < 51; count++) await b.open();
  const { headers, text } = await b.get('/changes');
  expect((JSON.parse(text) as Changes).commitments).toHaveLength(50);
  expect(headers.get('Link')).toContain('rel="next"');
});

test.each([
  ['limit=0', 'limit: expected a number from 1 to 500, found "0"'],
  ['cursor=x', 'expected the cursor of a Link that this server gave, found another text'],
  ['from=1&cursor=x', 'expected a cursor, which holds both cuts, or from, to and asOf, found both'],
])('%s is refused', async (query, detail) => {
  const { status, text } = await a.get(`/changes?${query}`);
  expect([status, (JSON.parse(text) as { detail: string }).detail]).toEqual([400, detail]);
});
