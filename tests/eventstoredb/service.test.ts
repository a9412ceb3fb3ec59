import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { listen, type Listening } from '../../src/http/listen.ts';
import { exportLine } from '../../src/store/log.ts';
import { generate, generatedLedger } from '../bench/generate.ts';
import type { EventStoreOptions } from '../../src/store/eventstoredb/port.ts';
import type { Log } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { bytes, bytesOf, given, givenSummits, spoken } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';
import { everyAnswer } from '../helpers/everyAddress.ts';
import { all, commitment, givenServer, newId, observed, untilKnown } from './given.ts';
import { numbers } from '../store/contract.ts';
import { goingAway } from './double/faults.ts';
import { realServer, serverName } from './server.ts';

// The whole service on a ledger that a server holds: as any other ledger where all is well, and honest where it is not.

const ledger = '/ledgers/korea-2025';
const { double, open, opened, server } = givenServer({ ledger });
let listening: Listening[];
beforeEach(() => {
  listening = [];
});
afterEach(async () => {
  for (const one of listening) await one.close();
});

const openFile = (name: string): Log => {
  const log = openSqliteLog({ file: join(server().folder('files'), name), ledger });
  opened().push(log);
  return log;
};
const restore = (log: Log, text: string, onProgress?: (lines: number) => void) =>
  restoreLines(log, bytes(text), { clock: Date.now, onProgress });

describe(`the service on ${serverName}`, () => {
  test('answers the real input at every address as a ledger of one file does, byte for byte', async () => {
    const [expected, answers] = [
      await everyAnswer(await givenSummits(openFile('a'))),
      await everyAnswer(await givenSummits(await open())),
    ];
    for (const [address, answer] of expected) expect([address, answers.get(address)]).toEqual([address, answer]);
    expect(answers.size).toBe(expected.size);
  });

  test('a ledger moves to the server and back without a byte changed, and goes on where a restore was interrupted', async () => {
    const file = openFile('a');
    await restoreLines(file, bytesOf(...summitFiles), { clock: Date.now });
    const exported = await all(file);
    const lines = exported.split('\n');
    const held = await open();
    expect(await restore(held, lines.slice(0, 30).join('\n'))).toEqual({ restored: 30, present: 0 });
    expect(await restore(held, `${lines.slice(0, 40).join('\n')}\n{"broken`)).toMatchObject({ number: 41 });
    expect(await restore(held, exported)).toEqual({ restored: 48, present: 40 });
    expect(await all(held)).toBe(exported);
    const back = openFile('b');
    expect(await restore(back, await all(await open('two')))).toEqual({ restored: 88, present: 0 });
    expect(await all(back)).toBe(exported);
  });

  test('two services and 64 recorders over HTTP on one commitment: all are told, and both services answer the same', async () => {
    const services = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const { ledger: held, reader } = given(await open(name));
        const one = await listen(createApp({ ledger: held, reader }), { host: '127.0.0.1', port: 0 });
        listening.push(one);
        return one;
      }),
    );
    const send = async (index: number, path: string, body: unknown, headers: Record<string, string> = {}) => {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
      return untilKnown(async () => fetch(new URL(path, services[index % 2]?.url), init));
    };
    const opening = commitment();
    expect((await send(0, '/commitments', opening)).status).toBe(201);
    const path = `/commitments/${opening.id}/announcements`;
    const announcements = numbers(1, 64).map(() => observed());
    const answers = await Promise.all(announcements.map((body, index) => send(index, path, body)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    // Sent again to the other service, each is the first answer again, judged before If-Match.
    const first = await Promise.all(answers.map((answer) => answer.text()));
    const again = await Promise.all(announcements.map((body, index) => send(index + 1, path, body, { 'If-Match': '"1"' })));
    expect(await Promise.all(again.map((answer) => answer.text()))).toEqual(first);
    expect((await send(1, path, observed(), { 'If-Match': '"1"' })).status).toBe(412);
    const histories = async () =>
      Promise.all(services.map(async ({ url }) => (await fetch(`${url}/commitments/${opening.id}/history`)).text()));
    const [one = '', two] = await histories();
    expect(two).toBe(one);
    const ids = (JSON.parse(one) as { events: { id: string }[] }).events.map(({ id }) => id);
    expect(ids.slice(2).toSorted()).toEqual(announcements.map(({ id }) => id).toSorted());
  });
});

