import fc from 'fast-check';
import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { type Fields, ownSite, read } from './browser.ts';

/** Whatever plain words are typed into a form: what is recorded is what the check has shown, and without a check nothing is. */

const one = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
/** Mostly what has one reading, sometimes what has several or none. */
const mostly = (clear: readonly string[], unclear: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: one(...clear), weight: 9 }, { arbitrary: one(...unclear), weight: 1 });
const party = mostly(['Japan', 'South Korea', 'the European Union', 'UK', '대한민국'], ['Korea', 'KOGAS', 'Jappan', 'nobody']);
const day = mostly(
  ['22 October 2024', 'late August 2025', 'August 2025', '2025-08-05', 'Q3 2024'],
  ['05/08/2025', 'last Friday'],
);
const figure = mostly(
  [
    '£2.26bn',
    'US$5–10bn',
    'up to 5 billion dollars a year',
    'at least 3.5 % of GDP',
    '1조 5,192억 원',
    '3.3 Mt a year',
    '103 aircraft',
    '15 percent tariff on cars',
    'no figure yet',
  ],
  ['2.26 billion', 'a good deal'],
);
const source = mostly(
  ['Yonhap, https://example.org/1', 'kyivpost.com/post/123', 'Reuters: “a passage of some length”'],
  ['Reuters', 'the speech itself'],
);

/** An item by its fields: the figure in its own field, or in the words. */
const item = fc.record({
  from: party,
  to: party,
  words: fc.oneof(figure, fc.constant('a fair share')),
  figure: fc.oneof(fc.constant(''), figure),
});
const shared = fc.record({ day, speaker: party, source });

type Item = typeof item extends fc.Arbitrary<infer T> ? T : never;
type Shared = typeof shared extends fc.Arbitrary<infer T> ? T : never;

function fieldsOf(
  { from, to, words, figure: typed }: Item,
  [opening, announcement]: readonly [string, string],
  number: number,
): Fields {
  return {
    [`${opening}title`]: `Ships ${number}`,
    [`${opening}topic`]: 'trade/ships',
    [`${opening}from.0`]: from,
    [`${opening}to.0`]: to,
    [`${announcement}terms.0.text`]: words,
    [`${announcement}terms.0.min`]: typed,
  };
}

function sharedFields({ day: happened, speaker, source: publisher }: Shared, at: string): Fields {
  return { [`${at}happened`]: happened, [`${at}saidBy.0.actor`]: speaker, [`${at}sources.0.publisher`]: publisher };
}

async function holds(path: string, typed: Fields): Promise<boolean> {
  const { app, ledger, size } = api();
  const page = async (init?: RequestInit) => {
    const response = await app.request(init ? path.replace(/\?.*/, '') : path, { headers: { Accept: 'text/html' }, ...init });
    const text = await response.text();
    return { text, ...read(text) };
  };
  const send = (fields: Fields) =>
    page({
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html', ...ownSite },
      body: new URLSearchParams(fields).toString(),
    });
  const { fields } = await page();
  const checked = await send({ ...fields, ...typed, do: 'preview' });
  const shown = checked.elements
    .filter(({ tagName, attrs }) => tagName === 'pre' && attrs.some(({ name, value }) => name === 'class' && value === 'line'))
    .flatMap((element) => textOf(element).split('\n'))
    .map((line) => JSON.parse(line) as { id: string; type: string; data: unknown });
  expect(await size()).toBe(0);
  if (shown.length === 0) {
    expect(checked.text).not.toContain('value="record"');
    expect(checked.words('outcome')).toContain('It would be refused');
  } else await send({ ...checked.fields, do: 'record' });
  const recorded = await ledger.log.read(0, 10);
  expect(recorded.map(({ id, type, data }) => ({ id, type: `commitment.${type}`, data: JSON.parse(data) as unknown }))).toEqual(
    shown.map(({ id, type, data }) => ({ id, type, data })),
  );
  return shown.length > 0;
}

function textOf(node: object): string {
  if ('value' in node) return String(node.value);
  return 'childNodes' in node ? (node.childNodes as object[]).map(textOf).join('') : '';
}

test('of an announcement what is recorded is what was shown, whatever plain words were typed', async () => {
  let recorded = 0;
  await fc.assert(
    fc.asyncProperty(item, shared, async (said, common) => {
      const typed = { ...fieldsOf(said, ['', 'announcement.'], 1), ...sharedFields(common, 'announcement.') };
      if (await holds('/record?type=observed', typed)) recorded++;
    }),
    { numRuns: 40 },
  );
  expect(recorded).toBeGreaterThan(0);
});

test('of a document, which is where the drafts of a text go too, the same holds of every item', async () => {
  let recorded = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 3 }), shared, async (items, common) => {
      const own = items.map((said, row) => fieldsOf(said, [`items.${row}.opening.`, `items.${row}.announcement.`], row));
      const typed = Object.assign({ type: 'observed' }, sharedFields(common, 'shared.'), ...own) as Fields;
      if (await holds('/record/document', typed)) recorded++;
    }),
    { numRuns: 40 },
  );
  expect(recorded).toBeGreaterThan(0);
});
