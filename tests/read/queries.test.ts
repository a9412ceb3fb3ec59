import { expect, test } from 'vitest';
import { formatDay } from '../../domain/dates.ts';
import { stages } from '../../domain/types.ts';
import { viewNamed } from '../../projections/views/views.ts';
import type { ViewAnswer } from '../helpers/viewAnswer.ts';
import { commitmentAt, historyAt, settleCut } from '../../src/read/queries.ts';
import { filterOf, type FilterParameters } from '../../src/http/filters.ts';
import { listAt } from '../../src/read/list.ts';
import { viewAt } from '../../src/read/viewAt.ts';
import { latestAt } from '../../src/read/latest.ts';
import { linkedAt } from '../../src/read/linked.ts';
import { dollars, type Given, given, givenSummits } from '../helpers/given.ts';

const august = { knownAt: '2025-08-22T23:59:59.999Z', asOf: '2025-08-22' };
const september = { knownAt: '2025-09-30T23:59:59.999Z', asOf: '2025-09-30' };

async function view<N extends ViewAnswer['view']>(
  { reader, cut }: Given,
  name: N,
  asked: Parameters<Given['cut']>[0],
): Promise<Extract<ViewAnswer, { view: N }>> {
  const found = viewNamed(name);
  if (!found) throw new Error(name);
  return (await viewAt(reader, found, await cut(asked))) as Extract<ViewAnswer, { view: N }>;
}

const visas = '01K38TCSG0ZY4D2YHKXQRQD64H';
const investment = '01K38TCSG0D83FFH9B8VC8WDMT';

test('as known on 22 August, 5 to 10 billion is asked and more than 1 billion a year observed, neither in a total', async () => {
  const answer = await view(await givenSummits(), 'alliance-costs', august);
  expect(answer.cut).toEqual({ asOf: '2025-08-22', knownAt: '2025-08-22T12:00:00.000Z', size: 42 });
  const unit = (per?: string) => answer.payments.find((row) => row.currency === 'USD' && row.per === per);
  expect(unit()?.asked[0]?.figure).toMatchObject({
    min: '5000000000',
    max: '10000000000',
    text: 'figures as high as US$5–10 billion',
    quoted: true,
    mode: 'demand',
    status: 'proposed',
  });
  expect(unit()?.asked[0]?.figure).not.toHaveProperty('period');
  expect(unit('year')?.observed[0]?.figure).toMatchObject({ qualifier: 'more-than', min: '1000000000', status: 'observed' });
  expect(answer.payments.flatMap((row) => [...row.pledged, ...row.formalised, ...row.delivered])).toEqual([]);
  expect(answer.totals).toEqual([]);
});

test('as known on 22 August, 350 and 100 billion are pledged, 15 per cent agreed and nothing known to be in force', async () => {
  const answer = await view(await givenSummits(), 'trade-terms', august);
  expect(answer.obligations.map(({ figure }) => [figure.kind === 'money' && figure.max, figure.status])).toEqual([
    ['350000000000', 'pledged'],
    ['100000000000', 'pledged'],
  ]);
  expect(answer.tariffs).toEqual([
    expect.objectContaining({ on: 'Korean goods', inForce: null, since: null, basis: null, agreed: '15', spans: [] }),
  ]);
});

test('as known on 22 August, the three stages are proposed and the basic consensus is an observation', async () => {
  const answer = await view(await givenSummits(), 'north-korea-policy', august);
  expect(answer.stages).toMatchObject([
    { figure: { stages: ['freeze', 'reduce', 'dismantle'], status: 'proposed', mode: 'plan' } },
  ]);
  const consensus = answer.lines.flatMap(({ figures }) => figures).find(({ text }) => text.includes('basic consensus'));
  expect(consensus).toMatchObject({ status: 'observed', quoted: true });
});

test('as of 30 September, 15 per cent is in force since 7 August and 25 on autos since 3 April', async () => {
  const answer = await view(await givenSummits(), 'trade-terms', september);
  expect(answer.tariffs.map(({ on, inForce, since, agreed }) => [on, inForce, since, agreed])).toEqual([
    ['Korean goods', '15', '2025-08-07', '15'],
    ['autos', '25', '2025-04-03', '25'],
  ]);
});

