import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Recorded } from '../../../domain/announcement.ts';
import { dayInWords, formatDay, parseDay, whenInWords, whenOf } from '../../../domain/dates.ts';
import { type ChronicleEntry, chronicleOf } from '../../../projections/chronicle.ts';
import type { Cut } from '../../../projections/cut.ts';
import type { History } from '../../../projections/history.ts';
import type { CommitmentRecord } from '../../../projections/record.ts';
import { commitmentAt, historyAt, type Reader, settleCut } from '../../read/queries.ts';
import { latestAt } from '../../read/latest.ts';
import { valueInWords } from '../../wording/changes.ts';
import { labelOf } from '../../wording/announcement.ts';
import { capitalised } from '../../wording/values.ts';
import { pause } from '../../turns.ts';
import { pageQueryOf } from '../address.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { type Framed, frameAt } from '../page/frame.ts';
import { figureInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import { everyCommitment } from '../page/downloads.ts';
import { keptPages } from '../page/keptPages.ts';
import { type CutLinks, link } from '../page/links.ts';
import { contestedSign, dayOf, inPieces, isolated, named, stageWithMark, warningSigns, when, words } from '../page/parts.ts';
import { clocksLarge, type Corner, worldBreaks } from '../page/pictures/clocks.ts';
import { correctionMark, stageMark } from '../page/pictures/marks.ts';
import { recordingsOf } from '../page/recordings.ts';
import { page, send } from '../page/shell.ts';

const searched = 200;

/** Adds the page that shows why an answer has two dates: one question, answered twice from this ledger. */
export function addTwoClocks(app: OpenAPIHono, { reader }: Context): void {
  const kept = keptPages(reader);
  app.get('/two-clocks', async (c) => {
    const query = pageQueryOf(c, cutQuery);
    const cut = await cutOf(reader, query);
    const { frame, to } = await frameAt(reader, cut, query);
    const document = await kept(c, frame, async () => {
      const lede = html`Every answer here has two dates. <b>As of</b> is a day in the world: what had happened by then. <b>As known on</b> is a day of this record: what we had learnt by then. Change the first, and the world changes. Change the second, and only our knowledge does.`;
      const examples = await findExamples(reader, cut);
      const answers: Html[] = [];
      for (const [index, example] of examples.entries())
        answers.push(await answeredTwice(reader, example, { cut, to, corners: index === 0 }));
      const [first] = examples;
      const picture =
        cut.size === 0 ? html`` : await bothAxes(reader, frame, cut, first && (await cornersOf(reader, first, cut)));
      const body = html`${picture}${answers.length > 0 ? answers : noExample(cut, to)}`;
      const downloads = cut.size === 0 ? undefined : everyCommitment;
      return page({
        title: 'The same question, answered twice',
        lede,
        path: '/two-clocks',
        frame,
        body,
        alternates: [],
        downloads,
      });
    });
    return send(c, document);
  });
}

const maxDrawn = 1000;

/** The large picture of both axes, with the announcements known at the cut and the letters of the first example. */
async function bothAxes(
  { log }: Reader,
  { cut: answered, span }: Framed['frame'],
  cut: Cut,
  corners: readonly Corner[] = [],
): Promise<Html> {
  const recordings = await recordingsOf(log, cut.size, maxDrawn);
  const newest = cut.size > maxDrawn ? ` Of the newest ${maxDrawn} events.` : '';
  const { before, after } = worldBreaks(answered, span, recordings);
  const broken = [
    ...(before === undefined ? [] : [`what happened before ${dayInWords(before)} stands at its left edge`]),
    ...(after === undefined ? [] : [`${whenInWords(answered.asOf)} stands at its right edge`]),
  ];
  return html`<h2>Both dates in one picture</h2><figure class="axes">${clocksLarge(answered, span, recordings, corners)}</figure>
<p class="meta">Each dot stands for announcements: those further right happened later, those further up were recorded later, and a larger dot stands for more. What lies on the dotted line was recorded on the day it happened. Squares on the left edge are corrections of our record, which have no day in the world. The shaded part is what this page answers from.${corners.length > 0 && ' The letters are the answers to the first question below.'}${broken.length > 0 && ` Where two strokes cross the axis of the world it is broken: ${broken.join(', ')}.`}${newest}</p>
`;
}

/** The places of an example's four answers in the picture. */
async function cornersOf(reader: Reader, { asOf, before }: Example, cut: Cut): Promise<Corner[]> {
  const known = await settleCut(reader, { asOf, size: before });
  if ('detail' in known || known.knownAt === null || cut.knownAt === null) return [];
  const [earlier, later] = [known.knownAt / 86_400_000, cut.knownAt / 86_400_000];
  return [
    { letter: 'A', asOf, known: earlier },
    { letter: 'B', asOf, known: later },
    { letter: 'C', asOf: cut.asOf, known: earlier },
    { letter: 'D', asOf: cut.asOf, known: later },
  ];
}

function noExample(cut: Cut, to: CutLinks): Html {
  return html`<h2>How it will look</h2><p>${cut.size === 0 ? 'Nothing is recorded yet.' : 'Nothing recorded by these dates was corrected or found late, so both answers are the same.'} As soon as the record corrects a mistake, or learns of something days after it happened, this page shows the answer before and after, side by side, and why they differ.</p>
<p>A correction never changes what was answered before: who asks again with the old date gets the old answer. <a href="${to('/commitments')}">What is recorded</a></p>`;
}

/** A commitment that now reads differently, as of a day, than it did on that day: something was corrected, or found late. */
type Example = {
  readonly commitment: string;
  readonly asOf: number;
  readonly before: number;
  readonly why: readonly Html[];
  readonly rank: number;
};

const maxExamples = 2;
/** The maximum number of reasons for a difference, and of announcements in an answer: the newest. */
const maxListed = 8;
const highestRank = 3;

async function findExamples(reader: Reader, cut: Cut): Promise<Example[]> {
  const latest = (await latestAt(reader, cut, searched)).filter(({ event }) => mayDiffer(event));
  const examples: Example[] = [];
  // Each history is read once, since many events may belong to one long commitment.
  for (const [id, those] of Map.groupBy(latest, ({ commitment }) => commitment.id)) {
    const history = await historyAt(reader, id, cut);
    let best: Example | undefined;
    for (const { event } of history ? those : []) {
      const example = history && (await exampleOf(reader, event, history, cut));
      if (example && example.rank > (best?.rank ?? 0)) best = example;
      if (best?.rank === highestRank) break;
      await pause();
    }
    if (best) examples.push(best);
  }
  return examples.toSorted((a, b) => b.rank - a.rank).slice(0, maxExamples);
}

/** Whether it says something about a day before it was recorded. */
function mayDiffer(event: Recorded): boolean {
  if (event.type === 'opened') return false;
  return event.type === 'corrected' || event.time / 86_400_000 - whenOf(event.data.happened).latest >= 2;
}

async function exampleOf(reader: Reader, event: Recorded, history: History, cut: Cut): Promise<Example | undefined> {
  if (event.type === 'opened') return undefined;
  const target = event.type === 'corrected' ? history.events.find(({ id }) => id === event.data.corrects) : undefined;
  // For a correction, the day asked is the one on which the mistake was recorded; for a late find, the day it happened.
  const mistaken = target && target.type !== 'opened' ? parseDay(target.time.slice(0, 10)) : undefined;
  const asOf = event.type === 'corrected' ? mistaken : whenOf(event.data.happened).latest;
  if (asOf === undefined || !Number.isFinite(asOf) || asOf > cut.asOf) return undefined;
  const sameDay = await reader.log.sizeAt((asOf + 1) * 86_400_000 - 1);
  const before = Math.min(sameDay, event.sequence - 1);
  const isOpened = history.events.some(({ sequence }) => sequence <= before);
  if (!isOpened || (event.type !== 'corrected' && sameDay >= event.sequence)) return undefined;
  const days = new Map(chronicleOf(history).entries.map(({ row, day }) => [row.id, day]));
  const why = history.events
    .filter(({ sequence, id, type }) => sequence > before && (type === 'corrected' || (days.get(id) ?? Infinity) <= asOf))
    .slice(-maxListed)
    .map(reasonOf);
  // A mistake explains more than a refinement, and that more than a late find.
  const rank = event.type !== 'corrected' ? 1 : event.data.mode === 'refine' ? 2 : highestRank;
  return { commitment: history.id, asOf, before, why, rank };
}

function reasonOf({ type, time, sequence, data }: History['events'][number]): Html {
  if (type === 'corrected') {
    return html`${correctionMark()}<span>${isolated(valueInWords(data['reason']))} Our record changed, not the world. <span class="meta">Correction recorded ${dayOf(time)}, event ${String(sequence)}.</span></span>`;
  }
  return html`${stageMark('noted', 14)}<span>${capitalised(type)} ${when(String(data['happened']))}, recorded only on ${dayOf(time)}: it landed where it happened. <span class="meta">Event ${String(sequence)}.</span></span>`;
}

type Answer = {
  readonly label: string;
  readonly cut: Cut;
  readonly record: CommitmentRecord | undefined;
  readonly said: readonly ChronicleEntry[];
};

type Shown = { readonly cut: Cut; readonly to: CutLinks; readonly corners: boolean };

async function answeredTwice(reader: Reader, example: Example, { cut, to, corners: withCorners }: Shown): Promise<Html> {
  const { commitment, asOf, before, why } = example;
  const known = await settleCut(reader, { asOf, size: before });
  if ('detail' in known) throw new Error(known.detail);
  const corners: [Answer, Answer, Answer, Answer] = [
    await answerOf(reader, commitment, 'A', { ...known, asOf }),
    await answerOf(reader, commitment, 'B', { ...cut, asOf }),
    await answerOf(reader, commitment, 'C', { ...known, asOf: cut.asOf }),
    await answerOf(reader, commitment, 'D', cut),
  ];
  const [a, b, c, d] = corners;
  const title = b.record?.title ?? '';
  const knownWords = (one: Answer): Html =>
    one.cut.knownAt === null ? html`an empty record` : dayOf(new Date(one.cut.knownAt).toISOString());
  const column = (one: Answer, other: Answer): Html =>
    html`<section class="ans"><h3><span class="ab">${one.label}</span>as known on ${knownWords(one)}</h3>${answer(one, other)}<p class="meta"><a href="${address(commitment, one.cut)}">This answer</a></p></section>`;
  const corner = (one: Answer): Html =>
    html`<td><span class="ab">${one.label}</span> ${one.record ? stageWithMark(one.record.stage) : html`<span class="none">not opened</span>`}${one.record && one.record.contested.length > 0 && html` <span class="neq"><b aria-hidden="true">≠</b> contested</span>`}${lastWords(one)}${warningSigns(one.record?.warnings ?? []).map((sign) => html`<br>${sign}`)}</td>`;
  return html`<h2><a href="${to(`/commitments/${commitment}`)}">${named(title)}</a>, as of ${when(formatDay(asOf))}</h2><p>The day in the world is the same in both columns. Only what the record knew has changed.</p>
<div class="two">${column(a, b)}${column(b, a)}</div>
<h3>Why they differ</h3>${why.map((one) => html`<p class="why">${one}</p>`)}
<p class="meta"><mark>Marked</mark>: differs from the other column.</p>
${
  withCorners &&
  html`<h3>All four corners</h3><div class="scroll" tabindex="0" role="region" aria-label="All four corners"><table class="corners"><caption>Read across: the world moves. Read up: the record learns.</caption><thead><tr><td></td><th scope="col">as of ${when(formatDay(asOf))}</th><th scope="col">as of ${when(formatDay(cut.asOf))}</th></tr></thead>
<tbody><tr><th scope="row">as known on ${knownWords(b)}</th>${corner(b)}${corner(d)}</tr><tr><th scope="row">as known on ${knownWords(a)}</th>${corner(a)}${corner(c)}</tr></tbody></table></div>
<p class="meta">None of the four is a mistake: each is what the record could say with what it knew, and each stays true for ever.</p>`
}`;
}

async function answerOf(reader: Reader, commitment: string, label: string, cut: Cut): Promise<Answer> {
  const record = await commitmentAt(reader, commitment, cut);
  const history = await historyAt(reader, commitment, cut);
  return {
    label,
    cut,
    record,
    said: history ? chronicleOf(history).entries.filter((one) => one.day <= cut.asOf && !one.retracted) : [],
  };
}

function address(commitment: string, { asOf, size }: Cut): string {
  return link(`/commitments/${commitment}`, { asOf: formatDay(asOf), size: String(size) });
}

/** One answer, with what differs from the other one marked. */
function answer({ record, said, cut }: Answer, other: Answer): Html {
  if (!record) return html`<p><mark>Not yet opened in this record.</mark></p>`;
  const marked = (piece: Html, own: unknown, others: readonly unknown[]): Html =>
    others.some((one) => JSON.stringify(one) === JSON.stringify(own)) ? piece : html`<mark>${piece}</mark>`;
  const since = (one: Answer): string | undefined =>
    one.said.find(({ row }) => row.id === one.record?.stageSince?.announcement)?.event.data.happened ??
    one.record?.stageSince?.day;
  const ownSince = since({ record, said, cut, label: '' });
  const terms = (one: Answer) => one.said.flatMap((each) => (each.event.data.terms ?? []).map((term) => ({ each, term })));
  const otherTerms = terms(other).map(({ each, term }) => [each.row.id, term]);
  const to = address(record.id, cut);
  const read = ({ row, event }: ChronicleEntry): string => JSON.stringify([row.id, event.data.happened, event.data.terms]);
  const others = new Set(other.said.map(read));
  const [different, same] = [true, false].map((wanted) => said.filter((one) => !others.has(read(one)) === wanted).toReversed());
  // Announcements that differ come first.
  const listed = new Set([...(different ?? []), ...(same ?? [])].slice(0, maxListed));
  return html`<dl><dt>Stage</dt><dd>${marked(stageWithMark(record.stage), record.stage, [other.record?.stage])}</dd>
<dt>Since</dt><dd>${ownSince === undefined ? html`<span class="none">nothing announced</span>` : marked(when(ownSince), ownSince, [since(other)])}</dd>
<dt>Said</dt><dd>${
    said.length === 0
      ? html`<span class="none">nothing</span>`
      : html`<ul>${said
          .filter((one) => listed.has(one))
          .map((each) => {
            const label = html`${inPieces(labelOf(each.event))}, ${when(each.event.data.happened)}`;
            const dates = other.said.map((one) => [one.row.id, one.event.data.happened]);
            return html`<li>${marked(label, [each.row.id, each.event.data.happened], dates)}${(each.event.data.terms ?? []).map(
              (term) => {
                const figured = figureInWords(term);
                return html`<br>${marked(html`${figured !== undefined && html`<b><bdi>${figured}</bdi></b> `}${words(term.text)}`, [each.row.id, term], otherTerms)}`;
              },
            )}</li>`;
          })}${said.length > listed.size && html`<li class="meta">and ${String(said.length - listed.size)} more</li>`}</ul>`
  }</dd>
<dt>Contested</dt><dd>${
    record.contested.length === 0
      ? marked(html`no`, 0, [other.record?.contested.length])
      : record.contested
          .slice(0, maxListed)
          .map((one) =>
            marked(contestedSign(one, to), one.dispute, other.record?.contested.map(({ dispute }) => dispute) ?? []),
          )
  }</dd></dl>`;
}

/** The last words by the day, for a corner of the table. */
function lastWords({ said }: Answer): Html {
  const last = said.findLast(({ event }) => (event.data.terms ?? []).length > 0);
  const [term] = last?.event.data.terms ?? [];
  return term ? html`<br>${words(term.text)}` : html``;
}
