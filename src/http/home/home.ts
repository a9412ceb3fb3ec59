import { dueOn } from '../../wording/daysAhead.ts';
import { capitalised, numberInWords } from '../../wording/values.ts';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { type Stage, stages } from '../../../domain/types.ts';
import type { WarningKind } from '../../../projections/derived/warnings.ts';
import type { Cut, CutAnswer } from '../../../projections/cut.ts';
import type { Line } from '../../../projections/record.ts';
import { all } from '../../../projections/views/builtIn.ts';
import { viewNamed } from '../../../projections/views/views.ts';
import { definitionsIn } from '../../read/definitions.ts';
import { type Home, homeAt, type HomeTopic, type HomeView } from '../../read/homeAt.ts';
import { type Latest, latestAt } from '../../read/latest.ts';
import type { FirstLines, Lines, Unit } from '../../read/linesFound.ts';
import type { Reader } from '../../read/queries.ts';
import { typeLabel } from '../../wording/announcement.ts';
import { warningDay, warningKindInWords } from '../../wording/warnings.ts';
import { pageQueryOf } from '../address.ts';
import { tagBytes } from '../caching.ts';
import { pause } from '../../turns.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { varyByAccept, wantsPage } from '../forms.ts';
import { oneLine } from '../../wording/direction.ts';
import { besideOf, type Counts, findingsOfCounts, recordEnds, stagesOf } from '../../../projections/findings.ts';
import { findingsInWords, sentences } from '../../wording/findings.ts';
import { dueTable } from '../due/duePage.ts';
import { type Framed, frameAt } from '../page/frame.ts';
import { partyInWords } from '../../wording/called.ts';
import { everyCommitment } from '../page/downloads.ts';
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
  endOfRecord,
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

/** Adds the front page: where everything stands. A client that wants no page gets the addresses to begin with. */
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
  const held = (frame.views ?? []).flatMap(({ name }) => (name === all.name ? [] : (viewNamed(name, views) ?? [])));
  const past = recordEnds(frame.cut).length > 0;
  const home = await homeAt(reader, held, cut, { maxDue: maxRows });
  const latest = await latestAt(reader, cut, maxRows);
  const rows: Row[] = [];
  for (const one of home.views) {
    rows.push(viewRow(one, frame.cut, to));
    await pause();
  }
  rows.push(...home.topics.map((one) => topicRow(one, to, past)));
  const { all: lines, due } = home;
  const stagesOfAll = await matrix(rows, lines.counts);
  await pause();
  const body = html`${endOfRecord(frame.cut)}${stagesOfAll}
<p class="meta">All of them are in <a href="${to('/commitments')}">the list of every commitment</a>.</p>
${changed(latest, frame, to)}
${contested(await lines.first({ contested: true }, maxRows + 1), to, past)}
${setAside(await lines.first({ isSetAside: true }, maxRows + 1), to, past)}
${await late(lines, to)}
${due.first.length > 0 && html`<h2 id="due">${dueHeading(due)}</h2>${dueTable(due.first, due.names, to, undefined)}<p class="meta"><a href="${to('/due')}">${allAhead(due.count)}</a></p>`}`;
  const lede =
    countOf(lines.counts) === 0
      ? 'Nothing is recorded by these dates.'
      : sentences([stagesOf(lines.counts), besideOf(lines.counts)], { past });
  const title = 'Who has promised what, and what became of it';
  return page({ title, lede, path: '/', frame, body, alternates: formsOf(frame), downloads: everyCommitment });
}

/** `Nine dates lie ahead, from Mar 2027 on`. */
function dueHeading({ first: [next], count }: Home['due']): string {
  const from = next === undefined ? '' : dueOn(next);
  if (count === 1) return `One date lies ahead: ${from}`;
  return `${count === undefined ? 'Many' : capitalised(numberInWords(count))} dates lie ahead, from ${from} on`;
}

function allAhead(count: number | undefined): string {
  if (count === undefined) return 'All days ahead';
  return count > maxRows ? `All ${figureOf(count)} days ahead` : 'As a calendar';
}