test('as of 30 September, totals are per payer and never added up, and the 350 is contested with both readings', async () => {
  const answer = await view(await givenSummits(), 'trade-terms', september);
  expect(answer.totals.map(({ payer, min, max, about }) => [payer, min, max, about])).toEqual([
    ['KR', '450000000000', '450000000000', undefined],
    ['company:korean-air', '49900000000', '49900000000', undefined],
    ['group:kr-companies', '150000000000', '150000000000', true],
  ]);
  const line = answer.lines.find(({ commitment }) => commitment === investment);
  expect(line?.stage).toBe('pledged');
  expect(line?.contested[0]?.readings.map(({ party }) => party)).toEqual(['US', 'KR']);
  expect(answer.totals[0]?.counted[0]).toMatchObject({ commitment: investment, key: 'total', disputed: true });
});

test('as of 30 September, the visas are corrected to twice per person, and the record says by which correction', async () => {
  const answer = await view(await givenSummits(), 'japan-cooperation', september);
  const line = answer.lines.find(({ commitment }) => commitment === visas);
  const expected = line?.figures.find(({ mode }) => mode === 'expected');
  expect(expected).toMatchObject({ text: 'twice per person', correctedBy: '01K3DZ67G0TQEP4REAERE5STYN', quoted: false });
  expect(expected?.sources.map(({ publisher }) => publisher)).toEqual(['Japan Today / Kyodo', 'The Japan Times / Jiji']);
});

test('a history keeps every event as recorded, with what corrected it, whatever day is asked', async () => {
  const { reader, cut } = await givenSummits();
  const history = await historyAt(reader, visas, await cut({ ...september, asOf: '2020-01-01' }));
  expect(history?.events.map(({ type }) => type)).toEqual(['opened', 'proposed', 'formalised', 'corrected']);
  expect(history?.events[1]).toMatchObject({
    correctedBy: ['01K3DZ67G0TQEP4REAERE5STYN'],
    recordedBy: 'desk',
    data: { terms: [{ key: 'visas' }] },
  });
});

test('a history says what each event changed, and where that left things as known then', async () => {
  const { reader, cut } = await givenSummits();
  const history = await historyAt(reader, visas, await cut({}));
  const [opened, proposed, formalised, corrected] = history?.events ?? [];
  expect(opened?.state).toEqual({ stage: 'none', performance: 'none', contested: [] });
  expect(proposed?.changed).toEqual([{ field: 'stage', before: 'none', after: 'proposed' }]);
  expect(formalised?.changed.map(({ field, after }) => [field, after])).toEqual([
    ['stage', 'formalised'],
    ['bound/JP', expect.objectContaining({ stage: 'formalised', since: '2025-08-23' })],
    ['bound/KR', expect.objectContaining({ stage: 'formalised', since: '2025-08-23' })],
    ['terms/uses', expect.objectContaining({ text: 'citizens aged 18-25 may take part twice', owedBy: ['JP', 'KR'] })],
  ]);
  expect(corrected).toMatchObject({
    changed: [],
    corrected: [{ field: 'terms', before: [{ key: 'visas' }], after: [{ key: 'uses', text: 'twice per person' }] }],
    state: { stage: 'formalised' },
  });
});

test('a history shows what a retraction took away', async () => {
  const ledger = given();
  const id = await ledger.open();
  const pledge = await ledger.say(id, 'pledged', { terms: [dollars('total', '5')] });
  await ledger.say(id, 'corrected', { corrects: pledge, mode: 'retract', reason: 'Not said.' });
  const last = (await historyAt(ledger.reader, id, await ledger.cut({})))?.events.at(-1);
  expect(last?.changed.map(({ field, before, after }) => [field, before, after])).toEqual([
    ['stage', 'pledged', 'none'],
    ['bound/KR', { stage: 'pledged', since: '2025-08-22', announcement: pledge }, undefined],
    ['terms/total', { ...dollars('total', '5'), owedBy: ['KR'] }, undefined],
  ]);
  expect(last?.corrected?.map(({ field, after }) => [field, after])).toContainEqual(['terms', undefined]);
});

test('the answer of a cut is that of a ledger that holds only its first events', async () => {
  const whole = await givenSummits();
  for (const size of [0, 1, 17, 42, 43, 60, 75]) {
    const short = given();
    await short.ledger.log.extend(size === 0 ? [] : await whole.ledger.log.read(0, size));
    for (const name of ['alliance-costs', 'trade-terms', 'north-korea-policy', 'japan-cooperation'] as const) {
      const asked = { asOf: '2025-09-30' };
      expect(await view(whole, name, { ...asked, size })).toEqual(await view(short, name, asked));
    }
  }
});

