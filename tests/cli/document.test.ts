import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { printed } from '../helpers/printed.ts';

/** What one document says of many commitments, from a file. */

const folder = mkdtempSync(join(tmpdir(), 'ledger-document-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [, example = ''] =
  /```yaml document\n([^]*?)```/.exec(readFileSync(join(import.meta.dirname, '../../src/cli/README.md'), 'utf8')) ?? [];

let ledgers = 0;
/** A ledger of its own; `record` records a text as a file. */
function desk() {
  const data = join(folder, String(++ledgers));
  const run = (...args: string[]): Promise<string> =>
    printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', data]));
  const record = (text: string, ...more: string[]): Promise<string> => {
    const file = join(folder, `${ledgers}.${text.startsWith('{') || text.startsWith('//') ? 'json' : 'yaml'}`);
    writeFileSync(file, text);
    return run('record', '--document', file, ...more).catch((error: unknown) => String(error).replaceAll(file, 'FILE'));
  };
  return { run, record };
}

test('the example of the README is recorded, all of it, and once', async () => {
  const { run, record } = desk();
  expect(await record(example, '--dry-run')).toBe('nothing recorded; 2 items would be\n');
  expect(await run('list', '--json')).toContain('"commitments": []');
  const first = await record(example);
  expect(first.match(/^recorded \w{26} of \w{26} as event [24]$/gm)).toHaveLength(2);
  expect(await record(example)).toBe(first);
  const list = await run('list', '--party', 'JP');
  expect(list).toContain('Japan buys American rice');
  expect(list).toContain('US$7 billion');
});

test('each refused field is named with its line, and nothing is recorded', async () => {
  const { run, record } = desk();
  const wrong = example.replace('min: 75, max: 75', 'min: 75 %, max: 75').replace('currency: USD', 'currency: Dollar');
  const line = (part: string): number => wrong.slice(0, wrong.indexOf(part)).split('\n').length;
  const refused = await record(wrong);
  expect(refused).toContain(`FILE, line ${line('min: 75 %')}, /items/0/announcement/terms/0/min: expected`);
  expect(refused).toContain(`FILE, line ${line('currency: Dollar')}, /items/1/announcement/terms/0/currency: `);
  expect(await run('list', '--json')).toContain('"commitments": []');
  // What is not there stands at the item.
  const without = await record(example.replace('topic: trade/purchases, ', ''));
  expect(without).toContain(`FILE, line ${line('- commitment: { title: Japan buys American rice')}, /items/0/commitment`);
});

test.each([
  ['what is no YAML', 'items:\n  - a: [1\n', 'FILE, line 3: '],
  ['a name twice', 'items: []\nitems: []\n', 'FILE, line 2: '],
  ['no map', '- a\n', 'expected items in FILE'],
  ['no items', 'shared: {}\n', 'FILE, line 1, /items: expected array, found nothing'],
])('%s is refused with its line', async (_, text, message) => {
  expect(await desk().record(text)).toContain(message);
});

test('JSON may have comments, and its strings keep what looks like one', async () => {
  const { run, record } = desk();
  const json = `// A document
{ "shared": { "happened": "2025-09-04", "saidBy": [{ "actor": "JP" }],
    /* where it stands */ "sources": [{ "publisher": "The Example", "url": "https://example.org/a//b" }] },
  "items": [{ "commitment": { "title": "Rice // \\"and\\" /* energy */", "topic": "trade/rice", "from": ["JP"], "to": ["US"] },
    "announcement": { "type": "pledged" } }] }`;
  expect(await record(json)).toMatch(/^recorded/);
  expect(await run('list')).toContain('Rice // "and" /* energy */');
});

test('a text that looks like a number, a yes or a country stays a text', async () => {
  const { run, record } = desk();
  await record(
    example
      .replaceAll('from: [JP]', 'from: [NO]')
      .replace('- actor: JP', '- actor: NO')
      .replace('min: 75, max: 75', 'min: 75.50, max: 75.50'),
  );
  const exported = await run('export');
  expect(exported).toContain('"from":["NO"]');
  expect(exported).toContain('"min":"75.50"');
  expect(exported).toContain('"binding":"no"');
});

test('a type beside a document, and neither, are refused', async () => {
  const { run } = desk();
  await expect(run('record', 'pledged', '--document', 'x.yaml')).rejects.toThrow('expected a type or --document, found both');
  await expect(run('record')).rejects.toThrow('or --document, found neither');
});
