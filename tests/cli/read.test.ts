import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { printed } from '../helpers/printed.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-read-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = join(import.meta.dirname, '../../src/data');
const ledger = (...args: string[]): Promise<string> =>
  printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', folder]));
const reading = ['read', join(data, 'summit-2025-08.txt'), '--publisher', 'News summary', '--published', '2025-08-22'];

test('read prints each sentence that announces something, with its drafts in the words of the house', async () => {
  await ledger('import', join(data, 'summit-2025-08.ndjson'));
  const text = await ledger(...reading);
  expect(text).toContain('Lee then heads to Washington for a 25 August summit');
  expect(text).toContain('Planned · South Korea → United States · due 25 Aug 2025 · happened 22 Aug 2025');
  expect(text).toContain('Observed · South Korea → United States · more than US$1 billion a year · happened 22 Aug 2025');
  expect(text).toMatch(/\n\d\d drafts in 1\d sentences, \d\d of them complete; sha256\s+230a8bcd/);
});

test('what read writes is a document that record --document records', async () => {
  const file = join(folder, 'document.json');
  expect(await ledger(...reading, '-o', file)).toBe('');
  expect(await ledger('record', '--document', file, '--dry-run')).toMatch(/^nothing recorded; \d\d items would be\n/);
});
