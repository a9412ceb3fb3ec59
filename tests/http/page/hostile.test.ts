import { expect, test } from 'vitest';
import { views } from '../../../projections/views/views.ts';
import { given, source } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';
import { attribute, parsed, textOf } from '../../helpers/html.ts';
import { browser, walk } from './walk.ts';

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
  '\u202Eright to left\u202C \u2067even \u200Fmore',
  '&lt;b&gt; &amp;amp;',
  '서울과 워싱턴의 약속',
  '日本の協力',
  'التزام دبلوماسي',
  'x'.repeat(300),
  'long words in a title '.repeat(15),
  ']]> --> <!-- </title></style>',
  '${7*7}',
  'a control \u0007, a lone \ufffe and \u{1ffff}',
];

/** A sign that cannot be seen, or that would turn what stands beside it, as the pages show it. */
function visibly(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex}`;
}

test('words of others are shown as they are, and never as part of the page', async () => {
  const g = given(undefined, { older: true });
  for (const [index, words] of hostile.entries()) {
    const topic = ['trade/test', 'alliance/cost-sharing', 'north-korea/talks', 'japan/test'][index % 4] ?? '';
    const sources = [
      {
        publisher: words,
        url: 'javascript:alert(1)',
        archivedUrl: 'data:text/html,x',
        quote: { exact: words, translation: words },
        title: words,
      },
      { ...source, url: 'https://example.org/?a="><script>', lang: 'ar' },
    ];
    const commitment = await g.open({ title: words, topic, names: { 'company:x': words }, from: ['company:x'], to: ['US'] });
    const saidBy = [{ actor: 'company:x', name: words, role: words }];
    const terms = [
      { key: 'words', kind: 'text', text: words, translation: words },
      { key: 'stages', kind: 'stages', stages: [words, words], text: words },
      {
        key: 'money',
        kind: 'money',
        qualifier: 'between',
        min: '1',
        max: '1000000000000000',
        currency: 'KRW',
        text: words,
        per: words,
      },
      { key: 'count', kind: 'count', qualifier: 'about', min: '1', max: '1', unit: words, text: words },
      { key: 'rate', kind: 'tariff', to: '15', on: words, text: words },
    ];
    const happened = '2025-08-22';
    const pledge = await g.say(commitment, 'pledged', { happened, saidBy, terms, sources, summary: words, note: words });
    await g.say(commitment, 'proposed', { happened, saidBy, terms, sources, mode: 'demand', due: '2025-09-01' });
    const readings = [
      { party: 'US', text: words, by: { actor: 'US', name: words, role: words } },
      { party: 'company:x', text: words },
    ];
    await g.say(commitment, 'disputed', {
      happened,
      saidBy,
      sources,
      ground: 'reading',
      about: { announcement: pledge },
      readings,
    });
    await g.say(commitment, 'corrected', {
      corrects: pledge,
      mode: 'refine',
      reason: words,
      changes: { note: 'changed', summary: words },
      sources,
    });
    const instrument = { kind: words, title: words, date: happened, binding: 'disputed' };
    await g.say(commitment, 'formalised', { happened, saidBy, sources, instrument });
  }
  const { faults, a, statuses } = await walk(g, ['/', '/two-clocks', '/changes'], { most: 400 });
  expect(faults).toEqual([]);
  expect(a.faults).toEqual([]);
  expect(statuses.size).toBeGreaterThan(100);
  for (const path of ['/', '/commitments', '/changes', ...views.map(({ name }) => `/views/${name}`)]) {
    const { elements } = parsed((await a.get(path, browser)).text);
    expect(elements.filter((one) => ['script', 'img', 'b-evil'].includes(one.tagName))).toEqual([]);
  }
  for (const { name } of views) {
    const heading = parsed((await a.get(`/views/${name}`, browser)).text).elements.find(({ tagName }) => tagName === 'h1');
    expect(textOf(heading!)).not.toMatch(/[\u200e\u200f\u202a-\u202e]/);
  }
  const first = parsed((await a.get('/commitments', browser)).text);
  for (const words of hostile) {
    const isolated = first.elements.some(
      (one) =>
        one.tagName === 'bdi' &&
        textOf(one) === words.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]|\p{Noncharacter_Code_Point}/gu, visibly),
    );
    expect([words, isolated]).toEqual([words, true]);
  }
});

test('an address that is none of the web is text, never a link', async () => {
  const g = given();
  const commitment = await g.open();
  const sources = [
    { publisher: 'P', url: 'javascript:alert(1)' },
    { publisher: 'Q', url: 'https://example.org/' },
  ];
  await g.say(commitment, 'observed', { sources });
  const { text } = await api(g).get(`/commitments/${commitment}`, browser);
  const links = parsed(text)
    .elements.filter(({ tagName }) => tagName === 'a')
    .map((link) => attribute(link, 'href'));
  expect(links).toContain('https://example.org/');
  expect(links.filter((to) => to?.startsWith('javascript'))).toEqual([]);
  expect(text).toContain('<bdi>javascript:alert(1)</bdi>');
});
