import { describe, expect, test } from 'vitest';
import { LogFault } from '../../../src/store/log.ts';
import { openMemoryLog } from '../../../src/store/memory.ts';
import { api } from '../../helpers/api.ts';
import { given, source, spoken } from '../../helpers/given.ts';

const id = (number: number): string => `01K7000000${String(number).padStart(16, '0')}`;
const opening = (number: number) => ({
  id: id(number),
  title: `Ships ${number}`,
  topic: 'trade/ships',
  from: ['KR'],
  to: ['US'],
});
const words = (text: string) => [{ key: 'a', kind: 'text', text }];

/** Two new commitments and a second announcement of the first. */
const joint = {
  shared: {
    ...spoken,
    instrument: { kind: 'fact-sheet', title: 'Joint fact sheet', date: '2025-08-22', binding: 'no', document: 'joint' },
  },
  items: [
    { commitment: opening(1), announcement: { type: 'pledged', id: id(11), terms: words('ships') } },
    { commitment: opening(2), announcement: { type: 'pledged', id: id(12), terms: words('gas'), happened: '2025-08-21' } },
    { commitment: id(1), announcement: { type: 'observed', id: id(13) } },
  ],
};
type Recorded = { items: { commitment: string; id: string; sequence: number; revision: number }[] };

describe('a document', () => {
  test('is recorded stream by stream, each item with what is shared and what it says itself', async () => {
    const a = api();
    const { status, body } = await a.send('/documents', joint);
    expect(status).toBe(201);
    expect((body as unknown as Recorded).items).toMatchObject([
      { commitment: id(1), id: id(11), type: 'pledged', sequence: 2, revision: 1 },
      { commitment: id(2), id: id(12), type: 'pledged', sequence: 5, revision: 1 },
      { commitment: id(1), id: id(13), type: 'observed', sequence: 3, revision: 2 },
    ]);
    const events = await a.ledger.log.read(0, 10);
    expect(events.map(({ type }) => type)).toEqual(['opened', 'pledged', 'observed', 'opened', 'pledged']);
    expect(JSON.parse(events[1]?.data ?? '')).toEqual({ ...joint.shared, terms: words('ships') });
    expect(JSON.parse(events[4]?.data ?? '')).toMatchObject({ happened: '2025-08-21', instrument: { document: 'joint' } });
  });

  test('sent again gives the first answer and writes nothing', async () => {
    const a = api();
    const first = await a.send('/documents', joint);
    expect((await a.send('/documents', joint)).body).toEqual(first.body);
    expect(await a.size()).toBe(5);
  });

  test('whose new commitment has no id is found again by its announcement', async () => {
    const a = api();
    const { id: _, ...unnamed } = opening(1);
    const body = { shared: spoken, items: [{ commitment: unnamed, announcement: { type: 'pledged', id: id(11) } }] };
    const first = await a.send('/documents', body);
    expect(first.status).toBe(201);
    expect((await a.send('/documents', body)).body).toEqual(first.body);
  });

  test('of which one item is refused is not written at all, and each problem names its item', async () => {
    const a = api();
    const items = [
      joint.items[0],
      { commitment: id(1), announcement: { type: 'amended', id: id(14), removes: ['gone'] } },
      { commitment: id(9), announcement: { type: 'observed', id: id(15) } },
      joint.items[1],
    ];
    const { status, body } = await a.send('/documents', { ...joint, items });
    expect(status).toBe(422);
    expect(body).toMatchObject({ type: '/problems/unknown-term' });
    expect(body.errors.map(({ pointer }) => pointer)).toEqual(['/items/1/announcement/removes/0', '/items/2/announcement']);
    expect(await a.size()).toBe(0);
  });

  test.each([
    ['without an id', { type: 'observed' }, '/items/0/announcement/id'],
    ['that corrects', { type: 'corrected', id: id(11) }, '/items/0/announcement/type'],
    ['with an unknown field', { type: 'observed', id: id(11), mode: 'demand' }, '/items/0/announcement/mode'],
    ['that lacks what its type needs', { type: 'proposed', id: id(11) }, '/items/0/announcement/mode'],
  ])('with an item %s is refused', async (_, announcement, pointer) => {
    const a = api();
    const { status, body } = await a.send('/documents', { shared: spoken, items: [{ commitment: opening(1), announcement }] });
    expect(status).toBe(400);
    expect(body.errors.map((one) => one.pointer)).toEqual([pointer]);
  });

  test('is refused with an id that stands twice, without items, and with what is shared by nobody', async () => {
    const a = api();
    const [first] = joint.items;
    const twice = await a.send('/documents', { ...joint, items: [first, { ...first, commitment: opening(3) }] });
    expect(twice.body.errors).toMatchObject([{ pointer: '/items/1/announcement/id' }]);
    expect((await a.send('/documents', { items: [] })).status).toBe(400);
    const strange = await a.send('/documents', { ...joint, shared: { ...spoken, mode: 'demand' } });
    expect(strange.body.errors).toMatchObject([{ pointer: '/shared/mode' }]);
  });

  test('whose id is recorded with another body is refused', async () => {
    const a = api();
    await a.send('/documents', joint);
    const items = [{ commitment: id(1), announcement: { type: 'observed', id: id(13), note: 'another' } }];
    expect(await a.send('/documents', { shared: joint.shared, items })).toMatchObject({ status: 409 });
  });

  test('that a failure stops is named item by item, and goes on when it is sent again', async () => {
    const log = openMemoryLog({ ledger: '/ledgers/test' });
    const append = log.append.bind(log);
    let appends = 0;
    log.append = async (...args) => {
      if (++appends === 2) throw new LogFault('the disk is away');
      return append(...args);
    };
    const a = api(given(log));
    const stopped = await a.send('/documents', joint);
    expect(stopped).toMatchObject({ status: 503, body: { type: '/problems/partly-recorded' } });
    expect(stopped.body.errors).toEqual([{ pointer: '/items/1', detail: expect.stringContaining('the ledger') }]);
    expect(await log.size()).toBe(3);
    expect((await a.send('/documents', joint)).status).toBe(201);
    expect(await log.size()).toBe(5);
  });

  test('that a rival stops is named item by item', async () => {
    const log = openMemoryLog({ ledger: '/ledgers/test' });
    const append = log.append.bind(log);
    const rival = api(given(log));
    log.append = async (...args) => {
      // Between the judging and the writing somebody else opens the second commitment.
      if (args[0] === id(1)) await rival.send('/commitments', { ...opening(2), announcement: { type: 'observed', ...spoken } });
      return append(...args);
    };
    const stopped = await api(given(log)).send('/documents', joint);
    expect(stopped).toMatchObject({ status: 503, body: { type: '/problems/partly-recorded' } });
    expect(stopped.body.errors.map(({ pointer }) => pointer)).toEqual(['/items/1/commitment/id']);
  });
});

