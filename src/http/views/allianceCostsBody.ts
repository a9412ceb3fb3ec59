import type { AnswerWith } from '../../../projections/views/view.ts';
import { eachInTurns } from '../../turns.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { isolated, statusWithMark } from '../page/parts.ts';
import { typeMark, stageMark } from '../page/pictures/marks.ts';
import {
  groupsByUnit,
  newestFirst,
  payerInWords,
  type Placed,
  type RangeGroup,
  rangesKey,
  type RangeRow,
  rangesTable,
  type Surroundings,
  surroundings,
  unitInWords,
  withParts,
} from './ranges.ts';

type Answer = AnswerWith<'payments' | 'shares' | 'counts'>;
type Payment = Answer['payments'][number];

/** What was asked, agreed and paid, on one scale for each payer, currency and period; shares and head counts separately. */
export async function body(answer: Answer, to: CutLinks): Promise<Html> {
  const around = surroundings(answer.lines, to);
  return html`${await payments(answer, around)}${beside(answer, around)}`;
}

async function payments({ payments: given, spending, counts }: Answer, around: Surroundings): Promise<Html> {
  if (given.length === 0) return rangesKey([...groupsByUnit(spending), ...groupsByUnit(counts)]);
  const payers = [...new Set(given.map(({ payer }) => payer))];
  const [only] = payers;
  const who = only !== undefined && payers.length === 1 ? payerInWords(only, around) : undefined;
  const verbs = only?.includes('+') ? ['are', 'have', 'have'] : ['is', 'has', 'has'];
  const heading =
    who === undefined
      ? 'What each payer is asked to pay, has agreed to pay, and has paid'
      : html`What ${isolated(who)} ${verbs[0]} asked to pay, ${verbs[1]} agreed to pay, and ${verbs[2]} paid`;
  const groups = await eachInTurns(paymentGroups(given, around), (group) => group);
  return html`<h2 id="payments">${heading}</h2>
${rangesTable(groups, 'Each currency has one scale, and none is converted; sums of different periods are never added. An empty row is an empty record, not a zero.', around)}
${rangesKey([...groups, ...groupsByUnit(spending), ...groupsByUnit(counts)])}`;
}

/** A group for each payer, currency and period, made as they are taken; it names the payer where there are several. */
export function* paymentGroups(given: readonly Payment[], around: Surroundings): Generator<RangeGroup> {
  const isNamed = new Set(given.map(({ payer }) => payer)).size > 1;
  for (const payment of given) yield paymentGroup(payment, around, isNamed);
}

function paymentGroup(payment: Payment, around: Surroundings, named: boolean): RangeGroup {
  const row = (head: Html, figures: readonly Placed[]): RangeRow => ({ head, ...withParts(figures) });
  const stage = (stageName: 'proposed' | 'pledged' | 'formalised' | 'fulfilled', word: string): Html =>
    html`<span class="stage">${stageMark(stageName)}${word}</span>`;
  const other = Map.groupBy(payment.otherwiseProposed, ({ figure }) => figure.mode);
  return {
    title: unitInWords(payment),
    note: named ? isolated(payerInWords(payment.payer, around)) : undefined,
    rows: [
      row(stage('proposed', 'Asked'), payment.asked),
      row(stage('pledged', 'Pledged'), payment.pledged),
      row(stage('formalised', 'Formalised'), payment.formalised),
      row(stage('fulfilled', 'Delivered'), payment.delivered),
      ...[...other.values()].map((figures) => row(figures[0] ? statusWithMark(figures[0].figure) : html``, figures)),
      ...(payment.observed.length === 0
        ? []
        : [
            {
              head: html`<span class="stage">${typeMark('observed')}Observed</span>`,
              figures: newestFirst(payment.observed),
            },
          ]),
    ],
  };
}

/** Defence spending and head counts, which are no payments and never added to them. */
function beside({ spending, counts }: Answer, around: Surroundings): Html {
  const section = (id: string, title: string, groups: readonly RangeGroup[], caption: string): Html =>
    html`<section><h2 id="${id}">${title}</h2>${rangesTable(groups, caption, around, { beside: true })}</section>`;
  const [shares, numbers] = [groupsByUnit(spending), groupsByUnit(counts)];
  const sections = [
    ...(shares.length === 0
      ? []
      : [
          section(
            'spending',
            'Beside it: defence spending',
            shares,
            'Defence spending is not a payment, and is never added to one.',
          ),
        ]),
    ...(numbers.length === 0
      ? []
      : [section('counts', 'Beside it: head counts', numbers, 'Numbers as they were said, each with its speaker.')]),
  ];
  return sections.length === 2 ? html`<div class="grid2">${sections}</div>` : html`${sections}`;
}
