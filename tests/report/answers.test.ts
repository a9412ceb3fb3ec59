import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { parsedCsv } from '../helpers/csv.ts';
import { dollars, given, givenSummits, source } from '../helpers/given.ts';
import { attribute, parsed } from '../helpers/html.ts';

/** Reports of answers that are no view: each of them in every form, from its own address. */

const cut = 'asOf=2025-09-30&size=88';
const commitment = '01K38TCSG01P8WHPQX4R74FFK2';

const addresses = [
  '/due?from=2025-08-01',
  '/due?party=US',
  '/parties?',
  '/parties/KR?',
  '/documents?',
  `/commitments/${commitment}?`,
  `/commitments/${commitment}/history?`,
  '/changes?from=60&to=88&asOf=2025-09-30',
] as const;

const at = (address: string): string => (address.startsWith('/changes') ? address : `${address}&${cut}`.replace('?&', '?'));

test.each(addresses)(
  '%s can be had in every form, and each form but CSV names the address that gives it again',
  async (asked) => {
    const { app } = api(await givenSummits());
    const address = at(asked);
    for (const [form, type] of [
      ['md', 'text/markdown; charset=utf-8'],
      ['html', 'text/html; charset=utf-8'],
      ['csv', 'text/csv; charset=utf-8'],
      ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      ['pdf', 'application/pdf'],
    ] as const) {
      const response = await app.request(`${address}&format=${form}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect([form, response.status, response.headers.get('Content-Type')]).toEqual([form, 200, type]);
      const text = bytes.toString('latin1');
      if (form === 'csv' || form === 'pdf') continue;
      const said = /\/(?:due|parties|documents|commitments|changes)[\w/:-]*\?[\w=&;-]+/g;
      const named = (form === 'xlsx' ? text.slice(-200) : text).match(said)?.map((one) => one.replaceAll('&amp;', '&')) ?? [];
      expect([form, named.map((one) => sorted(one))]).toEqual([form, expect.arrayContaining([sorted(address)])]);
    }
  },
);

function sorted(address: string): string[] {
  return address.split(/[?&]/).toSorted();
}

test.each(addresses)('every table of %s is explained in its codebook', async (asked) => {
  const { get } = api(await givenSummits());
  const [, ...explained] = parsedCsv((await get(`${at(asked)}&format=csv&table=codebook`)).text);
  expect(explained.length).toBeGreaterThan(3);
  for (const table of new Set(explained.map(([one = '']) => one))) {
    const { text, headers } = await get(`${at(asked)}&format=csv&table=${table}`);
    const [names, ...rows] = parsedCsv(text);
    expect(headers.get('Content-Disposition')).toContain(`.${table}-88.csv"`);
    expect(explained.filter(([one]) => one === table).map(([, name]) => name)).toEqual(names);
    expect([table, rows.every((row) => row.length === names?.length)]).toEqual([table, true]);
  }
});

/** The rows of a table by the names of its columns. */
async function rowsOf(get: ReturnType<typeof api>['get'], address: string): Promise<Record<string, string>[]> {
  const [names = [], ...rows] = parsedCsv((await get(address)).text);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

test('a calendar as CSV has one row a day, those of its JSON', async () => {
  const { get } = api(await givenSummits());
  const address = `/due?from=2025-01-01&${cut}`;
  const { due } = JSON.parse((await get(`${address}&limit=500`)).text) as { due: { day: string; commitment: string }[] };
  expect(due.length).toBeGreaterThan(3);
  const rows = await rowsOf(get, `${address}&format=csv`);
  expect(rows.map(({ day, commitment: id }) => [day, id])).toEqual(due.map(({ day, commitment: id }) => [day, id]));
});

test('a party as CSV says of each commitment what the party has to do with it', async () => {
  const { get } = api(await givenSummits());
  const answer = JSON.parse((await get(`/parties/KR?${cut}`)).text) as Record<string, { id: string }[]>;
  const rows = await rowsOf(get, `/parties/KR?${cut}&format=csv`);
  for (const [role, list] of Object.entries({ owes: 'owes', 'is-owed': 'isOwed', 'asked-for': 'isAskedFor', left: 'left' })) {
    const own = rows.filter((row) => row['role'] === role).map((row) => row['commitment']);
    expect([role, own]).toEqual([role, (answer[list] ?? []).map(({ id }) => id)]);
  }
});

test('a history as CSV has one row an event, with all that it says', async () => {
  const { get } = api(await givenSummits());
  const address = `/commitments/${commitment}/history?${cut}`;
  const { events } = JSON.parse((await get(address)).text) as { events: { id: string; sequence: number }[] };
  const rows = await rowsOf(get, `${address}&format=csv`);
  expect(rows.map(({ id, sequence }) => [id, sequence])).toEqual(events.map(({ id, sequence }) => [id, String(sequence)]));
  expect(rows.at(-1)?.['says']).toContain('source: ');
});

test('a commitment has the figures that the view has of it, and its events beside them', async () => {
  const { get } = api(await givenSummits());
  const ofView = await rowsOf(get, `/reports/all.csv?${cut}`);
  const own = await rowsOf(get, `/commitments/${commitment}?${cut}&format=csv`);
  expect(own).toEqual(ofView.filter((row) => row['commitment'] === commitment));
  expect(own.length).toBeGreaterThan(1);
  const events = await rowsOf(get, `/commitments/${commitment}?${cut}&format=csv&table=events`);
  expect(events).toEqual(await rowsOf(get, `/commitments/${commitment}/history?${cut}&format=csv`));
});

test('what changed as CSV has each field before and after', async () => {
  const { get } = api(await givenSummits());
  const address = '/changes?from=60&to=88&asOf=2025-09-30';
  const { commitments } = JSON.parse((await get(address)).text) as {
    commitments: { commitment: string; fields: { field: string }[] }[];
  };
  const rows = await rowsOf(get, `${address}&format=csv`);
  expect(rows.map(({ commitment: id, field }) => [id, field])).toEqual(
    commitments.flatMap(({ commitment: id, fields }) => fields.map(({ field }) => [id, field])),
  );
});

test('a table that there is not is refused, and the others are named', async () => {
  const { get } = api(await givenSummits());
  const { status, text } = await get(`/due?format=csv&table=figures`);
  expect([status, text]).toEqual([400, expect.stringContaining('expected one of due, about, codebook')]);
});

const hostile = [
  '=HYPERLINK("http://x.example")',
  '<script>alert(1)</script>',
  '# head',
  '![i](http://x.example)',
  '| a | b |',
  '#panic("x")',
  '$x$',
  'שלום עربي',
  'w'.repeat(400),
];

test('hostile text in a party, a calendar, a history and changes is only text in each form', async () => {
  const base = given();
  const sources = Array.from({ length: 300 }, (_, index) => ({ ...source, url: `https://gazette.example/${index}` }));
  let last = '';
  for (const title of hostile) {
    last = await base.open({ title });
    const text = title.length === 400 ? 'w'.repeat(20_000) : title;
    const terms = [dollars('sum', '5', { text, deadline: '2030' })];
    const cited = title.length === 400 ? sources : sources.slice(0, 2);
    await base.say(last, 'pledged', { terms, sources: cited, summary: text });
  }
  const { app } = api(base);
  for (const address of [
    '/parties/KR',
    '/parties',
    '/due',
    '/changes',
    `/commitments/${last}`,
    `/commitments/${last}/history`,
  ]) {
    for (const form of ['csv', 'md', 'html', 'xlsx'] as const) {
      const response = await app.request(`${address}?format=${form}`);
      const text = Buffer.from(await response.arrayBuffer()).toString();
      expect([address, form, response.status]).toEqual([address, form, 200]);
      if (form === 'csv')
        expect(
          parsedCsv(text)
            .flat()
            .filter((cell) => /^[=+@]/.test(cell)),
        ).toEqual([]);
      if (form === 'html') expect(text).not.toMatch(/<script|<img(?! src="data:)/);
      if (form === 'md')
        expect(text.replaceAll(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/<script|!\[(?![^\]]*\]\[picture \d)|^# head|\$/m);
    }
  }
  const response = await app.request(`/parties/KR?format=pdf`);
  expect([response.status, Buffer.from(await response.arrayBuffer()).toString('latin1', 0, 8)]).toEqual([200, '%PDF-1.7']);
});

test('every page with a table has links to download it, and each of them gives what it says, of the same rows and cut', async () => {
  const { app, get } = api(await givenSummits());
  for (const page of [...addresses, '/commitments?party=KR', '/views/trade-terms?stage=pledged']) {
    const { elements } = parsed((await get(at(page), { headers: { Accept: 'text/html' } })).text);
    const links = elements
      .filter(({ tagName }) => tagName === 'a')
      .map((one) => [attribute(one, 'href') ?? '', attribute(one, 'type') ?? ''] as const)
      .filter(([href]) => /[?&]format=(xlsx|pdf|md|html|csv)/.test(href));
    expect([page, links.length > 4]).toEqual([page, true]);
    for (const [href, type] of links) {
      expect(sorted(href)).toEqual(expect.arrayContaining(sorted(at(page)).filter(Boolean)));
      // Each form of each address is compared elsewhere.
      if (/format=(pdf|xlsx)/.test(href)) continue;
      const response = await app.request(href);
      expect([href, response.status, response.headers.get('Content-Type')?.split(';')[0]]).toEqual([href, 200, type]);
    }
  }
});

test('the rows of a page that is one of many are downloaded whole', async () => {
  const { get } = api(await givenSummits());
  const { text } = await get(`/commitments?limit=3&${cut}`, { headers: { Accept: 'text/html' } });
  const [, href = ''] = /href="([^"]*format=csv[^"]*table=commitments[^"]*)"/.exec(text) ?? [];
  expect((await rowsOf(get, href.replaceAll('&amp;', '&'))).length).toBe(27);
});
