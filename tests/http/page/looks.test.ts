import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { deskOf } from '../../helpers/desk.ts';
import { dollars, given, givenSummits } from '../../helpers/given.ts';
import { attribute, elementsOf, parsed, textOf } from '../../helpers/html.ts';

/** What a person reads on pages that were looked at: no codes, no counts of nothing, and the past tense after a record has ended. */

const browser = { headers: { Accept: 'text/html' } };

async function bodyOf(a: ReturnType<typeof api>, path: string): Promise<string> {
  const { text } = await a.get(path, browser);
  const main = parsed(text).elements.find(({ tagName }) => tagName === 'body');
  return textOf(main!).replaceAll(/\s+/g, ' ');
}

test('every page across commitments says where its record ends, and the page of a party then speaks in the past', async () => {
  const a = api(await givenSummits());
  for (const path of ['/', '/parties', '/parties/KR', '/due', '/commitments']) {
    expect([path, await bodyOf(a, `${path}?asOf=2026-11-27`)]).toEqual([
      path,
      expect.stringContaining('This record ends on 30 Sep 2025.'),
    ]);
    expect(await bodyOf(a, `${path}?asOf=2025-09-30`)).not.toContain('This record ends');
  }
  const [old, then] = [await bodyOf(a, '/parties/KR?asOf=2026-11-27'), await bodyOf(a, '/parties/KR?asOf=2025-09-30')];
  expect([old, then]).toEqual([expect.stringContaining('What it owed'), expect.stringContaining('What it owes')]);
  expect(then).toContain('Bound by nine commitments; 14 are owed to it; a side in two open disputes.');
});

test('a page of one who only speaks counts nothing that he owes', async () => {
  const text = await bodyOf(api(await givenSummits()), '/parties/person:howard-lutnick');
  expect(text).toContain('Bound by nothing, and owed nothing; a side in one open dispute.');
});

test('a citation of one event, or of none, is a sentence', async () => {
  const g = given();
  const a = api(g);
  expect(await bodyOf(a, '/')).toContain('by an empty record.');
  await g.say(await g.open(), 'pledged', { terms: [dollars('sum', '20')] });
  expect(await bodyOf(a, '/?size=1')).toContain('by the first event of its record.');
  expect(await bodyOf(a, '/?size=2')).toContain('by the first 2 events of its record.');
});

test('the filters in use are said as the form says them, with parties as called', async () => {
  const text = await bodyOf(
    api(await givenSummits()),
    '/commitments?party=KR,US&warning=quiet&contested=true&q=fund&dueBefore=2026-01-01',
  );
  for (const chip of ['Party: South Korea or United States', 'Contested: yes', 'Words: fund', 'Due before: 1 Jan 2026'])
    expect(text).toContain(chip);
  expect(text).not.toMatch(/\b(party|q|dueBefore|warning): /);
});

test('what came into force between two records is said on both sides, and warnings that read the same stand once', async () => {
  const { text } = await api(await givenSummits()).get('/changes?from=60', browser);
  const rows = parsed(text).elements.filter(({ tagName }) => tagName === 'tr');
  const all = rows.map((row) => textOf(row).replaceAll(/\s+/g, ' '));
  const term = all.find((row) => row.startsWith('Term y2026')) ?? '';
  expect(term).toMatch(/not known to be in force.*in force since 1 Jan 2026/);
  const sections = parsed(text).elements.filter(({ tagName }) => tagName === 'section');
  for (const section of sections) {
    const warned = textOf(section).match(/Warning: expected, not deliveredby 23 Aug 2025/g) ?? [];
    expect(warned.length).toBeLessThan(2);
  }
});

test('a long page of a party begins with links to its parts, each with how much is in it', async () => {
  const { text } = await api(await givenSummits()).get('/parties/KR?asOf=2025-09-30', browser);
  const { elements } = parsed(text);
  const contents = elements.find((one) => attribute(one, 'class') === 'meta onpage');
  expect(textOf(contents!)).toMatch(/^On this page: owes 9 · due \d+ · is owed 14 · asked for \d+ · disputes 2 · /);
  const ids = new Set(elements.flatMap((one) => attribute(one, 'id') ?? []));
  const links = [...elementsOf(contents!)].flatMap((one) => attribute(one, 'href') ?? []);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !ids.has(link.slice(1)))).toEqual([]);
});

