import { expect, test } from 'vitest';
import { changes } from '../../projections/changes.ts';
import { figureAnswer } from '../../projections/figure.ts';
import { dollars, given, givenSummits } from '../helpers/given.ts';
import { api } from '../helpers/api.ts';

const pledge350 = '01K38TCSG0E13T5MGP7VBN82TM';

test('what changed between the summits and the end of September, per commitment and in totals', async () => {
  const a = api(await givenSummits());
  const answer = JSON.parse((await a.get('/changes?from=2025-08-22&to=2025-09-30')).text);
  expect(changes.strict().parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({ from: { size: 42 }, to: { size: 88 } });
  const investment = answer.commitments.find(({ title }: { title: string }) => title.includes('350bn'));
  const fields = investment.fields.map(({ field }: { field: string }) => field);
  expect(fields).toEqual(
    expect.arrayContaining([
      'terms/total',
      'terms/shipbuilding',
      'contested/01K3BCSGG02JV72Z24N85R2X1R',
      'warnings/expected-not-delivered/01K38TCSG055Y37035WG4X8D5T',
    ]),
  );
  expect(answer.totals).toContainEqual(
    expect.objectContaining({ view: 'trade-terms', after: expect.objectContaining({ payer: 'group:kr-companies' }) }),
  );
});

test('yesterday’s answer stays after today’s correction, and the changes name what differs', async () => {
  const a = api(given().at('2025-08-01'));
  const id = await a.open();
  const pledge = await a.say(id, 'pledged', { happened: '2025-07-31', terms: [dollars('total', '35')] });
  const yesterday = (await a.get(`/commitments/${id}?size=2&asOf=2025-08-01`)).text;
  await a.at('2025-08-02').say(id, 'corrected', {
    corrects: pledge,
    mode: 'refine',
    changes: { terms: [dollars('total', '350')] },
    reason: 'A digit.',
  });
  expect((await a.get(`/commitments/${id}?size=2&asOf=2025-08-01`)).text).toBe(yesterday);
  expect((await a.get(`/commitments/${id}?asOf=2025-08-01`)).text).not.toBe(yesterday);
  const answer = JSON.parse((await a.get('/changes?from=2&to=3&asOf=2025-08-01')).text);
  expect(answer.commitments).toMatchObject([
    {
      commitment: id,
      events: [{ type: 'corrected' }],
      fields: [{ field: 'terms/total', before: { max: '35' }, after: { max: '350' } }],
    },
  ]);
  expect(answer.totals).toMatchObject([{ view: 'trade-terms', before: { max: '35' }, after: { max: '350' } }]);
});

test('a warning that appears only because days pass is a change', async () => {
  const a = api(given().at('2025-08-01'));
  const id = await a.open();
  const plan = await a.say(id, 'proposed', { happened: '2025-07-31', mode: 'expected', due: '2025-08-10' });
  const today = { from: '2025-08-05T12:00:00Z', to: '2025-09-01T12:00:00Z' };
  const { commitments } = JSON.parse((await a.get(`/changes?${new URLSearchParams(today).toString()}`)).text);
  const field = `warnings/expected-not-delivered/${plan}`;
  expect(commitments).toMatchObject([{ commitment: id, events: [], fields: [{ field }] }]);
});

test('a commitment changes with what it is linked to: a price that is gone, a condition that is met', async () => {
  const a = api(given().at('2025-08-01'));
  const price = await a.open();
  const condition = await a.open();
  const linked = await a.open({ links: { inExchangeFor: [price], dependsOn: [condition] } });
  const apart = await a.open();
  for (const id of [price, condition, linked, apart]) await a.say(id, 'pledged', { happened: '2025-07-01' });
  const from = await a.size();
  await a.say(price, 'ended', { happened: '2025-07-30', reason: 'withdrawn' });
  await a.say(condition, 'fulfilled', { happened: '2025-07-30', extent: 'full' });
  const { commitments } = JSON.parse((await a.get(`/changes?from=${from}&asOf=2025-08-01`)).text) as {
    commitments: { commitment: string; events: unknown[]; fields: { field: string; before?: unknown; after?: unknown }[] }[];
  };
  expect(commitments.map(({ commitment }) => commitment)).toEqual([price, condition, linked]);
  const changed = commitments.at(-1);
  expect(changed?.events).toEqual([]);
  expect(changed?.fields).toMatchObject([
    { field: `warnings/condition-open/${condition}`, before: { commitment: condition } },
    { field: `warnings/price-gone/${price}`, after: { commitment: price } },
  ]);
});

test('the same cut twice has no changes; a cut that is none, or turned around, is refused', async () => {
  const a = api(await givenSummits());
  expect(JSON.parse((await a.get('/changes?from=60&to=60')).text)).toMatchObject({ commitments: [], totals: [] });
  for (const query of ['from=80&to=40', 'from=yesterday', 'to=89', 'from=1&form=2', 'from=1&asOf=2025-02-30']) {
    expect([query, (await a.get(`/changes?${query}`)).status]).toEqual([query, 400]);
  }
});

test('the feed is Atom with stable ids, newest first, and nothing in it can break out', async () => {
  const a = api(given(undefined, { older: true }));
  const id = await a.open({ title: '<script>alert("&")</script> 회담' });
  await a.say(id, 'observed', { summary: 'A\u0007 bell & a <b>' });
  const read = async () => (await a.get('/changes', { headers: { Accept: 'application/atom+xml' } })).text;
  const feed = await read();
  expect(feed).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>\n<feed xmlns="http:\/\/www.w3.org\/2005\/Atom">/);
  expect(feed).not.toContain('<script>');
  expect(feed).not.toContain('\u0007');
  expect(feed).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt; 회담: observed');
  const ids = [...feed.matchAll(/<entry>\n<id>(urn:uuid:[0-9a-f-]{36})<\/id>/g)].map(([, found]) => found);
  expect(new Set(ids).size).toBe(2);
  expect(feed.indexOf(': observed')).toBeLessThan(feed.indexOf(': opened'));
  await a.say(id, 'observed');
  expect((await read()).match(/<entry>\n<id>[^<]+/g)?.slice(1)).toEqual(feed.match(/<entry>\n<id>[^<]+/g));
});

