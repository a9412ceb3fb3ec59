import { Big } from 'big.js';
import { dayInWords, parseDay, whenInWords, whenOf } from '../../../domain/dates.ts';
import type { Line } from '../../../projections/record.ts';
import { payersOfFigure } from '../../../projections/views/paymentSections.ts';
import type { AnswerWith } from '../../../projections/views/view.ts';
import { rateOf } from '../../../domain/terms.ts';
import { capitalised, numberInWords, rateInShort, rateInWords, statusInWords } from '../../wording/values.ts';
import { partiesInWords } from '../../wording/called.ts';
import { alone } from '../../wording/direction.ts';
import { eachInTurns, pause } from '../../turns.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { isolated, named, statusWithMark, when } from '../page/parts.ts';
import { highestRate, type Steps, stepsKey, stepsPicture } from '../page/pictures/steps.ts';
import {
  barOf,
  byPartition,
  figureAddress,
  groupsByUnit,
  lineLink,
  payerInWords,
  type Placed,
  type RangeGroup,
  type RangeRow,
  rangesKey,
  rangesTable,
  type Surroundings,
  surroundings,
  unitInWords,
} from './ranges.ts';

type Answer = AnswerWith<'tariffs' | 'obligations'>;
type Figure = Line['figures'][number];

/** The maximum number of tariffs drawn; the rest is counted in words, and is among the lines. */
const maxPictures = 12;
/** The maximum number of spans of one tariff that are drawn, and that are listed; the newest ones. */
const maxSpans = 40;
const maxListed = 6;

/** Which rate of a tariff was in force when, then what was promised besides tariffs. */
export async function body(answer: Answer, to: CutLinks): Promise<Html> {
  const around = surroundings(answer.lines, to);
  const rates = tariffs(answer, around);
  await pause();
  return html`${rates}${await obligations(answer, around)}`;
}

/** A tariff of one commitment, as drawn and in words. */
type Drawn = {
  readonly commitment: string;
  readonly key: string;
  readonly on: string;
  /** Those who owe it, where others owe another rate under the same key. */
  readonly owners?: Html | undefined;
  readonly steps: Steps;
  readonly said: readonly Html[];
  readonly words: string;
};

function tariffs(answer: Answer, around: Surroundings): Html {
  const { shown, count } = tariffsDrawn(answer, around);
  if (count === 0) return html``;
  const isAnyInForce = answer.tariffs.some(({ inForce }) => inForce !== null);
  return html`<h2 id="tariffs">${isAnyInForce ? 'Tariffs in force' : 'Tariffs, none of them known to be in force'}</h2>
<div class="grid2 rates">${shown.map(
    ({ commitment, on, owners, steps, said, words }) =>
      html`<figure><figcaption><b>${named(capitalised(on))}</b> ${lineLink(commitment, around)}${owners && html` <span class="meta">owed by ${owners}</span>`}</figcaption>${stepsPicture(steps, words)}<ul class="plain">${said.map((one) => html`<li>${one}</li>`)}</ul></figure>
`,
  )}</div>${stepsKey(shown.map(({ steps }) => steps))}${
    shown.length < count && html`<p class="meta">${tariffsInWords(count - shown.length)} among the lines below.</p>`
  }`;
}

function tariffsInWords(count: number): string {
  return count === 1 ? 'One more tariff is' : `${capitalised(numberInWords(count))} more tariffs are`;
}

/** The tariffs that are drawn, and how many there are. */
export function tariffsDrawn(answer: Answer, around: Surroundings): { shown: Drawn[]; count: number } {
  const proposed = onlyProposed(answer, around);
  const drawn = [...agreedTariffs(answer, around), ...proposed].slice(0, maxPictures);
  // Pictures side by side share one scale; otherwise 15 % would look as high as 145 %.
  const highest = highestRate(drawn.map(({ steps }) => steps));
  const shown = drawn.map((one) => ({ ...one, steps: { ...one.steps, highest } }));
  return { shown, count: answer.tariffs.length + proposed.length };
}

