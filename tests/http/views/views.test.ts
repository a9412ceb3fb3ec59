import { allianceCosts, japanCooperation, northKoreaPolicy, tradeTerms } from '../../../projections/views/builtIn.ts';
import { answered } from '../../helpers/answered.ts';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { situationOf } from '../../../projections/figures.ts';
import { type Viewed, viewedIn } from '../../../projections/record.ts';
import { body as allianceBody } from '../../../src/http/views/allianceCostsBody.ts';
import { body as japanBody } from '../../../src/http/views/japanCooperationBody.ts';
import { body as policyBody } from '../../../src/http/views/northKoreaPolicyBody.ts';
import { body as tradeBody } from '../../../src/http/views/tradeTermsBody.ts';
import { maxLines } from '../../../src/http/page/lines.ts';
import { dollars, given, givenSummits, source } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';
import { attribute, faultsOf, parsed, textOf } from '../../helpers/html.ts';

const browser = { headers: { Accept: 'text/html' } };
const september = '?asOf=2025-09-30&knownAt=2025-09-30';
const august = '?asOf=2025-08-22&knownAt=2025-08-22';
const names = ['alliance-costs', 'trade-terms', 'north-korea-policy', 'japan-cooperation'];

type Base = Awaited<ReturnType<typeof givenSummits>>;

async function page(base: Base, view: string, cut = '') {
  const { status, text } = await api(base).get(`/views/${view}${cut}`, browser);
  expect(status).toBe(200);
  const { elements } = parsed(text);
  const spoken = elements.flatMap((one) => (attribute(one, 'role') === 'img' ? [attribute(one, 'aria-label') ?? ''] : []));
  const rows = elements.filter(({ tagName }) => tagName === 'tr').map((one) => textOf(one).replaceAll(/\s+/g, ' ').trim());
  const ids = new Set(elements.map((one) => attribute(one, 'id')));
  const fragments = elements.flatMap((one) => {
    const to = attribute(one, 'href');
    return to?.startsWith('#') ? [to.slice(1)] : [];
  });
  return { text, elements, spoken, rows, lost: fragments.filter((one) => !ids.has(one)) };
}

test('alliance costs are bars per currency and period: ten billion asked, 1.52 trillion formalised, nothing delivered', async () => {
  const { spoken, rows } = await page(await givenSummits(), 'alliance-costs', september);
  expect(spoken.slice(1)).toEqual([
    'about ₩1.52 trillion, formalised',
    'US$10 billion a year, demanded',
    'more than US$1 billion a year, observed',
    'US$5 billion to US$10 billion, demanded',
    'about 3.5 % of GDP (KR), observed',
    '2.32 % of GDP (KR), observed',
    'about ₩61.2469 trillion, observed',
    'more than 40,000 U.S. troops in Korea, observed',
    '28,500 U.S. troops in Korea, observed',
  ]);
  expect(rows.filter((row) => row.startsWith('Delivered'))).toEqual(
    Array.from({ length: 3 }, () => 'Deliverednothing recorded'),
  );
});

test('a demand is drawn with a dashed outline, never like a pledge, and "as high as" a range with a dotted line up to it', async () => {
  const { text } = await page(await givenSummits(), 'alliance-costs', august);
  const demanded = [
    ...text.matchAll(/<svg class="track"[^>]*aria-label="US\$5 billion to US\$10 billion, demanded">.*?<\/svg>/g),
  ];
  expect(demanded).toHaveLength(1);
  expect(demanded[0]?.[0]).toMatch(/class="tail".*class="ask open"/);
  expect(text).not.toContain('class="pl"');
});

test('trade terms draw what is in force, what was only threatened, and the day of the order', async () => {
  const { spoken, text } = await page(await givenSummits(), 'trade-terms', september);
  expect(spoken[1]).toBe('Korean goods: 15 % in force since 7 Aug 2025; 25 % threatened, 2 Apr 2025.');
  expect(spoken[2]).toBe('autos: 25 % in force since 3 Apr 2025.');
  expect(text).toContain('announced <time datetime="2025-07-31">31 Jul 2025</time>');
  expect(spoken).toContain('US$350 billion, pledged, contested');
  expect(spoken).toContain('Parts of it: US$150 billion (shipbuilding) and US$200 billion (other)');
});

test('as known on 22 August the tariff is agreed, with its month and no day, and nothing is known to be in force', async () => {
  const { spoken, text } = await page(await givenSummits(), 'trade-terms', august);
  expect(spoken[1]).toBe('Korean goods: nothing known to be in force; 15 % agreed, Jul 2025.');
  expect(text).toContain('class="agr"');
  expect(text).not.toMatch(/class="(inf|area)"/);
});

