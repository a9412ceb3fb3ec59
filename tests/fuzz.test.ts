import { expect, test } from 'vitest';
import { problem } from '../src/http/problems.ts';
import { check } from '../src/read/check.ts';
import { openMemoryLog } from '../src/store/memory.ts';
import { exportLines, restoreLines } from '../src/exchange/transfer.ts';
import { views } from '../projections/views/views.ts';
import { bytes, given, givenSummits } from './helpers/given.ts';
import { api } from './helpers/api.ts';
import { eventTypes } from '../domain/announcement.ts';
import { announcements, events, randomly, streams } from './helpers/randomly.ts';

/** Thousands of requests, made from the real input and broken at random. LEDGER_FUZZ asks for more than the few of `npm test`. */
const requests = Number(process.env['LEDGER_FUZZ'] ?? 2500);
const seed = Number(process.env['LEDGER_FUZZ_SEED'] ?? 2025);

test('no request gets a 5xx or an answer that is not documented, and what is recorded keeps every promise', async () => {
  const a = api(await givenSummits());
  const { below, one, broken } = randomly(seed);
  let recorded = 0;
  for (let sent = 0; sent < requests; sent++) {
    const { type, data } = one(announcements);
    const correction = {
      type: 'corrected',
      corrects: one(events).id,
      mode: one(['refine', 'replace']),
      changes: broken(data),
      reason: 'x',
      sources: data['sources'] ?? [],
    };
    const plain = { type: below(4) > 0 ? type.slice('commitment.'.length) : one(eventTypes), ...data };
    const opening = {
      ...one(events.filter((event) => event.type.endsWith('opened'))).data,
      announcement: { ...data, type: type.slice('commitment.'.length) },
    };
    const [path, body] =
      below(6) === 0
        ? ['/commitments', broken(opening)]
        : [`/commitments/${one(streams)}/announcements`, below(5) === 0 ? correction : broken(plain)];
    const response = await a.app.request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    expect([201, 400, 404, 409, 413, 422], `${path} ${JSON.stringify(body)} ${JSON.stringify(answer)}`).toContain(
      response.status,
    );
    if (response.status === 201) recorded++;
    else expect(problem.strict().safeParse(answer).error).toBeUndefined();
  }
  expect(a.faults).toEqual([]);
  expect(recorded).toBeGreaterThan(requests / 100);
  expect((await check(a.ledger.log)).findings).toEqual([]);

  const { log } = a.ledger;
  const exported = (await Array.fromAsync(exportLines(log))).join('');
  const copy = openMemoryLog({ ledger: log.ledger });
  expect(await restoreLines(copy, bytes(exported), { clock: a.ledger.clock })).toMatchObject({ present: 0 });
  expect((await Array.fromAsync(exportLines(copy))).join('')).toBe(exported);

  for (let round = 0; round < 10; round++) {
    const size = below(await log.size());
    const short = api(given(openMemoryLog({ ledger: log.ledger })));
    await short.ledger.log.extend(size === 0 ? [] : await log.read(0, size));
    for (const { name } of views) {
      const question = `/views/${name}?asOf=202${below(7)}-0${1 + below(9)}-15`;
      expect((await a.get(`${question}&size=${size}`)).text).toBe((await short.get(question)).text);
    }
  }
});
