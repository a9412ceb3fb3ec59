import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../domain/json.ts';
import { record, rehearse } from '../../src/command/ledger.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';
import { dollars, given, source, spoken } from '../helpers/given.ts';

const pledge = { type: 'pledged' as const, data: { ...spoken, terms: [dollars('total', '5')] } } as const;

test('records an opening and an announcement in one append', async () => {
  const { ledger } = given();
  const id = ledger.newId();
  const opened = { id, type: 'opened' as const, data: { title: 'T', topic: 'trade/x', from: ['KR'], to: ['US'] } };
  const outcome = await record(ledger, { commitment: id, events: [opened, { type: 'observed', data: spoken }] });
  expect(outcome).toMatchObject({
    again: false,
    recorded: [{ revision: 0, sequence: 1, recordedBy: 'tester' }, { revision: 1 }],
  });
});

test('the same command twice writes once and answers the same', async () => {
  const { ledger, open } = given();
  const commitment = await open();
  const command = {
    commitment,
    events: [{ id: ledger.newId(), ...(pledge as never as { type: 'observed'; data: typeof spoken }) }],
  };
  const first = await record(ledger, command);
  const second = await record(ledger, command);
  expect(second).toEqual({ ...first, again: true });
  expect(await ledger.log.size()).toBe(2);
});

test('a retry is known before the revision is judged', async () => {
  const { ledger, open } = given();
  const commitment = await open();
  const command = { commitment, expected: 0, events: [{ id: ledger.newId(), type: 'observed' as const, data: spoken }] };
  const first = await record(ledger, command);
  expect(await record(ledger, command)).toEqual({ ...first, again: true });
});

test('a retry of an opening whose announcement had no id finds the announcement again', async () => {
  const { ledger } = given();
  const id = ledger.newId();
  const opened = { id, type: 'opened' as const, data: { title: 'T', topic: 'trade/x', from: ['KR'], to: ['US'] } };
  const command = { commitment: id, events: [opened, { type: 'observed' as const, data: spoken }] };
  const first = await record(ledger, command);
  expect(await record(ledger, command)).toEqual({ ...first, again: true });
  expect(await ledger.log.size()).toBe(2);
});

test('what is recorded already is answered again, also while nothing can be written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  const file = join(folder, 'log.sqlite');
  const { ledger, open } = given(openSqliteLog({ file }));
  const commitment = await open();
  const command = { commitment, events: [{ id: ledger.newId(), type: 'observed' as const, data: spoken }] };
  const first = await record(ledger, command);
  await ledger.log.close();
  const log = openSqliteLog({ file, readOnly: true });
  expect(await record({ ...ledger, log }, command)).toEqual({ ...first, again: true });
  const another = { commitment, events: [{ id: ledger.newId(), type: 'observed' as const, data: spoken }] };
  await expect(record({ ...ledger, log }, another)).rejects.toThrow('read-only');
  await log.close();
  rmSync(folder, { recursive: true });
});

test('the same id with another body is refused and nothing is written', async () => {
  const { ledger, open } = given();
  const commitment = await open();
  const id = ledger.newId();
  await record(ledger, { commitment, events: [{ id, type: 'observed', data: spoken }] });
  const other = await record(ledger, { commitment, events: [{ id, type: 'observed', data: { ...spoken, note: 'x' } }] });
  expect(other).toMatchObject({ reason: 'id-taken' });
  expect(await ledger.log.size()).toBe(2);
});

test('a stale revision is refused; without one the command is decided again when someone was faster', async () => {
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  const base = given(log);
  const commitment = await base.open();
  expect(await record(base.ledger, { commitment, expected: 7, events: [{ type: 'observed', data: spoken }] })).toMatchObject({
    reason: 'stale-revision',
  });
  let raced = false;
  const append = log.append.bind(log);
  log.append = async (...call) => {
    if (!raced) {
      raced = true;
      await base.say(commitment, 'pledged');
    }
    return append(...call);
  };
  const outcome = await record(base.ledger, { commitment, events: [{ type: 'pledged', data: spoken }] });
  expect(outcome).toMatchObject({ reason: 'already-pledged' });
});

test('what another process records in between is judged too, whatever this one remembers', async () => {
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  const here = given(log);
  const commitment = await here.open();
  await here.say(commitment, 'pledged');
  const end = { time: Date.parse('2026-01-01T12:00:00Z'), recordedBy: 'elsewhere' };
  const data = canonicalJson({ ...spoken, reason: 'expired' });
  await log.append(commitment, 1, [{ id: '01K0000000ZZZZZZZZZZZZZZZZ', type: 'ended', data, ...end }]);
  expect(await here.attempt(commitment, 'reaffirmed')).toMatchObject({ reason: 'not-allowed-at-stage' });
  expect(await here.attempt(commitment, 'observed')).toMatchObject({ again: false });
  const other = await record(here.ledger, { commitment, expected: 3, events: [{ type: 'observed', data: spoken }] });
  expect(other).toMatchObject({ recorded: [{ revision: 4 }] });
});

