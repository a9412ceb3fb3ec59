import { createReadStream } from 'node:fs';
import { expect, test } from 'vitest';
import { type Sameness, samenesses } from '../../projections/doubles.ts';
import { importLines } from '../../src/exchange/transfer.ts';
import { doublesIn } from '../../src/read/recordedTwice.ts';
import { hintsOn } from '../../src/read/doubtful.ts';
import { rehearse } from '../../src/command/ledger.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import type { Log } from '../../src/store/log.ts';
import { dollars, type Given, given, givenSummits, source, spoken } from '../helpers/given.ts';

const passage = { ...source, quote: { exact: 'Korea will invest US$350 billion in the United States' } };
const pledge = { ...spoken, sources: [passage], terms: [dollars('total', '350000000000')] };

async function found(log: Log, same: readonly Sameness[] = samenesses): Promise<string[]> {
  const all: string[] = [];
  for await (const one of doublesIn(log, new Set(same))) all.push(`${one.same} ${one.earlier} ${one.later}`);
  return [...new Set(all)];
}

async function hints(g: Given, type: string, data: Record<string, unknown>, commitment?: string) {
  const stream = commitment ?? g.ledger.newId();
  const opening = { title: 'Korean money for America', topic: 'trade/money', from: ['KR'], to: ['US'] };
  const events = [
    ...(commitment === undefined ? [{ id: stream, type: 'opened', data: opening }] : []),
    { id: g.ledger.newId(), type, data },
  ] as Parameters<typeof rehearse>[1]['events'];
  const rehearsed = await rehearse(g.ledger, { commitment: stream, events });
  if ('reason' in rehearsed) throw new Error(JSON.stringify(rehearsed));
  const { after } = rehearsed;
  return hintsOn(
    g.ledger.log,
    {},
    rehearsed.events.map((event) => ({ event: parseRecorded(event), after, pointer: '' })),
  );
}

test('what another desk recorded is found by its passage, by its day and source, and by its figure', async () => {
  const g = given();
  await g.say(await g.open({ title: 'Investment' }), 'pledged', pledge);
  const other = async (data: Record<string, unknown>): Promise<string[]> =>
    (await hints(g, 'pledged', { ...pledge, ...data })).map(({ hint }) => hint);
  expect(await other({})).toEqual(['same-quote']);
  const quote = { exact: '“Korea will invest US$350 billion, in the United States.”' };
  expect(await other({ happened: '2025-08-20', sources: [{ publisher: 'Another', quote }] })).toEqual(['same-quote']);
  expect(await other({ happened: '2025-08-22~', sources: [source] })).toEqual(['same-act']);
  expect(await other({ sources: [{ publisher: 'Another', url: 'https://another.example' }] })).toEqual(['same-figure']);
  const elsewhere = { sources: [{ publisher: 'Another', url: 'https://another.example' }], happened: '2025-07-31' };
  expect(await other(elsewhere)).toEqual([]);
});

test('another figure, another type and other parties are no doubles', async () => {
  const g = given();
  await g.say(await g.open({ title: 'Investment' }), 'pledged', pledge);
  expect(await hints(g, 'pledged', { ...pledge, terms: [dollars('total', '100000000000')] })).toEqual([]);
  expect(await hints(g, 'observed', pledge)).toEqual([]);
  await g.say(await g.open({ title: 'Another', from: ['JP'] }), 'observed', { ...pledge, saidBy: [{ actor: 'JP' }] });
  expect(await hints(g, 'observed', pledge)).toEqual([]);
});

test('what was retracted is no double, and what stands again is', async () => {
  const g = given();
  const id = await g.open({ title: 'Investment' });
  const first = await g.say(id, 'pledged', pledge);
  expect(await hints(g, 'pledged', pledge)).toHaveLength(1);
  await g.say(id, 'corrected', { corrects: first, mode: 'retract', reason: 'Never said' });
  expect(await hints(g, 'pledged', pledge)).toEqual([]);
  const again = await g.say(id, 'pledged', pledge);
  expect((await hints(g, 'pledged', pledge)).map(({ event }) => event)).toEqual([again]);
});

test('in the whole ledger, what is retracted afterwards is no double, and the others of it still are of each other', async () => {
  const g = given();
  const first = await g.say(await g.open({ title: 'One' }), 'pledged', pledge);
  for (const title of ['Two', 'Three']) await g.say(await g.open({ title }), 'pledged', pledge);
  expect(await found(g.ledger.log, ['quote'])).toEqual(['quote 2 4', 'quote 2 6']);
  const { stream } = (await g.ledger.log.read(0, 1))[0]!;
  await g.say(stream, 'corrected', { corrects: first, mode: 'retract', reason: 'Never said' });
  expect(await found(g.ledger.log, ['quote'])).toEqual(['quote 4 6']);
});

test('a commitment of the same title, or between the same parties on the same topic, is told when another is opened', async () => {
  const g = given();
  const id = await g.open({ title: 'Korean money for America.', from: ['KR'], topic: 'trade/other' });
  expect(await hints(g, 'observed', spoken)).toMatchObject([{ hint: 'same-title', commitment: id, pointer: '/title' }]);
  await g.open({ title: 'Other', topic: 'trade/money' });
  expect((await hints(g, 'observed', spoken)).map(({ hint }) => hint)).toEqual(['same-title', 'same-topic']);
});

test('of the real input few announcements are taken for doubles that are none', async () => {
  // 57 and 88 announcements, none recorded twice: an agenda in one sentence, and two demands in one.
  const summits = await givenSummits();
  const report = samenesses.filter((one) => one !== 'topic');
  expect(await found(summits.ledger.log, report)).toEqual(['act 2 13', 'quote 29 33', 'act 29 33']);
  const second = given().at('2026-11-27');
  await importLines(second.ledger, createReadStream('src/data/second-desk.ndjson'), { onRefused: () => expect.unreachable() });
  expect(await found(second.ledger.log, report)).toEqual([]);
});
