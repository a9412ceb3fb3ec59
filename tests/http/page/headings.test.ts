import { expect, test } from 'vitest';
import { openMemoryLog } from '../../../src/store/memory.ts';
import { restoreLines } from '../../../src/exchange/transfer.ts';
import { plainly, restoredFrom, shown } from '../../helpers/cases.ts';
import { dollars, given } from '../../helpers/given.ts';
import { attribute, textOf } from '../../helpers/html.ts';

const instrument = { kind: 'treaty', title: 'T', date: '2025-01-01', binding: 'yes' };
const rate = (to: string, more: Record<string, unknown> = {}) => ({
  key: 'rate',
  kind: 'tariff',
  to,
  on: 'goods',
  text: to,
  ...more,
});
const won = (key: string, amount: string) => dollars(key, amount, { currency: 'KRW' });

test('a rate "up to 15 %" is said with its qualifier in the heading, in the picture and in the list of what is in force', async () => {
  const g = given().at('2025-03-01');
  const of = await g.open();
  await g.say(of, 'formalised', { happened: '2025-03-01', terms: [rate('15', { qualifier: 'up-to' })], instrument });
  const { heading, spoken, body } = await shown(g, '/views/trade-terms');
  expect(heading).toBe('Up to 15 % on goods is in force');
  expect(spoken[1]).toContain('up to 15 % in force');
  expect(body).toContain('In force: up to 15 %');
});

test('a payer who promised sums in two currencies has both in the heading', async () => {
  const g = given();
  await g.say(await g.open(), 'pledged', { terms: [won('total', '1000')] });
  await g.say(await g.open(), 'pledged', { terms: [dollars('total', '450000000000')] });
  const { heading } = await shown(g, '/views/trade-terms');
  expect(heading).toContain('South Korea has promised ₩1,000 and US$450 billion');
});

test('sums beyond the third currency are counted, and so are other payers', async () => {
  const g = given();
  for (const currency of ['USD', 'KRW', 'JPY', 'EUR']) {
    await g.say(await g.open(), 'pledged', { terms: [dollars('total', '5', { currency })] });
  }
  await g.say(await g.open({ from: ['US'] }), 'pledged', { terms: [dollars('total', '7')], saidBy: [{ actor: 'US' }] });
  const { heading } = await shown(g, '/views/trade-terms');
  expect(heading).toContain(
    'South Korea has promised €5, ¥5 and sums in two more units of account; one more payer has sums of its own',
  );
});

test('a payer of whom nothing is counted is not the one in the heading', async () => {
  const g = given();
  const whole = await g.open({ from: ['US'] });
  await g.say(whole, 'pledged', { terms: [dollars('total', '9')], saidBy: [{ actor: 'US' }] });
  await g.say(await g.open({ from: ['KR'], links: { partOf: [whole] } }), 'pledged', { terms: [dollars('part', '4')] });
  const { heading } = await shown(g, '/views/trade-terms');
  expect(heading).toContain('United States has promised US$9');
  expect(heading).not.toContain('Korea');
});

test('what has ended is not shown as formalised, neither in the heading nor in a picture', async () => {
  const g = given();
  const of = await g.open({ topic: 'alliance/cost' });
  await g.say(of, 'formalised', { terms: [dollars('total', '999')], instrument });
  expect((await shown(g, '/views/alliance-costs')).heading).toContain('set down US$999 in an instrument');
  await g.say(of, 'ended', { reason: 'withdrawn' });
  const { heading, spoken, body } = await shown(g, '/views/alliance-costs');
  expect(heading).toBe(
    'No sum is recorded as asked of South Korea; nothing that was pledged or formalised stands any more; nothing is recorded as delivered',
  );
  expect(spoken).toContain('US$999, formalised, of a commitment that has ended');
  expect(body).toContain('US$999 of a commitment that has ended');
});

test('a screen reader hears on which day a rate ended, and that nothing is in force', async () => {
  const g = given().at('2025-03-01');
  const of = await g.open();
  const effective = '2025-01-10/2025-02-01';
  await g.say(of, 'formalised', { happened: '2025-03-01', effective, terms: [rate('25')], instrument });
  const { spoken, heading, body } = await shown(g, '/views/trade-terms?asOf=2025-03-05');
  expect(spoken[1]).toBe(
    'goods: 25 % was in force since 10 Jan 2025 and ended on 1 Feb 2025; nothing known to be in force on 5 Mar 2025; 25 % agreed, 1 Mar 2025.',
  );
  expect(heading).toBe('No tariff is known to be in force');
  expect(body).toContain('Was in force: 25 %');
  expect(body).toContain('Tariffs, none of them known to be in force');
  const before = await shown(g, '/views/trade-terms?asOf=2025-01-20');
  expect(before.spoken[1]).toBe('goods: 25 % in force since 10 Jan 2025 until 1 Feb 2025.');
});

