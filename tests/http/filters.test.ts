import { beforeAll, expect, test } from 'vitest';
import { filterNames } from '../../src/http/filters.ts';
import { wantedIn, holdAll } from '../../projections/words.ts';
import { api } from '../helpers/api.ts';
import { dollars, given, source } from '../helpers/given.ts';

const a = api(given());
const ids: Record<string, string> = {};

/** What the desk records: one commitment for each thing that a filter can ask for. */
beforeAll(async () => {
  const note = {
    kind: 'note',
    title: 'Joint Statement',
    date: '2025-02-01',
    parties: ['KR', 'US'],
    document: 'joint-statement',
  };
  const said = (actor: string, more: object = {}) => ({ happened: '2025-02-01', saidBy: [{ actor, ...more }] });
  ids['pledge'] = await a.open({ title: 'Buy ships', topic: 'trade/ships', from: ['KR'], to: ['US'] });
  await a.say(ids['pledge'], 'pledged', { ...said('KR'), terms: [dollars('sum', '5', { deadline: '2026-03-31' })] });
  ids['note'] = await a.open({ title: 'Côte d’Ivoire’s harbour', topic: 'trade', from: ['org:eu'], to: ['CI'] });
  await a.say(ids['note'], 'formalised', {
    ...said('org:eu'),
    instrument: { ...note, parties: ['org:eu'], binding: 'disputed' },
    note: '한국가스공사는 계약을 맺었다',
  });
  ids['done'] = await a.open({ title: 'Open a consulate', topic: 'japan', from: ['JP'], to: ['KR'] });
  await a.say(ids['done'], 'formalised', { ...said('JP'), instrument: { ...note, parties: ['JP'], binding: 'yes' } });
  await a.say(ids['done'], 'fulfilled', { happened: '2025-03', saidBy: [{ actor: 'KR' }], extent: 'full' });
  ids['over'] = await a.open({ title: 'Cut emissions', topic: 'climate', from: ['US'], to: [] });
  await a.say(ids['over'], 'pledged', said('person:lutnick', { for: 'US', name: 'Howard Lutnick' }));
  await a.say(ids['over'], 'ended', { ...said('US'), reason: 'withdrawn' });
  ids['set-aside'] = await a.open({ title: 'Exchange officers', topic: 'alliance', from: ['KR', 'US'], to: ['KR', 'US'] });
  await a.say(ids['set-aside'], 'pledged', { ...said('KR'), saidBy: [{ actor: 'KR' }, { actor: 'US' }] });
  const suspension = await a.say(ids['set-aside'], 'suspended', { ...said('KR'), until: '2026-06-30' });
  await a.say(ids['set-aside'], 'disputed', {
    ...said('US'),
    ground: 'validity',
    about: { announcement: suspension },
    readings: [{ party: 'org:oxfam', text: 'It cannot be set aside.', source: { ...source, publisher: 'Oxfam' } }],
  });
});

async function found(query: string, path = '/commitments'): Promise<string[]> {
  const { status, text } = await a.get(`${path}?${query}`);
  if (status !== 200) throw new Error(text);
  const { commitments, lines, count } = JSON.parse(text) as Record<'commitments' | 'lines', { title: string }[]> & {
    count: number;
  };
  const titles = (commitments ?? lines).map(({ title }) => title);
  expect(count).toBe(titles.length);
  return titles;
}

const [ships, harbour, consulate, emissions, officers] = [
  'Buy ships',
  'Côte d’Ivoire’s harbour',
  'Open a consulate',
  'Cut emissions',
  'Exchange officers',
];

test.each<[string, (string | undefined)[]]>([
  ['topic=trade', [ships, harbour]],
  ['topic=trade/ships,climate', [ships, emissions]],
  ['party=KR', [ships, consulate, officers]],
  ['party=org:eu,CI', [harbour]],
  ['from=KR', [ships, officers]],
  ['to=KR', [consulate, officers]],
  ['actor=person:lutnick', [emissions]],
  ['actor=org:oxfam', [officers]],
  ['stage=ended,fulfilled', [consulate, emissions]],
  ['contested=true', [officers]],
  ['contested=false&stage=pledged', [ships]],
  ['suspended=true', [officers]],
  ['suspended=false&topic=alliance', []],
  ['performance=full', [consulate]],
  ['performance=none,partial&stage=formalised', [harbour]],
  ['binding=yes', [consulate]],
  ['binding=disputed,no', [harbour]],
  ['reason=withdrawn,breached', [emissions]],
  ['warning=quiet', [harbour, officers]],
  ['warning=overdue&asOf=2026-04-02', [ships]],
  ['document=joint-statement', [harbour, consulate]],
  ['dueBefore=2026-04-01', [ships]],
  ['dueBefore=2026-03-31', []],
  ['dueBefore=2026-07-01', [ships, officers]],
  ['q=Lutnick', [emissions]],
  ['q=united+states+emiss', [emissions]],
  ['q=emiss+united', []],
  ["q=cote+d'ivoire", [harbour]],
  ['q=%22cut+emissions%22', [emissions]],
  ['q=%22emissions+cut%22', []],
  ['q=가스', [harbour]],
  ['q=oxfam', [officers]],
])('%s finds the same in the list and in the view of everything, with its count', async (query, expected) => {
  expect(await found(query)).toEqual(expected);
  expect(await found(query, '/views/all')).toEqual(expected);
});

