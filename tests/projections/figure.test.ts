import { expect, test } from 'vitest';
import type { FigureAnswer } from '../../projections/figure.ts';
import { figureAt } from '../../src/read/queries.ts';
import { dollars, type Given, given } from '../helpers/given.ts';

async function asked(
  { reader, cut }: Given,
  announcement: string,
  key: string,
  when: { size?: number } = {},
): Promise<FigureAnswer> {
  const found = await figureAt(reader, announcement, key, await cut(when));
  if (!found) throw new Error(`expected ${key} of ${announcement}, found nothing`);
  return found;
}

const words = (key: string, text: string) => ({ key, kind: 'text', text });
const contests = (announcement: string) => ({
  ground: 'figures',
  about: { announcement },
  readings: [{ party: 'US', text: 'more' }],
});

test('a reaffirmed figure names the announcement whose figure it repeats, also under another key', async () => {
  const ledger = given();
  const id = await ledger.open();
  const pledge = await ledger.say(id, 'pledged', { terms: [dollars('total', '5'), words('form', 'loans')] });
  const terms = [dollars('total', '5.0'), dollars('sum', '5'), words('form', 'loans only'), words('hope', 'soon')];
  const again = await ledger.say(id, 'reaffirmed', { happened: '2025-09-01', terms });
  for (const key of ['total', 'sum', 'form']) {
    expect(await asked(ledger, again, key)).toMatchObject({
      type: 'reaffirmed',
      repeats: pledge,
      stands: false,
      figure: { status: 'pledged' },
    });
  }
  expect(await asked(ledger, again, 'hope')).toMatchObject({ repeats: null, figure: { status: 'observed' } });
  expect(await asked(ledger, pledge, 'total')).toMatchObject({ type: 'pledged', repeats: null, replacedBy: null });
});

test('a figure that a dispute or an end says again is what it was; another one is never called agreed', async () => {
  const ledger = given();
  const id = await ledger.open();
  const ask = await ledger.say(id, 'proposed', { mode: 'demand', saidBy: [{ actor: 'US' }], terms: [dollars('total', '9')] });
  const pledge = await ledger.say(id, 'pledged', { happened: '2025-08-23', terms: [dollars('total', '5')] });
  const dispute = async (amount: string) =>
    ledger.say(id, 'disputed', { happened: '2025-09-01', ...contests(pledge), terms: [dollars('total', amount)] });
  const status = async (announcement: string) => {
    const { figure, repeats } = await asked(ledger, announcement, 'total');
    return [figure?.mode ?? figure?.status, repeats];
  };
  expect(await status(await dispute('5'))).toEqual(['pledged', pledge]);
  expect(await status(await dispute('9'))).toEqual(['demand', ask]);
  expect(await status(await dispute('7'))).toEqual(['observed', null]);
  const end = { happened: '2025-09-02', reason: 'withdrawn', terms: [dollars('total', '5')] };
  expect(await status(await ledger.say(id, 'ended', end))).toEqual(['pledged', pledge]);
});

test('a proposal, an observation and a delivery are replaced by a newer one of their group, and by no other', async () => {
  const ledger = given();
  const id = await ledger.open();
  const demand = (day: string, actors: string[], mode = 'demand') =>
    ledger.say(id, 'proposed', {
      happened: day,
      mode,
      saidBy: actors.map((actor) => ({ actor })),
      terms: [dollars('total', day.slice(-2))],
    });
  const first = await demand('2025-07-01', ['US', 'JP']);
  await demand('2025-07-02', ['US']);
  await demand('2025-07-03', ['US', 'JP'], 'plan');
  expect((await asked(ledger, first, 'total')).replacedBy).toBeNull();
  const second = await demand('2025-07-04', ['JP', 'US', 'US']);
  expect(await asked(ledger, first, 'total')).toMatchObject({ stands: false, replacedBy: second });
  const pledge = await ledger.say(id, 'pledged', { happened: '2025-07-05', terms: [dollars('total', '3')] });
  const paid = (day: string) =>
    ledger.say(id, 'fulfilled', { happened: day, extent: 'partial', terms: [dollars('total', '1', { counts: 'cumulative' })] });
  const [one, two] = [await paid('2025-07-06'), await paid('2025-07-07')];
  expect((await asked(ledger, one, 'total')).replacedBy).toBe(two);
  expect((await asked(ledger, pledge, 'total')).replacedBy).toBeNull();
});

test('a part that went with its total says which amendment removed it', async () => {
  const ledger = given();
  const id = await ledger.open();
  const terms = [dollars('total', '5'), dollars('ships', '2', { partOf: 'total' })];
  const pledge = await ledger.say(id, 'pledged', { terms });
  const size = await ledger.ledger.log.size();
  const amendment = await ledger.say(id, 'amended', { happened: '2025-09-01', removes: ['total'] });
  expect(await asked(ledger, pledge, 'ships')).toMatchObject({ stands: false, replacedBy: amendment });
  expect(await asked(ledger, pledge, 'ships', { size })).toMatchObject({ stands: true, replacedBy: null });
});

test('a retracted figure keeps its words and sources', async () => {
  const ledger = given();
  const id = await ledger.open();
  const seen = await ledger.say(id, 'observed', { terms: [dollars('paid', '2')] });
  const retraction = await ledger.say(id, 'corrected', { corrects: seen, mode: 'retract', reason: 'Not so.' });
  expect(await asked(ledger, seen, 'paid')).toMatchObject({
    figure: null,
    retractedBy: retraction,
    recorded: { term: { text: '$2' }, sources: [{ publisher: 'The Test Gazette' }] },
  });
});
