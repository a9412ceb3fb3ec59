import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import { openLedger } from '../../src/open.ts';
import { exportLine, type RecordedEvent } from '../../src/store/log.ts';
import { generate, generatedLedger } from '../bench/generate.ts';
import { bin, observation, sent, type Service, startService } from './service.ts';

/** Faults of the whole service, as a process of its own. */

let data: string;
let service: Service | undefined;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'ledger-service-'));
});
afterEach(() => {
  service?.kill();
  service = undefined;
  rmSync(data, { recursive: true, force: true });
});

/** What the folder holds, once nobody has it open; the log and the read model are sound. */
async function recordedIn(folder: string): Promise<RecordedEvent[]> {
  const opened = await openLedger({ data: folder });
  const { ledger, reader } = opened;
  try {
    const events = await ledger.log.read(0, 1_000_000);
    expect((await check(ledger.log)).findings).toEqual([]);
    await reader.readModel.catchUp(events.length);
    expect(reader.readModel.opened({ size: events.length })).toHaveLength(new Set(events.map(({ stream }) => stream)).size);
    return events;
  } finally {
    await opened.close();
  }
}

test('a full disk: recording fails and says why, reading goes on, and recording too when there is room again', async () => {
  service = await startService(data);
  const { get, post } = service;
  const id = ulid();
  expect((await post('/commitments', sent(id, ulid()))).status).toBe(201);
  expect((await get('/ready')).status).toBe(200);
  const announcement = { id: ulid(), ...observation() };
  // No file may grow from here on, as on a disk without room.
  const limit = (size: string) => execFileSync('prlimit', ['--pid', String(service?.pid), `--fsize=${size}:unlimited`]);
  limit('1');
  const refused = await post(`/commitments/${id}/announcements`, announcement);
  expect(refused).toMatchObject({
    status: 503,
    body: { type: '/problems/unavailable', detail: expect.stringContaining('the disk') },
  });
  expect(await get('/ready')).toMatchObject({
    status: 503,
    body: { parts: [{ part: 'log', detail: expect.stringContaining('the disk') }] },
  });
  for (const path of ['/health', '/commitments', `/commitments/${id}`, `/commitments/${id}/history`, '/views/trade-terms']) {
    expect([path, (await get(path)).status]).toEqual([path, 200]);
  }
  limit('unlimited');
  expect((await post(`/commitments/${id}/announcements`, announcement)).status).toBe(201);
  expect(await get('/ready')).toMatchObject({ status: 200, body: { size: 3 } });
  expect((await service.end()).code).toBe(0);
  expect((await recordedIn(data)).map(({ type }) => type)).toEqual(['opened', 'observed', 'observed']);
});

test('SIGTERM under 16 recorders: what was acknowledged is there, nothing new is taken, and the end comes within five seconds', async () => {
  service = await startService(data);
  const { post, end } = service;
  const acknowledged: string[] = [];
  const statuses = new Set<number>();
  /** When the service first turned somebody away. */
  let turnedAway = Infinity;
  let takenAfterwards = 0;
  const recorder = async (): Promise<void> => {
    for (;;) {
      const [id, announcement] = [ulid(), ulid()];
      const begun = performance.now();
      // No answer at all: the connection was refused or closed.
      const status = await post('/commitments', sent(id, announcement))
        .then((answer) => answer.status)
        .catch(() => 0);
      statuses.add(status);
      if (status === 201) acknowledged.push(id, announcement);
      else turnedAway = Math.min(turnedAway, performance.now());
      if (status === 201 && begun > turnedAway) takenAfterwards++;
      if (status === 0) return;
    }
  };
  const recorders = Promise.all(Array.from({ length: 16 }, recorder));
  await wait(600);
  expect(turnedAway).toBe(Infinity);
  const { code, tookMs } = await end();
  await recorders;
  expect([code, service.told()]).toEqual([0, '']);
  expect(tookMs).toBeLessThan(5000);
  expect(statuses.isSubsetOf(new Set([201, 503, 0]))).toBe(true);
  expect(takenAfterwards).toBe(0);
  const ids = new Set((await recordedIn(data)).map(({ id }) => id));
  expect(acknowledged.length).toBeGreaterThan(50);
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  // What was in flight was answered too.
  expect(ids.size).toBe(acknowledged.length);
});

test('the service and two imports on the command line record at once: everything is there, in one order, told by all', async () => {
  service = await startService(data);
  const { post, get } = service;
  const halves = [1, 2].map((seed) => {
    const events = [...generate({ seed, events: 300 })];
    const file = join(data, `${seed}.ndjson`);
    writeFileSync(file, events.map((event) => `${exportLine(generatedLedger, event)}\n`).join(''));
    return { file, events };
  });
  const stop = new AbortController();
  const own: string[] = [];
  const recorder = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      own.push(ulid(), ulid());
      expect((await post('/commitments', sent(own.at(-2) ?? '', own.at(-1) ?? ''))).status).toBe(201);
    }
  };
  const one = recorder();
  const imports = halves.map(({ file }) => promisify(execFile)(process.execPath, [bin, 'import', file, '--data', data]));
  const told = (await Promise.all(imports)).map(({ stderr }) => stderr);
  stop.abort();
  await one;
  expect(told).toEqual([expect.stringContaining('300 recorded'), expect.stringContaining('300 recorded')]);
  const size = 600 + own.length;
  expect(await get('/ready')).toMatchObject({ status: 200, body: { size, checkpoint: size } });
  expect((await service.end()).code).toBe(0);
  const recorded = await recordedIn(data);
  expect(recorded.map(({ sequence }) => sequence)).toEqual(recorded.map((_, index) => index + 1));
  const expected = [...halves.flatMap(({ events }) => events.map(({ id }) => id)), ...own];
  expect(new Set(recorded.map(({ id }) => id))).toEqual(new Set(expected));
});
