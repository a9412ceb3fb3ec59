import { execFile } from 'node:child_process';
import { accessSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import type { Ask } from '../../src/cli/ask.ts';
import { dialogueOn } from '../../src/cli/asking/dialogue.ts';
import { recordAsked } from '../../src/cli/commands/record.ts';
import { api } from '../helpers/api.ts';
import { given } from '../helpers/given.ts';

/** What `ledger record` asks on a terminal for what is missing, and what it does with the answers. */

const folder = mkdtempSync(join(tmpdir(), 'ledger-asked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type GivenFields = Parameters<typeof recordAsked>[2];

/** A dialogue with these answers, a line each; what was said in it, without the marks of the prompt. */
async function talk(ask: Ask, answers: readonly string[], typed: Partial<GivenFields> = {}, options = {}) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let said = '';
  output.on('data', (part: Buffer) => (said += part.toString()));
  input.end(answers.map((answer) => `${answer}\n`).join(''));
  const dialogue = dialogueOn({ input, output });
  const asked = { type: undefined, commitment: undefined, fields: {}, ...typed };
  const outcome = await recordAsked(ask, dialogue, asked, options).catch((error: Error) => error.message);
  return { outcome, said };
}

const vessels = [
  'Patrol vessels for the Philippine coast guard',
  'Japan',
  'Philippines',
  'alliance/maritime',
  'up to US$5 billion a year',
  '10 September 2025',
  'The Manila Example, https://example.org/vessels',
];

test('a pledge is asked for in plain words, shown as it is read, and recorded after a yes', async () => {
  const { app, get, size } = api();
  const ask: Ask = async (path, init) => app.request(path, init);
  const { outcome, said } = await talk(ask, ['', ...vessels, 'y'], { type: 'pledged' });
  expect(outcome).toMatchObject({ sequence: 1 });
  expect(await size()).toBe(2);
  for (const words of [
    'Japan [JP]',
    '10 Sep 2025 [2025-09-10]',
    'up to US$5 billion a year',
    'said by Japan',
    'Would be recorded:',
  ])
    expect(said).toContain(words);
  const { commitments } = JSON.parse((await get('/commitments')).text) as { commitments: { id: string }[] };
  expect(JSON.parse((await get(`/commitments/${commitments[0]?.id}`)).text)).toMatchObject({
    stage: 'pledged',
    from: ['JP'],
    to: ['PH'],
    terms: [{ kind: 'money', qualifier: 'up-to', max: '5000000000', currency: 'USD', per: 'year' }],
  });
});

test('nothing is recorded without a yes, in a dry run, or where the answers end', async () => {
  const { app, size } = api();
  const ask: Ask = async (path, init) => app.request(path, init);
  expect((await talk(ask, ['', ...vessels, ''], { type: 'pledged' })).outcome).toBeUndefined();
  expect((await talk(ask, ['', ...vessels, 'y'], { type: 'pledged' }, { dryRun: true })).outcome).toBeUndefined();
  expect((await talk(ask, ['', ...vessels.slice(0, 4)], { type: 'pledged' })).outcome).toContain('the end of the input');
  expect(await size()).toBe(0);
});

test('two readings are offered as two, and what is not understood is asked again with what to type', async () => {
  const base = given();
  const id = await base.open();
  const { app } = api(base);
  const ask: Ask = async (path, init) => app.request(path, init);
  const { outcome, said } = await talk(
    ask,
    ['nothing of it', '', 'last Friday', '05/08/2025', '2', 'Korea', '1', 'Reuters: “a passage of some length”', 'yes'],
    { type: 'observed', commitment: id },
  );
  expect(said).toContain('depends on the day it was said');
  expect(said).toContain('1  5 Aug 2025 [2025-08-05]');
  expect(said).toContain('1  South Korea [KR]');
  expect(outcome).toMatchObject({ sequence: 2 });
  const [event] = await base.ledger.log.read(1, 1);
  expect(JSON.parse(event?.data ?? '')).toMatchObject({
    happened: '2025-05-08',
    saidBy: [{ actor: 'KR' }],
    sources: [{ publisher: 'Reuters', quote: { exact: 'a passage of some length' } }],
  });
});

test('only what was not given is asked for, and what a rule refuses is asked for again', async () => {
  const base = given();
  const id = await base.open({ from: ['KR'], to: ['US'] });
  const { app, size } = api(base);
  const ask: Ask = async (path, init) => app.request(path, init);
  const fields = {
    happened: '2025-09-10',
    sources: [{ publisher: 'The Test Gazette', url: 'https://gazette.example/1' }],
    terms: [{ key: 'words', kind: 'text', text: 'a fair share' }],
  };
  const { outcome, said } = await talk(ask, ['United States', 'South Korea', 'y'], { type: 'pledged', commitment: id, fields });
  expect(said).not.toContain('Happened');
  expect(said).toContain('refused: expected');
  expect(outcome).toMatchObject({ sequence: 2 });
  expect(await size()).toBe(2);
});

test('a dispute is asked for choice by choice: its ground, the announcement, and how a party reads it', async () => {
  const base = given();
  const id = await base.open({ from: ['KR'], to: ['US'] });
  const pledge = await base.say(id, 'pledged', { saidBy: [{ actor: 'KR' }] });
  const { app } = api(base);
  const ask: Ask = async (path, init) => app.request(path, init);
  const answers = ['', '2', '1', 'US', '“in full”', '10 September 2025', 'US', 'Reuters: “a passage of some length”', 'y'];
  const { outcome, said } = await talk(ask, answers, { type: 'disputed', commitment: id });
  expect(said).toContain('1  pledged, event 2');
  expect(outcome).toMatchObject({ sequence: 3 });
  const [event] = await base.ledger.log.read(2, 1);
  expect(JSON.parse(event?.data ?? '')).toMatchObject({
    ground: 'figures',
    about: { announcement: pledge },
    readings: [{ party: 'US', text: '“in full”' }],
  });
});

/** What opens a terminal for a program; nothing where this machine has none. */
const hasScript = ['/usr/bin/script'].some((path) => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
});

test.skipIf(!hasScript)('on a terminal the program asks, and elsewhere it refuses as ever', async () => {
  const command = `${process.execPath} src/bin.js record pledged --data ${join(folder, 'terminal')}`;
  const run = (file: string, args: readonly string[], input: string) =>
    new Promise<string>((resolve) => {
      const child = execFile(file, args, (_, stdout, stderr) => resolve(stdout + stderr));
      child.stdin?.end(input);
    });
  const asked = await run('/usr/bin/script', ['-qec', command, '/dev/null'], ['', ...vessels, 'y', ''].join('\n'));
  expect(asked).toContain('On which commitment?');
  expect(asked).toMatch(/recorded \w{26} as event 1/);
  expect(await run('/bin/sh', ['-c', command], '')).toContain('expected --commitment');
});
