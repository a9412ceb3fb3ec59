import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { givenSummits } from '../../helpers/given.ts';
import { attribute, parsed } from '../../helpers/html.ts';

const cut = 'asOf=2025-09-30&size=88';
const asPage = { headers: { Accept: 'text/html' } };

/** The links in the heads of the tables of a page, each sort once. */
function sortLinks(text: string): string[] {
  const links = parsed(text).elements.filter(
    ({ tagName, parentNode }) => tagName === 'a' && parentNode && 'tagName' in parentNode && parentNode.tagName === 'th',
  );
  return [...new Set(links.map((one) => attribute(one, 'href') ?? '').filter((href) => href.includes('sort=')))];
}

/** The words of the heads of rows, in order. */
function rowHeads(text: string): string[] {
  return [...text.matchAll(/<th scope="row"[^>]*><a [^>]*>(.*?)<\/a>/g)].map(([, one = '']) => one.replaceAll(/<[^>]+>/g, ''));
}

test.each(['/commitments', '/views/all', '/parties', '/parties/KR', '/due'])(
  'each column of %s that sorts is a link, which turns the order round when it is followed again',
  async (path) => {
    const { get } = api(await givenSummits());
    const links = sortLinks((await get(`${path}?${cut}`, asPage)).text);
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) {
      const { status, text } = await get(link.replaceAll('&amp;', '&'), asPage);
      const [, sort = ''] = /sort=([a-z]+)/.exec(link) ?? [];
      expect([link, status]).toEqual([link, 200]);
      expect(text).toContain('aria-sort="ascending"');
      expect(sortLinks(text).some((one) => one.includes(`sort=-${sort}`))).toBe(true);
      expect(link).toContain('asOf=2025-09-30');
    }
  },
);

test('a list sorted by its titles has them in order, and the other way round from the last', async () => {
  const { get } = api(await givenSummits());
  const titles = rowHeads((await get(`/commitments?${cut}&sort=title`, asPage)).text);
  expect(titles.length).toBe(27);
  expect(titles).toEqual(titles.toSorted(new Intl.Collator('en', { numeric: true }).compare));
  expect(rowHeads((await get(`/commitments?${cut}&sort=-title`, asPage)).text)).toEqual(titles.toReversed());
});

test('the totals of a view are sorted by payer, by sum within a currency, and by how many terms count', async () => {
  const { get } = api(await givenSummits());
  const rows = async (sort: string): Promise<string[]> => {
    const { text } = await get(`/views/all?${cut}&sort=${sort}`, asPage);
    const [, table = ''] = /<table class="stk tot">(.*?)<\/table>/s.exec(text) ?? [];
    return [...table.matchAll(/<tr><th scope="row">(.*?)<\/th><td>(.*?)<\/td>/gs)].map(([, payer = '', sum = '']) =>
      `${payer} ${sum}`.replaceAll(/<[^>]+>/g, ''),
    );
  };
  const byPayer = await rows('payer');
  expect(byPayer.length).toBeGreaterThan(3);
  expect(await rows('-payer')).not.toEqual(byPayer);
  const dollars = (await rows('total')).filter((row) => row.includes('US$'));
  expect(dollars.at(-1)).toContain('US$450 billion');
  expect((await rows('-counted'))[0]).toContain('US$450 billion');
  for (const sort of ['total', 'counted']) expect((await rows(sort)).toSorted()).toEqual(byPayer.toSorted());
});

test('a page of a longer list is sorted by itself and says so, and its links stay on that page', async () => {
  const { get } = api(await givenSummits());
  const { text } = await get(`/commitments?limit=5&${cut}`, asPage);
  const [, next = ''] = /href="([^"]*)" rel="next"/.exec(text) ?? [];
  const second = await get(next.replaceAll('&amp;', '&'), asPage);
  const [byTitle = ''] = sortLinks(second.text);
  const sorted = await get(byTitle, asPage);
  expect(sorted.text).toContain('sorted by themselves');
  expect(rowHeads(sorted.text).toSorted()).toEqual(rowHeads(second.text).toSorted());
});

test('a column that there is not is refused, and so is sorting what a program reads', async () => {
  const { get } = api(await givenSummits());
  expect((await get('/parties?sort=colour', asPage)).status).toBe(400);
  expect((await get('/parties?sort=name')).status).toBe(400);
});