test('a feed reader that follows the pages finds every entry once, and a page stays what it is', async () => {
  const a = api(given());
  const id = await a.open();
  for (let count = 0; count < 450; count += 1) await a.say(id, 'observed');
  const read = async (address: string) => (await a.get(address, { headers: { Accept: 'application/atom+xml' } })).text;
  const found: string[] = [];
  let address: string | undefined = 'http://localhost/changes?from=10';
  let pages = 0;
  for (; address; pages += 1) {
    const feed: string = await read(address);
    found.push(...[...feed.matchAll(/<entry>\n<id>([^<]+)/g)].map(([, entry = '']) => entry));
    address = /rel="next" href="([^"]+)"/.exec(feed)?.[1]?.replaceAll('&amp;', '&');
    if (pages === 0) expect(address).toBe('http://localhost/changes?from=10&format=atom&to=251');
  }
  expect([pages, found.length, new Set(found).size]).toEqual([3, 441, 441]);
  const second = await read('/changes?from=10&to=251');
  await a.say(id, 'observed');
  await a.say(id, 'corrected', { corrects: id, mode: 'refine', changes: { title: 'Another title' }, reason: 'Misspelt.' });
  expect(await read('/changes?from=10&to=251')).toBe(second);
});

test('the feed has what Atom asks for, and its own address gives it to a reader that accepts anything', async () => {
  const a = api(await givenSummits());
  const address = 'http://localhost/changes?from=80';
  const { text, headers } = await a.get(address, { headers: { Accept: 'application/atom+xml' } });
  expect(headers.get('Content-Type')).toBe('application/atom+xml');
  const [head = '', ...entries] = text.split('<entry>');
  const stamp = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
  // RFC 4287, 4.1.1 and 4.1.2: each once in a feed and in an entry; 4.2.7.2: an alternate where there is no content.
  const once = (of: string, pattern: string) => expect(of.match(new RegExp(pattern, 'g')), pattern).toHaveLength(1);
  for (const part of [head, ...entries]) {
    once(part, '<id>urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}</id>');
    once(part, '<title>[^<]+</title>');
    once(part, `<updated>${stamp}</updated>`);
  }
  for (const entry of entries) {
    once(entry, '<author><name>[^<]+</name></author>');
    once(entry, '<link rel="alternate" href="http://localhost/commitments/[^"]+" type="text/html"/>');
  }
  expect(entries).toHaveLength(8);
  expect(head).toContain(`<updated>${/<updated>([^<]+)/.exec(entries[0] ?? '')?.[1]}</updated>`);
  const self = /rel="self" href="([^"]+)" type="application\/atom\+xml"/.exec(head)?.[1]?.replaceAll('&amp;', '&') ?? '';
  for (const accept of ['*/*', 'text/html', 'application/xml']) {
    expect((await a.get(self, { headers: { Accept: accept } })).text).toBe(
      text.replace(/(rel="self" href=")[^"]+/, `$1${self.replaceAll('&', '&amp;')}`),
    );
  }
  const other = (await a.get('/changes?from=81', { headers: { Accept: 'application/atom+xml' } })).text;
  const idOf = (feed: string) => /<id>([^<]+)/.exec(feed)?.[1];
  expect(idOf(other)).not.toBe(idOf(text));
});

