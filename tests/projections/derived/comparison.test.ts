import { expect, test } from 'vitest';
import { statusOn } from '../../../domain/advance.ts';
import { formatDay } from '../../../domain/dates.ts';
import { comparing, dutiesOf } from '../../../projections/derived/comparison.ts';
import { answerRange } from '../../../projections/derived/ranges.ts';
import { lastStanding } from '../../../domain/status.ts';
import { amended, type Draft, ended, fulfilled, given, joined, left, money, opened, pledged } from '../../domain/given.ts';

const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });
const delivered = (on: string, amount: string, fields: object = {}) =>
  fulfilled(on, { extent: 'partial', ...by('ES'), terms: [money('t', amount, { counts: 'increment', ...fields })] });

/** What was delivered of each duty and since when it is performed: `ES+FR 3..3 since 2025-03-01`. */
function performed(...drafts: Draft[]): string[] {
  const status = statusOn(given(opened({ from: ['ES', 'FR'] }), ...drafts));
  const standing = lastStanding(status);
  const { of } = comparing(status.deeds, standing);
  return standing.flatMap(dutiesOf).map((duty) => {
    const { delivered: range, performed: done } = of(duty);
    const { min, max } = range ? answerRange(range) : { min: '-', max: '-' };
    const since = done ? ` ${done.extent} since ${formatDay(done.since)}` : '';
    return `${duty.party ?? duty.standing.owedBy.join('+')} ${min}..${max}${since}`;
  });
}

const joint = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '5')] });

test('what one of several delivers counts for what they owe jointly', () => {
  expect(performed(joint, delivered('2025-02-01', '3', { owedBy: ['FR'] }))).toEqual(['ES+FR 3..3']);
  expect(performed(joint, delivered('2025-02-01', '3'), delivered('2025-03-01', '2'))).toEqual([
    'ES+FR 5..5 full since 2025-03-01',
  ]);
});

test('what those who owe different figures deliver together counts for neither', () => {
  const raised = amended('2025-01-10', { ...by('FR'), terms: [money('t', '50')] });
  const history = [joint, raised, delivered('2025-02-01', '3')];
  expect(performed(...history)).toEqual(['ES -..-', 'FR -..-']);
  expect(performed(...history, delivered('2025-02-02', '4', { owedBy: ['FR'] }))).toEqual(['ES -..-', 'FR 4..4']);
});

test('what one who is dissolved delivered with one who owes another figure is not that one’s alone afterwards', () => {
  const raised = amended('2025-01-10', { ...by('FR'), terms: [money('t', '50')] });
  const gone = left('2025-03-01', { ...by('ES'), parties: ['ES'], reason: 'dissolved', successor: 'GB' });
  expect(performed(joint, raised, delivered('2025-02-01', '50'), gone)).toEqual(['FR -..-', 'GB -..-']);
});

test('what one who withdraws delivered with one who owes another figure is not that one’s alone afterwards', () => {
  const raised = amended('2025-01-10', { ...by('FR'), terms: [money('t', '50')] });
  const gone = left('2025-03-01', { ...by('ES'), parties: ['ES'], reason: 'withdrawn' });
  expect(performed(joint, raised, delivered('2025-02-01', '50'), gone)).toEqual(['FR -..-']);
  expect(performed(joint, delivered('2025-02-01', '5'), gone)).toEqual(['FR 5..5 full since 2025-02-01']);
});

test('what is owed by each is compared with what one alone delivered', () => {
  const each = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '5', { each: true })] });
  const own = delivered('2025-02-02', '5', { owedBy: ['FR'] });
  expect(performed(each, delivered('2025-02-01', '3'), own)).toEqual(['ES -..-', 'FR 5..5 full since 2025-02-02']);
});

test('a promise that was reached is so no longer when less was delivered after all, nor when it is raised', () => {
  const all = delivered('2025-02-01', '5', { counts: 'cumulative' });
  expect(performed(joint, all, delivered('2025-03-01', '4', { counts: 'cumulative' }))).toEqual(['ES+FR 4..4']);
  const raised = amended('2025-03-01', { ...by('ES', 'FR'), terms: [money('t', '9')] });
  expect(performed(joint, all, raised)).toEqual(['ES+FR 5..5']);
});

