import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test, vi } from 'vitest';
import { program } from '../src/cli/program.ts';
import { openLedger, type OpenedLedger } from '../src/compose.ts';
import { summitFiles } from '../src/cli/sample.ts';
import { listenTo } from '../src/cli/commands/serve.ts';
import { watchServer } from '../src/cli/commands/watch.ts';
import { restoreLines } from '../src/exchange/transfer.ts';
import { askServer } from '../src/cli/ask.ts';
import { Writable } from 'node:stream';
import { bytesOf } from './helpers/given.ts';

/** Every question that can be asked: from the command line of a folder, of a running service, and from the API. All say the same. */

const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'questions-'));
const data = join(folder, 'ledger');
let opened: OpenedLedger;
let service: { url: string; close: () => Promise<void> };

beforeAll(async () => {
  opened = await openLedger({ data, ledger: '/ledgers/korea-2025' });
  await restoreLines(opened.ledger.log, bytesOf(...summitFiles), { clock: Date.now });
  service = await listenTo(opened, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

let output = '';
beforeEach(() => {
  output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

/** What the command line writes; a refusal as its message. */
async function ledger(args: string[], server?: string): Promise<string> {
  output = '';
  const where = server === undefined ? ['--data', data] : ['--server', server];
  try {
    await program().parseAsync(['node', 'ledger', ...args, ...where]);
    return output;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const investment = '01K38TCSG0D83FFH9B8VC8WDMT';
const pledge = '01K38TCSG0E13T5MGP7VBN82TM';

/** A question as arguments of the command line and as an address. */
const questions: [string[], string][] = [
  [['list'], '/commitments'],
  [['list', '--topic', 'trade'], '/commitments?topic=trade'],
  [['list', '--party', 'company:kogas'], '/commitments?party=company:kogas'],
  [['list', '--stage', 'pledged'], '/commitments?stage=pledged'],
  [['list', '--contested'], '/commitments?contested=true'],
  [['list', '--no-contested'], '/commitments?contested=false'],
  [['list', '--warning', 'quiet'], '/commitments?warning=quiet'],
  [['list', '--q', 'investment korea'], '/commitments?q=investment+korea'],
  [['list', '--actor', 'US', '--due-before', '2026-01-01'], '/commitments?actor=US&dueBefore=2026-01-01'],
  [['list', '--stage', 'plegded'], '/commitments?stage=plegded'],
  [['view', 'all', '--binding', 'yes,no', '--no-suspended'], '/views/all?binding=yes,no&suspended=false'],
  [['view', 'trade-terms', '--from', 'JP,KR', '--to', 'US'], '/views/trade-terms?from=JP,KR&to=US'],
  [['show', investment], `/commitments/${investment}`],
  [['show', '01K38TCSG0D83FFH9B8VC8WDMZ'], '/commitments/01K38TCSG0D83FFH9B8VC8WDMZ'],
  [['history', investment], `/commitments/${investment}/history`],
  [['view'], '/views'],
  ...['alliance-costs', 'trade-terms', 'north-korea-policy', 'japan-cooperation'].map((view): [string[], string] => [
    ['view', view],
    `/views/${view}`,
  ]),
  [['figure', pledge, 'total'], `/figures/${pledge}/total`],
  [['figure', pledge, 'nothing'], `/figures/${pledge}/nothing`],
];

const cuts: [string[], string][] = [
  [[], ''],
  [['--as-of', '2025-08-22'], 'asOf=2025-08-22'],
  [['--known-at', '2025-08-23'], 'knownAt=2025-08-23'],
  [['--known-at', '2025-08-22T14:00:00+02:00', '--as-of', '2025-08-01'], 'knownAt=2025-08-22T14:00:00%2B02:00&asOf=2025-08-01'],
  [['--size', '60'], 'size=60'],
  [['--size', '0', '--as-of', '2025-08-22'], 'size=0&asOf=2025-08-22'],
  [['--size', '89'], 'size=89'],
  [['--size', '5', '--known-at', '2025-08-22'], 'size=5&knownAt=2025-08-22'],
  [['--known-at', 'yesterday'], 'knownAt=yesterday'],
  [['--as-of', '0000-01-01'], 'asOf=0000-01-01'],
  [['--as-of', '9999-12-31'], 'asOf=9999-12-31'],
  [['--as-of', '2025-02-30'], 'asOf=2025-02-30'],
];

/** What the API answers: its body, or the detail of a problem. */
async function api(path: string, query: string): Promise<unknown> {
  const address = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
  const response = await fetch(`${service.url}${address}`, { headers: { Accept: 'application/json' } });
  const body = (await response.json()) as { detail?: string };
  return response.ok ? body : body.detail;
}

test.each(questions)(
  'ledger %j says what %s says, at every cut, of a folder and of a service',
  async (args, path) => {
    for (const [cut, query] of cuts) {
      const expected = await api(path, query);
      for (const server of [undefined, service.url]) {
        const said = await ledger([...args, ...cut, '--json'], server);
        expect(said.startsWith('{') ? JSON.parse(said) : said, query).toEqual(expected);
      }
      // The words for people are the same, whoever is asked.
      expect(await ledger([...args, ...cut])).toBe(await ledger([...args, ...cut], service.url));
    }
  },
  120_000,
);

test.each<[string[], string]>([
  [[], ''],
  [['--from', '42'], 'from=42'],
  [['--from', '2025-08-22', '--to', '2025-09-30'], 'from=2025-08-22&to=2025-09-30'],
  [
    ['--from', '2025-08-22T12:00:00Z', '--to', '60', '--as-of', '2025-09-30'],
    'from=2025-08-22T12:00:00Z&to=60&asOf=2025-09-30',
  ],
  [['--from', '60', '--to', '42'], 'from=60&to=42'],
  [['--from', 'yesterday'], 'from=yesterday'],
  [['--to', '89'], 'to=89'],
])(
  'ledger changes %j says what /changes?%s says',
  async (args, query) => {
    const expected = await api('/changes', query);
    for (const server of [undefined, service.url]) {
      const said = await ledger(['changes', ...args, '--json'], server);
      expect(said.startsWith('{') ? JSON.parse(said) : said).toEqual(expected);
    }
    expect(await ledger(['changes', ...args])).toBe(await ledger(['changes', ...args], service.url));
  },
  60_000,
);

test.each<[string[], string]>([
  [[], '/events'],
  [['--after', '80'], '/events?after=80'],
  [['--after', '3', '--limit', '2'], '/events?after=3&limit=2'],
  [['--after', '100'], '/events?after=100'],
])('ledger export %j writes what %s answers', async (args, path) => {
  const lines = await (await fetch(`${service.url}${path}`)).text();
  for (const server of [undefined, service.url]) expect(await ledger(['export', ...args], server)).toBe(lines);
});

test.each([
  [['--file', '/dev/null'], 'expected one JSON object in /dev/null, found '],
  [['--set', 'saidBy=[{"actor":'], 'expected JSON in --set saidBy=…, found [{"actor":'],
  [['--set', 'happened'], 'expected --set field=value, found "happened"'],
])('ledger record with %j is told what was expected', async (args, message) => {
  expect(await ledger(['record', 'observed', '--commitment', investment, ...args])).toBe(message);
});

test('ledger watch follows a service as it follows a folder, and goes on after the last event when the feed breaks off', async () => {
  const stop = new AbortController();
  let lines: string[] = [];
  const to = new Writable({
    write(chunk, _, done) {
      lines.push(...String(chunk).trimEnd().split('\n'));
      if (lines.length === 8) stop.abort();
      done();
    },
  });
  const exported = (await ledger(['export', '--after', '80'])).trimEnd().split('\n');
  await watchServer(askServer(service.url), { after: 80, json: true, output: to, signal: stop.signal });
  expect(lines).toEqual(exported);

  lines = [];
  const again = new AbortController();
  let asked = 0;
  const breaking: ReturnType<typeof askServer> = async (path, init) => {
    const response = await askServer(service.url)(path, init);
    if (!path.startsWith('/events') || (asked += 1) > 1) return response;
    const [first = ''] = (await (await fetch(`${service.url}/events?after=85&limit=1`)).text()).split('\n');
    const id = (await idAfter(85)) ?? '';
    await response.body?.cancel();
    return new Response(`retry: 3000\n\nid: ${id}\ndata: ${first}\n\n`);
  };
  const people = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      if (lines.length === 3) again.abort();
      done();
    },
  });
  await watchServer(breaking, { after: 85, output: people, signal: again.signal });
  expect(lines.map((line) => line.split('  ')[0])).toEqual(['86', '87', '88']);
  expect(lines[2]).toMatch(/^88 {2}2025-09-30T12:00:00.000Z {2}desk {2}fulfilled by .+: Institutionalise/);
});

/** The id under which the feed gives the first event after a sequence. */
async function idAfter(sequence: number): Promise<string | undefined> {
  const response = await fetch(`${service.url}/events?after=${sequence}`, { headers: { Accept: 'text/event-stream' } });
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const id = /^id: (\S+)$/m.exec(text)?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}
