import { expect, test } from 'vitest';
import { asFigure, type CommitmentRecord } from '../projections/record.ts';
import { dollars, type Given, given } from './helpers/given.ts';
import { api } from './helpers/api.ts';

/** The same question asked as of a day and as known at a moment, on the cases where it is easy to be wrong. */

type Row = { stage: string; contested: unknown[]; [field: string]: unknown };

/**
 * The commitment at a cut. Every other address is asked at the same cut too, and must say the same of it: lists and their filters,
 * its view, its history, its figures, and what changed since the empty record.
 */
async function ask(ledger: Given, id: string, asOf: string, knownAt: string): Promise<CommitmentRecord> {
  const { get } = api(ledger);
  const answer = async <T>(path: string, query = `asOf=${asOf}&knownAt=${knownAt}`): Promise<T> => {
    const { status, text } = await get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
    expect([path, status]).toEqual([path, 200]);
    return JSON.parse(text) as T;
  };
  const record = await answer<CommitmentRecord>(`/commitments/${id}`);
  const { cut, stage, stageSince, performance, contested, warnings } = record;
  const status = { stage, stageSince, performance, contested, warnings };
  const { size } = await ledger.cut({ knownAt: `${knownAt}T23:59:59.999Z` });
  expect(cut).toMatchObject({ asOf, size });

  const listed = async (filter: string) => (await answer<{ commitments: Row[] }>(`/commitments?${filter}`)).commitments;
  expect((await listed('topic=trade')).find((one) => one['id'] === id)).toMatchObject(status);
  for (const other of ['none', 'proposed', 'pledged', 'formalised', 'ended']) {
    expect((await listed(`stage=${other}`)).some((one) => one['id'] === id)).toBe(other === stage);
  }
  expect((await listed('contested=true')).some((one) => one['id'] === id)).toBe(contested.length > 0);

  const { lines, tariffs } = await answer<{ lines: Row[]; tariffs: Row[] }>('/views/trade-terms');
  expect(lines.find(({ commitment }) => commitment === id)).toMatchObject(status);
  for (const tariff of tariffs.filter(({ commitment }) => commitment === id)) {
    const running = [...record.terms.flatMap((term) => term.inForce ?? []), ...record.inForce];
    const inForce = running.find(({ key }) => key === tariff['key']);
    expect([tariff['since'], tariff['basis']]).toEqual([inForce?.since ?? null, inForce?.announcement ?? null]);
  }

  const { events } = await answer<{ events: { sequence: number }[] }>(`/commitments/${id}/history`);
  expect(events).toHaveLength((await ledger.ledger.log.readStream(id, size)).length);

  for (const term of record.terms) {
    const { announcement, key } = term;
    const figure = await answer<Row>(`/figures/${announcement}/${key}`);
    expect(figure).toMatchObject({ cut, stands: true, inForce: asFigure(term).inForce === true });
    expect(figure['figure']).toEqual(asFigure(term));
  }

  type Changed = { commitment: string; fields: { field: string; after: unknown }[] };
  const changes = await answer<{ to: unknown; commitments: Changed[] }>('/changes', `from=0&to=${knownAt}&asOf=${asOf}`);
  expect(changes.to).toEqual(cut);
  const fields = changes.commitments.find(({ commitment }) => commitment === id)?.fields ?? [];
  for (const [field, value] of Object.entries(status)) {
    if (field === 'contested' || field === 'warnings') continue;
    expect(fields.find((one) => one.field === field)?.after).toEqual(value);
  }
  return record;
}

const rate = (to: string, more: Record<string, unknown> = {}) => ({
  saidBy: [{ actor: 'KR' }],
  terms: [{ key: 'rate', kind: 'tariff', to, on: 'autos', text: `${to} %` }],
  ...more,
});
const order = (date: string) => ({ instrument: { kind: 'order', title: 'Order', date, binding: 'yes' } });

