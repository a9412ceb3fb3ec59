import { expect, test } from 'vitest';
import { printHistory } from '../../src/cli/text/history.ts';
import { printChanges, printList, printRecord } from '../../src/cli/text/print.ts';
import { answerCut } from '../../projections/cut.ts';
import { changesBetween } from '../../src/read/changes.ts';
import { listAt } from '../../src/read/list.ts';
import { commitmentAt, historyAt } from '../../src/read/queries.ts';
import { dollars, type Given, given } from '../helpers/given.ts';

/** The terminal leaves out nothing that a reader must know: names, units, what was promised once, what was only asked. */

const asOf = '2025-12-31';

async function shown({ reader, cut }: Given, id: string): Promise<string> {
  const record = await commitmentAt(reader, id, await cut({ asOf }));
  if (!record) throw new Error('expected a commitment, found none');
  return printRecord(record, 10_000);
}

async function historyOf({ reader, cut }: Given, id: string): Promise<string> {
  const history = await historyAt(reader, id, await cut({ asOf }));
  if (!history) throw new Error('expected a history, found none');
  return printHistory(history, 10_000);
}

async function changesSince({ reader, cut }: Given, size: number): Promise<string> {
  return printChanges(await changesBetween(reader, await cut({ size, asOf }), await cut({ asOf })), 10_000);
}

test('what has ended is still shown with what was promised, and with what of it was delivered, also afterwards', async () => {
  const base = given();
  const id = await base.open();
  await base.say(id, 'pledged', { terms: [dollars('sum', '8')] });
  await base.say(id, 'ended', { happened: '2025-09-01', reason: 'expired' });
  const size = await base.ledger.log.size();
  const paid = dollars('sum', '2', { counts: 'increment' });
  await base.say(id, 'fulfilled', { happened: '2025-09-02', extent: 'partial', terms: [paid] });
  const text = await shown(base, id);
  expect(text).toContain('ended: expired, said by South Korea');
  expect(text).toContain('pledged    US$8, stands no longer  [$8]');
  expect(text).toContain('delivered US$2, 25 % of what was promised');
  expect(await changesSince(base, size)).toContain('performance of sum: delivered US$2, 25 % of what was promised');
  expect(await changesSince(base, 0)).not.toContain('nothing is known to be delivered');
});

test('what was only asked or observed is shown with the commitment', async () => {
  const base = given();
  const id = await base.open();
  await base.say(id, 'proposed', { mode: 'demand', saidBy: [{ actor: 'US' }], terms: [dollars('sum', '8')] });
  await base.say(id, 'observed', { terms: [dollars('spent', '1')] });
  const text = await shown(base, id);
  expect(text).toContain('demanded   US$8  [$8]\n             United States · 22 Aug 2025 · The Test Gazette · key sum');
  expect(text).toContain('observed   US$1  [$1]');
});

test('whoever is named in another commitment has that name in a history and in changes', async () => {
  const base = given();
  const named = { 'org:piie': 'Peterson Institute' };
  await base.say(await base.open({ names: named }), 'observed', {
    saidBy: [{ actor: 'person:pedro-sanchez', name: 'Pedro Sánchez' }],
  });
  const id = await base.open({ from: ['org:piie', 'KR'] });
  const size = await base.ledger.log.size();
  await base.say(id, 'pledged', {
    saidBy: [{ actor: 'person:pedro-sanchez', for: 'org:piie' }],
    terms: [dollars('sum', '8')],
  });
  const history = await historyOf(base, id);
  expect(history).toContain('from Peterson Institute and South Korea');
  expect(history).toContain('said by Pedro Sánchez, for Peterson Institute');
  expect(history).toContain('now bound: Peterson Institute');
  const changed = await changesSince(base, size);
  expect(changed).toContain('Peterson Institute: not bound → bound since 22 Aug 2025 (pledged)');
  expect(changed).toContain('trade-terms, Peterson Institute: nothing → US$8');
  expect(changed).not.toMatch(/[{}]|Piie|null/);
});

test('who speaks for the first time is not renamed; who is given another name is', async () => {
  const base = given();
  const id = await base.open({ from: ['company:x'] });
  await base.say(id, 'pledged', { saidBy: [{ actor: 'company:x' }], terms: [dollars('sum', '8')] });
  const size = await base.ledger.log.size();
  await base.say(id, 'observed', { saidBy: [{ actor: 'person:a-b', name: 'Anna B.' }] });
  expect(await changesSince(base, size)).not.toContain('name of');
  await base.say(id, 'corrected', {
    corrects: id,
    mode: 'replace',
    reason: 'its name',
    changes: { names: { 'company:x': 'Xi Works' } },
  });
  expect(await changesSince(base, size)).toContain('name of company:x: Xi Works');
});

test('what was delivered is shown in the unit of its promise, in a history and in changes', async () => {
  const base = given();
  const id = await base.open({ from: ['KR', 'JP'] });
  const both = [{ actor: 'KR' }, { actor: 'JP' }];
  await base.say(id, 'pledged', { saidBy: both, terms: [dollars('sum', '8', { each: true, per: 'year' })] });
  const size = await base.ledger.log.size();
  const paid = dollars('sum', '2', { counts: 'cumulative', per: 'year', owedBy: ['JP'], period: '2025' });
  await base.say(id, 'fulfilled', { happened: '2025-09-02', extent: 'partial', terms: [paid] });
  const expected = 'Japan: delivered US$2 a year, 25 % of what was promised';
  expect(await historyOf(base, id)).toContain(expected);
  expect(await changesSince(base, size)).toContain(expected);
});

test('many terms that begin or cease to stand are named in one sentence', async () => {
  const base = given();
  const id = await base.open();
  await base.say(id, 'pledged', { terms: ['a', 'b', 'c'].map((key) => dollars(key, '1')) });
  await base.say(id, 'ended', { happened: '2025-09-01', reason: 'withdrawn' });
  const history = await historyOf(base, id);
  expect(history).toContain('→ now stand: a, b, c\n');
  expect(history).toContain('→ no longer stand: a, b, c\n');
});

test('a stage that begins is shown by its name alone, and never as null', async () => {
  const base = given();
  const id = await base.open();
  const size = await base.ledger.log.size();
  await base.say(id, 'pledged', { terms: [dollars('sum', '5')] });
  expect(await changesSince(base, size)).toContain('stage: none → pledged');
  expect(await changesSince(base, size)).not.toMatch(/stage since|null/);
});

test('a list says of each commitment its leading figure with all that limits it, whether it binds, and what warns', async () => {
  const base = given();
  const id = await base.open();
  const instrument = { kind: 'memo', title: 'Memo', date: '2025-08-22', parties: ['KR', 'US'], binding: 'no' };
  const terms = [
    dollars('part', '2', { partOf: 'sum' }),
    dollars('sum', '8', { modality: 'intends', deadline: '2025-09-10' }),
    { key: 'once', kind: 'condition', text: 'once it is ratified' },
  ];
  await base.say(id, 'formalised', { instrument, confidence: 'low', terms });
  const cut = await base.cut({ asOf });
  const { commitments } = await listAt(base.reader, {}, cut, { after: 0, limit: 10 });
  const text = printList({ commitments, cut: answerCut(cut) }, 10_000);
  expect(text).toContain(`${id}  formalised\n  A commitment\n    South Korea → United States · not binding\n`);
  expect(text).toContain('formalised US$8, by 10 Sep 2025, stated as an intention, low confidence  [$8]');
  expect(text).toContain('◷ due by 10 Sep 2025, not fully performed');
});
