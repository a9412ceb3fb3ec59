import { expect, test } from 'vitest';
import { maxWhole } from '../../../src/read/viewAt.ts';
import { api } from '../../helpers/api.ts';
import { dollars, given } from '../../helpers/given.ts';
import { faultsOf, parsed } from '../../helpers/html.ts';

const browser = { headers: { Accept: 'text/html' } };

/** Commitments of one view, each with a sum; every third of another party. */
async function many(count: number, g = given()) {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const from = [index % 3 === 0 ? 'org:opec' : 'KR'];
    const id = await g.open({
      topic: 'trade/x',
      title: `Title ${index}`,
      from,
      ...(index === 0 && { names: { 'org:opec': 'OPEC' } }),
    });
    await g.say(id, 'pledged', { saidBy: [{ actor: from[0] }], terms: [dollars('sum', '1')] });
    ids.push(id);
  }
  return { ...api(g), ids };
}

type Page = {
  readonly count: number;
  readonly sectionsOf?: string;
  readonly lines: { commitment: string }[];
  readonly tariffs: unknown[];
  readonly obligations: { commitment: string }[];
  readonly totals: { payer: string; min: string; counted: { commitment: string }[] }[];
};

const nextOf = (link: string | null): string => /<(.+)>; rel="next"/.exec(link ?? '')?.[1] ?? '';

test('the pages of a long view hold each line once, each with its sections, and with the count and totals of all lines', async () => {
  const { get, ids } = await many(maxWhole + 30);
  const seen: string[] = [];
  let path = '/views/trade-terms?limit=100';
  while (path !== '') {
    const { text, headers } = await get(path);
    const page = JSON.parse(text) as Page;
    const own = page.lines.map(({ commitment }) => commitment);
    expect(page).toMatchObject({ count: ids.length, sectionsOf: 'page' });
    expect(page.totals.map(({ payer, min, counted }) => [payer, min, counted.length])).toEqual([
      ['KR', '153', 153],
      ['org:opec', '77', 77],
    ]);
    expect(page.obligations.map(({ commitment }) => commitment)).toEqual(own);
    seen.push(...own);
    path = nextOf(headers.get('Link'));
  }
  expect(seen).toEqual(ids);
});

test('a view of as many lines as are answered whole has the sections of all with each page', async () => {
  const { get, ids } = await many(60);
  const page = JSON.parse((await get('/views/trade-terms')).text) as Page;
  expect([page.lines.length, page.obligations.length, page.sectionsOf]).toEqual([50, ids.length, undefined]);
});

test('the page of a long view has its totals first and leads through all lines of its cut', async () => {
  const { get, ids } = await many(maxWhole + 30);
  const first = await get('/views/trade-terms?limit=120', browser);
  expect(faultsOf(parsed(first.text))).toEqual([]);
  expect(first.text.indexOf('id="totals"')).toBeLessThan(first.text.indexOf('id="lines"'));
  expect(first.text).toContain('OPEC');
  expect(first.text).toContain('230 commitments are pledged');
  const next = /<a href="([^"]+)" rel="next">/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = await get(next, browser);
  const lines = [first, second].flatMap(({ text }) => [...text.matchAll(/<tr id="c-([^"]+)"/g)].map(([, id]) => id));
  expect(lines).toEqual(ids);
  expect(second.text).not.toContain('rel="next"');
});

test('totals name by their titles the first commitments that are not on the page, also those because of which others are not counted', async () => {
  const g = given();
  const { get } = await many(maxWhole + 30, g);
  const whole = await g.open({ topic: 'trade/x', title: 'The whole of it', from: ['JP'] });
  const part = await g.open({ topic: 'trade/x', title: 'A part of it', from: ['JP'], links: { partOf: [whole] } });
  for (const id of [whole, part]) await g.say(id, 'pledged', { saidBy: [{ actor: 'JP' }], terms: [dollars('sum', '1')] });
  const totals = (await get('/views/trade-terms', browser)).text.split('id="lines"')[0] ?? '';
  const japan = /<tr><th scope="row"><bdi>Japan.*?<\/tr>/s.exec(totals)?.[0];
  expect(japan?.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')).toContain(
    'The whole of it , sum A part of it , sum part of The whole of it',
  );
  expect(totals).not.toMatch(/<code>[0-9A-HJKMNP-TV-Z]{26}<\/code>/);
});

test('the page of a view tells who owed what stood last, and who was asked, once all obligors have left', async () => {
  const ledger = given();
  const id = await ledger.open({ topic: 'trade/deals' });
  await ledger.say(id, 'proposed', {
    happened: '2025-07-01',
    saidBy: [{ actor: 'US' }],
    mode: 'demand',
    terms: [dollars('x', '9')],
  });
  await ledger.say(id, 'pledged', { happened: '2025-07-02', saidBy: [{ actor: 'KR' }], terms: [dollars('x', '5')] });
  const out = { parties: ['KR'], reason: 'expelled', saidBy: [{ actor: 'US' }] };
  await ledger.say(id, 'left', { happened: '2025-07-03', ...out });
  const { app } = api(ledger);
  const { payments } = (await (await app.request('/views/all')).json()) as { payments: { payer: string }[] };
  expect(new Set(payments.map(({ payer }) => payer))).toEqual(new Set(['KR']));
  const page = await app.request('/views/all', { headers: { Accept: 'text/html' } });
  expect(page.status).toBe(200);
  expect(faultsOf(parsed(await page.text()))).toEqual([]);
});

test('a table of many totals names three entries of each, and counts the others', async () => {
  const g = given();
  const { get } = api(g);
  const payers = ['AU', 'BE', 'BG', 'CA', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GB', 'GR'];
  for (const payer of payers) {
    for (const title of payer === 'AU' ? ['First', 'Second', 'Third', 'Fourth', 'Fifth'] : ['Other']) {
      const id = await g.open({ topic: 'trade/x', title, from: [payer], to: ['US'] });
      await g.say(id, 'pledged', { saidBy: [{ actor: payer }], terms: [dollars('sum', '1')] });
    }
  }
  const { text } = await get('/views/trade-terms', browser);
  const row = /<tr><th scope="row"><bdi>Australia.*?<\/tr>/s.exec(text.slice(text.indexOf('id="totals"')))?.[0] ?? '';
  const said = row.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(said).toContain('Third , sum and 2 more, in the other forms of this page');
  expect(said).not.toContain('Fourth');
});
