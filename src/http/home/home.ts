import { capitalised } from '../../wording/values.ts';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { type Stage, stages } from '../../../domain/types.ts';
import type { Cut } from '../../../projections/cut.ts';
import type { Line } from '../../../projections/record.ts';
import { all } from '../../../projections/views/builtIn.ts';
import type { AnyAnswer } from '../../../projections/views/view.ts';
import { type View, viewNamed } from '../../../projections/views/views.ts';
import { definitionsIn } from '../../read/definitions.ts';
import { dueAt } from '../../read/across.ts';
import { type Latest, latestAt } from '../../read/latest.ts';
import { linesBeside, viewAt } from '../../read/viewAt.ts';
import type { Reader } from '../../read/queries.ts';
import { warningKindInWords } from '../../wording/warnings.ts';
import { pageQueryOf } from '../address.ts';
import { tagBytes } from '../caching.ts';
import { pause } from '../../turns.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { varyByAccept, wantsPage } from '../forms.ts';
import { oneLine } from '../../wording/direction.ts';
import { besideOf, countsOf, recordEnds, stagesOf } from '../../../projections/findings.ts';
import { sentences } from '../../wording/findings.ts';
import { dueTable } from '../due/duePage.ts';
import { type Framed, frameAt } from '../page/frame.ts';
import { partyInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import { keptPages } from '../page/keptPages.ts';
import { maxLines } from '../page/lines.ts';
import type { CutLinks } from '../page/links.ts';
import {
  besideInShort,
  contestedSign,
  dayOf,
  isolated,
  named,
  stageInWords,
  stageWithMark,
  when,
  words,
} from '../page/parts.ts';
import { contestedMark, correctionMark, stageMark, warningMark } from '../page/pictures/marks.ts';
import { headingOf } from '../views/viewSections.ts';
import { type Alternate, type Frame, jsonForm, latestChanges, page, send } from '../page/shell.ts';

const maxMarks = 16;
const maxRows = 8;
const maxDisputes = 3;
const maxReadings = 6;

/** Where does everything stand? To anyone who wants no page: where a client begins. */
export function addHome(app: OpenAPIHono, { reader, ledger }: Context): void {
  const kept = keptPages(reader);
  app.get('/', varyByAccept, async (c) => {
    if (wantsPage(c)) {
      const query = pageQueryOf(c, cutQuery);
      const cut = await cutOf(reader, query);
      const framed = await frameAt(reader, cut, query);
      return send(c, await kept(c, framed.frame, async () => homePage(reader, cut, framed)));
    }
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

async function homePage(reader: Reader, cut: Cut, { frame, to }: Framed): Promise<Html> {
  if (cut.size === 0) return emptyHome(frame);
  const { views } = definitionsIn(reader);
  const answers: { view: View; answer: AnyAnswer }[] = [];
  for (const { name } of frame.views ?? []) {
    const view = name === all.name ? undefined : viewNamed(name, views);
    if (view) answers.push({ view, answer: await viewAt(reader, view, cut) });
  }
  // A commitment may be in several views of a desk.
  const inViews = [...new Map(answers.flatMap(({ answer }) => answer.lines).map((line) => [line.commitment, line])).values()];
  const beside = await linesBeside(reader, new Set(inViews.map(({ commitment }) => commitment)), cut);
  const lines = [...inViews, ...beside];
  const latest = await latestAt(reader, cut, maxRows);
  const rows: Row[] = [];
  for (const { view, answer } of answers) {
    rows.push(viewRow(view, answer, to));
    await pause();
  }
  rows.push(...topicRows(beside, to));
  await pause();
  const next = await dueAt(reader, {}, { from: cut.asOf, to: undefined }, cut);
  const stagesOfAll = matrix(rows, lines);
  await pause();
  const body = html`${stagesOfAll}
<p class="meta">All of them are in <a href="${to('/commitments')}">the list of every commitment</a>.</p>
${changed(latest, frame, to)}
${contested(lines, to)}
${setAside(lines, to)}
${late(lines, to)}
${next.due.length > 0 && html`<h2 id="due">Due next</h2>${dueTable(next.due.slice(0, maxRows), next.names, to)}<p class="meta"><a href="${to('/due')}">${next.due.length > maxRows ? `All ${figureOf(next.due.length)} days ahead` : 'As a calendar'}</a></p>`}`;
  const lede =
    lines.length === 0
      ? 'Nothing is recorded at this cut.'
      : sentences([stagesOf(countsOf(lines)), besideOf(countsOf(lines)), ...recordEnds(frame.cut)]);
  const title = 'Who has promised what, and what became of it';
  return page({ title, lede, path: '/', frame, body, alternates: formsOf(frame) });
}

/** A ledger in which nothing is recorded says how to begin. */
function emptyHome(frame: Framed['frame']): Html {
  const body = html`<h2 id="begin">How to begin</h2>
<ul class="findings"><li><h3><a href="/record">Record what was announced</a></h3><p>Paste what you read, name who said it, and choose what it is: a demand, a pledge, an instrument, a dispute.</p></li>
<li><h3>Take what you have</h3><p>Send lines that another ledger exported, or that you made yourself: <code>npx ledger import FILE</code>.</p></li>
<li><h3><a href="/reference">Record by machine</a></h3><p>Every address, with the fields that each announcement needs.</p></li></ul>`;
  const lede = 'Nothing is recorded at this cut.';
  return page({
    title: 'Who has promised what, and what became of it',
    lede,
    path: '/',
    frame,
    body,
    alternates: formsOf(frame),
  });
}

/** The address of the page itself answers with where to go on; what it shows is the JSON of the views. */
function formsOf({ asked: asks, views = [] }: Frame): Alternate[] {
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

/** What has a row: a view, or a topic that no view takes. */
type Row = {
  readonly id: string;
  readonly head: Html;
  readonly lines: readonly Line[];
  /** Where the mark of a commitment leads. */
  readonly addressOf: (line: Line) => string;
  /** All of its commitments at a stage. */
  readonly atStage: (stage: Stage) => string;
};

function viewRow(defined: View, answer: AnyAnswer, to: CutLinks): Row {
  const { view, title, lines } = answer;
  const { topics, parties, documents } = defined;
  const filters = { topic: topics?.join(','), party: parties?.join(','), document: documents?.join(',') };
  return {
    id: view,
    head: html`<a href="${to(`/views/${view}`)}">${title}</a><p>${lines.length === 0 ? 'Nothing recorded' : headingOf(answer, defined).heading}.</p>`,
    lines,
    addressOf: ({ commitment }) =>
      lines.length > maxLines ? to(`/commitments/${commitment}`) : to(`/views/${view}`, {}, `c-${commitment}`),
    atStage: (stage) => to('/commitments', { ...filters, stage }),
  };
}

/** A row for each first segment of a topic that no view takes; beyond the eighth, one row for all the rest. */
function topicRows(beside: readonly Line[], to: CutLinks): Row[] {
  const topics = [...Map.groupBy(beside, ({ topic }) => topic.split('/')[0] ?? topic)];
  const rest = topics.slice(maxRows);
  const row = (id: string, head: Html, lines: readonly Line[], topic?: string): Row => ({
    id,
    head: html`${head}<p>${sentences([stagesOf(countsOf(lines))])}</p>`,
    lines,
    addressOf: ({ commitment }) => to(`/commitments/${commitment}`),
    atStage: (stage) => to('/commitments', { topic, stage }),
  });
  return [
    ...topics
      .slice(0, maxRows)
      .map(([topic, lines]) =>
        row(
          `topic-${topic}`,
          html`<a href="${to('/commitments', { topic })}">${capitalised(topic.replaceAll('-', ' '))}</a>`,
          lines,
          topic,
        ),
      ),
    ...(rest.length === 0
      ? []
      : [
          row(
            'topics',
            html`<a href="${to('/commitments')}">${figureOf(rest.length)} more ${rest.length === 1 ? 'topic' : 'topics'}</a>`,
            rest.flatMap(([, lines]) => lines),
          ),
        ]),
  ];
}

/** A view or topic a row, a stage a column, one mark a commitment. Opened and ended have a column only when there is something in it. */
function matrix(rows: readonly Row[], all: readonly Line[]): Html {
  const reached = new Set(all.map(({ stage }) => stage));
  const columns = stages.filter((stage) => (stage !== 'none' && stage !== 'ended') || reached.has(stage));
  const shown = all.length === 0 ? rows : rows.filter(({ lines }) => lines.length > 0);
  return html`<table class="matrix"><caption>Each mark is one commitment, at the stage it had reached. <b>≠</b> contested, whatever the stage. ${warningMark()} the day by which something was expected or due has passed, and this record shows no full delivery.</caption>
<thead><tr><th scope="col">View</th>${columns.map((stage) => html`<th scope="col">${stageInWords(stage)}<br><span>${columnNotes[stage]}</span></th>`)}</tr></thead>
<tbody>${shown.map((row) => {
    const byStage = Map.groupBy(row.lines, ({ stage }) => stage);
    return html`<tr id="${row.id}"><th scope="row">${row.head}</th>${columns.map((stage) => cell(byStage.get(stage) ?? [], stage, row))}</tr>
`;
  })}</tbody></table>`;
}

function cell(lines: readonly Line[], stage: Stage, { addressOf, atStage }: Row): Html {
  const label = stageInWords(stage);
  if (lines.length === 0) return html`<td data-label="${label}"><span class="none">none</span></td>`;
  const rest = lines.length - maxMarks;
  return html`<td data-label="${label}"><div class="units"><span class="n">${figureOf(lines.length)}</span><div>${lines.slice(0, maxMarks).map((line) => unit(line, addressOf(line)))}${
    rest > 0 && html`<a class="more" href="${atStage(stage)}">and ${figureOf(rest)} more</a>`
  }</div></div></td>`;
}

/** A count in figures, in groups of three. */
function figureOf(count: number): string {
  return count.toLocaleString('en');
}

/** One commitment as a mark, with the words for those who hear the page. */
function unit({ title, stage, contested, warnings }: Line, address: string): Html {
  const late = warnings.filter(({ warning }) => warning === 'expected-not-delivered' || warning === 'overdue');
  const said = late.map(({ warning }) => `, ${warningKindInWords(warning)}`).join('');
  return html`<a href="${address}" class="unit" title="${oneLine(title)}"><span class="vh">${named(title)}${said}</span>${stageMark(stage, 20)}${contested.length > 0 && contestedMark()}${late.length > 0 && warningMark()}</a>`;
}

/** Recently recorded, newest first. */
function changed(latest: readonly Latest[], frame: Framed['frame'], to: CutLinks): Html {
  if (latest.length === 0) return html``;
  const first = Math.min(...latest.map(({ event }) => event.sequence)) - 1;
  return html`<h2 id="changed">Recently recorded</h2><p class="mute">Newest first. The first date is when it happened, the second when this ledger learnt of it. <a href="${latestChanges(frame.asked, frame.cut, frame.cut.size - first)}">All fields, before and after</a></p>
<table class="compact chg"><thead><tr><th scope="col">Happened</th><th scope="col">Recorded</th><th scope="col">Announcement</th><th scope="col">Stage now</th></tr></thead><tbody>${latest.map(
    ({
      event,
      commitment,
    }) => html`<tr><td class="meta">${event.type === 'corrected' ? html`<span>${correctionMark()} in the record</span>` : 'happened' in event.data && when(event.data.happened)}</td><td class="meta">${dayOf(new Date(event.time).toISOString())}</td>
<td><a href="${to(`/commitments/${commitment.id}`, {}, `e-${event.id}`)}">${named(commitment.title)}</a><br>${event.type === 'corrected' ? isolated(event.data.reason) : 'summary' in event.data && event.data.summary !== undefined && isolated(event.data.summary)} <span class="meta">${event.type}, event ${String(event.sequence)}</span></td>
<td><div class="stack">${stageWithMark(commitment.stage)}${event.type === 'disputed' && html` <span class="neq"><b aria-hidden="true">≠</b> disputed</span>`}${event.type === 'fulfilled' && html` <span class="meta">performed in ${event.data.extent === 'full' ? 'full' : 'part'}</span>`}${besideInShort(commitment)}</div></td></tr>
`,
  )}</tbody></table>`;
}

/** The open disputes, each with every reading. */
function contested(lines: readonly Line[], to: CutLinks): Html {
  const open = lines.filter((line) => line.contested.length > 0);
  if (open.length === 0)
    return html`<h2 id="contested">Contested</h2><p class="mute">Nothing recorded is contested at this cut.</p>`;
  return html`<h2 id="contested">Contested</h2><p class="mute">A dispute stands beside the stage and never replaces it. Every reading stays on record.</p>
<div class="cons">${open.slice(0, maxRows + 1).map((line) => {
    const address = to(`/commitments/${line.commitment}`);
    return html`<article><h3><a href="${address}">${named(line.title)}</a></h3>${line.contested
      .slice(0, maxDisputes)
      .map(
        (one) =>
          html`<p class="stack">${stageWithMark(line.stage)}${contestedSign(one, address)}${besideInShort(line)}</p><dl>${one.readings
            .slice(0, maxReadings)
            .map(
              ({ party, text, sources }) =>
                html`<div><dt>${isolated(partyInWords(party, line.names))}</dt><dd>${words(text, { sources })}</dd></div>`,
            )}</dl><p class="meta">${one.readings.length > maxReadings && `${String(one.readings.length - maxReadings)} more readings; `}since ${when(one.since)} at the latest</p>`,
      )}${line.contested.length > maxDisputes && html`<p><a href="${address}">All its ${String(line.contested.length)} disputes</a></p>`}</article>`;
  })}</div>${open.length > maxRows + 1 && html`<p><a href="${to('/commitments', { contested: true })}">All ${open.length} contested commitments</a></p>`}`;
}

/** What is suspended, and what was announced for a later day, each with how it stands. */
function setAside(lines: readonly Line[], to: CutLinks): Html {
  const found = lines.filter(({ suspended, notices }) => suspended.length > 0 || notices.length > 0);
  if (found.length === 0) return html``;
  return html`<h2 id="set-aside">Suspended, or announced for a later day</h2><ul class="plain">${found
    .slice(0, maxRows)
    .map(
      (line) =>
        html`<li>${stageMark(line.stage)} <a href="${to(`/commitments/${line.commitment}`)}">${named(line.title)}</a> <span class="stack">${besideInShort(line)}</span></li>`,
    )}</ul>${found.length > maxRows && html`<p><a href="${to('/commitments', { suspended: true })}">All that are suspended</a></p>`}`;
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
  const others = (['overdue', 'price-gone', 'condition-open', 'ran-out', 'quiet'] as const).map((kind) => ({
    kind,
    found: lines.flatMap(({ commitment, title, warnings }) =>
      warnings.filter(({ warning }) => warning === kind).map(({ since }) => ({ commitment, title, since })),
    ),
  }));
  return html`<h2 id="expected">Expected, and not delivered</h2>${
    expected.length === 0
      ? html`<p class="mute">Nothing expected by a day that has passed is missing at this cut.</p>`
      : html`<p class="mute">Someone said this would come by a day that has passed; nothing of the kind has been recorded since. That is a statement about the record, not a breach: an expectation is not a pledge.</p>
<table class="late compact"><thead><tr><th scope="col">Missing since</th><th scope="col">Commitment</th><th scope="col">What was said to be expected</th></tr></thead><tbody>${[
          ...rows,
        ]
          .slice(0, maxRows)
          .map(
            ([, missing]) => html`<tr><td>${when(missing[0]?.since ?? '')}</td><td><ul class="plain">${missing
              .slice(0, maxRows)
              .map(
                ({ line }) =>
                  html`<li>${stageMark(line.stage)} <a href="${to(`/commitments/${line.commitment}`)}">${named(line.title)}</a></li>`,
              )}${
              missing.length > maxRows && html`<li>and ${missing.length - maxRows} more</li>`
            }</ul></td><td>${missing[0]?.said}</td></tr>
`,
          )}</tbody></table><p class="meta"><a href="${to('/commitments', { warning: 'expected-not-delivered' })}">${expected.length === 1 ? 'In a list' : `All ${figureOf(expected.length)}, in a list`}</a></p>`
  }${
    others.some(({ found }) => found.length > 0) &&
    html`<h2 id="warnings">Other warnings</h2>${others.map(({ kind, found }) =>
      found.length === 0
        ? ''
        : html`<h3>${warningMark()} ${capitalised(warningKindInWords(kind))}</h3><ul class="plain">${found
            .slice(0, maxRows)
            .map(
              ({ commitment, title, since }) =>
                html`<li><a href="${to(`/commitments/${commitment}`)}">${named(title)}</a> <span class="meta">since ${when(since)}</span></li>`,
            )}${
            found.length > maxRows &&
            html`<li><a href="${to('/commitments', { warning: kind })}">and ${found.length - maxRows} more</a></li>`
          }</ul>`,
    )}`
  }`;
}

/** The words in which something was said to be expected: the recorded passage, else the record's own. */
function expectation({ figures }: Line, announcement: string | undefined): { text: string; said: Html } {
  const figure = figures.find((one) => one.announcement === announcement);
  if (!figure) return { text: '', said: html`<span class="none">said in words that this list does not show</span>` };
  const passage = figure.sources.find(({ quote }) => quote)?.quote?.exact;
  const text = passage ?? figure.text;
  return { text, said: words(text, { quoted: passage !== undefined || figure.quoted, sources: figure.sources }) };
}
