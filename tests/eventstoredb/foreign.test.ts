import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { unreadable } from '../../src/compose.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { bytes, given, spoken } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';
import { all, commitment, givenServer, newId, observed } from './given.ts';

// What others write to the server under the names of the ledger: it passes the door that a line passes, or it is no part of it.

const ledger = '/ledgers/test';
const { double, open } = givenServer({ unreadable, appendTimeoutMs: 3000 });

const metadata = { recordedby: 'desk', source: ledger, time: '2025-08-22T12:00:00.000Z' };

type Foreign = { readonly data?: unknown; readonly metadata?: unknown; readonly told: RegExp };

const cases: Record<string, Foreign> = {
  'a time without an offset': { metadata: { ...metadata, time: '2025-08-22T12:00:00' }, told: /RFC 3339 with offset/ },
  'a time that is a day': { metadata: { ...metadata, time: '2025-08-22' }, told: /RFC 3339 with offset/ },
  'a time in another notation': { metadata: { ...metadata, time: '2025-08-22T12:00Z' }, told: /RFC 3339 with offset/ },
  'a time after the year 9999 in UTC': {
    metadata: { ...metadata, time: '9999-12-31T23:59:59-01:00' },
    told: /RFC 3339 with offset/,
  },
  'a time before the year 0 in UTC': {
    metadata: { ...metadata, time: '0000-01-01T00:00:00+01:00' },
    told: /RFC 3339 with offset/,
  },
  'an empty recorder': { metadata: { ...metadata, recordedby: '' }, told: /\/recordedby: expected a name of 1 to 200/ },
  'a recorder that clears the screen': { metadata: { ...metadata, recordedby: 'desk\u001b[2J' }, told: /\/recordedby/ },
  'a recorder of two lines': { metadata: { ...metadata, recordedby: 'desk\nTotals' }, told: /\/recordedby/ },
  'a recorder that turns the text round': { metadata: { ...metadata, recordedby: 'desk\u202e' }, told: /\/recordedby/ },
  'a recorder of 300 characters': { metadata: { ...metadata, recordedby: 'd'.repeat(300) }, told: /\/recordedby/ },
  'a recorder with half a character': { metadata: { ...metadata, recordedby: 'desk\ud800' }, told: /lone surrogate/ },
  'a text with half a character': { data: { ...spoken, summary: 'half \ud83c' }, told: /lone surrogate/ },
  'a text with NUL': { data: { ...spoken, summary: 'a\0b' }, told: /NUL/ },
  'a line of 900 kB': { data: { ...spoken, summary: 'x'.repeat(900_000) }, told: /./ },
  'a line just above 256 KiB': { data: { ...spoken, summary: 'x'.repeat(262_144) }, told: /./ },
  'a field that is none': { data: { ...spoken, secret: 1 }, told: /secret/ },
  'no data': { data: null, told: /expected an object/ },
};