/** How many commitments the stages count together. */
function countOf({ stages: counts }: Pick<Counts, 'stages'>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** A ledger in which nothing is recorded says how to begin. */
function emptyHome(frame: Framed['frame']): Html {
  const body = html`<h2 id="begin">How to begin</h2>
<ul class="findings"><li><h3><a href="/record">Record what was announced</a></h3><p>Name who said it and where, and choose what it is: a demand, a pledge, an instrument, a dispute.</p></li>
<li><h3><a href="/record/text">Draft from a text</a></h3><p>Paste a statement or an article: each sentence that announces something becomes a draft, to take, change or drop.</p></li>
<li><h3>Take what you have</h3><p>Send lines that another ledger exported, or that you made yourself: <code>npx ledger import FILE</code>.</p></li>
<li><h3><a href="/reference">Record by machine</a></h3><p>Every address, with the fields that each announcement needs.</p></li></ul>`;
  const lede = 'Nothing is recorded yet.';
  return page({
    title: 'Who has promised what, and what became of it',
    lede,
    path: '/',
    frame,
    body,
    alternates: formsOf(frame),
  });
}

/** The address of the page itself answers with links; what the page shows is the JSON of the views. */
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
  readonly lines: Lines;
  /** The address that the mark of a commitment leads to. */
  readonly addressOf: (line: Unit) => string;
  /** The address of all its commitments at a stage. */
  readonly atStage: (stage: Stage) => string;
};

function viewRow({ view: defined, answer, count, lines }: HomeView, cut: CutAnswer, to: CutLinks): Row {
  const { name, title, topics, parties, documents } = defined;
  const filters = { topic: topics?.join(','), party: parties?.join(','), document: documents?.join(',') };
  const { heading } = answer ? headingOf(answer, defined) : findingsInWords(findingsOfCounts(lines.counts, cut));
  return {
    id: name,
    head: html`<a href="${to(`/views/${name}`)}">${title}</a><p>${count === 0 ? 'Nothing recorded' : heading}.</p>`,
    lines,
    addressOf: ({ commitment }) =>
      count > maxLines ? to(`/commitments/${commitment}`) : to(`/views/${name}`, {}, `c-${commitment}`),
    atStage: (stage) => to('/commitments', { ...filters, stage }),
  };
}

/** A row for the first segment of a topic that no view takes, or for all other topics. */
function topicRow({ topic, topics, lines }: HomeTopic, to: CutLinks, past: boolean): Row {
  const more = topics === undefined ? 'More topics' : `${figureOf(topics)} more ${topics === 1 ? 'topic' : 'topics'}`;
  const head =
    topic === undefined
      ? html`<a href="${to('/commitments')}">${more}</a>`
      : html`<a href="${to('/commitments', { topic })}">${capitalised(topic.replaceAll('-', ' '))}</a>`;
  return {
    id: topic === undefined ? 'topics' : `topic-${topic}`,
    head: html`${head}<p>${sentences([stagesOf(lines.counts)], { past })}</p>`,
    lines,
    addressOf: ({ commitment }) => to(`/commitments/${commitment}`),
    atStage: (stage) => to('/commitments', { topic, stage }),
  };
}

/**
 * One row a view or topic, one column a stage, one mark a commitment. Opened and ended have a column only when it is not empty.
 */