/** The first tariffs that were ever agreed or are in force, with proposals under the same key. */
function agreedTariffs({ tariffs: given, orders, cut }: Answer, around: Surroundings): Drawn[] {
  const { lines } = around;
  const asOf = parseDay(cut.asOf) ?? 0;
  const announced = new Map(orders.map((one) => [`${one.announcement} ${one.key}`, one]));
  return given.slice(0, maxPictures).map(({ commitment, key, on, owedBy, inForce, agreed, before, backdated, spans }) => {
    const figures = (lines.get(commitment)?.figures ?? []).filter((one) => one.key === key && one.kind === 'tariff');
    const proposals = figures.filter(({ status }) => status === 'proposed');
    const proposed = proposals.slice(-maxListed);
    // Several may owe the same key, each with another figure.
    const standing = figures.find(
      (one) => one.stands && one.kind === 'tariff' && rateOf(one) === agreed && String(one.owedBy) === String(owedBy),
    );
    const isOpen = agreed !== null && standing !== undefined && standing.inForce !== true;
    const known = spans.slice(-maxSpans).map(({ since, until, rate: to, qualifier, mfn, basis }) => ({
      from: since === null ? -Infinity : (parseDay(since) ?? 0),
      to: until === undefined ? Infinity : (parseDay(until) ?? 0),
      rate: drawn(to)[0],
      said: rateInWords({ to, qualifier, mfn }),
      label: rateInShort({ to, qualifier, mfn }),
      ordered: orderOf(announced.get(`${basis} ${key}`)),
    }));
    const steps: Steps = {
      spans: known,
      beside: [
        ...proposed.flatMap(besideOf),
        ...(isOpen
          ? drawn(agreed).map((rate) => ({
              from: whenOf(standing.happened).latest,
              rate,
              kind: 'agreed' as const,
              said: `${rateInWords(standing.kind === 'tariff' ? { ...standing, to: agreed } : { to: agreed })} agreed, ${whenInWords(standing.happened)}`,
            }))
          : []),
      ],
      asOf,
      earlier: spans.length > maxSpans,
    };
    const said = [
      ...(spans.length > maxListed ? [html`${String(spans.length - maxListed)} earlier rates, in its history`] : []),
      ...spans.slice(-maxListed).map(({ since, until, rate: to, qualifier, mfn, basis }) => {
        const order = announced.get(`${basis} ${key}`);
        const isAhead = since !== null && (parseDay(since) ?? 0) > asOf;
        const isOver = until !== undefined && (parseDay(until) ?? 0) < asOf;
        return html`${isAhead ? 'To be in force' : isOver ? 'Was in force' : 'In force'}: <a class="fig" href="${figureAddress({ announcement: basis, key }, around)}">${rateInWords({ to, qualifier, mfn })}</a> ${since === null ? 'since an unknown day' : html`${isAhead ? 'from' : 'since'} ${when(since)}`}${until !== undefined && html`, until ${when(until)}`}${order && html`, announced ${when(order.happened)}`}`;
      }),
      ...(inForce === null
        ? [html`Nothing is known to be in force${before !== undefined && html`; what stands starts from ${before} %`}`]
        : []),
      ...(backdated ? [html`Announced later than it is effective`] : []),
      ...(isOpen ? [html`Agreed: ${rateLink({ commitment, figure: standing }, around)}, ${when(standing.happened)}`] : []),
      ...proposed.map(
        (one) =>
          html`${capitalised(statusInWords(one))}, which puts nothing in force: ${rateLink({ commitment, figure: one }, around)}, ${when(one.happened)}`,
      ),
      ...(proposals.length > maxListed ? [html`and ${String(proposals.length - maxListed)} more proposals`] : []),
    ];
    const others = given.filter((one) => one.commitment === commitment && one.key === key);
    const owners = others.length > 1 ? isolated(partiesInWords(owedBy, lines.get(commitment)?.names)) : undefined;
    return { commitment, key, on, owners, steps, said, words: stepsInWords(on, steps) };
  });
}

