import { expect, test } from 'vitest';
import type { Term } from '../../domain/terms.ts';
import type { BoundAnswer } from '../../projections/beside.ts';
import type { Figure } from '../../projections/figures.ts';
import { piecesInWords } from '../../src/wording/pieces.ts';
import {
  asidesOfFigure,
  boundInShort,
  boundInWords,
  deliveredInWords,
  endedInWords,
  inForceInWords,
  instrumentInWords,
  noticeInWords,
  performanceInWords,
  performancesOf,
  shareInWords,
  suspensionInWords,
} from '../../src/wording/standing.ts';

const id = '01HK0000000000000000000001';
const money: Term = { key: 'sum', kind: 'money', qualifier: 'exact', min: '20', max: '20', currency: 'USD', text: '$20' };
const figure: Figure = {
  ...money,
  announcement: id,
  quoted: false,
  status: 'pledged',
  inForce: null,
  owedBy: ['FR'],
  stands: true,
  saidBy: [{ actor: 'FR' }],
  happened: '2025-01-01',
  sources: [],
};

function said(all: readonly (readonly Parameters<typeof piecesInWords>[0][number][])[]): string[] {
  return all.map((pieces) => piecesInWords(pieces));
}

test('says who is bound since when and who is not, those of one day together', () => {
  const bound: BoundAnswer[] = [
    { party: 'FR', stage: 'pledged', since: '2025-01-01', announcement: id },
    { party: 'DE', stage: 'formalised', since: '2025-02-01', announcement: id },
    { party: 'IT', stage: 'formalised', since: '2025-02-01', announcement: id },
    { party: 'ES', stage: 'none', exemptFrom: [{ key: 'core', announcement: id, disputed: true }] },
    { party: 'US', stage: 'left', since: '2025-03-01', announcement: id },
  ];
  expect(said(boundInWords(bound))).toEqual([
    'bound since 1 Feb 2025 (formalised): Germany and Italy',
    'bound since 1 Jan 2025 (pledged): France',
    'not bound: Spain',
    'left on 1 Mar 2025: United States',
    'exempt from core: Spain, contested',
  ]);
  expect(said(boundInShort(bound))).toEqual([
    'bound: France, Germany, and Italy',
    'not bound: Spain',
    'left: United States',
    'exempt from a term: Spain',
  ]);
});

test('says of one who is exempt from several terms that they are several', () => {
  const exempt = (...keys: string[]): BoundAnswer => ({
    party: 'ES',
    stage: 'none',
    exemptFrom: keys.map((key) => ({ key, announcement: id })),
  });
  const bound: BoundAnswer[] = [{ party: 'FR', stage: 'pledged', since: '2025-01-01' }, exempt('core', 'related')];
  expect(said(boundInShort(bound)).at(-1)).toBe('exempt from several terms: Spain');
});

test('does not say who is bound where one party alone was ever an obligor', () => {
  expect(boundInWords([{ party: 'FR', stage: 'pledged', since: '2025-01-01' }])).toEqual([]);
});

test('says that nobody is bound where none of several is', () => {
  const bound: BoundAnswer[] = ['FR', 'ES'].map((party) => ({ party, stage: 'none' }));
  expect(said(boundInWords(bound))).toEqual(['nobody is bound: France and Spain']);
  expect(said(boundInShort(bound))).toEqual(['nobody is bound']);
});

test('says in a short line that all are bound, where all of several are', () => {
  const bound = (...parties: string[]): BoundAnswer[] => parties.map((party) => ({ party, stage: 'pledged' }));
  expect(said(boundInShort(bound('FR', 'ES', 'IT')))).toEqual(['all 3 are bound']);
  expect(said(boundInShort(bound('FR', 'ES')))).toEqual(['both are bound']);
  expect(boundInShort(bound('FR'))).toEqual([]);
});

test('counts the parties of a short line where a sentence could not hold their names', () => {
  const bound: BoundAnswer[] = [
    { party: 'US', stage: 'pledged', since: '2025-01-01' },
    ...['FR', 'ES', 'IT', 'DE'].map((party) => ({ party, stage: 'none' as const })),
  ];
  expect(said(boundInShort(bound))).toEqual(['bound: United States', 'not bound: 4 of 5 parties']);
});

test('says of a suspension since when, until when, which terms and whose part', () => {
  const whole = { suspension: id, since: '2025-08-05', saidBy: [] };
  expect(piecesInWords(suspensionInWords(whole))).toBe('suspended since 5 Aug 2025');
  const part = { ...whole, until: '2026-02-06', keys: ['goods'], parties: ['JP'] };
  expect(piecesInWords(suspensionInWords(part))).toBe(
    'suspended since 5 Aug 2025 until 6 Feb 2026: the term goods, the part of Japan',
  );
});

test('says what a notice is of, of whom and on which day', () => {
  const on = '2020-11-04';
  const words = (type: Parameters<typeof noticeInWords>[0]['type'], parties?: string[]): string =>
    piecesInWords(noticeInWords({ announcement: id, type, on, ...(parties && { parties }) }));
  expect(words('ended')).toBe('notice given: it ends on 4 Nov 2020');
  expect(words('left', ['US'])).toBe('notice given: United States leaves on 4 Nov 2020');
  expect(words('joined', ['FI', 'SE'])).toBe('notice given: Finland and Sweden join on 4 Nov 2020');
  expect(words('suspended', ['JP'])).toBe('notice given: the part of Japan is suspended on 4 Nov 2020');
  expect(words('resumed')).toBe('notice given: it is in operation again on 4 Nov 2020');
});