describe.skipIf(realServer !== undefined)('the service on a server that fails', () => {
  const service = async (instance?: string, more?: Partial<EventStoreOptions>) => {
    const log = await open(instance, { appendTimeoutMs: 800, ...more });
    return { ...api(given(log)), log };
  };
  const times = (id: string, log: Log) => log.find(id).then((found) => (found ? 1 : 0));

  test('goes on with a restore while the server goes away again and again', async () => {
    const file = openFile('a');
    await restoreLines(file, bytesOf(...summitFiles), { clock: Date.now });
    const exported = await all(file);
    const log = await open('one', { appendTimeoutMs: 20_000 });
    double().faults.onAppend = goingAway(3, 0.2, 10);
    expect(await restore(log, exported)).toEqual({ restored: 88, present: 0 });
    expect(await all(log)).toBe(exported);
    expect(double().events()).toHaveLength(88);
  });

  test('leaves the first lines of a restore whose server goes away for good, and goes on from there', async () => {
    const text = [...generate({ seed: 4, events: 2500 })].map((event) => `${exportLine(generatedLedger, event)}\n`).join('');
    const log = await open('one', { ledger: generatedLedger, appendTimeoutMs: 4000 });
    // While the second batch is on its way.
    let sent = 0;
    double().faults.onAppend = () => {
      if (++sent === 2300) void double().stop();
      return undefined;
    };
    await expect(restore(log, text)).rejects.toMatchObject({ name: 'LogFault' });
    await log.close();
    double().faults.onAppend = undefined;
    await double().start();
    const again = await open('again', { ledger: generatedLedger, appendTimeoutMs: 20_000 });
    const held = await again.size();
    expect(held).toBeGreaterThan(0);
    expect(text.startsWith(await all(again))).toBe(true);
    expect(await restore(again, text)).toEqual({ restored: 2500 - held, present: held });
    expect(await all(again)).toBe(text);
  });

  test('answers 504 where it cannot know what became of an announcement, and the same again tells', async () => {
    const a = await service();
    const opening = commitment();
    expect((await a.send('/commitments', opening)).status).toBe(201);
    const path = `/commitments/${opening.id}/announcements`;
    const announcement = observed();
    double().faults.onAppend = () => ({ what: 'timedOut' });
    const answer = await a.send(path, announcement);
    expect(answer).toMatchObject({ status: 504, body: { type: '/problems/outcome-unknown' } });
    expect(answer.body['title']).toContain('send the same request again to find out');
    double().faults.onAppend = undefined;
    expect((await a.send(path, announcement)).status).toBe(201);
    expect(double().events()).toHaveLength(3);
  });

  test('answers 201 only for what its replica holds', async () => {
    const a = await service();
    double().silence('reads');
    double().dropSubscribers();
    const opening = commitment();
    expect((await a.send('/commitments', opening)).status).toBe(504);
    expect(await times(opening.id, a.log)).toBe(0);
    double().speak();
    const again = await a.send('/commitments', opening);
    expect(again).toMatchObject({ status: 201, body: { sequence: 1, announcement: { sequence: 2 } } });
    expect(await times(opening.id, a.log)).toBe(1);
    expect(double().events()).toHaveLength(2);
  });

  test('answers 409 to one of two who record the same id elsewhere at the same time', async () => {
    const [one, two] = [await service('one'), await service('two')];
    const announcement = { id: newId(), type: 'pledged', ...spoken };
    const bodies = [commitment({ announcement }), commitment({ announcement })];
    const [first, second] = await Promise.all([one.send('/commitments', bodies[0]), two.send('/commitments', bodies[1])]);
    expect([first.status, second.status].toSorted((x, y) => x - y)).toEqual([201, 409]);
    const refused = first.status === 409 ? first : second;
    expect(refused.body).toMatchObject({ type: '/problems/id-taken', errors: [{ pointer: '/announcement/id' }] });
    const [winner, loser] = first.status === 409 ? [bodies[1], bodies[0]] : bodies;
    for (const { get, log } of [one, two]) {
      await expect.poll(() => log.size()).toBe(2);
      expect((await get(`/commitments/${winner?.id}`)).status).toBe(200);
      // All of what is sent together is recorded, or none.
      expect((await get(`/commitments/${loser?.id}`)).status).toBe(404);
      await expect
        .poll(async () => JSON.parse((await get('/ready')).text))
        .toMatchObject({
          status: 'ready',
          findings: [expect.stringContaining('no part of the ledger'), expect.stringContaining('no part of the ledger')],
        });
    }
    const other = { ...loser, announcement: { ...announcement, id: newId() } };
    expect((await two.send('/commitments', other)).status).toBe(201);
    expect((await one.send('/commitments', other)).status).toBe(201);
  });

  test('starts without its server, serves what its replica holds, says so, and writes when the server is back', async () => {
    const before = await service();
    const opening = commitment();
    await before.send('/commitments', opening);
    await opened().pop()?.close();
    await double().stop();
    const a = await service('one', { patient: true });
    expect((await a.get(`/commitments/${opening.id}`)).status).toBe(200);
    expect((await a.get('/health')).status).toBe(200);
    const ready = await a.get('/ready');
    expect([ready.status, ready.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(ready.text).toContain('found that it is still being fetched');
    const path = `/commitments/${opening.id}/announcements`;
    const announcement = observed();
    const refused = await a.send(path, announcement);
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(refused.body['type']).toBe('/problems/unavailable');
    await double().start();
    await expect.poll(async () => (await a.get('/ready')).status).toBe(200);
    expect((await a.send(path, announcement)).status).toBe(201);
    await double().stop();
    await expect.poll(async () => (await a.get('/ready')).text).toMatch(/what was recorded \d+ s ago/);
  });

  test('answers 502, 410 and 409 where the store lets nobody in, or holds what cannot be added to', async () => {
    const a = await service('one', {
      unreadable: (type) => (type === 'unheard' ? 'expected a type that is known' : undefined),
    });
    const [denied, deleted, unreadable] = [commitment(), commitment(), commitment()];
    for (const one of [denied, deleted, unreadable]) expect((await a.send('/commitments', one)).status).toBe(201);
    double().faults.denied = 'everything';
    const answer = await a.send(`/commitments/${denied.id}/announcements`, observed());
    expect(answer).toMatchObject({ status: 502, body: { type: '/problems/store-denied' } });
    expect(String(a.faults[0])).toContain('expected the right to read $all');
    double().faults.denied = undefined;
    double().put(`$$commitment-${deleted.id}`, '$metadata', crypto.randomUUID(), { $tb: 1 });
    double().put(
      `commitment-${unreadable.id}`,
      'unheard',
      crypto.randomUUID(),
      {},
      { recordedby: 'x', source: ledger, time: '2025-08-22T12:00:00Z' },
    );
    await expect.poll(async () => (await a.log.condition()).findings).toHaveLength(2);
    expect(await a.send(`/commitments/${deleted.id}/announcements`, observed())).toMatchObject({ status: 410 });
    expect(await a.send(`/commitments/${unreadable.id}/announcements`, observed())).toMatchObject({
      status: 409,
      body: { type: '/problems/stream-unreadable' },
    });
    expect(JSON.parse((await a.get('/ready')).text)).toMatchObject({
      status: 'ready',
      findings: [expect.any(String), expect.any(String)],
    });
    for (const one of [deleted, unreadable]) expect((await a.get(`/commitments/${one.id}`)).status).toBe(200);
  });

  test('answers 412 with If-Match, and without it decides again, where another service was faster', async () => {
    const [one, two] = [await service('one'), await service('two')];
    const opening = commitment();
    await one.send('/commitments', opening);
    const path = `/commitments/${opening.id}/announcements`;
    await expect.poll(() => two.log.size()).toBe(2);
    double().silence('reads');
    double().dropSubscribers();
    const before = double().events().length;
    // Whichever comes first: the other finds that the stream has gone on.
    const answers = [one.send(path, observed()), two.send(path, observed(), { 'If-Match': '"1"' })];
    await expect.poll(() => double().events().length).toBe(before + 1);
    double().speak();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect([
      [201, 201],
      [201, 412],
    ]).toContainEqual(statuses);
    expect((await two.send(path, observed(), { 'If-Match': '"1"' })).status).toBe(412);
    expect((await two.send(path, observed())).status).toBe(201);
  });
});