/** Tariffs that were only proposed. They are no rows of the view, but a threat should be visible. */
function onlyProposed({ tariffs: given, cut }: Answer, around: Surroundings): Drawn[] {
  const { lines } = around;
  const rows = new Set(given.map(({ commitment, key }) => `${commitment} ${key}`));
  const asOf = parseDay(cut.asOf) ?? 0;
  return [...lines.values()].flatMap(({ commitment, figures }) => {
    const proposed = figures.filter(
      (one) => one.kind === 'tariff' && one.status === 'proposed' && !rows.has(`${commitment} ${one.key}`),
    );
    return [...Map.groupBy(proposed, ({ key }) => key).values()].flatMap((alike) => {
      const [first] = alike;
      const alternatives = alike.slice(-maxListed);
      if (first?.kind !== 'tariff') return [];
      const steps: Steps = { spans: [], beside: alternatives.flatMap(besideOf), asOf };
      const said = alternatives.map(
        (one) =>
          html`${capitalised(statusInWords(one))}: ${rateLink({ commitment, figure: one }, around)}, ${when(one.happened)}`,
      );
      return [{ commitment, key: first.key, on: first.on, steps, said, words: stepsInWords(first.on, steps) }];
    });
  });
}

function besideOf(figure: Figure): Steps['beside'][number][] {
  if (figure.kind !== 'tariff') return [];
  return drawn(rateOf(figure)).map((rate) => ({
    from: whenOf(figure.happened).latest,
    rate,
    kind: 'proposed' as const,
    said: `${rateInWords({ ...figure, to: rateOf(figure) })} ${statusInWords(figure)}, ${whenInWords(figure.happened)}`,
  }));
}

/** The height at which a rate is drawn: for a range, its end. The MFN rate has no figure and is only given in words. */
function drawn(rate: string): string[] {
  return rate === 'mfn' ? [] : [rate.split('..').at(-1) ?? rate];
}

function orderOf(order: Answer['orders'][number] | undefined): Steps['spans'][number]['ordered'] {
  return order && { day: parseDay(order.day) ?? 0, words: whenInWords(order.happened) };
}

function rateLink(placed: Placed, around: Surroundings): Html {
  if (placed.figure.kind !== 'tariff') return html``;
  return html`<a class="fig" href="${figureAddress(placed.figure, around)}">${rateInWords({ ...placed.figure, to: rateOf(placed.figure) })}</a>`;
}

/** The picture in a sentence. */
function stepsInWords(on: string, { spans, beside, asOf }: Steps): string {
  const known = spans.filter(({ from }) => from <= asOf);
  const parts = [
    ...(known.length === 0 ? ['nothing known to be in force'] : []),
    ...(known.length > maxListed ? [`${numberInWords(known.length - maxListed)} earlier rates`] : []),
    ...known.slice(-maxListed).map((span) => spanInWords(span, asOf)),
    ...(known.length === 0 || known.some(({ to }) => to >= asOf)
      ? []
      : [`nothing known to be in force on ${dayInWords(asOf)}`]),
    ...beside.filter(({ from }) => from <= asOf).map(({ said }) => said),
  ];
  return `${alone(on)}: ${parts.join('; ')}.`;
}

/** A span in words: `15 % in force since 7 Aug 2025`, with the day on which it ends or ended. */
function spanInWords({ from, to, said }: Steps['spans'][number], asOf: number): string {
  const since = Number.isFinite(from) ? `since ${dayInWords(from)}` : 'since an unknown day';
  if (!Number.isFinite(to)) return `${said} in force ${since}`;
  return to < asOf
    ? `${said} was in force ${since} and ended on ${dayInWords(to)}`
    : `${said} in force ${since} until ${dayInWords(to)}`;
}

