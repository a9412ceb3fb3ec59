import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { printed } from '../helpers/printed.ts';

/** What two desks recorded, found by the command line. */

const folder = mkdtempSync(join(tmpdir(), 'ledger-doubles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const summit = join(import.meta.dirname, '../../src/data/summit-2025-08.ndjson');
/** The same announcements as another desk sends them: with other ids, and in other commitments. */
const another = join(folder, 'another.ndjson');
writeFileSync(another, readFileSync(summit, 'utf8').replaceAll(/"01(?=[0-9A-HJKMNP-TV-Z]{24}")/g, '"02'));

function desk(name: string) {
  const run = async (...args: string[]): Promise<{ out: string; told: string[] }> => {
    const told: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      told.push(...String(text).trimEnd().split('\n'));
      return true;
    });
    const out = await printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', join(folder, name)]));
    write.mockRestore();
    return { out, told };
  };
  return { run };
}

test('what another desk recorded of the same text is found line by line, reported or refused', async () => {
  const { run } = desk('import');
  await run('import', summit);
  // A line that is there already is no double of itself.
  expect((await run('import', summit, '--doubles', 'report')).told).toEqual(['0 recorded, 42 already there, 0 refused']);
  const refused = await run('import', another, '--doubles', 'refuse');
  expect(refused.told.at(-1)).toBe('0 recorded, 0 already there, 42 refused');
  expect(refused.told[0]).toContain('found a commitment of the same title, event 1');
  expect(process.exitCode).toBe(1);
  const { told } = await run('import', another, '--doubles', 'report');
  expect(told.at(-1)).toBe('42 recorded, 0 already there, 0 refused');
  const announcements = told.filter((line) => line.includes('may be a double') && !line.includes('same title'));
  expect(announcements).toHaveLength(25);
});

test('doubles of the whole ledger are listed once, with what is the same', async () => {
  const { run } = desk('whole');
  await run('import', summit);
  const before = JSON.parse((await run('doubles', '--json')).out) as { size: number; doubles: { later: number }[] };
  expect([before.size, before.doubles.length]).toEqual([42, 2]);
  await run('import', another);
  const { doubles } = JSON.parse((await run('doubles', '--json')).out) as {
    doubles: { earlier: number; later: number; same: string[] }[];
  };
  const found = new Set(doubles.filter(({ later }) => later > 42).map(({ later }) => later));
  expect(found.size).toBe(42);
  expect(doubles).toContainEqual(expect.objectContaining({ earlier: 1, later: 43, same: ['title'] }));
  expect((await run('doubles')).out).toContain('event 43 may say what event 1 says: a commitment of the same title (“');
});
