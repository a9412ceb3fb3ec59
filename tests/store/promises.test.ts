import { expect, test } from 'vitest';
import { keptBy, suiteName, tableOf } from './promises.ts';

test('the table shows for each backend what was kept, what was broken, and what was not tried', () => {
  const run: [string, string][] = [
    [`SQLite${suiteName} > append > is durable`, 'passed'],
    [`memory${suiteName} > append > is durable`, 'skipped'],
    [`SQLite${suiteName} > close > may be called twice`, 'failed'],
    ['a view > has lines', 'passed'],
  ];
  const kept = run.flatMap(([name, state]) => keptBy(name, state) ?? []);
  const table = [
    'SQLite  memory  a log promises that',
    '  ✓       –     append is durable',
    '  ✗       –     close may be called twice',
  ];
  expect(tableOf(kept)).toBe([...table, '2 promises, 2 backends: 1 kept, 1 broken'].join('\n'));
});
