import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { ModelDatabase } from '../../src/read/readModelDatabase.ts';
import { openDatabase } from '../../src/read/readModelFile.ts';

const ledger = '/ledgers/test';

async function withTwo(work: (model: ModelDatabase, other: DatabaseSync) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-model-'));
  const file = join(folder, 'views.sqlite');
  const model = new ModelDatabase(openDatabase(file, ledger), { hasFile: true, lockTimeoutMs: 0 });
  const other = openDatabase(file, ledger).database;
  try {
    await work(model, other);
  } finally {
    other.close();
    model.close();
    rmSync(folder, { recursive: true });
  }
}

const reach = (database: DatabaseSync, size: number): void =>
  void database.prepare("INSERT OR REPLACE INTO checkpoint VALUES (1, ?, '', NULL)").run(size);

test('the questions of one turn share one transaction, and those of the next see what another process has written', () =>
  withTwo(async (model, other) => {
    const sent = vi.spyOn(model.handle, 'exec');
    const asked = (): number => model.ask(() => model.checkpoint());
    for (let time = 0; time < 50; time++) expect(asked()).toBe(0);
    reach(other, 7);
    expect(asked()).toBe(0);
    expect(sent.mock.calls).toEqual([['BEGIN']]);
    await nextTurn();
    expect(asked()).toBe(7);
  }));

test('a model writes in the turn in which it was asked, also after another process has written', () =>
  withTwo(async (model, other) => {
    expect(model.ask(() => model.checkpoint())).toBe(0);
    reach(other, 7);
    model.transaction(() => reach(model.handle, model.checkpoint() + 1));
    expect(model.ask(() => model.checkpoint())).toBe(8);
    await nextTurn();
    expect(other.prepare('SELECT size FROM checkpoint').get()).toEqual({ size: 8 });
  }));

test('a question that fails leaves no transaction open', () =>
  withTwo(async (model) => {
    expect(() => model.ask(() => model.handle.exec('SELECT * FROM no_table'))).toThrow('no such table');
    expect(model.handle.isTransaction).toBe(false);
    expect(model.ask(() => model.checkpoint())).toBe(0);
  }));