test('an announcement found late stands where it happened, but only for those who know of it', async () => {
  const ledger = given().at('2025-08-01');
  const id = await ledger.open();
  await ledger.say(id, 'pledged', { happened: '2025-07-31' });
  await ledger.at('2025-09-01').say(id, 'proposed', { happened: '2025-07-01', mode: 'plan' });
  expect((await ask(ledger, id, '2025-07-15', '2025-08-31')).stage).toBe('none');
  expect((await ask(ledger, id, '2025-07-15', '2025-09-01')).stage).toBe('proposed');
  expect((await ask(ledger, id, '2025-08-31', '2025-09-01')).stage).toBe('pledged');
});

test('a correction made after the cut is not yet seen in it', async () => {
  const ledger = given().at('2025-08-01');
  const id = await ledger.open();
  const pledge = await ledger.say(id, 'pledged', { happened: '2025-07-31', terms: [dollars('total', '35')] });
  const changes = { terms: [dollars('total', '350')] };
  await ledger
    .at('2025-08-05')
    .say(id, 'corrected', { corrects: pledge, mode: 'refine', changes, reason: 'A digit was missing.' });
  expect((await ask(ledger, id, '2025-08-10', '2025-08-04')).terms[0]).toMatchObject({ max: '35' });
  const later = (await ask(ledger, id, '2025-07-31', '2025-08-05')).terms[0];
  expect(later).toMatchObject({ max: '350' });
  expect(later?.correctedBy).toBeDefined();
});

test('what was retracted was known until it was retracted', async () => {
  const ledger = given().at('2025-08-01');
  const id = await ledger.open();
  const pledge = await ledger.say(id, 'pledged', { happened: '2025-07-31' });
  await ledger.at('2025-08-05').say(id, 'corrected', { corrects: pledge, mode: 'retract', reason: 'It was another ministry.' });
  expect((await ask(ledger, id, '2025-08-10', '2025-08-04')).stage).toBe('pledged');
  expect((await ask(ledger, id, '2025-08-10', '2025-08-05')).stage).toBe('none');
});

test('a tariff gazetted in December, in force since November, was not known to be in force in November', async () => {
  const ledger = given().at('2025-11-20');
  const id = await ledger.open();
  await ledger.say(id, 'pledged', rate('15', { happened: '2025-11-13' }));
  const known = await ask(ledger, id, '2025-11-25', '2025-11-30');
  expect([known.stage, known.inForce]).toEqual(['pledged', []]);
  const gazette = { happened: '2025-12-04', effective: '2025-11-01', ...order('2025-12-04') };
  const law = await ledger.at('2025-12-04').say(id, 'formalised', rate('15', gazette));
  // What is asked of November, knowing what December knew: in force, though nothing was formalised on that day yet.
  const later = await ask(ledger, id, '2025-11-25', '2025-12-04');
  expect([later.stage, later.inForce, later.terms[0]?.inForce]).toMatchObject([
    'pledged',
    [],
    { key: 'rate', announcement: law, since: '2025-11-01', backdated: true },
  ]);
  const before = await ask(ledger, id, '2025-10-31', '2025-12-04');
  expect([before.inForce, before.terms]).toEqual([[], []]);
  // And November's answer stays what it was.
  expect(await ask(ledger, id, '2025-11-25', '2025-11-30')).toEqual(known);
});

test('effects in the future are agreed now, and in force from their day', async () => {
  const ledger = given().at('2025-08-01');
  const id = await ledger.open();
  await ledger.say(id, 'formalised', rate('15', { happened: '2025-07-31', effective: '2025-08-07', ...order('2025-07-31') }));
  expect((await ask(ledger, id, '2025-08-06', '2025-08-01')).terms[0]).toMatchObject({ to: '15', inForce: null });
  expect((await ask(ledger, id, '2025-08-07', '2025-08-01')).terms[0]).toMatchObject({
    to: '15',
    inForce: { to: '15', since: '2025-08-07' },
  });
});

test('what is in force for an interval ends after its last day, and what it replaced does not come back', async () => {
  const ledger = given().at('2025-12-01');
  const id = await ledger.open();
  await ledger.say(id, 'formalised', rate('25', { happened: '2025-04-01', ...order('2025-04-01') }));
  await ledger.say(id, 'amended', rate('15', { happened: '2025-07-31', effective: '2025-08-07/2025-09-30' }));
  const inForce = async (day: string) => (await ask(ledger, id, day, '2025-12-01')).terms.map((term) => term.inForce?.since);
  expect(await inForce('2025-08-06')).toEqual(['2025-04-01']);
  expect(await inForce('2025-09-30')).toEqual(['2025-08-07']);
  expect(await inForce('2025-10-01')).toEqual([undefined]);
});

