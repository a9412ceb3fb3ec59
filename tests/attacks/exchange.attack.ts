import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { bin, sent } from '../faults/service.ts';
import { type Attack, hold, type Target } from './attack.ts';

type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the command line; `until` ends it once it has said so much. */
function ledger(args: readonly string[], until?: RegExp): Promise<Ran> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
    if (until?.test(stdout)) child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** Whoever answers in place of a ledger, while `work` asks it. */
async function inPlaceOfALedger<T>(answer: RequestListener, work: (address: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function holdPrinted({ code, stdout, stderr }: Ran, expected: string): void {
  hold(code === 1 && stdout === '', 'the exit code 1 and nothing on standard output', { code, stdout: stdout.slice(0, 200) });
  hold(stderr.startsWith('ledger: ') && stderr.includes(expected), `one line with "${expected}"`, stderr);
  hold(stderr.trimEnd().split('\n').length === 1, 'one line', stderr);
}

/** A folder beside the service's own. */
function besides({ data }: Target, name: string): string {
  const folder = join(dirname(data), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

// oxlint-disable-next-line no-control-regex
const control = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067]/;
const evil = '\x1b[2J\x1b]52;c;cm0=\x07\x9b31m\u202e\nTotals\n  South Korea: US$350bn';

const line = (id: string, type: string, data: object, more: object = {}): string =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: '/ledgers/old',
    type: `commitment.${type}`,
    subject: '01K7000000ATTACK0000000011',
    time: '2025-10-01T00:00:00Z',
    recordedby: 'desk',
    data,
    ...more,
  });
const opening = line('01K7000000ATTACK0000000011', 'opened', {
  title: `Ships${evil}`,
  topic: 'trade/x',
  from: ['KR'],
  to: ['US'],
});
const observation = {
  happened: '2025-10-01',
  saidBy: [{ actor: 'KR', name: `Kim${evil}` }],
  sources: [{ publisher: `P${evil}`, url: 'https://example.org/1' }],
};

export const attacks: readonly Attack[] = [
  {
    name: 'export into a missing folder, over a folder, over a database, onto a full disk',
    run: async (target) => {
      const folder = besides(target, 'exports');
      const backup = join(folder, 'backup.ndjson');
      writeFileSync(backup, "last night's\n");
      const data = besides(target, 'old');
      writeFileSync(join(folder, 'old.ndjson'), opening);
      await ledger(['restore', join(folder, 'old.ndjson'), '--data', data]);
      const at = ['--data', data];
      const tried: [string[], string][] = [
        [[join(folder, 'missing/backup.ndjson'), ...at], 'expected the folder'],
        [[folder, ...at], 'expected a file, found a folder'],
        [[join(data, 'log.sqlite'), ...at], 'found a database'],
        [['/dev/full', ...at], 'found the disk full'],
        [[backup, '--server', 'http://127.0.0.1:9'], 'expected a service'],
      ];
      await Promise.all(tried.map(async ([args, told]) => holdPrinted(await ledger(['export', ...args]), told)));
      hold(readFileSync(backup, 'utf8') === "last night's\n", 'the old export', readFileSync(backup, 'utf8'));
      hold(readdirSync(folder).length === 2, 'nothing left beside it', readdirSync(folder));
      return 'told in one line each; what stood there stands';
    },
  },
  {
    name: 'an older ledger whose title, names and sources write to the terminal',
    run: async (target) => {
      const file = join(besides(target, 'exports'), 'evil.ndjson');
      writeFileSync(file, [opening, line('01K7000000ATTACK0000000012', 'observed', observation)].join('\n'));
      const data = besides(target, 'evil');
      hold((await ledger(['restore', file, '--data', data])).code === 0, 'it to restore', 'a refusal');
      const at = ['--data', data];
      const id = '01K7000000ATTACK0000000011';
      const asked = [['list'], ['show', id], ['history', id], ['view', 'trade-terms'], ['changes'], ['watch', '--after', '0']];
      const shown = async (args: string[]): Promise<void> => {
        const { stdout, stderr } = await ledger([...args, ...at], /^2 {2}.*\n/m);
        hold(!control.test(stdout + stderr), `no control from ledger ${args[0]}`, JSON.stringify(stdout + stderr));
        hold(!/^\s{0,5}(Totals|South Korea: US\$350bn)/m.test(stdout), `no forged line from ledger ${args[0]}`, stdout);
      };
      await Promise.all(asked.map(shown));
      const imported = await ledger(['import', file, '--data', besides(target, 'new'), '--ledger', '/ledgers/new']);
      hold(imported.code === 1 && !control.test(imported.stderr), 'an import to refuse it without a control', imported);
      return 'shown as escapes on one line; an import refuses it';
    },
  },
  {
    name: 'a proxy’s page, a redirect, an empty body, JSON of another shape in place of a ledger',
    run: async () => {
      const page: RequestListener = (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>x</h1>');
      const away: RequestListener = (_, response) => response.writeHead(302, { Location: 'http://evil.example/' }).end();
      const json = { 'Content-Type': 'application/json' };
      const empty: RequestListener = (_, response) => response.writeHead(200, json).end();
      const other: RequestListener = (_, response) => response.writeHead(200, json).end('{"commitments":[{}]}');
      const cases = [
        [page, 'found status 200 with text/html'],
        [away, 'found a redirect to http://evil.example/'],
        [empty, 'found an empty body'],
        [other, 'found another'],
      ] as const;
      const told = ([answer, expected]: (typeof cases)[number]): Promise<void> =>
        inPlaceOfALedger(answer, async (address) => holdPrinted(await ledger(['list', '--server', address]), expected));
      await Promise.all(cases.map(told));
      return 'each is told as what it is';
    },
  },
  {
    name: 'a service whose Link leads elsewhere',
    run: async () => {
      let asked = 0;
      const listens: RequestListener = (_, response) => {
        asked++;
        response.end();
      };
      await inPlaceOfALedger(listens, async (elsewhere) => {
        const body = JSON.stringify({ commitments: [], cut: { asOf: '2025-01-01', knownAt: null, size: 0 } });
        const headers = { 'Content-Type': 'application/json', Link: `<${elsewhere}/x>; rel="next"` };
        const answer: RequestListener = (_, response) => response.writeHead(200, headers).end(body);
        await inPlaceOfALedger(answer, async (address) => {
          holdPrinted(await ledger(['list', '--server', address]), `expected an address of ${address}`);
        });
      });
      hold(asked === 0, 'nothing asked elsewhere', asked);
      return 'nothing was asked elsewhere';
    },
  },
  {
    name: 'an event with line separators, watched by others',
    run: async ({ service }) => {
      const id = '01K7000000ATTACK0000000021';
      const body = { ...sent(id, '01K7000000ATTACK0000000022') } as { announcement: object };
      const announcement = { ...body.announcement, summary: 'line one\u2028line two\u2029three' };
      const { status } = await service.post('/commitments', { ...body, announcement });
      hold(status === 201, 'it to be recorded', status);
      const { stdout } = await ledger(['watch', '--after', '0', '--server', service.url], /^2 {2}.*\n/m);
      hold(/^2 {2}.*observed/m.test(stdout), 'the event', stdout);
      return 'the event is there';
    },
  },
  {
    name: 'a feed that leaves an event out',
    run: async () => {
      const feed: RequestListener = (_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(`id: 2-000000000000\ndata: {}\n\n`);
      };
      const ran = await inPlaceOfALedger(feed, async (address) => ledger(['watch', '--after', '0', '--server', address]));
      holdPrinted(ran, 'expected event 1 of the feed');
      return 'an error that names the event';
    },
  },
  {
    name: 'an event of 2099 in a file',
    run: async (target) => {
      const file = join(besides(target, 'exports'), 'ahead.ndjson');
      const harmless = opening.replace(JSON.stringify(`Ships${evil}`), '"Ships"');
      const late = { ...observation, saidBy: [{ actor: 'KR' }], sources: [{ publisher: 'P', url: 'https://example.org/1' }] };
      const time = '2099-01-01T00:00:00Z';
      writeFileSync(file, [harmless, line('01K7000000ATTACK0000000013', 'observed', late, { time })].join('\n'));
      const data = besides(target, 'ahead');
      const plain = await ledger(['restore', file, '--data', data]);
      hold(plain.code === 1 && plain.stderr.includes(`line 2 refused (invalid) in ${file}`), 'a restore that stops', plain);
      const taken = await ledger(['restore', '--as-recorded', file, '--data', data]);
      hold(taken.code === 0 && taken.stderr.includes('line 2 taken as recorded'), 'one that lists it', taken);
      const checked = await ledger(['check', '--data', data]);
      hold(checked.code === 1 && checked.stderr.includes('event 2 (observed'), 'a check that names it', checked);
      const again = ['--commitment', '01K7000000ATTACK0000000011', '--set', 'happened=2025-10-01', '--said-by', 'KR'];
      const recorded = await ledger(['record', 'observed', ...again, '--source', 'x https://example.org', '--data', data]);
      holdPrinted(recorded, 'expected a clock at most a minute before the newest event');
      const { stdout } = await ledger(['list', '--data', data]);
      hold(!stdout.includes('2099-01-0') && !/As of \d+ Jan 2099/i.test(stdout), 'a list as of today', stdout);
      return 'restored as recorded, named by check, and nothing more is recorded';
    },
  },
];
