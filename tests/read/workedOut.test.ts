import { expect, test } from 'vitest';
import type { Cut } from '../../projections/cut.ts';
import { all } from '../../projections/views/builtIn.ts';
import { listAt } from '../../src/read/list.ts';
import { openReadModel, type ReadModel } from '../../src/read/readModel.ts';
import { viewAt } from '../../src/read/viewAt.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { day } from '../domain/given.ts';
import { linkedHistories } from './linkedHistories.ts';

async function answersOf(readModel: ReadModel, cut: Cut) {
  const { commitments } = await listAt({ readModel }, {}, cut, { after: 0, limit: 100 });
  return { commitments, view: await viewAt({ readModel }, all, cut) };
}

test('what was worked out for an earlier answer is in a later one only where it is still so', async () => {
  const whole = await linkedHistories(40, 5);
  const events = await whole.read(0, await whole.size());
  const log = openMemoryLog({ ledger: whole.ledger });
  const readModel = openReadModel({ log });
  const days = ['2025-09-01', '2027-01-01', '2025-09-01'].map(day);
  let [done, warned] = [0, 0];
  for (const part of [0.5, 0.7, 1]) {
    const size = Math.floor(part * events.length);
    await log.extend(events.slice(done, size));
    done = size;
    await readModel.catchUp(size);
    for (const asOf of days) {
      for (const upTo of [size]) {
        const cut = { asOf, knownAt: null, size: upTo };
        const fresh = openReadModel({ log });
        await fresh.catchUp(size);
        const answers = await answersOf(readModel, cut);
        expect(answers).toEqual(await answersOf(fresh, cut));
        warned += answers.commitments.filter(({ warnings }) =>
          warnings.some(({ commitment }) => commitment !== undefined),
        ).length;
        await fresh.close();
      }
    }
  }
  expect(warned).toBeGreaterThan(20);
});