test('a new commitment that lacks a field is refused at that field', async () => {
  const items = [{ commitment: { title: 'Ships', from: ['JP'], to: [] }, announcement: { type: 'pledged', id: id(5) } }];
  const { status, body } = await api().send('/documents', { shared: spoken, items });
  expect([status, body.errors]).toEqual([400, [{ pointer: '/items/0/commitment/topic', detail: expect.any(String) }]]);
});

describe('?dryRun', () => {
  const announcement = { type: 'pledged', ...spoken };

  test('of a new commitment answers as recording would, and writes nothing', async () => {
    const a = api();
    const { status, body } = await a.send('/commitments?dryRun', { ...opening(1), announcement });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: id(1),
      revision: 0,
      dryRun: true,
      hints: [],
      announcement: { type: 'pledged', revision: 1 },
    });
    expect(await a.size()).toBe(0);
    expect((await a.send('/commitments?dryRun=false', { ...opening(1), announcement })).status).toBe(201);
  });

  test('of an announcement is refused as recording would be, also for its If-Match', async () => {
    const a = api();
    const commitment = await a.open();
    const path = `/commitments/${commitment}/announcements?dryRun=true`;
    expect(await a.send(path, announcement)).toMatchObject({
      status: 200,
      body: { type: 'pledged', revision: 1, dryRun: true },
    });
    expect((await a.send(path, { type: 'ended', reason: 'withdrawn', ...spoken })).status).toBe(422);
    expect((await a.send(path, announcement, { 'If-Match': '"7"' })).status).toBe(412);
    expect((await a.send(`/commitments/${commitment}/announcements?dryRun=yes`, announcement)).status).toBe(400);
    expect(await a.size()).toBe(1);
  });

  test('of a document answers what it would record, and writes nothing', async () => {
    const a = api();
    const { status, body } = await a.send('/documents?dryRun', joint);
    expect(status).toBe(200);
    expect(body).toMatchObject({ dryRun: true, hints: [], items: [{ id: id(11) }, { id: id(12) }, { id: id(13) }] });
    expect(await a.size()).toBe(0);
  });

  test('of a document says what two of its items may say twice, with the place of the second', async () => {
    const sum = { key: 'total', kind: 'money', qualifier: 'exact', min: '7', max: '7', currency: 'USD', text: 'seven' };
    const items = [1, 2, 3].map((number) => ({
      commitment: { ...opening(number), title: number === 3 ? 'ships 1' : `Ships ${number}` },
      announcement: { type: 'pledged', id: id(10 + number), terms: [{ ...sum, ...(number === 3 && { min: '8', max: '8' }) }] },
    }));
    const { body } = await api().send('/documents?dryRun', { shared: spoken, items });
    expect(body['hints']).toMatchObject([
      { hint: 'same-figure', pointer: '/items/1/announcement/terms/0' },
      { hint: 'same-title', pointer: '/items/2/commitment/title', detail: expect.stringContaining('“Ships 1”') },
    ]);
  });

  test('of a document names the places that the events will have', async () => {
    const a = api();
    const places = (body: Record<string, unknown>): unknown =>
      (body['items'] as Record<string, unknown>[]).map(({ sequence, revision }) => [sequence, revision]);
    const rehearsed = places((await a.send('/documents?dryRun', joint)).body);
    expect(rehearsed).toEqual(places((await a.send('/documents', joint)).body));
  });

  test('tells a second slug for one party, which is then recorded all the same', async () => {
    const a = api();
    await a.open({ from: ['org:eu', 'company:kogas'] });
    const second = { ...opening(1), from: ['org:european-union'], announcement: { type: 'observed', ...spoken } };
    const { body } = await a.send('/commitments?dryRun', second);
    expect(body['hints']).toEqual([
      { hint: 'close-name', pointer: '/from/0', found: 'org:european-union', meant: 'org:eu', detail: expect.any(String) },
    ]);
    expect((await a.send('/commitments', second)).status).toBe(201);
    const items = [{ commitment: id(1), announcement: { type: 'observed', id: id(5), saidBy: [{ actor: 'company:kogass' }] } }];
    const document = await a.send('/documents?dryRun', { shared: { ...spoken, sources: [source] }, items });
    expect(document.body['hints']).toMatchObject([
      { pointer: '/items/0/announcement/saidBy/0/actor', meant: 'company:kogas' },
      { hint: 'same-act', commitment: id(1) },
    ]);
  });
});
