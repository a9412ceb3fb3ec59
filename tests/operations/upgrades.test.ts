import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLedger } from '../../src/compose.ts';
import { record } from '../../src/command/ledger.ts';
import { hasLedger } from '../../src/compose.ts';
import { program } from '../../src/cli/program.ts';
import { check, checkReadModel } from '../../src/read/check.ts';
import { spoken } from '../helpers/given.ts';

/**
 * A folder that the first edition of this program made (its commit 3ab086f, of 24 November 2026): the 42 events of the summits that it
 * shipped with, restored by its own `ledger restore`, and the read model that it folded.
 */
const made = join(import.meta.dirname, 'firstEdition');
const root = 'FEA/h7v4VImimxUpDkZWT0oh7Ifx7x6fLm5l9EjXcys=';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'ledger-upgrade-')), 'data');
  cpSync(made, folder, { recursive: true });
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

test('a ledger that the first edition made opens, is sound, and has the root that its events had', async () => {
  const opened = await openLedger({ data: folder });
  const { ledger, reader } = opened;
  const { events, findings, root: found } = await check(ledger.log);
  expect([events, findings, found]).toEqual([42, [], root]);
  expect(await checkReadModel(reader)).toEqual([]);
  await opened.close();
});

test('it is gone on with: what is recorded after an upgrade follows what was recorded before it', async () => {
  const opened = await openLedger({ data: folder, recordedBy: 'desk' });
  const { ledger } = opened;
  const [first] = await ledger.log.read(0, 1);
  const commitment = first?.stream ?? '';
  const outcome = await record(ledger, { commitment, events: [{ type: 'observed', data: spoken } as never] });
  expect(outcome).toMatchObject({ recorded: [expect.objectContaining({ sequence: 43, recordedBy: 'desk' })] });
  expect(await ledger.log.verify()).toEqual([]);
  await opened.close();
});

test.each([1, 99])('a read model of version %i is folded anew, by an older program as by a newer one', async (version) => {
  const database = new DatabaseSync(join(folder, 'views.sqlite'));
  database.exec(`CREATE TABLE IF NOT EXISTS about (version INTEGER, ledger TEXT); UPDATE about SET version = ${version}`);
  database.close();
  const opened = await openLedger({ data: folder });
  const { ledger, reader } = opened;
  await reader.readModel.catchUp(await ledger.log.size());
  expect([reader.readModel.checkpoint(), await reader.readModel.flaws()]).toEqual([42, []]);
  await opened.close();
});

test('a log of a newer version is refused, names the remedy, and is left as it is', async () => {
  const database = new DatabaseSync(join(folder, 'log.sqlite'));
  database.exec('PRAGMA user_version = 2');
  database.close();
  const before = readFileSync(join(folder, 'log.sqlite'));
  await expect(openLedger({ data: folder })).rejects.toThrow('a newer version of this program wrote it; run that version');
  expect([hasLedger(folder), readFileSync(join(folder, 'log.sqlite')).equals(before)]).toEqual([true, true]);
});

test('the unit for systemd and the proxy in front name options that there are, and a proxy that is believed', () => {
  const unit = readFileSync(join(import.meta.dirname, '../../src/operations/ledger.service'), 'utf8');
  const serve = program().commands.find((command) => command.name() === 'serve');
  const options = [...program().options, ...(serve?.options ?? [])].map(({ envVar }) => envVar);
  const named = [...unit.matchAll(/^Environment=(LEDGER_\w+)=/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !options.includes(name))).toEqual([]);
  const proxy = readFileSync(join(import.meta.dirname, '../../src/operations/nginx.conf'), 'utf8');
  // Each place that passes a request on says for whom it was.
  const places = proxy.split('location ').filter((place) => place.includes('proxy_pass'));
  for (const place of places)
    for (const header of ['X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-For', 'X-Request-Id'])
      expect(place).toContain(`proxy_set_header ${header} `);
  expect([places.length, /\$proxy_add_x_forwarded_for;/.test(proxy)]).toEqual([2, false]);
});
