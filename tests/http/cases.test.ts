import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importLines, restoreLines } from '../../src/exchange/transfer.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { at, fits } from '../domain/plain/expected.ts';
import { api } from '../helpers/api.ts';
import { bytes, type Given, given } from '../helpers/given.ts';

/** Small ledgers in the words of the contract, and what must be answered at which address. */
type Question = { readonly get: string; readonly path: string };
type Case = {
  readonly name: string;
  readonly lines: readonly object[];
  readonly ask: readonly (Question & { readonly expect: unknown })[];
};
type Asked = { readonly ask: Question; readonly expect: unknown; readonly question: string };

function text(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'cases', name), 'utf8');
}

function read<T>(name: string): T[] {
  return text(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

async function restored(lines: string, ledger: string): Promise<Given> {
  const log = openMemoryLog({ ledger });
  const result = await restoreLines(log, bytes(lines), { clock: Date.now });
  if ('number' in result) throw new Error(`line ${result.number}: ${JSON.stringify(result.rejection)}`);
  return given(log);
}

/** The questions of which the answer is another than it must be. */
async function wrongOf(base: Given, questions: readonly { ask: Question; expect: unknown }[]): Promise<unknown[]> {
  const { get } = api(base);
  const wrong: unknown[] = [];
  const answers = new Map<string, unknown>();
  for (const { ask, expect: expected } of questions) {
    if (!answers.has(ask.get)) answers.set(ask.get, JSON.parse((await get(ask.get)).text));
    const body = answers.get(ask.get) as { commitments?: unknown };
    // The path into a list begins at its commitments.
    const found = at(ask.path.startsWith('[') ? body.commitments : body, ask.path);
    if (!fits(found, expected)) wrong.push({ ...ask, found, expected });
  }
  return wrong;
}

test.each(read<Case>('second-edition.ndjson'))('answers as it must: $name', async ({ lines, ask }) => {
  const base = await restored(lines.map((line) => JSON.stringify(line)).join('\n'), '/ledgers/cases');
  const wrong = await wrongOf(
    base,
    ask.map(({ expect: expected, ...question }) => ({ ask: question, expect: expected })),
  );
  expect(wrong).toEqual([]);
});

test('the ledger of another desk restores and imports whole', async () => {
  const lines = text('../../src/data/second-desk.ndjson');
  const count = lines.trim().split('\n').length;
  const [first] = read<{ source: string }>('../../src/data/second-desk.ndjson');
  const base = await restored(lines, first?.source ?? '');
  expect(await base.ledger.log.size()).toBe(count);
  const empty = given().at('2026-12-01');
  const refused: unknown[] = [];
  const result = await importLines(empty.ledger, bytes(lines), { onRefused: (one) => refused.push(one) });
  expect([result, refused]).toEqual([{ recorded: count, skipped: 0, refused: 0 }, []]);
});

test('the questions of another desk are answered as it expects', async () => {
  const [first] = read<{ source: string }>('../../src/data/second-desk.ndjson');
  const base = (await restored(text('../../src/data/second-desk.ndjson'), first?.source ?? '')).at('2026-11-27');
  const questions = read<Asked>('second-desk-questions.ndjson');
  expect(questions).toHaveLength(158);
  expect(await wrongOf(base, questions)).toEqual([]);
});
