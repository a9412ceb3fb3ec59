import { DatabaseSync } from 'node:sqlite';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openReadModel } from '../../src/read/readModel.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { generate, generatedLedger, generateLong } from '../bench/generate.ts';

/** What the read model writes of a log that is taken at once, and of one that is taken event by event. */

const events = [...generate({ seed: 11, edition: 'second', events: 400 })];

/** Everything that is kept to find and add up by, one text a row; numbers of marks are those of one file. */
function rowsIn(file: string): string[] {
  using database = new DatabaseSync(file);
  database.exec('CREATE VIRTUAL TABLE temp.tokens USING fts5vocab(main, words, instance)');
  const queries = [
    'SELECT mark, sequence, s0, d0, s1, d1, other FROM marks JOIN mark_names USING (number)',
    'SELECT * FROM money',
    'SELECT * FROM texts',
    'SELECT * FROM commitments',
    'SELECT code, name FROM called',
    'SELECT * FROM temp.tokens',
  ];
  return queries
    .flatMap((query) =>
      database
        .prepare(query)
        .all()
        .map((row) => JSON.stringify([query, row])),
    )
    .toSorted();
}

test('the rows of a log that is taken at once are those of one that is taken event by event', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'ledger-'));
  const [atOnce, each] = [join(folder.path, 'at-once.sqlite'), join(folder.path, 'each.sqlite')];
  const log = openMemoryLog({ ledger: generatedLedger });
  const following = openReadModel({ log, file: each });
  for (const event of events) {
    await log.extend([event]);
    await following.catchUp(event.sequence);
  }
  const filled = openReadModel({ log, file: atOnce });
  await filled.catchUp(events.length);
  await Promise.all([filled.close(), following.close()]);
  const rows = rowsIn(each);
  expect(rows.length).toBeGreaterThan(8000);
  expect(rowsIn(atOnce)).toEqual(rows);
});

/** A clock on which 20 ms pass whenever it is read. */
function slowClock() {
  let now = 0;
  return vi.spyOn(performance, 'now').mockImplementation(() => (now += 20));
}

test('a long commitment is folded in many turns, and its rows are those of one that is taken event by event', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'ledger-'));
  const [atOnce, each] = [join(folder.path, 'at-once.sqlite'), join(folder.path, 'each.sqlite')];
  const log = openMemoryLog({ ledger: generatedLedger });
  const long = generateLong(100, 'second').slice(0, 100);
  const following = openReadModel({ log, file: each });
  for (const event of long) {
    await log.extend([event]);
    await following.catchUp(event.sequence);
  }
  const filled = openReadModel({ log, file: atOnce });
  using clock = slowClock();
  const filling = filled.catchUp(long.length);
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  await filling;
  clearInterval(counting);
  clock.mockRestore();
  await Promise.all([filled.close(), following.close()]);
  expect(turns).toBeGreaterThan(10);
  expect(rowsIn(atOnce)).toEqual(rowsIn(each));
});

test('two processes that fold the same events at the same time write each row once', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'ledger-'));
  const [both, alone] = [join(folder.path, 'both.sqlite'), join(folder.path, 'alone.sqlite')];
  const log = openMemoryLog({ ledger: generatedLedger });
  await log.extend(events.slice(0, 200));
  const models = [both, both, alone].map((file) => openReadModel({ log, file }));
  using clock = slowClock();
  await Promise.all(models.map((model) => model.catchUp(200)));
  await log.extend(events.slice(200));
  await Promise.all(models.map((model) => model.catchUp(events.length)));
  clock.mockRestore();
  for (const model of models) expect(await model.flaws()).toEqual([]);
  await Promise.all(models.map((model) => model.close()));
  expect(rowsIn(both)).toEqual(rowsIn(alone));
});

test('what holds still, or for ever, takes no byte for that', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'ledger-'));
  const file = join(folder.path, 'views.sqlite');
  const log = openMemoryLog({ ledger: generatedLedger });
  await log.extend(events);
  const model = openReadModel({ log, file });
  await model.catchUp(events.length);
  await model.close();
  using database = new DatabaseSync(file);
  for (const stored of ['ended FROM marks', 'passed FROM marks', 'ended FROM money', 'ended FROM texts']) {
    const column = stored.split(' ')[0];
    const row = database.prepare(`SELECT max(${column}) AS most, sum(${column} IS NULL) AS open, ${stored}`).get();
    expect([stored, Number(row?.['most']) < 2_147_483_647, Number(row?.['open']) > 50]).toEqual([stored, true, true]);
  }
});

test('the words of a text that an announcement holds twice are indexed once', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'ledger-'));
  const file = join(folder.path, 'views.sqlite');
  const log = openMemoryLog({ ledger: generatedLedger });
  const text = 'a zeppelin for each';
  const note = {
    happened: '2025-01-01',
    saidBy: [{ actor: 'KR' }],
    summary: text,
    note: text,
    sources: [{ publisher: 'desk' }],
  };
  const [opening] = events;
  if (!opening) throw new Error('expected an opening, found none');
  const later = {
    ...opening,
    id: `${opening.id.slice(0, -1)}Z`,
    type: 'observed',
    data: JSON.stringify(note),
    sequence: 2,
    revision: 1,
  };
  await log.extend([opening, later]);
  const model = openReadModel({ log, file });
  await model.catchUp(2);
  await model.close();
  using database = new DatabaseSync(file);
  database.exec('CREATE VIRTUAL TABLE temp.tokens USING fts5vocab(main, words, row)');
  expect(database.prepare("SELECT doc, cnt FROM temp.tokens WHERE term = 'zeppelin'").get()).toEqual({ doc: 1, cnt: 1 });
});

test('a row that begins and ends while events are taken at once is written once', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'ledger-'));
  const file = join(folder.path, 'views.sqlite');
  const log = openMemoryLog({ ledger: generatedLedger });
  await openReadModel({ log, file }).close();
  const tables = ['marks', 'money', 'texts'];
  {
    using database = new DatabaseSync(file);
    for (const table of tables)
      database.exec(`CREATE TRIGGER ${table}_once BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, 'written twice'); END`);
  }
  await log.extend(events);
  const model = openReadModel({ log, file });
  await model.catchUp(events.length);
  await model.close();
  using database = new DatabaseSync(file);
  for (const table of tables) {
    const count = database.prepare(`SELECT count(*) AS ended FROM ${table} WHERE s1 < ${events.length}`).get();
    expect(Number(count?.['ended']), table).toBeGreaterThan(15);
  }
});