test('an uncertain day that reaches past the day asked is not yet seen', async () => {
  const ledger = given().at('2025-09-15');
  const id = await ledger.open();
  await ledger.say(id, 'pledged', { happened: '2025-08' });
  expect((await ask(ledger, id, '2025-08-30', '2025-09-15')).stage).toBe('none');
  expect((await ask(ledger, id, '2025-08-31', '2025-09-15')).stage).toBe('pledged');
});

test('an uncertain day reaches no further than the day on which it was recorded', async () => {
  const ledger = given().at('2025-08-10T09:00:00Z');
  const id = await ledger.open();
  await ledger.say(id, 'pledged', { happened: '2025-08' });
  expect((await ask(ledger, id, '2025-08-09', '2025-08-31')).stage).toBe('none');
  expect((await ask(ledger, id, '2025-08-10', '2025-08-31')).stage).toBe('pledged');
});

test('a dispute that was resolved later was open on the day', async () => {
  const ledger = given().at('2025-10-01');
  const id = await ledger.open();
  const pledge = await ledger.say(id, 'pledged', { happened: '2025-08-01' });
  const about = { ground: 'reading', about: { announcement: pledge }, readings: [{ party: 'US', text: 'more' }] };
  const dispute = await ledger.say(id, 'disputed', { happened: '2025-08-10', ...about });
  await ledger.say(id, 'reaffirmed', { happened: '2025-09-10', resolves: [dispute] });
  expect((await ask(ledger, id, '2025-09-09', '2025-10-01')).contested).toHaveLength(1);
  expect((await ask(ledger, id, '2025-09-10', '2025-10-01')).contested).toHaveLength(0);
});

test('two announcements of one day stand in the order of recording', async () => {
  const ledger = given().at('2025-10-01');
  const id = await ledger.open();
  await ledger.say(id, 'pledged', { happened: '2025-08-01', terms: [dollars('total', '1')] });
  await ledger.say(id, 'amended', { happened: '2025-08-02T18:00:00Z', terms: [dollars('total', '2')] });
  await ledger.say(id, 'amended', { happened: '2025-08-02T09:00:00Z', terms: [dollars('total', '3')] });
  expect((await ask(ledger, id, '2025-08-02', '2025-10-01')).terms).toMatchObject([{ max: '3' }]);
});

test('the same instant in two timezones counts as the day that is written', async () => {
  const ledger = given().at('2025-10-01');
  const [seoul, washington] = [await ledger.open(), await ledger.open()];
  await ledger.say(seoul, 'pledged', { happened: '2025-08-26T08:00:00+09:00' });
  await ledger.say(washington, 'pledged', { happened: '2025-08-25T19:00:00-04:00' });
  expect((await ask(ledger, seoul, '2025-08-25', '2025-10-01')).stage).toBe('none');
  expect((await ask(ledger, washington, '2025-08-25', '2025-10-01')).stage).toBe('pledged');
});

test('a commitment that is not yet opened at the cut is not there, and the answer says so', async () => {
  const a = api(given().at('2025-08-01'));
  await a.open();
  const id = await a.at('2025-09-01').open();
  const answer = await a.get(`/commitments/${id}?knownAt=2025-08-31`);
  expect(answer.status).toBe(404);
  expect(JSON.parse(answer.text)).toMatchObject({
    type: '/problems/not-known-at-cut',
    detail: expect.stringContaining('known at size 1'),
  });
});

test.each(['0000-01-01', '0001-01-01', '9999-12-31'])('a day as far away as %s is answered', async (asOf) => {
  const a = api(given().at('2025-08-01'));
  const id = await a.open();
  await a.say(id, 'pledged', { happened: '2025-07-31' });
  for (const path of [`/commitments/${id}`, '/commitments', '/views/trade-terms']) {
    expect((await a.get(`${path}?asOf=${asOf}`)).status).toBe(200);
  }
});