test('what is delivered after the end is compared with what stood last', () => {
  const over = ended('2025-03-01', by('ES', 'FR'));
  expect(performed(joint, over, delivered('2025-04-01', '2'))).toEqual(['ES+FR 2..2']);
});

test('what the others performed of a joint debt is performed for who owes it with them again', () => {
  const exempt = left('2025-02-01', { ...by('FR'), parties: ['FR'], reason: 'exempted', keys: ['t'] });
  const full = fulfilled('2025-03-01', { extent: 'full', ...by('ES') });
  const again = joined('2025-04-01', { ...by('FR'), parties: ['FR'], as: 'obligor' });
  const removed = amended('2025-05-01', { ...by('ES'), removes: ['t'] });
  expect(performed(joint, exempt, full, again)).toEqual(['ES+FR -..- full since 2025-03-01']);
  expect(performed(joint, exempt, full, again, removed)).toEqual(['FR -..- full since 2025-03-01']);
});

test('who is no longer exempt after the end owed nothing of what stood last', () => {
  const exempt = left('2025-02-01', { ...by('FR'), parties: ['FR'], reason: 'exempted', keys: ['t'] });
  const again = joined('2025-04-01', { ...by('FR'), parties: ['FR'], as: 'obligor' });
  const over = ended('2025-03-01', by('ES', 'FR'));
  expect(performed(joint, exempt, again, delivered('2025-05-01', '2'))).toEqual(['ES+FR 2..2']);
  expect(performed(joint, exempt, over, again, delivered('2025-05-01', '2'))).toEqual(['ES 2..2']);
});

test('what a party performed of its account becomes its successor’s with the account', () => {
  const each = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '5', { each: true })] });
  const gone = left('2025-03-01', { ...by('FR'), parties: ['FR'], reason: 'dissolved', successor: 'IT' });
  const full = fulfilled('2025-02-01', { extent: 'full', ...by('ES') });
  expect(performed(each, full, gone)).toEqual(['ES -..- full since 2025-02-01', 'IT -..- full since 2025-02-01']);
  const own = delivered('2025-02-02', '5', { owedBy: ['FR'] });
  expect(performed(each, own, gone)).toEqual(['ES -..-', 'IT 5..5 full since 2025-02-02']);
});

test('what stands again for who joins after all had left stands as it was performed', () => {
  const gone = left('2025-03-01', { ...by('FR'), parties: ['ES', 'FR'], reason: 'withdrawn' });
  const again = joined('2025-04-01', { ...by('IT'), parties: ['IT'], as: 'obligor' });
  expect(performed(joint, delivered('2025-02-01', '3'), gone, again)).toEqual(['IT 3..3']);
  const full = fulfilled('2025-02-01', { extent: 'full', ...by('ES') });
  expect(performed(joint, full, gone, again)).toEqual(['IT -..- full since 2025-02-01']);
});

test('what is owed anew is not performed by what was performed before', () => {
  const full = fulfilled('2025-02-01', { extent: 'full', ...by('ES') });
  const other = amended('2025-03-01', { ...by('ES', 'FR'), terms: [money('t', '9')] });
  const again = amended('2025-04-01', { ...by('ES', 'FR'), terms: [money('t', '5')] });
  expect(performed(joint, full, amended('2025-03-01', { ...by('ES'), terms: [money('t', '5'), money('u', '1')] }))).toEqual([
    'ES+FR -..- full since 2025-02-01',
    'ES -..-',
  ]);
  expect(performed(joint, full, other, again)).toEqual(['ES+FR -..-']);
});

test('what is delivered of a part counts for its total where it counts for the part', () => {
  const part = (fields: { partOf?: string }) => money('p', '2', fields);
  const total = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '5'), part({ partOf: 't' })] });
  const own = amended('2025-01-10', { ...by('FR'), terms: [money('p', '3')] });
  const given = delivered('2025-02-01', '2', { key: 'p' });
  expect(performed(total, given)).toEqual(['ES+FR 2..2', 'ES+FR 2..2 full since 2025-02-01']);
  expect(performed(total, own, given)).toEqual(['ES+FR -..-', 'ES -..-', 'FR -..-']);
});