async function matrix(rows: readonly Row[], all: Counts): Promise<Html> {
  const columns = stages.filter((stage) => (stage !== 'none' && stage !== 'ended') || (all.stages.get(stage) ?? 0) > 0);
  const shown = countOf(all) === 0 ? rows : rows.filter(({ lines }) => countOf(lines.counts) > 0);
  const drawn: Html[] = [];
  for (const row of shown) {
    const cells: Html[] = [];
    for (const stage of columns) {
      const count = row.lines.counts.stages.get(stage) ?? 0;
      cells.push(cell({ units: count === 0 ? [] : await row.lines.units(stage, maxMarks), count }, stage, row));
    }
    drawn.push(html`<tr id="${row.id}"><th scope="row">${row.head}</th>${cells}</tr>
`);
  }
  return html`<table class="matrix"><caption>Each mark is one commitment, at the stage it had reached. <b>≠</b> contested, whatever the stage. ${warningMark()} the day by which something was expected or due has passed, and this record shows no full delivery.</caption>
<thead><tr><th scope="col">View</th>${columns.map((stage) => html`<th scope="col">${stageInWords(stage)}<br><span>${columnNotes[stage]}</span></th>`)}</tr></thead>
<tbody>${drawn}</tbody></table>`;
}

function cell({ units, count }: { units: readonly Unit[]; count: number }, stage: Stage, { addressOf, atStage }: Row): Html {
  const label = stageInWords(stage);
  if (count === 0) return html`<td data-label="${label}"><span class="none">none</span></td>`;
  const rest = count - maxMarks;
  return html`<td data-label="${label}"><div class="units"><span class="n">${figureOf(count)}</span><div>${units.map((one) => unit(one, addressOf(one)))}${
    rest > 0 && html`<a class="more" href="${atStage(stage)}">and ${figureOf(rest)} more</a>`
  }</div></div></td>`;
}

/** A count in figures, in groups of three. */
function figureOf(count: number): string {
  return count.toLocaleString('en');
}

/** One commitment as a mark, with words for screen readers. */
function unit({ title, stage, contested, warnings }: Unit, address: string): Html {
  const late = warnings.filter(({ warning }) => warning === 'expected-not-delivered' || warning === 'overdue');
  const said = late.map(({ warning }) => `, ${warningKindInWords(warning)}`).join('');
  return html`<a href="${address}" class="unit" title="${oneLine(title)}"><span class="vh">${named(title)}${said}</span>${stageMark(stage, 20)}${contested.length > 0 && contestedMark()}${late.length > 0 && warningMark()}</a>`;
}

/** Recently recorded, newest first. */
function changed(latest: readonly Latest[], frame: Framed['frame'], to: CutLinks): Html {
  if (latest.length === 0) return html``;
  const first = Math.min(...latest.map(({ event }) => event.sequence)) - 1;
  return html`<h2 id="changed">The record was last added to on ${dayOf(new Date(latest[0]?.event.time ?? 0).toISOString())}</h2><p class="mute">Newest first. The first date is when it happened, the second when this ledger learnt of it. <a href="${latestChanges(frame.asked, frame.cut, frame.cut.size - first)}">All fields, before and after</a></p>
<table class="compact chg"><thead><tr><th scope="col">Happened</th><th scope="col">Recorded</th><th scope="col">Announcement</th><th scope="col">Stage now</th></tr></thead><tbody>${latest.map(
    ({
      event,
      commitment,
    }) => html`<tr><td class="meta">${event.type === 'corrected' ? html`<span>${correctionMark()} in the record</span>` : 'happened' in event.data && when(event.data.happened)}</td><td class="meta">${dayOf(new Date(event.time).toISOString())}</td>
<td><a href="${to(`/commitments/${commitment.id}`, {}, `e-${event.id}`)}">${named(commitment.title)}</a><br>${event.type === 'corrected' ? isolated(event.data.reason) : 'summary' in event.data && event.data.summary !== undefined && isolated(event.data.summary)} <span class="meta">${typeLabel(event.type)}</span></td>
<td><div class="stack">${stageWithMark(commitment.stage)}${event.type === 'disputed' && html` <span class="neq"><b aria-hidden="true">≠</b> disputed</span>`}${event.type === 'fulfilled' && html` <span class="meta">performed in ${event.data.extent === 'full' ? 'full' : 'part'}</span>`}${besideInShort(commitment)}</div></td></tr>
`,
  )}</tbody></table>`;
}

/** `Three commitments`, at the beginning of a sentence. */
function commitmentsInWords(count: number): string {
  return `${capitalised(numberInWords(count))} ${count === 1 ? 'commitment' : 'commitments'}`;
}

