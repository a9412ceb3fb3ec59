import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { type Stage, stages } from '../../../domain/types.ts';
import type { Line } from '../../../projections/record.ts';
import { type ViewAnswer, views } from '../../../projections/views.ts';
import { type Latest, latestAt, viewAt } from '../../queries.ts';
import { partyInWords, warningKindInWords } from '../../words.ts';
import { tagBytes } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutQuery } from '../cuts.ts';
import { asideOf, finding, standing } from './findings.ts';
import { asked, type Framed, frameOf } from './frame.ts';
import type { Html } from './html.ts';
import { keptPages } from './kept.ts';
import { mostLines } from './lines.ts';
import type { CutLinks } from './links.ts';
import { pageAt } from './negotiate.ts';
import { capitalised, contestedSign, dayOf, isolated, stageInWords, stageWithMark, when, words } from './parts.ts';
import { contestedMark, correctionMark, stageMark, warningMark } from './pictures/marks.ts';
import { type Alternate, type Frame, jsonForm, latestChanges, page, send } from './shell.ts';

const mostMarks = 16;
const mostRows = 8;
const mostDisputes = 3;
const mostReadings = 6;

/** Where does everything stand? */
export function addHome(app: OpenAPIHono, { reader, ledger }: Context): void {
  const kept = keptPages(reader);
  pageAt(app, '/', async (c) => {
    const { frame, cut, to } = await frameOf(reader, asked(c, cutQuery));
    const document = await kept(c, frame, async () => {
      const answers: ViewAnswer[] = [];
      for (const view of views) answers.push(await viewAt(reader, view, cut));
      const lines = answers.flatMap((answer) => answer.lines);
      const latest = await latestAt(reader, cut, mostRows);
      const lede =
        lines.length === 0 ? 'Nothing is recorded at this cut.' : `${capitalised(standing(lines))}. ${asideOf(lines)}`;
      const body = html`${matrix(answers, to)}
<p class="meta">A view takes the commitments under its own topics (${views.map(({ topic }) => topic).join(', ')}); whatever else is recorded is in <a href="${to('/commitments')}">the list of every commitment</a>.</p>
${changed(latest, frame, to)}
${contested(lines, to)}
${late(lines, to)}`;
      return page({
        title: 'Who has promised what, and what became of it',
        lede,
        path: '/',
        frame,
        body,
        alternates: formsOf(frame),
      });
    });
    return send(c, document);
  });
  app.get('/', async (c) => {
    const links = {
      commitments: '/commitments',
      views: '/views',
      events: '/events',
      document: '/openapi.json',
      reference: '/reference',
    };
    const text = JSON.stringify({ ledger: ledger.log.ledger, size: await reader.log.size(), links });
    tagBytes(c, text);
    return c.body(text, 200, { 'Content-Type': 'application/json' });
  });
}

/** The address of the page itself answers with where to go on; what it shows is the JSON of the views. */
function formsOf({ asked: asks }: Frame): Alternate[] {
  return [
    ...views.map(({ name, title }) => ({ ...jsonForm(`/views/${name}`, asks), label: `${title} as JSON` })),
    { ...jsonForm('/', asks), label: 'where a client begins' },
  ];
}

const columnNotes: Partial<Record<Stage, string>> = {
  none: 'nothing announced',
  noted: 'a fact',
  proposed: 'not accepted',
  pledged: 'undertaken',
  formalised: 'an instrument',
  fulfilled: 'in full',
  ended: 'no more',
};

/** A view a row, a stage a column, one mark a commitment. Opened and ended have a column only when there is something in it. */
function matrix(answers: readonly ViewAnswer[], to: CutLinks): Html {
  const reached = new Set(answers.flatMap(({ lines }) => lines.map(({ stage }) => stage)));
  const columns = stages.filter((stage) => (stage !== 'none' && stage !== 'ended') || reached.has(stage));
  return html`<table class="matrix"><caption>Each mark is one commitment, at the stage it had reached. <b>≠</b> contested, whatever the stage. ${warningMark()} expected by a day that has passed, and not delivered.</caption>
<thead><tr><th scope="col">View</th>${columns.map((stage) => html`<th scope="col">${stageInWords(stage)}<br><span>${columnNotes[stage]}</span></th>`)}</tr></thead>
<tbody>${answers.map((answer) => {
    const address = to(`/views/${answer.view}`);
    return html`<tr id="${answer.view}"><th scope="row"><a href="${address}">${answer.title}</a><p>${answer.lines.length === 0 ? 'Nothing recorded' : finding(answer).heading}.</p></th>${columns.map(
      (stage) =>
        cell(
          answer.lines.filter((line) => line.stage === stage),
          { stage, answer, to },
        ),
    )}</tr>
`;
  })}</tbody></table>`;
}

