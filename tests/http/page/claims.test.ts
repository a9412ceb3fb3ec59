import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateOf } from '../../../domain/terms.ts';
import { parseDay, whenInWords } from '../../../domain/dates.ts';
import type { Stage } from '../../../domain/types.ts';
import type { CommitmentRecord, Line, Summary } from '../../../projections/record.ts';
import type { ViewAnswer } from '../../helpers/viewAnswer.ts';
import { capitalised, figureInWords, numberInWords, rateInWords, totalInWords } from '../../../src/wording/values.ts';
import { type Given, given } from '../../helpers/given.ts';
import { piecesInWords } from '../../../src/wording/pieces.ts';
import { deliveredInWords, performanceInWords, performancesOf, shareInWords } from '../../../src/wording/standing.ts';
import { api } from '../../helpers/api.ts';
import { attribute, type Element, parsed, textOf } from '../../helpers/html.ts';

/** Whatever a page says above all, and instead of its pictures, is held to the JSON of the same address and cut. */

type Figure = Line['figures'][number];
type Costs = Extract<ViewAnswer, { view: 'alliance-costs' }>;
type Terms = Extract<ViewAnswer, { view: 'trade-terms' }>;

const browser = { headers: { Accept: 'text/html' } };
const views = ['alliance-costs', 'trade-terms', 'north-korea-policy', 'japan-cooperation'] as const;
const topics = ['alliance/cost', 'trade/tariff', 'trade/investment', 'north-korea/talks', 'japan/visits', 'climate/finance'];
const parties = ['KR', 'JP', 'US'];

const qualifiers = ['exact', 'about', 'more-than', 'at-least', 'up-to', 'less-than', 'between'] as const;
const bounds = fc.record({ qualifier: fc.constantFrom(...qualifiers), value: fc.integer({ min: 1, max: 9_999 }) }).map(bounded);

function bounded({ qualifier, value }: { qualifier: string; value: number }): Record<string, string> {
  const [min, max] = [String(value), String(qualifier === 'between' ? value + 7 : value)];
  if (qualifier === 'more-than' || qualifier === 'at-least') return { qualifier, min };
  return qualifier === 'up-to' || qualifier === 'less-than' ? { qualifier, max } : { qualifier, min, max };
}

const term = fc
  .record({
    kind: fc.constantFrom('money', 'money', 'tariff', 'percent', 'count'),
    key: fc.constantFrom('a', 'b'),
    amount: bounds,
    currency: fc.constantFrom('USD', 'KRW'),
    per: fc.option(fc.constant('year'), { nil: undefined }),
    period: fc.option(fc.constant('2026'), { nil: undefined }),
    rate: fc.integer({ min: 1, max: 99 }),
    rateQualifier: fc.constantFrom(undefined, 'about', 'up-to'),
  })
  .map(({ kind, key, amount, currency, per, period, rate, rateQualifier }) => {
    const more = period === undefined ? {} : { period };
    const common = { key: `${kind}-${key}`, kind, text: 'as it was said', ...more };
    if (kind === 'money') return { ...common, ...amount, currency, ...(per === undefined ? {} : { per }) };
    if (kind === 'percent') return { ...common, ...amount, of: 'GDP' };
    if (kind === 'count') return { ...common, ...amount, unit: 'ships' };
    return { ...common, to: String(rate), on: `goods ${key}`, ...(rateQualifier && { qualifier: rateQualifier }) };
  });
const terms = fc.uniqueArray(term, { selector: ({ key }) => key, maxLength: 4 });
const day = fc.integer({ min: 1, max: 28 }).map((of) => `2025-03-${String(of).padStart(2, '0')}`);
const instrument = { kind: 'treaty', title: 'T', date: '2025-02-01', binding: 'yes' };

