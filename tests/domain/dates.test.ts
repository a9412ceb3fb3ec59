import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dayBegun,
  dayInWords,
  effectiveDays,
  formatDay,
  parseDay,
  parseTime,
  parseWhen,
  whenInWords,
  whenOf,
} from '../../domain/dates.ts';
import { day, time } from './given.ts';

function bounds(text: string): string {
  const when = parseWhen(text);
  if (!when) return 'refused';
  const shown = (number: number): string => (Number.isFinite(number) ? formatDay(number) : '..');
  return `${shown(when.earliest)} to ${shown(when.latest)}`;
}

describe('dates as announced', () => {
  test.each([
    ['2025', '2025-01-01 to 2025-12-31'],
    ['2025-07', '2025-07-01 to 2025-07-31'],
    ['2024-02', '2024-02-01 to 2024-02-29'],
    ['2024-02-29', '2024-02-29 to 2024-02-29'],
    ['2025-08-22', '2025-08-22 to 2025-08-22'],
    ['2025-08-22~', '2025-08-22 to 2025-08-22'],
    ['2025-08?', '2025-08-01 to 2025-08-31'],
    ['2025%', '2025-01-01 to 2025-12-31'],
    ['202X', '2020-01-01 to 2029-12-31'],
    ['20XX', '2000-01-01 to 2099-12-31'],
    ['2025-XX', '2025-01-01 to 2025-12-31'],
    ['2025-XX-XX', '2025-01-01 to 2025-12-31'],
    ['2025-02-XX', '2025-02-01 to 2025-02-28'],
    ['2025-02-XX~', '2025-02-01 to 2025-02-28'],
    ['../2025-08-22', '.. to 2025-08-22'],
    ['/2025-08-22', '.. to 2025-08-22'],
    ['2025-08-22/..', '2025-08-22 to ..'],
    ['2025-08-22/', '2025-08-22 to ..'],
    ['2025-11-13/2025-11-14', '2025-11-13 to 2025-11-14'],
    ['2025-08/2029~', '2025-08-01 to 2029-12-31'],
    ['2026/2030', '2026-01-01 to 2030-12-31'],
    ['2025-08-22/2025-08-22', '2025-08-22 to 2025-08-22'],
    ['0000', '0000-01-01 to 0000-12-31'],
    ['-0044-03-15', '-0044-03-15 to -0044-03-15'],
    ['-004X', '-0049-01-01 to -0040-12-31'],
    ['2025-08-22T23:59:59Z', '2025-08-22 to 2025-08-22'],
    ['2025-08-22T00:30:00+14:00', '2025-08-22 to 2025-08-22'],
    ['2025-08-22T23:30:00.125-09:30', '2025-08-22 to 2025-08-22'],
    ['2025-08-22t10:00:00z', '2025-08-22 to 2025-08-22'],
    ['2016-12-31T23:59:60Z', '2016-12-31 to 2016-12-31'],
    ['2016-12-31T23:59:60.5Z', '2016-12-31 to 2016-12-31'],
    ['2017-01-01T08:59:60+09:00', '2017-01-01 to 2017-01-01'],
    ['2016-12-31T18:59:60-05:00', '2016-12-31 to 2016-12-31'],
    ['9999-12-31', '9999-12-31 to 9999-12-31'],
    ['-9999', '-9999-01-01 to -9999-12-31'],
  ])('reads %s as %s', (text, expected) => {
    expect(bounds(text)).toBe(expected);
  });

  test.each([
    '',
    'August 2025',
    '25',
    '20250822',
    '2025-8-2',
    '2025-13',
    '2025-00',
    '2025-21',
    '2025-24~',
    '2025-02-29',
    '2025-04-31',
    '2025-08-00',
    '2025-08-22~?',
    '~2025',
    '12025',
    'Y-17000',
    'Y12025',
    '+2025',
    '-0000',
    '2XXX',
    'XXXX',
    '202X-05',
    '20XX-XX',
    '2025-XX-15',
    '2025-0X',
    '2025-08-1X',
    '../..',
    '/',
    '2025-09/2025-08',
    '2025/2026/2027',
    '2025-08-XX/2025-09-03',
    '202X/2030',
    '2025-08-22T10:00:00',
    '2025-08-22T10:00Z',
    '2025-08-22T24:00:00Z',
    '2025-08-22T10:00:60Z',
    '2016-12-31T23:59:61Z',
    '2016-12-31T23:59:60+09:00',
    '10000-01-01',
    '10000-01-01T00:00:00Z',
    '2025-08-22T10:00:00+24:00',
    '2025-08-22T10:00:00+0900',
    '2025-08-22 10:00:00Z',
    '2025-02-30T10:00:00Z',
    '2025-08-22T10:00:00Z/2025-08-23T10:00:00Z',
    '[2025,2026]',
    '2025-08-22\n',
    ' 2025-08-22',
  ])('refuses %j', (text) => {
    expect(bounds(text)).toBe('refused');
  });

  test('never give an earliest day after the latest', () => {
    const year = fc.integer({ min: 0, max: 9999 }).map((number) => String(number).padStart(4, '0'));
    const two = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, '0'));
    const part = fc.oneof(
      year,
      fc.tuple(year, fc.oneof(two(13), fc.constant('XX'))).map((parts) => parts.join('-')),
      fc.tuple(year, two(13), fc.oneof(two(32), fc.constant('XX'))).map((parts) => parts.join('-')),
      year.map((text) => `${text.slice(0, 3)}X`),
      year.map((text) => `-${text.slice(0, 2)}XX`),
    );
    const marked = fc.tuple(part, fc.constantFrom('', '~', '?', '%')).map((parts) => parts.join(''));
    const text = fc.oneof(
      marked,
      fc.tuple(fc.oneof(marked, fc.constant('..')), fc.oneof(marked, fc.constant('..'))).map((parts) => parts.join('/')),
    );
    fc.assert(
      fc.property(text, (written) => {
        const when = parseWhen(written);
        expect(when === undefined || when.earliest <= when.latest).toBe(true);
      }),
    );
  });

  test('are faults when a checked one turns out to be none', () => {
    expect(() => whenOf('soon')).toThrow('expected a date that was checked');
  });
});

