import { expect, test } from 'vitest';
import { givenSummits } from '../../helpers/given.ts';
import { browser, type Fields } from './browser.ts';

/** What a newcomer types into the form, in plain words. */

const vessels: Fields = {
  type: 'pledged',
  title: 'Patrol vessels',
  topic: 'alliance/vessels',
  'from.0': 'South Korea',
  'to.0': 'the European Union',
  'announcement.happened': '22 October 2024',
  'announcement.due': 'by the end of 2028',
  'announcement.saidBy.0.actor': 'Republic of Korea',
  'announcement.terms.0.text': 'five patrol vessels',
  'announcement.terms.0.deadline': 'FY2026',
  'announcement.sources.0.publisher': 'The Test Gazette',
  'announcement.sources.0.url': 'https://gazette.example/1',
};

test('parties and dates in plain words are shown as they were read, and recorded so', async () => {
  const { open, post, send, size } = await browser();
  const { fields } = await open('/record?type=pledged');
  const typed = {
    ...fields,
    ...vessels,
    'announcement.terms.0.deadline': 'late August 2026',
    'announcement.saidBy.0.actor': 'Minister Koo Yun-cheol',
    'announcement.saidBy.0.for': 'Korea, Republic of',
  };
  const unread = await send({ ...typed, do: 'preview' });
  expect(unread.words('taken')).toContain('“22 October 2024” is read as 22 Oct 2024');
  const checked = await send({ ...typed, 'announcement.saidBy.0.for': '대한민국', do: 'preview' });
  expect(checked.fields).toMatchObject({
    'from.0': 'KR',
    'to.0': 'org:eu',
    'names.0.party': 'org:eu',
    'names.0.name': 'European Union',
    'announcement.happened': '2024-10-22',
    'announcement.due': '../2028',
    'announcement.saidBy.0.actor': 'person:koo-yun-cheol',
    'announcement.saidBy.0.name': 'Koo Yun-cheol',
    'announcement.saidBy.0.for': 'KR',
    'announcement.terms.0.deadline': '2026-08-21~/2026-08-31',
  });
  expect(checked.words('taken')).toContain('“late August 2026” is read as about 21 – 31 Aug 2026');
  expect(await size()).toBe(0);
  expect((await post({ ...checked.fields, do: 'record' })).status).toBe(303);
  expect(await size()).toBe(2);
});

test.each([
  [
    'announcement.happened',
    '05/08/2025',
    'this can be read in more than one way: which is meant? 2025-08-05 (5 Aug 2025), or 2025-05-08 (8 May 2025)',
  ],
  ['announcement.happened', 'last Friday', 'depends on the day it was said: which day?'],
  ['from.0', 'Korea', 'more than one is called “Korea”: which is meant? KR (South Korea), or KP (North Korea)'],
  ['from.0', 'Shigeru Ishiba', 'name the state he speaks for'],
  ['announcement.saidBy.0.actor', 'Trump', 'did you mean Donald Trump? person:donald-trump (Donald Trump)'],
  ['announcement.terms.0.deadline', 'FY2026', '2025-10/2026-09 (Oct 2025 – Sep 2026), or 2026-04/2027-03'],
])('%s with “%s” is answered beside its field with what to type', async (name, words, told) => {
  const { open, send } = await browser(givenSummits());
  const { fields } = await open('/record?type=pledged');
  const answer = await send({ ...fields, ...vessels, 'announcement.terms.0.deadline': '', [name]: words, do: 'preview' });
  expect(answer.words(`${name}-e`)).toContain(told);
  expect(answer.fields[name]).toBe(words);
});