/** What was promised besides tariffs and how much of it was delivered, as bars per payer, currency and period. */
async function obligations(answer: Answer, around: Surroundings): Promise<Html> {
  const given = answer.obligations;
  if (given.length === 0) return html``;
  const groups = await eachInTurns(obligationGroups(answer, around), (group) => group);
  const { money = [], numbers = [] } = Object.groupBy(groups, ({ of }) => of);
  const words = given.filter((one) => one.figure.kind !== 'money' && !isOther(one)).length;
  return html`<h2 id="obligations">What was promised besides tariffs</h2>
${
  money.length > 0 &&
  rangesTable(
    money,
    'What the totals below add up is drawn end to end; the parts of a sum are drawn under it. Each currency has one scale, for all payers.',
    around,
    { named: true },
  )
}${numbers.length > 0 && rangesTable(numbers, 'Not money, so in no total:', around, { named: true })}${rangesKey([...money, ...numbers])}${
    words > 0 &&
    html`<p class="meta">${capitalised(numberInWords(words))} ${words < given.length && 'more '}${words === 1 ? 'obligation is in words without a figure, and is' : 'obligations are in words without a figure, and are'} among the lines.</p>`
  }`;
}

/** Groups of money per payer, currency and period, then groups of other numbers, made as they are taken. */
export function* obligationGroups(
  { obligations: given, totals }: Pick<Answer, 'obligations' | 'totals'>,
  around: Surroundings,
): Generator<RangeGroup & { readonly of: 'money' | 'numbers' }> {
  const owed = given.flatMap((one) => {
    const { commitment, figure } = one;
    if (figure.kind !== 'money') return [];
    const line = around.lines.get(commitment);
    const payers = line ? payersOfFigure(figure, line) : [''];
    return payers.map((payer) => ({ unit: JSON.stringify([payer, figure.currency, figure.per]), one }));
  });
  for (const [key, those] of Map.groupBy(owed, ({ unit }) => unit)) {
    const placed = those.map(({ one }) => one);
    const [payer, currency, per] = JSON.parse(key) as [string, string, string | null];
    const total = totals.find((one) => one.payer === payer && one.currency === currency && (one.per ?? null) === (per ?? null));
    yield {
      of: 'money',
      title: isolated(payerInWords(payer, around)),
      note: unitInWords({ currency, per: per ?? undefined }, { noPeriod: false }),
      rows: rowsOf(placed, total?.counted ?? [], around),
    };
  }
  for (const group of groupsByUnit(given.filter(isOther))) yield { of: 'numbers', ...group };
}

function isOther({ figure }: Placed): boolean {
  return figure.kind === 'count' || figure.kind === 'percent';
}

/** A row for each sum, its parts under it. A counted sum starts where the one counted before it ends. */
function rowsOf(
  placed: readonly Placed[],
  counted: readonly { commitment: string; key: string }[],
  around: Surroundings,
): RangeRow[] {
  const sums = new Set(counted.map(({ commitment, key }) => `${commitment} ${key}`));
  const name = ({ commitment, figure }: Placed, key: string | undefined): string =>
    `${commitment} ${figure.status} ${key ?? ''}`;
  const all = new Set(placed.map((one) => name(one, one.figure.key)));
  const isPart = (one: Placed): boolean => one.figure.partOf !== undefined && all.has(name(one, one.figure.partOf));
  const partsOf = Map.groupBy(placed.filter(isPart), (one) => name(one, one.figure.partOf));
  let end: Big | undefined = Big(0);
  return placed
    .filter((one) => !isPart(one))
    .map((one): RangeRow => {
      const isCounted = one.figure.status !== 'delivered' && sums.has(`${one.commitment} ${one.figure.key}`);
      const start = isCounted && end?.gt(0) ? end.toFixed() : undefined;
      if (isCounted) {
        // After a sum without an upper end, no place to start is known.
        const max = barOf(one.figure)?.max;
        end = end && max !== undefined ? end.plus(max) : undefined;
      }
      const parts = partsOf.get(name(one, one.figure.key));
      return {
        head: html`${statusWithMark(one.figure)}${lineLink(one.commitment, around)}`,
        figures: [one],
        ...(parts && { parts: byPartition(parts) }),
        after: start,
      };
    });
}