async function headingsOf(a: ReturnType<typeof api>, path: string): Promise<string[]> {
  const { elements } = parsed((await a.get(path, browser)).text);
  return elements.filter(({ tagName }) => tagName === 'h2').map((one) => textOf(one).replaceAll(/\s+/g, ' ').trim());
}

test('each heading of the front page is a sentence that holds, in the past tense once the record has ended', async () => {
  const a = api(await givenSummits());
  expect(await headingsOf(a, '/?asOf=2026-11-28')).toEqual([
    'The record was last added to on 30 Sep 2025',
    'Three commitments were contested',
    'Nine commitments had something expected by a day that has passed, and nothing of the kind is recorded',
    'Nine other warnings stand beside commitments',
    'Eight dates lie ahead, from 2026 on',
  ]);
  expect(await headingsOf(a, '/?asOf=2025-10-01')).toContain('Three commitments are contested');
  const g = given();
  await g.say(await g.open(), 'pledged', { terms: [dollars('sum', '20', { deadline: '2030-12-31' })] });
  expect(await headingsOf(api(g), '/')).toEqual(
    expect.arrayContaining([
      'Nothing recorded is contested by these dates',
      'Nothing expected by a day that has passed is missing',
      'One date lies ahead: 31 Dec 2030',
    ]),
  );
});

test('what a view says of a record that has ended stands in the past tense', async () => {
  const a = api(await givenSummits());
  expect(await bodyOf(a, '/views/alliance-costs?asOf=2026-11-28')).toContain(
    'what was formalised was about ₩1.52 trillion for 2026; nothing is recorded as delivered Of six commitments, one was set down',
  );
  expect(await bodyOf(a, '/views/alliance-costs?asOf=2025-10-01')).toContain('what is formalised is about ₩1.52 trillion');
});

test('a period that ends is said by its last date, as fine as it is known', async () => {
  const text = await bodyOf(api(await givenSummits()), '/due?asOf=2025-09-30');
  expect(text).toContain("about 2029Period endsKorea's US$100bn purchases of U.S. LNG");
  expect(text).not.toContain('Aug 2025 – about 2029');
});

test('the calendar asks in sight for both dates once, and offers the spans that are asked for most', async () => {
  const { elements } = parsed((await api(await givenSummits()).get('/due?asOf=2025-10-01&party=KR', browser)).text);
  const isDate = (one: (typeof elements)[number]): boolean => one.tagName === 'input' && attribute(one, 'type') === 'date';
  const folded = elements.filter(({ tagName }) => tagName === 'details').flatMap((one) => [...elementsOf(one)]);
  const named = (all: typeof elements): (string | undefined)[] => all.filter(isDate).map((one) => attribute(one, 'name'));
  expect(named(elements)).toEqual(['asOf', 'knownAt', 'from', 'to', 'asOf', 'knownAt']);
  expect(named(folded)).toEqual(['asOf', 'knownAt']);
  const links = new Map(elements.map((one) => [textOf(one), attribute(one, 'href')] as const));
  expect(links.get('the next 90 days')).toBe('/due?party=KR&to=2025-12-30&asOf=2025-10-01');
});

test('a commitment with two disputes says once how firm it is', async () => {
  const g = given();
  const of = await g.open();
  const announcement = await g.say(of, 'pledged', { terms: [dollars('sum', '20')] });
  for (const ground of ['reading', 'figures'])
    await g.say(of, 'disputed', { ground, about: { announcement }, readings: [{ party: 'US', text: `no ${ground}` }] });
  const { elements } = parsed((await api(g).get('/', browser)).text);
  const article = textOf(elements.find(({ tagName }) => tagName === 'article')!).replaceAll(/\s+/g, ' ');
  expect(article.match(/Pledged/g)).toHaveLength(1);
  expect(article.match(/Contested/g)).toHaveLength(2);
});

