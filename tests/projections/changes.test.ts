import { expect, test, vi } from 'vitest';
import { record } from '../../src/command/ledger.ts';
import { printChanges } from '../../src/cli/text/print.ts';
import { changesBetween } from '../../src/read/changes.ts';
import { dollars, type Given, given } from '../helpers/given.ts';

test('the same cut twice has no changes', async () => {
  const { reader, open, say, cut } = given();
  await say(await open(), 'pledged', { terms: [dollars('sum', '5')] });
  const one = await cut({ asOf: '2025-09-01' });
  expect(await changesBetween(reader, one, one)).toMatchObject({ commitments: [], totals: [] });
});

test('a correction shows the term before and after, and the event that did it', async () => {
  const { reader, open, say, cut } = given();
  const id = await open();
  await say(await open(), 'pledged', { terms: [dollars('other', '1')] });
  const pledge = await say(id, 'pledged', { terms: [dollars('sum', '5')] });
  const from = await cut({ asOf: '2025-09-01' });
  const correction = await say(id, 'corrected', {
    corrects: pledge,
    mode: 'replace',
    reason: 'misread',
    changes: { terms: [dollars('sum', '6')] },
  });
  const { commitments } = await changesBetween(reader, from, await cut({ asOf: '2025-09-01' }));
  expect(commitments).toMatchObject([
    {
      commitment: id,
      events: [{ id: correction, type: 'corrected' }],
      fields: [{ field: 'terms/sum', before: { min: '5' }, after: { min: '6' } }],
    },
  ]);
});

test('a warning of one of two figures that stand side by side is told beside that of the other', async () => {
  const { reader, open, say, cut } = given();
  const id = await open({ from: ['KR', 'JP'] });
  const owes = (actor: string, amount: string) => ({
    saidBy: [{ actor }],
    terms: [dollars('sum', amount, { deadline: '2025-08-01' })],
  });
  await say(id, 'pledged', { happened: '2025-07-01', ...owes('KR', '5') });
  const from = await cut({ asOf: '2025-09-01' });
  const second = await say(id, 'pledged', { happened: '2025-07-02', ...owes('JP', '6') });
  const { commitments } = await changesBetween(reader, from, await cut({ asOf: '2025-09-01' }));
  const warnings = commitments.flatMap(({ fields }) => fields.filter(({ field }) => field.startsWith('warnings/')));
  const after = { since: '2025-08-03', announcement: second, term: 'sum' };
  expect(warnings).toEqual([{ field: `warnings/overdue/sum/${second}`, after }]);
});

test('a commitment opened between the cuts is marked as opened', async () => {
  const { reader, open, say, cut } = given();
  const from = await cut({ asOf: '2025-09-01' });
  const id = await open();
  await say(id, 'pledged', { terms: [dollars('sum', '5')] });
  const { commitments } = await changesBetween(reader, from, await cut({ asOf: '2025-09-01' }));
  expect(commitments).toMatchObject([{ commitment: id, opened: true }]);
});

/** The text of what changed since a size, on one day. */
async function text({ reader, cut }: Given, from: number, asOf = '2025-12-01'): Promise<string> {
  return printChanges(await changesBetween(reader, await cut({ size: from, asOf }), await cut({ asOf })), 400);
}

test('a dispute that opens and one that is settled are put in words', async () => {
  const ledger = given();
  const id = await ledger.open();
  const pledge = await ledger.say(id, 'pledged', { terms: [dollars('sum', '5')] });
  const size = await ledger.ledger.log.size();
  const about = { ground: 'figures', about: { announcement: pledge }, readings: [{ party: 'US', text: 'more' }] };
  const dispute = await ledger.say(id, 'disputed', { happened: '2025-09-01', ...about });
  expect(await text(ledger, size)).toContain(
    `≠ a dispute was opened, ${dispute}: figures, since 1 Sep 2025: United States: more`,
  );
  await ledger.say(id, 'disputed', { happened: '2025-09-02', ...about, joins: dispute });
  expect(await text(ledger, size + 1)).toContain(`≠ a dispute continues, ${dispute}: figures, since 1 Sep 2025`);
  await ledger.say(id, 'observed', { happened: '2025-09-03', resolves: [dispute] });
  expect(await text(ledger, size + 2)).toContain(`≠ a dispute was settled, ${dispute}`);
  expect(await text(ledger, size)).not.toContain('≠');
});

