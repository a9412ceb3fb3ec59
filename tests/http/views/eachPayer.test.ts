import { expect, test } from 'vitest';
import { api } from '../../helpers/api.ts';
import { dollars, given, source } from '../../helpers/given.ts';

/** What several owe each by himself is in the sections of a view as each of them owes it. */

type Sections = {
  payments: { payer: string; asked: object[]; pledged: object[]; delivered: object[] }[];
  totals: { payer: string; min: string }[];
  tariffs: { key: string; owedBy: string[]; spans: object[] }[];
};

const both = [{ actor: 'ES' }, { actor: 'FR' }];

async function viewOf(a: ReturnType<typeof api>): Promise<Sections> {
  return JSON.parse((await a.get('/views/all?asOf=2026-01-01')).text) as Sections;
}

function columns({ payments }: Sections): Record<string, number[]> {
  return Object.fromEntries(
    payments.map(({ payer, asked, pledged, delivered }) => [payer, [asked.length, pledged.length, delivered.length]]),
  );
}

test('what each of several payers owes all of is in the row of each, beside what he delivered', async () => {
  const a = api(given());
  const id = await a.open({ from: ['ES', 'FR'], to: ['US'] });
  await a.say(id, 'proposed', { mode: 'demand', saidBy: [{ actor: 'US' }], terms: [dollars('sum', '9', { each: true })] });
  await a.say(id, 'pledged', { saidBy: both, terms: [dollars('sum', '8', { each: true })] });
  const paid = [dollars('sum', '8', { counts: 'increment', owedBy: ['ES'] })];
  await a.say(id, 'fulfilled', { happened: '2025-09-01', extent: 'partial', saidBy: [{ actor: 'ES' }], terms: paid });
  const view = await viewOf(a);
  expect(columns(view)).toEqual({ ES: [1, 1, 1], FR: [1, 1, 0] });
  expect(view.totals).toMatchObject([
    { payer: 'ES', min: '8' },
    { payer: 'FR', min: '8' },
  ]);
});

test('what several gave one after another is owed by each, and in the row of each', async () => {
  const a = api(given());
  const id = await a.open({ from: ['ES', 'FR'], to: ['US'] });
  for (const one of both) await a.say(id, 'pledged', { saidBy: [one], terms: [dollars('sum', '8')] });
  expect(columns(await viewOf(a))).toEqual({ ES: [0, 1, 0], FR: [0, 1, 0] });
});

test('what several owe together stays in one row', async () => {
  const a = api(given());
  const id = await a.open({ from: ['ES', 'FR'], to: ['US'] });
  await a.say(id, 'pledged', { saidBy: both, terms: [dollars('sum', '8')] });
  expect(columns(await viewOf(a))).toEqual({ 'ES+FR': [0, 1, 0] });
});

test('a rate that is in force for one longer than for another, who joined, is one span', async () => {
  const a = api(given());
  const id = await a.open({ from: ['ES'], to: ['US'], topic: 'trade' });
  const terms = [{ key: 'rate', kind: 'tariff', on: 'cars', to: '5', text: '5 %' }];
  const said = { saidBy: [{ actor: 'ES' }], sources: [source] };
  const pledge = await a.say(id, 'pledged', { ...said, happened: '2025-01-10', effective: '2025-02-01', terms });
  await a.say(id, 'joined', { happened: '2025-07-15', saidBy: [{ actor: 'FR' }], parties: ['FR'], as: 'obligor' });
  expect((await viewOf(a)).tariffs).toMatchObject([
    { key: 'rate', owedBy: ['ES', 'FR'], spans: [{ since: '2025-02-01', rate: '5', basis: pledge }] },
  ]);
});
