import { beforeAll, expect, test } from 'vitest';
import { printHistory } from '../../src/cli/text/history.ts';
import { historyAt } from '../../src/read/queries.ts';
import { api } from '../helpers/api.ts';
import { given } from '../helpers/given.ts';

/** A reading in another language is told with its translation, as a term is. */

const a = api(given());
const [text, translation] = ['비핵화는 한반도 전체에 적용된다', 'Denuclearisation applies to the whole peninsula'];
let id = '';

beforeAll(async () => {
  id = await a.open({ title: 'Denuclearise', topic: 'north-korea', from: ['KP'], to: ['US'] });
  const pledge = await a.say(id, 'pledged', { saidBy: [{ actor: 'KP' }] });
  await a.say(id, 'disputed', {
    ground: 'reading',
    about: { announcement: pledge },
    readings: [
      { party: 'KP', text, translation },
      { party: 'US', text: 'It applies to the North alone.' },
    ],
  });
});

test('the translation of a reading is answered beside its words', async () => {
  const [commitment, view] = await Promise.all(
    [`/commitments/${id}`, '/views/north-korea-policy'].map(async (path) => JSON.parse((await a.get(path)).text) as unknown),
  );
  const contested = [{ readings: [{ party: 'KP', text, translation }, { party: 'US' }] }];
  expect(commitment).toMatchObject({ contested });
  const positions = expect.arrayContaining([
    expect.objectContaining({ party: 'KP', readings: [expect.objectContaining({ text, translation })] }),
  ]) as unknown;
  expect(view).toMatchObject({ lines: [{ contested }], positions });
});

test.each([
  ['the page of its commitment', (of: string) => `/commitments/${of}`],
  ['the page of a view', () => '/views/north-korea-policy'],
  ['the page of what changed', () => '/changes?from=2&to=3'],
  ['a report', () => '/reports/north-korea-policy.md'],
])('the translation of a reading is told on %s', async (_, path) => {
  const { status, text: page } = await a.get(path(id), { headers: { Accept: 'text/html' } });
  expect([status, page]).toEqual([200, expect.stringMatching(new RegExp(`in English:[^.]*${translation}`))]);
});

test('the translation of a reading is told in a printed history', async () => {
  const history = await historyAt(a.reader, id, await a.cut({}));
  expect(history && printHistory(history, 200)).toContain(`in English: ${translation}`);
});

test('a search finds a reading by its translation', async () => {
  const { text: found } = await a.get('/commitments?q=whole+peninsula');
  expect(JSON.parse(found)).toMatchObject({ count: 1, commitments: [{ id, hits: [{ where: 'reading', text: translation }] }] });
});
