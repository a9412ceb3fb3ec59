import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { source } from '../helpers/given.ts';

const observed = { type: 'observed', happened: '2025-08-22', saidBy: [{ actor: 'KR' }], sources: [source] };

test('a service whose clock is behind its newest event records nothing, and /ready names the event', async () => {
  const service = api();
  const commitment = await service.at('2026-01-01').open();
  const early = await service.say(commitment, 'pledged');
  const late = await service.at('2099-06-01').say(commitment, 'observed');
  await service.say(commitment, 'observed');
  service.at('2026-01-02');
  const path = `/commitments/${commitment}/announcements`;
  const refused = await service.send(path, observed);
  expect(refused).toMatchObject({
    status: 503,
    body: {
      type: '/problems/clock-behind',
      detail: expect.stringContaining('recorded at 2099-06-01T12:00:00.000Z, found 2026-01-02T12:00:00.000Z'),
    },
  });
  expect(refused.body.errors).toBeUndefined();
  const opening = { title: 'T', topic: 'trade/x', from: ['KR'], to: ['US'], announcement: observed };
  expect((await service.send('/commitments', opening)).body['type']).toBe('/problems/clock-behind');
  expect((await service.get('/problems/clock-behind')).status).toBe(200);
  expect(await service.size()).toBe(4);
  const ready = await service.get('/ready');
  expect(ready.status).toBe(503);
  expect(JSON.parse(ready.text)).toMatchObject({
    parts: [
      { part: 'clock', detail: expect.stringMatching(`^event 3 .observed ${late} of ${commitment}. and 1 more after it`) },
    ],
  });
  // What was sent before is still answered again, and everything is read as of today.
  expect((await service.send(path, { ...observed, type: 'pledged', id: early })).status).toBe(201);
  expect(JSON.parse((await service.get(`/commitments/${commitment}`)).text)).toMatchObject({ cut: { asOf: '2026-01-03' } });
});

test('a minute is what two clocks may differ by', async () => {
  const service = api();
  const commitment = await service.at('2026-01-01T12:01:00Z').open();
  service.at('2026-01-01T12:00:00Z');
  expect((await service.get('/ready')).status).toBe(200);
  expect((await service.send(`/commitments/${commitment}/announcements`, observed)).status).toBe(201);
});
