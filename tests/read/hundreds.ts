import { openReadModel } from '../../src/read/readModel.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { generate, generatedLedger } from '../bench/generate.ts';

/**
 * A ledger of 650 events with a commitment of hundreds, and a read model that took 620 of them at once. `last`: the day on which
 * the newest was recorded, as a count of days.
 */
export async function hundreds() {
  const lengthOf = (n: number): number => (n === 3 ? 260 : 4);
  const events = [...generate({ seed: 4, events: 650, lengthOf })];
  const log = openMemoryLog({ ledger: generatedLedger });
  await log.extend(events);
  const readModel = openReadModel({ log });
  for (const size of [620, 621, 650]) await readModel.catchUp(size);
  return { log, readModel, last: Math.floor((events.at(-1)?.time ?? 0) / 86_400_000) };
}
