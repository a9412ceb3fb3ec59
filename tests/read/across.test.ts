import { expect, test } from 'vitest';
import { canonicalJson } from '../../domain/json.ts';
import { boundParties, obligors } from '../../domain/status.ts';
import type { Cut } from '../../projections/cut.ts';
import { announcedBy, situationOf } from '../../projections/figures.ts';
import { documentsAt, partiesAt } from '../../src/read/across.ts';
import { openReadModel, type ReadModel } from '../../src/read/readModel.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { day } from '../domain/given.ts';
import { given } from '../helpers/given.ts';
import { hundreds } from './hundreds.ts';
import { tangled } from './tangled.ts';

/** By looking at every commitment: of each party and document, how often it occurs, in order. */
async function folded(readModel: ReadModel, cut: Cut) {
  const parties: Record<string, { owes: number; obligor: number; beneficiary: number }> = {};
  const documents: Record<string, { title: string; announcements: number; commitments: number }> = {};
  for (const { id } of readModel.opened({ size: cut.size })) {
    const commitment = await readModel.commitment(id, cut.size);
    if (!commitment) continue;
    const situation = situationOf(commitment, cut.asOf);
    const { status } = situation;
    const count = (party: string, role: 'owes' | 'obligor' | 'beneficiary'): void => {
      (parties[party] ??= { owes: 0, obligor: 0, beneficiary: 0 })[role]++;
    };
    for (const party of obligors(status)) count(party, 'obligor');
    for (const party of status.stage === 'ended' ? [] : boundParties(status)) count(party, 'owes');
    for (const party of status.beneficiaries) count(party, 'beneficiary');
    const own = new Set<string>();
    for (const { instrument } of announcedBy(situation).map(({ data }) => data)) {
      if (instrument?.document === undefined) continue;
      const known = (documents[instrument.document] ??= { title: instrument.title, announcements: 0, commitments: 0 });
      known.announcements++;
      if (!own.has(instrument.document)) known.commitments++;
      own.add(instrument.document);
    }
  }
  return { parties, documents };
}

async function compare(
  readModel: ReadModel,
  log: ReturnType<typeof openMemoryLog>,
  sizes: readonly number[],
  days: readonly number[],
) {
  const reader = { log, readModel, clock: () => 0 };
  const seen = { documents: 0, left: 0 };
  for (const size of sizes) {
    for (const asOf of days) {
      const cut = { asOf, knownAt: null, size };
      const expected = await folded(readModel, cut);
      const { parties } = await partiesAt(reader, cut);
      const counted = parties.map(({ party, owes, obligor, beneficiary }) => [party, { owes, obligor, beneficiary }]);
      expect([size, asOf, Object.fromEntries(counted)]).toEqual([size, asOf, expected.parties]);
      const { documents } = await documentsAt(reader, cut);
      const known = documents.map(({ document, title, announcements, commitments }) => [
        document,
        { title, announcements, commitments },
      ]);
      // In the order in which they are met.
      expect([size, asOf, known]).toEqual([size, asOf, Object.entries(expected.documents)]);
      seen.documents += documents.filter(({ announcements, commitments }) => announcements > commitments).length;
      seen.left += readModel.marks().filter((mark) => mark.startsWith('left ')).length;
    }
  }
  return seen;
}

test.each([6, 7])('parties and documents counted by marks are those of all commitments folded (%i)', async (seed) => {
  const whole = await tangled(40, seed);
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  for (const event of await whole.read(0, await whole.size())) {
    const data = JSON.parse(event.data) as { instrument?: object };
    const document = ['fact-sheet', 'treaty', 'minutes'][event.sequence % 4];
    const named = data.instrument && document !== undefined ? { ...data, instrument: { ...data.instrument, document } } : data;
    await log.extend([{ ...event, data: canonicalJson(named) }]);
  }
  const size = await log.size();
  const readModel = openReadModel({ log });
  for (const part of [0.3, 0.6, 0.61, 1]) await readModel.catchUp(Math.floor(part * size));
  const sizes = [0.2, 0.5, 0.8, 1].map((part) => Math.ceil(part * size));
  const seen = await compare(readModel, log, sizes, ['2025-03-20', '2025-06-01', '2025-10-20', '2027-01-01'].map(day));
  expect(Math.min(seen.documents, seen.left)).toBeGreaterThan(0);
  expect(await readModel.flaws()).toEqual([]);
});

test('parties of commitments that have no marks for a size are counted too', async () => {
  const { log, readModel, last } = await hundreds();
  const sizes = [400, 480, 600, 650];
  expect(sizes.some((one) => readModel.unsure({ size: one, asOf: 0 }).length > 0)).toBe(true);
  await compare(readModel, log, sizes, [last - 2, last + 400]);
});

test('a document that is ratified in steps is listed with the parties of each step', async () => {
  const ledger = given();
  const id = await ledger.open({ from: ['KR', 'JP', 'DE'] });
  for (const [happened, party] of [
    ['2025-08-01', 'KR'],
    ['2025-08-02', 'JP'],
  ] as const) {
    const instrument = { kind: 'treaty', title: 'Treaty', date: '2025-07-01', parties: ['US', party], binding: 'yes' };
    await ledger.say(id, 'formalised', {
      happened,
      saidBy: [{ actor: party }],
      instrument: { ...instrument, document: 'treaty' },
    });
  }
  const listed = async (asOf: string) => (await documentsAt(ledger.reader, await ledger.cut({ asOf }))).documents;
  expect(await listed('2025-08-01')).toMatchObject([{ document: 'treaty', parties: ['US', 'KR'] }]);
  expect(await listed('2025-08-02')).toMatchObject([{ document: 'treaty', parties: ['US', 'KR', 'JP'], announcements: 2 }]);
});
