import { expect, test } from 'vitest';
import { dollars, given } from '../../helpers/given.ts';
import { browser, type Fields } from './browser.ts';

/** What a form fills in where nothing was typed: shown in its field and beside the check, and recorded as it was shown. */

const pledge: Fields = {
  title: 'Patrol vessels',
  'from.0': 'JP',
  'to.0': 'PH',
  'announcement.happened': '2025-09-10',
  'announcement.terms.0.text': 'up to US$5 billion a year',
  'announcement.sources.0.publisher': 'The Manila Example',
  'announcement.sources.0.url': 'https://example.org/vessels',
};

test('a pledge of one sum needs eight fields; the speaker, the figure and its name follow from them and are shown', async () => {
  const { open, post, get } = await browser();
  const { fields } = await open('/record?type=pledged');
  const typed = { ...fields, ...pledge, topic: 'alliance/maritime' };
  const page = await post({ ...typed, do: 'preview' });
  expect(page.fields).toMatchObject({
    'announcement.saidBy.0.actor': 'JP',
    'announcement.terms.0.kind': 'money',
    'announcement.terms.0.key': 'total',
    'announcement.terms.0.min': '5 000 000 000',
    'announcement.terms.0.currency': 'USD',
    'announcement.terms.0.per': 'year',
    'announcement.terms.0.qualifier': 'up-to',
  });
  expect(page.words('outcome')).toContain('A commitment begins: Patrol vessels, Pledged');
  expect(page.words('taken')).toContain('Speaker: Speaker: JP the one who owes it pledges it');
  expect(page.words('taken')).toContain('Currency: USD as the words say');
  expect(page.hrefs).toContain('#announcement.terms.0.currency');
  const recorded = await post({ ...page.fields, do: 'record' });
  expect(recorded.status).toBe(303);
  expect(JSON.parse((await get(`/commitments/${fields['opens']}`)).text)).toMatchObject({
    stage: 'pledged',
    terms: [{ key: 'total', kind: 'money', qualifier: 'up-to', max: '5000000000', currency: 'USD', per: 'year' }],
  });
});

test('what is typed is never replaced, and what was recorded of nothing is filled in of nothing', async () => {
  const { open, post } = await browser();
  const { fields } = await open('/record?type=pledged');
  const own = {
    topic: 'alliance/maritime',
    'announcement.saidBy.0.actor': 'office:jp-mofa',
    'announcement.saidBy.0.for': 'JP',
    'announcement.terms.0.kind': 'text',
    'announcement.terms.0.key': 'words',
  };
  const page = await post({ ...fields, ...pledge, ...own, do: 'preview' });
  expect(page.fields).toMatchObject(own);
  expect(page.has('taken')).toBe(false);
  expect(page.fields['announcement.terms.0.currency']).toBe('');
});

test('the topic is that of the newest commitment between the same parties', async () => {
  const base = given();
  await base.open({ from: ['JP'], to: ['PH'], topic: 'alliance/ships' });
  await base.open({ from: ['PH'], to: ['JP'], topic: 'trade/rice' });
  const { open, post } = await browser(base);
  const { fields } = await open('/record?type=pledged');
  expect((await post({ ...fields, ...pledge, do: 'preview' })).fields['topic']).toBe('alliance/ships');
});

test('what is announced next takes its speakers, its term and its unit from what the commitment says', async () => {
  const base = given();
  const id = await base.open();
  const minister = { actor: 'person:koo-yun-cheol', name: 'Koo Yun-cheol', for: 'KR', role: 'Finance minister' };
  await base.say(id, 'pledged', { saidBy: [minister], terms: [dollars('investment', '350000000000')] });
  await base.say(id, 'observed', { saidBy: [{ actor: 'media:yonhap' }] });
  const { open, post, get } = await browser(base);
  const { fields } = await open(`/record?commitment=${id}&type=fulfilled`);
  const typed = {
    happened: '2025-12-01',
    'terms.0.text': 'twenty billion',
    'terms.0.min': '20 000 000 000',
    'terms.0.counts': 'increment',
    'sources.0.publisher': 'The Test Gazette',
    'sources.0.url': 'https://gazette.example/9',
  };
  const page = await post({ ...fields, ...typed, do: 'preview' });
  expect(page.fields).toMatchObject({
    extent: 'partial',
    'saidBy.0.actor': 'person:koo-yun-cheol',
    'saidBy.0.role': 'Finance minister',
    'terms.0.key': 'investment',
    'terms.0.kind': 'money',
    'terms.0.currency': 'USD',
    'terms.0.qualifier': 'exact',
  });
  expect((await post({ ...page.fields, do: 'record' })).status).toBe(303);
  expect(JSON.parse((await get(`/commitments/${id}`)).text)).toMatchObject({ performance: 'partial' });
});