test('what those who owe different figures of a total deliver together of its part counts for neither total', () => {
  const terms = [money('t', '5'), money('p', '2', { partOf: 't' })];
  const pledge = pledged('2025-01-01', { ...by('ES', 'FR'), terms });
  const raised = amended('2025-01-10', { ...by('FR'), terms: [money('t', '50')] });
  const part = (fields: object): Draft => delivered('2025-02-01', '1', { key: 'p', text: 'p', ...fields });
  expect(performed(pledge, part({}))).toEqual(['ES+FR 1..1', 'ES+FR 1..1']);
  expect(performed(pledge, raised, part({}))).toEqual(['ES -..-', 'FR -..-', 'ES+FR 1..1']);
  expect(performed(pledge, raised, part({ owedBy: ['FR'] }))).toEqual(['ES -..-', 'FR 1..1', 'ES+FR 1..1']);
});

test('a change against the direction of the promise is delivered below zero', () => {
  const baseline = (change: string) => ({ baseline: { change, text: 'a year ago', qualifier: 'exact', min: '1', max: '1' } });
  const more = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '5', baseline('increase'))] });
  const less = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '5', baseline('decrease'))] });
  const [rose, fell] = ['increase', 'decrease'].map((change) => delivered('2025-02-01', '2', baseline(change))) as [
    Draft,
    Draft,
  ];
  expect([performed(more, rose), performed(more, fell)]).toEqual([['ES+FR 2..2'], ['ES+FR -2..-2']]);
  expect([performed(less, rose), performed(less, fell)]).toEqual([['ES+FR -2..-2'], ['ES+FR 2..2']]);
});

test('a change of a rate that is told after a level counts alone, as the newest', () => {
  const baseline = { change: 'increase', text: 'above 2024', qualifier: 'exact', min: '10', max: '10' };
  const promise = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '4', { per: 'month', baseline })] });
  const level = delivered('2025-02-01', '13', { per: 'month' });
  const change = delivered('2025-03-01', '2', { per: 'month', baseline });
  expect(performed(promise, level)).toEqual(['ES+FR 13..13']);
  expect(performed(promise, level, change)).toEqual(['ES+FR 2..2']);
  const again = delivered('2025-04-01', '14', { per: 'month' });
  expect(performed(promise, level, change, again)).toEqual(['ES+FR 14..14 full since 2025-04-01']);
});

test('what the parts of a total add up to is compared with the baseline of the total', () => {
  const baseline = { change: 'increase', text: 'above 2024', qualifier: 'exact', min: '2', max: '2' };
  const total = pledged('2025-01-01', {
    ...by('ES'),
    terms: [money('t', '5', { baseline }), money('p', '5', { partOf: 't' })],
  });
  const status = statusOn(given(opened({ from: ['ES'] }), total, delivered('2025-02-01', '4', { key: 'p' })));
  const [first] = lastStanding(status);
  if (!first) throw new Error('expected a total, found none');
  expect(comparing(status.deeds, lastStanding(status)).of({ standing: first }).share).toEqual({ min: '40.0', max: '40.0' });
});

test('a promise is reached by an announcement that also delivers in another currency', () => {
  const all = fulfilled('2025-02-01', {
    extent: 'partial',
    ...by('ES'),
    terms: [
      money('t', '5', { counts: 'cumulative' }),
      money('x', '1', { delivers: 't', currency: 'EUR', counts: 'cumulative' }),
    ],
  });
  expect(performed(joint, all)).toEqual(['ES+FR 5..5 full since 2025-02-01']);
});

