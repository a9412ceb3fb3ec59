import type { Speaker } from '../../../domain/announcement.ts';
import type { ChronicleEntry } from '../../../projections/chronicle.ts';
import { disputeFinder } from '../../../projections/beside.ts';
import { typeSheet } from '../../../domain/types.ts';
import { whenInWords } from '../../../domain/dates.ts';
import type { Cut } from '../../../projections/cut.ts';
import type { Figure } from '../../../projections/figures.ts';
import { asFigure, type Contested, type CommitmentRecord } from '../../../projections/record.ts';
import { commitmentAt, historyAt, type Reader } from '../../read/queries.ts';
import { type Linked, linkedAt } from '../../read/linked.ts';
import { isLinkKind, linkInWords } from '../../wording/links.ts';
import { capitalised, numberInWords } from '../../wording/values.ts';
import { chronicle, eventAddress, type ShownChronicle, shownChronicle } from '../page/chronicle.ts';
import { translated } from '../page/announcement.ts';
import type { Framed } from '../page/frame.ts';
import { directionInShort, figureInWords, partyInWords, speakersInWords } from '../../wording/called.ts';
import { recordEnds } from '../../../projections/findings.ts';
import { sentences } from '../../wording/findings.ts';
import { commitmentSort, type SortColumns, sortedBy, termSort } from '../../../projections/sorting.ts';
import { type Head, minSorted, sortHead, type SortAsked, type Sorting, sortingOf, sortLine } from '../page/sortHead.ts';
import { type Html, html } from '../page/html.ts';
import { type CutLinks, link, permanent } from '../page/links.ts';
import {
  asides,
  evidence,
  figureLink,
  isolated,
  named,
  performanceOf,
  stageWithMark,
  statusWithMark,
  warningSigns,
  when,
  words,
} from '../page/parts.ts';
import { contestedMark, correctionMark, warningMark } from '../page/pictures/marks.ts';
import { commitmentDownloads } from '../page/downloads.ts';
import { atomForm, firstEvents, jsonForm, page, separated } from '../page/shell.ts';
import { announcementTypes } from '../record/subject.ts';
import {
  type Around,
  asidesWithBinding,
  besideTerm,
  deliveries,
  factsBeside,
  figureList,
  inForceElsewhere,
} from '../page/standingFacts.ts';
import { commitmentCard } from '../pictures/cards.ts';
import { proveIt } from '../proof/proofPage.ts';
import { rail } from './rail.ts';
import { asKnown } from './knownDates.ts';
import { titlesIn } from './titles.ts';
import { groupsByUnit, rangesKey, rangesTable, rowId, surroundings, withParts } from '../views/ranges.ts';

