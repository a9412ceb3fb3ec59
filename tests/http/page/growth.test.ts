import { expect, test } from 'vitest';
import { given, source, spoken } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';
import { faultsOf, parsed } from '../../helpers/html.ts';

/** No page grows with the log: what is long is shown in part, says so, and leads to the rest. */

const browser = { headers: { Accept: 'text/html' } };
const topics = ['alliance/cost-sharing', 'trade/tariff', 'north-korea/talks', 'japan/summitry'];

/** One commitment of each view, of which so many times everything is said that can be said again. */
async function repeated(times: number): Promise<Record<string, string>> {
  const g = given();
  const ids: string[] = [];
  let pledge = '';
  for (const topic of topics) {
    const id = await g.open({ topic, title: `Something about ${topic}` });
    ids.push(id);
    const sum = { key: 'sum', kind: 'money', qualifier: 'exact', min: '5', max: '5', currency: 'USD', text: 'five dollars' };
    pledge = await g.say(id, 'pledged', { effective: '2025-08-22', terms: [sum] });
    for (let round = 0; round < times; round++) {
      const rate = { key: 'rate', kind: 'tariff', to: String(round % 50), on: 'goods', text: `a rate of ${round}` };
      const more = ['a', 'b', 'c'].map((key) => ({ ...sum, key: `more-${round}-${key}`, text: `more, ${round}` }));
      const day = new Date(Date.parse('2025-09-01') + (round % 100) * 86_400_000).toISOString().slice(0, 10);
      const said = { ...spoken, happened: day, sources: [{ ...source, publisher: `Gazette ${round}` }] };
      await g.say(id, 'amended', { ...said, effective: day, terms: [rate, ...more] });
      await g.say(id, 'proposed', {
        ...said,
        mode: 'demand',
        saidBy: [{ actor: `person:speaker-${round}` }],
        terms: [
          { ...sum, key: 'asked' },
          { ...rate, key: 'threat' },
          { key: 'plan', kind: 'stages', stages: ['a', 'b'], text: 'a plan' },
        ],
      });
      await g.say(id, 'observed', { ...said, saidBy: [{ actor: `media:paper-${round}` }], terms: [{ ...sum, key: 'seen' }] });
      await g.say(id, 'fulfilled', {
        ...said,
        extent: 'partial',
        terms: [{ ...sum, key: `paid-${round}`, counts: 'increment' }],
      });
      const readings = [
        { party: 'KR', text: `one reading, ${round}` },
        { party: 'US', text: `another, ${round}` },
      ];
      const dispute = await g.say(id, 'disputed', { ...said, ground: 'reading', about: { announcement: pledge }, readings });
      await g.say(id, 'disputed', { ...said, ground: 'reading', about: { announcement: pledge }, readings, joins: dispute });
      await g.say(id, 'corrected', {
        corrects: pledge,
        mode: 'replace',
        reason: `reason ${round}`,
        changes: { note: `note ${round}` },
      });
    }
    await g.open({ topic, links: { partOf: [id] } });
  }
  const pages: Record<string, string> = {};
  const a = api(g);
  const commitments = ids.map((id) => `/commitments/${id}`);
  for (const path of [
    '/',
    '/views',
    ...['alliance-costs', 'trade-terms', 'north-korea-policy', 'japan-cooperation'].map((view) => `/views/${view}`),
    '/commitments',
    ...commitments,
    ...commitments.map((one) => `${one}/history`),
    '/changes?from=0',
    '/changes?from=2',
    `/figures/${pledge}/sum`,
    '/two-clocks',
  ]) {
    pages[path] = (await a.get(path, browser)).text;
  }
  const [next = ''] = /\/commitments\/[^"]*after=100/.exec(pages[`${commitments[0]}/history`] ?? '') ?? [];
  const following = (await a.get(next, browser)).text;
  expect(following).toContain('Events 101 to ');
  expect(faultsOf(parsed(following))).toEqual([]);
  expect(a.faults).toEqual([]);
  return pages;
}

test('no page grows with what is said of one commitment, and what is left out breaks no link', async () => {
  const [some, more] = [await repeated(25), await repeated(50)];
  const grown = Object.entries(more).flatMap(([path, text], index) => {
    const before = Object.values(some)[index]?.length ?? 0;
    return text.length > before * 1.05 ? [`${path}: ${before} to ${text.length}`] : [];
  });
  expect(grown).toEqual([]);
  for (const [path, text] of Object.entries(more)) expect([path, faultsOf(parsed(text))]).toEqual([path, []]);
});
