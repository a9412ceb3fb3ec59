import { expect, test } from 'vitest';
import { type Plain, type PlainKind, plainKinds, understand } from '../../src/understanding/understand.ts';

const circumstances = {
  known: [
    { code: 'KR', name: 'South Korea' },
    { code: 'person:donald-trump', name: 'Donald Trump' },
    { code: 'company:kogas', name: 'KOGAS' },
  ],
  asOf: '2025-08-22',
};

function readings<Kind extends PlainKind>(kind: Kind, text: string): [value: Plain[Kind], words: string][] {
  return understand(kind, text, circumstances).readings.map(({ value, words }) => [value, words]);
}

/** What is recorded and drawn, of each text that has one reading. */
const ofOneReading: readonly (readonly [PlainKind, string, unknown, string])[] = [
  ['party', 'Japan', { code: 'JP' }, 'Japan'],
  ['party', 'USA', { code: 'US' }, 'United States'],
  ['party', 'UK', { code: 'GB' }, 'United Kingdom'],
  ['party', 'EU', { code: 'org:eu', name: 'European Union' }, 'European Union'],
  ['party', 'the European Union', { code: 'org:eu', name: 'European Union' }, 'European Union'],
  ['party', 'Ukraine', { code: 'UA' }, 'Ukraine'],
  ['party', 'South Korea', { code: 'KR' }, 'South Korea'],
  ['party', '대한민국', { code: 'KR' }, 'South Korea'],
  ['party', '日本', { code: 'JP' }, 'Japan'],
  ['party', '미국', { code: 'US' }, 'United States'],
  ['party', 'Türkiye', { code: 'TR' }, 'Türkiye'],
  ['party', 'Turkey', { code: 'TR' }, 'Türkiye'],
  ['party', "cote d'ivoire", { code: 'CI' }, 'Côte d’Ivoire'],
  ['party', 'kr', { code: 'KR' }, 'South Korea'],
  ['party', 'Government of Japan', { code: 'JP' }, 'Japan'],
  ['party', 'Seoul', { code: 'KR' }, 'South Korea'],
  ['party', 'NATO', { code: 'org:nato', name: 'NATO' }, 'NATO'],
  ['party', 'kogas', { code: 'company:kogas', name: 'KOGAS' }, 'KOGAS'],
  ['party', 'Korean Air', { code: 'company:korean-air', name: 'Korean Air' }, 'Korean Air'],
  ['actor', 'Shigeru Ishiba', { code: 'person:shigeru-ishiba', name: 'Shigeru Ishiba' }, 'Shigeru Ishiba'],
  [
    'actor',
    'President Lee Jae-myung',
    { code: 'person:lee-jae-myung', name: 'Lee Jae-myung', role: 'President' },
    'Lee Jae-myung',
  ],
  ['actor', 'donald trump', { code: 'person:donald-trump', name: 'Donald Trump' }, 'Donald Trump'],
  ['date', '22 October 2024', '2024-10-22', '22 Oct 2024'],
  ['date', '5 September 2025', '2025-09-05', '5 Sep 2025'],
  ['date', 'late August 2025', '2025-08-21~/2025-08-31', 'about 21 – 31 Aug 2025'],
  ['date', 'August 2025', '2025-08', 'Aug 2025'],
  ['date', 'by 2030', '../2030', 'on or before 2030'],
  ['date', 'by the end of 2028', '../2028', 'on or before 2028'],
  ['date', 'before 5 March 2026', '../2026-03-04', 'on or before 4 Mar 2026'],
  ['date', 'US FY2026', '2025-10/2026-09', 'Oct 2025 – Sep 2026'],
  ['date', '2026年度', '2026-04/2027-03', 'Apr 2026 – Mar 2027'],
  ['date', 'Q3 2025', '2025-07/2025-09', 'Jul – Sep 2025'],
  ['date', 'second half of 2026', '2026-07/2026-12', 'Jul – Dec 2026'],
  ['date', '2025-8-5', '2025-08-05', '5 Aug 2025'],
  ['date', '25/08/2025', '2025-08-25', '25 Aug 2025'],
  ['date', 'Friday, August 22nd, 2025', '2025-08-22', '22 Aug 2025'],
  ['date', '30 July – 6 August 2025', '2025-07-30/2025-08-06', '30 Jul – 6 Aug 2025'],
  ['date', '2025년 8월 22일', '2025-08-22', '22 Aug 2025'],
  ['date', '2030년까지', '../2030', 'on or before 2030'],
  ['date', '令和7年8月22日', '2025-08-22', '22 Aug 2025'],
  ['date', 'today', '2025-08-22', '22 Aug 2025'],
  [
    'figure',
    '£2.26bn',
    { kind: 'money', qualifier: 'exact', min: '2260000000', max: '2260000000', currency: 'GBP' },
    '£2.26 billion',
  ],
  [
    'figure',
    '€50 billion',
    { kind: 'money', qualifier: 'exact', min: '50000000000', max: '50000000000', currency: 'EUR' },
    '€50 billion',
  ],
  [
    'figure',
    'US$5–10bn',
    { kind: 'money', qualifier: 'between', min: '5000000000', max: '10000000000', currency: 'USD' },
    'US$5 billion to US$10 billion',
  ],
  [
    'figure',
    'up to 5 billion dollars',
    { kind: 'money', qualifier: 'up-to', max: '5000000000', currency: 'USD' },
    'up to US$5 billion',
  ],
  [
    'figure',
    'at least 3.5 % of GDP',
    { kind: 'percent', qualifier: 'at-least', min: '3.5', of: 'GDP' },
    'at least 3.5 % of GDP',
  ],
  [
    'figure',
    'more than $1 billion a year',
    { kind: 'money', qualifier: 'more-than', min: '1000000000', currency: 'USD', per: 'year' },
    'more than US$1 billion a year',
  ],
  [
    'figure',
    'about 1.52 trillion won',
    { kind: 'money', qualifier: 'about', min: '1520000000000', max: '1520000000000', currency: 'KRW' },
    'about ₩1.52 trillion',
  ],
  [
    'figure',
    '1조 5,192억 원',
    { kind: 'money', qualifier: 'exact', min: '1519200000000', max: '1519200000000', currency: 'KRW' },
    '₩1.5192 trillion',
  ],
  [
    'figure',
    '約2兆5千億円',
    { kind: 'money', qualifier: 'about', min: '2500000000000', max: '2500000000000', currency: 'JPY' },
    'about ¥2.5 trillion',
  ],
  [
    'figure',
    '3,500万ドル以上',
    { kind: 'money', qualifier: 'at-least', min: '35000000', currency: 'USD' },
    'at least US$35 million',
  ],
  [
    'figure',
    '3.3 Mt a year',
    { kind: 'count', qualifier: 'exact', min: '3300000', max: '3300000', unit: 'tonnes', per: 'year' },
    '3,300,000 tonnes a year',
  ],
  ['figure', '103 aircraft', { kind: 'count', qualifier: 'exact', min: '103', max: '103', unit: 'aircraft' }, '103 aircraft'],
  [
    'figure',
    '28,500 U.S. troops',
    { kind: 'count', qualifier: 'exact', min: '28500', max: '28500', unit: 'U.S. troops' },
    '28,500 U.S. troops',
  ],
  ['figure', '15 percent', { kind: 'percent', qualifier: 'exact', min: '15', max: '15' }, '15 %'],
  ['figure', '25 % tariff on Korean goods', { kind: 'tariff', to: '25', on: 'Korean goods' }, '25 % on Korean goods'],
  ['figure', '2.26 billion', { qualifier: 'exact', min: '2260000000', max: '2260000000' }, '2,260,000,000'],
  ['figure', 'no figure yet', { kind: 'text' }, 'no figure, the words alone'],
  [
    'source',
    'kyivpost.com/post/123',
    { publisher: 'kyivpost.com', url: 'https://kyivpost.com/post/123' },
    'kyivpost.com, https://kyivpost.com/post/123',
  ],
  [
    'source',
    'https://example.org/a',
    { publisher: 'example.org', url: 'https://example.org/a' },
    'example.org, https://example.org/a',
  ],
  [
    'source',
    'Yonhap https://example.org/1',
    { publisher: 'Yonhap', url: 'https://example.org/1' },
    'Yonhap, https://example.org/1',
  ],
  ['source', 'Reuters', { publisher: 'Reuters' }, 'Reuters'],
  ['source', 'Reuters: “we will pay”', { publisher: 'Reuters', quote: { exact: 'we will pay' } }, 'Reuters: “we will pay”'],
];

