import { expect, test } from 'vitest';
import { typeSheet } from '../../../domain/types.ts';
import { warningKinds } from '../../../projections/derived/warnings.ts';
import { warningKindInWords } from '../../../src/wording/warnings.ts';
import { api } from '../../helpers/api.ts';
import { dollars, given, type Given, givenSummits } from '../../helpers/given.ts';
import { faultsOf, mainTextOf, parsed } from '../../helpers/html.ts';
import { walk } from './walk.ts';

/** Pages speak in the words of who reads them: titles and days, and not sizes, cuts and ids. */

const headers = { Accept: 'text/html' };

/** The main part of a page as it is read, and the whole of it as it was sent. */
async function read(g: Given, path: string): Promise<{ main: string; text: string }> {
  const { text } = await api(g).get(path, { headers });
  const page = parsed(text);
  expect([path, faultsOf(page)]).toEqual([path, []]);
  return { text, main: mainTextOf(page) };
}

async function changing(): Promise<{ g: Given; id: string }> {
  const g = given().at('2025-08-01');
  const id = await g.open({ title: 'Ships' });
  const pledge = await g.say(id, 'pledged', { happened: '2025-07-30', terms: [dollars('sum', '20')] });
  const other = await g.open({ title: 'Chips' });
  const said = await g.say(other, 'pledged', { happened: '2025-07-30', terms: [dollars('sum', '7')] });
  g.at('2025-08-22');
  await g.say(other, 'corrected', {
    corrects: said,
    mode: 'refine',
    reason: 'The figure was misread.',
    changes: { terms: [dollars('sum', '8')] },
  });
  await g.say(id, 'amended', { happened: '2025-08-20', terms: [dollars('sum', '30')] });
  await g.say(await g.open({ title: 'Rice', links: { partOf: [id] } }), 'proposed', { happened: '2025-08-21', mode: 'demand' });
  expect(pledge).not.toBe(said);
  return { g, id };
}

test('what changed is said in titles and days: what is new, then what moved, then what was corrected', async () => {
  const { g } = await changing();
  const { main } = await read(g, '/changes?from=4&asOf=2025-08-22');
  expect(main).toContain('Four announcements and corrections were recorded after 1 Aug 2025 and by 22 Aug 2025.');
  const places = [
    'New in the record',
    'Rice',
    'What moved',
    'Ships',
    'Terms amended, 20 Aug 2025',
    'Corrected in our record',
    'Chips',
  ].map((words) => main.indexOf(words));
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places[0]).toBeGreaterThan(0);
  expect(main).toContain('in the figure, its words');
  expect(main).not.toMatch(/\bsize\b|\bcut\b|event \d|01K\d|sequence/);
});

test('a page of a past day leads to what changed since', async () => {
  const { g } = await changing();
  expect((await read(g, '/?size=4')).text).toContain('<a href="/changes?from=4">What changed since</a>');
  expect((await read(g, '/')).text).not.toContain('What changed since');
});

test('no page names a commitment, a day or a part of the record as the machine does', async () => {
  const { g, id } = await changing();
  const paths = [
    '/',
    '/commitments',
    '/parties',
    '/parties/KR',
    '/due',
    '/documents',
    '/views',
    '/views/all',
    `/commitments/${id}`,
  ];
  for (const path of [...paths, `/commitments/${id}/history`, '/?size=0', '/commitments?stage=ended', '/two-clocks?size=0']) {
    const { main } = await read(g, path);
    // What one cites is an id.
    const [said = ''] = main.split('Prove it');
    expect([path, /\b(at this cut|size \d+|revision)\b|01K\d{10}/.exec(said)?.[0]]).toEqual([path, undefined]);
  }
  const summits = await givenSummits();
  const { text } = await read(summits, '/commitments/01K38TCSG0D83FFH9B8VC8WDMT');
  expect(text).toMatch(/in exchange for <a href="[^"]*"><bdi>U\.S\. tariff rate on Korean goods/);
});

