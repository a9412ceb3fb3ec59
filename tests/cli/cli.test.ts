import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { samples, summitFiles } from '../../src/cli/sample.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { generate, generatedLedger } from '../bench/generate.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ledger-cli-'));
const data = join(folder, 'ledger');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { code: number; stdout: string; stderr: string };

function ledger(args: string[], options: { env?: Record<string, string>; input?: string } = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const environment = { ...process.env, LEDGER_DATA: data, ...options.env };
    const child = execFile(
      process.execPath,
      [join(root, 'src/bin.js'), ...args],
      { env: environment },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}

beforeAll(async () => {
  expect(await ledger(['restore', ...summitFiles])).toMatchObject({ code: 0, stderr: '88 restored, 0 were there already\n' });
});

test('export writes to standard output, and restores to the same bytes from standard input', async () => {
  const { stdout } = await ledger(['export']);
  const copy = join(folder, 'copy');
  expect(await ledger(['restore', '-', '--data', copy], { input: stdout })).toMatchObject({ code: 0 });
  expect((await ledger(['export', '-', '--data', copy])).stdout).toBe(stdout);
  const file = join(folder, 'export.ndjson');
  await ledger(['export', file]);
  expect(readFileSync(file, 'utf8')).toBe(stdout);
});

test('a view as JSON names its cut; options and environment say the same', async () => {
  const byOption = await ledger(['view', 'trade-terms', '--json', '--known-at', '2025-08-22']);
  const byEnvironment = await ledger(['view', 'trade-terms', '--json'], { env: { LEDGER_KNOWN_AT: '2025-08-22' } });
  expect(byEnvironment.stdout).toBe(byOption.stdout);
  expect(JSON.parse(byOption.stdout)).toMatchObject({ view: 'trade-terms', cut: { size: 42, asOf: '2025-08-23' } });
});

test('text fits a terminal and reads as a chronicle', async () => {
  for (const args of [
    ['view', 'alliance-costs'],
    ['history', '01K38TCSG0ZY4D2YHKXQRQD64H'],
    ['show', '01K38TCSG0D83FFH9B8VC8WDMT'],
    ['list'],
  ]) {
    const { stdout, code } = await ledger(args);
    expect(code).toBe(0);
    const longest = stdout.split('\n').filter((line) => !line.includes('http') && line.length > 100);
    expect(longest).toEqual([]);
  }
});

test.each([
  [['view', 'tarde-terms'], 'expected a view (alliance-costs'],
  [['show', '01K38TCSG0D83FFH9B8VC8WDMZ'], 'expected a commitment known at size 88'],
  [['list', '--known-at', 'yesterday'], 'found "yesterday"'],
  [['list', '--as-of', '2025-02-30'], 'found "2025-02-30"'],
  [['list', '--size', '99'], 'expected a size of at most 88'],
  [['list', '--size', '-1'], 'expected a whole number'],
  [['list', '--size', '5', '--known-at', '2025-08-22'], 'found both'],
  [['list', '--stage', 'agreed'], 'stage: expected one of none, noted, proposed'],
  [['restore', '/does/not/exist'], 'expected a file, found nothing of that name: /does/not/exist'],
  [['import', '/tmp'], 'expected a file, found a folder: /tmp'],
  [['import', '/does/not/exist'], 'expected a file, found nothing of that name: /does/not/exist'],
  [['record', 'observed', '--file', '/tmp'], 'expected a file, found a folder: /tmp'],
  [['list', '--server', 'http://127.0.0.1:1', '--key-file', '/tmp'], 'expected a file, found a folder: /tmp'],
  [['watch', '--after', '89'], 'expected --after to be at most 88'],
  [['replay', 'tarde-terms'], 'expected a view (alliance-costs'],
  [['replay', 'all', '--to', '89'], 'expected a size of at most 88'],
  [['frobnicate'], 'unknown command'],
  [['list', '--data', '/tmp/no-such-ledger'], 'expected a ledger in the folder /tmp/no-such-ledger, found none'],
  [['import', '-', '--ledger', '/ledgers/two words'], 'expected a name without space or +'],
  [['serve', '--host', '0.0.0.0'], 'expected a loopback address'],
])('ledger %j is told what was expected', async (args, message) => {
  const { code, stderr, stdout } = await ledger(args);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(code).toBe(1);
});

test('import tells each refused line by number, records the rest, and says so by its exit code', async () => {
  const lines = readFileSync(summitFiles[0] ?? '', 'utf8')
    .split('\n')
    .slice(0, 2);
  const file = join(folder, 'broken.ndjson');
  writeFileSync(file, [lines[0], '{"cut off', lines[1]].join('\n'));
  const result = await ledger(['import', file, '--data', join(folder, 'import'), '--ledger', '/ledgers/mine']);
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/^line 2 refused \(invalid\).*\n2 recorded, 0 already there, 1 refused\n$/);
});

