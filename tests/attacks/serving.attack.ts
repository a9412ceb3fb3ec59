import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { generate } from '../bench/generate.ts';
import { sent, type Service } from '../faults/service.ts';
import { type Attack, hold } from './attack.ts';

/** What one request, or two hundred connections, can do to everyone else. */

const events = 30_000;
const maxHealthMs = 250;
const page = 'text/html';
const json = 'application/json';

const questions: readonly (readonly [path: string, accept: string])[] = [
  ['/', page],
  ['/views', page],
  ['/views/alliance-costs', json],
  ['/views/trade-terms', page],
  ['/views/north-korea-policy', json],
  ['/views/japan-cooperation?asOf=2000-01-01&size=20000', json],
  ['/changes?from=0', json],
  ['/changes?from=1000', page],
  ['/changes?from=0', 'application/atom+xml'],
  ['/commitments?limit=500', json],
  ['/commitments?q=zeppelin', json],
  ['/events?limit=10000', 'application/x-ndjson'],
  ['/two-clocks', page],
  ['/record', page],
  ['/reports/all.xlsx', '*/*'],
  ['/reports/all.html', '*/*'],
];

export const attacks: readonly Attack[] = [
  {
    name: `each heavy question, over ${events} events`,
    run: async ({ service, data }) => {
      await fill(data);
      await service.get('/ready');
      let slowest = { ownMs: 0, wallMs: 0, path: '' };
      for (const [path, accept] of questions) {
        const took = await slowestAnswer(service, async () => {
          const response = await fetch(service.url + path, { headers: { Accept: accept } });
          hold(response.status === 200, `200 at ${path}`, response.status);
          for await (const _ of response.body ?? []);
        });
        if (took.ownMs > slowest.ownMs) slowest = { ...took, path };
      }
      return heldHealth(slowest, `of ${questions.length}, while ${slowest.path} was made`);
    },
  },
  {
    name: '200 connections that ask them all at once, each at a cut of its own, for eight seconds',
    run: async ({ service }) => {
      const took = await slowestAnswer(service, async () => {
        const sockets = Array.from({ length: 200 }, (_, index) => {
          const [path, accept] = questions[index % questions.length] ?? ['/', page];
          const asked = path.startsWith('/events') || path === '/record' ? path : withCut(path, events - index);
          return asking(service.url, asked, accept).resume();
        });
        await wait(8000);
        for (const socket of sockets) socket.destroy();
      });
      return heldHealth(took, 'while they were answered in turn');
    },
  },
  {
    name: 'ten readers of the front page, while something is recorded each second',
    run: async ({ service }) => {
      let slowest = 0;
      const ask = async (): Promise<number> => {
        const began = performance.now();
        const response = await fetch(service.url, { headers: { Accept: page } });
        hold(response.status === 200, '200', response.status === 200 || (await response.text()));
        await response.text();
        return performance.now() - began;
      };
      await ask();
      await service.post('/commitments', sent(...ids(900)));
      const alone = await ask();
      const over = performance.now() + 6000;
      const reading = async (): Promise<void> => {
        while (performance.now() < over) slowest = Math.max(slowest, await ask());
      };
      const recording = async (): Promise<void> => {
        for (let count = 0; performance.now() < over; count++) {
          const { status } = await service.post('/commitments', sent(...ids(count)));
          hold(status === 201, 'recorded (201)', status);
          await wait(1000);
        }
      };
      const took = await slowestAnswer(service, () => Promise.all([recording(), ...Array.from({ length: 10 }, reading)]));
      hold(
        slowest < 6 * alone + 1000,
        `nobody to wait much longer than one reader alone (${Math.round(alone)} ms)`,
        `${Math.round(slowest)} ms`,
      );
      return `the slowest waited ${Math.round(slowest)} ms, one reader alone ${Math.round(alone)} ms; ${heldHealth(took, 'meanwhile')}`;
    },
  },
  {
    name: '200 readers who ask for all events and take nothing',
    run: async ({ service }) => {
      const before = megabytes(service.pid);
      let grown = 0;
      const took = await slowestAnswer(service, async () => {
        const sockets = Array.from({ length: 200 }, () =>
          asking(service.url, '/events?limit=10000', 'application/x-ndjson').pause(),
        );
        for (let count = 0; count < 30; count++) {
          await wait(100);
          grown = Math.max(grown, megabytes(service.pid) - before);
        }
        for (const socket of sockets) socket.destroy();
      });
      hold(grown < 600, 'less than 600 MB for them', `${Math.round(grown)} MB`);
      return `they took ${Math.max(0, Math.round(grown))} MB; ${heldHealth(took, 'meanwhile')}`;
    },
  },
  {
    name: '200 bodies that stand still after 500 KiB',
    run: async ({ service }) => {
      // In a thread of its own: whoever sends so much at once answers nobody meanwhile either.
      const senders = new Worker(sending, { eval: true, workerData: { port: Number(new URL(service.url).port), count: 200 } });
      try {
        let recorded = 0;
        const took = await slowestAnswer(service, async () => {
          await wait(3000);
          const before = workedMs(service.pid);
          const { status } = await service.post('/commitments', sent(...ids(901)));
          hold(status === 201, 'recording to go on (201)', status);
          recorded = workedMs(service.pid) - before;
        });
        hold(recorded < 1000, 'a recording in less than a second', `${Math.round(recorded)} ms of work`);
        return `recording went on, within ${Math.round(recorded)} ms of work; ${heldHealth(took, 'meanwhile')}`;
      } finally {
        await senders.terminate();
      }
    },
  },
  {
    name: 'a body of 8 MiB',
    run: async ({ service }) => {
      const socket = connected(service.url);
      let answer = '';
      let reset = false;
      socket.on('data', (chunk) => (answer += String(chunk))).on('error', () => (reset = true));
      socket.write(
        'POST /commitments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 8388608\r\n\r\n',
      );
      socket.write(' '.repeat(8 * 1024 * 1024));
      for (let count = 0; count < 50 && !answer.includes('at most 524288 bytes'); count++) await wait(100);
      socket.destroy();
      hold(!reset && answer.startsWith('HTTP/1.1 413'), 'an answer that can be read (413)', reset ? 'a reset' : answer);
      return 'refused with 413, and the sender could read it';
    },
  },
];