test('a warning that appears, that changes what it is about and that goes is put in words', async () => {
  const ledger = given();
  const id = await ledger.open();
  const due = (day: string) => ({ terms: [dollars('sum', '5', { deadline: day })] });
  await ledger.say(id, 'pledged', { happened: '2025-08-01', ...due('2025-08-10') });
  expect(await text(ledger, 0)).toContain('◷ now warns: due by 10 Aug 2025, not fully performed, the term sum');
  await ledger.say(id, 'amended', { happened: '2025-08-20', ...due('2025-09-10') });
  expect(await text(ledger, 2)).toMatch(
    /◷ still warns: due by 10 Aug 2025, not fully performed → by 10 Sep 2025, the term sum/s,
  );
  await ledger.say(id, 'fulfilled', { happened: '2025-10-01', extent: 'full' });
  expect(await text(ledger, 3)).toMatch(/◷ no longer warns: due by 10 Sep 2025, not fully performed/s);
});

test('links that a correction of the opening changes are a change, and totals move with them, whatever the topic', async () => {
  const ledger = given();
  const pledge = async (amount: string, opening: object) => {
    const id = await ledger.open(opening);
    await ledger.say(id, 'pledged', { terms: [dollars('sum', amount)] });
    return id;
  };
  const whole = await pledge('100', {});
  const between = await pledge('7', { topic: 'elsewhere/x' });
  await pledge('30', { links: { partOf: [between] } });
  const size = await ledger.ledger.log.size();
  const changes = { links: { partOf: [whole] } };
  await ledger.say(between, 'corrected', { corrects: between, mode: 'refine', changes, reason: 'It is one package.' });
  const from = await ledger.cut({ size, asOf: '2025-12-01' });
  const { commitments, totals } = await changesBetween(ledger.reader, from, await ledger.cut({ asOf: '2025-12-01' }));
  expect(commitments).toMatchObject([
    { commitment: between, topic: 'elsewhere/x', fields: [{ field: 'links', before: {}, after: changes.links }, {}] },
  ]);
  expect(totals).toMatchObject([{ view: 'trade-terms', before: { max: '130' }, after: { max: '100' } }]);
  expect(await text(ledger, size)).toContain(`links: nothing → partOf ${whole}`);
});

test('a commitment that comes to be linked with what changed is a change: what was dangling is recorded', async () => {
  const ledger = given();
  const missing = ledger.ledger.newId();
  const id = await ledger.open({ links: { dependsOn: [missing] } });
  await ledger.say(id, 'pledged');
  const size = await ledger.ledger.log.size();
  const opened = { title: 'The condition', topic: 'japan/x', from: ['JP'], to: [] };
  await record(ledger.ledger, { commitment: missing, events: [{ id: missing, type: 'opened', data: opened }] });
  const from = await ledger.cut({ size, asOf: '2025-12-01' });
  const { commitments } = await changesBetween(ledger.reader, from, await ledger.cut({ asOf: '2025-12-01' }));
  expect(commitments).toMatchObject([
    { commitment: id, fields: [{ field: 'dangling', before: [missing], after: [] }] },
    { commitment: missing, opened: true },
  ]);
});

test('a topic that is corrected moves its figure from the totals of one view to those of the other', async () => {
  const ledger = given();
  const id = await ledger.open();
  await ledger.say(id, 'pledged', { terms: [dollars('sum', '5')] });
  const size = await ledger.ledger.log.size();
  const changes = { topic: 'japan/investment' };
  await ledger.say(id, 'corrected', { corrects: id, mode: 'refine', changes, reason: 'Wrong desk.' });
  const { totals } = await changesBetween(ledger.reader, await ledger.cut({ size }), await ledger.cut({}));
  expect(totals).toMatchObject([
    { view: 'trade-terms', before: { max: '5' } },
    { view: 'japan-cooperation', after: { max: '5' } },
  ]);
});

test('what can have moved no total asks for none', async () => {
  const ledger = given();
  const id = await ledger.open({ topic: 'climate/finance' });
  await ledger.say(id, 'pledged', { terms: [dollars('sum', '5')] });
  await ledger.say(await ledger.open(), 'observed');
  const asked = vi.spyOn(ledger.reader.readModel, 'money');
  const { commitments } = await changesBetween(ledger.reader, await ledger.cut({ size: 0 }), await ledger.cut({}));
  expect(commitments).toHaveLength(2);
  expect(asked).not.toHaveBeenCalled();
});

test('who asks for something else is not kept waiting while two days are compared', async () => {
  const ledger = given();
  for (let count = 0; count < 250; count++) await ledger.say(await ledger.open(), 'observed', { happened: '2025-09-02' });
  const [from, to] = [await ledger.cut({ asOf: '2025-09-01' }), await ledger.cut({ asOf: '2025-09-02' })];
  await ledger.reader.readModel.catchUp(to.size);
  let hadItsTurn = false;
  const other = setImmediate(() => (hadItsTurn = true));
  await changesBetween(ledger.reader, from, to);
  clearImmediate(other);
  expect(hadItsTurn).toBe(true);
});
