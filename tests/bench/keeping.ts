import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { apply, type Commitment } from '../../domain/commitment.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { openReadModel, type ReadModel } from '../../src/read/readModel.ts';
import type { Log, RecordedEvent } from '../../src/store/log.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { generate, generatedLedger, generateLong } from './generate.ts';
import { row, timed, type Work } from './measure.ts';
import { made, type Reading } from './reading.ts';

/** The rows of the table that say what it costs to keep the read model. The log is in memory, the read model in a file. */

/** How many events come one after the other, each until the read model has it. */
const fresh = 300;

export async function keeping({
  folder,
  events,
  rounds,
  wanted,
  edition,
}: Pick<Reading, 'folder' | 'events' | 'rounds' | 'wanted' | 'edition'>): Promise<void> {
  const names = {
    atOnce: `keeping: ${events} events at once, against parsing and folding them`,
    each: `keeping: ${fresh} events one by one, against parsing and folding them`,
    long: 'keeping: an announcement until its commitment is fresh, one of 4,000 against one of 400',
  };
  const file = join(folder, 'keeping.sqlite');
  if (wanted(names.atOnce) || wanted(names.each)) {
    const all = [...generate({ ...made, edition, events: events + fresh })];
    const [first, later] = [all.slice(0, events), all.slice(events)];
    const log = openMemoryLog({ ledger: generatedLedger });
    await log.extend(first);
    const model = await opened(log, file);
    if (wanted(names.atOnce)) await row(names.atOnce, '0.25', filling(log, file), () => folding(first, new Map()), rounds);
    const known = new Map<string, Commitment>();
    await folding(first, known);
    if (wanted(names.each)) await row(names.each, '0.25', following(log, model, later), () => folding(later, known), 1);
    await model.close();
  }
  if (wanted(names.long)) {
    const [long, short] = [await lengthy(4000, rounds), await lengthy(400, rounds)];
    await row(names.long, '0.33', long, short, rounds);
  }
}

async function opened(log: Log, file: string): Promise<ReadModel> {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const model = openReadModel({ log, file });
  await model.catchUp(await log.size());
  return model;
}

function filling(log: Log, file: string): Work {
  return () => timed(async () => (await opened(log, `${file}-filling`)).close());
}

/** Takes each event into its commitment, and keeps that. */
function folding(events: readonly RecordedEvent[], known: Map<string, Commitment>): Promise<number> {
  return timed(() => {
    for (const event of events) known.set(event.stream, apply(known.get(event.stream), parseRecorded(event)));
  });
}

function following(log: Log, model: ReadModel, events: readonly RecordedEvent[]): Work {
  return async () => {
    let took = 0;
    for (const event of events) {
      await log.extend([event]);
      took += await timed(() => model.catchUp(event.sequence));
    }
    return took;
  };
}

/** Announcements behind so many, ten in each round: until the read model has one and the commitment is folded. */
async function lengthy(length: number, rounds: number): Promise<Work> {
  const ten = 10;
  const all = generateLong(length, 'first').slice(0, length + ten * rounds);
  const log = openMemoryLog({ ledger: generatedLedger });
  await log.extend(all.slice(0, length));
  const model = openReadModel({ log });
  await model.catchUp(length);
  return async () => {
    const from = await log.size();
    let took = 0;
    for (const event of all.slice(from, from + ten)) {
      await log.extend([event]);
      took += await timed(async () => {
        await model.catchUp(event.sequence);
        await model.commitment(event.stream, event.sequence);
      });
    }
    return took;
  };
}
