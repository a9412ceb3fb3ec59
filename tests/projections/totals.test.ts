import { expect, test } from 'vitest';
import { tradeTerms } from '../../projections/views/builtIn.ts';
import { situationOf } from '../../projections/figures.ts';
import { linksAmong } from '../../projections/overlaps.ts';
import type { Total } from '../../projections/total.ts';
import { totalsInSteps, totalsOf } from '../../projections/totals.ts';
import { viewAt } from '../../src/read/viewAt.ts';
import { dollars, type Given, given } from '../helpers/given.ts';

async function totals({ reader, cut }: Given): Promise<Total[]> {
  return (await viewAt(reader, tradeTerms, await cut({}))).totals;
}

/** Opens a commitment and pledges terms, reported, so that any obligor will do. */
async function pledged(
  ledger: Given,
  terms: Record<string, unknown>[],
  opening: Parameters<Given['open']>[0] = {},
): Promise<string> {
  const id = await ledger.open(opening);
  await ledger.say(id, 'pledged', { saidBy: [{ actor: 'media:gazette' }], reported: true, terms });
  return id;
}

function without(field: string, term: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(term).filter(([name]) => name !== field));
}

const amount = ({ payer, min, max }: Total) => ({ payer, min, max });

test('adds the standing top-level terms of a payer, and never a part or a limit', async () => {
  const ledger = given();
  await pledged(ledger, [
    dollars('total', '350'),
    dollars('ships', '150', { partOf: 'total' }),
    dollars('cap', '20', { limits: 'total' }),
  ]);
  await pledged(ledger, [dollars('lng', '100.5')]);
  const [row] = await totals(ledger);
  expect(row && amount(row)).toEqual({ payer: 'KR', min: '450.5', max: '450.5' });
  expect(row?.leftOut.map(({ key, reason, about }) => [key, reason, about])).toEqual([
    ['ships', 'part', 'total'],
    ['cap', 'limit', 'total'],
  ]);
});

test('never mixes currencies or periods, and joint obligors are one payer', async () => {
  const ledger = given();
  await pledged(ledger, [dollars('a', '1'), dollars('b', '2', { per: 'year' }), dollars('c', '4', { currency: 'KRW' })], {
    from: ['KR', 'JP', 'KR'],
    to: [],
  });
  expect((await totals(ledger)).map(({ payer, currency, per, min }) => [payer, currency, per, min])).toEqual([
    ['JP+KR', 'KRW', undefined, '4'],
    ['JP+KR', 'USD', undefined, '1'],
    ['JP+KR', 'USD', 'year', '2'],
  ]);
});

test('ranges add as ranges, an open end stays open, and an about makes the sum about', async () => {
  const ledger = given();
  await pledged(ledger, [dollars('a', '10'), dollars('b', '5', { qualifier: 'between', max: '10' })]);
  expect((await totals(ledger)).map(amount)).toEqual([{ payer: 'KR', min: '15', max: '20' }]);
  await pledged(ledger, [without('max', dollars('c', '1', { qualifier: 'more-than' }))]);
  expect((await totals(ledger)).map(amount)).toEqual([{ payer: 'KR', min: '16', max: null }]);
  await pledged(ledger, [without('min', dollars('d', '7', { qualifier: 'up-to' }))]);
  await pledged(ledger, [dollars('e', '1', { qualifier: 'about' })]);
  expect(await totals(ledger)).toMatchObject([{ min: null, max: null, about: true }]);
});

test('a commitment that is part of one counted is left out at any depth, whoever pays', async () => {
  const ledger = given();
  const whole = await pledged(ledger, [dollars('total', '350')]);
  const middle = await ledger.open({ links: { partOf: [whole] }, topic: 'elsewhere/x' });
  await pledged(ledger, [dollars('part', '150')], { from: ['company:hanwha'], links: { partOf: [middle] } });
  const rows = await totals(ledger);
  expect(rows.map(amount)).toEqual([
    { payer: 'KR', min: '350', max: '350' },
    { payer: 'company:hanwha', min: '0', max: '0' },
  ]);
  expect(rows[1]?.leftOut).toMatchObject([{ key: 'part', reason: 'part', about: whole }]);
});

test('contains is partOf from the other end, also when the container was recorded later', async () => {
  const ledger = given();
  const part = await pledged(ledger, [dollars('part', '150')]);
  await pledged(ledger, [dollars('total', '350')], { links: { contains: [part] } });
  expect((await totals(ledger)).map(amount)).toEqual([{ payer: 'KR', min: '350', max: '350' }]);
});

