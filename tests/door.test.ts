import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../domain/announcement.ts';
import { check } from '../src/read/check.ts';
import { record, rehearse } from '../src/command/ledger.ts';
import { openMemoryLog } from '../src/store/memory.ts';
import { exportLines, importLines, type RefusedLine, restoreLines } from '../src/exchange/transfer.ts';
import { bytes, given, source, spoken } from './helpers/given.ts';
import { api } from './helpers/api.ts';
import { numbered, type OlderEvent, olderLines, restoredOlder } from './helpers/older.ts';

/** What is judged once, at the door: of what is recorded, corrected or imported, and of nothing that stands. */

const stream = numbered(1);
const opened = { title: 'Ships', topic: 'trade/ships', from: ['KR'], to: ['US'] };
const ships = { key: 'n', kind: 'count', qualifier: 'exact', min: '12', max: '12', unit: 'ships', text: '12 ships' };
const pledge = { ...spoken, terms: [ships] };
const browser = { headers: { Accept: 'text/html' } };

/** A ledger recorded before there were bounds, with something of each kind that is refused today. */
const older: OlderEvent[] = [
  {
    id: numbered(1),
    stream,
    type: 'opened',
    data: {
      ...opened,
      title: 'Ships\u001b[2J\n91  minister \u202e',
      topic: Array.from({ length: 400 }, (_, n) => `s${n}`).join('/'),
      names: { KR: 'Korea' },
    },
  },
  {
    id: numbered(2),
    stream,
    type: 'pledged',
    data: {
      ...spoken,
      saidBy: [{ actor: 'KR', name: 'Kim \u2069\u202e', role: '\u200b' }],
      terms: Array.from({ length: 250 }, (_, n) => ({ ...ships, key: `n${n}`, text: n === 0 ? 'a\u001b' : '12 ships' })),
      summary: '',
      note: `\u001b]0;owned\u0007${'x'.repeat(21_000)}`,
    },
  },
  {
    id: numbered(3),
    stream,
    type: 'amended',
    data: { ...spoken, terms: [{ ...ships, key: 'many', min: '7'.repeat(1000), max: '7'.repeat(1000) }] },
  },
  {
    id: numbered(4),
    stream,
    type: 'corrected',
    data: { corrects: numbered(2), mode: 'refine', reason: 'wrong', sources: [source], changes: { colour: null, type: null } },
  },
];

test('what an older ledger holds is restored, found sound, served, and exported to the same bytes', async () => {
  const log = await restoredOlder(older);
  expect((await check(log)).findings).toEqual([]);
  expect((await Array.fromAsync(exportLines(log))).join('')).toBe(await olderLines(older));
  const a = api(given(log));
  for (const path of [
    `/commitments/${stream}`,
    `/commitments/${stream}/history`,
    '/commitments',
    '/views/trade-terms',
    '/changes?from=0',
  ]) {
    for (const init of [{}, browser]) expect((await a.get(path, init)).status, path).toBe(200);
  }
  expect(a.faults).toEqual([]);
});

test('a figure of 30,000 digits, which had kept its page busy for 37 seconds, is served in time that grows with it alone', async () => {
  const terms = [{ ...ships, kind: 'money', currency: 'USD', min: '7'.repeat(30_000), max: '7'.repeat(30_000) }];
  const events = [
    { id: stream, stream, type: 'opened', data: opened },
    { id: numbered(2), stream, type: 'pledged', data: { ...spoken, terms } },
  ];
  for (const term of terms) Reflect.deleteProperty(term, 'unit');
  const a = api(given(await restoredOlder(events)));
  const before = process.cpuUsage();
  for (const path of [
    `/commitments/${stream}`,
    '/views/trade-terms',
    '/',
    `/figures/${numbered(2)}/n`,
    `/record?corrects=${numbered(2)}`,
  ]) {
    expect((await a.get(path, browser)).status, path).toBe(200);
  }
  expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(15);
  expect(a.faults).toEqual([]);
});

test('what is restored is gone on with, and a correction is not held to what was broken before it', async () => {
  const a = api(given(await restoredOlder(older)));
  const corrects = { type: 'corrected', corrects: numbered(2), reason: 'a date', sources: [source] };
  const sent = async (body: object) => (await a.send(`/commitments/${stream}/announcements`, body)).status;
  expect(await sent({ ...corrects, mode: 'refine', changes: { effective: '2025-09-01' } })).toBe(201);
  expect(await sent({ ...corrects, mode: 'refine', changes: { terms: [{ ...ships, key: 'n3', text: 'twelve' }] } })).toBe(201);
  expect(await sent({ ...corrects, corrects: stream, mode: 'replace', changes: { title: 'Ships' } })).toBe(201);
  expect(await sent({ type: 'observed', ...spoken })).toBe(201);
  // Its own fields are judged, and that more terms come to those that are too many.
  expect(await sent({ ...corrects, mode: 'refine', changes: { note: 'a\u001b' } })).toBe(400);
  expect(await sent({ ...corrects, mode: 'refine', changes: { terms: [{ ...ships, key: 'new' }] } })).toBe(400);
  expect(await sent({ ...corrects, mode: 'refine', changes: { effective: '2025-09-02' }, reason: '\u200b' })).toBe(400);
});

