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