test('what was expected is said by its day, wherever a warning stands', async () => {
  const g = await givenSummits();
  const id = '01K38TCSG0D83FFH9B8VC8WDMT';
  for (const path of [`/commitments/${id}?asOf=2025-09-30`, '/commitments?asOf=2025-09-30&q=350bn', '/?asOf=2025-09-30']) {
    const { main } = await read(g, path);
    expect([path, main.includes('25 Aug 2025'), main.includes('since 27 Aug 2025')]).toEqual([path, true, false]);
  }
});

test('the page of a commitment draws what was asked beside what stands, and lists it with who asked', async () => {
  const { main } = await read(await givenSummits(), '/commitments/01K38TCSG01P8WHPQX4R74FFK2?asOf=2025-09-30');
  expect(main).toContain('What was asked, and what stands');
  expect(main).toContain('Demanded: US$10 billion a year ask · Donald Trump (President), for United States, 8 Jul 2025');
});

test('a commitment has a feed of its own, of nothing else, which its page names', async () => {
  const { g, id } = await changing();
  const { text } = await read(g, `/commitments/${id}`);
  expect(text).toContain(`<link rel="alternate" type="application/atom+xml" href="/commitments/${id}?format=atom">`);
  const { text: feed, headers: sent } = await api(g).get(`/commitments/${id}?format=atom`);
  expect(sent.get('Content-Type')).toContain('application/atom+xml');
  expect([...feed.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title)).toEqual([
    'Ships',
    'Ships: amended',
    'Ships: pledged',
    'Ships: opened',
  ]);
});

test('the home of a record that ended long ago says so and speaks of it in the past', async () => {
  const g = await givenSummits();
  const old = (await read(g, '/?asOf=2026-11-28')).main;
  expect(old).toContain('This record ends on 30 Sep 2025.');
  expect(old).toMatch(/Of 27 commitments, .* were /);
  expect(old).not.toMatch(/Of 27 commitments, [^.]* (is|are) /);
  const then = (await read(g, '/?asOf=2025-09-30')).main;
  expect(then).not.toContain('This record ends');
  expect(then).toMatch(/Of 27 commitments, .* are /);
});

test('a search shows where its words stand, marked, and leads to the announcement that says them', async () => {
  const g = await givenSummits();
  const { text } = await read(g, '/commitments?q=hatay+OR+nothing');
  expect(text).not.toContain('<mark>');
  const found = (await read(g, '/commitments?q=shipbuilding+150')).text;
  expect(found).toMatch(/words of a term:<\/span> <a href="\/commitments\/[^"]*#e-01K[^"]*"><bdi>\$<mark>150<\/mark>/);
});

test('the glossary says what every announcement, stage and warning means, and every page leads to it', async () => {
  const g = given();
  const { main } = await read(g, '/glossary');
  for (const { label, meaning } of Object.values(typeSheet)) expect(main).toContain(`${label}${meaning}.`);
  for (const kind of warningKinds) expect(main.toLowerCase()).toContain(warningKindInWords(kind));
  for (const path of ['/', '/commitments', '/record', '/proof']) {
    expect([path, (await read(g, path)).text.includes('href="/glossary"')]).toEqual([path, true]);
  }
});

test('a desk of another field never sees a view of ours that holds nothing of it', async () => {
  for (const topic of [undefined, 'climate/finance']) {
    const g = given();
    if (topic !== undefined) await g.say(await g.open({ topic }), 'pledged', { terms: [dollars('sum', '20')] });
    const { statuses } = await walk(g, ['/', '/views', '/record'], { most: 60 });
    for (const [path, status] of statuses) {
      if (status !== 200 || path.startsWith('/reference') || path.includes('format=')) continue;
      const { text } = await api(g).get(path, { headers });
      expect([path, /North.Korea policy|Alliance costs/i.test(text)]).toEqual([path, false]);
    }
  }
});
