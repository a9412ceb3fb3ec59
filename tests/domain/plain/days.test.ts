import { expect, test } from 'vitest';
import { effectiveDays, firstDateOf, formatDay, parseWhen } from '../../../domain/dates.ts';
import * as plain from './days.ts';

const dates = (
  '2025 2025~ 2025? 2025% 202X 20XX 0000 9999 2025-02 2024-02~ 0001-01 2025-XX 2025-02-10 2025-02-10? 2025-02-XX ' +
  '2025-XX-XX 2025-02-10T23:30:00-09:00 2016-12-31T23:59:60Z 2025-02-10T00:00:00.5Z'
).split(' ');
const intervals = dates.flatMap((one) => [...dates, '..'].flatMap((other) => [`${one}/${other}`, `${other}/${one}`]));
const accepted = [...new Set([...dates, ...intervals])].filter((text) => parseWhen(text) !== undefined);

test.each(accepted)('%s means the same days, and the same days of an effect, read plainly', (text) => {
  const when = parseWhen(text);
  const effect = effectiveDays(text);
  const shown = (number = 0): string | undefined => (Number.isFinite(number) ? formatDay(number) : undefined);
  const { first, last } = plain.spanOf(text);
  expect([shown(when?.earliest), shown(when?.latest)]).toEqual([first, last]);
  const start = plain.isEquallyFine(text) ? first : plain.firstDateOf(text).last;
  expect([shown(firstDateOf(text).latest), shown(effect.from), shown(effect.to)]).toEqual([
    plain.firstDateOf(text).last,
    start,
    plain.lastDateOf(text)?.last,
  ]);
});

test('more than a hundred forms of dates are read', () => {
  expect(accepted.length).toBeGreaterThan(100);
});
