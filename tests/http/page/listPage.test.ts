import { expect, test } from 'vitest';
import { filterNames } from '../../../src/http/filters.ts';
import { api } from '../../helpers/api.ts';
import { dollars, given } from '../../helpers/given.ts';
import { attribute, elementsOf, parsed, textOf } from '../../helpers/html.ts';

const headers = { headers: { Accept: 'text/html' } };

test('the list asks for every filter that the API has', async () => {
  const { text } = await api(given()).get('/commitments', headers);
  const form = parsed(text).elements.find((one) => attribute(one, 'class') === 'filters');
  const names = [...elementsOf(form!)]
    .filter(({ tagName }) => tagName === 'input' || tagName === 'select')
    .flatMap((one) => attribute(one, 'name') ?? []);
  expect(names.filter((name) => !['asOf', 'knownAt', 'sort'].includes(name)).toSorted()).toEqual([...filterNames].toSorted());
});

test('the list keeps a filter of several values, and opens the folded filters when one is used', async () => {
  const g = given();
  await g.say(await g.open(), 'pledged', { terms: [dollars('sum', '20')] });
  const { text } = await api(g).get('/commitments?stage=pledged,ended&performance=none&suspended=false', headers);
  const { elements } = parsed(text);
  const chosen = elements.filter((one) => attribute(one, 'selected') !== undefined).map((one) => attribute(one, 'value'));
  expect(chosen.filter((value) => value !== '')).toEqual(['pledged,ended', 'false', 'none']);
  const details = elements.find(({ tagName }) => tagName === 'details');
  expect(attribute(details!, 'open')).toBe('');
  expect(textOf(elements.find(({ tagName }) => tagName === 'main')!)).toContain('A commitment');
});

test('a list of one commitment speaks of no order', async () => {
  const g = given();
  await g.open({ title: 'Ships' });
  const ledeOf = async (): Promise<string> => {
    const { text } = await api(g).get('/commitments?q=ships&sort=relevance', headers);
    const { elements } = parsed(text);
    return textOf(elements.find((one) => attribute(one, 'class') === 'lede')!);
  };
  expect(await ledeOf()).toBe('One.');
  await g.open({ title: 'More ships' });
  expect(await ledeOf()).toBe('Two, the most relevant first.');
});
