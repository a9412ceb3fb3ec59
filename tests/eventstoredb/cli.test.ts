import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { createCertificate } from './double/certificate.ts';
import { type Double, startDouble } from './double/double.ts';
import { portOfNobody } from './double/faults.ts';

// The command line on a ledger that a server holds: what it says where it cannot reach it, and that it ends.

const root = join(import.meta.dirname, '../..');
let folder: string;
let secure: Double;
let plain: Double;
let places: Record<string, string | number>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-store-'));
  const certificate = createCertificate();
  writeFileSync(join(folder, 'ca.crt'), certificate.cert);
  writeFileSync(join(folder, 'other.crt'), createCertificate().cert);
  const accounts = { admin: { password: 'se:cr@t 1', isAdmin: true }, clerk: { password: 'secret' } };
  secure = await startDouble({ secure: { ...certificate, accounts } });
  plain = await startDouble();
  places = { TLS: secure.port, PLAIN: plain.port, NOBODY: await portOfNobody(), CA: join(folder, 'ca.crt'), FOLDER: folder };
});
afterAll(async () => {
  await secure.close();
  await plain.close();
  rmSync(folder, { recursive: true, force: true });
});

const placed = (store: string): string => store.replaceAll(/[A-Z]{2,}/g, (name) => String(places[name] ?? name));

/** Runs a command in this process, as `main` does for the real one. */
async function run(...args: string[]): Promise<{ code: number; stderr: string }> {
  let stderr = '';
  // Each `main` listens to the process's own streams, which in a process of its own it does once.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
  const written = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  try {
    await main(['node', 'ledger', ...args]);
    return { code: Number(process.exitCode ?? 0), stderr };
  } finally {
    written.mockRestore();
    process.exitCode = 0;
  }
}

/** Runs a command in a process of its own; it must end by itself. */
function spawned(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'src/bin.js'), ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

const cases: [what: string, store: string, told: RegExp][] = [
  ['another scheme', 'kurrentdb://admin:secret@localhost:2113', /expected esdb:\/\/.*found kurrentdb:\/\/localhost:2113$/],
  ['no scheme', 'admin:secret@localhost:2113', /expected esdb:\/\/.*found localhost:2113$/],
  [
    'a port that is none',
    'esdb://admin:secret@localhost:port',
    /expected a connection string such as .*found esdb:\/\/localhost:port$/,
  ],
  ['an option that is none', 'esdb://admin:secret@localhost?tls=perhaps', /expected a connection string such as /],
  ['a password with a %', 'esdb://admin:secret%@localhost', /expected user and password percent-encoded/],
  ['a password with a :', 'esdb://admin:secret:1@localhost', /expected user and password percent-encoded/],
  [
    'a check that is not made',
    'esdb://admin:secret@localhost?tlsVerifyCert=false',
    /found tlsVerifyCert=false, which the client ignores/,
  ],
  ['refusals that are hidden', 'esdb://localhost?throwOnAppendFailure=false', /expected throwOnAppendFailure to be left out/],
  [
    'a file that is not there',
    'esdb://admin:secret@localhost?tlsCAFile=/no/such',
    /expected tlsCAFile.* to name files, found that one does not/,
  ],
  [
    'a wrong password',
    'esdb://admin:secret-2@localhost:TLS?tlsCAFile=CA',
    /expected a user and password that the server knows/,
  ],
  ['an unknown user', 'esdb://nobody:secret@localhost:TLS?tlsCAFile=CA', /expected a user and password that the server knows/],
  ['no user', 'esdb://localhost:TLS?tlsCAFile=CA', /expected the right to read \$all/],
  ['no right to $all', 'esdb://clerk:secret@localhost:TLS?tlsCAFile=CA', /expected the right to read \$all .*\$admins/],
  ['a certificate that nobody vouches for', 'esdb://admin:secret@localhost:TLS', /expected to agree on TLS/],
  ['another authority', 'esdb://admin:secret@localhost:TLS?tlsCAFile=FOLDER/other.crt', /expected to agree on TLS/],
  ['TLS where the server has none', 'esdb://admin:secret@localhost:PLAIN', /expected to agree on TLS/],
  [
    'no TLS where the server has it',
    'esdb://admin:secret@localhost:TLS?tls=false',
    /expected the server, found it out of reach.*tls=true/,
  ],
  ['a name that leads nowhere', 'esdb://admin:secret@no-such-host.invalid?tls=false', /expected a name that leads to a server/],
  [
    'nobody there',
    'esdb://admin:secret@127.0.0.1:NOBODY?tls=false',
    /expected the server, found it out of reach.*ECONNREFUSED/,
  ],
  [
    'nobody to discover',
    'esdb+discover://admin:secret@127.0.0.1:NOBODY?tls=false',
    /expected the server, found it out of reach.*discover/,
  ],
];

