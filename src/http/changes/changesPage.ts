import { dayInWords } from '../../../domain/dates.ts';
import type { Changes, CommitmentChange, TotalChange } from '../../../projections/changes.ts';
import { answerCut, type Cut } from '../../../projections/cut.ts';
import type { Difference } from '../../../projections/differences.ts';
import { changeSort, fieldSort, sortedBy, totalChangeSort } from '../../../projections/sorting.ts';
import { changesOf } from '../../read/changes.ts';
import { byKind, changeTitles, differingParts, eventInWords, partsOfTerm } from '../../wording/changeKinds.ts';
import { capitalised, cutInWords, numberInWords } from '../../wording/values.ts';
import type { Context } from '../context.ts';
import { fieldName, splitTerms, value } from '../page/beforeAfter.ts';
import { bareFrame, maxDrawn } from '../page/frame.ts';
import { partiesInWords, totalInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import { type CutLinks, link, linksOf } from '../page/links.ts';
import { isolated, named, when } from '../page/parts.ts';
import { clocksPicture } from '../page/pictures/clocks.ts';
import { recordingsOf } from '../page/recordings.ts';
import { type Alternate, page, type ShownView } from '../page/shell.ts';
import { type Head, type SortAsked, sortHead, type Sorting, sortingOf, sortLine } from '../page/sortHead.ts';

const maxShown = 100;
/** The maximum number of events, and of fields, shown of one commitment. */
const maxOfOne = 24;

/** What a page of changes was asked for, with its two cuts. */
export type Sides = {
  readonly query: Asked & SortAsked;
  readonly earlier: Cut;
  readonly later: Cut;
  /** Whether it follows today: its links then name no day. */
  readonly isOfToday: boolean;
};

/** The page of what changed between two cuts, commitment by commitment, each field before and after. */
export async function changesPage(reader: Context['reader'], { query, earlier, later, isOfToday }: Sides): Promise<Html> {
  const { count, ...answer } = await shownOf(reader, earlier, later, query.sort);
  const asks = {
    asOf: isOfToday ? undefined : query.asOf,
    ...(query.to !== undefined && { size: String(later.size) }),
  };
  const frame = { ...(await bareFrame(reader, later)), asked: asks, cut: answerCut(later) };
  const keep = { from: query.from, to: query.to, asOf: query.asOf };
  const sorting = sortingOf('/changes', query, linksOf({}), keep);
  const alternates: Alternate[] = [
    { label: 'JSON', type: 'application/json', href: link('/changes', {}, { ...keep, format: 'json' }) },
    { label: 'Atom feed', type: 'application/atom+xml', href: link('/changes', {}, { ...keep, format: 'atom' }) },
  ];
  const heading =
    count === 0
      ? 'Nothing changed'
      : `${capitalised(numberInWords(count))} ${count === 1 ? 'commitment' : 'commitments'} changed`;
  const lede = ledeOf(earlier, later);
  const body = html`${answer.commitments.length > 1 && sortLine(heads, sorting)}${byKind(answer.commitments).map(
    ({ kind, changes }) =>
      html`<h2 id="${kind}">${changeTitles[kind]}</h2>${changes.map((one) => change(one, linksOf(asks), sorting))}`,
  )}${
    count > maxShown &&
    html`<p>And ${count - maxShown} more: <a href="${alternates[0]?.href}">page by page as JSON</a>, or choose a later day to begin with.</p>`
  }
${moved(sortedBy(answer.totals, totalChangeSort, query.sort), sorting, frame.views)}`;
  const { asOf } = answer.to;
  const permanent = link(
    '/changes',
    {},
    { from: earlier.size, to: later.size, asOf: query.asOf ?? (answer.from.asOf === asOf ? asOf : undefined) },
  );
  const form = cutsForm(
    query,
    answer,
    clocksPicture(answer.to, frame.span, await recordingsOf(reader.log, later.size, maxDrawn)),
  );
  const downloads = { tables: ['fields', 'events', 'totals'], asked: {} };
  return page({
    title: 'What changed',
    heading,
    lede,
    path: '/changes',
    keep,
    frame,
    body,
    alternates,
    form,
    permanent,
    downloads,
  });
}

const heads = [
  { words: 'Title', by: 'title' },
  { words: 'Topic', by: 'topic' },
  { words: 'Recorded', by: 'recorded' },
];
const sides = [{ words: 'Before' }, { words: 'After' }];
const fieldHeads: readonly Head[] = [{ words: 'What', by: 'field' }, ...sides];
const totalHeads: readonly Head[] = [{ words: 'View', by: 'view' }, { words: 'Payer', by: 'payer' }, ...sides];

/** When what is shown was recorded, and how much of it there is. */
function ledeOf(earlier: Cut, later: Cut): string {
  const day = (time: number): string => dayInWords(Math.floor(time / 86_400_000));
  const count = later.size - earlier.size;
  const recorded = `${capitalised(numberInWords(count))} ${count === 1 ? 'announcement or correction was' : 'announcements and corrections were'} recorded`;
  if (later.knownAt === null) return 'Nothing is recorded yet.';
  if (earlier.knownAt === null) return `${recorded} by ${day(later.knownAt)}, from the beginning of this record.`;
  return earlier.knownAt === later.knownAt || count === 0
    ? `${recorded} in between: what differs is what time brought.`
    : `${recorded} after ${day(earlier.knownAt)} and by ${day(later.knownAt)}.`;
}

/** What the page shows of the changes, the first of them as they are sorted, and how many commitments changed in all. */
async function shownOf(
  reader: Context['reader'],
  from: Cut,
  to: Cut,
  sort: string | undefined,
): Promise<Changes & { count: number }> {
  let commitments: CommitmentChange[] = [];
  const first = (): CommitmentChange[] => sortedBy(commitments, changeSort, sort).slice(0, maxShown);
  const found = changesOf(reader, from, to);
  for (let count = 0; ; count++) {
    const { done, value } = await found.next();
    if (done) return { from: answerCut(from), to: answerCut(to), commitments: first(), totals: value, count };
    commitments.push(value);
    // All of them may be as long as the ledger.
    if (commitments.length === 2 * maxShown) commitments = first();
  }
}

type Asked = { from?: string | undefined; to?: string | undefined; asOf?: string | undefined };

/** The two records compared, with the picture of the later one. A size is shown as it is; a day can be chosen. */
function cutsForm({ from, to, asOf }: Asked, answer: Changes, picture: Html): Html {
  const isDay = (text: string | undefined): boolean => text === undefined || /^\d{4}-\d\d-\d\d$/.test(text);
  const type = isDay(from) && isDay(to) ? 'date' : 'text';
  return html`<section class="clocks" aria-label="Which two records are compared"><form class="wrap" method="get" action="/changes">
<label><span>From</span><input type="${type}" name="from" value="${from ?? ''}"><small>what the record said then${type === 'text' && ': a day, or a number of events'}</small></label>
<label><span>To</span><input type="${type}" name="to" value="${to ?? ''}"><small>what it said then; empty: now</small></label>
<label><span>As of</span><input type="date" name="asOf" value="${asOf ?? ''}"><small>the day in the world, for both</small></label><button>Show</button>
<figure>${picture}</figure>
<p>From: ${cutInWords(answer.from)}. To: ${cutInWords(answer.to)}.</p></form></section>`;
}

function change({ commitment, title, names, opened, events, fields }: CommitmentChange, to: CutLinks, sorting: Sorting): Html {
  const address = to(`/commitments/${commitment}`);
  // The opening is already shown above.
  const said = events.filter(({ type }) => type !== 'opened');
  const isMoved = fields.some(({ field }) => field === 'stage');
  // The new stage above already has its day.
  const rows = opened ? [] : oncePerWords(fields.filter(({ field }) => field !== 'stageSince' || !isMoved).flatMap(splitTerms));
  return html`<section class="change"><h3><a href="${address}">${named(title)}</a>${opened && standsIn(fields)}</h3>
${
  said.length > 0 &&
  html`<ul class="plain">${said
    .slice(-maxOfOne)
    .map(
      ({ id, type, happened, summary }) =>
        html`<li><a href="${to(`/commitments/${commitment}`, {}, `e-${id}`)}">${eventInWords(type)}</a>${happened !== undefined && html`, ${when(happened)}`}${summary !== undefined && html`: ${isolated(summary)}`}</li>`,
    )}${said.length > maxOfOne && html`<li class="meta">and ${String(said.length - maxOfOne)} before them</li>`}</ul>`
}${
    rows.length > 0 &&
    html`<table class="diff">${sortHead(fieldHeads, sorting)}<tbody>${sortedBy(rows, fieldSort, sorting.sort)
      .slice(0, maxOfOne)
      .map(
        ({ field, before, after, of }) =>
          html`<tr><th scope="row">${capitalised(fieldName(field, names))}${differing({ before, after })}</th><td data-label="Before">${before === undefined ? html`<span class="none">nothing</span>` : value(before, names, { of, field })}${inForceIn({ before, after }, before)}</td><td data-label="After">${after === undefined ? html`<span class="none">nothing</span>` : value(after, names, { of, field })}${inForceIn({ before, after }, after)}</td></tr>`,
      )}</tbody></table>${rows.length > maxOfOne && html`<p class="meta">${String(rows.length - maxOfOne)} more fields differ, in the other forms of this page.</p>`}`
  }</section>
`;
}

/** Warnings of several announcements that read the same share one row. */
function oncePerWords(rows: readonly Difference[]): Difference[] {
  const seen = new Set<string>();
  return rows.filter(({ field, before, after }) => {
    const [kind, warning] = field.split('/');
    if (kind !== 'warnings') return true;
    const words = JSON.stringify([warning, before, after], (name, one: unknown) => (name === 'announcement' ? undefined : one));
    const isNew = !seen.has(words);
    seen.add(words);
    return isNew;
  });
}

/** The stage of a commitment that is new in the record. */
function standsIn(fields: CommitmentChange['fields']): Html {
  const stage = fields.find(({ field }) => field === 'stage')?.after;
  return typeof stage === 'string' && stage !== 'none' ? html` <span class="meta">${stage}</span>` : html``;
}

/** In what a term differs that stands on both sides, since not all of it is shown. */
function differing(sides: Pick<Difference, 'before' | 'after'>): Html {
  const parts = differingParts(sides);
  return parts.length === 0 ? html`` : html`<br><span class="meta">in ${parts.join(', ')}</span>`;
}

/** Whether a side of a term is in force, where the sides differ in that. */
function inForceIn(sides: Pick<Difference, 'before' | 'after'>, side: unknown): Html {
  if (!differingParts(sides).includes(partsOfTerm.inForce)) return html``;
  const { inForce } = side as { inForce?: { since?: string } | null };
  if (!inForce) return html`<br><span class="meta">not known to be in force</span>`;
  return html`<br><span class="meta">in force${inForce.since !== undefined && html` since ${when(inForce.since)}`}</span>`;
}

function moved(totals: readonly TotalChange[], sorting: Sorting, views: readonly ShownView[] = []): Html {
  if (totals.length === 0) return html``;
  return html`<h2 id="totals">Totals that changed</h2><table class="stk">${sortHead(totalHeads, sorting)}<tbody>${totals
    .slice(0, maxShown)
    .map(({ view, names, before, after }) => {
      const title = views.find(({ name }) => name === view)?.title ?? view;
      const payer = (after ?? before)?.payer ?? '';
      return html`<tr><th scope="row">${title}</th><td>${isolated(partiesInWords(payer.split('+'), names))}</td><td>${before ? totalInWords(before) : html`<span class="none">nothing</span>`}</td><td>${after ? totalInWords(after) : html`<span class="none">nothing</span>`}</td></tr>`;
    })}</tbody></table>`;
}
