import { expect, test } from 'vitest';
import { chronicleOf, recordedOrder, sourcesOfTerm } from '../../projections/chronicle.ts';
import { historyAt } from '../../src/read/queries.ts';
import { dollars, type Given, given } from '../helpers/given.ts';

async function historyOf(ledger: Given, id: string) {
  const history = await historyAt(ledger.reader, id, await ledger.cut({}));
  if (!history) throw new Error('expected a history, found none');
  return history;
}

const instrument = { kind: 'note', title: 'Note', date: '2025-08-10', binding: 'no' };

test('the stages are those of the order that is shown: of the world in a chronicle, of recording in a history', async () => {
  const ledger = given();
  const id = await ledger.open();
  await ledger.say(id, 'pledged', { happened: '2025-08-22' });
  await ledger.say(id, 'formalised', { happened: '2025-08-10', instrument });
  const history = await historyOf(ledger, id);
  expect(chronicleOf(history).entries.map(({ event, stage }) => [event.type, stage.before, stage.after])).toEqual([
    ['formalised', 'none', 'formalised'],
    ['pledged', 'formalised', 'formalised'],
  ]);
  expect(recordedOrder(history).map(({ event, stage }) => [event.type, stage.before, stage.after])).toEqual([
    ['opened', 'none', 'none'],
    ['pledged', 'none', 'pledged'],
    ['formalised', 'pledged', 'formalised'],
  ]);
});

test('an entry reads as corrected, with the sources of the correction; what was retracted says what was recorded and moves nothing', async () => {
  const ledger = given();
  const id = await ledger.open();
  const pledge = await ledger.say(id, 'pledged', { happened: '2025-08-01', terms: [dollars('a', '1'), dollars('b', '2')] });
  const gone = await ledger.say(id, 'fulfilled', { happened: '2025-08-02', extent: 'full' });
  const sources = [{ publisher: 'New', url: 'https://e.org/2' }];
  const changes = { happened: '2025-07-30', terms: [dollars('a', '3')] };
  await ledger.say(id, 'corrected', { corrects: pledge, mode: 'refine', reason: 'A misprint.', changes, sources });
  await ledger.say(id, 'corrected', { corrects: gone, mode: 'retract', reason: 'Never done.' });
  await ledger.say(id, 'corrected', { corrects: id, mode: 'refine', reason: 'The name.', changes: { title: 'Ships' } });
  const { opening, entries } = chronicleOf(await historyOf(ledger, id));
  expect(opening).toMatchObject({ data: { title: 'Ships' }, corrections: [{ type: 'corrected' }] });
  const [first, second] = entries;
  if (!first || !second) throw new Error('expected two entries');
  expect(first).toMatchObject({ event: { data: { happened: '2025-07-30' } }, retracted: false, stage: { after: 'pledged' } });
  expect(sourcesOfTerm(first, 'a')).toEqual(sources);
  expect(sourcesOfTerm(first, 'b')).toEqual(first.event.data.sources);
  expect(second).toMatchObject({ retracted: true, event: { data: { extent: 'full' } } });
  expect(second.stage).toEqual({ before: 'pledged', after: 'pledged' });
});

test('each entry knows who is bound before and after it, in the order that is shown', async () => {
  const ledger = given();
  const id = await ledger.open({ from: ['FR', 'ES'], to: ['UA'] });
  await ledger.say(id, 'pledged', { happened: '2025-08-22', saidBy: [{ actor: 'ES' }] });
  await ledger.say(id, 'pledged', { happened: '2025-08-10', saidBy: [{ actor: 'FR' }] });
  await ledger.say(id, 'joined', { happened: '2025-09-01', saidBy: [{ actor: 'IT' }], parties: ['IT'], as: 'obligor' });
  await ledger.say(id, 'corrected', {
    corrects: id,
    mode: 'refine',
    reason: 'A fourth.',
    changes: { from: ['FR', 'ES', 'PT'] },
  });
  const history = await historyOf(ledger, id);
  const bound = (all: readonly { party: string; stage: string }[]): string =>
    all.map(({ party, stage }) => `${party} ${stage}`).join(', ');
  expect(chronicleOf(history).entries.map((one) => [bound(one.bound.before), bound(one.bound.after)])).toEqual([
    ['FR none, ES none, PT none', 'FR pledged, ES none, PT none'],
    ['FR pledged, ES none, PT none', 'FR pledged, ES pledged, PT none'],
    ['FR pledged, ES pledged, PT none', 'FR pledged, ES pledged, PT none, IT pledged'],
  ]);
  expect(recordedOrder(history).map((one) => bound(one.bound.after))).toEqual([
    'FR none, ES none',
    'FR none, ES pledged',
    'FR pledged, ES pledged',
    'FR pledged, ES pledged, IT pledged',
    'FR pledged, ES pledged, IT pledged, PT none',
  ]);
});
