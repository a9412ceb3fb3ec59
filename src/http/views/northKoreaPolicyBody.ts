import { disputeFinder } from '../../../projections/beside.ts';
import { isAgreed } from '../../../projections/record.ts';
import type { AnswerWith } from '../../../projections/views/view.ts';
import { figureInWords, partiesInWords, partyInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { translated } from '../page/announcement.ts';
import { evidence, isolated, named, statusWithMark, when, words } from '../page/parts.ts';
import { contestedMark } from '../page/pictures/marks.ts';
import { figureAddress, figureOnPage, lineLink, namesIn, type Placed, type Surroundings, surroundings } from './ranges.ts';

type Answer = AnswerWith<'positions'>;
type Position = Answer['positions'][number];

/** The maximum number of rows and columns of a table, and of a party's words; the rest is among the lines. */
const maxRows = 24;
const maxParties = 5;
const maxSaid = 8;
const maxPlans = 12;

/** Where each party stands, the stages of the plans, and what is contested between whom. */
export function body(answer: Answer, to: CutLinks): Html {
  const around = surroundings(answer.lines, to);
  return html`${stands(answer, around)}${plans(answer, around)}${conflicts(answer, around)}${positions(answer, around)}`;
}

/**
 * The table of this view: one row a commitment, one column a party; each cell shows how firm the party's word is, or that it
 * disagrees.
 */
function stands({ positions: given, lines }: Answer, around: Surroundings): Html {
  if (given.length === 0) return html``;
  const names = namesIn(around);
  const columns = given.slice(0, maxParties);
  const said = new Set(given.flatMap((one) => [...one.said, ...one.readings].map(({ commitment }) => commitment)));
  const rows = lines.filter(({ commitment }) => said.has(commitment)).slice(0, maxRows);
  const rest = said.size - rows.length;
  return html`<h2 id="stands">Where each party stands</h2>
<table class="stands"><caption>What was said for each party, and how firm it is. An empty cell means that nothing is recorded, not that nothing was said.</caption><thead><tr><th scope="col">Commitment</th>${columns.map(
    ({ party }) => html`<th scope="col">${isolated(partyInWords(party, names))}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ({ commitment }) => html`<tr><th scope="row">${lineLink(commitment, around)}</th>${columns.map(
      (position) => html`<td data-party="${partyInWords(position.party, names)}">${cell(position, commitment, around)}</td>`,
    )}</tr>
`,
  )}</tbody></table>${
    (columns.length < given.length || rest > 0) &&
    html`<p class="meta">${columns.length < given.length && `${String(given.length - columns.length)} more parties have a position. `}${rest > 0 && `${String(rest)} more commitments are not in this table. `}Everything is among the lines below.</p>`
  }`;
}

/** The firmest words of a party about a commitment, once for each kind of statement. */
function cell({ said, readings }: Position, commitment: string, { to }: Surroundings): Html {
  const own = said.filter((one) => one.commitment === commitment).map(({ figure }) => figure);
  const ways = [...Map.groupBy(own, ({ status, mode }) => `${status} ${mode ?? ''}`).values()];
  const [dispute] = readings.filter((one) => one.commitment === commitment).map((one) => one.dispute);
  if (ways.length === 0 && dispute === undefined) return html`<span class="none">nothing recorded</span>`;
  return html`<div class="stack">${ways.map(([first]) => first && html`<span>${statusWithMark(first)} <span class="meta">${when(first.happened)}</span></span>`)}${
    dispute !== undefined &&
    html`<a class="neq" href="${to(`/commitments/${commitment}`)}#d-${dispute}"><b aria-hidden="true">≠</b> Contests</a>`
  }</div>`;
}

/** The stages of each plan, in order, as they were said. */
function plans({ stages }: Answer, around: Surroundings): Html {
  if (stages.length === 0) return html``;
  const shown = stages.slice(0, maxPlans);
  return html`<h2 id="plans">The stages of the plans</h2>