describe('days', () => {
  test('survive being written and read', () => {
    fc.assert(
      fc.property(fc.integer({ min: day('-9999-01-01'), max: day('9999-12-31') }), (number) => {
        expect(parseDay(formatDay(number))).toBe(number);
      }),
    );
  });

  test.each(['2025-8-22', '2025-02-29', '2025-08', '2025-08-22~', 'x'])('are not written as %s', (text) => {
    expect(parseDay(text)).toBeUndefined();
  });

  test('beyond the first and the last are told as these, and none becomes year 0', () => {
    expect([day('9999-12-31') + 1, day('-9999-01-01') - 1, day('0000-01-01') - 1].map((number) => formatDay(number))).toEqual([
      '9999-12-31',
      '-9999-01-01',
      '-0001-12-31',
    ]);
  });

  test('begin first at UTC+14', () => {
    expect(dayBegun(time('2025-08-22T09:59:59Z'))).toBe(day('2025-08-22'));
    expect(dayBegun(time('2025-08-22T10:00:00Z'))).toBe(day('2025-08-23'));
  });

  test('of an effective date are an interval from end to end, else from the latest day on', () => {
    expect(effectiveDays('2025-08')).toEqual({ from: day('2025-08-31'), to: Infinity });
    expect(effectiveDays('2026/2030')).toEqual({ from: day('2026-01-01'), to: day('2030-12-31') });
    expect(effectiveDays('2025-08-07/..')).toEqual({ from: day('2025-08-07'), to: Infinity });
    expect(effectiveDays('../2025-08-07')).toEqual({ from: -Infinity, to: day('2025-08-07') });
    expect(effectiveDays('2025-08-07T00:01:00-04:00')).toEqual({ from: day('2025-08-07'), to: Infinity });
  });
});

test('instants are read to the millisecond, with their offset', () => {
  expect(parseTime('2025-08-22T12:00:00.5+09:00')).toBe(Date.UTC(2025, 7, 22, 3, 0, 0, 500));
  expect(parseTime('2025-08-22')).toBeUndefined();
});

