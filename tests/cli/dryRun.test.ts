import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { printed } from '../helpers/printed.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-dry-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ledger = (...args: string[]): Promise<string> =>
  printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', folder]));

const fields = ['--set', 'happened=2025-08-22', '--said-by', 'KR', '--source', 'The Gazette https://gazette.example/1'];

test('record --dry-run says what would be recorded and what looks doubtful, and records nothing', async () => {
  const announcement =
    'announcement={"type":"pledged","happened":"2025-08-22","saidBy":[{"actor":"KR"}],"sources":[{"publisher":"The Gazette","url":"https://gazette.example/1"}]}';
  const opening = ['--set', 'title=Ships', '--set', 'topic=trade/ships', '--set', 'from=["KR"]', '--set', 'to=["US"]'];
  const dry = await ledger('record', 'opened', ...opening, '--set', announcement, '--dry-run');
  expect(dry).toBe('nothing recorded; it would be event 1\n');
  const recorded = await ledger('record', 'opened', ...opening, '--set', announcement);
  const id = /recorded (\w+) as event 1/.exec(recorded)?.[1] ?? '';
  expect(await ledger('record', 'observed', '--commitment', id, ...fields, '--dry-run')).toBe(
    'nothing recorded; it would be event 3\n',
  );
  await ledger('record', 'observed', '--commitment', id, ...fields);
  expect(await ledger('record', 'observed', '--commitment', id, ...fields, '--dry-run')).toBe(
    'nothing recorded; it would be event 4\ndoubtful: /sources/0: an announcement of the same type and day, by the same speakers or from the same source is recorded already, as event 3; is it the same?\n',
  );
});
