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

test.each(['/commitments', '/views/all', '/parties', '/parties/KR', '/due', '/commitments/01K38TCSG01P8WHPQX4R74FFK2'])(
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

const id = '01K38TCSG01P8WHPQX4R74FFK2';

/** The events that a page of a history shows, by their ids, in order. */
function eventsOn(text: string): string[] {
  return [...text.matchAll(/<li id="e-(\w+)"/g)].map(([, one = '']) => one);
}

test('a history is sorted by the day in the world, by the day of recording and by kind, and its numbers lead to where they are', async () => {
  const { get } = api(await givenSummits());
  const path = `/commitments/${id}/history`;
  const { events } = JSON.parse((await get(`${path}?${cut}`)).text) as {
    events: { id: string; type: string; data: { happened?: string } }[];
  };
  const page = async (sort: string): Promise<string[]> =>
    eventsOn((await get(`${path}?${cut}&sort=${sort}`, asPage)).text).map(
      (one) => events.find((event) => event.id === one)?.type ?? '',
    );
  const recorded = eventsOn((await get(`${path}?${cut}`, asPage)).text);
  expect(recorded).toEqual(events.map((one) => one.id));
  expect(eventsOn((await get(`${path}?${cut}&sort=-recorded`, asPage)).text)).toEqual(recorded.toReversed());
  const types = events.map(({ type }) => type);
  expect(await page('type')).toEqual(types.toSorted());
  expect((await page('happened')).at(-1)).toBe('opened');
  const { text } = await get(`${path}?${cut}&sort=-recorded`, asPage);
  expect(text).toContain('<span aria-current="true"><a href="');
  for (const by of ['happened', 'recorded', 'type']) expect(text).toMatch(new RegExp(`sort=${by}&amp;`));
});

test('what changed is sorted by title, by topic and by when it was recorded, and the rows of its tables by their columns', async () => {
  const { get } = api(await givenSummits());
  const path = '/changes?from=42&to=88&asOf=2025-09-30';
  const page = async (sort: string): Promise<string> => (await get(`${path}&sort=${sort}`, asPage)).text;
  const titles = (text: string): string[][] =>
    text
      .split('<h2')
      .map((part) => [...part.matchAll(/<section class="change"><h3><a [^>]*>(.*?)<\/a>/g)].map(([, one = '']) => one))
      .filter((part) => part.length > 0);
  const inOrder = new Intl.Collator('en', { numeric: true }).compare;
  const byTitle = titles(await page('title'));
  expect(byTitle.flat().length).toBeGreaterThan(5);
  expect(byTitle).toEqual(byTitle.map((part) => part.toSorted(inOrder)));
  expect(titles(await page('-title'))).toEqual(byTitle.map((part) => part.toReversed()));
  expect(
    titles(await page('-recorded'))
      .flat()
      .toSorted(),
  ).toEqual(byTitle.flat().toSorted());
  const payers = (text: string): string[] =>
    [...(text.split('id="totals"')[1] ?? '').matchAll(/<tr><th scope="row">.*?<\/th><td>(.*?)<\/td>/g)].map(
      ([, one = '']) => one,
    );
  expect(payers(await page('payer')).length).toBeGreaterThan(1);
  expect(payers(await page('-payer'))).not.toEqual(payers(await page('payer')));
  expect(await page('field')).toMatch(/<th scope="col" aria-sort="ascending"><a [^>]*>What/);
  expect(await page('view')).toMatch(/<th scope="col" aria-sort="ascending"><a [^>]*>View/);
});

test('a column that there is not is refused, and so is sorting what a program reads', async () => {
  const { get } = api(await givenSummits());
  expect((await get('/parties?sort=colour', asPage)).status).toBe(400);
  expect((await get('/parties?sort=name')).status).toBe(400);
});