test('what one delivered or performed of a joint debt stays so for the others when he leaves', () => {
  const gone = left('2025-03-01', { ...by('FR'), parties: ['FR'], reason: 'withdrawn' });
  expect(performed(joint, delivered('2025-02-01', '3', { owedBy: ['FR'] }), gone)).toEqual(['ES 3..3']);
  const performs = { extent: 'partial', ...by('FR'), performs: [{ key: 't', extent: 'full', by: ['FR'] }] };
  expect(performed(joint, fulfilled('2025-02-01', performs), gone)).toEqual(['ES -..- full since 2025-02-01']);
  const coming = joined('2025-02-10', { ...by('IT'), parties: ['IT'], as: 'obligor' });
  const last = left('2025-04-01', { ...by('IT'), parties: ['ES'], reason: 'withdrawn' });
  expect(performed(joint, delivered('2025-02-01', '3'), coming, gone, last)).toEqual(['IT 3..3']);
});

const performedBy = (on: string, party: string, extent = 'full') =>
  fulfilled(on, { extent: 'partial', ...by(party), performs: [{ key: 't', extent, by: [party] }] });
const exempt = (on: string, ...parties: string[]) => left(on, { ...by('FR'), parties, reason: 'exempted', keys: ['t'] });
const back = (on: string, party: string) => joined(on, { ...by(party), parties: [party], as: 'obligor' });

test('what one performed of a joint debt stays so for who owes it again before him, whoever was exempt from it first', () => {
  for (const parties of [
    ['ES', 'FR'],
    ['FR', 'ES'],
  ]) {
    const told = [joint, performedBy('2025-02-01', 'FR'), exempt('2025-03-01', ...parties), back('2025-04-01', 'ES')];
    expect(performed(...told)).toEqual(['ES -..- full since 2025-02-01']);
    expect(performed(...told, back('2025-05-01', 'FR'))).toEqual(['ES+FR -..- full since 2025-02-01']);
  }
  const gone = left('2025-03-01', { ...by('FR'), parties: ['FR'], reason: 'withdrawn' });
  const without = [joint, exempt('2025-01-10', 'ES'), performedBy('2025-02-01', 'FR'), gone, back('2025-04-01', 'ES')];
  expect(performed(...without)).toEqual(['ES -..- full since 2025-02-01']);
});

test('what one delivered or performed of a joint debt stays so for the others when he changes or removes his own', () => {
  const other = amended('2025-03-01', { ...by('FR'), terms: [money('t', '7')] });
  const removed = amended('2025-03-01', { ...by('FR'), removes: ['t'] });
  expect(performed(joint, performedBy('2025-02-01', 'FR'), other)).toEqual(['ES -..- full since 2025-02-01', 'FR -..-']);
  expect(performed(joint, performedBy('2025-02-01', 'FR'), removed)).toEqual(['ES -..- full since 2025-02-01']);
  expect(performed(joint, delivered('2025-02-01', '3', { owedBy: ['FR'] }), removed)).toEqual(['ES 3..3']);
});

test('what one delivered of a joint debt before both owe it each by himself is his alone, whatever the order of their names', () => {
  const each = amended('2025-03-01', { ...by('ES', 'FR'), terms: [money('t', '10', { each: true })] });
  const oneAlone = (party: string) => performed(joint, delivered('2025-02-01', '3', { owedBy: [party] }), each);
  expect(oneAlone('ES')).toEqual(['ES 3..3', 'FR -..-']);
  expect(oneAlone('FR')).toEqual(['ES -..-', 'FR 3..3']);
});

test('who comes in owes by himself, unperformed, what one of the others still owes each by himself', () => {
  const each = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '5', { each: true })] });
  const again = amended('2025-03-01', { ...by('FR'), terms: [money('t', '5'), money('u', '1')] });
  const coming = joined('2025-04-01', { ...by('IT'), parties: ['IT'], as: 'obligor' });
  expect(performed(each, performedBy('2025-02-01', 'FR'), again, coming)).toEqual([
    'ES -..-',
    'FR -..- full since 2025-02-01',
    'IT -..-',
    'FR -..-',
  ]);
});

test('a joint debt is performed since the first who performed it, also once he has left', () => {
  for (const extent of ['partial', 'full']) {
    const both = [joint, performedBy('2025-02-01', 'FR', extent), performedBy('2025-02-10', 'ES', extent)];
    const gone = left('2025-03-01', { ...by('FR'), parties: ['FR'], reason: 'withdrawn' });
    expect(performed(...both, gone)).toEqual([`ES -..- ${extent} since 2025-02-01`]);
  }
});

