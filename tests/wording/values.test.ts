import { expect, test } from 'vitest';
import { valueInWords } from '../../src/wording/changes.ts';
import { figureInWords, grouped, partyInWords, speakersInWords } from '../../src/wording/values.ts';
import { unhinderedNow } from '../helpers/unhindered.ts';

const lee = { actor: 'person:lee-jae-myung', name: 'Lee Jae Myung', for: 'KR', role: 'President' };
const koo = { actor: 'person:koo-yun-cheol', name: 'Koo Yun-cheol', for: 'KR', role: 'finance minister' };
const trump = { actor: 'person:donald-trump', name: 'Donald Trump', for: 'US', role: 'President' };

test('those who speak for the same party are named together, and for whom is said once', () => {
  expect(speakersInWords([lee, koo, trump])).toBe(
    'Lee Jae Myung, Koo Yun-cheol, for South Korea; Donald Trump, for United States',
  );
  expect(speakersInWords([{ actor: 'US' }, { actor: 'KR', for: 'KR' }])).toBe('United States, South Korea');
  expect(valueInWords([lee, koo])).toBe('Lee Jae Myung, Koo Yun-cheol, for South Korea');
});

test('the role is said where it is asked for, and of whoever has no name on record', () => {
  expect(speakersInWords([lee, koo], {}, { roles: true })).toBe(
    'Lee Jae Myung (President), Koo Yun-cheol (finance minister), for South Korea',
  );
  const unnamed = { actor: 'org:fki', role: 'Federation of Korean Industries' };
  expect(speakersInWords([unnamed])).toBe('Fki (Federation of Korean Industries)');
  expect(speakersInWords([unnamed], { 'org:fki': 'FKI' })).toBe('FKI');
  const officials = { actor: 'group:us-officials', for: 'US', role: 'U.S. officials (unnamed)' };
  expect(speakersInWords([officials])).toBe('U.S. officials (unnamed), for United States');
});

test('whoever has no name on record is called by his slug, and a parliament or court is not taken for its country', () => {
  expect(partyInWords('person:pedro-sanchez')).toBe('Pedro Sanchez');
  expect(partyInWords('parliament:eu')).toBe('EU (parliament)');
  expect(partyInWords('court:us-supreme-court')).toBe('US supreme court');
  expect(partyInWords('org:eu')).toBe('EU');
});

test('a share and a number by the year say so, as a sum does', () => {
  const figure = { key: 'n', text: 'x', qualifier: 'exact', min: '5', max: '5', per: 'year' } as const;
  expect(figureInWords({ ...figure, kind: 'percent', of: 'GDP' })).toBe('5 % of GDP a year');
  expect(figureInWords({ ...figure, kind: 'count', unit: 'ships' })).toBe('5 ships a year');
  expect(figureInWords({ ...figure, kind: 'money', currency: 'USD' })).toBe('US$5 a year');
});

test.each([
  ['0', '0'],
  ['999', '999'],
  ['1000', '1,000'],
  ['28500', '28,500'],
  ['350000000000', '350,000,000,000'],
  ['1234.56789', '1,234.56789'],
  ['0.000001', '0.000001'],
])('%s in groups is %s', (figure, expected) => {
  expect(grouped(figure)).toBe(expected);
  expect(grouped(figure, ' ')).toBe(expected.replaceAll(',', ' '));
});

test.each([
  ['999999', 'US$999,999'],
  ['1000000', 'US$1 million'],
  ['0001500000', 'US$1.5 million'],
  ['1520000000000', 'US$1.52 trillion'],
  ['350000000000', 'US$350 billion'],
  ['1234567.5', 'US$1.2345675 million'],
  ['1000000.0000000000000000000000001', 'US$1.0000000000000000000000000000001 million'],
  ['10000000000000000', 'US$10,000 trillion'],
])('%s dollars are %s, and no digit is lost', (min, expected) => {
  expect(figureInWords({ kind: 'money', key: 'n', text: 'x', qualifier: 'exact', min, max: min, currency: 'USD' })).toBe(
    expected,
  );
});

test('a figure of 100,000 digits, as older ledgers may hold, is written in time that grows with its length alone', () => {
  // A pattern that looks ahead to the end of its input takes minutes for this.
  const digits = '7'.repeat(100_000);
  const term = { kind: 'count', key: 'n', text: 'many', qualifier: 'exact', min: digits, max: digits, unit: 'ships' } as const;
  const started = unhinderedNow();
  expect(figureInWords(term)).toHaveLength(100_000 + 33_333 + ' ships'.length);
  expect(figureInWords({ ...term, kind: 'money', currency: 'USD' })).toMatch(/^US\$7,777,.*77\.777777777777 trillion$/);
  expect(unhinderedNow() - started).toBeLessThan(10_000);
});
