import { howToPage } from '../../src/cli/text/terminal.ts';
import { expect, test } from 'vitest';
import { printHistory } from '../../src/cli/text/history.ts';
import { historyAt } from '../../src/read/queries.ts';
import { dollars, given } from '../helpers/given.ts';

/** Answers as text: what a reader of the terminal is told. */

test('a history reads as a chronicle: what each event says, what it changed, and where that left the commitment', async () => {
  const ledger = given();
  const other = await ledger.open();
  const id = await ledger.open({ title: 'Vessels', links: { dependsOn: [other] } });
  const terms = [dollars('total', '5', { deadline: '2027' }), dollars('ships', '2', { partOf: 'total' })];
  const pledge = await ledger.say(id, 'pledged', { terms, due: '2026', confidence: 'low' });
  const about = { ground: 'figures', about: { announcement: pledge, term: 'total' } };
  const dispute = await ledger.say(id, 'disputed', {
    happened: '2025-09-01',
    ...about,
    readings: [{ party: 'US', text: 'six' }],
  });
  const changes = { terms: [dollars('total', '6')], resolves: [dispute], removes: ['ships'], effective: '2025-10-01' };
  await ledger.say(id, 'amended', { happened: '2025-09-02', ...changes });
  await ledger.say(id, 'fulfilled', { happened: '2025-09-03', extent: 'partial' });
  await ledger.say(id, 'ended', { happened: '2025-09-04', reason: 'superseded', successor: other });
  const history = await historyAt(ledger.reader, id, await ledger.cut({}));
  if (!history) throw new Error('expected a history, found none');
  const text = printHistory(history, 200);
  const [, ...steps] = text.split('\n\n').slice(1);
  expect(text).toContain(`depends on ${other}`);
  const parts: string[][] = [
    ['PLEDGED', 'due 2026 · confidence: low', '→ stage: none → pledged', '→ now stands: ships', '= PLEDGED'],
    ['DISPUTED', `ground: figures · about ${pledge}, the term total`, '≠ United States: six', '= PLEDGED · contested'],
    [
      'AMENDED',
      `effective 1 Oct 2025 · settles the dispute ${dispute} · removes ships`,
      '→ total: US$5, by 2027  [$5] → total: US$6  [$6]',
      '→ no longer stands: ships: US$2, part of "total"  [$2]',
      `→ dispute settled: ${dispute}`,
      '= PLEDGED',
    ],
    ['FULFILLED', 'Performed in part', '→ performance: none → partial', '= PLEDGED · performed: partial'],
    ['ENDED', `Ended: superseded · successor ${other}`, '→ stage: pledged → ended', '= ENDED · performed: partial'],
  ];
  expect(steps).toHaveLength(parts.length);
  for (const [index, told] of parts.entries()) for (const part of told) expect(steps[index]).toContain(part);
});

test('on a terminal, what is longer than it says how to read it page by page', () => {
  const long = 'a line\n'.repeat(30);
  expect(howToPage(long, { isTTY: true, rows: 24 })).toBe('30 lines. To read them page by page, add: | less');
  expect(howToPage(long, { isTTY: true, rows: 30 })).toBeUndefined();
  expect(howToPage(long, { rows: 24 })).toBeUndefined();
});
