import type { AnswerWith } from '../../../projections/views/view.ts';
import { speakersInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { evidence, isolated, since, stageWithMark, statusWithMark, when } from '../page/parts.ts';
import { performanceBar, performanceKey } from '../page/pictures/performance.ts';
import {
  figureOnPage,
  figureWithSpeaker,
  isContested,
  lineLink,
  type Placed,
  type Surroundings,
  surroundings,
} from './ranges.ts';

type Answer = AnswerWith<'obligations'>;

/** The maximum number of rows of a table; the rest is among the lines. */
const maxRows = 40;
const maxTerms = 6;

const performanceWords = {
  none: 'nothing recorded as performed',
  partial: 'performed in part',
  full: 'performed in full',
} as const;

/** What was agreed and how much of it is performed, then what was only proposed. */
export function body(answer: Answer, to: CutLinks): Html {
  const around = surroundings(answer.lines, to);
  return html`${agreements(answer, around)}${proposals(answer, around)}`;
}

function agreements({ agreed, terms, performed, lines }: Answer, around: Surroundings): Html {
  if (agreed.length === 0)
    return lines.length === 0
      ? html``
      : html`<h2 id="agreed">What was agreed</h2><p class="none">Nothing is recorded as agreed.</p>`;
  const shown = agreed.slice(0, maxRows);
  const termsOf = Map.groupBy(terms, ({ commitment }) => commitment);
  const performedOf = Map.groupBy(performed, ({ commitment }) => commitment);
  return html`<h2 id="agreed">What was agreed, and what of it is performed</h2>
<table class="stk agreed"><caption>How far something is performed is not measured: a half says that a part is, never how much.</caption><thead><tr><th scope="col">Commitment</th><th scope="col">Agreed</th><th scope="col">Performed</th></tr></thead><tbody>${shown.map(
    ({ commitment, stage, performance }) => {
      const line = around.lines.get(commitment);
      const own = termsOf.get(commitment) ?? [];
      const [standing, delivered] = [false, true].map((wanted) =>
        own.filter(({ figure }) => (figure.status === 'delivered') === wanted),
      );
      const deeds = performedOf.get(commitment) ?? [];
      return html`<tr><th scope="row">${lineLink(commitment, around)}<div class="stack">${stageWithMark(stage)}${line && since(line.stageSince)}</div></th>
<td>${termList(standing ?? [], around)}</td>
<td>${performanceBar(performance, performanceWords[performance])}<p class="perf">${performanceWords[performance]}</p>${termList(delivered ?? [], around, false)}<ul class="plain">${deeds
        .slice(-maxTerms)
        .map(
          ({ happened, extent, saidBy, summary, sources }) =>
            html`<li>${summary !== undefined && html`<bdi>${summary}</bdi> `}<span class="meta">${extent === 'full' ? 'in full' : 'in part'}, ${when(happened)}, said by ${isolated(speakersInWords(saidBy, line?.names))}</span> <span class="by">${evidence(sources)}</span></li>`,
        )}${deeds.length > maxTerms && html`<li class="meta">and ${String(deeds.length - maxTerms)} before</li>`}</ul></td></tr>
`;
    },
  )}</tbody></table>${performanceKey(shown.map(({ performance }) => performance))}${
    shown.length < agreed.length &&
    html`<p class="meta">${String(agreed.length - shown.length)} more agreed commitments are among the lines below.</p>`
  }`;
}

function termList(terms: readonly Placed[], around: Surroundings, saysNone = true): Html {
  if (terms.length === 0) return saysNone ? html`<span class="none">no terms recorded</span>` : html``;
  const more = terms.length - maxTerms;
  return html`<ul class="plain">${terms.slice(0, maxTerms).map((one) => html`<li>${figureOnPage(one, around)}${isContested(one, around) && html` <span class="neq"><b aria-hidden="true">≠</b> contested</span>`}</li>`)}${
    more > 0 && html`<li class="meta">and ${String(more)} more among the lines below</li>`
  }</ul>`;
}

/** What was proposed, with the stage that its commitment has reached, so that a proposal that came true is recognised. */
function proposals({ proposed }: Answer, around: Surroundings): Html {
  if (proposed.length === 0) return html``;
  const shown = proposed.slice(0, maxRows);
  return html`<h2 id="proposed">What was proposed or expected</h2>
<table class="stk proposals"><caption>A proposal is not an acceptance. Beside each is the stage of its commitment.</caption><thead><tr><th scope="col">Proposed</th><th scope="col">What</th><th scope="col">Its commitment stands at</th></tr></thead><tbody>${shown.map(
    (one) => {
      const line = around.lines.get(one.commitment);
      return html`<tr><td>${statusWithMark(one.figure)}</td><td>${figureWithSpeaker(one, around)}</td><td>${line && html`${stageWithMark(line.stage)} ${lineLink(one.commitment, around)}`}</td></tr>
`;
    },
  )}</tbody></table>${shown.length < proposed.length && html`<p class="meta">${String(proposed.length - shown.length)} more proposals are among the lines below.</p>`}`;
}