test('an import refuses what a restore takes, and passes over what is recorded already', async () => {
  const text = await olderLines(older);
  const into = async (log = openMemoryLog({ ledger: '/ledgers/other' })) => {
    const refused: RefusedLine[] = [];
    const result = await importLines({ ...given(log).ledger, log }, bytes(text), { onRefused: (one) => refused.push(one) });
    return { ...result, refusals: refused.map(({ rejection }) => rejection.problems.map(({ pointer }) => pointer)) };
  };
  const { recorded, refusals } = await into();
  expect(recorded).toBe(0);
  expect(refusals[0]?.toSorted()).toEqual(['/data/names/KR', '/data/title', '/data/topic']);
  expect(await into(await restoredOlder(older))).toMatchObject({ recorded: 0, skipped: 4, refused: 0 });
});

describe('a correction', () => {
  /** A pledge, and what becomes of a correction of it that is recorded and one that is imported. */
  async function corrected(changes: Record<string, unknown>, corrects: 'pledge' | 'opening' = 'pledge') {
    const g = given();
    const id = await g.open();
    const target = corrects === 'opening' ? id : await g.say(id, 'pledged', pledge);
    const data = { corrects: target, mode: 'replace', reason: 'wrong', sources: [source], changes };
    const event = { type: 'corrected', data } as LedgerEvent;
    const outcomes = [await rehearse(g.ledger, { commitment: id, events: [event] }), await g.attempt(id, 'corrected', data)];
    return outcomes.map((outcome) => ('reason' in outcome ? outcome.problems : 'recorded'));
  }

  test.each([
    ['an unknown field that is null', { colour: null }, '/changes/colour', 'expected a field of pledged, found "colour"'],
    ['the type', { type: null }, '/changes/type', 'expected a field of pledged, which keeps its type, found "type"'],
    [
      'the type as it is',
      { type: 'pledged' },
      '/changes/type',
      'expected a field of pledged, which keeps its type, found "type"',
    ],
    ['a field of another type', { extent: null }, '/changes/extent', 'expected a field of pledged, found "extent"'],
    ['a prototype name', { constructor: null }, '/changes/constructor', 'expected a field of pledged, found "constructor"'],
  ])('that changes %s is refused', async (_, changes, pointer, detail) => {
    for (const problems of await corrected(changes)) expect(problems).toEqual([{ pointer, detail }]);
  });

  test('of an opening has its fields, and no others', async () => {
    expect(await corrected({ links: null }, 'opening')).toEqual([expect.anything(), 'recorded']);
    for (const problems of await corrected({ note: null }, 'opening')) {
      expect(problems).toEqual([{ pointer: '/changes/note', detail: 'expected a field of opened, found "note"' }]);
    }
  });

  test('that removes a field which is not there is recorded', async () => {
    expect((await corrected({ note: null })).at(-1)).toBe('recorded');
  });
});

describe('every door', () => {
  const bad = { ...pledge, terms: [{ ...ships, min: '7'.repeat(41), max: '7'.repeat(41) }] };

  test('asks the same: POST, dry rehearsal, record, import and form', async () => {
    const g = given();
    const a = api(g);
    const id = await g.open();
    const expected = [expect.objectContaining({ detail: 'expected a figure of at most 40 digits, found one of 41' })];
    const posted = await a.send(`/commitments/${id}/announcements`, { type: 'pledged', ...bad });
    expect(posted.body.errors.map(({ pointer }) => pointer)).toEqual(['/terms/0/min', '/terms/0/max']);
    const command = { commitment: id, events: [{ type: 'pledged', data: bad } as LedgerEvent] };
    for (const outcome of [await rehearse(g.ledger, command), await record(g.ledger, command)]) {
      expect(outcome).toMatchObject({ reason: 'invalid', problems: [...expected, ...expected] });
    }
    const form = new URLSearchParams({
      type: 'observed',
      opens: numbered(77),
      id: numbered(78),
      do: 'record',
      title: 'a\u0007b',
    });
    const answer = await a.app.request('/record', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' },
      body: form.toString(),
    });
    expect(answer.status).toBe(400);
    expect(await a.size()).toBe(1);
  });

  test.each([
    ['250,000 entries', { resolves: Array.from({ length: 120_000 }, () => 'a') }, '/resolves'],
    [
      '60,000 wrong words in 200 terms',
      { terms: Array.from({ length: 200 }, () => ({ stages: Array(300).fill(1) })) },
      '/terms/0/stages/0',
    ],
    [
      '75,000 unknown fields',
      { saidBy: Array.from({ length: 200 }, () => Object.fromEntries(Array.from({ length: 290 }, (_, n) => [n, 1]))) },
      '/saidBy/0/actor',
    ],
  ])('tells the first hundred problems of %s', async (_, more, pointer) => {
    const a = api();
    const { body, status } = await a.send(`/commitments/${stream}/announcements`, { type: 'observed', ...spoken, ...more });
    expect([400, 413]).toContain(status);
    expect(body.errors.length).toBeLessThanOrEqual(100);
    if (status === 400) expect(body.errors[0]?.pointer).toBe(pointer);
  });
});

