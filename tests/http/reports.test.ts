import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { parsedCsv } from '../helpers/csv.ts';
import { given, givenSummits, source } from '../helpers/given.ts';
import { parsed } from '../helpers/html.ts';

const cut = 'asOf=2025-09-30&size=88';

test('a report as CSV has one row a figure, and each figure of the view is one of them', async () => {
  const { get } = api(await givenSummits());
  const { headers, text } = await get(`/reports/alliance-costs.csv?${cut}`);
  expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
  const [names = [], ...rows] = parsedCsv(text);
  const { lines } = JSON.parse((await get(`/views/alliance-costs?${cut}`)).text) as {
    lines: { figures: { announcement: string; key: string; min?: string; max?: string; text: string }[] }[];
  };
  const at = (name: string): number => names.indexOf(name);
  expect(rows.map((row) => ['announcement', 'key', 'low', 'high', 'words'].map((name) => row[at(name)]))).toEqual(
    lines.flatMap(({ figures }) =>
      figures.map(({ announcement, key, min = '', max = '', text: words }) => [
        announcement,
        key,
        min,
        max,
        words.startsWith("'") ? `'${words}` : words,
      ]),
    ),
  );
});

test('every column of every table of a report is explained in its codebook', async () => {
  const { get } = api(await givenSummits());
  const [, ...explained] = parsedCsv((await get(`/reports/all.csv?table=codebook&${cut}`)).text);
  for (const table of ['figures', 'commitments', 'performance', 'totals', 'entries', 'sources', 'about']) {
    const [names, ...rows] = parsedCsv((await get(`/reports/all.csv?table=${table}&${cut}`)).text);
    expect(explained.filter(([one]) => one === table).map(([, name]) => name)).toEqual(names);
    expect([table, rows.every((row) => row.length === names?.length)]).toEqual([table, true]);
  }
});

test('the facts that the Markdown of a report prints stand in a table beside its CSV, with the root of its events', async () => {
  const { get } = api(await givenSummits());
  const [, ...facts] = parsedCsv((await get(`/reports/alliance-costs.csv?table=about&party=KR&${cut}`)).text);
  const root = (await get('/proof/checkpoint?size=88')).text.split('\n')[2];
  const address = `/reports/alliance-costs?party=KR&${cut}`;
  expect(facts).toEqual([
    ['Report', 'Alliance costs'],
    ['Cut', expect.stringContaining('from the 88 events')],
    ['Ledger', expect.any(String)],
    ['Cite as', `Commitments ledger, Alliance costs, as of 2025-09-30, size 88, ${address}`],
    ['Root of these events', root],
  ]);
  const { text } = await get(`/reports/alliance-costs.md?party=KR&${cut}`);
  for (const [label] of facts.slice(1)) expect(text).toContain(`**${label}:**`);
});

test('the mark of UTF-8 stands at the beginning where it is asked for', async () => {
  const { app } = api(await givenSummits());
  const bytes = async (query: string): Promise<Buffer> =>
    Buffer.from(await (await app.request(`/reports/all.csv?${cut}${query}`)).arrayBuffer());
  expect((await bytes('&mark=true')).subarray(0, 3).toString('hex')).toBe('efbbbf');
  expect((await bytes('&mark=true')).subarray(3)).toEqual(await bytes(''));
});

test('a report as JSON is the whole answer of its view, with what makes it again', async () => {
  const { get } = api(await givenSummits());
  const { report, ...answer } = JSON.parse((await get(`/reports/trade-terms.json?party=KR&${cut}`)).text) as {
    report: { address: string; filters: unknown; root: string };
  };
  expect(answer).toEqual(JSON.parse((await get(`/views/trade-terms?party=KR&${cut}&limit=500`)).text));
  expect(report).toMatchObject({ address: `/reports/trade-terms?party=KR&${cut}`, filters: { party: 'KR' } });
  const checkpoint = await get('/proof/checkpoint?size=88');
  expect(checkpoint.text.split('\n')[2]).toBe(report.root);
});