function cell(lines: readonly Line[], { stage, answer, to }: { stage: Stage; answer: ViewAnswer; to: CutLinks }): Html {
  const label = stageInWords(stage);
  if (lines.length === 0) return html`<td data-label="${label}"><span class="none">none</span></td>`;
  const topic = views.find(({ name }) => name === answer.view)?.topic;
  const rest = lines.length - mostMarks;
  return html`<td data-label="${label}"><div class="units"><span class="n">${figureOf(lines.length)}</span><div>${lines.slice(0, mostMarks).map((line) => unit(line, answer.lines.length > mostLines ? to(`/commitments/${line.commitment}`) : to(`/views/${answer.view}`, {}, `c-${line.commitment}`)))}${
    rest > 0 && html`<a class="more" href="${to('/commitments', { topic, stage })}">and ${figureOf(rest)} more</a>`
  }</div></div></td>`;
}

/** A count in figures, thousands apart. */
function figureOf(count: number): string {
  return count.toLocaleString('en');
}

/** One commitment as a mark, with the words for those who hear the page. */
function unit({ title, stage, contested, warnings }: Line, address: string): Html {
  const isLate = warnings.some(({ warning }) => warning === 'expected-not-delivered' || warning === 'overdue');
  return html`<a href="${address}" class="unit" title="${title}"><span class="vh"><bdi>${title}</bdi>${isLate && ', expected, not delivered'}</span>${stageMark(stage, 20)}${contested.length > 0 && contestedMark()}${isLate && warningMark()}</a>`;
}

/** What was recorded last, newest first. */
function changed(latest: readonly Latest[], frame: Framed['frame'], to: CutLinks): Html {
  if (latest.length === 0) return html``;
  const first = Math.min(...latest.map(({ event }) => event.sequence)) - 1;
  return html`<h2 id="changed">What was recorded last</h2><p class="mute">Newest first. The first date is when it happened, the second when this ledger learnt of it. <a href="${latestChanges(frame.asked, frame.cut, frame.cut.size - first)}">All fields, before and after</a></p>
<table class="compact chg"><thead><tr><th scope="col">Happened</th><th scope="col">Recorded</th><th scope="col">Announcement</th><th scope="col">Stage now</th></tr></thead><tbody>${latest.map(
    ({
      event,
      commitment,
    }) => html`<tr><td class="meta">${event.type === 'corrected' ? html`<span>${correctionMark()} in the record</span>` : 'happened' in event.data && when(event.data.happened)}</td><td class="meta">${dayOf(new Date(event.time).toISOString())}</td>
<td><a href="${to(`/commitments/${commitment.id}`, {}, `e-${event.id}`)}">${isolated(commitment.title)}</a><br>${event.type === 'corrected' ? isolated(event.data.reason) : 'summary' in event.data && event.data.summary !== undefined && isolated(event.data.summary)} <span class="meta">${event.type}, event ${String(event.sequence)}</span></td>
<td>${stageWithMark(commitment.stage)}${event.type === 'disputed' && html` <span class="neq"><b aria-hidden="true">≠</b> disputed</span>`}${event.type === 'fulfilled' && html` <span class="meta">performed in ${event.data.extent === 'full' ? 'full' : 'part'}</span>`}</td></tr>
`,
  )}</tbody></table>`;
}