test('a filter narrows a view, its figures and its totals', async () => {
  const view = async (query: string) =>
    JSON.parse((await a.get(`/views/trade-terms?${query}`)).text) as Record<string, unknown>;
  expect(await view('')).toMatchObject({ count: 2, totals: [{ payer: 'KR' }] });
  expect(await view('party=CI')).toMatchObject({ count: 1, lines: [{ title: harbour }], totals: [], obligations: [] });
});

test('the lines of a view come in pages of one cut, and its sections and totals with each', async () => {
  const first = await a.get('/views/all?limit=2');
  const page = JSON.parse(first.text) as { count: number; lines: unknown[]; totals: unknown[] };
  expect(page).toMatchObject({ count: 5, lines: [{ title: ships }, { title: harbour }], totals: [{ payer: 'KR' }] });
  const next = /<(.+)>; rel="next"/.exec(first.headers.get('Link') ?? '')?.[1] ?? '';
  await a.open({ title: 'Opened later' });
  const second = await a.get(next);
  expect(JSON.parse(second.text)).toMatchObject({
    count: 5,
    lines: [{ title: consulate }, { title: emissions }],
    totals: page.totals,
  });
  const last = await a.get(/<(.+)>; rel="next"/.exec(second.headers.get('Link') ?? '')?.[1] ?? '');
  expect(JSON.parse(last.text)).toMatchObject({ count: 5, lines: [{ title: officers }] });
  expect(last.headers.get('Link')).toBeNull();
});

test('a later page of the list has the count of the first', async () => {
  const first = await a.get('/commitments?party=KR,US&limit=2');
  const second = await a.get(/<(.+)>; rel="next"/.exec(first.headers.get('Link') ?? '')?.[1] ?? '');
  const [one, two] = [first, second].map(({ text }) => JSON.parse(text) as { count: number; commitments: unknown[] });
  expect([one?.count, one?.commitments.length]).toEqual([two?.count, 2]);
});

test.each([
  ['stage=plegded', 'stage: expected one of none, noted, proposed, pledged, formalised, fulfilled, ended, found "plegded"'],
  ['stage=pledged,over', 'found "over"'],
  ['warning=late', 'expected one of overdue, expected-not-delivered,'],
  ['contested=yes', 'contested: expected one of true, false, found "yes"'],
  ['performance=half', 'expected one of none, partial, full, found "half"'],
  ['binding=true', 'expected one of yes, no, disputed, found "true"'],
  ['reason=late', 'expected one of withdrawn, expired, superseded, annulled, breached, expelled, dissolved'],
  ['party=UK', '"UK" is not a country code; did you mean GB (United Kingdom)?'],
  ['from=KR,', 'found ""'],
  ['dueBefore=soon', 'dueBefore: expected a day such as 2025-08-22, found "soon"'],
  ['document=Joint Statement', 'expected the slug of a document'],
  ['colour=red', 'colour'],
])('%s is refused by lists and views with what there is instead', async (query, detail) => {
  for (const path of ['/commitments', '/views/all', '/views/trade-terms']) {
    const { status, text } = await a.get(`${path}?${query}`);
    expect([status, (JSON.parse(text) as { detail: string }).detail]).toEqual([400, expect.stringContaining(detail)]);
  }
});

test('the document names every filter, of lists and views alike', async () => {
  const { paths } = JSON.parse((await a.get('/openapi.json')).text) as {
    paths: Record<string, { get: { parameters: { name: string }[] } }>;
  };
  for (const path of ['/commitments', '/views/{name}']) {
    const names = paths[path]?.get.parameters.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...filterNames, 'limit', 'cursor']));
  }
});

test('signs alone are words of nothing, and blanks ask for nothing', () => {
  expect(wantedIn('  ')).toBeUndefined();
  expect(holdAll(['90 %'], wantedIn('%') ?? [])).toBe(false);
  expect(holdAll(['İzmir, STRASSE, ＫＯＲＥＡ'], wantedIn('izmir straße kor') ?? [])).toBe(true);
});
