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

const term = 'announcement.terms.0.';
const source = 'announcement.sources.0.';

/** The check of a pledge in which some fields are typed otherwise. */
async function checkedWith(other: Fields) {
  const { open, send } = await browser(givenSummits());
  const { fields } = await open('/record?type=pledged');
  return send({ ...fields, ...vessels, [`${term}deadline`]: '', ...other, do: 'preview' });
}

test.each([
  ['£2.26bn', { kind: 'money', min: '2 260 000 000', currency: 'GBP', qualifier: 'exact' }],
  ['US$5–10bn', { kind: 'money', min: '5 000 000 000', max: '10 000 000 000', qualifier: 'between' }],
  ['more than $1 billion a year', { kind: 'money', min: '1 000 000 000', per: 'year', qualifier: 'more-than' }],
  ['at least 3.5 % of GDP', { kind: 'percent', min: '3.5', of: 'GDP', qualifier: 'at-least' }],
  ['1조 5,192억 원', { kind: 'money', min: '1 519 200 000 000', currency: 'KRW' }],
  ['3.3 Mt a year', { kind: 'count', min: '3 300 000', unit: 'tonnes', per: 'year' }],
  ['15 percent tariff on cars', { kind: 'tariff', min: '', to: '15', on: 'cars' }],
  ['no figure yet', { kind: 'text', min: '' }],
])('“%s” in the field of the figure fills the fields of its term, and is told', async (words, filled) => {
  for (const typed of [
    { min: words, text: 'the words' },
    { min: '', text: words },
  ]) {
    const named = Object.fromEntries(Object.entries(typed).map(([name, text]) => [term + name, text]));
    const { fields, words: told } = await checkedWith(named);
    expect(fields).toMatchObject(Object.fromEntries(Object.entries(filled).map(([name, text]) => [term + name, text])));
    expect(told('outcome')).toContain('What would be recorded');
    expect(told('taken')).not.toBe('');
  }
});

test.each([
  [{ [`${term}min`]: '2.26 billion' }, `${term}kind`, 'of what? add the currency or the things'],
  [{ [`${term}min`]: '15 percent' }, `${term}of`, 'per cent of what? add it'],
  [{ [`${term}min`]: 'a good deal' }, `${term}min`, 'expected a figure'],
  [{ [`${term}min`]: '€50bn', [`${term}currency`]: 'USD' }, `${term}min`, 'it says EUR, and “Currency” says USD'],
  [{ [`${term}text`]: 'US$5 billion for ships and US$2 billion for docks' }, `${term}min`, 'US$5 billion, or US$2 billion'],
  [{ [`${source}publisher`]: 'Reuters', [`${source}url`]: '' }, 'announcement.sources.0', 'add its address, or the passage'],
  [{ [`${source}publisher`]: 'the speech itself', [`${source}url`]: '' }, 'announcement.sources.0', 'who published'],
  [{ [`${source}url`]: 'page 3' }, `${source}url`, 'expected an address, such as https://example.org/1'],
])('%o is refused beside a field with what to type', async (typed, name, told) => {
  expect((await checkedWith(typed)).words(`${name}-e`)).toContain(told);
});

test('one figure inside the words is that of the term, and words without one are a term without one', async () => {
  const said = await checkedWith({ [`${term}text`]: 'Japan will invest $550 billion in 2026 there' });
  expect(said.fields).toMatchObject({ [`${term}kind`]: 'money', [`${term}min`]: '550 000 000 000' });
  expect(said.words('taken')).toContain('as the words say: US$550 billion');
  const none = await checkedWith({ [`${term}text`]: 'a shared understanding' });
  expect(none.fields).toMatchObject({ [`${term}kind`]: 'text', [`${term}key`]: 'words' });
  expect(none.words('taken')).toContain('no figure is found in the words');
});

test.each([
  ['publisher', 'Yonhap, https://example.org/1', { publisher: 'Yonhap', url: 'https://example.org/1' }],
  ['publisher', 'kyivpost.com/post/123', { publisher: 'kyivpost.com', url: 'https://kyivpost.com/post/123' }],
  ['publisher', 'Reuters: “the passage”', { publisher: 'Reuters', 'quote.exact': 'the passage' }],
  ['url', 'kyivpost.com/post/123', { publisher: 'kyivpost.com', url: 'https://kyivpost.com/post/123' }],
])('a source typed into the field %s as “%s” becomes its parts, and is told', async (name, words, parts) => {
  const { fields, words: told } = await checkedWith({
    [`${source}publisher`]: '',
    [`${source}url`]: '',
    [source + name]: words,
  });
  expect(fields).toMatchObject(Object.fromEntries(Object.entries(parts).map(([part, text]) => [source + part, text])));
  expect(told('taken')).toContain('is read as');
  expect(told('outcome')).toContain('What would be recorded');
});

test.each([
  ['from.0', 'Korea', ['South Korea', 'North Korea'], 'KP'],
  ['announcement.happened', '05/08/2025', ['5 Aug 2025', '8 May 2025'], '2025-05-08'],
])(
  'of the readings of “%s” one is chosen by a button, which stands in its field then',
  async (name, typed, readings, value) => {
    const { open, send } = await browser(givenSummits());
    const { fields } = await open('/record?type=pledged');
    const unclear = await send({ ...fields, ...vessels, [name]: typed, do: 'preview' });
    const buttons = unclear.elements.filter(
      ({ tagName, attrs }) => tagName === 'button' && attrs.some((one) => one.value.startsWith(`take:${name}=`)),
    );
    const pressed = buttons.map(({ attrs }) => attrs.find((one) => one.name === 'value')?.value ?? '');
    expect(buttons.map((one) => unclear.textOf(one))).toEqual(readings);
    const chosen = await send({ ...unclear.fields, do: pressed.at(-1) ?? '' });
    expect(chosen.fields[name]).toBe(value);
    expect(chosen.elements.some(({ attrs }) => attrs.some((one) => one.value.startsWith(`take:${name}=`)))).toBe(false);
  },
);
