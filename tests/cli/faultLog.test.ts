import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openFaultLog, unbroken } from '../../src/cli/faultLog.ts';
import { LogFault } from '../../src/store/log.ts';

let lines: string[];
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const open = () => openFaultLog({ write: (line) => lines.push(line), clock: () => Date.parse('2026-01-01T00:00:00Z') });

test('a fault is one line, with its causes and without a stack, whatever its message holds', () => {
  const cause = new Error('connect\n  ECONNREFUSED \u001b[2J');
  open().tell(new LogFault('the server\r\nis away', { cause: Object.assign(cause, { code: 14 }) }));
  expect(lines).toEqual(['2026-01-01T00:00:00.000Z LogFault: the server is away ← Error: connect ECONNREFUSED \\u001b[2J\n']);
});

test('a fault of the program names the places where it happened, in the same line', () => {
  open().tell(new TypeError('no function'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\S+ TypeError: no function \(at [^\n]*faultLog\.test\.ts:\d+:\d+[^\n]*\)\n$/);
});

test('an outage of ten minutes with ten requests a second is eleven lines', () => {
  const log = open();
  for (let index = 0; index < 6000; index++) {
    log.tell(new LogFault(`position ${index}: expected the server, found it out of reach`));
    vi.advanceTimersByTime(100);
  }
  expect(lines).toHaveLength(11);
  expect(lines[1]).toMatch(/again, \d+ times in 60 s: LogFault: position 0: expected the server/);
  const told = lines.map((line) => Number(/again, (\d+) times/.exec(line)?.[1] ?? 1));
  expect(told.reduce((sum, count) => sum + count)).toBe(6000);
});

test('what was told and does not come again is told once, and told anew when it comes back', () => {
  const log = open();
  log.tell(new Error('once'));
  vi.advanceTimersByTime(120_000);
  expect(lines).toHaveLength(1);
  log.tell(new Error('once'));
  expect(lines).toHaveLength(2);
});

test('a thousand different faults are told, and no more than a hundred of them are kept', () => {
  const log = open();
  const names = Array.from({ length: 1000 }, (_, index) => index.toString(2).replaceAll('0', 'a').replaceAll('1', 'b'));
  for (const name of names) log.tell(new LogFault(name));
  expect(lines).toHaveLength(1000);
  expect(vi.getTimerCount()).toBeLessThanOrEqual(100);
  log.tell(new LogFault(names.at(-1) ?? ''));
  log.close();
  expect(lines).toHaveLength(1001);
  expect(vi.getTimerCount()).toBe(0);
});

test('a text, nothing and an object are told too', () => {
  const log = open();
  for (const one of ['text', undefined, { a: { b: { c: 1 } } }]) log.tell(one);
  expect(lines.map((line) => line.slice(25))).toEqual(['text\n', 'undefined\n', '{ a: { b: { c: 1 } } }\n']);
});

test('a long run of spaces is looked through once, whatever stands behind it', () => {
  const looksAt = (text: string): number => {
    let looks = 0;
    function* counted(): Generator<string> {
      for (const character of text) {
        looks += 1;
        yield character;
      }
    }
    unbroken(counted());
    return looks;
  };
  for (const end of ['', 'x', '\n', '\nx'])
    for (const length of [1000, 2000, 100_000]) expect(looksAt(' '.repeat(length) + end)).toBe(length + end.length);
});

test('white space stays as it is where it breaks no line, and is one space where it does', () => {
  open().tell(Object.assign(new Error('a  b \t c \r\n \n  d\n'), { code: 14 }));
  expect(lines[0]).toBe('2026-01-01T00:00:00.000Z Error: a  b \\u0009 c d \n');
});
