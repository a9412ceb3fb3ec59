import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { unreadable } from '../../src/compose.ts';
import type { EventStoreOptions } from '../../src/store/eventstoredb/port.ts';
import { openOfflineLog } from '../../src/store/eventstoredb/offline.ts';
import { given, spoken } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';
import { all, commitment, givenServer, newId, observed, untilKnown } from './given.ts';
import { numbers } from '../store/contract.ts';

// What a server was made to lose: a stream truncated or deleted, and then scavenged. No two instances may number otherwise.

const { double, open, opened, server } = givenServer({ unreadable, appendTimeoutMs: 2000, auditMs: 50 });
const service = async (instance: string, more: Partial<EventStoreOptions> = { patient: true }) => {
  const log = await open(instance, more);
  return { ...api(given(log)), log };
};

type Service = Awaited<ReturnType<typeof service>>;

/** Three commitments of four events each; answers their ids. */
async function recorded({ send }: Service): Promise<string[]> {
  const ids: string[] = [];
  for (const _ of numbers(1, 3)) {
    const opening = commitment();
    const told = async (path: string, body: object): Promise<number> => (await untilKnown(async () => send(path, body))).status;
    expect(await told('/commitments', opening)).toBe(201);
    for (const said of [observed(), observed()]) expect(await told(`/commitments/${opening.id}/announcements`, said)).toBe(201);
    ids.push(opening.id);
  }
  return ids;
}

const metadata = (id: string, limits: object): void => double().put(`$$commitment-${id}`, '$metadata', randomUUID(), limits);

/** How a stream can be made to lose events. */
const ways: [string, (id: string) => void][] = [
  ['truncated', (id) => metadata(id, { $tb: 3 })],
  ['limited to its newest event', (id) => metadata(id, { $maxCount: 1 })],
  ['deleted', (id) => void double().log.remove(`commitment-${id}`, 'any', 'soft')],
  ['deleted for ever', (id) => void double().log.remove(`commitment-${id}`, 'any', 'hard')],
];

describe.skipIf(process.env['LEDGER_TEST_EVENTSTOREDB'] !== undefined)('after a scavenge', () => {
  describe.each(ways)('of a stream that was %s', (_, cut) => {
    test.each([0, 1, 2])('no instance numbers otherwise than another, and both say so (commitment %i)', async (index) => {
      const one = await service('one');
      const ids = await recorded(one);
      const before = await all(one.log);
      cut(ids[index] ?? '');
      // As long as nothing is lost, a new instance comes to the same, and both record.
      const between = await service('between');
      expect(await all(between.log)).toBe(before);
      const other = ids[(index + 1) % 3] ?? '';
      expect((await between.send(`/commitments/${other}/announcements`, observed())).status).toBe(201);
      await expect.poll(() => one.log.size()).toBe(13);
      const held = await all(one.log);
      expect(double().log.scavenge()).toBeGreaterThan(0);

      // Who holds what is lost says so within the time of an audit, records nothing, and goes on answering.
      for (const { log, send, get } of [one, between]) {
        await expect.poll(async () => (await get('/ready')).status).toBe(503);
        expect((await get('/ready')).text).toContain('some of it is gone');
        expect(await send(`/commitments/${other}/announcements`, observed())).toMatchObject({
          status: 502,
          body: { type: '/problems/store-lost', detail: expect.stringContaining('ledger export --offline') },
        });
        expect((await get('/commitments')).status).toBe(200);
        expect(await all(log)).toBe(held);
      }
      // Who comes afterwards lacks it: it answers nothing, and numbers nothing.
      const late = await service('late');
      await expect.poll(async () => (await late.get('/ready')).text).toContain('some of it is gone');
      for (const path of ['/', '/commitments', '/events', '/commitments?size=1']) {
        const { status } = await late.get(path);
        expect([path, status >= 500]).toEqual([path, true]);
      }
      expect(await late.send(`/commitments/${other}/announcements`, observed())).toMatchObject({ status: 502 });
      await expect(open('later', {})).rejects.toMatchObject({
        reason: 'lost',
        message: expect.stringMatching(/restore the longest export into an empty server/),
      });
      expect(double().events().length).toBeLessThan(13);
      // What the first holds is exported without the server.
      const offline = openOfflineLog({ folder: server().folder('one') });
      expect(await all(offline)).toBe(held);
      await offline.close();
    });
  });

  test('a server whose newest event of ours was taken away is not called another', async () => {
    const one = await service('one');
    const ids = await recorded(one);
    double().log.remove(`commitment-${ids[2]}`, 'any', 'hard');
    await expect.poll(async () => (await one.log.condition()).findings).toHaveLength(1);
    const held = await all(one.log);
    await opened().pop()?.close();
    double().log.scavenge();
    const again = await service('one');
    await expect.poll(async () => (await again.get('/ready')).status).toBe(503);
    expect(String(again.faults.at(-1))).toMatch(/the server has lost what this replica holds/);
    expect(await all(again.log)).toBe(held);
    expect((await again.send(`/commitments/${ids[0]}/announcements`, observed())).body.type).toBe('/problems/store-lost');
  });

  test('a metadata event taken back before the scavenge loses nothing, and everyone goes on', async () => {
    const one = await service('one');
    const [id = ''] = await recorded(one);
    metadata(id, { $tb: 3 });
    metadata(id, {});
    double().log.scavenge();
    const two = await service('two');
    expect(await all(two.log)).toBe(await all(one.log));
    expect((await two.send(`/commitments/${id}/announcements`, observed())).status).toBe(201);
    await expect.poll(() => one.log.size()).toBe(13);
    expect((await one.get('/ready')).status).toBe(200);
  });

  test('what was recorded and lost while an instance was away is noticed when it comes back', async () => {
    const [one, two] = [await service('one'), await service('two')];
    const [id = ''] = await recorded(one);
    await expect.poll(() => two.log.size()).toBe(12);
    await two.log.close();
    for (const __ of numbers(1, 3)) await one.send(`/commitments/${id}/announcements`, observed());
    metadata(id, { $tb: 6 });
    await expect.poll(async () => (await one.log.condition()).findings).toHaveLength(1);
    double().log.scavenge();
    const again = await service('two');
    await expect.poll(async () => (await again.get('/ready')).text).toContain('some of it is gone');
    expect(await again.log.size()).toBe(12);
    expect((await again.get('/commitments')).status).toBe(200);
  });

  test('a stream that vanished whole is missed by its number in whatever was recorded after it', async () => {
    const one = await service('one');
    const ids = await recorded(one);
    // Its beginning stays where the scavenge has not come yet: nothing of it shows a gap.
    const { log } = double();
    log.remove(`commitment-${ids[1]}`, 'any', 'hard');
    expect((await one.send(`/commitments/${ids[0]}/announcements`, observed())).status).toBe(201);
    const begun = log.records.findIndex(({ stream }) => stream === `commitment-${ids[1]}`);
    const left = log.records.slice(0, begun + 1);
    log.scavenge();
    (log.records as unknown[]).splice(0, left.length - 1, ...left);
    const late = await service('late');
    await expect.poll(async () => (await late.get('/ready')).text).toContain('some of it is gone');
    expect((await late.get('/commitments')).status).toBeGreaterThanOrEqual(500);
  });
});

