import { expect, test } from 'vitest';
import { printChanges, printList, printRecord, printView } from '../../src/cli/text/print.ts';
import { viewNamed } from '../../projections/views/views.ts';
import { answerCut } from '../../projections/cut.ts';
import { changesBetween } from '../../src/read/changes.ts';
import { listAt } from '../../src/read/list.ts';
import { commitmentAt } from '../../src/read/queries.ts';
import { viewAt } from '../../src/read/viewAt.ts';
import { dollars, type Given, given, source } from '../helpers/given.ts';

/** What stands beside a stage and beside a figure, as the terminal tells it. */

const instrument = { kind: 'treaty', title: 'Treaty', date: '2025-08-22', parties: ['KR', 'US'], binding: 'yes' };

/** What `ledger show` prints, in rows as they are before a terminal breaks them. */
async function shown({ reader, cut }: Given, id: string, asOf = '2025-12-31'): Promise<string[]> {
  const record = await commitmentAt(reader, id, await cut({ asOf }));
  if (!record) throw new Error('expected a commitment, found none');
  return printRecord(record, 10_000)
    .split('\n')
    .map((row) => row.trim());
}

test('who is silent is told as not bound, and the other as the one who owes it', async () => {
  const base = given();
  const id = await base.open({ from: ['ES', 'FR'], to: ['org:nato'], topic: 'trade/joint' });
  await base.say(id, 'pledged', { saidBy: [{ actor: 'FR' }], terms: [dollars('sum', '5')] });
  const rows = await shown(base, id);
  expect(rows).toContain('bound since 22 Aug 2025 (pledged): France');
  expect(rows).toContain('not bound: Spain');
  expect(rows).toContain('pledged    US$5, owed by France  [$5]');

  const at = await base.cut({ asOf: '2025-12-31' });
  const { commitments } = await listAt(base.reader, {}, at, { after: 0, limit: 10 });
  expect(printList({ commitments, cut: answerCut(at) }, 200)).toContain('pledged, 1 of 2 bound');
  const view = viewNamed('trade-terms');
  if (!view) throw new Error('expected a view, found none');
  const text = printView(await viewAt(base.reader, view, at), 200);
  expect(text).toContain('not bound: Spain');
  expect(text).toContain('(sum), not owed by Spain');
});

test('deliveries stand under their promise: the sum with its share, then each', async () => {
  const base = given();
  const id = await base.open({ topic: 'trade/deliveries' });
  await base.say(id, 'pledged', { terms: [dollars('sum', '8')] });
  for (const [day, amount] of [
    ['2025-09-01', '1'],
    ['2025-09-02', '3'],
  ] as const) {
    const paid = dollars(`paid-${amount}`, amount, { delivers: 'sum', counts: 'increment' });
    await base.say(id, 'fulfilled', { happened: day, extent: 'partial', terms: [paid] });
  }
  const rows = await shown(base, id);
  const from = rows.findIndex((row) => row.startsWith('pledged'));
  expect(rows.slice(from + 2, from + 5)).toEqual([
    'delivered US$4, 50 % of what was promised',
    '+ US$1, this much more  [$1] · South Korea · 1 Sep 2025 · The Test Gazette',
    '+ US$3, this much more  [$3] · South Korea · 2 Sep 2025 · The Test Gazette',
  ]);
  const view = viewNamed('trade-terms');
  if (!view) throw new Error('expected a view, found none');
  const text = printView(await viewAt(base.reader, view, await base.cut({ asOf: '2025-12-31' })), 200);
  expect(text).toContain('South Korea: US$8; delivered of it: US$4');
  expect(text).toContain('delivered US$4, 50 % of what was promised');
});

test('what is in force is told in its own words, also where the words that stand are others', async () => {
  const base = given();
  const id = await base.open({ from: ['US'], to: ['JP'] });
  const rate = (text: string, more = {}): object => {
    return { key: 'rate', kind: 'tariff', on: 'Japanese goods', to: '15', text, ...more };
  };
  const order = { ...instrument, parties: ['US'] };
  const said = { saidBy: [{ actor: 'US' }], instrument: order, effective: '2025-08-23' };
  await base.say(id, 'formalised', { ...said, terms: [rate('15 % on top of it')] });
  await base.say(id, 'amended', { ...said, happened: '2025-09-04', terms: [rate('a baseline of 15 %', { mfn: 'included' })] });
  const rows = await shown(base, id, '2025-08-30');
  expect(rows).toContain('formalised 15 % on Japanese goods, effective 23 Aug 2025  [15 % on top of it]');
  expect(rows).toContain(
    'rate, in force since 23 Aug 2025, announced later: 15 % on Japanese goods, or the most-favoured-nation rate, where that is higher  [a baseline of 15 %]',
  );
  expect(rows).toContain('binding: Treaty, 22 Aug 2025');
});

test('a newer figure that nothing puts in force yet is told beside the one in force', async () => {
  const base = given();
  const id = await base.open();
  await base.say(id, 'formalised', { instrument, terms: [dollars('sum', '5', { effective: '2025-08-22' })] });
  const newer = await base.say(id, 'amended', { happened: '2025-09-01', terms: [dollars('sum', '6')] });
  const rows = await shown(base, id);
  expect(rows).toContain('sum, in force since 22 Aug 2025: US$5  [$5]');
  expect(rows).toContain(`a newer figure stands, which nothing puts in force yet: ${newer}`);
});

