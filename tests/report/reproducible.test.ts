import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { formNames } from '../../src/report/formats.ts';
import { api } from '../helpers/api.ts';
import { givenSummits } from '../helpers/given.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ledger-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ledger(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const options = { cwd: root, env: { ...process.env, LEDGER_DATA: join(folder, 'data'), ...env } };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['src/bin.js', ...args], options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

test('each form has the same bytes from a store in memory, and in a process of another zone and language on a folder', async () => {
  const base = await givenSummits();
  writeFileSync(join(folder, 'all.ndjson'), (await api(base).get('/events?limit=1000')).text);
  expect(await ledger(['restore', join(folder, 'all.ndjson')])).toMatchObject({ code: 0 });
  const { app } = api(base);
  for (const form of formNames) {
    const here = await app.request(`/reports/all.${form}?asOf=2025-09-30&size=80&party=KR`);
    expect([form, here.status]).toEqual([form, 200]);
    const file = join(folder, `all.${form}`);
    const asked = ['report', 'all', '--party', 'KR', '--as-of', '2025-09-30', '--size', '80', '--form', form, '-o', file];
    const { err } = await ledger(asked, { TZ: 'Pacific/Kiritimati', LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' });
    expect([form, readFileSync(file).equals(Buffer.from(await here.arrayBuffer()))]).toEqual([form, true]);
    const { stdout } = await promisify(execFile)('sha256sum', [file]);
    expect(err).toContain(`Report-Digest: sha256:${stdout.slice(0, 64)} ${file}`);
  }
});

test('a file is verified by what it says of itself, and one changed byte is found', async () => {
  const file = join(folder, 'costs.md');
  await ledger(['report', 'alliance-costs', '--party', 'KR', '--as-of', '2025-09-30', '--size', '80', '-o', file]);
  expect(await ledger(['report', '--verify', file])).toMatchObject({ code: 0, out: expect.stringContaining('byte for byte') });
  writeFileSync(file, readFileSync(file, 'utf8').replace('10 billion', '11 billion'));
  expect(await ledger(['report', '--verify', file])).toMatchObject({ code: 1, out: expect.stringContaining('is not what') });
});

test('a report folded from zero has the same bytes as from the read model', async () => {
  const file = join(folder, 'replayed.html');
  const asked = ['report', 'trade-terms', '--as-of', '2025-09-30', '--size', '80', '--form', 'html', '-o', file];
  expect(await ledger([...asked, '--replay'])).toMatchObject({ code: 0, err: expect.stringContaining('gives the same bytes') });
  const replayed = readFileSync(file);
  await ledger(asked);
  expect(readFileSync(file).equals(replayed)).toBe(true);
});

test.each([
  ['/parties/KR', 'kr.md', 'bound by'],
  ['/changes?from=60&to=80&asOf=2025-09-30', 'changes.xlsx', undefined],
  ['/commitments/01K38TCSG01P8WHPQX4R74FFK2/history', 'history.html', 'History'],
  ['alliance-costs', 'costs.pdf', undefined],
  ['trade-terms', 'about.csv', 'Root of these events'],
  ['/parties/KR', 'kr.csv', 'Root of these events'],
])('the report of %s is verified by what its file says of itself', async (address, name, said) => {
  const file = join(folder, name);
  const cut = address.startsWith('/changes') ? [] : ['--as-of', '2025-09-30', '--size', '80'];
  const form = name.slice(name.indexOf('.') + 1);
  const table = form === 'csv' ? ['--table', 'about'] : [];
  expect(await ledger(['report', address, ...cut, '--form', form, ...table, '-o', file])).toMatchObject({ code: 0 });
  if (said !== undefined) expect(readFileSync(file, 'utf8')).toContain(said);
  expect(await ledger(['report', '--verify', file])).toMatchObject({ code: 0, out: expect.stringContaining('byte for byte') });
});
