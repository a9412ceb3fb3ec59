import { expect, test } from 'vitest';
import { api } from '../helpers/api.ts';
import { givenSummits } from '../helpers/given.ts';
import { parsed, textOf } from '../helpers/html.ts';

const id = '01K38TCSG0D83FFH9B8VC8WDMT';

test.each([
  '/commitments?size=99',
  '/commitments?asOf=yesterday',
  '/commitments?knownAt=2025-08-22&size=3',
  '/commitments?color=red',
  '/commitments?stage=no',
  '/commitments?cursor=zzz',
  '/commitments?cursor=zzz&size=4',
  '/commitments/nope',
  '/commitments/nope?asOf=x',
  '/commitments/nope/history',
  `/commitments/${id}?size=0`,
  `/commitments/${id}/history?size=0`,
  `/commitments/${id}/history?color=red`,
  '/figures/nope/total',
  `/figures/${id}/NOT-A-KEY`,
  `/figures/${id}/total`,
  '/views?asOf=x',
  '/views/trade-terms?size=999',
  '/changes?from=80&to=3',
  '/changes?size=3',
])('%s is refused once, in the same words as JSON, as a feed and as a page', async (path) => {
  const { get } = api(await givenSummits());
  const json = await get(path, { headers: { Accept: 'application/json' } });
  expect(json.status).toBeGreaterThanOrEqual(400);
  expect(json.headers.get('Vary')).toBe('Accept');
  const { detail } = JSON.parse(json.text) as { detail: string };
  expect(await get(path, { headers: { Accept: 'application/atom+xml' } })).toMatchObject({
    status: json.status,
    text: json.text,
  });
  const page = await get(path, { headers: { Accept: 'text/html' } });
  expect(page.status).toBe(json.status);
  const { elements } = parsed(page.text);
  expect(elements.filter(({ tagName }) => tagName === 'bdi').map(textOf)).toContain(detail);
});

test('empty fields of a form say nothing on a page, and are refused as JSON', async () => {
  const { get } = api(await givenSummits());
  const bare = await get('/commitments', { headers: { Accept: 'text/html' } });
  const empty = await get('/commitments?asOf=&knownAt=&topic=', { headers: { Accept: 'text/html' } });
  expect(empty).toMatchObject({ status: 200, text: bare.text });
  expect((await get('/commitments?asOf=', { headers: { Accept: 'application/json' } })).status).toBe(400);
});
