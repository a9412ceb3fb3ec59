import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';

/** What is lawful and far away: first and last years, currencies that are gone, leap seconds. */

const sources = [{ publisher: 'x', url: 'https://example.org/1' }];
const browser = { headers: { Accept: 'text/html' } };

test('a rate in force since the first year there is has that year on every page, also at the end of the last year', async () => {
  const a = api();
  const { status, body } = await a.send('/commitments', {
    title: 'Extremes',
    topic: 'trade/ex',
    from: ['KR'],
    to: ['US'],
    announcement: {
      type: 'formalised',
      happened: '2025-01-01',
      effective: '-9999-01-01',
      saidBy: [{ actor: 'KR' }],
      terms: [{ key: 'rate', kind: 'tariff', to: '1', on: 'goods', text: '1 per cent' }],
      instrument: { kind: 'agreement', title: 'Old', date: '2025-01-01', binding: 'yes' },
      sources,
    },
  });
  expect(status).toBe(201);
  const view = JSON.parse((await a.get('/views/trade-terms?asOf=9999-12-31')).text);
  expect(view.tariffs[0]).toMatchObject({ inForce: '1', since: '-9999-01-01' });
  for (const path of [`/commitments/${body.id}`, '/views/trade-terms', '/commitments', '/', '/two-clocks', '/changes?from=0']) {
    for (const asOf of ['9999-12-31', '0000-01-01', '-9999-01-01']) {
      const page = await a.get(`${path}${path.includes('?') ? '&' : '?'}asOf=${asOf}`, browser);
      expect(page.status, path).toBe(200);
      expect(page.text, path).not.toMatch(/NaN|Infinity|1970|Invalid/);
    }
  }
  expect((await a.get('/views/trade-terms?asOf=9999-12-31', browser)).text).toContain('1 % in force since 1 Jan -9999');
  expect((await a.get('/commitments?asOf=10000-01-01')).status).toBe(400);
  expect(a.faults).toEqual([]);
});

test('what was pledged in a currency that is gone is recorded and told', async () => {
  const a = api();
  const term = { key: 'total', kind: 'money', qualifier: 'exact', min: '8200000000', max: '8200000000', currency: 'DEM' };
  const { status, body } = await a.send('/commitments', {
    title: 'Gulf war contribution',
    topic: 'alliance/historic',
    from: ['DE'],
    to: ['US'],
    announcement: {
      type: 'pledged',
      happened: '1991-01-29',
      saidBy: [{ actor: 'DE' }],
      terms: [{ ...term, text: '8.2 billion marks' }],
      sources,
    },
  });
  expect(status).toBe(201);
  expect((await a.get(`/commitments/${body.id}`, browser)).text).toContain('DEM 8.2 billion');
});

test('a leap second is read wherever an instant is', async () => {
  const a = api();
  const opening = { title: 'Leap', topic: 'trade/leap', from: ['KR'], to: ['US'] };
  const said = { type: 'observed', saidBy: [{ actor: 'KR' }], sources, happened: '2016-12-31T23:59:60Z' };
  const { status, body } = await a.send('/commitments', { ...opening, announcement: said });
  expect(status).toBe(201);
  const { stageSince } = JSON.parse((await a.get(`/commitments/${body.id}`)).text);
  expect(stageSince).toMatchObject({ day: '2016-12-31' });
  const before = JSON.parse((await a.get('/commitments?knownAt=2016-12-31T23:59:60Z')).text);
  expect(before.cut).toMatchObject({ size: 0 });
});