test.each([
  ['2025-08-22', '22 Aug 2025'],
  ['2025-08-02~', 'about 2 Aug 2025'],
  ['2025-07?', 'perhaps Jul 2025'],
  ['2025%', 'perhaps about 2025'],
  ['2025-07-XX', 'Jul 2025'],
  ['2025-XX-XX', '2025'],
  ['202X', 'the 2020s'],
  ['20XX', '2000–2099'],
  ['../2025-08-22', 'on or before 22 Aug 2025'],
  ['2025-08/..', 'Aug 2025 or later'],
  ['2026/2030', '2026–2030'],
  ['2025-11-13/2025-11-14', '13–14 Nov 2025'],
  ['2025-07-30/2025-08-06', '30 Jul – 6 Aug 2025'],
  ['2025-08/2029~', 'Aug 2025 – about 2029'],
  ['2025-08-22T09:30:00+09:00', '22 Aug 2025, 09:30 UTC+09:00'],
  ['2025-08-22T09:30:00Z', '22 Aug 2025, 09:30 UTC'],
])('says %s as "%s"', (text, words) => {
  expect(whenInWords(text)).toBe(words);
});

test('says a day number in words', () => {
  expect(dayInWords(day('2025-08-02'))).toBe('2 Aug 2025');
});

test('the end of 9999 does not become the year 0: no instant and no day lies beyond it', () => {
  const last = day('9999-12-31');
  expect(formatDay(dayBegun(time('9999-12-31T23:59:59Z')))).toBe('9999-12-31');
  expect([formatDay(last), formatDay(last + 1), formatDay(last + 400)]).toEqual(['9999-12-31', '9999-12-31', '9999-12-31']);
  expect(parseTime('9999-12-31T23:59:59.999Z')).toBe(Date.UTC(9999, 11, 31, 23, 59, 59, 999));
  expect(parseTime('9999-12-31T23:59:59-00:01')).toBeUndefined();
  expect(new Date(parseTime('0000-01-01T00:00:00Z') ?? 0).toISOString()).toBe('0000-01-01T00:00:00.000Z');
  expect(parseTime('0000-01-01T00:00:00+00:01')).toBeUndefined();
});

describe('a leap second', () => {
  test.each([
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
    ['2016-12-31T23:59:60.25z', '2016-12-31T23:59:59.25Z'],
    ['2017-01-01T08:59:60+09:00', '2016-12-31T23:59:59Z'],
  ])('%s is the second before', (text, before) => {
    expect(parseTime(text)).toBe(Date.parse(before));
  });
});

test('every day from the first of -9999 to the last of 9999 is written as the calendar has it, and read back', () => {
  for (let day = -4_371_587; day <= 2_932_896; day += 97) {
    const iso = new Date(day * 86_400_000).toISOString();
    const text = formatDay(day);
    expect(text).toBe(iso.startsWith('-') ? `-${iso.slice(3, 13)}` : iso.slice(0, 10));
    if (parseDay(text) !== day) expect([text, parseDay(text)]).toEqual([text, day]);
  }
  expect([-Infinity, -4_371_588, 2_932_897, Infinity].map(formatDay)).toEqual([
    '-9999-01-01',
    '-9999-01-01',
    '9999-12-31',
    '9999-12-31',
  ]);
});

test.each(['2025-02-29', '1900-02-29', '2025-04-31', '2025-13-01', '2025-00-10', '-0000-01-01', '2025-1a-01', '+025-01-01'])(
  '%s is no day of the calendar',
  (text) => {
    expect(parseDay(text)).toBeUndefined();
    expect(parseWhen(text)).toBeUndefined();
  },
);

test('the beginning of an interval keeps what its mark is about', () => {
  expect(whenInWords('1970~/1970-12-31')).toBe('about 1970 – 31 Dec 1970');
  expect(whenInWords('1970%/1970~')).toBe('perhaps about 1970 – about 1970');
  expect(whenInWords('2025-08-21~/2025-08-31')).toBe('about 21 – 31 Aug 2025');
});
