import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createApp } from '../src/http/app.ts';
import { stages, typeSheet } from '../domain/types.ts';
import { given, givenSummits } from './helpers/given.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
/** What the README begins its rooms go on with. */
const blocksOf = (room: string): { kind: string; text: string }[] =>
  [...(readme + read(room)).matchAll(/^```(sh tour|text expected|sh request)\n([\s\S]*?)^```/gm)].map(
    ([, kind = '', text = '']) => ({ kind, text }),
  );

test('the tour works as it stands in the README and in that of the command line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-readme-'));
  try {
    let output = '';
    let commands = 0;
    const answers = new Map<string, string>();
    for (const { kind, text } of blocksOf('src/cli/README.md')) {
      if (kind === 'text expected') expect(inOneRow(output)).toContain(inOneRow(text));
      if (kind !== 'sh tour') continue;
      output = '';
      for (const line of commandsOf(text)) {
        const [npx, ledger, ...args] = wordsOf(line).map((word) => (isOfTour(word) ? join(folder, word) : word));
        expect([npx, ledger]).toEqual(['npx', 'ledger']);
        const environment = { ...process.env, LEDGER_DATA: join(folder, 'ledger') };
        const options = { cwd: root, env: environment };
        const { stdout } = await promisify(execFile)(process.execPath, ['src/bin.js', ...args], options);
        // Whatever is asked twice with a size is answered twice by the same bytes, also when more was recorded in between.
        if (args.includes('--size')) expect(answers.get(line) ?? stdout).toBe(stdout);
        answers.set(line, stdout);
        output += stdout;
        commands++;
      }
    }
    expect([commands, commands - answers.size]).toEqual([23, 1]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** What the tour writes: files and a second ledger. */
function isOfTour(word: string): boolean {
  return ['ledger.ndjson', 'other-desk', 'costs.csv'].includes(word);
}

/** The commands of a block: a line that ends with a backslash, or inside a quotation, goes on in the next. */
function commandsOf(block: string): string[] {
  return block
    .trim()
    .replaceAll(/\\\n\s*/g, '')
    .replaceAll(/'[^']*'/g, (quotation) => quotation.replaceAll(/\n\s*/g, ''))
    .split('\n');
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function inOneRow(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

test('every request of the README and of src/http is recorded, and again is the same answer', async () => {
  const { ledger, reader, cut } = given();
  const app = createApp({ ledger, reader });
  const requests = blocksOf('src/http/README.md').filter(({ kind }) => kind === 'sh request');
  expect(requests).toHaveLength(4);
  for (const { text } of requests) {
    const [, url = ''] = /^curl (\S+)/.exec(text) ?? [];
    const headers = [...text.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name = '', value = '']): [string, string] => [
      name,
      value,
    ]);
    const [, body = ''] = /-d '([\s\S]*)'\s*$/.exec(text) ?? [];
    const send = async () => {
      const response = await app.request(url, { method: 'POST', headers, body });
      return { status: response.status, body: await response.text() };
    };
    const first = await send();
    expect(first, first.body).toMatchObject({ status: 201 });
    expect(await send()).toEqual(first);
  }
  const record = await (await app.request('/commitments/01K7000000AAAAAAAAAAAAAAAA')).json();
  expect(record).toMatchObject({
    stage: 'formalised',
    performance: 'partial',
    contested: [],
    cut: { size: (await cut({})).size },
  });
});

test('the table of types in the README is that of the sheet', () => {
  for (const [type, { meaning, needs, allowed, allowedOnlyIf }] of Object.entries(typeSheet)) {
    const others = stages.filter((stage) => !allowed.includes(stage));
    const anyBut = others.length === 0 ? 'any' : `any but ${others.join(', ')}`;
    const listed = others.length > 2 ? allowed.join(', ') : anyBut;
    const when = allowedOnlyIf === undefined ? listed : `${listed}; ${allowedOnlyIf}`;
    expect(readme).toContain(`| \`${type}\` | ${meaning} | ${needs} | ${when} |`);
  }
});

test('every address beside the four questions answers, as JSON and as a page', async () => {
  const { ledger, reader } = await givenSummits();
  const app = createApp({ ledger, reader });
  const questions = /^## Four questions$([\s\S]*?)^## /m.exec(readme)?.[1] ?? '';
  const addresses = [...questions.matchAll(/`(\/[^`]+)`/g)].map(([, address = '']) => address);
  expect(addresses).toHaveLength(7);
  for (const address of addresses) {
    for (const accept of ['application/json', 'text/html']) {
      const { status, headers } = await app.request(`http://localhost${address}`, { headers: { Accept: accept } });
      expect([address, status, headers.get('Content-Type')?.split(';')[0]]).toEqual([address, 200, accept]);
    }
  }
});

test('the README is a door of at most 180 lines, and its links lead somewhere', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(181);
  const rooms = ['README.md', ...readme.matchAll(/\]\(([^)#]+README\.md)/g).map(([, file = '']) => file)];
  for (const room of new Set(rooms)) {
    for (const [, target = '', anchor] of read(room).matchAll(/\]\(([^)#:]*)(?:#([^)]+))?\)/g)) {
      const file = target === '' ? room : join(dirname(room), target);
      expect([room, target, existsSync(join(root, file))]).toEqual([room, target, true]);
      if (anchor === undefined) continue;
      const headings = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text.toLowerCase());
      expect([room, headings.map((text) => text.replaceAll(/[^a-z0-9 -]/g, '').replaceAll(' ', '-'))]).toEqual([
        room,
        expect.arrayContaining([anchor]),
      ]);
    }
  }
});