test('an entry says what the event changed, by the title of its time', async () => {
  const a = api(given());
  const id = await a.open({ title: 'Vessels' });
  const pledge = await a.say(id, 'pledged', { terms: [dollars('total', '5')] });
  await a.say(id, 'corrected', { corrects: id, mode: 'refine', changes: { title: 'Patrol vessels' }, reason: 'Short.' });
  const changes = { terms: [dollars('total', '6')] };
  await a.say(id, 'corrected', { corrects: pledge, mode: 'refine', changes, reason: 'Misread.' });
  const { text } = await a.get('/changes', { headers: { Accept: 'application/atom+xml' } });
  const told = [...text.matchAll(/<entry>\n<id>[^<]+<\/id>\n<title>([^<]+)[\s\S]*?<summary>([^<]*)/g)];
  expect(told.map(([, title, summary]) => `${title}: ${summary}`)).toEqual([
    'Patrol vessels: corrected: Record made precise · Misread. · total: US$5  [$5] → total: US$6  [$6]',
    'Patrol vessels: corrected: Record made precise · Short.',
    'Vessels: pledged: 22 Aug 2025 · $5 · stage: none → pledged · now stands: total',
    'Vessels: opened: ',
  ]);
});

test('a figure keeps its words as recorded and as they read now, what corrected it, and how to cite it', async () => {
  const a = api(await givenSummits());
  const answer = JSON.parse((await a.get(`/figures/${pledge350}/total?asOf=2025-09-30`)).text);
  expect(figureAnswer.strict().parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({
    recorded: { sequence: 22, by: 'desk', term: { text: 'US$350 billion investment pledge' } },
    figure: { text: '$350 billion', status: 'pledged', correctedBy: '01K3BCSGG0Z94J2Y4YM0KWMHQY' },
    stands: true,
    corrections: [{ mode: 'refine' }],
    replacedBy: null,
    retractedBy: null,
  });
  expect(answer.cite.plain).toContain('/ledgers/korea-2025, event 22');
  expect(answer.cite.bibtex).toMatch(/^@misc\{01K38TCSG0E13T5MGP7VBN82TM,/);
  const before = JSON.parse((await a.get(`/figures/${pledge350}/total?size=42`)).text);
  expect(before).toMatchObject({ figure: { text: 'US$350 billion investment pledge' }, corrections: [] });
});

test('a figure that was replaced, removed or retracted says by what, and no longer stands', async () => {
  const a = api(given());
  const id = await a.open();
  const pledge = await a.say(id, 'pledged', { terms: [dollars('total', '5'), dollars('other', '1')] });
  const amended = await a.say(id, 'amended', { happened: '2025-09-01', terms: [dollars('total', '6')], removes: ['other'] });
  const read = async (announcement: string, key: string) => JSON.parse((await a.get(`/figures/${announcement}/${key}`)).text);
  for (const key of ['total', 'other'])
    expect(await read(pledge, key)).toMatchObject({ stands: false, replacedBy: amended, figure: { status: 'pledged' } });
  expect(await read(amended, 'total')).toMatchObject({ stands: true, figure: { status: 'pledged' } });
  const seen = await a.say(id, 'observed', { happened: '2025-09-02', terms: [dollars('paid', '2')] });
  const retraction = await a.say(id, 'corrected', { corrects: seen, mode: 'retract', reason: 'Not so.' });
  expect(await read(seen, 'paid')).toMatchObject({ stands: false, figure: null, retractedBy: retraction });
  const ended = await a.say(id, 'ended', { happened: '2025-09-03', reason: 'expired' });
  expect(await read(amended, 'total')).toMatchObject({ stands: false, replacedBy: ended });
});

test('a figure that only repeats is called what it repeats, whatever was said later that day', async () => {
  const a = api(given());
  const id = await a.open();
  const total = [dollars('total', '5')];
  await a.say(id, 'pledged', { happened: '2025-07-01', terms: total });
  const repeated = await a.say(id, 'reaffirmed', { happened: '2025-07-02', terms: total });
  const amended = await a.say(id, 'amended', { happened: '2025-07-02', terms: [dollars('total', '6')] });
  const instrument = { kind: 'mou', title: 'A memorandum', date: '2025-07-02', parties: ['KR', 'US'], binding: 'no' };
  await a.say(id, 'formalised', { happened: '2025-07-02', instrument, terms: [dollars('total', '6')] });
  const again = await a.say(id, 'reaffirmed', { happened: '2025-07-03', terms: [dollars('total', '6')] });
  const status = async (announcement: string) =>
    JSON.parse((await a.get(`/figures/${announcement}/total`)).text).figure.status as string;
  expect([await status(repeated), await status(amended), await status(again)]).toEqual(['pledged', 'pledged', 'formalised']);
});

test('a figure that never was is not found', async () => {
  const a = api(await givenSummits());
  for (const path of [
    `/figures/${pledge350}/nothing`,
    '/figures/01K38TCSG0E13T5MGP7VBN82TZ/total',
    `/figures/${pledge350}/total?size=21`,
  ]) {
    expect([path, (await a.get(path)).status]).toEqual([path, 404]);
  }
  expect((await a.get(`/figures/${pledge350}/To%20tal`)).status).toBe(400);
});

test('an entry of the feed says all that the page says: who, how binding, how sure, how far it is delivered', async () => {
  const a = api(given());
  await a.say(await a.open({ names: { 'org:x': 'Xi Works' } }), 'observed', {});
  const id = await a.open({ from: ['org:x', 'JP'] });
  const instrument = { kind: 'memo', title: 'The <memo>', date: '2025-08-22', parties: ['org:x'], binding: 'disputed' };
  const said = { saidBy: [{ actor: 'org:x' }], confidence: 'low' };
  await a.say(id, 'formalised', { ...said, instrument, terms: [dollars('total', '5', { modality: 'intends' })] });
  const paid = dollars('total', '2', { counts: 'increment' });
  await a.say(id, 'fulfilled', { ...said, extent: 'partial', terms: [paid] });
  await a.say(id, 'ended', { ...said, reason: 'breached' });
  const { text } = await a.get('/changes?from=3', { headers: { Accept: 'application/atom+xml' } });
  const [ended = '', fulfilled = '', formalised = ''] = [...text.matchAll(/<content type="html">([^<]*)/g)].map(
    ([, content = '']) => content.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
  expect(formalised).toContain('said by Xi Works');
  expect(formalised).toContain(
    'instrument: The &lt;memo&gt; (memo, 22 Aug 2025, parties: Xi Works, whether it binds is disputed)',
  );
  expect(formalised).toContain('confidence: low');
  expect(formalised).toContain('total: US$5, stated as an intention');
  expect(formalised).toContain('→ now bound: Xi Works');
  expect(fulfilled).toContain('→ total: delivered US$2, 40 % of what was promised');
  expect(ended).toContain('said by Xi Works');
  expect(ended).toContain('Ended: breached');
});
