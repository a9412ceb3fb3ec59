import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openLedger } from '../../src/compose.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { examineFolder } from '../../src/operations/folder.ts';
import { examineLedger } from '../../src/operations/doctor.ts';
import { changeKeys } from '../../src/people/keyFile.ts';
import { addKey, revokeKey } from '../../src/people/keys.ts';
import { bytesOf } from '../helpers/given.ts';
import { bin } from '../faults/service.ts';

/** What the doctor says of folders that something is wrong with. */

const place = mkdtempSync(join(tmpdir(), 'ledger-doctor-'));
const sound = join(place, 'sound');
let data: string;
let made = 0;

beforeAll(async () => {
  const opened = await openLedger({ data: sound, ledger: '/ledgers/korea-2025' });
  await restoreLines(opened.ledger.log, bytesOf(...summitFiles), { clock: Date.now });
  await opened.close();
});
beforeEach(() => {
  data = join(place, `folder${++made}`);
  cpSync(sound, data, { recursive: true });
  chmodSync(data, 0o700);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const examine = async (): Promise<string[]> =>
  [...examineFolder(data), ...(await examineLedger(() => openLedger({ data })))].map(
    ({ severity, text }) => `${severity} ${text}`,
  );

function run(...args: string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, 'doctor', ...args], (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    );
  });
}

/** Changes some bytes of a file, which stays as long as it is. */
function patch(file: string, at: number, bytes: Uint8Array): void {
  const handle = openSync(join(data, file), 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

test('a sound folder has nothing wrong, and holds what it held', async () => {
  expect(await examine()).toEqual([]);
  const opened = await openLedger({ data });
  const { ledger } = opened;
  expect([await ledger.log.size(), await ledger.log.verify()]).toEqual([88, []]);
  await opened.close();
});

test('the exit code says whether something is wrong, soon, or not at all', async () => {
  expect(await run('--data', data)).toEqual({ code: 0, stdout: expect.stringContaining(`${data}: nothing is wrong`) });
  chmodSync(data, 0o755);
  expect(await run('--data', data)).toEqual({ code: 2, stdout: expect.stringMatching(/^soon .*chmod -R go= /) });
  writeFileSync(join(data, 'keys.json'), '{', { mode: 0o600 });
  const { code, stdout } = await run('--data', data, '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    expect.objectContaining({
      findings: [expect.objectContaining({ severity: 'soon' }), expect.objectContaining({ severity: 'wrong' })],
    }),
  ]);
});

test('a folder that is misspelt is not made', async () => {
  const none = join(place, 'none');
  expect(await run('--data', none)).toEqual({
    code: 1,
    stdout: expect.stringContaining('there is no such folder; name the right one'),
  });
  expect(existsSync(none)).toBe(false);
});

test('a log of a newer version is left as it is, and the version to run is named', async () => {
  // The place of user_version in the header of an SQLite file.
  patch('log.sqlite', 60, new Uint8Array([0, 0, 0, 9]));
  expect(await examine()).toEqual([
    expect.stringMatching(/^wrong store: .*found format 9: a newer version of this program wrote it; run that version$/),
  ]);
});

test('a damaged log is told with what to do', async () => {
  patch('log.sqlite', 4096, new Uint8Array(200_000).fill(255));
  expect(await examine()).toEqual([
    expect.stringMatching(/^wrong store: .*keep the file, and restore the newest backup into another folder/),
  ]);
});

const issue = { now: 0, secret: new Uint8Array(32).fill(1) };
const cases: [name: string, spoil: () => void, expected: RegExp][] = [
  [
    'keys that are none',
    () => writeFileSync(join(data, 'keys.json'), '[]', { mode: 0o600 }),
    /^wrong .*keys\.json: .*restore the file from a backup/,
  ],
  [
    'keys that others may read',
    () => {
      changeKeys(data, (keys) => addKey(keys, { name: 'desk', role: 'record' }, issue));
      chmodSync(join(data, 'keys.json'), 0o644);
    },
    /^wrong .*keys\.json: other accounts may read it/,
  ],
  [
    'no key in force',
    () => {
      changeKeys(data, (keys) => addKey(keys, { name: 'desk', role: 'record' }, issue));
      changeKeys(data, (keys) => ({ keys: revokeKey(keys, 'desk', 1) }));
    },
    /^soon keys\.json: no key is in force/,
  ],
  [
    'a change of keys that was broken off',
    () => writeFileSync(join(data, 'keys.json.new'), '', { mode: 0o600 }),
    /^wrong .*keys\.json\.new: a change of the keys was broken off/,
  ],
  [
    'a signing key that is none',
    () => writeFileSync(join(data, 'signing-key.pem'), 'no key', { mode: 0o600 }),
    /^wrong .*signing-key\.pem: .*no checkpoint is signed/,
  ],
  [
    'views that are none',
    () => writeFileSync(join(data, 'views.json'), '{"views":[{}]}'),
    /^wrong .*views\.json: .*line 1.*SIGHUP$/,
  ],
];

test.each(cases)('%s: found in one sentence with what to do', async (_, spoil, expected) => {
  spoil();
  const findings = examineFolder(data).map(({ severity, text }) => `${severity} ${text}`);
  expect(findings).toEqual([expect.stringMatching(expected)]);
  expect(findings[0]).not.toContain('\n');
});

test('a clock that is behind the record is told with the event', async () => {
  const past = { ...(await openLedger({ data })) };
  const findings = await examineLedger(async () => ({ ...past, reader: { ...past.reader, clock: () => 0 } }));
  expect(findings.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^clock: event 1 .*expected a time of recording that has come/),
  ]);
});
