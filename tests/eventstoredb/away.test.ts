import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openLedger } from '../../src/compose.ts';
import { openOfflineLog } from '../../src/store/eventstoredb/offline.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { check } from '../../src/read/check.ts';
import { type Restored, restoreLines } from '../../src/exchange/transfer.ts';
import { bytes, bytesOf, given } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';
import { all, commitment, givenServer, newId, observed } from './given.ts';
import { unhinderedNow } from '../helpers/unhindered.ts';

// A server that is away, silent or refuses us: what is known is read, what is not known is said, and nobody waits for long.

const ledger = '/ledgers/korea-2025';
const { double, open, opened, server } = givenServer({ ledger });

const summits = async (): Promise<string> => {
  const file = openSqliteLog({ file: join(server().folder('file'), 'summits.sqlite'), ledger });
  opened().push(file);
  await restoreLines(file, bytesOf(...summitFiles), { clock: Date.now });
  return all(file);
};

async function timed<Answer>(work: Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const began = unhinderedNow();
  const answer = await work;
  return { answer, ms: unhinderedNow() - began };
}

describe.skipIf(process.env['LEDGER_TEST_EVENTSTOREDB'] !== undefined)('while the server is away', () => {
  test('a replica that was never filled answers 503 at every address, not that there is nothing', async () => {
    await restoreLines(await open('other'), bytes(await summits()), { clock: Date.now });
    await double().stop();
    const log = await open('never', { patient: true });
    const a = api(given(log));
    const id = '01K38TCSG0D83FFH9B8VC8WDMT';
    const addresses = ['/', '/commitments', `/commitments/${id}`, `/commitments/${id}/history`, '/views/trade-terms'];
    addresses.push(
      '/commitments?size=5',
      '/commitments?knownAt=2025-08-22',
      '/changes?from=1&to=2',
      '/events',
      '/events?after=3',
    );
    addresses.push(`/figures/${id}/total`, '/views/alliance-costs?asOf=2025-08-22');
    for (const path of addresses) {
      const { status, headers } = await a.get(path);
      expect([path, status, headers.get('Retry-After')]).toEqual([path, 503, '5']);
    }
    const live = await a.get('/events', { headers: { Accept: 'text/event-stream' } });
    expect([live.status, live.headers.get('Retry-After')]).toEqual([503, '5']);
    for (const [path, body] of [
      ['/commitments', commitment()],
      [`/commitments/${id}/announcements`, observed()],
    ] as const) {
      const { status, headers, body: problem } = await a.send(path, body);
      expect([path, status, headers.get('Retry-After')]).toEqual([path, 503, '5']);
      expect(problem['detail']).toContain('still being fetched from the server');
    }
    expect((await a.get('/health')).status).toBe(200);
    expect((await a.get('/ready')).status).toBe(503);
    await double().start();
    await expect.poll(async () => (await a.get(`/commitments/${id}`)).status).toBe(200);
    expect(JSON.parse((await a.get('/commitments')).text).cut.size).toBe(88);
  });

  test('what was filled in part and left is no beginning to answer from', async () => {
    await restoreLines(await open('other'), bytes(await summits()), { clock: Date.now });
    await (await open('part')).close();
    await double().stop();
    // As after a crash before it was level: events are there, and nothing says that they are all.
    const notes = new DatabaseSync(join(server().folder('part'), 'server.sqlite'));
    notes.exec('DELETE FROM filled');
    notes.close();
    const again = await open('part', { patient: true });
    await expect(again.size()).rejects.toMatchObject({ reason: 'filling' });
    await expect(open('part')).rejects.toThrow(/out of reach/);
    expect(() => openOfflineLog({ folder: server().folder('part') })).toThrow(/never filled/);
  });

  test('a subscription to what was never filled begins once it is', async () => {
    await restoreLines(await open('other'), bytes(await summits()), { clock: Date.now });
    await double().stop();
    const log = await open('never', { patient: true });
    const seen: number[] = [];
    const stop = new AbortController();
    const following = log.subscribe(0, (page) => void seen.push(...page.map(({ sequence }) => sequence)), stop.signal);
    await double().start();
    await expect.poll(() => seen.length).toBe(88);
    expect(seen[0]).toBe(1);
    stop.abort();
    await following;
  });

  test('a POST is told in a second, not ten, also the tenth to one commitment', async () => {
    const log = await open();
    const a = api(given(log));
    const opening = commitment();
    expect((await a.send('/commitments', opening)).status).toBe(201);
    await double().stop();
    await expect.poll(async () => (await log.condition()).behindMs).toBeGreaterThan(0);
    const path = `/commitments/${opening.id}/announcements`;
    const sent = [a.send('/commitments', commitment()), ...Array.from({ length: 10 }, () => a.send(path, observed()))];
    for (const { answer, ms } of await Promise.all(sent.map(timed))) {
      expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5']);
      expect(ms).toBeLessThan(2500);
    }
  });

  test('a POST that comes while the server is back is recorded at once, however long it was away', async () => {
    const log = await open();
    const a = api(given(log));
    const opening = commitment();
    expect((await a.send('/commitments', opening)).status).toBe(201);
    await double().stop();
    // Until the pauses between two attempts have grown to seconds.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await double().start();
    expect((await a.send(`/commitments/${opening.id}/announcements`, observed())).status).toBe(201);
  });

  test('whoever has a moment by which to be told is told by then, whatever the server does to each attempt', async () => {
    const log = await open('one');
    const id = newId();
    const event = { id, type: 'opened', data: '{}', time: Date.now(), recordedBy: 'desk' };
    double().silence('appends');
    const append = log.append(newId(), -1, [event], performance.now() + 1500);
    const told = await timed(append.then(String, (error: unknown) => error));
    expect(told.answer).toMatchObject({ name: 'LogFault', reason: 'unknown-outcome' });
    expect(told.ms).toBeLessThan(4000);
    double().silence('all');
    const probe = await timed(log.append('', -1, [], performance.now() + 500).then(String, (error: unknown) => error));
    expect(probe.answer).toBeInstanceOf(Error);
    expect(probe.ms).toBeLessThan(3000);
    double().speak();
  });

  test('a restore that the server leaves names the outage, and goes on when it is back', async () => {
    const exported = await summits();
    const log = await open('one', { appendTimeoutMs: 1000 });
    let left = 20;
    double().faults.onAppend = () => (left-- > 0 ? undefined : { what: 'goesAwayAfter', ms: 60_000 });
    const stopped = restoreLines(log, bytes(exported), { clock: Date.now });
    await expect(stopped).rejects.toMatchObject({
      name: 'LogFault',
      reason: expect.stringMatching(/out-of-reach|unknown-outcome/),
    });
    double().faults.onAppend = undefined;
    await double().start();
    await expect.poll(async () => (await log.condition()).behindMs).toBe(0);
    const { restored, present } = (await restoreLines(log, bytes(exported), { clock: Date.now })) as Restored;
    expect([restored + present, present > 0]).toEqual([88, true]);
    expect(await all(log)).toBe(exported);
  });

  test.each(['away', 'denied'])(
    'export, check and reading work from the replica, without the server (%s)',
    async (what) => {
      const exported = await summits();
      await restoreLines(await open('one'), bytes(exported), { clock: Date.now });
      await opened().pop()?.close();
      if (what === 'away') await double().stop();
      else double().faults.denied = 'everything';
      const store = server().connection;
      if (what === 'denied')
        await expect(openLedger({ data: server().folder('one'), store })).rejects.toThrow(/--offline reads what is kept here/);
      const offline = await openLedger({ data: server().folder('one'), store, offline: true });
      try {
        const { log } = offline.ledger;
        expect(await all(log)).toBe(exported);
        expect(await check(log)).toMatchObject({ events: 88, findings: [] });
        const a = api({ ...given(log), ...offline });
        expect(JSON.parse((await a.get('/commitments')).text).cut.size).toBe(88);
        expect((await a.send('/commitments', commitment())).status).toBe(503);
        expect((await a.get('/ready')).status).toBe(503);
      } finally {
        await offline.close();
      }
      expect(() => openOfflineLog({ folder: server().folder('none') })).toThrow(/found none/);
    },
    30_000,
  );
});