test('a report as Markdown says the finding first, and each note that it refers to stands at its end', async () => {
  const { get } = api(await givenSummits());
  const { text } = await get(`/reports/alliance-costs.md?${cut}`);
  expect(text).toMatch(/^# Alliance costs\n\n\*\*South Korea is asked for US\\\$10 billion a year/);
  const notes = new Set([...text.matchAll(/\[\^(\d+)\](?!:)/g)].map(([, number]) => number));
  expect([...text.matchAll(/^\[\^(\d+)\]:/gm)].map(([, number]) => number)).toEqual([...notes]);
});

test('hostile text is only text in Markdown', async () => {
  const hostile = [
    '# head',
    '<script>x</script>',
    '![i](http://x.example)',
    '| a | b |',
    '[^1]',
    '`code`',
    '1. one',
    '$x$',
    '*b*',
  ];
  const base = given();
  for (const title of hostile) {
    const id = await base.open({ title });
    await base.say(id, 'proposed', { mode: 'claim', terms: [{ key: 'words', kind: 'text', text: title }], sources: [source] });
  }
  const { text } = await api(base).get('/reports/all.md');
  const beyond = text.replaceAll(/\\[!-/:-@[-`{-~]/g, '');
  expect(beyond).not.toMatch(/<script|!\[|`code|\$|^# head|^1\. one/m);
  expect(beyond.match(/^# /gm)).toHaveLength(1);
});

test.each([
  ['/reports/nothing.csv', 404, /expected a view/],
  ['/reports/all.docx', 404, /expected a form \(json, csv, md.*found "docx"/],
  ['/reports/all', 404, /expected a form/],
  ['/reports/all.csv?table=no', 400, /table/],
  ['/reports/all.csv?since=99', 400, /size/],
])('%s is refused and says what there is', async (path, status, detail) => {
  const answer = await api(await givenSummits()).get(path);
  expect(answer.status).toBe(status);
  expect((JSON.parse(answer.text) as { detail: string }).detail).toMatch(detail);
});

const elsewhere = ['/commitments', '/views/alliance-costs'];

test.each(elsewhere)('%s answers as CSV, Markdown and a workbook to whoever prefers these, with all rows', async (path) => {
  const { get } = api(await givenSummits());
  const view = path === '/commitments' ? 'all' : 'alliance-costs';
  for (const [form, type] of Object.entries({ csv: 'text/csv', md: 'text/markdown' })) {
    const { headers, text } = await get(`${path}?${cut}`, { headers: { Accept: `${type}, text/html;q=0.5` } });
    expect([headers.get('Content-Type'), headers.get('Vary')]).toEqual([`${type}; charset=utf-8`, 'Accept']);
    expect(text).toBe((await get(`/reports/${view}.${form}?${cut}`)).text);
    expect((await get(`${path}?${cut}&format=${form}`)).text).toBe(text);
  }
  expect((await get(`${path}?limit=3`, { headers: { Accept: 'text/csv' } })).status).toBe(400);
});

test.each(['/commitments', '/views', '/views/all', '/due', '/parties', '/changes?from=80'])(
  'who accepts no form of %s is told which there are',
  async (path) => {
    const { get } = api(await givenSummits());
    const { status, text } = await get(path, { headers: { Accept: 'image/png' } });
    expect(status).toBe(406);
    expect((JSON.parse(text) as { detail: string }).detail).toMatch(
      /expected Accept to allow text\/html, application\/json.*found "image\/png"/,
    );
    for (const accept of ['*/*', '', 'garbage']) expect((await get(path, { headers: { Accept: accept } })).status).toBe(200);
  },
);

test('a report as HTML is one file: nothing is fetched, nothing runs, and every link leads into it or to a source', async () => {
  const { get } = api(await givenSummits());
  const { headers, text } = await get(`/reports/all.html?${cut}`);
  expect(headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  const { elements } = parsed(text);
  expect(elements.filter(({ tagName }) => ['script', 'link', 'img', 'iframe', 'object', 'form'].includes(tagName))).toEqual([]);
  expect(text).not.toMatch(/@import|url\((?!#)/);
  const ids = elements.flatMap(({ attrs }) => attrs.filter(({ name }) => name === 'id').map(({ value }) => value));
  expect(new Set(ids).size).toBe(ids.length);
  const links = elements.flatMap(({ attrs }) => attrs.filter(({ name }) => name === 'href').map(({ value }) => value));
  expect(links.filter((one) => !/^https?:/.test(one) && !ids.includes(one.slice(1)))).toEqual([]);
});

test('a report tells what changed since an earlier size, and that nothing did', async () => {
  const base = await givenSummits();
  const { get } = api(base);
  const { text } = await get('/reports/alliance-costs.md?asOf=2025-09-30&size=88&since=42');
  expect(text).toContain('## What changed since event 42, as of 30 Sep 2025');
  type Changed = { commitments: { commitment: string; topic: string }[] };
  const { changes } = JSON.parse((await get('/reports/alliance-costs.json?asOf=2025-09-30&size=88&since=42')).text) as {
    changes: Changed;
  };
  const everywhere = JSON.parse((await get('/changes?from=42&to=88&asOf=2025-09-30')).text) as Changed;
  expect(changes.commitments.length).toBeGreaterThan(0);
  expect(changes.commitments).toEqual(everywhere.commitments.filter(({ topic }) => topic.startsWith('alliance')));
  const same = await get('/reports/alliance-costs.md?asOf=2025-09-30&size=88&since=88');
  expect(same.text).toContain('Nothing in this report has changed since event 88');
});
