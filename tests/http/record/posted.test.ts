import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openMemoryLog } from '../../../src/store/memory.ts';
import { given, givenSummits } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';
import { browser, ownSite, vessels } from './browser.ts';

const elsewhere: Record<string, string>[] = [
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
  { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://localhost' },
  { Origin: 'https://elsewhere.example' },
  { Origin: 'null' },
  {},
];

test.each(elsewhere)('a form that another site sends (%j) records nothing', async (headers) => {
  const base = given();
  const id = await base.open();
  const { open, post, size } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const page = await post({ ...fields, ...vessels, do: 'record' }, headers);
  expect(page.status).toBe(403);
  expect(page.words('main')).toContain('expected a form sent from a page of this service');
  expect(await size()).toBe(1);
});

test('a form of a browser that names its origin alone is taken', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  expect((await post({ ...fields, ...vessels, do: 'record' }, { Origin: 'http://localhost' })).status).toBe(303);
});

test('an address that is no address of the web never becomes a link', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const page = await post({ ...fields, ...vessels, 'sources.0.url': 'javascript:alert(1)', do: 'preview' });
  expect(page.hrefs.filter((href) => href.startsWith('javascript:'))).toEqual([]);
});

async function postRaw(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const { app } = api();
  const response = await app.request('/record', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...ownSite, ...headers },
    body: body as string,
  });
  return response.status;
}

test.each([
  ['a body that is no form', 400, '{"type":"pledged"}', {}],
  ['JSON', 415, '{}', { 'Content-Type': 'application/json' }],
  ['a form in parts', 415, 'x', { 'Content-Type': 'multipart/form-data; boundary=x' }],
  ['bytes that are no UTF-8', 400, new Uint8Array([0x74, 0x3d, 0xff]), {}],
  ['escaped bytes that are no UTF-8', 400, 'type=pledged&title=%FF', {}],
  ['an escaped lone surrogate', 400, 'type=pledged&title=%ED%A0%80', {}],
  ['an escape that is none', 400, 'type=pledged&title=%zz', {}],
  ['more than 512 KiB', 413, `type=pledged&title=${'x'.repeat(512 * 1024)}`, {}],
  ['more than 2000 fields', 413, Array.from({ length: 2100 }, (_, index) => `f${index}=x`).join('&'), {}],
  ['a list of more than 100 rows', 413, 'type=pledged&from.100=KR', {}],
])('%s is refused with %d', async (_, status, body, headers) => {
  expect(await postRaw(body, headers)).toBe(status);
});

test('a NUL is refused at its field', async () => {
  const base = given();
  const id = await base.open();
  const { open, post } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=pledged`);
  const page = await post({ ...fields, ...vessels, note: 'a\0b', do: 'record' });
  expect(page.status).toBe(400);
  expect(page.words('note-e')).toContain('found a NUL character');
});

test('no form is kept for others, and none runs a script', async () => {
  const { app } = await browser();
  const response = await app.request('/record', { headers: { Accept: 'text/html' } });
  expect(response.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'/);
  expect(response.headers.get('Content-Security-Policy')).not.toContain('unsafe');
  expect(response.headers.get('Cache-Control')).toBe('private, no-cache');
  expect(response.headers.get('Referrer-Policy')).toBe('same-origin');
});

test('no form grows with the log', async () => {
  const base = given(openMemoryLog({ ledger: '/ledgers/test' }));
  const { open } = await browser(base);
  const before = (await open('/record?type=observed')).text.length;
  for (let count = 0; count < 700; count++)
    await base.open({ title: `Commitment ${count}`, topic: `trade/t${count}`, from: ['KR'] });
  const after = (await open('/record?type=observed')).text.length;
  expect(after - before).toBeLessThan(60_000);
});

test('an announcement of more fields than a form takes is not opened in one', async () => {
  const base = given(undefined, { older: true });
  const id = await base.open();
  const terms = Array.from({ length: 700 }, (_, index) => ({ key: `k${index}`, kind: 'text', text: 'words' }));
  const long = await base.say(id, 'observed', { terms });
  const { open } = await browser(base);
  expect((await open(`/record?corrects=${long}`)).status).toBe(413);
});

test('whatever is posted, the service answers and never fails', async () => {
  const base = await givenSummits();
  const { app, faults } = await browser(base);
  const names = [
    'do',
    'type',
    'id',
    'opens',
    'commitment',
    'corrects',
    'seen',
    'mode',
    'happened',
    'saidBy.0.actor',
    'terms.0.kind',
    'terms.0.min',
    'terms.0.max',
    'terms.0.qualifier',
    'terms.0.key',
    'terms.1.key',
    'names.0.party',
    'announcement.happened',
    'changes.terms.0.min',
    'changes.happened',
    'changes.names.0.party',
    'from.0',
    'sources.0.url',
    'about.announcement',
    'readings.0.by.actor',
    '__proto__',
    'terms.x.y',
    'terms.00.key',
    '',
  ];
  const ids = (await base.ledger.log.read(0, 88)).flatMap(({ id, stream }) => [id, stream]);
  const values = fc.oneof(
    fc.constantFrom(
      '',
      'preview',
      'record',
      'add:terms',
      'remove:terms.0',
      'remove:',
      'pledged',
      'disputed',
      'observed',
      'refine',
      'replace',
      'retract',
      'money',
      'count',
      'exact',
      'between',
      'KR',
      '2025-08-22',
      '2025-08-22~',
      '10 000',
      '1e9',
      '__proto__',
      'https://gazette.example/1',
    ),
    fc.constantFrom(...ids),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const form = fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(form, async (pairs) => {
      const response = await app.request('/record', {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...ownSite },
        body: new URLSearchParams(pairs).toString(),
      });
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
  expect(faults).toEqual([]);
});