test('a day that has begun by the clock of another process is not refused, whatever this one remembers', async () => {
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  const here = given(log);
  const commitment = await here.open();
  const id = '01K0000000ZZZZZZZZZZZZZZZZ';
  const opening = { type: 'opened' as const, data: { title: 'Another', topic: 'trade/test', from: ['KR'], to: ['US'] } };
  // As another process does it: what is remembered of the log here does not come to know.
  const data = canonicalJson(opening.data);
  // 10 January begins at UTC+14 between the two clocks.
  here.at('2026-01-09T09:59:30Z');
  await log.append(id, -1, [{ id, type: 'opened', data, time: Date.parse('2026-01-09T10:00:10Z'), recordedBy: 'elsewhere' }]);
  expect(await here.attempt(commitment, 'observed', { happened: '2026-01-09' })).toMatchObject({ again: false });
  expect(await here.attempt(commitment, 'observed', { happened: '2026-01-11' })).toMatchObject({ reason: 'not-begun' });
  expect(await here.attempt(commitment, 'observed', { happened: '2026-01-10' })).toMatchObject({ again: false });
});

test('64 recorders on one commitment: every accepted announcement is there, every other is told why', async () => {
  const { ledger, open } = given();
  const commitment = await open();
  const outcomes = await Promise.all(
    Array.from({ length: 64 }, (_, index) =>
      record(ledger, { commitment, events: [{ type: index % 2 ? 'observed' : 'pledged', data: spoken }] }),
    ),
  );
  const refused = outcomes.filter((outcome) => 'reason' in outcome);
  expect(refused).toHaveLength(31);
  expect(refused.every((outcome) => 'reason' in outcome && outcome.reason === 'already-pledged')).toBe(true);
  expect(await ledger.log.size()).toBe(1 + 33);
});

test('a line of more than 256 KiB is refused', async () => {
  const { attempt, open, ledger } = given();
  const commitment = await open();
  expect(await attempt(commitment, 'observed', { note: '가'.repeat(90_000) })).toMatchObject({ reason: 'too-large' });
  expect(await ledger.log.size()).toBe(1);
});

test('a clock that goes back does not take the recording times with it', async () => {
  const ledger = given();
  const commitment = await ledger.at('2026-03-02').open();
  await ledger.at('2026-03-02T11:59:00Z').say(commitment, 'observed');
  const times = (await ledger.ledger.log.read(0, 10)).map(({ time }) => time);
  expect(times).toEqual([Date.parse('2026-03-02T12:00:00Z'), Date.parse('2026-03-02T12:00:00Z')]);
});

test('a clock more than a minute before the newest event records nothing, says so, and still tells what is recorded', async () => {
  const ledger = given();
  const commitment = await ledger.at('2099-01-01').open();
  const id = ledger.ledger.newId();
  const command = { commitment, events: [{ id, type: 'observed' as const, data: spoken }] };
  const first = await record(ledger.ledger, command);
  ledger.at('2099-01-01T11:58:59Z');
  const refused = await ledger.attempt(commitment, 'observed');
  expect(refused).toMatchObject({ reason: 'clock-behind' });
  expect(JSON.stringify(refused)).toContain('2099-01-01T12:00:00.000Z, found 2099-01-01T11:58:59.000Z');
  expect(await rehearse(ledger.ledger, { commitment, events: [{ type: 'observed', data: spoken }] })).toEqual(refused);
  expect(await record(ledger.ledger, command)).toEqual({ ...first, again: true });
  expect(await ledger.ledger.log.size()).toBe(2);
});

test('what another process recorded with a clock that runs ahead is noticed as it is written', async () => {
  const log = openMemoryLog({ ledger: '/ledgers/test' });
  const here = given(log);
  const commitment = await here.open();
  await here.say(commitment, 'observed');
  // What is remembered of the log here does not come to know.
  const id = '01K0000000ZZZZZZZZZZZZZZZZ';
  const data = canonicalJson({ title: 'Another', topic: 'trade/test', from: ['KR'], to: ['US'] });
  await log.append(id, -1, [{ id, type: 'opened', data, time: Date.parse('2099-01-01T00:00:00Z'), recordedBy: 'elsewhere' }]);
  expect(await here.attempt(commitment, 'observed')).toMatchObject({ reason: 'clock-behind' });
  expect(await log.size()).toBe(3);
});

test('what the sources of a record say is kept as sent, in canonical form', async () => {
  const { ledger, open, say } = given();
  await say(await open(), 'observed', { sources: [{ ...source, lang: 'ko', title: '회담' }] });
  const [, event] = await ledger.log.read(0, 10);
  expect(event?.data).toBe(
    '{"happened":"2025-08-22","saidBy":[{"actor":"KR"}],"sources":[{"lang":"ko","publisher":"The Test Gazette","title":"회담","url":"https://gazette.example/1"}]}',
  );
});
