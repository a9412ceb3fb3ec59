import { expect, test } from 'vitest';
import { hintsOf, slugsInText } from '../../src/read/hints.ts';

const known = new Set([
  'company:kogas',
  'person:lee-jae-myung',
  'org:international-energy-agency',
  'group:brigade-1',
  'org:eu',
]);
const meant = (slug: string): string | undefined => hintsOf({ saidBy: [{ actor: slug }] }, known)[0]?.meant;

test.each([
  ['a slip of the pen', 'person:lee-jae-myeong', 'person:lee-jae-myung'],
  ['letters swapped', 'company:koags', 'company:kogas'],
  ['another kind', 'org:kogas', 'company:kogas'],
  ['another order', 'person:jae-myung-lee', 'person:lee-jae-myung'],
  ['initials', 'org:iea', 'org:international-energy-agency'],
  ['the name of what has a slug', 'org:european-union', 'org:eu'],
  ['the name of a country', 'state:south-korea', 'KR'],
])('a new slug is told with what it may mean: %s', (_, slug, other) => {
  expect(meant(slug)).toBe(other);
});

test.each([
  ['is known', 'company:kogas'],
  ['is like none', 'company:hyundai'],
  ['differs by its number', 'group:brigade-2'],
  ['is short', 'org:ea'],
  ['names no country', 'state:ussr'],
  ['is a person called like a country', 'person:georgia'],
])('a slug that %s gives no hint', (_, slug) => {
  expect(meant(slug)).toBeUndefined();
});

test('each new slug is told once, at its first place, and words are no slugs', () => {
  const body = { from: ['company:kogass'], announcement: { saidBy: [{ actor: 'company:kogass' }], summary: 'org:iea' } };
  expect(hintsOf(body, known)).toEqual([
    {
      hint: 'close-name',
      pointer: '/from/0',
      detail: expect.stringContaining('company:kogas'),
      found: 'company:kogass',
      meant: 'company:kogas',
    },
  ]);
});

test('slugs are found in the text of an event', () => {
  expect(slugsInText('{"a":"org:eu","b":["person:x-1"],"c":"see \\"org:un\\"","d":"url:x"}')).toEqual(['org:eu', 'person:x-1']);
});
