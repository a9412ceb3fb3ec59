import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { dollars, given, givenSummits, source } from '../../given.ts';
import { api } from '../api.ts';
import { attribute, faultsOf, parsed, textOf } from './html.ts';

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

/** So many commitments of each view, of every kind of figure, with huge beside tiny sums. */
async function many(count: number): Promise<Base> {
  const g = given();
  const qualifiers = [
    ['exact', 1, 1],
    ['about', 1, 1],
    ['between', 1, 7],
    ['at-least', 1, 0],
    ['up-to', 0, 1],
  ] as const;
  for (const topic of ['alliance/cost-sharing', 'trade/x', 'north-korea/talks', 'japan/x']) {
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
      if (index % 3 === 0) await g.say(commitment, 'proposed', { mode: 'demand', sources, terms: terms.slice(0, 1) });
      if (index % 5 === 0) await g.say(commitment, 'observed', { sources, terms: terms.slice(0, 1) });
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

test('what a view sets apart does not grow with its lines', async () => {
  const size = async (count: number): Promise<number[]> => {
    const base = await many(count);
    return Promise.all(names.map(async (view) => (await page(base, view)).text.split('id="lines"')[0]?.length ?? 0));
  };
  const [some, more] = [await size(420), await size(600)];
  for (const [index, one] of some.entries()) expect(more[index]).toBeLessThan(one * 1.1);
}, 30_000);
