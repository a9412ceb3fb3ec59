import * as fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../domain/json.ts';
import { check } from '../src/read/check.ts';
import { settleCut } from '../src/read/queries.ts';
import { replay } from '../src/read/replay.ts';
import { exportLine, type Log } from '../src/store/log.ts';
import { openMemoryLog } from '../src/store/memory.ts';
import { openSqliteLog } from '../src/store/sqlite/sqliteLog.ts';
import { views } from '../projections/views/views.ts';
import { importLines } from '../src/exchange/transfer.ts';
import { attempts } from './domain/legalHistories.ts';
import { bytes, type Given, given, source, spoken } from './helpers/given.ts';
import { api } from './helpers/api.ts';

/** Others can write to a store: one commitment that no rule would have let in must not block the rest. */

const nowhere = '01K0000000ZZZZZZZZZZZZZZZZ';

/** Adds an event behind the rules' back; answers its sequence. */
async function smuggle(log: Log, stream: string, type: string, data: object): Promise<number> {
  const { size, time } = await log.end();
  const revision = (await log.readStream(stream)).length;
  const id = `01KZZZZZ${String(size).padStart(18, '0')}`;
  const event = { sequence: size + 1, stream, revision, id, type, time: Math.max(time, 0), recordedBy: 'somebody else' };
  await log.extend([{ ...event, data: canonicalJson(data) }]);
  return size + 1;
}

const correction = { corrects: nowhere, mode: 'retract', reason: 'a mistake', sources: [source] };

async function withOneBad(log: Log): Promise<Given & { good: string; bad: string; linking: string; place: number }> {
  const base = given(log);
  const [good, bad] = [await base.open({ title: 'The good one' }), await base.open({ title: 'The bad one' })];
  const linking = await base.open({ title: 'The linking one', links: { dependsOn: [bad], partOf: [bad] } });
  for (const id of [good, bad, linking]) await base.say(id, 'pledged');
  const place = await smuggle(log, bad, 'corrected', correction);
  await base.say(good, 'observed', { happened: '2025-08-23' });
  return { ...base, good, bad, linking, place };
}

let folder: string | undefined;
const stores = {
  memory: () => openMemoryLog({ ledger: '/ledgers/test' }),
  sqlite: () => openSqliteLog({ file: join((folder = mkdtempSync(join(tmpdir(), 'ledger-test-'))), 'log.sqlite') }),
};

test.each(['memory', 'sqlite'] as const)(
  'a correction that points nowhere (%s): its own address names it, and keeps nobody from the rest',
  async (store) => {
    const log = stores[store]();
    const { good, bad, linking, place: at, ...base } = await withOneBad(log);
    const { get, send, faults } = api(base);
    const why = `the commitment ${bad} cannot be folded: event ${at} (corrected `;
    for (const path of [`/commitments/${bad}`, `/commitments/${bad}/history`]) {
      const { status, text } = await get(path);
      expect([path, status, JSON.parse(text)]).toMatchObject([path, 409, { type: '/problems/stream-unreadable' }]);
      expect(JSON.parse(text).detail).toContain(why);
      expect((await get(`${path}?size=${at - 1}`)).status).toBe(200);
      expect((await get(path, { headers: { Accept: 'text/html' } })).text).toContain('cannot be folded');
    }
    const rest = ['/', '/commitments', '/commitments?q=one', '/views', '/two-clocks', '/changes?from=2', '/events'];
    for (const path of [
      ...rest,
      `/commitments/${good}`,
      `/commitments/${linking}`,
      ...views.map(({ name }) => `/views/${name}`),
    ]) {
      for (const Accept of ['application/json', 'text/html']) {
        expect([path, (await get(path, { headers: { Accept } })).status]).toEqual([path, 200]);
      }
    }
    const feed = (await get('/changes?from=0', { headers: { Accept: 'application/atom+xml' } })).text;
    expect(feed).toContain('The good one: observed');
    expect(feed).toContain('The bad one: corrected');
    const list = JSON.parse((await get('/commitments')).text) as { commitments: { id: string }[] };
    expect(list.commitments.map(({ id }) => id)).toEqual([good, linking]);
    const ready = JSON.parse((await get('/ready')).text);
    expect(ready).toMatchObject({ status: 'ready', findings: [expect.stringContaining(why)] });
    const more = await send(`/commitments/${bad}/announcements`, { type: 'observed', ...spoken });
    expect(more).toMatchObject({ status: 409, body: { type: '/problems/stream-unreadable' } });
    expect(more.body['detail']).toContain(why);
    expect((await send(`/commitments/${good}/announcements`, { type: 'observed', ...spoken })).status).toBe(201);
    expect((await check(log)).findings).toEqual([expect.stringMatching(`^event ${at} .*${bad}`)]);
    const cut = await settleCut(base.reader, {});
    if ('detail' in cut) throw new Error(cut.detail);
    expect((await replay(base.reader, { views, all: true, cut })).differences).toEqual([]);
    expect(faults.length).toBeGreaterThan(0);
    await base.reader.readModel.close();
    await log.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  },
);

test('an import of which one line is for a commitment that cannot be folded goes on with the rest', async () => {
  const { good, bad, ledger } = await withOneBad(openMemoryLog({ ledger: '/ledgers/test' }));
  const lines = [bad, good].map((stream, index) =>
    exportLine('/ledgers/test', {
      sequence: 90 + index,
      stream,
      revision: 9,
      id: `01KZZZZZ${String(900 + index).padStart(18, '0')}`,
      type: 'observed',
      time: 0,
      recordedBy: 'x',
      data: canonicalJson(spoken),
    }),
  );
  const refused: string[] = [];
  const result = await importLines(ledger, bytes(`${lines.join('\n')}\n`), {
    onRefused: ({ rejection }) => refused.push(rejection.reason),
  });
  expect([result, refused]).toEqual([{ recorded: 1, skipped: 0, refused: 1 }, ['stream-unreadable']]);
});

test('whatever stands in one commitment, in words that can be read, every address of the rest answers', async () => {
  await fc.assert(
    fc.asyncProperty(attempts, async (tried) => {
      const log = openMemoryLog({ ledger: '/ledgers/test' });
      const base = given(log);
      const good = await base.open();
      const stream = tried[0]?.event.stream ?? '';
      // What the rules refused stands there too. Ids of refused events come again: only the first of each is taken.
      const firsts = [...new Map(tried.map(({ event }) => [event.id, event] as const).toReversed()).values()].toReversed();
      for (const [revision, { id, type, data }] of firsts.entries()) {
        const place = { sequence: revision + 2, stream, revision, time: Date.parse('2026-02-01') };
        const text = canonicalJson(data);
        await log.extend([{ ...place, id: revision === 0 ? stream : id, type, recordedBy: 'somebody else', data: text }]);
      }
      const { get } = api(base);
      const own = [`/commitments/${stream}`, `/commitments/${stream}/history`];
      const rest = ['/', '/commitments', '/two-clocks', '/changes?from=1', `/commitments/${good}`];
      for (const path of [...rest, ...views.map(({ name }) => `/views/${name}`), ...own]) {
        for (const Accept of ['application/json', 'text/html']) {
          const { status } = await get(path, { headers: { Accept } });
          expect([path, Accept, own.includes(path) && status === 409 ? 200 : status]).toEqual([path, Accept, 200]);
        }
      }
    }),
    { numRuns: Number(process.env['LEDGER_FUZZ'] ?? 1000) / 100 },
  );
});
