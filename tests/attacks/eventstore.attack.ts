import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Double, startDouble } from '../eventstoredb/double/double.ts';
import { observation, sent, type Service, startService } from '../faults/service.ts';
import { type Attack, hold } from './attack.ts';

// What others can do to a ledger on a server that they too may write to, or take away. The server is our double of EventStoreDB.

/** A service on a server of its own, stopped and removed afterwards. */
async function onServer(
  work: (target: { service: Service; server: Double; another: () => Promise<Service> }) => Promise<string>,
) {
  const server = await startDouble();
  const folder = mkdtempSync(join(tmpdir(), 'attacks-server-'));
  const services: Service[] = [];
  const another = async (): Promise<Service> => {
    const before = ['env', `LEDGER_STORE=${server.connectionString}`];
    services.push(await startService(join(folder, String(services.length)), before));
    return services.at(-1) as Service;
  };
  try {
    return await work({ service: await another(), server, another });
  } finally {
    for (const one of services) one.kill();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

let made = 0;
const newId = (): string => `01K7000000SERVER${String(++made).padStart(10, '0')}`;
const metadata = { recordedby: 'stranger', source: '/ledgers/main', time: '2025-08-22T12:00:00Z' };
const { type: observed, ...said } = observation() as { type: string };

async function opened(service: Service): Promise<string> {
  const id = newId();
  hold((await service.post('/commitments', sent(id, newId()))).status === 201, 'a commitment to be recorded', 'a refusal');
  return id;
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await isSo()) return;
    await wait(100);
  }
  hold(false, what, 'nothing of it within 10 s');
}

export const attacks: readonly Attack[] = [
  {
    name: 'a foreign writer: no offset, no recorder, half a character, 900 kB, a correction of nothing, the year 9999',
    run: () =>
      onServer(async ({ service, server, another }) => {
        const [bad, good] = [await opened(service), await opened(service)];
        const put = (data: unknown, about: unknown = metadata, type = observed): void =>
          server.put(`commitment-${bad}`, type, randomUUID(), data, about);
        const { sources } = said as { sources?: unknown };
        put(
          { corrects: newId(), mode: 'refine', reason: 'x', changes: { happened: '2025-08-23' }, sources },
          metadata,
          'corrected',
        );
        put(said, { ...metadata, time: '2025-08-22T12:00:00' });
        put(said, { ...metadata, recordedby: '' });
        put(said, { ...metadata, recordedby: '\u001b[2J' });
        put({ ...said, summary: '\ud800' });
        put({ ...said, summary: 'x'.repeat(900_000) });
        put(said, { ...metadata, time: '9999-12-31T23:59:59-12:00' });
        await until(async () => JSON.stringify((await service.get('/ready')).body).includes(bad), 'the commitment to be named');
        const second = await another();
        const texts: string[] = [];
        for (const { url, post } of [service, second]) {
          for (const path of ['/', '/commitments', '/views/trade-terms', `/commitments/${good}`])
            hold((await fetch(url + path)).status === 200, `${path} to be answered`, 'a fault');
          const { status } = await post(`/commitments/${good}/announcements`, { ...observation(), id: newId() });
          hold(status === 201, 'the other commitment to be recorded into', status);
        }
        await until(
          async () => (await second.get('/ready')).body['size'] === (await service.get('/ready')).body['size'],
          'both to be level',
        );
        for (const { url } of [service, second]) texts.push(await (await fetch(`${url}/events`)).text());
        hold(texts[0] === texts[1], 'the same bytes from both', texts);
        return 'named, kept out or left aside; two instances give the same bytes and everything else goes on';
      }),
  },
  {
    name: 'the server goes away: a POST, a new instance that knows nothing, and the log of a minute',
    run: () =>
      onServer(async ({ service, server, another }) => {
        await opened(service);
        await server.stop();
        await until(async () => (await service.get('/ready')).status === 503, 'the outage to be noticed');
        const began = performance.now();
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => service.post('/commitments', sent(newId(), newId()))),
        );
        const ms = Math.round(performance.now() - began);
        hold(answers.every(({ status }) => status === 503) && ms < 3000, '20 times 503 within seconds', ms);
        for (let index = 0; index < 300; index++) await service.get('/ready');
        const lines = service.told().split('\n').length;
        hold(lines < 20, 'a few lines in the log', service.told().slice(0, 2000));
        const fresh = await another();
        for (const path of ['/', '/commitments', '/events', '/commitments?size=1']) {
          const { status, headers } = await fetch(fresh.url + path);
          hold(status === 503 && headers.has('Retry-After'), `503 with Retry-After at ${path}`, status);
        }
        return `503 after ${ms} ms, ${lines} lines for 320 faults, and 503 from who knows nothing`;
      }),
  },
  {
    name: 'a stream is truncated or deleted and scavenged, and a new instance comes',
    run: () =>
      onServer(async ({ service, server, another }) => {
        const ids = [await opened(service), await opened(service), await opened(service)];
        server.put(`$$commitment-${ids[0]}`, '$metadata', randomUUID(), { $tb: 1 });
        server.log.remove(`commitment-${ids[1]}`, 'any', 'hard');
        await until(async () => JSON.stringify((await service.get('/ready')).body).includes('for ever'), 'the cut to be told');
        server.log.scavenge();
        await until(async () => (await service.get('/ready')).status === 503, 'who holds more to say so');
        const fresh = await another();
        await until(async () => (await fresh.get('/ready')).status === 503, 'who holds less to say so');
        for (const { post } of [service, fresh]) {
          const { status } = await post(`/commitments/${ids[2]}/announcements`, { ...observation(), id: newId() });
          hold(status === 502, 'nothing to be recorded (502)', status);
        }
        hold((await service.get('/commitments')).status === 200, 'who holds more to answer', 'a fault');
        hold((await fresh.get('/commitments')).status >= 500, 'who holds less to answer nothing', 'an answer');
        return 'both say so and record nothing; who holds everything goes on answering';
      }),
  },
];