test('restore stops at the first line that breaks a rule, and names it', async () => {
  const lines = readFileSync(summitFiles[0] ?? '', 'utf8')
    .split('\n')
    .slice(0, 3);
  const result = await ledger(['restore', '-', '--data', join(folder, 'stopped')], {
    input: [lines[0], lines[1], lines[1], lines[2]].join('\n'),
  });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('line 3 refused (id-taken)');
  expect(result.stderr).toContain('2 events are in the ledger');
});

test('check finds a sound ledger sound, and rebuild folds it anew', async () => {
  expect(await ledger(['check'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^88 events of 27 commitments in \/ledgers\/korea-2025: sound\nroot \S{44} of 88 events\n$/),
  });
  expect(await ledger(['rebuild'])).toMatchObject({ code: 0, stderr: 'rebuilt from 88 events: it was equal before\n' });
});

test('replay tells where a corrupted read model differs, and rebuild mends it', async () => {
  const equal = 'all: 27 commitments at size 88: equal\n';
  expect(await ledger(['replay', 'all'])).toMatchObject({ code: 0, stdout: equal, stderr: '' });
  expect(await ledger(['replay', 'trade-terms', '--to', '42'])).toMatchObject({ code: 0 });
  const database = new DatabaseSync(join(data, 'views.sqlite'));
  const sql = `UPDATE marks SET passed = d1 - 1 WHERE number = (SELECT number FROM mark_names WHERE mark = 'party KR')
    AND sequence = (SELECT sequence FROM commitments WHERE id = ?)`;
  database.prepare(sql).run('01K38TCSG0D83FFH9B8VC8WDMT');
  database.close();
  const { code, stdout } = await ledger(['replay', 'all']);
  expect(code).toBe(1);
  expect(stdout).toContain('01K38TCSG0D83FFH9B8VC8WDMT differs at /marks/party KR\n');
  const mended = await ledger(['rebuild']);
  expect(mended.stdout).toContain('01K38TCSG0D83FFH9B8VC8WDMT differs at /marks/party KR\n');
  expect(mended.stderr).toMatch(/^rebuilt from 88 events: \d+ differences mended\n$/);
  expect(await ledger(['replay', 'all'])).toMatchObject({ code: 0, stdout: equal });
});

test.skipIf(process.platform !== 'linux')(
  'a replay that is interrupted says that nothing was changed, and nothing was',
  async () => {
    const folder = join(data, '../large');
    const log = openSqliteLog({ file: join(folder, 'log.sqlite'), ledger: generatedLedger });
    await log.extend([...generate({ seed: 3, events: 5000 })]);
    await log.close();
    for (const command of [['replay', 'all'], ['rebuild']]) {
      const child = spawn(process.execPath, [join(root, 'src/bin.js'), ...command, '--data', folder]);
      let errors = '';
      child.stderr.on('data', (chunk) => (errors += String(chunk)));
      const closed = once(child, 'close') as Promise<[number | null]>;
      // It has opened the ledger and folds.
      const files = (): string[] => readdirSync(`/proc/${child.pid}/fd`).map((fd) => linkOf(`/proc/${child.pid}/fd/${fd}`));
      while (!files().some((file) => file.endsWith('views.sqlite'))) await sleep(5);
      child.kill('SIGINT');
      expect(await closed).toEqual([130, null]);
      expect(errors).toBe('\ninterrupted: nothing was changed\n');
    }
    const equal = /^all: \d+ commitments at size 5000: equal\n$/;
    expect(await ledger(['replay', 'all', '--data', folder])).toMatchObject({ code: 0, stdout: expect.stringMatching(equal) });
  },
  240_000,
);

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Starts `ledger watch` and reads its lines until there are `count`; then interrupts it. */
async function watched(args: string[], count: number): Promise<[string[], number | null]> {
  const environment = { ...process.env, LEDGER_DATA: data };
  const child = spawn(process.execPath, [join(root, 'src/bin.js'), 'watch', ...args], { env: environment });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
    if (text.split('\n').length > count) child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return [text.split('\n').slice(0, -1), code];
}