describe.skipIf(process.env['LEDGER_TEST_EVENTSTOREDB'] !== undefined)('what looks like a loss and is none', () => {
  test('64 recorders on three instances that race raise no alarm, whoever fills anew', async () => {
    const services = [await service('one'), await service('two'), await service('three')];
    const told = async (index: number, path: string, body: object): Promise<number> =>
      (await untilKnown(async () => (services[index % 3] as Service).send(path, body))).status;
    const openings = numbers(1, 8).map(() => commitment());
    await Promise.all(openings.map(async (opening, index) => told(index, '/commitments', opening)));
    for (const { log } of services) await expect.poll(() => log.size()).toBe(16);
    double().faults.dropSubscribersAfter = 9;
    const said = numbers(1, 64).map((index) => ({ index, body: observed() }));
    const answers = await Promise.all(
      said.map(async ({ index, body }) => told(index, `/commitments/${openings[index % 8]?.id}/announcements`, body)),
    );
    expect(answers).toEqual(answers.map(() => 201));
    double().log.remove(`commitment-${openings[0]?.id}`, 'any', 'hard');
    for (const { index, body } of numbers(1, 16).map((number) => ({ index: number, body: observed() })))
      await told(index, `/commitments/${openings[(index % 7) + 1]?.id}/announcements`, body);
    const fresh = await service('fresh');
    for (const { log, get } of [...services, fresh]) {
      await expect.poll(() => log.size()).toBe(96);
      expect((await get('/ready')).status).toBe(200);
      expect((await log.condition()).findings).toHaveLength(1);
    }
    expect(await all(fresh.log)).toBe(await all((services[0] as Service).log));
  });

  test('a forged number of a foreign writer is reported, and does not block the rest', async () => {
    const one = await service('one');
    const [id = ''] = await recorded(one);
    const after = { sequence: 1_000_000, id: newId() };
    const about = { recordedby: 'x', source: '/ledgers/test', time: '2025-08-22T12:00:00Z' };
    double().put(`commitment-${id}`, 'observed', randomUUID(), spoken, { ...about, after });
    for (const wrong of [{ sequence: 'x' }, 7, null, { sequence: -1, id: newId() }, { sequence: 1, id: newId() }])
      double().put(`commitment-${id}`, 'observed', randomUUID(), spoken, { ...about, after: wrong });
    const two = await service('two');
    for (const { log, get, send } of [one, two]) {
      await expect.poll(() => log.size()).toBeGreaterThanOrEqual(18);
      expect((await get('/ready')).status).toBe(200);
      expect((await log.condition()).findings).toEqual([expect.stringContaining('as sequence 1000000 before it')]);
      expect((await send('/commitments', commitment())).status).toBe(201);
    }
  });

  test('an end of a stream of which nobody knows makes only a new instance wait, until others have recorded', async () => {
    const one = await service('one');
    const ids = await recorded(one);
    double().log.remove(`commitment-${newId()}`, 'any', 'hard');
    await expect.poll(async () => (await one.log.condition()).findings).toHaveLength(1);
    expect((await one.get('/ready')).status).toBe(200);
    const two = await service('two');
    await expect.poll(async () => (await two.get('/ready')).text).toContain('some of it is gone');
    for (const __ of numbers(1, 3))
      expect((await one.send(`/commitments/${ids[0]}/announcements`, observed())).status).toBe(201);
    await expect.poll(async () => (await two.get('/ready')).status).toBe(200);
    expect(await all(two.log)).toBe(await all(one.log));
  });
});