/** The page of a commitment: what exactly, since when, and who disagrees, with its chronicle. */
export async function commitmentPage(
  reader: Reader,
  answered: CommitmentRecord,
  cut: Cut,
  { frame, to, origin, sort }: Framed & SortAsked & { readonly origin: string },
): Promise<Html> {
  const history = await historyAt(reader, answered.id, cut);
  if (!history) throw new Error(`expected the history of a commitment, found none with the id ${answered.id}`);
  const events = shownChronicle(answered, history);
  const record = asKnown(answered, events.entries);
  const linked = await linkedAt(reader, record.id, cut);
  const standing = new Map<string, CommitmentRecord | undefined>();
  for (const { id } of linked) standing.set(id, standing.get(id) ?? (await commitmentAt(reader, id, cut)));
  const titles = await titlesIn(reader, history, cut.size);
  const shown = { record, history, to, titles };
  const eventAt = (id: string): string => eventAddress(id, events, shown);
  const path = `/commitments/${record.id}`;
  const body = html`<p class="acts"><a href="/record?commitment=${record.id}">Announce next</a> <a href="/record?commitment=${record.id}#correct">Correct our record</a> <a href="/record?commitment=${record.id}#retract">Retract an announcement</a> ${nextTypes(record)}</p>
${rail(record, events.entries)}
${facts(record, events.entries, { corrections: history.events.filter(({ type }) => type === 'corrected').length, to, eventAt, titles })}
<h2 id="terms">${record.asked.length > 0 ? 'What was asked, and what ' : 'What '}${record.stoodLast?.length ? 'stood last' : 'stands'}</h2>
${standingPicture(record, to)}${terms(record, events, { to, eventAt, sorting: sortingOf(path, { sort }, to) })}${inForceElsewhere(record, { to, eventAt })}${figureList(html`<h3 id="asked">Asked, planned or threatened; binds nobody</h3>`, record.asked, record, { to, eventAt }, { isStatusSaid: true })}${deliveries(record, { to, eventAt })}
${record.contested.slice(0, maxDisputes).map((one) => readings(one, record, events.entries, eventAt))}
${ties(linked, standing, to, sortingOf(path, { sort }, to))}
<h2 id="history">History</h2><p class="mute">On the left is the latest day on which each can have happened; on the right, the day it was recorded. A correction of our record is shown under the announcement that it corrects: it is not an event in the world. <a href="${to(`${path}/history`)}">In the order of recording</a> · <a href="/record?commitment=${record.id}">Record what was announced next</a></p>
${chronicle(events, shown)}
${proveIt(history.events.at(-1)?.id ?? record.id, record.cut.size)}
<h2 id="cite">Cite it</h2><p>“${named(record.title)}”, ${record.stage === 'none' ? 'opened' : record.stage}${record.contested.length > 0 && ', contested'}, as of ${when(record.cut.asOf)}.</p>
<pre tabindex="0"><code>${frame.ledger}
commitment ${record.id}
as of ${record.cut.asOf}, by ${firstEvents(record.cut.size)}</code></pre><p class="meta">A citation names how much of the record it is made from, so its meaning never changes. <a href="${link(path, permanent(record.cut))}">Permanent link</a></p>`;
  const ends = sentences(recordEnds(record.cut));
  const lede = html`${isolated(directionInShort(record.from, record.to, record.names))}${ends !== '' && ` · ${ends}`}`;
  return page({
    title: record.title,
    heading: named(record.title),
    eyebrow: trail(record, { frame, to }),
    lede,
    path,
    frame,
    body,
    downloads: commitmentDownloads,
    card: commitmentCard(record, origin),
    alternates: [jsonForm(path, frame.asked), atomForm(path, frame.asked, 'Atom feed of this commitment')],
  });
}

/** What may be announced next, each with the form for it. */
function nextTypes({ id, stage }: CommitmentRecord): Html {
  const allowed = announcementTypes.filter((type) => stage === 'none' || typeSheet[type].allowed.includes(stage));
  const forms = allowed.map((type) => html`<a href="/record?commitment=${id}&amp;type=${type}">${type}</a>`);
  return html`<span class="meta">or that it was ${separated(forms)}</span>`;
}

/** `Trade terms › trade/investment`. */
export function trail({ topic }: Pick<CommitmentRecord, 'topic'>, { frame, to }: Framed): Html {
  const view = frame.views?.find(({ topics }) => topics?.some((one) => `${topic}/`.startsWith(`${one}/`)));
  const rest = html`<a href="${to('/commitments', { topic })}">${topic}</a>`;
  return view ? html`<a href="${to(`/views/${view.name}`)}">${view.title}</a> › ${rest}` : rest;
}

/**
 * The maximum number of terms, disputes and readings of one dispute on the page. The rest is in the history and in the JSON.
 */
const maxTerms = 60;
const maxDisputes = 6;
const maxReadings = 12;

/** The address of an event of the commitment. */
type EventLinks = (id: string) => string;