const announcement = fc
  .record({
    of: fc.nat(3),
    type: fc.constantFrom(
      'proposed',
      'pledged',
      'pledged',
      'formalised',
      'fulfilled',
      'disputed',
      'observed',
      'amended',
      'ended',
    ),
    happened: day,
    effective: fc.option(fc.tuple(day, day), { nil: undefined }),
    isOpen: fc.boolean(),
    terms,
    actor: fc.constantFrom(...parties),
    mode: fc.constantFrom('demand', 'request', 'expected', 'threat'),
    extent: fc.constantFrom('partial', 'full'),
  })
  .map(({ of, type, happened, effective, isOpen, terms: given, actor, mode, extent }) => {
    const days = effective?.toSorted();
    const when = days === undefined ? {} : { effective: isOpen ? days[0] : days.join('/') };
    const data: Record<string, unknown> = { happened, saidBy: [{ actor }], terms: given, ...when };
    if (type === 'proposed') return { of, type, data: { ...data, mode, due: '2025-03-20' } };
    if (type === 'formalised') return { of, type, data: { ...data, instrument } };
    if (type === 'fulfilled')
      return { of, type, data: { ...data, extent, terms: given.map((one) => ({ ...one, counts: 'increment' })) } };
    if (type === 'ended') return { of, type, data: { happened, saidBy: [{ actor }], reason: 'expired' } };
    return { of, type, data };
  });

const plan = fc.record({
  opened: fc.array(
    fc.record({ topic: fc.constantFrom(...topics), from: fc.subarray(parties, { minLength: 1, maxLength: 2 }) }),
    {
      minLength: 4,
      maxLength: 4,
    },
  ),
  said: fc.array(announcement, { minLength: 4, maxLength: 20 }),
  asOf: fc.constantFrom('2025-03-10', '2025-03-31', '2026-01-05'),
});

type Plan = typeof plan extends fc.Arbitrary<infer One> ? One : never;

/** A ledger of what of a plan the rules let be recorded. */
async function ledgerOf({ opened, said }: Plan): Promise<Given> {
  const g = given().at('2025-04-01');
  const ids: string[] = [];
  for (const [index, one] of opened.entries())
    ids.push(await g.open({ ...one, to: ['GB'], title: `Promise ${'abcd'[index]}` }));
  const first = new Map<string, string>();
  for (const { of, type, data } of said) {
    const id = ids[of] ?? '';
    const about = first.get(id);
    if (type === 'disputed' && about === undefined) continue;
    // A pledge by one who does not owe it would be refused: mostly there would be none.
    const speaker = type === 'pledged' ? { saidBy: [{ actor: opened[of]?.from[0] }] } : {};
    const own =
      type === 'disputed' ? { ground: 'reading', about: { announcement: about }, readings: [{ party: 'GB', text: 'no' }] } : {};
    const outcome = await g.attempt(id, type, { ...data, ...speaker, ...own });
    if (!('reason' in outcome)) first.set(id, first.get(id) ?? outcome.recorded[0]?.id ?? '');
  }
  return g;
}

type Page = {
  readonly heading: string;
  readonly lede: string;
  readonly spoken: readonly string[];
  readonly elements: readonly Element[];
};

function plainly(text: string): string {
  return text.replaceAll(/[\s\u00a0]+/g, ' ').trim();
}

function pageOf(text: string): Page {
  const { elements } = parsed(text);
  const heading = elements.find(({ tagName }) => tagName === 'h1');
  const lede = elements.find((one) => attribute(one, 'class') === 'lede');
  return {
    heading: heading ? plainly(textOf(heading)) : '',
    lede: lede ? plainly(textOf(lede)) : '',
    spoken: elements.flatMap((one) => (attribute(one, 'role') === 'img' ? [attribute(one, 'aria-label') ?? ''] : [])),
    elements,
  };
}

/** What is left of a text without anything of the JSON that it may name: no figure may be left. */
function leftOf(text: string, phrases: Iterable<string>): string {
  let left = text;
  for (const phrase of [...new Set(phrases)].toSorted((a, b) => b.length - a.length)) left = left.replaceAll(phrase, '·');
  return left;
}

function wordsOf(figure: Figure): string {
  return figureInWords(figure) ?? figure.text;
}