describe.skipIf(process.env['LEDGER_TEST_EVENTSTOREDB'] !== undefined)('an event that others wrote to the server', () => {
  test.each(Object.entries(cases))(
    'with %s is no part of the ledger, told by place, the same on every instance',
    async (_, foreign) => {
      const log = await open('one');
      const a = api(given(log));
      const [opening, other] = [commitment(), commitment()];
      for (const one of [opening, other]) expect((await a.send('/commitments', one)).status).toBe(201);
      const { data = spoken, metadata: about = metadata } = foreign;
      double().put(`commitment-${opening.id}`, 'observed', randomUUID(), data, about);
      await expect.poll(async () => (await log.condition()).findings).toHaveLength(1);
      const [finding = ''] = (await log.condition()).findings;
      expect(finding).toMatch(/^position \d+, commitment-01K7\w+ revision 2: /);
      expect(finding).toMatch(foreign.told);
      expect(finding.length).toBeLessThan(1000);
      // Nothing is added to the commitment that holds it; everything else goes on, and is read.
      expect(await a.send(`/commitments/${opening.id}/announcements`, observed())).toMatchObject({ status: 409 });
      expect((await a.send(`/commitments/${other.id}/announcements`, observed())).status).toBe(201);
      for (const path of ['/', '/commitments', `/commitments/${opening.id}/history`, '/views/trade-terms', '/events'])
        expect([path, (await a.get(path)).status]).toEqual([path, 200]);
      const fresh = await open('two');
      expect(await all(fresh)).toBe(await all(log));
      expect((await fresh.condition()).findings).toEqual((await log.condition()).findings);
      // What is left is a ledger that any other takes.
      const copy = openMemoryLog({ ledger });
      expect(await restoreLines(copy, bytes(await all(log)), { clock: Date.now })).toEqual({ restored: 5, present: 0 });
    },
  );

  test('with the last second of 9999 leaves the ledger in 9999, not in the year 0', async () => {
    const log = await open('one');
    const a = api(given(log));
    const opening = commitment();
    expect((await a.send('/commitments', opening)).status).toBe(201);
    const time = '9999-12-31T23:59:59Z';
    double().put(`commitment-${opening.id}`, 'observed', randomUUID(), spoken, { ...metadata, time });
    await expect.poll(() => log.size()).toBe(3);
    const answer = JSON.parse((await a.get('/commitments?size=3')).text);
    expect(answer.cut).toEqual({ asOf: '9999-12-31', knownAt: '9999-12-31T23:59:59.000Z', size: 3 });
  });

  test('that corrects nothing is named, and everything but its own commitment is answered', async () => {
    const log = await open('one');
    const a = api(given(log));
    const [opening, other] = [commitment(), commitment()];
    for (const one of [opening, other]) expect((await a.send('/commitments', one)).status).toBe(201);
    const { sources } = spoken;
    const nowhere = { corrects: newId(), mode: 'refine', reason: 'x', changes: { happened: '2025-08-23' }, sources };
    double().put(`commitment-${opening.id}`, 'corrected', randomUUID(), nowhere, metadata);
    await expect.poll(() => log.size()).toBe(5);
    const paths = ['/', '/commitments', `/commitments/${other.id}`, '/views/trade-terms', '/events', '/changes?from=0&to=5'];
    for (const path of paths) expect([path, (await a.get(path)).status]).toEqual([path, 200]);
    expect((await a.get('/commitments')).text).toContain(other.id);
    expect((await a.send(`/commitments/${other.id}/announcements`, { id: newId(), type: 'observed', ...spoken })).status).toBe(
      201,
    );
    const told = (await a.get('/ready')).text;
    expect(told).toContain(opening.id);
    const fresh = await open('two');
    expect(await all(fresh)).toBe(await all(log));
  });

  test('thousands of times into one commitment, and under names of any kind, is told in a hundred lines, and everyone goes on', async () => {
    const log = await open('one');
    const a = api(given(log));
    const opening = commitment();
    expect((await a.send('/commitments', opening)).status).toBe(201);
    const junk = { id: '', type: 'junk', isJson: true, data: Buffer.from('{}'), metadata: Buffer.from('{}') };
    const many = () => Array.from({ length: 1000 }, () => ({ ...junk, id: randomUUID() }));
    double().log.append(`commitment-${opening.id}`, 'any', many());
    double().log.append('commitment-\u001b[2J\n' + 'x'.repeat(3000), 'any', many());
    const told = async () => (await log.condition()).findings;
    await expect.poll(async () => (await told()).at(-1)).toBe('and 1900 more');
    expect((await a.send('/commitments', commitment())).status).toBe(201);
    const findings = (await told()).slice(0, -1);
    expect(findings).toHaveLength(100);
    for (const finding of findings) {
      expect(finding.length).toBeLessThan(520);
      expect(finding).toMatch(/^[\x20-\x7e…]*$/);
    }
    const fresh = await open('two');
    expect(await all(fresh)).toBe(await all(log));
  });
});
