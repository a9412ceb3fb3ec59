import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { viewAnswer } from '../../../projections/views/view.ts';
import { program } from '../../../src/cli/program.ts';
import { summitFiles } from '../../../src/cli/sample.ts';
import { groupsOf, openDefinitions, parseDefinitions } from '../../../src/read/definitions.ts';
import { parseDay } from '../../../domain/dates.ts';
import { api } from '../../helpers/api.ts';
import { given, givenSummits } from '../../helpers/given.ts';
import { attribute, type Element, faultsOf, parsed, textOf } from '../../helpers/html.ts';

/** What a desk adds of its own: a file of data beside its ledger. */
const shuttle = { name: 'shuttle-diplomacy', title: 'Shuttle diplomacy', topics: ['japan'], sections: ['positions', 'counts'] };
const folder = mkdtempSync(join(tmpdir(), 'ledger-views-'));
const path = join(folder, 'views.json');
const write = (value: unknown): void => writeFileSync(path, JSON.stringify(value, undefined, 2));
beforeAll(() => write({ views: [shuttle] }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function desk() {
  const base = await givenSummits();
  const definitions = openDefinitions(path);
  return { definitions, ...api({ ...base, reader: { ...base.reader, definitions: definitions.current } }) };
}

const browser = { headers: { Accept: 'text/html' } };
const september = '?asOf=2025-09-30';
const headings = (elements: readonly Element[], level: string): string[] =>
  elements.filter(({ tagName }) => tagName === level).map((one) => textOf(one).replaceAll(/\s+/g, ' ').trim());

test('a view that a desk defines answers with the fields of its sections, and stands in the list of views', async () => {
  const { get } = await desk();
  const view = viewAnswer.parse(JSON.parse((await get(`/views/shuttle-diplomacy${september}`)).text));
  expect(view).toMatchObject({ view: 'shuttle-diplomacy', title: 'Shuttle diplomacy', stages: [] });
  expect(view.lines.length).toBe(view.count);
  expect(view.lines.every(({ topic }) => topic.startsWith('japan/'))).toBe(true);
  expect(view.positions?.length).toBeGreaterThan(0);
  expect(view.payments).toBeUndefined();
  const { name, ...listed } = shuttle;
  expect(JSON.parse((await get('/views')).text)).toMatchObject({
    views: expect.arrayContaining([{ view: name, ...listed, holds: true }]) as unknown,
  });
});

test('its page has a heading, its sections, every line and its totals, and the other pages lead to it', async () => {
  const { get } = await desk();
  const { status, text } = await get(`/views/shuttle-diplomacy${september}`, browser);
  expect(status).toBe(200);
  const document = parsed(text);
  expect(faultsOf(document)).toEqual([]);
  expect(headings(document.elements, 'h1')).toEqual(['Three parties have a position on record; nothing is contested']);
  expect(headings(document.elements, 'h2').slice(-2)).toEqual(['Every line', 'What it adds up to']);
  expect(headings(document.elements, 'h2')[0]).toBe('Where each party stands');
  for (const page of ['/', '/views', '/commitments']) {
    const links = parsed((await get(`${page}${september}`, browser)).text).elements.map((one) => attribute(one, 'href'));
    expect(links, page).toContain(`/views/shuttle-diplomacy${september}`);
  }
});

test('a view takes what all of its topics, parties and documents let through', async () => {
  write({
    views: [{ name: 'with-japan', title: 'With Japan', topics: ['trade', 'alliance'], parties: ['JP'], sections: ['totals'] }],
  });
  const { get } = await desk();
  const { lines } = viewAnswer.parse(JSON.parse((await get('/views/with-japan')).text));
  const all = viewAnswer.parse(JSON.parse((await get('/views/all?topic=trade,alliance&party=JP')).text));
  expect(lines).toEqual(all.lines);
});

test('the file is read again when asked: the definition is in the ETag, and a wrong one changes nothing', async () => {
  write({ views: [shuttle] });
  const { get, definitions } = await desk();
  const before = await get('/views/shuttle-diplomacy?asOf=2025-09-30&size=88');
  expect(before.headers.get('Cache-Control')).toBe('no-cache');
  write({ views: [{ ...shuttle, title: 'Talks' }] });
  expect((await get('/views/shuttle-diplomacy?asOf=2025-09-30&size=88')).text).toBe(before.text);
  expect(definitions.reload()).toEqual([]);
  const after = await get('/views/shuttle-diplomacy?asOf=2025-09-30&size=88');
  expect(JSON.parse(after.text)).toMatchObject({ title: 'Talks' });
  expect(after.headers.get('ETag')).not.toBe(before.headers.get('ETag'));
  expect((await get('/', browser)).text).toContain('Talks');
  write({ views: [{ ...shuttle, sections: ['sums'] }] });
  expect(definitions.reload()).toEqual([
    expect.stringMatching(/^views\.json, line 10, \/views\/0\/sections\/0: expected one of/),
  ]);
  expect(JSON.parse((await get('/views/shuttle-diplomacy')).text)).toMatchObject({ title: 'Talks' });
});

test.each([
  [
    '{\n  "views": [\n    {"name": "a b"}\n  ]\n}',
    ['line 3, /views/0/name: expected a name such as climate-finance', 'line 3, /views/0/title'],
  ],
  [
    '{"views": [\n{"name": "trade-terms", "title": "T", "sections": ["totals"]}]}',
    ['line 2, /views/0/name: expected a name of its own, found "trade-terms", which is built in'],
  ],
  ['{"views": [],\n"view": 1}', ['views.json, line 2, /view: expected a field of the contract, found "view"']],
  [
    '{"views": [],\n"groups": {"org:eu": [\n{"party": "UK"}]}}',
    ['line 3, /groups/org:eu/0/party: "UK" is not a country code; did you mean GB'],
  ],
  ['{"views": [\n', ['views.json: expected JSON, found']],
])('what is wrong in %j is told with its line', (text, expected) => {
  const found = parseDefinitions(Buffer.from(text));
  if (!('problems' in found)) throw new Error('expected problems, found none');
  for (const one of expected) expect(found.problems.join('\n')).toContain(one);
});

test('whoever opens a folder with a wrong file is told when a view is asked', () => {
  write({ views: 'none' });
  expect(() => openDefinitions(path).current()).toThrow('expected sound views\nviews.json, line 2, /views: expected array');
});

test('a group has its members on their days', () => {
  write({
    groups: {
      'org:eu': [
        { party: 'DE', since: '1958-01-01' },
        { party: 'GB', since: '1973-01-01', until: '2020-01-31' },
      ],
    },
  });
  const { current: definitions } = openDefinitions(path);
  const on = (party: string, asOf: string): string[] => groupsOf({ definitions }, party, parseDay(asOf) ?? 0);
  expect(on('DE', '2026-01-01')).toEqual(['org:eu']);
  expect([on('GB', '2020-01-31'), on('GB', '2020-02-01'), on('US', '2020-01-01')]).toEqual([['org:eu'], [], []]);
});

test('a desk that starts with an empty folder is shown no view that holds nothing, and reads how to begin', async () => {
  const a = api(given());
  const home = await a.get('/', browser);
  expect(home.text).toContain('How to begin');
  for (const page of ['/', '/views', '/commitments', '/changes', '/two-clocks', '/record']) {
    const { text } = await a.get(page, browser);
    for (const title of ['North Korea', 'Alliance costs', 'Trade terms', 'Japan cooperation'])
      expect(text).not.toContain(title);
  }
  await a.say(await a.open({ topic: 'climate/finance', title: 'Pay into the fund' }), 'pledged');
  for (const page of ['/', '/views', '/commitments', '/changes', '/record']) {
    const { text } = await a.get(page, browser);
    expect(text).toContain('Everything');
    expect(text).not.toContain('North Korea');
  }
  // What the forms give as examples names no topic of another desk's views.
  for (const page of ['/record?type=pledged', '/record/document'])
    expect((await a.get(page, browser)).text).not.toMatch(/north-korea\/|japan\/|alliance\//);
  expect(JSON.parse((await a.get('/views/north-korea-policy')).text)).toMatchObject({ lines: [] });
});

test('the command line prints a view of the desk, lists it and replays it', async () => {
  write({ views: [shuttle] });
  const ledger = async (...args: string[]): Promise<string> => {
    const printed: string[] = [];
    const streams = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0),
    );
    try {
      await program().parseAsync(['node', 'ledger', ...args, '--data', folder]);
    } finally {
      for (const stream of streams) stream.mockRestore();
    }
    return printed.join('');
  };
  await ledger('restore', ...summitFiles);
  const printed = await ledger('view', 'shuttle-diplomacy', '--as-of', '2025-09-30');
  expect(printed).toMatch(/^Shuttle diplomacy\n/);
  const { lines } = viewAnswer.parse(JSON.parse(await ledger('view', 'shuttle-diplomacy', '--json')));
  for (const { title } of lines) expect(printed.replaceAll(/\s+/g, ' ')).toContain(title.slice(0, 30));
  expect(await ledger('view')).toContain('shuttle-diplomacy');
  expect(await ledger('replay', 'shuttle-diplomacy')).toContain('equal');
  await expect(ledger('view', 'shuttle')).rejects.toThrow('expected a view (alliance-costs, trade-terms');
});
