import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { yesOrNo } from '../../src/cli/flags.ts';
import { openLedger } from '../../src/compose.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-flags-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** Runs a command in this process, in an environment of its own; answers what it was refused for, or what it printed. */
async function ledger(args: string[], environment: Record<string, string> = {}): Promise<string> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await program().parseAsync(['node', 'ledger', ...args]);
    return printed;
  } catch (error) {
    return String(error);
  } finally {
    write.mockRestore();
    vi.unstubAllEnvs();
  }
}

test.each(['true', 'TRUE', 'yes', 'on', '1', ' 1 '])('"%s" is a yes', (word) => expect(yesOrNo(word)).toBe(true));
test.each(['false', 'False', 'no', 'off', '0', '', ' '])('"%s" is a no', (word) => expect(yesOrNo(word)).toBe(false));
test.each(['maybe', '2', 'ja', 'null', 'constructor', '__proto__', 'truefalse'])('"%s" is neither', (word) =>
  expect(yesOrNo(word)).toBeUndefined(),
);

test('a no in LEDGER_OPEN keeps the service closed, and another word is refused', async () => {
  for (const word of ['false', '0', 'no', 'off', '', 'FALSE'])
    expect([word, await ledger(['serve', '--host', '0.0.0.0'], { LEDGER_OPEN: word })]).toEqual([
      word,
      expect.stringContaining('expected a loopback address'),
    ]);
  expect(await ledger(['serve', '--host', '0.0.0.0'], { LEDGER_OPEN: 'maybe' })).toBe(
    'Error: expected LEDGER_OPEN to be true or false (or yes, no, on, off, 1, 0), found "maybe"',
  );
});

test('every option that is on or off is read from its variable in this one way', async () => {
  const variables = program().commands.flatMap(({ options }) =>
    options.filter((one) => one.isBoolean()).map(({ envVar }) => envVar),
  );
  expect(new Set(variables.filter(Boolean))).toEqual(new Set(['LEDGER_OPEN', 'LEDGER_REVIEW', 'LEDGER_JSON']));
  const data = ['--data', join(folder, 'flags')];
  await (await openLedger({ data: join(folder, 'flags') })).close();
  const plain = await ledger(['list', ...data]);
  expect(plain).not.toContain('{');
  expect(await ledger(['list', ...data], { LEDGER_JSON: 'no' })).toBe(plain);
  const json = await ledger(['list', '--json', ...data]);
  expect(JSON.parse(json)).toMatchObject({ commitments: [] });
  expect(await ledger(['list', ...data], { LEDGER_JSON: 'yes' })).toBe(json);
  expect(await ledger(['list', '--json', ...data], { LEDGER_JSON: 'no' })).toBe(json);
  expect(await ledger(['list', ...data], { LEDGER_JSON: 'json' })).toContain('expected LEDGER_JSON to be true or false');
});

test('a public address or a proxy that is none is refused before the service starts', async () => {
  expect(await ledger(['serve'], { LEDGER_PUBLIC_URL: 'ledger.example' })).toContain(
    'expected --public-url to be an http or https address without a path',
  );
  expect(await ledger(['serve', '--trusted-proxy', 'nginx'])).toContain(
    'expected --trusted-proxy to be addresses such as 10.0.0.7',
  );
});

const opening = JSON.stringify({
  title: 'T',
  topic: 'trade/x',
  from: ['KR'],
  to: ['US'],
  announcement: {
    type: 'observed',
    happened: '2025-08-22',
    saidBy: [{ actor: 'KR' }],
    sources: [{ publisher: 'P', url: 'https://p.example' }],
  },
});

test('what is recorded without a name is recorded by anonymous, never by the account', async () => {
  const data = join(folder, 'anonymous');
  const file = join(folder, 'opening.json');
  writeFileSync(file, opening);
  const recorder = async (args: string[], environment: Record<string, string> = {}): Promise<unknown> =>
    JSON.parse(await ledger(['record', 'opened', '--file', file, '--json', '--data', data, ...args], environment)).recordedBy;
  const account = { USER: 'operator', LOGNAME: 'operator', USERNAME: 'operator' };
  expect(await recorder([], account)).toBe('anonymous');
  expect(await recorder([], { ...account, LEDGER_RECORDED_BY: '' })).toBe('anonymous');
  expect(await recorder([], { ...account, LEDGER_RECORDED_BY: 'desk' })).toBe('desk');
  expect(await recorder(['--recorded-by', 'night desk'], account)).toBe('night desk');
});

test.skipIf(process.platform === 'win32')('a new ledger is for its owner alone: folder 0700, files 0600', async () => {
  const data = join(folder, 'above', 'private');
  const before = process.umask(0);
  try {
    const opened = await openLedger({ data });
    try {
      const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
      expect([modeOf(join(folder, 'above')), modeOf(data)]).toEqual(['700', '700']);
      const modes = readdirSync(data).map((file) => [file, modeOf(join(data, file))]);
      expect(modes.map(([file]) => file)).toEqual([
        'log.sqlite',
        'log.sqlite-shm',
        'log.sqlite-wal',
        'views.sqlite',
        'views.sqlite-shm',
        'views.sqlite-wal',
      ]);
      expect(modes.filter(([, mode]) => mode !== '600')).toEqual([]);
    } finally {
      await opened.close();
    }
  } finally {
    process.umask(before);
  }
});