test('one commitment’s pledge is not joined with what was delivered of another', async () => {
  const g = given();
  const pledged = await g.open({ topic: 'alliance/cost', title: 'The base' });
  await g.say(pledged, 'pledged', { terms: [won('total', '1000')] });
  const paid = await g.open({ topic: 'alliance/cost', title: 'The shuttle' });
  await g.say(paid, 'pledged', {});
  await g.say(paid, 'fulfilled', { extent: 'partial', terms: [dollars('paid', '5', { counts: 'increment' })] });
  const { heading } = await shown(g, '/views/alliance-costs');
  expect(heading).toContain('South Korea has pledged ₩1,000; what is delivered for “The shuttle” is US$5');
  await g.say(pledged, 'fulfilled', { extent: 'partial', terms: [{ ...won('total', '10'), counts: 'increment' }] });
  expect((await shown(g, '/views/alliance-costs')).heading).toContain(
    'has pledged ₩1,000; for two commitments sums of their own are recorded as delivered',
  );
});

test('what was performed without a sum is not shown as nothing', async () => {
  const g = given();
  const of = await g.open({ topic: 'alliance/cost' });
  await g.say(of, 'pledged', { terms: [dollars('total', '5')] });
  await g.say(of, 'fulfilled', { extent: 'full' });
  expect((await shown(g, '/views/alliance-costs')).heading).toContain('no sum is recorded as delivered');
});

test('a pledge beside an instrument is shown beside it', async () => {
  const g = given();
  await g.say(await g.open({ topic: 'alliance/cost' }), 'pledged', { terms: [dollars('total', '7')] });
  await g.say(await g.open({ topic: 'alliance/cost' }), 'formalised', { terms: [dollars('total', '5')], instrument });
  expect((await shown(g, '/views/alliance-costs')).heading).toContain(
    'has set down US$5 in an instrument; what is pledged is US$7',
  );
});

test('thirty-two payers make a sentence that can be read, with what was delivered beside what was promised', async () => {
  const { heading } = await shown(await restoredFrom('heading-of-32-payers'), '/views/alliance-costs');
  expect(heading).toBe(
    'Albania, Belgium and 30 more have set down at least €40 billion in an instrument; what was delivered was more than €50 billion for 2024',
  );
});

test('a tariff that was only threatened is not shown as no tariff', async () => {
  const g = given();
  await g.say(await g.open(), 'proposed', { mode: 'threat', terms: [rate('25')] });
  expect((await shown(g, '/views/trade-terms')).heading).toBe('No tariff is recorded as agreed; one is only proposed');
});

test('where the record ends long before the day asked, the heading says so', async () => {
  const g = given().at('2025-09-30');
  await g.say(await g.open(), 'formalised', { terms: [rate('15')], instrument });
  expect((await shown(g, '/views/trade-terms?asOf=2025-10-15')).heading).toBe('15 % on goods is in force');
  const late = await shown(g, '/views/trade-terms?asOf=2026-11-27');
  expect(late.heading).toBe('By a record that ends on 30 Sep 2025, 15 % on goods is in force');
  expect((await shown(g, '/?asOf=2026-11-27')).body).toContain('This record ends on 30 Sep 2025.');
});

test('the first page counts everything that is recorded, also what no view takes', async () => {
  const { lede, body, elements } = await shown(await restoredFrom('four-topics-only'), '/');
  expect(lede).toContain('Of three commitments, one is pledged and two are only proposed.');
  expect(lede).toContain(
    'One is contested; for one the day on which something was expected has passed; for one a deadline has passed.',
  );
  expect(body).toContain('Climate');
  expect(body).toContain('next nationally determined contributions');
  expect(body).toContain('an optical illusion');
  expect(body).not.toContain('Nothing recorded');
  const marks = elements.filter((one) => attribute(one, 'class') === 'unit');
  expect(marks.map((one) => plainly(textOf(one)))).toEqual([
    'Australia: US$3 billion, a deadline has passed, not fully performed',
    'India: new climate plan (NDC) for 2035, expected, not delivered',
    'US$300 billion a year by 2035≠ contested',
  ]);
});

