import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Serves a ledger in a process of its own while 10 readers ask for home and 50 announcements a second are recorded in up to 100 pledged
 * commitments: `node tests/bench/serving.ts FOLDER SECONDS`. Prints the most memory that the service took, in MB, and for home, `/health` and
 * recording how many were answered and the 95th percentile in ms. The folder is written to: give it a copy.
 */
const [data = '', seconds = '60'] = process.argv.slice(2);
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
// As `ledger` starts it, with the options of its first line.
const program = join(import.meta.dirname, '../../src/bin.js');
const service = spawn(program, ['serve', '--data', data, '--port', String(port)], { stdio: 'ignore' });

try {
  await untilAnswered('/ready');
  const list = (await (await fetch(`${address}/commitments?stage=pledged&limit=100`)).json()) as {
    commitments: { id: string }[];
  };
  const until = performance.now() + Number(seconds) * 1000;
  const taken = { home: [] as number[], health: [] as number[], record: [] as number[] };
  let memory = 0;
  const asking = async (path: string, times: number[], every: number): Promise<void> => {
    while (performance.now() < until) {
      times.push(await answered(path, { headers: { Accept: 'text/html' } }));
      memory = Math.max(memory, memoryOf(service.pid));
      await wait(every);
    }
  };
  const recording = async (): Promise<void> => {
    const sent: Promise<unknown>[] = [];
    for (let n = 0; performance.now() < until; n++) {
      const path = `/commitments/${list.commitments[n % list.commitments.length]?.id}/announcements`;
      sent.push(answered(path, announcing(n)).then((took) => taken.record.push(took)));
      await wait(20);
    }
    await Promise.all(sent);
  };
  const readers = Array.from({ length: 10 }, () => asking('/', taken.home, 0));
  await Promise.all([...readers, asking('/health', taken.health, 100), recording()]);
  process.stdout.write(`at most ${Math.round(memory)} MB\n`);
  for (const [what, times] of Object.entries(taken)) {
    const sorted = times.toSorted((a, b) => a - b);
    process.stdout.write(`${what}: ${times.length}, ${Math.round(sorted[Math.floor(times.length * 0.95)] ?? 0)} ms\n`);
  }
} finally {
  service.kill();
}

function announcing(n: number): RequestInit {
  const body = {
    type: 'observed',
    happened: new Date().toISOString().slice(0, 10),
    saidBy: [{ actor: 'media:example' }],
    summary: `Seen ${n} times.`,
    sources: [{ publisher: 'Example', url: `https://news.example/${n}` }],
  };
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

/** How many milliseconds an answer took. */
async function answered(path: string, init: RequestInit = {}): Promise<number> {
  const before = performance.now();
  const answer = await fetch(address + path, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`expected an answer from ${path}, found ${answer.status}: ${text.slice(0, 300)}`);
  return performance.now() - before;
}

async function untilAnswered(path: string): Promise<void> {
  for (;;) {
    if (service.exitCode !== null) throw new Error('expected the service to start, found that it ended');
    try {
      await answered(path);
      return;
    } catch {
      await wait(200);
    }
  }
}

/** The memory of a process in MB, as Linux counts it. */
function memoryOf(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const found = server.address();
      server.close(() => resolve(typeof found === 'object' && found ? found.port : 0));
    });
  });
}