test('equal cuts give equal bytes, and nothing recorded later changes what was known at a size', async () => {
  const ledger = await givenSummits();
  const before = JSON.stringify(await view(ledger, 'trade-terms', { size: 60 }));
  await ledger
    .say(investment, 'corrected', { corrects: '01K38TCSG0E13T5MGP7VBN82TM', mode: 'retract', reason: 'Test.' })
    .catch(() => undefined);
  await ledger.say(investment, 'observed', { terms: [dollars('x', '1')] });
  expect(JSON.stringify(await view(ledger, 'trade-terms', { size: 60 }))).toBe(before);
});

test('a cut: the day by default is the latest begun anywhere on Earth at the moment known', async () => {
  const ledger = await givenSummits();
  expect(await ledger.cut({ knownAt: '2025-08-22T09:59:59Z' })).toMatchObject({ size: 0, knownAt: null });
  expect(await view(ledger, 'trade-terms', { knownAt: '2025-08-23T11:00:00Z' })).toMatchObject({
    cut: { asOf: '2025-08-24', size: 42 },
  });
  expect(await view(ledger, 'trade-terms', { size: 42 })).toMatchObject({
    cut: { asOf: '2025-08-23', knownAt: '2025-08-22T12:00:00.000Z' },
  });
  expect(await view(ledger, 'trade-terms', {})).toMatchObject({ cut: { asOf: '2026-01-02', size: 88 } });
  expect(await settleCut(ledger.reader, { size: 89 })).toMatchObject({ parameter: 'size' });
});

test('a tariff gazetted in December, in force since November: as known in November and as known in December', async () => {
  const ledger = given().at('2025-10-01');
  const id = await ledger.open({ from: ['US'], to: ['KR'] });
  const term = (to: string, more = {}) => ({
    terms: [{ key: 'rate', kind: 'tariff', to, on: 'autos', text: `${to} %`, ...more }],
  });
  await ledger.say(id, 'pledged', { happened: '2025-09-30', saidBy: [{ actor: 'US' }], ...term('15', { from: '25' }) });
  await ledger.at('2025-12-05').say(id, 'formalised', {
    happened: '2025-12-04',
    effective: '2025-11-01',
    saidBy: [{ actor: 'US' }],
    ...term('15'),
    instrument: { kind: 'notice', title: 'Notice', date: '2025-12-04', binding: 'yes' },
  });
  const known = async (knownAt: string) => (await view(ledger, 'trade-terms', { asOf: '2025-11-20', knownAt })).tariffs[0];
  expect(await known('2025-11-20T12:00:00Z')).toMatchObject({ inForce: null, before: '25', agreed: '15' });
  expect(await known('2025-12-31T12:00:00Z')).toMatchObject({
    inForce: '15',
    since: '2025-11-01',
    backdated: true,
    agreed: '15',
  });
});

test('a tariff row says what was in force when, with the last day of each run', async () => {
  const ledger = given().at('2025-10-01');
  const id = await ledger.open({ from: ['US'], to: ['KR'] });
  const rate = (to: string) => ({
    saidBy: [{ actor: 'US' }],
    terms: [{ key: 'rate', kind: 'tariff', to, on: 'autos', text: to }],
  });
  const instrument = { kind: 'order', title: 'Order', date: '2025-04-01', binding: 'yes' };
  await ledger.say(id, 'formalised', { happened: '2025-04-01', ...rate('25'), instrument });
  await ledger.say(id, 'amended', { happened: '2025-07-31', effective: '2025-08-07', ...rate('15') });
  await ledger.say(id, 'ended', { happened: '2025-09-15', reason: 'expired' });
  const [row] = (await view(ledger, 'trade-terms', {})).tariffs;
  expect(row?.spans.map(({ since, until, rate: to }) => [since, until, to])).toEqual([
    ['2025-04-01', '2025-08-06', '25'],
    ['2025-08-07', '2025-09-14', '15'],
  ]);
  expect(row).toMatchObject({ inForce: null, agreed: null });
});

test('a correction of the topic moves a commitment to another view, but not in a cut before it', async () => {
  const ledger = given();
  const id = await ledger.open({ topic: 'trade/x' });
  await ledger.say(id, 'observed');
  await ledger.say(id, 'corrected', { corrects: id, mode: 'refine', changes: { topic: 'japan/x' }, reason: 'Wrong desk.' });
  expect((await view(ledger, 'trade-terms', {})).lines).toEqual([]);
  expect((await view(ledger, 'japan-cooperation', {})).lines).toHaveLength(1);
  expect((await view(ledger, 'trade-terms', { size: 2 })).lines).toHaveLength(1);
});