test('a name that a commitment records is used in the list, and names no country', async () => {
  const g = await restoredFrom('recorded-names-in-the-list');
  const { body } = await shown(g, '/commitments');
  expect(body).toContain('United Kingdom → State of Palestine');
  expect(body).toContain('United States and Soviet Union, together');
  const other = given();
  await other.say(await other.open({ names: { 'company:x': 'Xi' }, to: ['company:x'] }), 'pledged', {
    terms: [dollars('a', '1')],
  });
  expect((await shown(other, '/commitments')).body).toContain('South Korea → Xi');
});

test('the names of one commitment rename no country anywhere', async () => {
  const log = openMemoryLog({ ledger: '/ledgers/case' });
  const line = (id: string, type: string, data: object) =>
    JSON.stringify({
      specversion: '1.0',
      id: `01M8F00000FA1XXX00000000${id}`,
      source: '/ledgers/case',
      type: `commitment.${type}`,
      subject: '01M8F00000FA1XXX0000000010',
      time: '2026-11-01T00:00:00Z',
      recordedby: 'desk',
      datacontenttype: 'application/json',
      data,
    });
  const said = { happened: '2025-08-22', saidBy: [{ actor: 'KR' }], sources: [{ publisher: 'P', url: 'https://e.org/' }] };
  const lines = [
    line('11', 'opened', {
      title: 'A',
      topic: 'trade/x',
      from: ['KR'],
      to: ['HK', 'CD'],
      names: { KR: 'Nowhere', HK: 'Elsewhere' },
    }),
    line('12', 'pledged', { ...said, terms: [dollars('a', '1')] }),
  ];
  const file = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${lines.join('\n')}\n`);
  };
  expect(await restoreLines(log, file(), { clock: Date.now })).not.toHaveProperty('number');
  const g = given(log).at('2026-11-27');
  for (const path of ['/', '/commitments', '/views/trade-terms', '/commitments/01M8F00000FA1XXX0000000010']) {
    const { text } = await shown(g, path);
    expect([path, /Nowhere|Elsewhere/.test(text.replaceAll(/<code>[^<]*<\/code>/g, ''))]).toEqual([path, false]);
  }
  expect((await shown(g, '/commitments')).body).toContain('South Korea → Hong Kong and DR Congo');
});

test('the stage never runs backwards in a history in the order of the world', async () => {
  const g = given();
  const of = await g.open();
  await g.say(of, 'pledged', { happened: '2025-08-22' });
  await g.say(of, 'formalised', { happened: '2025-08-10', instrument });
  const { elements } = await shown(g, `/commitments/${of}`);
  const moves = elements.filter((one) => attribute(one, 'class') === 'move').map((one) => plainly(textOf(one)));
  expect(moves).toEqual(['Stage: Formalised']);
});

test('in the order of recording a correction says to which stage it brought the commitment back', async () => {
  const g = given();
  const of = await g.open();
  await g.say(of, 'proposed', { mode: 'plan' });
  const pledge = await g.say(of, 'pledged');
  await g.say(of, 'corrected', { corrects: pledge, mode: 'retract', reason: 'It was another ministry.' });
  const { elements } = await shown(g, `/commitments/${of}/history`);
  const moves = elements.filter((one) => attribute(one, 'class') === 'move').map((one) => plainly(textOf(one)));
  expect(moves).toEqual(['Stage: Proposed', 'Stage: Pledged', 'Stage: Proposed']);
});

test('a term that a correction gave is shown with the sources of the correction, not with the old ones', async () => {
  const g = given();
  const of = await g.open();
  const pledge = await g.say(of, 'pledged', {
    terms: [dollars('total', '100')],
    sources: [{ publisher: 'Old', url: 'https://e.org/1' }],
  });
  await g.say(of, 'corrected', {
    corrects: pledge,
    mode: 'refine',
    reason: 'A misprint.',
    changes: { terms: [dollars('total', '120')] },
    sources: [{ publisher: 'New', url: 'https://e.org/2' }],
  });
  const { elements } = await shown(g, `/commitments/${of}`);
  const item = elements.find((one) => attribute(one, 'id') === `e-${pledge}`);
  const words = plainly(textOf(item!));
  expect(words.indexOf('US$120')).toBeLessThan(words.indexOf('New'));
  expect(words.indexOf('New')).toBeLessThan(words.indexOf('As first recorded: Old'));
});

test('the rail says what was fulfilled, in full or in part, before it ended', async () => {
  const rail = async (extent: string | undefined): Promise<string> => {
    const g = given();
    const of = await g.open();
    await g.say(of, 'pledged', { happened: '2025-07-01' });
    if (extent !== undefined) await g.say(of, 'fulfilled', { happened: '2025-07-02', extent });
    await g.say(of, 'ended', { happened: '2025-07-03', reason: 'expired' });
    const { elements } = await shown(g, `/commitments/${of}`);
    return plainly(textOf(elements.find((one) => attribute(one, 'class') === 'rail')!));
  };
  expect(await rail('full')).toContain('Fulfilled2 Jul 2025');
  expect(await rail('partial')).toContain('Fulfilledperformed in part');
  expect(await rail(undefined)).toContain('Fulfillednot performed on record');
});

test('what is on record for a later day than the one asked is not shown as missing from the record', async () => {
  const g = given();
  const of = await g.open();
  await g.say(of, 'proposed', { mode: 'plan', happened: '2025-07-01' });
  await g.say(of, 'pledged', { happened: '2025-08-01' });
  const { elements } = await shown(g, `/commitments/${of}?asOf=2025-07-10`);
  const rail = plainly(textOf(elements.find((one) => attribute(one, 'class') === 'rail')!));
  expect(rail).toContain('Pledgednot by the day asked');
});

test('bars of one currency have one scale, whoever pays and for whichever period', async () => {
  const g = given();
  for (const [from, amount] of [
    ['KR', '100'],
    ['JP', '50'],
  ] as const) {
    const of = await g.open({ topic: 'trade/x', from: [from] });
    await g.say(of, 'pledged', { saidBy: [{ actor: from }], terms: [dollars('a', amount)] });
  }
  const { text } = await shown(g, '/views/trade-terms');
  const widths = [...text.matchAll(/aria-label="US\$(\d+), pledged">.*?<rect[^>]*width="([\d.]+)%"/g)].map(
    ([, value, width]) => [value, Number(width)],
  );
  const [one, other] = [widths.find(([value]) => value === '100'), widths.find(([value]) => value === '50')];
  expect(Number(one?.[1])).toBeCloseTo(2 * Number(other?.[1]), 0);
});

test('rates in pictures side by side have one scale', async () => {
  const g = given();
  for (const to of ['10', '40']) {
    await g.say(await g.open(), 'formalised', { effective: '2025-08-22', terms: [rate(to)], instrument });
  }
  const { elements } = await shown(g, '/views/trade-terms');
  const lines = elements.filter(
    (one) => one.tagName === 'line' && attribute(one, 'class') === 'inf' && attribute(one, 'y1') === attribute(one, 'y2'),
  );
  const heights = lines.map((one) => 128 - Number(attribute(one, 'y1')));
  expect(heights[1]).toBeCloseTo(4 * (heights[0] ?? 0), 0);
});

test('a figure that was corrected away is not headed as one that is', async () => {
  const g = given();
  const of = await g.open();
  const pledge = await g.say(of, 'pledged', { terms: [dollars('total', '100')] });
  await g.say(of, 'corrected', { corrects: pledge, mode: 'retract', reason: 'It was another ministry.' });
  expect((await shown(g, `/figures/${pledge}/total`)).heading).toBe('Removed by a correction: US$100');
});

test('a term that was removed is not shown as never pledged', async () => {
  const g = given();
  const of = await g.open();
  await g.say(of, 'pledged', { terms: [dollars('total', '100')] });
  await g.say(of, 'amended', { removes: ['total'] });
  expect((await shown(g, `/commitments/${of}`)).body).toContain(
    'No term stands any more: what was agreed has been removed since.',
  );
});

test('the rail says to which stage it went straight, not to the last one', async () => {
  const g = given();
  const of = await g.open();
  await g.say(of, 'formalised', { happened: '2025-07-01', instrument });
  await g.say(of, 'fulfilled', { happened: '2025-07-02', extent: 'full' });
  const { elements } = await shown(g, `/commitments/${of}`);
  const rail = plainly(textOf(elements.find((one) => attribute(one, 'class') === 'rail')!));
  expect(rail).toContain('Pledgedwent straight to formalisedFormalised1 Jul 2025');
});
