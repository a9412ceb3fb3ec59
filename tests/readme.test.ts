import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createApp } from '../src/http/app.ts';
import { given } from './given.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(sh tour|text expected|sh request)\n([\s\S]*?)^```/gm)].map(
  ([, kind = '', text = '']) => ({ kind, text }),
);

test('the tour works as it stands in the README', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-readme-'));
  try {
    let output = '';
    let commands = 0;
    for (const { kind, text } of blocks) {
      if (kind === 'text expected') expect(output.replaceAll(/\s+/g, ' ')).toContain(text.trim());
      if (kind !== 'sh tour') continue;
      output = '';
      for (const line of text.trim().split('\n')) {
        const [npx, ledger, ...args] = line.split(' ').map((word) => (word === 'ledger.ndjson' ? join(folder, word) : word));
        expect([npx, ledger]).toEqual(['npx', 'ledger']);
        const environment = { ...process.env, LEDGER_DATA: join(folder, 'ledger') };
        output += (await promisify(execFile)(process.execPath, ['src/bin.js', ...args], { cwd: root, env: environment }))
          .stdout;
        commands++;
      }
    }
    expect(commands).toBe(11);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('every request of the README is recorded, and again is the same answer', async () => {
  const { ledger, reader, cut } = given();
  const app = createApp({ ledger, reader });
  const requests = blocks.filter(({ kind }) => kind === 'sh request');
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