test('what adds up in a total is drawn end to end, and only that', async () => {
  const g = given();
  const whole = await g.open({ topic: 'trade/investment', from: ['KR'] });
  await g.say(whole, 'pledged', { terms: [dollars('a', '300'), dollars('part', '100', { partOf: 'a' })] });
  await g.say(await g.open({ topic: 'trade/energy', from: ['KR'] }), 'pledged', { terms: [dollars('b', '100')] });
  const inside = await g.open({ topic: 'trade/lng', from: ['KR'], links: { partOf: [whole] } });
  await g.say(inside, 'pledged', { terms: [dollars('c', '50')] });
  const { text } = await page(g, 'trade-terms');
  const bars = [...text.matchAll(/aria-label="US\$(\d+), pledged">.*?<rect x="([\d.]+)%"/g)].map(([, value, x]) => [
    value,
    Number(x),
  ]);
  expect(bars).toEqual([
    ['300', 0],
    ['100', 68.18],
    ['50', 0],
  ]);
});

test('North Korea policy sets the parties side by side, and says between whom and since when it is contested', async () => {
  const { rows, text, elements } = await page(await givenSummits(), 'north-korea-policy', september);
  const header = elements.find((one) => one.tagName === 'table' && attribute(one, 'class') === 'stands');
  expect(header && textOf(header)).toContain('South KoreaNorth KoreaUnited StatesJapan');
  const plan = rows.find((row) => row.startsWith('Three-stage denuclearisation plan'));
  expect(plan).toContain('Planned about 22 Aug 2025');
  expect(plan).toContain('≠ Contests');
  expect(text).toContain(
    'between <bdi>North Korea and South Korea</bdi>, since <time datetime="2025-09-21">21 Sep 2025</time>',
  );
});

test('Japan cooperation says of each agreement how far it is performed, by whose word and since when', async () => {
  const { spoken, rows } = await page(await givenSummits(), 'japan-cooperation', september);
  expect(spoken.slice(1)).toEqual(['performed in part', 'nothing recorded as performed', 'nothing recorded as performed']);
  expect(rows.find((row) => row.startsWith('Institutionalise'))).toContain(
    'Return visit to Busan: shuttle diplomacy in practice. in part, 30 Sep 2025, said by Lee Jae Myung',
  );
});

test('a figure in a picture leads to its row on the same page', async () => {
  const summits = await givenSummits();
  for (const view of names)
    for (const cut of [september, august, '?size=0', '']) {
      expect([view, cut, (await page(summits, view, cut)).lost]).toEqual([view, cut, []]);
    }
});

const allTopics = ['alliance/cost-sharing', 'trade/x', 'north-korea/talks', 'japan/x'];

/** So many commitments of each view, of every kind of figure, with huge beside tiny sums. */
async function many(count: number, topics: readonly string[] = allTopics): Promise<Base> {
  const g = given();
  const qualifiers = [
    ['exact', 1, 1],
    ['about', 1, 1],
    ['between', 1, 7],
    ['at-least', 1, 0],
    ['up-to', 0, 1],
  ] as const;
  for (const topic of topics) {
    for (let index = 0; index < count; index++) {
      const from = ['KR', 'JP', 'PH', 'VN'][index % 4] ?? 'KR';
      const commitment = await g.open({
        topic,
        from: [from],
        title: `${'A title of some length '.repeat(1 + (index % 12))}${index}`,
      });
      const [qualifier, min, max] = qualifiers[index % qualifiers.length] ?? ['exact', 1, 1];
      const value = (factor: number): string => String(BigInt(factor) * 10n ** BigInt(index % 16));
      const bounds = { ...(min && { min: value(min) }), ...(max && { max: value(max) }) };
      const terms = [
        { key: 'sum', kind: 'money', qualifier, ...bounds, currency: ['USD', 'KRW', 'XAF'][index % 3], text: `a sum ${index}` },
        { key: 'rate', kind: 'tariff', to: String(index % 60), on: `goods ${index}`, text: `a rate ${index}` },
        { key: 'plan', kind: 'stages', stages: ['먼저', '次に', 'أخيرا'], text: `a plan ${index}` },
      ];
      const saidBy = [{ actor: from }];
      const sources = [{ ...source, quote: { exact: `what was said about a sum ${index}` } }];
      await g.say(commitment, 'pledged', { saidBy, sources, terms: terms.slice(0, 1 + (index % 3)), effective: '2025-09-01' });
      await g.say(commitment, 'proposed', { mode: 'demand', sources, terms: terms.slice(0, 1) });
      if (index % 2 === 0) await g.say(commitment, 'observed', { sources, terms: terms.slice(0, 1) });
    }
  }
  return g;
}

