import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { Site } from '../../src/http/hosts.ts';
import { listen } from '../../src/http/listen.ts';
import type { Answered } from '../../src/http/answered.ts';
import { openMetrics } from '../../src/operations/metrics.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { given, source } from '../helpers/given.ts';

/** The figures of a service that records into a folder. */

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

async function measured(site: Site = { isTrustedProxy: (address) => address.endsWith('127.0.0.1') }) {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-metrics-'));
  folders.push(folder);
  const metrics = openMetrics('build1');
  const base = given(openSqliteLog({ file: join(folder, 'log.sqlite'), ledger: '/ledgers/test', observer: metrics.store }));
  metrics.watch(base.reader, folder);
  const answered: Answered[] = [];
  let made = 0;
  const requests = {
    newId: () => `request${++made}`,
    began: metrics.requests.began,
    answered(one: Answered) {
      answered.push(one);
      metrics.requests.answered(one);
    },
  };
  const app = createApp({ ...base, requests, metrics: metrics.text, site });
  const figures = async (): Promise<Map<string, number>> => {
    const text = await (await app.request('/metrics')).text();
    return new Map(
      [...text.matchAll(/^([^#\s]\S*(?:\{[^}]*\})?) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
    );
  };
  return { ...base, app, answered, figures, folder, metrics };
}

test('each append is counted by its outcome, with the time that it and its commit took', async () => {
  const { open, say, attempt, figures, ledger } = await measured();
  const commitment = await open();
  await say(commitment, 'pledged');
  expect(await attempt(commitment, 'pledged')).toMatchObject({ reason: 'already-pledged' });
  const [event] = await ledger.log.readStream(commitment);
  if (!event) throw new Error('expected an event');
  const { id, type, data, time, recordedBy } = event;
  await ledger.log.append(commitment, -1, [{ id, type, data, time, recordedBy }]);
  await ledger.log.append(commitment, 7, [{ id: '01K0000000000000000000WR0N', type, data, time, recordedBy }]);
  const found = await figures();
  expect(found.get('ledger_appends_total{outcome="appended"}')).toBe(2);
  expect(found.get('ledger_appends_total{outcome="known"}')).toBe(1);
  expect(found.get('ledger_appends_total{outcome="wrong-revision"}')).toBe(1);
  expect(found.get('ledger_appends_total{outcome="fault"}')).toBe(0);
  expect(found.get('ledger_append_duration_seconds_count')).toBe(4);
  expect(found.get('ledger_commit_duration_seconds_count')).toBeGreaterThanOrEqual(2);
});

test('what is held, how far behind it is, how long the files are and how late timers are is looked up when it is asked', async () => {
  const { open, figures, reader } = await measured();
  await open();
  const before = await figures();
  expect([before.get('ledger_events'), before.get('ledger_read_model_behind_events')]).toEqual([1, 1]);
  await reader.readModel.catchUp(1);
  const after = await figures();
  expect([after.get('ledger_behind_seconds'), after.get('ledger_read_model_behind_events')]).toEqual([0, 0]);
  expect(after.get('ledger_file_bytes{file="log.sqlite"}')).toBeGreaterThan(0);
  expect(after.get('ledger_disk_free_bytes')).toBeGreaterThan(0);
  expect(after.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  expect(after.get('ledger_info{version="build1"}')).toBe(1);
});

test('a folder and a log that are gone leave their figures out, and all others are there', async () => {
  const { figures, folder, ledger } = await measured();
  await ledger.log.close();
  rmSync(folder, { recursive: true });
  const found = await figures();
  for (const name of ['ledger_events', 'ledger_disk_free_bytes', 'ledger_file_bytes{file="log.sqlite"}'])
    expect([name, found.has(name)]).toEqual([name, false]);
  expect(found.has('process_cpu_seconds_total')).toBe(true);
});

test('requests are counted by the address as it is declared, whatever is asked', async () => {
  const { app, figures, open } = await measured();
  const commitment = await open();
  for (const path of [`/commitments/${commitment}`, '/commitments/01K38TCSG0D83FFH9B8VC8WDMT', '/no/where', '/no/other'])
    await app.request(path);
  await app.request('/commitments', { method: 'BREW' });
  const found = await figures();
  const counted = [...found].filter(([name]) => name.startsWith('ledger_http_requests_total'));
  expect(Object.fromEntries(counted)).toEqual({
    'ledger_http_requests_total{method="GET",route="/commitments/:id",status="200"}': 1,
    'ledger_http_requests_total{method="GET",route="/commitments/:id",status="404"}': 1,
    'ledger_http_requests_total{method="GET",route="other",status="404"}': 2,
    'ledger_http_requests_total{method="other",route="/commitments",status="405"}': 1,
  });
  expect(found.get('ledger_http_requests_in_flight')).toBe(1);
});

test('a request is told with the id of its answer, its status and how long it took, and nothing of its query or body', async () => {
  const { app, answered } = await measured();
  const asked = await app.request('/commitments?q=secret-words');
  expect(asked.headers.get('X-Request-Id')).toBe('request1');
  const body = JSON.stringify({ title: 'secret title', announcement: { type: 'observed', sources: [source] } });
  await app.request('/commitments', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  expect(answered).toEqual([
    expect.objectContaining({
      id: 'request1',
      method: 'GET',
      route: '/commitments',
      path: '/commitments',
      status: 200,
      isBroken: false,
    }),
    expect.objectContaining({ id: 'request2', method: 'POST', route: '/commitments', status: 400 }),
  ]);
  for (const { durationMs } of answered) expect(durationMs).toBeGreaterThan(0);
  expect(JSON.stringify(answered)).not.toMatch(/secret/);
});

test('an answer that goes on is told when its reader leaves, with the address that a proxy of ours says', async () => {
  const { app, answered } = await measured();
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  try {
    const leave = new AbortController();
    const headers = {
      Accept: 'text/event-stream',
      'X-Forwarded-Host': 'localhost',
      'X-Forwarded-For': '203.0.113.9',
      'X-Request-Id': 'from-the-proxy',
    };
    const feed = await fetch(`${listening.url}/events`, { headers, signal: leave.signal });
    expect([feed.headers.get('X-Request-Id'), answered]).toEqual(['from-the-proxy', []]);
    leave.abort();
    await expect
      .poll(() => answered)
      .toEqual([
        expect.objectContaining({
          id: 'from-the-proxy',
          address: '203.0.113.9',
          route: '/events',
          status: 200,
          isBroken: true,
        }),
      ]);
  } finally {
    await listening.close();
  }
});

test('an id is taken from a proxy of ours alone, and only one that can be nothing else', async () => {
  const idOf = async (site: Site | undefined, id: string): Promise<string | null> => {
    const { app } = await measured(site);
    const listening = await listen(app, { host: '127.0.0.1', port: 0 });
    try {
      return (await fetch(`${listening.url}/health`, { headers: { 'X-Request-Id': id } })).headers.get('X-Request-Id');
    } finally {
      await listening.close();
    }
  };
  expect(await idOf(undefined, 'from-the-proxy')).toBe('from-the-proxy');
  expect(await idOf({}, 'from-a-stranger')).toBe('request1');
  for (const id of ['short', 'two words', 'a'.repeat(65), 'a"quotation"'])
    expect([id, await idOf(undefined, id)]).toEqual([id, 'request1']);
});
