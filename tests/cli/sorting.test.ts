import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { printed } from '../helpers/printed.ts';

const data = mkdtempSync(join(tmpdir(), 'ledger-sorting-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const ledger = async (...args: string[]): Promise<string> =>
  printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', data]));

beforeAll(async () => {
  await ledger('restore', ...summitFiles);
});

const id = '01K38TCSG01P8WHPQX4R74FFK2';

test('a history sorted on the terminal says so, and each event says what it says in the order of recording', async () => {
  const blocks = (text: string): string[] => text.trimEnd().split('\n\n').slice(1);
  const recorded = await ledger('history', id);
  const newest = await ledger('history', id, '--sort=-recorded');
  expect(recorded).toMatch(/In order of\s+recording\./);
  expect(newest).toMatch(/Sorted by\s+-recorded\./);
  expect(blocks(recorded).length).toBeGreaterThan(3);
  expect(blocks(newest)).toEqual(blocks(recorded).toReversed());
  const { events } = JSON.parse(await ledger('history', id, '--sort', 'type', '--json')) as { events: { type: string }[] };
  expect(events.map(({ type }) => type)).toEqual(events.map(({ type }) => type).toSorted());
});

test('what changed is sorted on the terminal by title, by the fields of each commitment, and its totals by payer', async () => {
  type Answer = {
    commitments: { title: string; fields: { field: string }[] }[];
    totals: { before?: { payer: string }; after?: { payer: string } }[];
  };
  const changes = async (sort: string): Promise<Answer> =>
    JSON.parse(await ledger('changes', '--from', '42', '--as-of', '2025-09-30', `--sort=${sort}`, '--json')) as Answer;
  const inOrder = new Intl.Collator('en', { numeric: true }).compare;
  const titles = (await changes('title')).commitments.map(({ title }) => title);
  expect(titles.length).toBeGreaterThan(5);
  expect(titles).toEqual(titles.toSorted(inOrder));
  for (const { fields } of (await changes('-field')).commitments) {
    const names = fields.map(({ field }) => field);
    expect(names).toEqual(names.toSorted(inOrder).toReversed());
  }
  const payers = (await changes('payer')).totals.map(({ before, after }) => (after ?? before)?.payer ?? '');
  expect(payers).toEqual(payers.toSorted(inOrder));
  const text = await ledger('changes', '--from', '42', '--as-of', '2025-09-30', '--sort=-title');
  expect(text.indexOf(titles.at(-1) ?? 'none')).toBeGreaterThan(0);
});