const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  fc.string({
    unit: fc.constantFrom(
      ...Array.from('\0\t\n\r\u001b\u007f\u0085\u00ad\u200b\u200e\u2028\u202a\u202c\u202e\u2066\u2067\u2069\ufeff a가'),
    ),
    maxLength: 12,
  }),
  fc.integer({ min: 1, max: 30_000 }).map((length) => 'é'.repeat(length)),
  fc.constantFrom('__proto__', 'constructor', '\ud800', '\u202e', 'UK', '9'.repeat(41), '1e5', '../..', '2016-12-31T23:59:60Z'),
  fc.constantFrom('KR', '2025-08-22', 'a', '12', 'company:kogas', 'https://example.org/1'),
);

/** An announcement, with a few of its texts replaced by nasty ones. */
const announcement = fc
  .record({ changes: fc.array(fc.tuple(fc.nat(30), nasty), { maxLength: 3 }), extra: fc.option(fc.tuple(nasty, nasty)) })
  .map(({ changes, extra }) => {
    const whole = {
      type: 'pledged',
      happened: '2025-08-22',
      effective: '2025-09-01',
      saidBy: [{ actor: 'KR', name: 'a', role: 'b', for: 'KR' }],
      terms: [
        { ...ships, translation: 'x' },
        { key: 'plan', kind: 'stages', text: 'a plan', stages: ['a', 'b'] },
      ],
      sources: [{ ...source, title: 'x', quote: { exact: 'x', prefix: 'y', translation: 'z' } }],
      summary: 's',
      note: 'n',
    };
    let texts = 0;
    const replaced = (value: unknown): unknown => {
      if (typeof value === 'string') {
        const place = texts++;
        return changes.find(([at]) => at === place)?.[1] ?? value;
      }
      if (Array.isArray(value)) return value.map(replaced);
      return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, replaced(inner)]));
    };
    const body = replaced(whole) as Record<string, unknown>;
    if (extra) Object.defineProperty(body, extra[0], { value: extra[1], enumerable: true });
    return body;
  });

test('whatever passes the door passes a restore, reads back as it was sent, and nothing that is sent is a fault', async () => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(announcement, { minLength: 1, maxLength: 8 }), nasty, async (bodies, title) => {
      const a = api();
      const id = numbered(1);
      const sent = { id, ...opened, title, announcement: { type: 'observed', ...spoken } };
      const first = await a.send('/commitments', sent);
      expect([201, 400]).toContain(first.status);
      if (first.status !== 201) await a.send('/commitments', { ...sent, title: 'Ships' });
      for (const body of bodies) {
        const { status } = await a.send(`/commitments/${id}/announcements`, body);
        expect([201, 400, 413, 422], JSON.stringify(body)).toContain(status);
        if (status === 201) passed++;
      }
      const { log } = a.ledger;
      const text = (await Array.fromAsync(exportLines(log))).join('');
      const copy = openMemoryLog({ ledger: log.ledger });
      expect(await restoreLines(copy, bytes(text), { clock: a.ledger.clock })).toMatchObject({ restored: await log.size() });
      expect((await Array.fromAsync(exportLines(copy))).join('')).toBe(text);
      expect((await check(copy)).findings).toEqual([]);
      for (const path of [`/commitments/${id}`, `/commitments/${id}/history`]) {
        expect((await a.get(path, browser)).status).toBe(200);
      }
      expect(a.faults).toEqual([]);
    }),
    { numRuns: 40 },
  );
  expect(passed).toBeGreaterThan(0);
});