<ul class="plans">${shown.map(({ commitment, figure }) => {
    const line = around.lines.get(commitment);
    const steps = figure.kind === 'stages' ? figure.stages : [];
    return html`<li><p>${statusWithMark(figure)} <a href="${figureAddress(figure, around)}">${named(line?.title ?? commitment)}</a>${
      (line?.contested ?? []).length > 0 && html` <span class="neq">${contestedMark()}</span>`
    } <span class="meta">${when(figure.happened)}</span></p><ol class="chain${isAgreed(figure.status) && ' firm'}">${steps.map((step) => html`<li>${words(step)}</li>`)}</ol></li>
`;
  })}</ul>${shown.length < stages.length && html`<p class="meta">${String(stages.length - shown.length)} more plans are among the lines below.</p>`}`;
}

/** What is contested, between whom and since when, with each reading. */
function conflicts({ contested, lines }: Answer, around: Surroundings): Html {
  const names = namesIn(around);
  if (contested.length === 0)
    return lines.length === 0
      ? html``
      : html`<h2 id="contested">What is contested</h2><p class="none">Nothing is recorded as contested.</p>`;
  const shown = contested.slice(0, maxPlans);
  return html`<h2 id="contested">What is contested, between whom</h2>
${shown.map(({ commitment, dispute, since, ground, between, about }) => {
  const line = around.lines.get(commitment);
  const all = line?.contested.find((one) => one.dispute === dispute)?.readings ?? [];
  const readings = all.slice(0, maxSaid);
  const more = all.length - readings.length;
  const isAbout = disputeFinder([{ about }]);
  const target: Placed[] = (line?.figures ?? [])
    .filter((figure) => isAbout(figure) !== undefined)
    .map((figure) => ({ commitment, figure }));
  return html`<article class="dispute"><h3><a href="${around.to(`/commitments/${commitment}`)}#d-${dispute}">${named(line?.title ?? commitment)}</a></h3>
<p><span class="neq"><b aria-hidden="true">≠</b> Contested<span class="sub"> · ${ground}</span></span> <span class="meta">between <bdi>${partiesInWords(between, names)}</bdi>, since ${when(since)}</span></p>
<dl>${target.length > 0 && html`<div><dt>What it is about</dt><dd>${target.slice(0, 3).map((one) => html`${figureOnPage(one, around)} `)}</dd></div>`}${readings.map(
    ({ party, text, translation, sources }) =>
      html`<div><dt>${isolated(partyInWords(party, names))} says</dt><dd>${words(text, {
        quoted: sources.some(({ quote }) => quote?.exact.includes(text) === true),
        sources,
      })}${translated({ translation })} <span class="by">${evidence(sources)}</span></dd></div>`,
  )}</dl>${more > 0 && html`<p class="meta">and ${String(more)} more readings, with the commitment</p>`}</article>
`;
})}${shown.length < contested.length && html`<p class="meta">${String(contested.length - shown.length)} more disputes are among the lines below.</p>`}`;
}

/** Each party's own words, side by side. */
function positions({ positions: given }: Answer, around: Surroundings): Html {
  if (given.length === 0) return html``;
  const names = namesIn(around);
  return html`<h2 id="positions">In each party’s words</h2>
<div class="sides">${given.slice(0, maxParties + 3).map(({ party, said, readings }) => {
    const more = Math.max(0, said.length - maxSaid) + Math.max(0, readings.length - maxSaid);
    return html`<section><h3>${isolated(partyInWords(party, names))}</h3><ul class="plain">${said
      .slice(0, maxSaid)
      .map(({ commitment, figure }) => {
        return html`<li>${statusWithMark(figure)} ${figureOnPage({ commitment, figure }, around)}${
          figure.kind !== 'text' && figureInWords(figure) !== figure.text && html` ${words(figure.text, figure)}`
        } <span class="meta">${when(figure.happened)}</span></li>`;
      })}${readings
      .slice(0, maxSaid)
      .map(
        ({ commitment, dispute, text, translation }) =>
          html`<li><a class="neq" href="${around.to(`/commitments/${commitment}`)}#d-${dispute}">${contestedMark()}</a> ${words(text)}${translated({ translation })}</li>`,
      )}</ul>${more > 0 && html`<p class="meta">and ${String(more)} more among the lines below</p>`}</section>
`;
  })}</div>`;
}