test('watch follows the ledger, as lines for people or of the interchange, until interrupted', async () => {
  const [people, code] = await watched(['--after', '86'], 2);
  expect(code).toBe(0);
  expect(people).toHaveLength(2);
  expect(people[0]).toMatch(/^87 {2}\d{4}-\d\d-\d\dT[\d:.]+Z {2}\S+ {2}[a-z]+ .*: .+$/);
  const { stdout } = await ledger(['export']);
  expect((await watched(['--json', '--after', '80'], 8))[0]).toEqual(stdout.trim().split('\n').slice(80));
});

test.each(Object.keys(samples))(
  'the demo of %s says first where it is served, and all it says fits on a page of 60 lines',
  async (sample) => {
    const child = spawn(process.execPath, [join(root, 'src/bin.js'), 'demo', '--port', '0', '--sample', sample], { cwd: root });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    await expect.poll(() => output).toContain('curl');
    child.kill('SIGINT');
    await new Promise((resolve) => child.on('close', resolve));
    expect(output).toMatch(/^http:\/\/127\.0\.0\.1:\d+ /);
    expect(output.split('\n').length - 1).toBeLessThanOrEqual(60);
  },
);

test('the demo of another desk shows one suspended, those who joined, and a delivery against its promise', async () => {
  const { stdout } = await ledger(['demo', '--no-serve', '--sample', 'second-desk']);
  expect(stdout).toContain('suspended since 23 Feb 2026: the term industrial');
  expect(stdout).toContain('bound since 7 Mar 2024 (formalised): Sweden');
  expect(stdout).toContain('delivered about US$200 billion, 26.7 % of what was promised');
});

test('every command has help with an example', async () => {
  const ledgerCommand = program();
  expect(ledgerCommand.commands.map((command) => command.name())).toEqual([
    'serve',
    'demo',
    'import',
    'export',
    'restore',
    'list',
    'show',
    'history',
    'view',
    'report',
    'parties',
    'due',
    'documents',
    'changes',
    'figure',
    'record',
    'read',
    'watch',
    'replay',
    'rebuild',
    'check',
    'proof-key',
    'checkpoint',
    'prove',
    'bundle',
    'verify',
    'witness',
    'keys',
    'backup',
    'doctor',
    'doubles',
    'template',
    'drafts',
  ]);
  for (const command of ledgerCommand.commands) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(/Example:\n {2}\$ ledger /);
    if (command.name() === 'view') expect((await ledger(['view', '--help'])).stdout).toBe(help);
  }
  expect((await ledger(['--help'])).stdout).toMatch(/^ {2}view \[options\] \[name\] /m);
});

test('a pipe that is closed early is no fault', async () => {
  const child = spawn(
    'sh',
    ['-c', `"${process.execPath}" src/bin.js history 01K38TCSG0ZY4D2YHKXQRQD64H | head -1; echo done`],
    {
      cwd: root,
      env: { ...process.env, LEDGER_DATA: data },
    },
  );
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  await new Promise((resolve) => child.on('close', resolve));
  expect(errors).toBe('');
});