test('says why it ended, by whom and what follows', () => {
  const ended = { announcement: id, reason: 'superseded' as const, saidBy: [{ actor: 'US' }] };
  expect(piecesInWords(endedInWords(ended))).toBe('ended: superseded, by United States');
  const titles = new Map([[id, 'The new deal']]);
  expect(piecesInWords(endedInWords({ ...ended, successor: id }), { titles })).toContain('; successor The new deal');
  expect(piecesInWords(endedInWords({ ...ended, successor: 'RU' }))).toContain('; successor Russia');
});

test('says whether the instrument binds', () => {
  const instrument = { title: 'Joint statement', date: '2025-08-21', binding: 'no' as const };
  expect(piecesInWords(instrumentInWords(instrument))).toBe('not binding: Joint statement, 21 Aug 2025');
});

test('says beside a figure who owes it, its modality and how sure the record is', () => {
  expect(said(asidesOfFigure({ ...figure, modality: 'may', confidence: 'low' }, ['FR', 'ES']))).toEqual([
    'owed by France',
    'permitted, not promised',
    'low confidence',
  ]);
  expect(asidesOfFigure(figure, ['FR'])).toEqual([]);
  expect(said(asidesOfFigure({ ...figure, status: 'delivered' }, ['FR', 'ES']))).toEqual(['delivered by France']);
});

test('says beside a condition since when it is met, or that it is not', () => {
  const condition = { ...figure, kind: 'condition' as const, text: 'once the Council agrees' } as Figure;
  expect(said(asidesOfFigure(condition, ['FR']))).toEqual(['not met']);
  const met = { since: '2025-08-05', announcement: id };
  expect(said(asidesOfFigure({ ...condition, met }, ['FR']))).toEqual(['met since 5 Aug 2025']);
});

test('says what was delivered with its qualifier, and as a share of the promise', () => {
  expect(deliveredInWords(money, { min: '5', max: '5' })).toBe('US$5');
  expect(deliveredInWords(money, { min: '5', max: '5', about: true })).toBe('about US$5');
  expect(deliveredInWords(money, { min: '5', max: '7', about: true })).toBe('about US$5 to US$7');
  expect(deliveredInWords(money, { min: '5', max: null })).toBe('at least US$5');
  expect(deliveredInWords(money, { min: null, max: '7' })).toBe('up to US$7');
  expect(shareInWords({ min: '25.0', max: '25.0' })).toBe('25 %');
  expect(shareInWords({ min: '20.0', max: '33.3' })).toBe('20 to 33.3 %');
  expect(shareInWords({ min: null, max: null })).toBeUndefined();
});

test('says delivered against promised for each who owes all of it, and a deadline that was missed', () => {
  const [first, second] = performancesOf({
    performance: [
      { party: 'FR', delivered: { min: '5', max: '5' }, share: { min: '25.0', max: '25.0' } },
      { party: 'DE', performed: { extent: 'full', since: '2025-03-01', announcement: id } },
      { party: 'ES' },
    ],
  });
  if (!first || !second) throw new Error('expected two performances');
  expect(piecesInWords(performanceInWords(money, first))).toBe('France: delivered US$5, 25 % of what was promised');
  expect(piecesInWords(performanceInWords({ ...money, deadline: '2025-02' }, second))).toBe(
    'Germany: performed in full since 1 Mar 2025, after the deadline',
  );
});

test('says since when a term is in force, and for whom where not for all who owe it', () => {
  const run = { ...money, announcement: id, since: '2025-08-01', backdated: true as const, inForceFor: ['FR'] };
  expect(piecesInWords(inForceInWords(run))).toBe('in force since 1 Aug 2025, announced later');
  expect(piecesInWords(inForceInWords({ ...run, since: null }, ['FR', 'ES']))).toBe(
    'in force, not known since when, announced later, for France',
  );
});

test('a share that counts from a baseline says so, and one below it has a minus sign', () => {
  const promise = { ...money, baseline: { change: 'increase' as const, text: 'the 2017 level', min: '10', max: '10' } };
  const done = { delivered: { min: '9', max: '9' }, share: { min: '-6.8', max: '-6.8' } };
  expect(piecesInWords(performanceInWords(promise, done))).toBe(
    'delivered US$9, −6.8 % of what was promised, counted up from its baseline',
  );
});

test('a baseline has its figure in the unit of the term, and a rate that is the most-favoured-nation one says so once', () => {
  const baseline = { change: 'increase' as const, text: 'the 2017 level', qualifier: 'about' as const, min: '10', max: '10' };
  expect(said(asidesOfFigure({ ...figure, baseline }, ['FR']))).toEqual(['above the 2017 level (about US$10)']);
  const mfn = { ...figure, kind: 'tariff', on: 'cork', mfn: 'alone' } as unknown as Figure;
  expect(said(asidesOfFigure(mfn, ['FR']))).toEqual([]);
});

test('says of whom something was observed, and not that he owes it', () => {
  const said = (status: Figure['status']): string[] =>
    asidesOfFigure({ ...figure, status, owedBy: ['ES'] }, ['FR', 'ES']).map((pieces) => piecesInWords(pieces));
  expect(said('observed')[0]).toBe('of Spain');
  expect(said('proposed')[0]).toBe('to be owed by Spain');
  expect(said('pledged')[0]).toBe('owed by Spain');
  expect(said('delivered')[0]).toBe('delivered by Spain');
});