/** Sends bodies that never end. */
const sending = `
const { connect } = require('node:net');
const { port, count } = require('node:worker_threads').workerData;
const head = 'POST /commitments HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\nContent-Length: 524288\\r\\n\\r\\n';
for (let sender = 0; sender < count; sender++) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined).resume();
  socket.write(head + ' '.repeat(500 * 1024));
}`;

type Slowest = { readonly ownMs: number; readonly wallMs: number };

/**
 * The slowest `GET /health` while `work` was under way, asked every 20 ms on a connection of its own: how long the service's main
 * thread worked until it was answered, which is how long it takes where the service has a processor to itself, and how long it took
 * here and now.
 */
async function slowestAnswer({ url, pid }: Service, work: () => Promise<unknown>): Promise<Slowest> {
  let [ownMs, wallMs] = [0, 0];
  const over = new AbortController();
  const asking = (async (): Promise<void> => {
    while (!over.signal.aborted) {
      const [began, before] = [performance.now(), workedMs(pid)];
      const { status } = await fetch(`${url}/health`, { headers: { Connection: 'close' } });
      hold(status === 200, 'GET /health to answer 200', status);
      ownMs = Math.max(ownMs, workedMs(pid) - before);
      wallMs = Math.max(wallMs, performance.now() - began);
      await wait(20);
    }
  })();
  try {
    await Promise.race([work(), asking]);
  } finally {
    over.abort();
  }
  await asking;
  return { ownMs, wallMs };
}

/** How long the main thread of a process has worked, in milliseconds since it began. */
function workedMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** Another process adds a whole ledger beside the service, as `ledger restore` would. */
async function fill(data: string): Promise<void> {
  const log = openSqliteLog({ file: join(data, 'log.sqlite') });
  let batch = [];
  for (const event of generate({ seed: 1, events })) {
    batch.push(event);
    if (batch.length < 1000) continue;
    await log.extend(batch);
    batch = [];
  }
  await log.close();
}

function heldHealth({ ownMs, wallMs }: Slowest, when: string): string {
  const found = `${Math.round(ownMs)} ms of work (${Math.round(wallMs)} ms here and now) ${when}`;
  hold(ownMs < maxHealthMs, `GET /health within ${maxHealthMs} ms`, found);
  return `GET /health took at most ${found}`;
}

function withCut(path: string, size: number): string {
  if (path.startsWith('/changes')) return `${path}&to=${size}`;
  return path.includes('size=') ? path.replace('20000', String(size)) : `${path}${path.includes('?') ? '&' : '?'}size=${size}`;
}

function asking(url: string, path: string, accept: string): Socket {
  const socket = connected(url);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`);
  return socket;
}

function connected(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port) }).on('error', () => undefined);
}

function ids(count: number): [string, string] {
  const id = (n: number): string => `01K7000000READER${String(n).padStart(10, '0')}`;
  return [id(2 * count), id(2 * count + 1)];
}

function megabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