test('records by hand through the same rules, and says field by field what is missing', async () => {
  const copy = join(folder, 'by-hand');
  await ledger(['restore', summitFiles[0] ?? '', '--data', copy]);
  const troops = '01K38TCSG08170QPCPMJCEX2X0';
  const at = ['--data', copy, '--commitment', troops];
  const missing = await ledger(['record', 'proposed', ...at, '--set', 'happened=2025-10-01']);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain('/saidBy: expected array, found nothing');
  expect(missing.stderr).toMatch(/\/mode: expected one of "demand", "request"/);
  const speaking = [
    '--set',
    'happened=2025-10-01',
    '--said-by',
    'office:kr-mnd for KR',
    '--source',
    'Yonhap https://example.org/1',
  ];
  expect(await ledger(['record', 'observed', ...at, ...speaking])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^recorded \w{26} as event 43\n$/),
  });
  const stale = await ledger(['record', 'observed', ...at, ...speaking, '--if-match', '0']);
  expect(stale.stderr).toContain('expected the commitment at revision 0, found 2');
  const body = JSON.stringify({
    happened: '2025-10-02',
    saidBy: [{ actor: 'US' }],
    sources: [{ publisher: 'x', url: 'https://example.org' }],
  });
  expect(await ledger(['record', 'observed', ...at, '--file', '-', '--json'], { input: body })).toMatchObject({ code: 0 });
  expect((await ledger(['record', 'wished', ...at])).stderr).toContain('expected a type (opened, proposed');
});

test('record takes its file as UTF-8, of the type that was typed, with each name once', async () => {
  const copy = join(folder, 'files-by-hand');
  await ledger(['restore', summitFiles[0] ?? '', '--data', copy]);
  const at = ['--data', copy, '--commitment', '01K38TCSG08170QPCPMJCEX2X0'];
  const fields = {
    happened: '2025-10-01',
    saidBy: [{ actor: 'KR', name: 'André' }],
    sources: [{ publisher: 'x', url: 'https://example.org' }],
  };
  const file = join(folder, 'by-hand.json');
  const recorded = async (content: string | Buffer, ...more: string[]) => {
    writeFileSync(file, content);
    return ledger(['record', 'observed', ...at, '--file', file, ...more]);
  };
  const json = JSON.stringify(fields);
  expect(await recorded(Buffer.from(json, 'latin1'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('to be in UTF-8, found bytes that are not UTF-8'),
  });
  expect(await recorded(JSON.stringify({ type: 'proposed', mode: 'demand', ...fields }))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('expected the type that was typed (observed)'),
  });
  expect(await recorded(json.replace('{', '{"happened":"2025-10-02",'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('at /happened: expected each name once in an object, found "happened" twice'),
  });
  expect(await recorded(json, '--set', 'saidBy=[{"actor":"KR","actor":"US"}]')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('in --set saidBy=… at /0/actor: expected each name once'),
  });
  expect(await recorded(json, '--set', 'note=a', '--set', 'note=b')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('expected each field once, found --set note=… twice'),
  });
  expect(await recorded(json, '--set', 'type=pledged')).toMatchObject({ code: 1, stderr: expect.stringContaining('type') });
  expect(await recorded(`\uFEFF${JSON.stringify({ type: 'observed', ...fields })}`)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/as event 43\n$/),
  });
  expect((await ledger(['export', '--data', copy, '--after', '42'])).stdout).toContain('André');
});

test('against a running service, every answer is the same as from the folder', async () => {
  const child = spawn(process.execPath, [join(root, 'src/bin.js'), 'serve', '--port', '0'], {
    env: { ...process.env, LEDGER_DATA: data },
  });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const [address = ''] = /http:\S+/.exec(String(line)) ?? [];
    for (const args of [
      ['list', '--party', 'US'],
      ['view', 'trade-terms', '--size', '60'],
      ['show', '01K38TCSG0D83FFH9B8VC8WDMT', '--json'],
      ['history', '01K38TCSG0D83FFH9B8VC8WDMT'],
    ]) {
      const remote = await ledger([...args, '--server', address]);
      expect(remote).toMatchObject({ code: 0 });
      expect(remote).toEqual(await ledger(args));
    }
    expect((await ledger(['show', '01K38TCSG0D83FFH9B8VC8WDMZ', '--server', address])).stderr).toContain(
      'expected a commitment known',
    );
  } finally {
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  }
  expect((await ledger(['list', '--server', 'http://127.0.0.1:9'])).stderr).toContain(
    'expected a service at http://127.0.0.1:9',
  );
});
