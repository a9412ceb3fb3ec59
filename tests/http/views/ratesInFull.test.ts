import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { dollars, given, type Given } from '../../helpers/given.ts';
import { faultsOf, mainTextOf, parsed } from '../../helpers/html.ts';

/** What must not be left out beside a rate or a sum on the page of trade terms. */

async function read(g: Given): Promise<string> {
  const { text } = await api(g).get('/views/trade-terms', { headers: { Accept: 'text/html' } });
  const page = parsed(text);
  expect(faultsOf(page)).toEqual([]);
  return mainTextOf(page);
}

const tariff = (key: string, to: string, more: object = {}): object => ({
  key,
  kind: 'tariff',
  on: 'cars',
  to,
  text: to,
  ...more,
});
const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });

test('a rate is told with what the most-favoured-nation rate does to it', async () => {
  const g = given();
  const id = await g.open({ from: ['US'], to: ['org:eu'] });
  const effective = '2025-02-01';
  const terms = [tariff('a', '15', { mfn: 'included' }), tariff('b', '10', { mfn: 'added' })];
  const most = tariff('c', '12', { mfn: 'included', qualifier: 'up-to' });
  await g.say(id, 'pledged', { happened: '2025-01-10', ...by('US'), effective, terms: [...terms, most] });
  const page = await read(g);
  expect(page).toContain('In force: 15 % (or the most-favoured-nation rate, where that is higher) since 1 Feb 2025');
  expect(page).toContain('In force: 10 % on top of the most-favoured-nation rate since 1 Feb 2025');
  expect(page).toContain('MFN + 10 % since 1 Feb');
  expect(page).toContain('10 % on top of the most-favoured-nation rate on cars');
  expect(page).toContain('In force: up to 12 % (the most-favoured-nation rate included) since 1 Feb 2025');
  expect(page).not.toContain('up to 12 % on cars, or the');
});

test('of two rates under one key the page says whose each is', async () => {
  const g = given();
  const id = await g.open({ from: ['US', 'MX'], to: ['CA'] });
  const [effective, happened] = ['2025-02-01', '2025-01-10'];
  await g.say(id, 'pledged', { happened, ...by('US', 'MX'), effective, terms: [tariff('a', '0')] });
  expect(await read(g)).not.toContain('owed by Mexico');
  await g.say(id, 'amended', { happened, ...by('US'), effective: '2025-03-01', terms: [tariff('a', '25')] });
  const page = await read(g);
  expect(page).toMatch(/owed by United States.*In force: 25 % since 1 Mar 2025/);
  expect(page).toMatch(/owed by Mexico.*In force: 0 % since 1 Feb 2025/);
});

test('parts by year and by sector are not added to each other', async () => {
  const g = given();
  const id = await g.open({ from: ['CN'], to: ['US'] });
  const part = (key: string, amount: string, partition: string) => dollars(key, amount, { partOf: 'all', partition });
  const years = [part('first', '80', 'year'), part('second', '120', 'year')];
  const sectors = [part('farms', '40', 'sector'), part('energy', '60', 'sector')];
  const terms = [dollars('all', '200'), ...years, ...sectors];
  await g.say(id, 'pledged', { happened: '2025-01-10', ...by('CN'), terms });
  const page = await read(g);
  expect(page).toContain('of which, by yearUS$80 first + US$120 second');
  expect(page).toContain('of which, by sectorUS$40 farms + US$60 energy');
  expect(page).not.toMatch(/second \+ /);
});