test('a suspension, a notice and an end say of what, until when, by whom and why', async () => {
  const base = given();
  const id = await base.open();
  await base.say(id, 'formalised', { instrument, terms: [dollars('sum', '5')] });
  await base.say(id, 'suspended', { happened: '2025-09-01', keys: ['sum'], until: '2025-12-01' });
  await base.say(id, 'ended', { happened: '2025-09-02', effective: '2025-11-01', reason: 'withdrawn' });
  const rows = await shown(base, id, '2025-10-01');
  expect(rows).toContain('suspended since 1 Sep 2025 until 1 Dec 2025: the term sum, said by South Korea');
  expect(rows).toContain('notice given: it ends on 1 Nov 2025');
  expect(rows).toContain('sum: suspended');
  expect(await shown(base, id, '2025-11-01')).toContain('ended: withdrawn, by South Korea');

  const at = await base.cut({ asOf: '2025-10-01' });
  const { commitments } = await listAt(base.reader, {}, at, { after: 0, limit: 10 });
  expect(printList({ commitments, cut: answerCut(at) }, 200)).toContain('formalised, suspended, notice given');
});

test('words without a figure have their translation and their deadline', async () => {
  const base = given();
  const id = await base.open({ from: ['group:hamas'], to: ['IL'] });
  const words = { key: 'release', kind: 'text', text: 'liberar a todos', translation: 'release all', deadline: '2025-10-13' };
  await base.say(id, 'pledged', { saidBy: [{ actor: 'group:hamas' }], terms: [words] });
  const rows = await shown(base, id);
  expect(rows).toContain('pledged    by 13 Oct 2025  [liberar a todos]');
  expect(rows).toContain('in English: release all');
});

test('low confidence, modality and what is only a reference stand beside the figure, and a condition says whether it is met', async () => {
  const base = given();
  const id = await base.open();
  const condition = { key: 'approval', kind: 'condition', text: 'once parliament approves' };
  const veto = { key: 'veto', kind: 'condition', unless: true, text: 'unless the court objects' };
  const terms = [dollars('sum', '5', { modality: 'intends' }), dollars('ceiling', '9', { role: 'reference' }), condition, veto];
  await base.say(id, 'pledged', { confidence: 'low', terms });
  const rows = await shown(base, id);
  expect(rows).toContain('pledged    US$5, stated as an intention, low confidence  [$5]');
  expect(rows).toContain('pledged    US$9, a reference, not a promise, low confidence  [$9]');
  expect(rows).toContain('pledged    condition, not met, low confidence  [once parliament approves]');
  expect(rows).toContain(
    'pledged    condition, must not come about, has not come about, low confidence  [unless the court objects]',
  );
  await base.say(id, 'observed', { happened: '2025-09-01', meets: ['approval'], sources: [source] });
  expect(await shown(base, id)).toContain(
    'pledged    condition, met since 1 Sep 2025, low confidence  [once parliament approves]',
  );
});

test('changes say who came to be bound, what was suspended and how it ended, and nothing as JSON', async () => {
  const base = given();
  const id = await base.open({ from: ['ES', 'FR'] });
  await base.say(id, 'formalised', {
    saidBy: [{ actor: 'FR' }],
    instrument: { ...instrument, parties: ['FR'] },
    terms: [dollars('sum', '5')],
  });
  const between = async (from: number, to: number): Promise<string> => {
    const cuts = [
      await base.cut({ size: from, asOf: '2025-12-31' }),
      await base.cut({ size: to, asOf: '2025-12-31' }),
    ] as const;
    return printChanges(await changesBetween(base.reader, ...cuts), 1000);
  };
  await base.say(id, 'joined', { happened: '2025-09-01', saidBy: [{ actor: 'JP' }], parties: ['JP'], as: 'obligor' });
  await base.say(id, 'suspended', { happened: '2025-09-02', saidBy: [{ actor: 'FR' }] });
  await base.say(id, 'left', { happened: '2025-09-03', saidBy: [{ actor: 'JP' }], parties: ['JP'], reason: 'withdrawn' });
  await base.say(id, 'ended', { happened: '2025-09-04', saidBy: [{ actor: 'FR' }], reason: 'withdrawn' });
  expect(await between(2, 3)).toContain('  Japan: bound since 1 Sep 2025 (formalised)\n');
  expect(await between(3, 4)).toContain('  suspended since 2 Sep 2025\n');
  expect(await between(4, 5)).toContain('  Japan: bound since 1 Sep 2025 (formalised) → left on 3 Sep 2025\n');
  expect(await between(5, 6)).toContain('  ended: withdrawn, by France\n');
  expect(await between(0, 6)).not.toMatch(/[{}]/);
});

test('of one key in force in several figures each is told with those for whom it is', async () => {
  const base = given();
  const id = await base.open({ from: ['ES', 'FR'], to: ['org:nato'], topic: 'trade/side-by-side' });
  const effective = '2025-09-01';
  await base.say(id, 'pledged', { saidBy: [{ actor: 'FR' }, { actor: 'ES' }], effective, terms: [dollars('sum', '5')] });
  await base.say(id, 'amended', { saidBy: [{ actor: 'ES' }], effective: '2025-10-01', terms: [dollars('sum', '8')] });
  const rows = await shown(base, id);
  expect(rows).toContain('sum, in force since 1 Sep 2025, for France: US$5  [$5]');
  expect(rows).toContain('sum, in force since 1 Oct 2025, for Spain: US$8  [$8]');
});