describe('a ledger in a store that cannot be used', () => {
  test.each(cases)(
    'is told in one line without a secret: %s',
    async (_, store, told) => {
      const { code, stderr } = await run('list', '--store', placed(store), '--data', join(folder, 'never'));
      expect(stderr).toMatch(/^ledger: [^\n]+\n$/);
      expect(stderr.trim()).toMatch(told);
      expect(stderr).not.toMatch(/secret|c2VjcmV0/);
      expect(code).toBe(1);
    },
    20_000,
  );

  test('ends the process, which says the same', async () => {
    const store = placed('esdb://admin:secret@localhost:TLS?tlsCAFile=CA');
    const { code, stdout, stderr } = await spawned('list', '--store', store, '--data', join(folder, 'never'));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ledger: [^\n]*expected a user and password that the server knows, found others\n$/);
  });
});

test('a restore into a store with TLS and users, and an export from it, end by themselves and keep every byte', async () => {
  const account = `admin:${encodeURIComponent('se:cr@t 1')}`;
  const at = ['--store', placed(`esdb://${account}@localhost:TLS?tlsCAFile=CA`), '--data', join(folder, 'one')];
  expect(await spawned('restore', ...summitFiles, ...at)).toMatchObject({
    code: 0,
    stderr: '88 restored, 0 were there already\n',
  });
  const exported = join(folder, 'one.ndjson');
  expect(await run('export', exported, ...at)).toEqual({ code: 0, stderr: '' });
  const copy = ['--data', join(folder, 'copy')];
  expect(await run('restore', exported, ...copy)).toMatchObject({ code: 0 });
  const again = join(folder, 'copy.ndjson');
  expect(await run('export', again, ...copy)).toMatchObject({ code: 0 });
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(exported, 'utf8'));
  await secure.stop();
  const late = await run('export', again, ...at);
  expect(late).toEqual({
    code: 0,
    stderr: 'The server cannot be reached: this is the local copy, as of the last contact with it.\n',
  });
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(exported, 'utf8'));
});

test('what a folder keeps of a store is read, checked and exported by --offline, and a folder that keeps nothing says so', async () => {
  const server = await startDouble();
  const data = join(folder, 'kept');
  const at = ['--store', server.connectionString, '--data', data];
  expect(await run('restore', ...summitFiles, ...at)).toMatchObject({ code: 0 });
  const [before, after] = [join(folder, 'before.ndjson'), join(folder, 'after.ndjson')];
  expect(await run('export', before, ...at)).toEqual({ code: 0, stderr: '' });
  await server.close();
  const told = 'Offline: this is the local copy, as of the last contact with the server.\n';
  expect(await run('export', after, '--offline', '--data', data)).toEqual({ code: 0, stderr: told });
  expect(readFileSync(after, 'utf8')).toBe(readFileSync(before, 'utf8'));
  expect(await run('check', '--offline', ...at)).toEqual({ code: 0, stderr: told });
  vi.stubEnv('LEDGER_OFFLINE', 'yes');
  expect(await run('list', '--data', data)).toEqual({ code: 0, stderr: told });
  const nothing = await run('list', '--data', join(folder, 'nowhere'));
  vi.unstubAllEnvs();
  expect(nothing).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^ledger: [^\n]*nowhere: expected what is kept here[^\n]*\n$/),
  });
});
