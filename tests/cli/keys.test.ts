import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bin } from '../faults/service.ts';

/** A service that others reach, run as an operator runs it: keys first, then the service, then those who record and read. */

const folder = mkdtempSync(join(tmpdir(), 'ledger-people-'));
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { code: number; stdout: string; stderr: string };

function ledger(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { env: { ...process.env, LEDGER_DATA: data } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
}

/** Runs the service until `work` is done. */
async function serving(args: string[], work: (url: string) => Promise<void>): Promise<string> {
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk) => (told += String(chunk)));
  try {
    const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
    const port = /http:\S+:(\d+)/.exec(String(line))?.[1];
    if (port === undefined) throw new Error(`expected a service, found ${told}`);
    await work(`http://127.0.0.1:${port}`);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  return told;
}

test.each([
  ['0.0.0.0', ['--host', '0.0.0.0']],
  ['https://ledger.example', ['--public-url', 'https://ledger.example']],
])('a service that others reach at %s does not start without keys, and says how to add one', async (where, args) => {
  const { code, stderr } = await ledger('serve', '--port', '0', ...args);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`found ${where} and no key in ${data}`)]);
  expect(stderr).toContain('ledger keys add NAME --role admin');
});

test('with --open and no keys anyone reads and nobody records', async () => {
  const told = await serving(['--host', '0.0.0.0', '--open'], async (url) => {
    expect((await fetch(`${url}/commitments`)).status).toBe(200);
    expect((await fetch(`${url}/commitments`, { method: 'POST' })).status).toBe(401);
  });
  expect(told).toContain('anyone may read, and nobody may record');
});

test('named people record, others read, and a key that is revoked ends at once', async () => {
  const recorder = join(folder, 'recorder.key');
  const reader = join(folder, 'reader.key');
  const given = await ledger('keys', 'add', 'Kim Min-ji', '--role', 'record');
  expect(given).toMatchObject({ code: 0, stderr: expect.stringContaining('shown once') });
  writeFileSync(recorder, given.stdout);
  writeFileSync(reader, (await ledger('keys', 'add', 'analyst', '--role', 'read')).stdout);
  expect(statSync(join(data, 'keys.json')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(data, 'keys.json'), 'utf8')).not.toContain(given.stdout.trim());

  await serving(['--host', '0.0.0.0'], async (server) => {
    const asking = ['--server', server, '--key-file'];
    const opening = ['--set', 'title=Patrol vessels', '--set', 'topic=alliance/maritime', '--set', 'from=["JP"]'];
    const announcement = `announcement={"type":"observed","happened":"2025-09-10","saidBy":[{"actor":"JP"}],"sources":[{"publisher":"P","url":"https://p.example"}]}`;
    const record = ['record', 'opened', ...opening, '--set', 'to=["PH"]', '--set', announcement, ...asking];
    expect(await ledger(...record, reader)).toMatchObject({
      code: 1,
      stderr: 'ledger: expected a key of the role record, found that of analyst, whose role is read\n',
    });
    expect((await ledger(...record, recorder)).stderr).toBe('');
    const exported = await ledger('export', ...asking, reader);
    expect(exported.stdout.match(/"recordedby":"Kim Min-ji"/g)).toHaveLength(2);
    expect(await ledger('list', '--server', server)).toMatchObject({
      code: 1,
      stderr: 'ledger: expected a key of the role read in Authorization: Bearer, found none\n',
    });
    await ledger('keys', 'revoke', 'analyst');
    expect((await ledger('list', ...asking, reader)).stderr).toContain('expected Authorization: Bearer with a key in force');
  });
  const listed = (await ledger('keys', 'list')).stdout;
  expect(listed).toMatch(/^record {2}Kim Min-ji {2}since \d{4}-\d\d-\d\d\nread {4}analyst {2}since \S+, revoked \S+\n$/);
  const asJson = (await ledger('keys', 'list', '--json')).stdout;
  expect(JSON.parse(asJson).keys[0]).toEqual({ name: 'Kim Min-ji', role: 'record', issued: expect.any(String) });
});

test('the log of a service has a line for each request, and no key in any of them', async () => {
  const { stdout } = await ledger('keys', 'add', 'logged', '--role', 'record');
  const key = stdout.trim();
  const told = await serving(['--host', '0.0.0.0', '--log', 'json'], async (url) => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: url, 'Sec-Fetch-Site': 'same-origin' };
    for (const typed of [key, `${key}x`]) {
      await fetch(`${url}/sign-in`, {
        method: 'POST',
        headers: form,
        body: new URLSearchParams({ key: typed }),
        redirect: 'manual',
      });
      await fetch(`${url}/commitments?key=${typed}`, { headers: { Authorization: `Bearer ${typed}` } });
      await fetch(`${url}/${typed}`);
    }
  });
  const lines = told
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { route: string; status: number; by?: string });
  // A line is written when its answer is sent, which may be after that of the next one.
  expect(lines.map(({ route, status, by }) => [route, status, by].join(' ')).toSorted()).toEqual([
    '/commitments 400 logged',
    '/commitments 401 ',
    '/sign-in 303 ',
    '/sign-in 401 ',
    'other 401 ',
    'other 401 ',
  ]);
  expect(told).not.toContain(key.slice('ledger_'.length));
});