test('lists in order of opening, with every filter, in pages', async () => {
  const { reader, cut } = await givenSummits();
  const at = await cut(september);
  const list = async (filter: FilterParameters) =>
    (await listAt(reader, filterOf(filter), at, { after: 0, limit: 100 })).commitments;
  expect(await list({})).toHaveLength(27);
  expect((await list({ topic: 'trade/tariff' })).map(({ topic }) => topic)).toEqual(['trade/tariff', 'trade/tariff']);
  expect(await list({ topic: 'trade/tar' })).toEqual([]);
  expect((await list({ party: 'JP' })).every(({ from, to }) => from.includes('JP') || to.includes('JP'))).toBe(true);
  expect((await list({ contested: 'true' })).map(({ id }) => id)).toContain(investment);
  expect((await list({ stage: 'noted' })).map(({ title }) => title)).toEqual(['U.S. troop presence in Korea']);
  // What is in force is not quiet.
  expect(await list({ warning: 'quiet' })).toEqual([]);
  expect((await list({ warning: 'expected-not-delivered' })).length).toBeGreaterThan(0);
  const seen: string[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: Awaited<ReturnType<typeof listAt>> = await listAt(reader, filterOf({ party: 'US' }), at, { after, limit: 4 });
    seen.push(...page.commitments.map(({ id }) => id));
    after = page.next;
  }
  expect(seen).toEqual((await list({ party: 'US' })).map(({ id }) => id));
});

test('a filter finds at every cut what the whole list shows, also what was corrected since', async () => {
  const { ledger, reader, cut, say } = await givenSummits();
  const [opened] = await ledger.log.readStream(investment);
  const changes = { topic: 'climate/finance/green', to: ['PH'] };
  await say(investment, 'corrected', { corrects: opened?.id, mode: 'replace', reason: 'Filed wrongly.', changes });
  for (const size of [0, 9, 20, 42, 60, 75, 88, 89]) {
    const at = await cut({ size });
    const list = async (filter: FilterParameters) =>
      (await listAt(reader, filterOf(filter), at, { after: 0, limit: 100 })).commitments;
    const all = await list({});
    for (const stage of stages) expect(await list({ stage })).toEqual(all.filter((one) => one.stage === stage));
    for (const contested of ['true', 'false'])
      expect(await list({ contested })).toEqual(all.filter((one) => String(one.contested.length > 0) === contested));
    for (const party of ['KR', 'JP', 'US', 'PH'])
      expect(await list({ party })).toEqual(all.filter(({ from, to }) => [...from, ...to].includes(party)));
    for (const topic of ['trade', 'climate', 'climate/finance', 'climate/finance/green', 'trade/tariff'])
      expect(await list({ topic })).toEqual(all.filter((one) => `${one.topic}/`.startsWith(`${topic}/`)));
    expect(await list({ party: 'JP', stage: 'pledged', contested: 'true', topic: 'alliance' })).toEqual([]);
    expect(await list({ party: 'KR', stage: 'pledged' })).toEqual(
      all.filter(({ stage, from, to }) => stage === 'pledged' && [...from, ...to].includes('KR')),
    );
  }
});

test('what one of thousands says is found on the first page, and a page that has a next one is never empty', async () => {
  const { reader, open, say, cut } = given();
  for (let n = 0; n < 5100; n++) await open();
  const rare = await open();
  await say(rare, 'observed', { summary: 'Nobody else says zeppelin.' });
  const at = await cut({});
  const page = { after: 0, limit: 100, isCounting: true };
  const first = await listAt(reader, filterOf({ q: 'zeppelin' }), at, page);
  expect(first).toMatchObject({ commitments: [{ id: rare }], next: undefined, counted: { count: 1 } });
  // By what KR and US are called all are found, and each is looked at for whether it is due.
  const due = await listAt(reader, filterOf({ q: 'korea', dueBefore: '2030-01-01' }), at, page);
  expect(due).toEqual({ commitments: [], next: undefined, counted: { count: 0 } });
});

test('links that lead to nothing recorded are shown as dangling', async () => {
  const ledger = given();
  const missing = ledger.ledger.newId();
  const id = await ledger.open({ links: { dependsOn: [missing] } });
  await ledger.say(id, 'pledged');
  expect(await commitmentAt(ledger.reader, id, await ledger.cut({}))).toMatchObject({
    dangling: [missing],
    warnings: [{ warning: 'condition-open', commitment: missing, since: '2025-08-22' }],
  });
});