/** The open disputes, each with every reading. */
function contested(lines: readonly Line[], to: CutLinks): Html {
  const open = lines.filter((line) => line.contested.length > 0);
  if (open.length === 0)
    return html`<h2 id="contested">Contested</h2><p class="mute">Nothing recorded is contested at this cut.</p>`;
  return html`<h2 id="contested">Contested</h2><p class="mute">A dispute stands beside the stage and never replaces it. Every reading is kept.</p>
<div class="cons">${open.slice(0, mostRows + 1).map((line) => {
    const address = to(`/commitments/${line.commitment}`);
    return html`<article><h3><a href="${address}">${isolated(line.title)}</a></h3>${line.contested
      .slice(0, mostDisputes)
      .map(
        (one) =>
          html`<p class="stack">${stageWithMark(line.stage)}${contestedSign(one, address)}</p><dl>${one.readings
            .slice(0, mostReadings)
            .map(
              ({ party, text, sources }) =>
                html`<div><dt>${isolated(partyInWords(party, line.names))}</dt><dd>${words(text, { sources })}</dd></div>`,
            )}</dl><p class="meta">${one.readings.length > mostReadings && `${String(one.readings.length - mostReadings)} more readings; `}since ${when(one.since)} at the latest</p>`,
      )}${line.contested.length > mostDisputes && html`<p><a href="${address}">All its ${String(line.contested.length)} disputes</a></p>`}</article>`;
  })}</div>${open.length > mostRows + 1 && html`<p><a href="${to('/commitments', { contested: true })}">All ${open.length} contested commitments</a></p>`}`;
}

/** What someone said would come, and nothing of the kind was recorded; then the other warnings, in a sentence. */
function late(lines: readonly Line[], to: CutLinks): Html {
  const expected = lines.flatMap((line) =>
    line.warnings
      .filter(({ warning }) => warning === 'expected-not-delivered')
      .map(({ since, announcement }) => ({ line, since, ...expectation(line, announcement) })),
  );
  // One announcement often raises the same hope for several commitments.
  const rows = Map.groupBy(expected, ({ since, text }) => `${since} ${text}`);
  const others = (['overdue', 'price-gone', 'condition-open', 'quiet'] as const).map((kind) => ({
    kind,
    found: lines.flatMap(({ commitment, title, warnings }) =>
      warnings.filter(({ warning }) => warning === kind).map(({ since }) => ({ commitment, title, since })),
    ),
  }));
  return html`<h2 id="expected">Expected, and not delivered</h2>${
    expected.length === 0
      ? html`<p class="mute">Nothing that was expected by a day is missing at this cut.</p>`
      : html`<p class="mute">Someone said this would come by a day that has passed; nothing of the kind has been recorded since. That is a statement about the record, not a breach: an expectation is not a pledge.</p>
<table class="late compact"><thead><tr><th scope="col">Missing since</th><th scope="col">Commitment</th><th scope="col">What was said to be expected</th></tr></thead><tbody>${[
          ...rows,
        ]
          .slice(0, mostRows)
          .map(
            ([, missing]) => html`<tr><td>${when(missing[0]?.since ?? '')}</td><td><ul class="plain">${missing
              .slice(0, mostRows)
              .map(
                ({ line }) =>
                  html`<li>${stageMark(line.stage)} <a href="${to(`/commitments/${line.commitment}`)}">${isolated(line.title)}</a></li>`,
              )}${
              missing.length > mostRows && html`<li>and ${missing.length - mostRows} more</li>`
            }</ul></td><td>${missing[0]?.said}</td></tr>
`,
          )}</tbody></table><p class="meta"><a href="${to('/commitments', { warning: 'expected-not-delivered' })}">All ${expected.length}, in a list</a></p>`
  }${
    others.some(({ found }) => found.length > 0) &&
    html`<h2 id="warnings">Other warnings</h2>${others.map(({ kind, found }) =>
      found.length === 0
        ? ''
        : html`<h3>${warningMark()} ${capitalised(warningKindInWords(kind))}</h3><ul class="plain">${found
            .slice(0, mostRows)
            .map(
              ({ commitment, title, since }) =>
                html`<li><a href="${to(`/commitments/${commitment}`)}">${isolated(title)}</a> <span class="meta">since ${when(since)}</span></li>`,
            )}${
            found.length > mostRows &&
            html`<li><a href="${to('/commitments', { warning: kind })}">and ${found.length - mostRows} more</a></li>`
          }</ul>`,
    )}`
  }`;
}

/** The words in which something was said to be expected: the passage that is kept, else the record's own. */
function expectation({ figures }: Line, announcement: string | undefined): { text: string; said: Html } {
  const figure = figures.find((one) => one.announcement === announcement);
  if (!figure) return { text: '', said: html`<span class="none">said in words that this list does not show</span>` };
  const passage = figure.sources.find(({ quote }) => quote)?.quote?.exact;
  const text = passage ?? figure.text;
  return { text, said: words(text, { quoted: passage !== undefined || figure.quoted, sources: figure.sources }) };
}
