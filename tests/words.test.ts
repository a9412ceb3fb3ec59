import { expect, test } from 'vitest';
import { speakersInWords, valueInWords } from '../src/words.ts';

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