test('a commitment exists by what is known alone: before its first announcement its stage is none', async () => {
  const { reader, cut } = await givenSummits();
  expect(await commitmentAt(reader, visas, await cut({ asOf: '2020-01-01' }))).toMatchObject({
    stage: 'none',
    warnings: [],
    terms: [],
  });
  expect(await commitmentAt(reader, visas, await cut({ size: 4 }))).toBeUndefined();
});

test('a commitment is found by words of its title, parties, terms and summaries, whatever their case, and only once said', async () => {
  const g = await givenSummits();
  const found = async (q: string, asked: { asOf?: string; size?: number } = {}): Promise<string[]> => {
    const cut = await g.cut(asked);
    return (await listAt(g.reader, filterOf({ q }), cut, { after: 0, limit: 100 })).commitments.map(({ title }) => title);
  };
  expect(await found('SHUTTLE diplomacy')).toContain('Institutionalise Japan-Korea shuttle diplomacy');
  expect(await found('"institutionalise Japan-Korea shuttle"')).toEqual(['Institutionalise Japan-Korea shuttle diplomacy']);
  expect(await found('KOGAS')).toEqual(['KOGAS long-term U.S. LNG contracts']);
  expect(await found('ten billion nothing')).toEqual([]);
  expect(await found('money machine')).toEqual(["Korea's share of the cost of U.S. Forces Korea"]);
  expect(await found('money machine', { asOf: '2024-01-01' })).toEqual([]);
  expect(await found('money machine', { size: 42 })).toEqual([]);
  expect(await found('  ')).toHaveLength(27);
});

test('what a commitment is linked with is found from both ends, and only where the link stands at the cut', async () => {
  const g = given();
  const price = await g.open({ title: 'The price' });
  const absent = '01K0000000ZZZZZZZZZZZZZZZZ';
  const bought = await g.open({ title: 'What it buys', links: { inExchangeFor: [price], dependsOn: [absent] } });
  const from = async (id: string, size?: number) =>
    (await linkedAt(g.reader, id, await g.cut(size === undefined ? {} : { size }))).map(
      ({ kind, direction, id: other, commitment }) => [kind, direction, other, commitment?.title],
    );
  expect(await from(price)).toEqual([['inExchangeFor', 'from', bought, 'What it buys']]);
  expect(await from(bought)).toEqual([
    ['dependsOn', 'to', absent, undefined],
    ['inExchangeFor', 'to', price, 'The price'],
  ]);
  const before = await g.ledger.log.size();
  expect(await from(price, before - 1)).toEqual([]);
  await g.say(bought, 'corrected', {
    corrects: bought,
    mode: 'replace',
    changes: { links: null },
    reason: 'there was no such link',
  });
  expect(await from(price)).toEqual([]);
  expect(await from(price, before)).toHaveLength(1);
});

test('the newest announcements are told newest first, without openings', async () => {
  const g = await givenSummits();
  const latest = await latestAt(g.reader, await g.cut({ asOf: '2025-09-30' }), 3);
  expect(latest.map(({ event, commitment }) => [event.sequence, event.type, commitment.stage])).toEqual([
    [88, 'fulfilled', 'formalised'],
    [87, 'formalised', 'formalised'],
    [86, 'pledged', 'pledged'],
  ]);
  expect(await latestAt(g.reader, await g.cut({ size: 0 }), 3)).toEqual([]);
  expect((await latestAt(g.reader, await g.cut({ size: 2 }), 3)).map(({ event }) => event.sequence)).toEqual([2]);
});

test('one event recorded by a clock that runs ahead does not move the day of the answers that name no cut', async () => {
  const ledger = given();
  const commitment = await ledger.at('2026-01-01').open();
  await ledger.say(commitment, 'pledged');
  await ledger.at('2099-06-01').say(commitment, 'observed');
  ledger.at('2026-01-02');
  const asOf = async (asked: Parameters<typeof ledger.cut>[0]): Promise<string> => formatDay((await ledger.cut(asked)).asOf);
  expect(await asOf({})).toBe('2026-01-03');
  expect(await asOf({ size: 2 })).toBe('2026-01-02');
  expect(await asOf({ size: 3 })).toBe('2099-06-02');
  expect(await asOf({ knownAt: '2026-01-01T23:00:00Z' })).toBe('2026-01-02');
  expect(await asOf({ knownAt: '2099-12-31T00:00:00Z' })).toBe('2099-12-31');
});
