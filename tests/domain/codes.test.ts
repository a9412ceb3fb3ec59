import { describe, expect, test } from 'vitest';
import { actor, currency, party, topic, ulid } from '../../domain/codes.ts';

describe('a party', () => {
  test.each(['KR', 'US', 'JP', 'company:kogas', 'org:fki', 'group:kr-companies', 'company:3m'])('is %s', (text) => {
    expect(party.safeParse(text).success).toBe(true);
  });

  test.each([
    'ZZ',
    'UK',
    'kr',
    'KOR',
    'person:lee',
    'office:mnd',
    'company:',
    'company:Kogas',
    'company:a--b',
    'org:-a',
    'org:a_b',
  ])('is not %s', (text) => {
    expect(party.safeParse(text).success).toBe(false);
  });

  test('that is unknown is told with what was found', () => {
    expect(party.safeParse('ZZ').error?.issues[0]?.message).toBe(
      'expected an ISO 3166-1 alpha-2 code that is assigned, found "ZZ"',
    );
  });
});

describe('a code that is refused', () => {
  test.each([
    ['UK', 'GB (United Kingdom)'],
    ['EU', 'org:eu (European Union)'],
    ['South Korea', 'KR (South Korea)'],
    ['Korea, Republic of', 'KR (South Korea)'],
    ['the netherlands', 'NL (Netherlands)'],
    ["Cote d'Ivoire", 'CI (Côte d’Ivoire)'],
    ['KOR', 'KR (South Korea)'],
    ['kr', 'KR (South Korea)'],
  ])('suggests what was meant: %s', (text, meant) => {
    for (const schema of [party, actor]) {
      const messages = schema.safeParse(text).error?.issues.map(({ message }) => message);
      expect(messages).toEqual([expect.stringContaining(`"${text}" is not a country code; did you mean ${meant}?`)]);
    }
  });

  test.each([
    ['£', 'GBP (British Pound)'],
    ['US$', 'USD (US Dollar)'],
    ['usd', 'USD (US Dollar)'],
    ['WON', 'KRW (South Korean Won)'],
  ])('suggests the currency that was meant: %s', (text, meant) => {
    const messages = currency.safeParse(text).error?.issues.map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining(`"${text}" is not a currency code; did you mean ${meant}?`)]);
  });

  test.each(['constructor', '__proto__', 'toString', '', 'Atlantis'])('is told once, without a guess: %j', (text) => {
    for (const schema of [party, actor, currency]) {
      const messages = schema.safeParse(text).error?.issues.map(({ message }) => message);
      expect(messages).toEqual([expect.stringMatching(/^expected .*, found ".*"$/)]);
    }
  });
});

describe('an actor', () => {
  test.each(['KR', 'person:a', 'office:a', 'company:a', 'org:a', 'group:a', 'party:a', 'court:a', 'parliament:a', 'media:a'])(
    'is %s',
    (text) => {
      expect(actor.safeParse(text).success).toBe(true);
    },
  );

  test.each(['UK', 'agency:x', 'person:', 'Person:a', 'US '])('is not %s', (text) => {
    expect(actor.safeParse(text).success).toBe(false);
  });
});

test.each([
  ['USD', true],
  ['KRW', true],
  ['XCG', true],
  ['DEM', true],
  ['ITL', true],
  ['SUR', true],
  ['XEU', true],
  ['DDM', true],
  ['ABC', false],
  ['WON', false],
  ['usd', false],
  ['US$', false],
])('%s as a currency: %s', (code, known) => {
  expect(currency.safeParse(code).success).toBe(known);
});

test.each([
  ['01K38TCSG0E40CZM05HNBTEXS2', true],
  ['01k38tcsg0e40czm05hnbtexs2', false],
  ['81K38TCSG0E40CZM05HNBTEXS2', false],
  ['01K38TCSG0E40CZM05HNBTEXSU', false],
  ['01K38TCSG0E40CZM05HNBTEXS', false],
])('%s as an id: %s', (text, valid) => {
  expect(ulid.safeParse(text).success).toBe(valid);
});

test.each([
  ['alliance/cost-sharing', true],
  ['space', true],
  ['Trade/tariff', false],
  ['trade//tariff', false],
  ['trade/', false],
  ['north korea', false],
])('%s as a topic: %s', (text, valid) => {
  expect(topic.safeParse(text).success).toBe(valid);
});