test('the page of a party says the figure of each commitment, and what was said in the words of its page', async () => {
  const text = await bodyOf(api(await givenSummits()), '/parties/KR?asOf=2025-09-30');
  expect(text).toContain(
    "Korea's US$350bn investment packageSouth Korea → United StatesUS$350 billion pledgedPledgedsince 31 Jul 2025",
  );
  expect(text).toContain('Semiconductor cooperationExpected about');
  expect(text).not.toMatch(/proposed \(|disputed, reading/);
});

test('the picture of the two clocks says where its axis is broken, and for what', async () => {
  const a = api(await givenSummits());
  expect(await bodyOf(a, '/two-clocks?asOf=2026-11-28')).toMatch(
    /Where two strokes cross the axis of the world it is broken: what happened before \d+ \w+ 2025 stands at its left edge, 28 Nov 2026 stands at its right edge\./,
  );
  expect(await bodyOf(a, '/two-clocks?asOf=2025-09-30')).not.toContain('right edge');
});

test('a party that may be one of several is answered with the choices, as they are called, and with no rule of codes', async () => {
  const text = await bodyOf(api(await givenSummits()), '/commitments?party=Korea');
  expect(text).toContain('“Korea” is not the code of a party. Which of these is meant? party: North Koreaparty: South Korea');
  expect(text).not.toContain('alpha-2');
  expect(await bodyOf(api(await givenSummits()), '/nowhere')).toContain('expected an address of this service');
});

const desk = deskOf('/ledgers/second-desk', ['src/data/second-desk.ndjson']);

async function elementsAt(path: string): Promise<ReturnType<typeof parsed>['elements']> {
  return parsed(await (await desk.app.request(path, browser)).text()).elements;
}

async function deskBody(path: string): Promise<string> {
  const body = (await elementsAt(path)).find(({ tagName }) => tagName === 'body');
  return textOf(body!).replaceAll(/\s+/g, ' ');
}

test('a bare number or word in a stacked row says what it is, and a count of none leads nowhere', async () => {
  for (const [path, labels] of [
    ['/parties', ['Bound by', 'Obligor of', 'Beneficiary of']],
    ['/documents', ['Binding', 'Commitments']],
  ] as const) {
    const cells = (await elementsAt(path)).filter(({ tagName }) => tagName === 'td');
    const bare = cells.filter((cell) => /^(\d+|yes|no|disputed)$/.test(textOf(cell)));
    expect([path, ...new Set(bare.map((cell) => attribute(cell, 'data-label')))]).toEqual([path, ...labels]);
  }
  const links = (await elementsAt('/parties')).filter(({ tagName }) => tagName === 'a').map(textOf);
  expect(links).toContain('17');
  expect(links).not.toContain('0');
});

test('a party and a document show beside the stage who is bound, what is suspended and whether it binds', async () => {
  expect(await deskBody('/parties/ES')).toContain('all 32 are boundexempt from several terms: Spainnot binding');
  expect(await deskBody('/documents/eu-us-joint-statement-2025?asOf=2026-03-01')).toContain(
    'suspended since 23 Feb 2026: the term industrial',
  );
});

test('a document names the parties as the record calls them, and a history leads to the document', async () => {
  expect(await deskBody('/documents/eu-us-joint-statement-2025')).toContain('United States and European Union');
  const links = (await elementsAt('/commitments/01FTRADEC00000000000000013')).filter(({ tagName }) => tagName === 'a');
  expect(links.map((one) => attribute(one, 'href'))).toContain('/documents/eu-us-joint-statement-2025');
});

test('a rate that lies ahead is told from its day on, and two days of one label both have their year', async () => {
  const text = await deskBody('/views/trade-terms?asOf=2026-11-29');
  expect(text).toContain('To be in force: 9 % from 1 Jan 2033');
  expect(text).toContain('15 %, 7 Aug 2025 to 19 Feb 2026');
});

test('a correction of a figure is called what its history calls it', async () => {
  const text = await bodyOf(api(await givenSummits()), '/figures/01K38TCSG0E13T5MGP7VBN82TM/total');
  expect(text).toContain('Record made precise, 23 Aug 2025');
  expect(text).not.toContain('refine');
});

test('what holds since a month is told since the month, and not since its last day', async () => {
  const g = given();
  const id = await g.open({ from: ['KR', 'JP'] });
  await g.say(id, 'pledged', { happened: '2025-01', terms: [dollars('sum', '20', { deadline: '2025-01-15' })] });
  await g.say(id, 'fulfilled', { happened: '2025-03', extent: 'full' });
  const text = await bodyOf(api(g), `/commitments/${id}`);
  expect(text).toContain('Bound since Jan 2025 (pledged): South Korea');
  expect(text).toContain('performed in full since Mar 2025, after the deadline');
  expect(text).not.toMatch(/3[01] (Jan|Mar) 2025/);
});

test('what a form folds away is listed by plain names', async () => {
  const text = await bodyOf(api(await givenSummits()), '/record?type=formalised');
  expect(text).toContain('More: for the period · in force from · owed by');
  expect(text).toContain('· how firm are the words ·');
});
