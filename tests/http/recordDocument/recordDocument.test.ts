import { expect, test } from 'vitest';
import { type Given, given } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';
import { type Fields, ownSite, read } from '../record/browser.ts';

/** The page on which one document with many commitments is recorded. */

const path = '/record/document';

async function desk(base: Given = given()) {
  const service = api(base);
  const open = async () => read((await service.get(path, { headers: { Accept: 'text/html' } })).text);
  const post = async (fields: Fields, headers: Record<string, string> = ownSite) => {
    const response = await service.app.request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
    const text = await response.text();
    return { status: response.status, text, ...read(text) };
  };
  return { ...service, open, post };
}

const shared: Fields = {
  'shared.instrument.title': 'Joint statement of Japan and the United States',
  'shared.instrument.kind': 'joint-statement',
  'shared.instrument.binding': 'no',
  'shared.happened': '2025-09-04',
  'shared.saidBy.0.actor': 'US',
  'shared.saidBy.1.actor': 'JP',
  'shared.sources.0.publisher': 'The Tokyo Example',
  'shared.sources.0.url': 'https://example.org/joint',
};
const rice: Fields = {
  'items.0.opening.title': 'Japan buys American energy',
  'items.0.opening.topic': 'trade/purchases',
  'items.0.opening.from.0': 'JP',
  'items.0.opening.to.0': 'US',
  'items.0.announcement.terms.0.text': 'US$7 billion per year',
};

test('what is shared is asked once, and another item like one has its parties and topic but not its words', async () => {
  const { open, post, size } = await desk();
  const { fields, names } = await open();
  for (const name of [...Object.keys(shared), ...Object.keys(rice)].filter((one) => !one.includes('saidBy.1')))
    expect(names).toContain(name);
  const more = await post({ ...fields, ...shared, ...rice, 'count.0': '9', do: 'like:0' });
  expect(more.fields).toMatchObject({
    ...shared,
    ...rice,
    'items.9.opening.topic': 'trade/purchases',
    'items.9.opening.from.0': 'JP',
  });
  expect(more.fields['items.9.opening.title']).toBe('');
  expect(more.fields['items.9.announcement.terms.0.text']?.trim()).toBe('');
  const ids = [...Array(10).keys()].map((row) => more.fields[`items.${row}.id`]);
  expect(new Set(ids).size).toBe(10);
  const fewer = await post({ ...more.fields, 'items.1.opening.title': 'Second', do: 'remove:items.0' });
  expect(fewer.fields['items.0.opening.title']).toBe('Second');
  expect(fewer.names).not.toContain('items.9.opening.title');
  expect(await size()).toBe(0);
});

test('all items are checked together, and recorded together as they were checked', async () => {
  const { open, post, size, get } = await desk();
  const { fields } = await open();
  const second: Fields = {
    'items.1.opening.title': 'Japan buys aircraft',
    'items.1.announcement.terms.0.text': '100 aircraft',
  };
  const grown = await post({ ...fields, ...shared, ...rice, do: 'like:0' });
  const typed = { ...grown.fields, ...second };
  expect((await post({ ...typed, do: 'record' })).status).toBe(412);
  const checked = await post({ ...typed, do: 'preview' });
  expect(checked.fields).toMatchObject({
    'shared.instrument.date': '2025-09-04',
    'shared.instrument.document': 'joint-statement-of-japan-and-the-united-states',
    'items.0.announcement.terms.0.currency': 'USD',
    'items.1.announcement.terms.0.unit': 'aircraft',
  });
  expect(checked.words('taken')).toContain('Item 2: Term: Of what: aircraft');
  expect(checked.words('outcome')).toContain('1. Japan buys American energy');
  expect(checked.words('outcome')).toContain('2. Japan buys aircraft');
  expect(await size()).toBe(0);
  const changed = await post({ ...checked.fields, 'items.0.announcement.terms.0.min': '8', do: 'record' });
  expect([changed.status, await size()]).toEqual([412, 0]);
  const recorded = await post({ ...checked.fields, do: 'record' });
  expect([recorded.status, await size()]).toEqual([200, 4]);
  expect(recorded.words('main')).toContain('2 items are recorded');
  expect(recorded.hrefs).toContain(`/record?corrects=${typed['items.1.id']}`);
  const answer = JSON.parse((await get(`/commitments/${typed['items.0.opens']}`)).text);
  expect(answer).toMatchObject({
    stage: 'formalised',
    terms: [{ min: '7000000000', per: 'year' }],
    instrument: { binding: 'no' },
  });
  // Sent again, it records nothing twice.
  const again = await post({ ...checked.fields, do: 'record' });
  expect([again.status, await size()]).toEqual([200, 4]);
});

test('one refused item refuses all, and each problem stands at its field, also at what is shared', async () => {
  const { open, post, size } = await desk();
  const { fields } = await open();
  const wrong = {
    'shared.happened': 'in autumn',
    'items.0.opening.topic': 'Trade',
    'items.0.announcement.terms.0.kind': 'money',
    'items.0.announcement.terms.0.min': 'plenty',
  };
  const page = await post({ ...fields, ...shared, ...rice, ...wrong, do: 'preview' });
  expect(page.status).toBe(200);
  expect(page.words('shared.happened-e')).toContain(
    'is not understood as a date; type it as in these examples: 22 October 2024',
  );
  expect(page.words('items.0.opening.topic-e')).toContain('expected');
  expect(page.words('items.0.announcement.terms.0.min-e')).toContain('expected a figure');
  expect(page.has('checked')).toBe(false);
  const byRule = await post({ ...fields, ...shared, ...rice, 'shared.saidBy.1.actor': 'KR', do: 'preview' });
  expect(byRule.words('shared.saidBy-e')).toContain('an obligor (JP)');
  expect(byRule.text).not.toContain('value="record"');
  expect(await size()).toBe(0);
});

test('two items that may say the same are shown as doubtful before they are recorded', async () => {
  const { open, post } = await desk();
  const { fields } = await open();
  const again = Object.fromEntries(Object.entries(rice).map(([name, text]) => [name.replace('.0.', '.1.'), text]));
  const more = await post({ ...fields, ...shared, ...rice, 'count.0': '1', do: 'like:0' });
  const page = await post({ ...more.fields, ...again, do: 'preview' });
  expect(page.words('outcome')).toContain('a commitment of the same title stands before it in this document');
  expect(page.words('outcome')).toContain('the same figure between the same parties');
});

test('an item may be about a commitment that is recorded, and what others record meanwhile is told', async () => {
  const base = given();
  const id = await base.open({ from: ['JP'] });
  const { open, post } = await desk(base);
  const { fields } = await open();
  const item = { 'items.0.commitment': id, 'items.0.type': 'observed', 'items.0.announcement.terms.0.text': '100 aircraft' };
  const checked = await post({ ...fields, ...shared, ...item, do: 'preview' });
  expect(checked.words('outcome')).toContain('1. A commitment');
  await base.say(id, 'observed');
  const stale = await post({ ...checked.fields, do: 'record' });
  expect(stale.status).toBe(412);
  expect(stale.fields['checked']).not.toBe(checked.fields['checked']);
  expect((await post({ ...stale.fields, do: 'record' })).status).toBe(200);
});

test('a form that another site sends records nothing', async () => {
  const { open, post, size } = await desk();
  const { fields } = await open();
  const { fields: checked } = await post({ ...fields, ...shared, ...rice, do: 'preview' });
  expect((await post({ ...checked, do: 'record' }, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  expect(await size()).toBe(0);
});
