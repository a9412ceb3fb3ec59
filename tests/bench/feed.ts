import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Readers of the live feed while events are recorded: `node tests/bench/feed.ts [readers] [events a second] [seconds]`. Tells
 * whether one missed or doubled an event, and by how much the service's memory grew; exit code 1 when that is too much. Loopback
 * only, in a folder of its own, Linux.
 */
const [readers = 1000, rate = 10, seconds = 60] = process.argv.slice(2).map(Number);
const maxGrowthMb = 64;
const graceMs = 10_000;
const said = {
  happened: '2025-08-22',
  saidBy: [{ actor: 'KR' }],
  sources: [{ publisher: 'The Bench Gazette', url: 'https://gazette.example/1' }],
};

const folder = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
// As `ledger` starts it, with the options of its first line.
const program = join(import.meta.dirname, '../../src/bin.js');
const service = spawn(program, ['serve', '--port', '0', '--data', folder, '--ledger', '/ledgers/bench'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  process.exitCode = (await bench(await urlOf(service))) ? 0 : 1;
} finally {
  service.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

async function bench(url: string): Promise<boolean> {
  const commitment = await open(url);
  // What the first requests load and compile is no growth.
  for (let count = 0; count < 50; count += 1) await announce(url, commitment);
  const before = memoryMb();
  const { size: start } = (await (await fetch(`${url}/ready`)).json()) as { size: number };
  const followers = await Promise.all(Array.from({ length: readers }, () => follow(url, start)));
  const connected = memoryMb();
  let most = connected;
  const events = rate * seconds;
  const began = performance.now();
  for (let count = 0; count < events; count += 1) {
    await sleep(Math.max(0, began + (count * 1000) / rate - performance.now()));
    await announce(url, commitment);
    most = Math.max(most, memoryMb());
  }
  const took = (performance.now() - began) / 1000;
  const end = performance.now() + graceMs;
  while (performance.now() < end && followers.some((one) => one.last < start + events)) await sleep(50);
  most = Math.max(most, memoryMb());
  const missed = followers.filter((one) => one.last !== start + events).length;
  const wrong = followers.filter((one) => !one.inOrder).length;
  process.stdout.write(
    `${readers} readers, ${events} events in ${took.toFixed(1)} s: ${missed} readers missed one, ${wrong} had one doubled or out of order\n` +
      `memory of the service: ${before} MB before, ${connected} MB with all readers, ${most} MB at most: grew by ${most - before} MB\n`,
  );
  return missed === 0 && wrong === 0 && most - before < maxGrowthMb;
}

/** A reader of the feed that checks that each id is the one after the last. */
async function follow(url: string, after: number): Promise<{ last: number; inOrder: boolean }> {
  const state = { last: after, inOrder: true };
  const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(after) };
  const [response] = (await once(get(`${url}/events`, { headers, agent: false }), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`expected 200, found ${response.statusCode}`);
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const id = /^id: (\d+)-/m.exec(block)?.[1];
      if (id === undefined) continue;
      state.inOrder &&= Number(id) === state.last + 1;
      state.last = Number(id);
    }
  });
  response.on('error', () => (state.inOrder = false));
  return state;
}

async function open(url: string): Promise<string> {
  const body = { title: 'A commitment', topic: 'trade/bench', from: ['KR'], to: ['US'] };
  const id = '01K7000000BBBBBBBBBBBBBBBB';
  await post(`${url}/commitments`, { ...body, id, announcement: { type: 'observed', ...said } });
  return id;
}

async function announce(url: string, commitment: string): Promise<void> {
  await post(`${url}/commitments/${commitment}/announcements`, { type: 'observed', ...said });
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`expected the event to be recorded, found ${response.status} ${text}`);
}

async function urlOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('expected the output of the service, found none');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return / at (\S+)/.exec(String(line))?.[1] ?? '';
}

/** Resident memory of the service. */
function memoryMb(): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kib) / 1024);
}