/** What stands beside the stage: disputes, warnings and corrections of our record. */
function facts(
  record: CommitmentRecord,
  entries: readonly ChronicleEntry[],
  { corrections, ...around }: Around & { corrections: number },
): Html {
  const dueOf = ({ warning, announcement }: CommitmentRecord['warnings'][number]): string | undefined =>
    warning === 'expected-not-delivered' ? entries.find(({ row }) => row.id === announcement)?.event.data.due : undefined;
  const missing = new Set(record.warnings.flatMap((one) => dueOf(one) ?? []));
  const items = [
    ...factsBeside(record, around),
    ...record.contested.slice(0, maxDisputes).map((one) => {
      const dispute = entries.find(({ row }) => row.id === one.dispute);
      return html`<a class="neq" href="#d-${one.dispute}"><b aria-hidden="true">≠</b> Contested</a> beside the stage since ${when(dispute?.event.data.happened ?? one.since)}${dispute?.event.data.summary !== undefined && html`: ${isolated(dispute.event.data.summary)}`}`;
    }),
    ...(record.contested.length <= maxDisputes
      ? []
      : [html`${String(record.contested.length - maxDisputes)} more disputes are open; the history has each of them`]),
    ...[...missing].map(
      (due) => html`<span class="warn">${warningMark()}<span>Expected by ${when(due)}, not delivered</span></span>`,
    ),
    ...warningSigns(record.warnings.filter((one) => dueOf(one) === undefined)),
    ...(corrections === 0
      ? []
      : [
          html`<span class="warn">${correctionMark()}Record corrected ${corrections === 1 ? 'once' : `${numberInWords(corrections)} times`}</span> <a href="#history">what the record said before</a>`,
        ]),
  ];
  return items.length === 0 ? html`` : html`<ul class="facts">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** The standing figures as bars, one scale for each unit, the parts of a sum under it. */
function standingPicture(record: CommitmentRecord, to: CutLinks): Html {
  const standing = record.terms.map(asFigure);
  const figures = [...standing, ...record.asked].filter(
    ({ kind }) => kind === 'money' || kind === 'percent' || kind === 'count',
  );
  if (figures.length === 0) return html``;
  const groups = groupsByUnit(figures.map((figure) => ({ commitment: record.id, figure }))).map((group) => ({
    ...group,
    rows: group.rows.map((row) => ({ ...row, ...withParts(row.figures) })),
  }));
  const line = { ...record, commitment: record.id, figures: standing };
  const around = { ...surroundings([line], to), rows: new Set(standing.slice(0, maxTerms).map(rowId)) };
  return html`${rangesTable(groups, 'Each currency or other unit has one scale, from zero.', around)}${rangesKey(groups)}`;
}

/** The standing terms or, once it has ended, those that stood last, each with its own words and sources. */
type Sorted = Around & { readonly sorting: Sorting };

function terms(record: CommitmentRecord, { until, entries }: ShownChronicle, around: Sorted): Html {
  const { terms: standing, stoodLast = [], stage } = record;
  if (stage === 'ended' && stoodLast.length > 0) {
    const beside = (figure: Figure): Html =>
      html`${asides(asidesWithBinding(figure, record.from, entries), { names: record.names })}${performanceOf(figure, record.names)}`;
    const rows = stoodLast.map((figure) => ({ figure, beside: beside(figure) }));
    return termsTable('It has ended: no term stands. These stood last, with what was delivered of them.', rows, record, around);
  }
  if (standing.length === 0) {
    const isAgreed = ({ event: { type } }: ChronicleEntry): boolean => ['agreed', 'amended'].includes(typeSheet[type].terms);
    const isGone = until.some((one) => !one.retracted && isAgreed(one) && (one.event.data.terms ?? []).length > 0);
    const why = isGone
      ? 'No term stands any more: what was agreed has been removed since.'
      : 'No term stands: nothing that was pledged or formalised by the day asked has words or figures on record.';
    return html`<p class="none">${stage === 'ended' ? 'It has ended: no term stands.' : why}</p>`;
  }
  const rows = standing.map((term) => ({ figure: asFigure(term), beside: besideTerm(term, record, entries, around) }));
  return termsTable('Terms that stand, each with its own words and sources.', rows, record, around);
}

const termHeads: readonly Head[] = [
  { words: 'Term', by: 'term' },
  { words: 'Figure', by: 'firmness' },
  { words: 'Words', by: 'words' },
  { words: 'Sources' },
];

type TermRow = { readonly figure: Figure; readonly beside: Html };
const termsBy = Object.fromEntries(Object.entries(termSort).map(([name, of]) => [name, ({ figure }: TermRow) => of(figure)]));

function termsTable(
  caption: string,
  rows: readonly TermRow[],
  { contested }: CommitmentRecord,
  { to, eventAt, sorting }: Sorted,
): Html {
  const disputeAbout = disputeFinder(contested.slice(0, maxDisputes));
  return html`<table class="stk terms"><caption>${caption}</caption>${sortHead(termHeads, rows.length < minSorted ? undefined : sorting)}<tbody>${sortedBy(
    rows,
    termsBy,
    sorting.sort,
  )
    .slice(0, maxTerms)
    .map(({ figure, beside }) => {
      const isFigured = figureInWords(figure) !== undefined;
      const address = to(`/figures/${figure.announcement}/${figure.key}`);
      const dispute = disputeAbout(figure);
      return html`<tr id="f-${figure.announcement}-${figure.key}"><th scope="row">${figure.key}</th><td>${statusWithMark(figure)}<br>${isFigured ? figureLink(figure, to) : html`<a href="${address}">${figure.kind === 'condition' ? 'a condition' : 'in words only'}</a>`}${dispute && html` <a class="neq" href="#d-${dispute.dispute}">${contestedMark()}</a>`}<br>${beside}</td><td>${words(figure.text, figure)}${figure.translation !== undefined && html`<br><span class="meta">in English: ${isolated(figure.translation)}</span>`}</td><td>${evidence(figure.sources)}${figure.correctedBy !== undefined && html`<span class="meta">${correctionMark()} <a href="${eventAt(figure.correctedBy)}">record corrected</a></span>`}</td></tr>
`;
    })}</tbody></table>${rows.length > maxTerms && html`<p class="meta">${String(rows.length - maxTerms)} more terms are in the other forms of this page.</p>`}`;
}

/** A dispute: two readings side by side, more as a list; each with who holds it and where it was said. */
function readings(
  dispute: Contested,
  { names }: CommitmentRecord,
  entries: readonly ChronicleEntry[],
  eventAt: EventLinks,
): Html {
  const opened = entries.find(({ row }) => row.id === dispute.dispute);
  const target = entries.find(({ row }) => row.id === dispute.about.announcement);
  const [one, other, ...more] = dispute.readings;
  const unshown = dispute.readings.length - maxReadings;
  const count = dispute.readings.length;
  const title = count === 1 ? 'One reading contests it' : `${capitalised(numberInWords(count))} readings of it`;
  const block = (reading: Contested['readings'][number]): Html => {
    const holders = reading.by ? [reading.by] : speakersOf(reading, opened);
    return html`<div><h3>${isolated(partyInWords(reading.party, names))}</h3><blockquote><bdi>${reading.text}</bdi>${translated(reading)}</blockquote>${
      holders.length > 0 && html`<p class="meta">${isolated(speakersInWords(holders, names, { roles: true }))}</p>`
    }${evidence(reading.sources)}</div>`;
  };
  const side =
    one && other && more.length === 0
      ? html`<div class="read2">${block(one)}<div class="mid" aria-hidden="true"><b>≠</b></div>${block(other)}</div>`
      : html`<div class="readn">${dispute.readings.slice(0, maxReadings).map(block)}</div>`;
  return html`<h2 id="d-${dispute.dispute}">${title}</h2><p class="mute">${opened?.event.data.summary !== undefined && html`${isolated(opened.event.data.summary)} `}Ground: ${dispute.ground}. About ${
    dispute.about.term === undefined ? 'what was' : html`the term <i>${dispute.about.term}</i>,`
  } ${target ? html`<a href="${eventAt(target.row.id)}">${target.event.type} ${when(target.event.data.happened)}</a>` : 'of another announcement'}.</p>
${side}<p class="meta">${unshown > 0 && `${String(unshown)} more readings, in the history. `}Open since ${when(opened?.event.data.happened ?? dispute.since)}. The readings as recorded: quotation marks inside them are the speakers’ own.</p>`;
}

/** Who spoke for a party when the dispute was opened with its reading. */
function speakersOf({ party, text }: Contested['readings'][number], opened: ChronicleEntry | undefined): Speaker[] {
  if (opened?.event.type !== 'disputed') return [];
  const { readings: first, saidBy } = opened.event.data;
  if (!first.some((one) => one.party === party && one.text === text)) return [];
  return saidBy.filter((one) => one.for === party && one.actor !== party).map((one) => ({ ...one, for: undefined }));
}

const tieHeads = [
  { words: 'title', by: 'title' },
  { words: 'stage', by: 'stage' },
] as const;
const tiesBy: SortColumns<[string, Linked[]]> = Object.fromEntries(
  tieHeads.map(({ by }) => [
    by,
    ([, said]: [string, Linked[]]) => {
      const commitment = said.find((one) => one.commitment)?.commitment;
      return commitment && commitmentSort[by]?.(commitment);
    },
  ]),
);

/** Links from this commitment and to it; each commitment once, with everything that is said of it. */
function ties(
  linked: readonly Linked[],
  standing: ReadonlyMap<string, CommitmentRecord | undefined>,
  to: CutLinks,
  sorting: Sorting,
): Html {
  if (linked.length === 0) return html``;
  const rows = sortedBy([...Map.groupBy(linked, ({ id }) => id)], tiesBy, sorting.sort);
  return html`<h2 id="links">Tied to</h2>${rows.length >= minSorted && sortLine(tieHeads, sorting)}<table class="compact stk ties"><thead class="vh"><tr><th scope="col">How</th><th scope="col">Commitment</th><th scope="col">Stage</th><th scope="col">What stands</th></tr></thead><tbody>${rows.map(
    ([id, said]) => {
      const commitment = said.find((one) => one.commitment)?.commitment;
      const isMutual = said.length === 2 && said.every(({ kind }) => kind === 'inExchangeFor');
      const how = isMutual
        ? 'in exchange for each other'
        : said.map(({ kind, direction }) => (isLinkKind(kind) ? linkInWords(kind, direction) : kind)).join('; ');
      return html`<tr><th scope="row">${how}</th><td>${
        commitment
          ? html`<a href="${to(`/commitments/${id}`)}">${named(commitment.title)}</a>`
          : html`<code>${id}</code> <span class="none">not recorded by these dates</span>`
      }</td><td>${commitment && stageWithMark(commitment.stage)}${commitment && commitment.contested.length > 0 && html` <span class="neq"><b aria-hidden="true">≠</b> contested</span>`}</td><td>${figuresThatStand(standing.get(id))}</td></tr>
`;
    },
  )}</tbody></table>`;
}

const maxFigures = 3;

/** The first standing figures of a linked commitment that are no part of another. */
function figuresThatStand(record: CommitmentRecord | undefined): Html {
  const wholes = (record?.terms ?? []).filter(({ partOf }) => partOf === undefined);
  const figured = wholes.flatMap((term) => {
    // Under its key another figure may be in force.
    const running = asFigure(term).inForce ? term.inForce : null;
    const said = figureInWords(term);
    return said === undefined ? [] : [said + (running?.since ? `, in force since ${whenInWords(running.since)}` : '')];
  });
  return isolated([...figured.slice(0, maxFigures), ...(figured.length > maxFigures ? ['…'] : [])].join('; '));
}
