import { expect, test } from 'vitest';
import { dueAt } from '../../src/read/dueAt.ts';
import { commitmentAt, figureAt, historyAt } from '../../src/read/queries.ts';
import { dollars, given } from '../helpers/given.ts';
import { allNames } from '../../projections/names.ts';

test('every answer gives names in order of codes, in whichever order they were met', async () => {
  const ledger = given();
  const names = { 'org:zeta': 'Zeta', 'org:beta': 'Beta', 'company:acme': 'Acme' };
  const id = await ledger.open({ from: ['org:zeta', 'org:beta'], to: ['company:acme'], names });
  const pledge = await ledger.say(id, 'pledged', {
    saidBy: [{ actor: 'person:yoon', name: 'Yoon', for: 'org:zeta' }, { actor: 'org:beta' }],
    terms: [dollars('total', '5', { deadline: '2030-01-01' })],
  });
  const other = await ledger.open({ from: ['org:aa'], to: ['US'], names: { 'org:aa': 'AA' } });
  await ledger.say(other, 'pledged', {
    saidBy: [{ actor: 'org:aa' }],
    terms: [dollars('total', '5', { deadline: '2031-01-01' })],
  });
  const { reader } = ledger;
  const cut = await ledger.cut({});
  const record = await commitmentAt(reader, id, cut);
  const everyone = ['company:acme', 'org:beta', 'org:zeta', 'person:yoon'];
  expect(Object.keys(record?.names ?? {})).toEqual(everyone);
  expect(Object.keys((await historyAt(reader, id, cut))?.names ?? {})).toEqual(everyone);
  expect(Object.keys((await figureAt(reader, pledge, 'total', cut))?.commitment.names ?? {})).toEqual(everyone);
  const calendar = await dueAt(reader, { filter: {}, span: { from: cut.asOf, to: undefined }, cut });
  expect(Object.keys(calendar.names)).toEqual(['org:aa', 'org:beta', 'org:zeta']);
});

test('of two names for one code the later is told', () => {
  expect(JSON.stringify(allNames([{ 'org:b': 'B', 'org:a': 'old' }, undefined, { 'org:a': 'A' }]))).toBe(
    '{"org:a":"A","org:b":"B"}',
  );
});