function be(count: number, past: boolean): string {
  if (count === 1) return past ? 'was' : 'is';
  return past ? 'were' : 'are';
}

/** The open disputes, each with every reading. */
function contested({ lines: open, count }: FirstLines, to: CutLinks, past: boolean): Html {
  if (open.length === 0) return html`<h2 id="contested">Nothing recorded is contested by these dates</h2>`;
  return html`<h2 id="contested">${commitmentsInWords(count)} ${be(count, past)} contested</h2><p class="mute">A dispute stands beside the stage and never replaces it. Every reading stays on record.</p>
<div class="cons">${open.map((line) => {
    const address = to(`/commitments/${line.commitment}`);
    return html`<article><h3><a href="${address}">${named(line.title)}</a></h3><p class="stack">${stageWithMark(line.stage)}${besideInShort(line)}</p>${line.contested
      .slice(0, maxDisputes)
      .map(
        (one) =>
          html`<p class="stack">${contestedSign(one, address)}</p><dl>${one.readings
            .slice(0, maxReadings)
            .map(
              ({ party, text, sources }) =>
                html`<div><dt>${isolated(partyInWords(party, line.names))}</dt><dd>${words(text, { sources })}</dd></div>`,
            )}</dl><p class="meta">${one.readings.length > maxReadings && `${String(one.readings.length - maxReadings)} more readings; `}since ${when(one.since)} at the latest</p>`,
      )}${line.contested.length > maxDisputes && html`<p><a href="${address}">All its ${String(line.contested.length)} disputes</a></p>`}</article>`;
  })}</div>${count > maxRows + 1 && html`<p><a href="${to('/commitments', { contested: true })}">All ${figureOf(count)} contested commitments</a></p>`}`;
}

/** What is suspended or was announced for a later day, each with where it stands. */
function setAside({ lines: found }: FirstLines, to: CutLinks, past: boolean): Html {
  if (found.length === 0) return html``;
  return html`<h2 id="set-aside">${found.length > maxRows ? 'Several commitments' : commitmentsInWords(found.length)} ${be(found.length, past)} suspended, or ${found.length === 1 ? 'changes' : 'change'} on a later day</h2><ul class="plain">${found
    .slice(0, maxRows)
    .map(
      (line) =>
        html`<li>${stageMark(line.stage)} <a href="${to(`/commitments/${line.commitment}`)}">${named(line.title)}</a> <span class="stack">${besideInShort(line)}</span></li>`,
    )}</ul>${found.length > maxRows && html`<p><a href="${to('/commitments', { suspended: true })}">All that are suspended</a></p>`}`;
}

/** How many lines of a long ledger are read to say what is missing, and since when. */
const maxMissing = 24;