test('what one who was exempt from a term delivered and performed of it is his successor’s once he is so no longer', () => {
  const dissolved = left('2025-03-10', { ...by('FR'), parties: ['FR'], reason: 'dissolved', successor: 'IT' });
  const own = pledged('2025-01-01', { ...by('FR'), terms: [money('t', '5')] });
  const after = [exempt('2025-03-01', 'FR'), dissolved, back('2025-04-01', 'IT')];
  expect(performed(own, performedBy('2025-02-01', 'FR'), ...after)).toEqual(['IT -..- full since 2025-02-01']);
  expect(performed(own, delivered('2025-02-01', '3', { owedBy: ['FR'] }), ...after)).toEqual(['IT 3..3']);
});

test('what two who each owe all of a term deliver together is not the one’s alone once the other owes it no longer', () => {
  const each = pledged('2025-01-01', { ...by('ES', 'FR'), terms: [money('t', '5', { each: true })] });
  const removed = amended('2025-03-01', { ...by('FR'), removes: ['t'] });
  const alone = amended('2025-04-01', { ...by('ES'), terms: [money('t', '9')] });
  expect(performed(each, delivered('2025-02-01', '3'), removed, alone)).toEqual(['ES -..-']);
  expect(performed(joint, delivered('2025-02-01', '3'), removed, alone)).toEqual(['ES 3..3']);
});

test('a reference is not performed with the whole, also where another promises the same figure later', () => {
  const reference = pledged('2025-01-01', { ...by('ES'), terms: [money('t', '5', { role: 'reference' })] });
  const full = fulfilled('2025-02-01', { extent: 'full', ...by('ES') });
  const promise = amended('2025-03-01', { ...by('FR'), terms: [money('t', '5')] });
  expect(performed(reference, full, promise)).toEqual(['ES -..-', 'FR -..-']);
});

test('what was performed and is handed to and fro is not copied again and again', () => {
  const toAndFro = Array.from({ length: 24 }, (_, index) => {
    const [party, successor] = index % 2 === 0 ? ['ES', 'IT'] : ['IT', 'ES'];
    const on = `2025-03-${String(index + 1).padStart(2, '0')}`;
    return left(on, { ...by(party), parties: [party], reason: 'dissolved', successor });
  });
  const promised = pledged('2025-01-01', { ...by('ES'), terms: [money('t', '5')] });
  const done = [1, 2, 3].map((day) => fulfilled(`2025-02-0${day}`, { extent: 'full', ...by('ES') }));
  const { deeds } = statusOn(given(opened({ from: ['ES'] }), promised, ...done, delivered('2025-02-04', '5'), ...toAndFro));
  expect([...deeds.performings.values()].flat().length).toBeLessThanOrEqual(3 + 3 * toAndFro.length);
  expect(deeds.deliveries.get('t')?.map(({ heirs }) => heirs)).toEqual([['IT', 'ES']]);
});

test('what was performed together and is left and entered to and fro is not copied again and again', () => {
  const all = ['ES', 'FR', 'IT'];
  const promised = pledged('2025-01-01', { ...by(...all), terms: [money('t', '5')] });
  const toAndFro = Array.from({ length: 12 }, (_, index) => {
    const party = all[index % 3] ?? '';
    const days = [
      `2025-03-${String(2 * index + 1).padStart(2, '0')}`,
      `2025-03-${String(2 * index + 2).padStart(2, '0')}`,
    ] as const;
    return [
      left(days[0], { ...by(party), parties: [party], reason: 'withdrawn' }),
      joined(days[1], { ...by(party), parties: [party], as: 'obligor' }),
    ];
  });
  const { deeds } = statusOn(
    given(opened({ from: all }), promised, fulfilled('2025-02-01', { extent: 'full', ...by(...all) }), ...toAndFro.flat()),
  );
  expect([...deeds.performings.values()].flat().length).toBeLessThanOrEqual(3 + 6 * toAndFro.length);
});
