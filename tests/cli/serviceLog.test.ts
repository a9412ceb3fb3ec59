import { expect, test } from 'vitest';
import type { Answered } from '../../src/http/answered.ts';
import { type LogForm, openServiceLog } from '../../src/cli/serviceLog.ts';
import { addKey } from '../../src/people/keys.ts';

/** The log of a service, as the program that collects it reads it. */

async function opened(form: LogForm) {
  const lines: string[] = [];
  const log = await openServiceLog({
    form,
    write: (line) => lines.push(line),
    clock: () => Date.parse('2026-01-02T03:04:05Z'),
  });
  return { log, lines };
}

const one: Answered = {
  id: 'request1',
  method: 'GET',
  route: '/commitments/:id',
  path: '/commitments/01K38TCSG0D83FFH9B8VC8WDMT',
  status: 200,
  durationMs: 12.345,
  isBroken: false,
  address: '203.0.113.9',
  by: 'Kim Min-ji',
};

test('as JSON each request is one object a line, and a fault is another', async () => {
  const { log, lines } = await opened('json');
  log.answered(one);
  log.answered({ ...one, status: 503, isBroken: true });
  log.faults.tell(Object.assign(new Error('disk\nfull'), { code: 'ENOSPC' }));
  log.faults.close();
  for (const line of lines) expect(line).toMatch(/^\{[^\n]*\}\n$/);
  const { isBroken: _whole, ...told } = one;
  const common = { time: '2026-01-02T03:04:05.000Z' };
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 30, ...common, message: 'answered', ...told, durationMs: 12.3 },
    { level: 50, ...common, message: 'answered', ...told, status: 503, durationMs: 12.3, isBroken: true },
    { level: 50, ...common, message: 'Error: disk full' },
  ]);
});

test('as text only faults are lines', async () => {
  const { log, lines } = await opened('text');
  log.answered(one);
  log.faults.tell(Object.assign(new Error('disk full'), { code: 'ENOSPC' }));
  log.faults.close();
  expect(lines).toEqual(['2026-01-02T03:04:05.000Z Error: disk full\n']);
});

const { key } = addKey([], { name: 'desk', role: 'admin' }, { now: 0, secret: new Uint8Array(32).fill(7) });
const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJraW0ifQ.c2lnbmF0dXJl';

test.each(['text', 'json'] as const)('no secret is in the log as %s, wherever it was typed', async (form) => {
  const { log, lines } = await opened(form);
  for (const secret of [key, token]) {
    log.answered({ ...one, path: `/commitments/${secret}`, by: secret });
    log.faults.tell(new Error(`expected a key, found ${secret}`));
    log.faults.tell({ headers: { Authorization: `Bearer ${secret}` } });
  }
  log.faults.tell(new Error('cannot reach esdb://admin:changeit@db:2113'));
  log.faults.close();
  const all = lines.join('');
  expect(lines.length).toBeGreaterThan(3);
  expect(all).toContain('[left out]');
  for (const secret of [key, key.slice('ledger_'.length), token, 'c2lnbmF0dXJl', 'changeit']) expect(all).not.toContain(secret);
});

test('what is typed into an address moves no cursor and begins no line', async () => {
  const { log, lines } = await opened('json');
  log.answered({ ...one, path: '/\u001b[2J\u202e\n{"level":30}' });
  expect(lines).toHaveLength(1);
  for (const control of ['\u001b', '\u202e', '\n{']) expect(lines[0]).not.toContain(control);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ path: '/\u001b[2J\u202e\n{"level":30}' });
});