test('a view of 100 lines is a sound page of less than 60 kB compressed', async () => {
  const base = await many(100);
  for (const view of names) {
    const { text, lost, elements } = await page(base, view);
    expect([view, lost, faultsOf(parsed(text))]).toEqual([view, [], []]);
    expect(gzipSync(text).length).toBeLessThan(60_000);
    expect(elements.filter((one) => attribute(one, 'style') !== undefined)).toEqual([]);
  }
});

const nobody = { milestones: () => undefined, exchangedFor: () => [], called: () => undefined };

/** The same commitments many times over, under ids of their own, without recording them all. */
async function repeated(base: Base, times: number) {
  const cut = await base.cut({});
  const { readModel } = base.reader;
  const folded = await Promise.all(readModel.opened({ size: cut.size }).map(({ id }) => readModel.commitment(id, cut.size)));
  const one = folded.flatMap((commitment) => (commitment ? [viewedIn(situationOf(commitment, cut.asOf), nobody)] : []));
  const commitments = Array.from({ length: times }, (_, copy) =>
    one.map((each): Viewed => {
      const id = `${each.commitment.id.slice(0, -5)}${String(copy).padStart(5, '0')}`;
      return { ...each, commitment: { ...each.commitment, id }, line: { ...each.line, commitment: id } };
    }),
  ).flat();
  const of = (topic: string) => commitments.filter(({ line }) => line.topic.startsWith(topic));
  return (topic: string) => ({
    cut,
    commitments: of(topic),
    other: () => undefined,
    containers: () => [],
    superseders: () => [],
    named: new Set<string>(),
    near: () => [],
  });
}

test('what a view sets apart does not grow with its lines', async () => {
  const base = await many(30);
  const size = async (times: number): Promise<number[]> => {
    const input = await repeated(base, times);
    const bodies = [
      allianceBody(answered(allianceCosts.answering(input('alliance'))), (path) => path),
      tradeBody(answered(tradeTerms.answering(input('trade'))), (path) => path),
      policyBody(answered(northKoreaPolicy.answering(input('north-korea'))), (path) => path),
      japanBody(answered(japanCooperation.answering(input('japan'))), (path) => path),
    ];
    return Promise.all(bodies.map(async (body) => (await body).toString().length));
  };
  const [some, more] = [await size(15), await size(60)];
  for (const [index, one] of some.entries()) expect(more[index]).toBeLessThan(one * 1.1);
});

test('a figure whose line is not on the page is a link to its own address', async () => {
  const { lost, text } = await page(await many(maxLines + 30, ['trade/x']), 'trade-terms');
  expect(lost).toEqual([]);
  expect(text).toMatch(/href="\/commitments\?topic=trade"/);
});

test('a tariff that has no rate in figures draws no empty axes, and is still said to be in force', async () => {
  const g = given();
  const duty = (more: object) => ({ key: 'duty', kind: 'tariff', on: 'cork', text: 'only the MFN tariff', ...more });
  const id = await g.open({ topic: 'trade/tariff', from: ['US'], to: ['KR'] });
  const said = { saidBy: [{ actor: 'US' }] };
  await g.say(id, 'pledged', { ...said, effective: '2025-09-01', terms: [duty({ mfn: 'alone' })] });
  const { text, elements } = await page(g, 'trade-terms');
  const drawn = elements.filter((one) => attribute(one, 'class') === 'steps');
  expect(drawn).toEqual([]);
  expect(text).toContain('the most-favoured-nation rate</a> since');
  await g.say(id, 'amended', { ...said, happened: '2025-10-01', effective: '2025-10-01', terms: [duty({ to: '10' })] });
  await g.say(id, 'amended', { ...said, happened: '2025-11-01', effective: '2025-11-01', terms: [duty({ mfn: 'alone' })] });
  const { spoken } = await page(g, 'trade-terms');
  const words = spoken.find((one) => one.startsWith('cork'));
  expect(words).toContain('10 % was in force since 1 Oct 2025 and ended on 31 Oct 2025');
  expect(words).toContain('the most-favoured-nation rate in force since 1 Nov 2025');
  expect(words).not.toContain('nothing known to be in force');
});

test('a rate that one of two owes is said with the day of his own announcement', async () => {
  const g = given();
  const id = await g.open({ topic: 'trade/tariff', from: ['JP', 'US'], to: ['KR'] });
  const duty = (to: string) => [{ key: 'duty', kind: 'tariff', on: 'cork', text: 'a duty', to }];
  await g.say(id, 'pledged', { saidBy: [{ actor: 'JP' }], happened: '2025-03-01', terms: duty('2') });
  await g.say(id, 'pledged', { saidBy: [{ actor: 'US' }], happened: '2025-03-05', terms: duty('1') });
  const { spoken } = await page(g, 'trade-terms');
  const words = spoken.filter((one) => one.startsWith('cork')).join(' ');
  expect(words).toContain('2 % agreed, 1 Mar 2025');
  expect(words).toContain('1 % agreed, 5 Mar 2025');
});