test.each(ofOneReading)('%s “%s” is understood', (kind, text, value, words) => {
  const recorded = kind === 'figure' ? { ...(value as object), text } : value;
  expect(readings(kind, text)).toEqual([[recorded, words]]);
});

test('two readings are offered as two, in the words of each', () => {
  const offered = (kind: PlainKind, text: string): string[] => readings(kind, text).map(([, words]) => words);
  expect(offered('party', 'Korea')).toEqual(['South Korea', 'North Korea']);
  expect(offered('date', '05/08/2025')).toEqual(['5 Aug 2025', '8 May 2025']);
  expect(offered('date', '22 December')).toEqual(['22 Dec 2025', '22 Dec 2024']);
  expect(offered('date', 'FY2026')).toEqual(['Oct 2025 – Sep 2026', 'Apr 2026 – Mar 2027', 'Apr 2025 – Mar 2026', '2026']);
  expect(offered('figure', 'as high as US$5–10 billion')).toEqual(['US$5 billion to US$10 billion', 'up to US$10 billion']);
  expect(offered('party', 'Brussels')).toEqual(['European Union', 'Belgium', 'NATO']);
  for (const [kind, text] of [
    ['party', 'Korea'],
    ['date', '05/08/2025'],
  ] as const)
    expect(understand(kind, text, circumstances).detail).toContain('which is meant?');
});