test('a whole keeps its parts out, whatever the currency and period', async () => {
  const ledger = given();
  const whole = await pledged(ledger, [dollars('total', '350', { per: 'year' })]);
  await pledged(ledger, [dollars('part', '150')], { links: { partOf: [whole] } });
  expect((await totals(ledger)).map(({ per, min }) => [per, min])).toEqual([
    [undefined, '0'],
    ['year', '350'],
  ]);
});

test('in a circle the first opened counts', async () => {
  const ledger = given();
  const [first, second] = [ledger.ledger.newId(), ledger.ledger.newId()];
  const a = await pledged(ledger, [dollars('a', '1')], { links: { partOf: [second, first] } });
  const b = await pledged(ledger, [dollars('b', '2')], { links: { partOf: [a] } });
  await ledger.say(a, 'corrected', {
    corrects: a,
    mode: 'refine',
    changes: { links: { partOf: [b] } },
    reason: 'A circle.',
  });
  const [row] = await totals(ledger);
  expect(row).toMatchObject({ min: '1', counted: [{ commitment: a }], leftOut: [{ commitment: b }] });
});

test('what is only claimed to be a part is shown beside, with what is part of it', async () => {
  const ledger = given();
  const whole = await pledged(ledger, [dollars('total', '100')]);
  const claimed = await pledged(ledger, [dollars('gas', '30')], { links: { claimedPartOf: [whole] } });
  await pledged(ledger, [dollars('ship', '5')], { links: { partOf: [claimed] } });
  const [row] = await totals(ledger);
  expect(row).toMatchObject({ min: '100', beside: [{ key: 'gas' }, { key: 'ship' }], leftOut: [] });
});

test('what is claimed to be part of a whole in the same view is shown beside, also where that adds nothing', async () => {
  const ledger = given();
  const whole = await ledger.open();
  await pledged(ledger, [dollars('gas', '30')], { links: { claimedPartOf: [whole] } });
  expect(await totals(ledger)).toMatchObject([{ min: '0', beside: [{ key: 'gas', reason: 'claimed-part', about: whole }] }]);
});

test('what was only asked or observed, and what has ended, is in no total; a disputed term is marked', async () => {
  const ledger = given();
  const asked = await ledger.open();
  await ledger.say(asked, 'proposed', { mode: 'demand', saidBy: [{ actor: 'US' }], terms: [dollars('ask', '10')] });
  const over = await pledged(ledger, [dollars('over', '10')]);
  await ledger.say(over, 'ended', { reason: 'withdrawn' });
  const open = await ledger.open();
  const pledge = await ledger.say(open, 'pledged', { terms: [dollars('total', '3'), dollars('other', '4')] });
  await ledger.say(open, 'disputed', {
    ground: 'figures',
    about: { announcement: pledge, term: 'total' },
    readings: [{ party: 'US', text: 'more' }],
  });
  expect(await totals(ledger)).toMatchObject([{ min: '7', counted: [{ key: 'total', disputed: true }, { key: 'other' }] }]);
});

test('a whole that has ended keeps no part out; what is claimed to be one may still overlap', async () => {
  const ledger = given();
  const whole = await pledged(ledger, [dollars('total', '100')]);
  await pledged(ledger, [dollars('gas', '30')], { links: { claimedPartOf: [whole] } });
  await pledged(ledger, [dollars('ships', '5')], { links: { partOf: [whole] } });
  expect((await totals(ledger)).map(amount)).toEqual([{ payer: 'KR', min: '100', max: '100' }]);
  await ledger.say(whole, 'ended', { reason: 'withdrawn' });
  expect(await totals(ledger)).toMatchObject([{ min: '5', beside: [{ key: 'gas' }], leftOut: [] }]);
});

test('in a circle of three, through partOf and contains, the first opened counts, and what hangs from the circle is left out', async () => {
  const ledger = given();
  const first = await pledged(ledger, [dollars('a', '1')]);
  const second = await pledged(ledger, [dollars('b', '2')], { links: { partOf: [first] } });
  const third = await pledged(ledger, [dollars('c', '4')], { links: { partOf: [second], contains: [first] } });
  await pledged(ledger, [dollars('d', '8')], { links: { partOf: [third] } });
  const [row] = await totals(ledger);
  expect(row).toMatchObject({ min: '1', counted: [{ commitment: first }] });
  expect(row?.leftOut.map(({ key, reason, about }) => [key, reason, about])).toEqual(
    ['b', 'c', 'd'].map((key) => [key, 'part', first]),
  );
});