function datesIn(value: unknown): string[] {
  const found = JSON.stringify(value).match(/\d{4}(-\d\d(-\d\d)?)?(?=[T"/])/g) ?? [];
  return found.map((text) => whenInWords(text));
}

const stageWords: Record<Stage, string> = {
  none: 'only opened',
  noted: 'only noted',
  proposed: 'only proposed',
  pledged: 'pledged',
  formalised: 'set down in an instrument',
  fulfilled: 'fulfilled',
  ended: 'ended',
};

/** The sentences on stages and on what stands beside them, counted anew. */
function expectCounts(text: string, lines: readonly Pick<Line, 'stage' | 'contested' | 'warnings'>[]): void {
  const said = text.toLowerCase();
  const counts = Map.groupBy(lines, ({ stage }) => stage);
  for (const [stage, those] of counts) {
    const count = counts.size === 1 ? '' : `${numberInWords(those.length)} ${those.length === 1 ? '(is|was)' : '(are|were)'} `;
    expect(said).toMatch(new RegExp(count + stageWords[stage]));
  }
  for (const stage of Object.keys(stageWords) as Stage[]) {
    if (!counts.has(stage)) expect(said).not.toMatch(new RegExp(` (is|are|was|were) ${stageWords[stage]}`));
  }
  const contested = lines.filter((one) => one.contested.length > 0).length;
  expect(said).toMatch(new RegExp(`${numberInWords(contested)} ${contested <= 1 ? '(is|was)' : '(are|were)'} contested`));
  const warned = (kind: string): number =>
    lines.filter(({ warnings }) => warnings.some(({ warning }) => warning === kind)).length;
  const [missing, overdue] = [warned('expected-not-delivered'), warned('overdue')];
  expect(said.includes('the day on which something was expected has passed')).toBe(missing > 0);
  if (missing > 0) expect(said).toContain(`for ${numberInWords(missing)} the day on which`);
  expect(said.includes('a deadline has passed')).toBe(overdue > 0);
}

/** In the heading of alliance costs whatever is told as asked, pledged, formalised or delivered is that, and stands. */
function expectCosts({ heading }: Page, { lines, payments }: Costs): void {
  const ended = new Set(lines.filter(({ stage }) => stage === 'ended').map(({ commitment }) => commitment));
  const standing = (column: 'asked' | 'pledged' | 'formalised' | 'delivered'): string[] =>
    payments
      .flatMap((payment) => payment[column])
      .filter(({ commitment }) => column === 'delivered' || !ended.has(commitment))
      .map(({ figure }) => wordsOf(figure) + (figure.period === undefined ? '' : ` for ${whenInWords(figure.period)}`));
  const payers = new Set(payments.map(({ payer }) => payer));
  for (const part of heading.split('; ')) {
    const [, column, sums = ''] =
      /^what is (formalised|pledged|delivered)(?: for “[^”]*”)? is (.*)$/.exec(part) ??
      /^.* (?:is|are) (asked) for (.*)$/.exec(part) ??
      /^.* (?:has|have) (pledged) (.*)$/.exec(part) ??
      (/^.* (?:has|have) set down (.*) in an instrument$/.exec(part) ?? []).flatMap((one, at) =>
        at === 0 ? [one, 'formalised'] : one,
      );
    if (column === undefined || payers.size > 1) continue;
    const known = standing(column as 'asked');
    expect([part, leftOf(sums, known).replaceAll(/·( and( for)? ·)?|, and there are [a-z0-9]+ more sums/g, '')]).toEqual([
      part,
      '',
    ]);
    if (known.length === 1) expect(sums).toBe(known[0]);
    expect(sums.includes('more sums') || known.length <= 2).toBe(true);
  }
  if (payers.size !== 1) return;
  for (const column of ['asked', 'pledged', 'formalised', 'delivered'] as const) {
    const verb = { asked: 'asked for', pledged: 'ha(s|ve) pledged', formalised: 'ha(s|ve) set down', delivered: 'never' }[
      column
    ];
    const told = new RegExp(`(^|; )what (is|was) ${column} | ${verb} |recorded as ${column}$`);
    if (standing(column).length > 0) expect(heading).toMatch(told);
  }
  if (/nothing is recorded as delivered/.test(heading)) expect(standing('delivered')).toEqual([]);
  if (/nothing that was pledged or formalised stands/.test(heading)) {
    expect([...standing('pledged'), ...standing('formalised')]).toEqual([]);
  }
}

/** In the heading of trade terms every rate is in force, every sum promised, and what is not named is counted. */
function expectTerms({ heading, spoken }: Page, answer: Terms): void {
  const { tariffs, totals, cut } = answer;
  const inForce = tariffs.filter((one) => one.inForce !== null);
  const rates = inForce.map(({ inForce: to, qualifier, on }) => `${rateInWords({ to: to ?? '', qualifier })} on ${on}`);
  if (inForce.length === 0) expect(heading).not.toMatch(/(?<!known to be) in force/);
  else {
    const [, said = ''] = /^(?:By a record that ends on [^,]*, )?(.*?) (?:is|are) in force/i.exec(heading) ?? [];
    const first = said.slice(0, 1).toLowerCase() + said.slice(1);
    const named = rates.filter((rate) => first.includes(rate));
    const more = / and ([a-z0-9]+) more$/.exec(said)?.[1];
    expect(leftOf(first, rates)).toMatch(/^·(, ·)*( and (·|[a-z0-9]+ more))?$/);
    if (more === undefined) expect(new Set(named)).toEqual(new Set(rates));
    else expect(more).toBe(numberInWords(rates.length - 2));
    const isOld = (parseDay(cut.asOf) ?? 0) - (parseDay(cut.knownAt?.slice(0, 10) ?? '') ?? 0) > 31;
    expect(heading.startsWith('By a record that ends on')).toBe(isOld);
  }
  const counted = totals.filter((one) => one.counted.length > 0);
  const own = counted.filter(({ payer }) => payer === counted[0]?.payer);
  expect(/ (has|have) promised /.test(heading)).toBe(counted.length > 0);
  const named = own.filter((one) => heading.includes(totalInWords(one)));
  if (own.length <= 3) expect(named).toHaveLength(own.length);
  for (const one of own.length === 1 ? own : []) {
    const disputed = one.counted.filter((entry) => entry.disputed).length;
    expect(heading.includes('contested')).toBe(disputed > 0);
    expect(heading.includes('in part contested')).toBe(disputed > 0 && disputed < one.counted.length);
  }
  const pictures = spoken.filter((one) => /^goods [ab]: /.test(one));
  const asOf = cut.asOf;
  for (const { on, spans } of tariffs.length <= 12 ? tariffs : []) {
    for (const { since, until, rate } of spans) {
      if (since !== null && since > asOf) continue;
      const isOver = until !== undefined && until < asOf;
      const of = pictures.filter((one) => one.startsWith(`${on}: `)).join(' ');
      if (isOver) expect(of).toContain(`ended on ${whenInWords(until)}`);
      expect(of).toContain(`${rate} % ${isOver ? 'was in force' : 'in force'}`);
    }
  }
}

/** Every bar is heard as a figure that the JSON has under that status; what is contested or has ended is heard so. */
function expectBars({ spoken }: Page, { lines }: ViewAnswer): void {
  const known = new Set(
    lines.flatMap(({ figures, stage, contested, names }) =>
      figures.flatMap((figure) => {
        const shares = performancesOf(figure).map((one) => piecesInWords(performanceInWords(figure, one), { names }));
        const status = figure.mode === undefined ? figure.status : modeWords[figure.mode];
        const isOver = stage === 'ended' && figure.status !== 'delivered' && figure.status !== 'observed';
        const isContested = contested.some(
          ({ about }) => about.announcement === figure.announcement && (about.term === undefined || about.term === figure.key),
        );
        const beside = [...(isOver ? ['of a commitment that has ended'] : []), ...(isContested ? ['contested'] : [])];
        return [[wordsOf(figure), status, ...beside].join(', '), ...shares.map(capitalised)];
      }),
    ),
  );
  for (const words of spoken) {
    if (/^(Two axes|goods [ab]: |Parts of it|performed|nothing recorded as performed)/.test(words)) continue;
    expect([...known]).toContain(words);
  }
}

const modeWords: Record<NonNullable<Figure['mode']>, string> = {
  demand: 'demanded',
  request: 'requested',
  plan: 'planned',
  claim: 'claimed',
  threat: 'threatened',
  expected: 'expected',
};

test('every number and claim of a page is true of the JSON of the same cut', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      const a = api(await ledgerOf(given));
      const { asOf } = given;
      const get = async <Answer>(path: string): Promise<[Page, Answer]> => [
        pageOf((await a.get(`${path}?asOf=${asOf}`, browser)).text),
        JSON.parse((await a.get(`${path}?asOf=${asOf}`)).text) as Answer,
      ];
      for (const view of views) {
        const [page, answer] = await get<ViewAnswer>(`/views/${view}`);
        const figures = answer.lines.flatMap((line) => line.figures.map(wordsOf));
        const tariffs = answer.view === 'trade-terms' ? answer.tariffs : [];
        const orders = answer.view === 'trade-terms' ? answer.orders : [];
        const rates = tariffs.flatMap(({ inForce, agreed, qualifier, spans, key }) => [
          ...[inForce, agreed].flatMap((to) => (to === null ? [] : [rateInWords({ to, qualifier })])),
          ...spans.map(({ rate, basis }) => {
            const order = orders.find((one) => one.announcement === basis && one.key === key);
            return rateInWords({ to: rate, qualifier: order?.qualifier });
          }),
        ]);
        const proposed = answer.lines.flatMap(({ figures: all }) =>
          all.flatMap((one) => (one.kind === 'tariff' ? [rateInWords({ ...one, to: rateOf(one) })] : [])),
        );
        const delivered = answer.lines.flatMap(({ figures: all }) =>
          all.flatMap((one) =>
            performancesOf(one).flatMap(({ delivered: sum, share }) => [
              ...(sum ? [deliveredInWords(one, sum)] : []),
              shareInWords(share) ?? '',
            ]),
          ),
        );
        const phrases = [
          ...delivered.filter(Boolean),
          ...figures,
          ...answer.totals.map(totalInWords),
          ...rates,
          ...proposed,
          ...datesIn(answer),
        ];
        const capitals = phrases.map((one) => one.slice(0, 1).toUpperCase() + one.slice(1));
        for (const text of [page.heading, page.lede, ...page.spoken]) {
          expect([text, leftOf(text, [...phrases, ...capitals])]).toEqual([text, expect.not.stringMatching(/\d/)]);
        }
        if (answer.lines.length === 0) continue;
        expectCounts(answer.view === 'japan-cooperation' ? `${page.heading} ${page.lede}` : page.lede, answer.lines);
        if (answer.view === 'alliance-costs') expectCosts(page, answer);
        if (answer.view === 'trade-terms') expectTerms(page, answer);
        expectBars(page, answer);
      }
      const { commitments } = JSON.parse((await a.get(`/commitments?asOf=${asOf}`)).text) as { commitments: Summary[] };
      // Of a record that ends long before the day asked it speaks in the past.
      const { lede } = pageOf((await a.get(`/?asOf=${asOf}`, browser)).text);
      expectCounts(lede.replaceAll(/(?<!something) was /g, ' is ').replaceAll(' were ', ' are '), commitments);
      for (const { id } of commitments) {
        const [{ elements }, record] = await get<CommitmentRecord>(`/commitments/${id}`);
        expectStages(elements, record);
      }
      expect(a.faults).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

/** The rail stands at the stage of the record, and the stages of the history rise, save where the rules move one back. */
function expectStages(elements: readonly Element[], { stage }: CommitmentRecord): void {
  const here = elements.find((one) => attribute(one, 'aria-current') === 'step');
  const called = stage === 'none' ? 'opened' : stage;
  expect(here && plainly(textOf(here)).toLowerCase()).toContain(`${called} (reached)`);
  const order = ['noted', 'proposed', 'pledged', 'formalised', 'fulfilled', 'ended'];
  const moves = elements
    .filter((one) => attribute(one, 'class') === 'move')
    .map((one) => order.indexOf(plainly(textOf(one)).replace('Stage: ', '').toLowerCase()));
  // It moves back only from fulfilled, by a term that was not owed, or from ended, by who joins.
  const backward = moves
    .slice(1)
    .map((move, index) => [moves[index] ?? -1, move])
    .filter(([before = -1, after = -1]) => after <= before);
  expect(backward.filter(([before = -1, after = -1]) => before < order.indexOf('fulfilled') || after === before)).toEqual([]);
  expect(moves).not.toContain(-1);
}