test('what is taken for granted is said beside the reading', () => {
  const notes = (kind: PlainKind, text: string): unknown[] =>
    understand(kind, text, circumstances).readings.map(({ note }) => note);
  expect(notes('figure', 'up to 5 billion dollars')).toEqual(['dollars of the United States are supposed']);
  expect(notes('figure', 'nearly 154 billion euros')).toEqual(['“nearly” is recorded as “about”']);
  expect(notes('figure', 'US$100 billion of LNG')).toEqual(['“of LNG” stays in the words']);
  expect(notes('figure', '15 percent')).toEqual(['per cent of what? add it, such as “of GDP”']);
  expect(notes('actor', 'Shigeru Ishiba')).toEqual(['a person, new in this ledger']);
  expect(notes('party', 'Seoul')).toEqual(['“Seoul” stands for those who govern there']);
  expect(notes('date', '22 December')[0]).toBe('the text says no year: 2025 is supposed');
});

test('who is in the ledger comes before who is new, and a slip of the pen is noticed', () => {
  const ishiba = understand('actor', 'Trump', circumstances);
  expect(ishiba.readings[0]?.value).toEqual({ code: 'person:donald-trump', name: 'Donald Trump' });
  expect(ishiba.detail).toBe('did you mean Donald Trump?');
  expect(understand('party', 'Jappan', circumstances)).toMatchObject({
    readings: [{ value: { code: 'JP' } }, {}, {}, {}, {}],
    detail: 'did you mean Japan?',
  });
});

test('a person or an office as a party is answered with whom to name', () => {
  expect(understand('party', 'Shigeru Ishiba', circumstances).detail).toContain('name the state he speaks for');
  expect(understand('party', 'Ministry of National Defense', circumstances).detail).toContain('name the state or organisation');
  expect(understand('party', 'person:lee-jae-myung', circumstances).readings).toEqual([]);
});

test('a refusal shows what to type', () => {
  const shown = (kind: PlainKind, text: string): unknown[] => {
    const { readings: none, detail, examples = [] } = understand(kind, text, circumstances);
    return [none.length, detail, ...examples];
  };
  expect(shown('date', 'last Friday')).toEqual([0, '“last Friday” depends on the day it was said: which day?', '15 Aug 2025']);
  expect(shown('date', 'Thursday, 22 August 2025').slice(1)).toEqual([
    '22 Aug 2025 is a Friday: which is meant, the day of the week or the date?',
    '22 Aug 2025',
  ]);
  expect(shown('date', '31 February 2025')[1]).toContain('is no day of the calendar');
  expect(shown('figure', 'an investment of $5bn')).toEqual([
    0,
    'begin with the figure; did you mean US$5 billion?',
    'US$5 billion',
  ]);
  expect(shown('figure', '5 or 6 aircraft')[0]).toBe(0);
  expect(shown('source', 'the speech itself')[1]).toContain('who published “the speech itself”');
  expect(shown('actor', '이재명')[1]).toContain('Latin letters');
  expect(shown('date', '  ')[1]).toBe('expected some words, found none');
  expect(shown('figure', '9'.repeat(301))[1]).toContain('at most 300 characters');
  expect(shown('figure', `${'9'.repeat(41)} won`)[1]).toBe('a figure has at most 40 digits');
});

test('a word that every object has is not taken for one that is known', () => {
  for (const word of ['constructor', '__proto__', 'toString', '5 constructor'])
    for (const kind of plainKinds) expect(() => understand(kind, word, circumstances)).not.toThrow();
  expect(readings('figure', '5 constructor')).toEqual([
    [{ kind: 'count', qualifier: 'exact', min: '5', max: '5', unit: 'constructor', text: '5 constructor' }, '5 constructor'],
  ]);
});