test('pays by who owes it: jointly, each by himself, and what nobody is held to is only asserted', async () => {
  const ledger = given();
  const joint = await ledger.open({ from: ['ES', 'FR', 'DE'] });
  await ledger.say(joint, 'pledged', {
    saidBy: [{ actor: 'ES' }, { actor: 'FR' }],
    terms: [dollars('joint', '5'), dollars('each', '2', { each: true }), dollars('own', '1', { owedBy: ['FR'] })],
  });
  const rows = await totals(ledger);
  expect(rows.map(({ payer, min, counted }) => [payer, min, counted.map(({ key, unbound }) => [key, unbound])])).toEqual([
    ['ES', '2', [['each', ['DE']]]],
    ['ES+FR', '5', [['joint', ['DE']]]],
    [
      'FR',
      '3',
      [
        ['each', ['DE']],
        ['own', undefined],
      ],
    ],
  ]);
});

test('never counts what is the same thing, a reference, what was superseded, or what ran out', async () => {
  const ledger = given();
  const old = await pledged(ledger, [dollars('goal', '100', { currency: 'EUR' })]);
  await pledged(ledger, [dollars('goal', '300', { currency: 'EUR' })], { links: { supersedes: [old] } });
  await pledged(ledger, [
    dollars('total', '750'),
    dollars('yearly', '250', { per: 'year', sameAs: 'total' }),
    dollars('covered', '93', { role: 'reference' }),
    dollars('past', '7', { period: '2024' }),
    dollars('maybe', '9', { modality: 'may' }),
  ]);
  const rows = await totals(ledger);
  expect(rows.map(({ currency, per, min }) => [currency, per, min])).toEqual([
    ['EUR', undefined, '300'],
    ['USD', undefined, '750'],
    ['USD', 'year', '0'],
  ]);
  const told = (list: Total['leftOut']) => list.map(({ key, reason, about }) => [key, reason, about]);
  expect(rows.map(({ leftOut }) => told(leftOut))).toEqual([
    [['goal', 'superseded', expect.any(String)]],
    [
      ['covered', 'reference', undefined],
      ['past', 'ran-out', undefined],
    ],
    [['yearly', 'same', 'total']],
  ]);
  expect(told(rows[1]?.beside ?? [])).toEqual([['maybe', 'considered', undefined]]);
});

test('counts what is owed for a period with an open end, which never has passed', async () => {
  const ledger = given();
  await pledged(ledger, [dollars('since', '7', { period: '2024/..' }), dollars('until', '5', { period: '../2024' })]);
  const [{ counted, leftOut } = { counted: [], leftOut: [] }] = await totals(ledger);
  expect(counted.map(({ key }) => key)).toEqual(['since']);
  expect(leftOut.map(({ key, reason }) => [key, reason])).toEqual([['until', 'ran-out']]);
});

test('tells beside a sum what of it was delivered, after the baseline', async () => {
  const ledger = given();
  const baseline = { change: 'increase', text: 'above 2017', qualifier: 'exact', min: '100', max: '100' };
  const id = await pledged(ledger, [dollars('more', '50', { baseline }), dollars('plain', '10')]);
  expect((await totals(ledger))[0]?.delivered).toBeUndefined();
  await ledger.say(id, 'fulfilled', {
    extent: 'partial',
    terms: [dollars('more', '120', { counts: 'cumulative' }), dollars('plain', '4', { counts: 'increment' })],
  });
  expect((await totals(ledger))[0]?.delivered).toEqual({ min: '24', max: '24' });
});

test('adds in steps, at least one for each commitment, so that others have their turn in a long view', async () => {
  const ledger = given();
  const ids: string[] = [];
  for (let count = 0; count < 30; count++) ids.push(await pledged(ledger, [dollars('a', '1')]));
  const { size, asOf } = await ledger.cut({});
  const commitments = await ledger.reader.readModel.commitments(ids, size);
  const situations = commitments.flatMap((one) => (one ? [situationOf(one, asOf)] : []));
  const links = linksAmong(new Map(situations.map(({ commitment }) => [commitment.id, commitment])));
  const steps = totalsInSteps(situations, links);
  let count = 0;
  for (let step = steps.next(); ; step = steps.next(), count++) {
    if (!step.done) continue;
    expect(step.value).toEqual(totalsOf(situations, links));
    expect(step.value.map(amount)).toEqual([{ payer: 'KR', min: '30', max: '30' }]);
    break;
  }
  expect(count).toBeGreaterThan(30);
});