/** Expected things of which nothing was recorded; then the other warnings, in a sentence. */
async function late(lines: Lines, to: CutLinks): Promise<Html> {
  const missed = await lines.first({ warning: 'expected-not-delivered' }, lines.isWhole ? Infinity : maxMissing);
  const expected = missed.lines.flatMap((line) =>
    line.warnings
      .filter(({ warning }) => warning === 'expected-not-delivered')
      .map(({ since, announcement }) => ({ line, since, ...expectation(line, announcement) })),
  );
  const isAll = missed.lines.length === missed.count;
  // One announcement often sets the same expectation for several commitments.
  const rows = Map.groupBy(expected, ({ since, text }) => `${since} ${text}`);
  const others: Warned[] = [];
  for (const kind of ['overdue', 'price-gone', 'condition-open', 'ran-out', 'quiet'] as const) {
    others.push(await warnedOf(lines, kind));
  }
  const othersCount = others.reduce((sum, { count }) => sum + count, 0);
  return html`${
    expected.length === 0
      ? othersCount === 0 && html`<h2 id="expected">Nothing expected by a day that has passed is missing</h2>`
      : html`<h2 id="expected">${commitmentsInWords(missed.count)} had something expected by a day that has passed, and nothing of the kind is recorded</h2><p class="mute">Someone said this would come by a day that has passed; nothing of the kind has been recorded since. That is a statement about the record, not a breach: an expectation is not a pledge.</p>
<table class="late compact"><thead><tr><th scope="col">Expected by</th><th scope="col">Commitment</th><th scope="col">What was said to be expected</th></tr></thead><tbody>${[
          ...rows,
        ]
          .slice(0, maxRows)
          .map(
            ([
              ,
              missing,
            ]) => html`<tr><td>${when(warningDay({ warning: 'expected-not-delivered', since: missing[0]?.since ?? '' }).day)}</td><td><ul class="plain">${missing
              .slice(0, maxRows)
              .map(
                ({ line }) =>
                  html`<li>${stageMark(line.stage)} <a href="${to(`/commitments/${line.commitment}`)}">${named(line.title)}</a></li>`,
              )}${
              missing.length > maxRows && html`<li>and ${isAll ? '' : 'at least '}${missing.length - maxRows} more</li>`
            }</ul></td><td>${missing[0]?.said}</td></tr>
`,
          )}</tbody></table><p class="meta"><a href="${to('/commitments', { warning: 'expected-not-delivered' })}">${expected.length === 1 ? 'In a list' : `All ${figureOf(isAll ? expected.length : missed.count)}, in a list`}</a></p>`
  }${
    othersCount > 0 &&
    html`<h2 id="warnings">${warningsHeading(othersCount, expected.length > 0)}</h2>${others.map(({ kind, found, count }) =>
      found.length === 0
        ? ''
        : html`<h3>${warningMark()} ${capitalised(warningKindInWords(kind))}</h3><ul class="plain">${found
            .slice(0, maxRows)
            .map(
              ({ commitment, title, since }) =>
                html`<li><a href="${to(`/commitments/${commitment}`)}">${named(title)}</a> <span class="meta">${dayOfWarning({ warning: kind, since })}</span></li>`,
            )}${
            count > maxRows &&
            html`<li><a href="${to('/commitments', { warning: kind })}">and ${figureOf(count - maxRows)} more</a></li>`
          }</ul>`,
    )}`
  }`;
}

/** `Eleven other warnings stand beside commitments`. */
function warningsHeading(count: number, other: boolean): string {
  return `${capitalised(numberInWords(count))} ${other ? 'other ' : ''}${count === 1 ? 'warning stands beside a commitment' : 'warnings stand beside commitments'}`;
}

/** The first warnings of a kind, and their number: in a long ledger, the number of commitments that have one. */
type Warned = {
  readonly kind: WarningKind;
  readonly found: readonly { readonly commitment: string; readonly title: string; readonly since: string }[];
  readonly count: number;
};

async function warnedOf({ first, isWhole }: Lines, kind: WarningKind): Promise<Warned> {
  const { lines, count } = await first({ warning: kind }, isWhole ? Infinity : maxRows);
  const found = lines.flatMap(({ commitment, title, warnings }) =>
    // Several terms may have run out on one day.
    [...new Set(warnings.filter(({ warning }) => warning === kind).map(({ since }) => since))].map((since) => ({
      commitment,
      title,
      since,
    })),
  );
  return { kind, found, count: lines.length === count ? found.length : count };
}

function dayOfWarning(warning: Parameters<typeof warningDay>[0]): Html {
  const { word, day } = warningDay(warning);
  return html`${word} ${when(day)}`;
}

/** The words of an expectation: the recorded passage, else the record's own. */
function expectation({ figures }: Line, announcement: string | undefined): { text: string; said: Html } {
  const figure = figures.find((one) => one.announcement === announcement);
  if (!figure) return { text: '', said: html`<span class="none">said in words that this list does not show</span>` };
  const passage = figure.sources.find(({ quote }) => quote)?.quote?.exact;
  const text = passage ?? figure.text;
  return { text, said: words(text, { quoted: passage !== undefined || figure.quoted, sources: figure.sources }) };
}
