import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../src/read/check.ts';
import { openLedger } from '../../src/compose.ts';
import { exportLine, type RecordedEvent } from '../../src/store/log.ts';
import { generate, generatedLedger } from '../bench/generate.ts';
import { withoutPrivilege } from '../helpers/withoutPrivilege.ts';
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
  chmodSync(data, 0o755);
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

test('files that are protected: everything is read, recording is refused, and both that and /ready say why', async () => {
  service = await startService(data);
  const id = ulid();
  expect((await service.post('/commitments', sent(id, ulid()))).status).toBe(201);
  await service.end();
  const file = join(data, 'log.sqlite');
  const before = readFileSync(file);
  for (const name of readdirSync(data)) chmodSync(join(data, name), 0o444);
  chmodSync(data, 0o555);
  service = await startService(data, withoutPrivilege());
  const { get, post } = service;
  const paths = ['/health', '/commitments', `/commitments/${id}`, `/commitments/${id}/history`, '/views/trade-terms'];
  for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 200]);
  expect(JSON.stringify(await get('/commitments'))).toContain(id);
  const refused = { status: 503, body: { detail: expect.stringContaining('found it write-protected') } };
  expect(await post('/commitments', sent(ulid(), ulid()))).toMatchObject(refused);
  expect(await get('/ready')).toMatchObject({
    status: 503,
    body: {
      parts: [
        { part: 'log', detail: expect.stringContaining('found it write-protected') },
        { part: 'read model', detail: expect.stringContaining('its file cannot be used') },
      ],
    },
  });
  expect((await service.end()).code).toBe(0);
  expect(readFileSync(file).equals(before)).toBe(true);
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
  await expect.poll(() => acknowledged.length).toBeGreaterThan(100);
  expect(turnedAway).toBe(Infinity);
  const { code, tookMs } = await end();
  await recorders;
  expect([code, service.told()]).toEqual([0, '']);
  expect(tookMs).toBeLessThan(Math.max(5000, 5 * service.startedInMs));
  expect(statuses.isSubsetOf(new Set([201, 503, 0]))).toBe(true);
  expect(takenAfterwards).toBe(0);
  const ids = new Set((await recordedIn(data)).map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  // What was in flight was answered too.
  expect(ids.size).toBe(acknowledged.length);
});

test('another process holds the log for a while: reading goes on, and recording too when it lets go', async () => {
  service = await startService(data);
  const { post } = service;
  const id = ulid();
  expect((await post('/commitments', sent(id, ulid()))).status).toBe(201);
  const holder = new DatabaseSync(join(data, 'log.sqlite'));
  holder.exec('BEGIN IMMEDIATE');
  const bodies = Array.from({ length: 20 }, () => sent(ulid(), ulid()));
  const record = async () => (await Promise.all(bodies.map((body) => post('/commitments', body)))).map(({ status }) => status);
  const first = record();
  // Each of them is answered while the log is held, so none of them waits for it.
  for (const path of ['/health', '/commitments', `/commitments/${id}`, '/views/trade-terms', '/events']) {
    expect([path, (await fetch(service.url + path)).status]).toEqual([path, 200]);
  }
  holder.exec('ROLLBACK');
  holder.close();
  // On a busy machine it may have been held for longer than a recorder waits; who is told so sends the same again.
  expect((await first).filter((status) => status !== 201 && status !== 503)).toEqual([]);
  expect(await record()).toEqual(Array.from({ length: 20 }, () => 201));
  expect((await service.end()).code).toBe(0);
  expect(await recordedIn(data)).toHaveLength(42);
});

test('64 recorders at two services on one commitment: everything accepted is there once, every other told why', async () => {
  service = await startService(data);
  const other = await startService(data);
  try {
    const id = ulid();
    await service.post('/commitments', sent(id, ulid()));
    const path = `/commitments/${id}/announcements`;
    const accepted: string[] = [];
    const refused = new Map<string, number>();
    const recorder = async ({ post }: Service, n: number): Promise<void> => {
      // One pledges, one pledges too, one expects the commitment as it was in the beginning, others only observe.
      for (const kind of ['pledged', 'observed', 'stale', 'observed'].slice(n % 2, 3 + (n % 2))) {
        const announcement = ulid();
        const body = { ...observation(), id: announcement, type: kind === 'pledged' ? 'pledged' : 'observed' };
        const { status, body: answer } = await post(path, body, kind === 'stale' ? { 'If-Match': '"1"' } : {});
        const type = String(answer['type']);
        if (status === 201) accepted.push(announcement);
        else refused.set(type, (refused.get(type) ?? 0) + 1);
        if (status !== 201) expect(answer['detail']).toMatch(/expected .* found|pledged/);
      }
    };
    const services = [service, other];
    await Promise.all(Array.from({ length: 64 }, (_, n) => recorder(services[Math.floor(n / 2) % 2] ?? other, n)));
    const first = await service.get(`/commitments/${id}/history`);
    expect(await other.get(`/commitments/${id}/history`)).toEqual(first);
    // 32 pledge and one is accepted; 64 expect the first revision, and at most one finds it.
    expect(refused.get('/problems/already-pledged')).toBe(31);
    expect(refused.get('/problems/stale-revision')).toBeGreaterThanOrEqual(63);
    expect([...refused.keys()].toSorted()).toEqual(['/problems/already-pledged', '/problems/stale-revision']);
    await service.end();
    await other.end();
    const recorded = (await recordedIn(data)).slice(2).map((event) => event.id);
    expect(new Set(recorded)).toEqual(new Set(accepted));
    expect(recorded).toHaveLength(accepted.length);
  } finally {
    other.kill();
  }
});

test('the service and two imports on the command line record at once: everything is there, in one order, told by all', async () => {
  service = await startService(data);
  const { post, get } = service;
  const halves = [1, 2].map((seed) => {
    const events = [...generate({ seed, events: 100 })];
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
  expect(told).toEqual([expect.stringContaining('100 recorded'), expect.stringContaining('100 recorded')]);
  const size = 200 + own.length;
  expect(await get('/ready')).toMatchObject({ status: 200, body: { size, checkpoint: size } });
  expect((await service.end()).code).toBe(0);
  const recorded = await recordedIn(data);
  expect(recorded.map(({ sequence }) => sequence)).toEqual(recorded.map((_, index) => index + 1));
  const expected = [...halves.flatMap(({ events }) => events.map(({ id }) => id)), ...own];
  expect(new Set(recorded.map(({ id }) => id))).toEqual(new Set(expected));
});
