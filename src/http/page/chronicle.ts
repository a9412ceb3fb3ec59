import { parseDay, whenOf } from '../../../domain/dates.ts';
import type { Term } from '../../../domain/terms.ts';
import { typeSheet } from '../../../domain/types.ts';
import {
  type Chronicle,
  type ChronicleEntry,
  chronicleOf,
  type HistoryRow,
  type OpeningEntry,
  recordedOrder,
  sourcesOfTerm,
} from '../../../projections/chronicle.ts';
import { isQuoted, statusGiven } from '../../../projections/figures.ts';
import { eventSort, sortedBy } from '../../../projections/sorting.ts';
import type { History } from '../../../projections/history.ts';
import type { CommitmentRecord } from '../../../projections/record.ts';
import { asidesOfGiven } from '../../wording/standing.ts';
import { boundInSteps } from '../../wording/steps.ts';
import { capitalised } from '../../wording/values.ts';
import { warningDay, warningInWords, warningKindInWords } from '../../wording/warnings.ts';
import { saidOnPage, translated } from './announcement.ts';
import { fieldName, splitTerms, value } from './beforeAfter.ts';
import { figureInWords, type Names } from '../../wording/called.ts';
import { type Html, html } from './html.ts';
import type { CutLinks } from './links.ts';
import { asides, commitmentLink, dayOf, evidence, isolated, type Leading, named, stageWithMark, when, words } from './parts.ts';
import { correctionMark, stageMark, typeMark, warningMark } from './pictures/marks.ts';
import { separated } from './shell.ts';

/** The history of a commitment: what happened in the world, with each correction of our record under what it corrects. */

type Shown = {
  readonly record: CommitmentRecord;
  readonly history: History;
  readonly to: CutLinks;
  /** The titles of commitments that its events name. */
  readonly titles?: ReadonlyMap<string, string> | undefined;
};

/** The maximum number of announcements on the page, the newest in the world; every event is in the order of recording. */
const maxAnnouncements = 60;
/** The maximum number of events on one page of a history. */
export const maxEvents = 100;
/** The maximum number of corrections under one announcement, the newest. */
const maxCorrections = 6;

/** The announcements that the page of a commitment shows: the newest by the day asked, then the first after it. */
export type ShownChronicle = Chronicle & {
  readonly until: readonly ChronicleEntry[];
  readonly after: readonly ChronicleEntry[];
  /** How many on each side are not shown. */
  readonly earlier: number;
  readonly later: number;
};

export function shownChronicle({ cut }: CommitmentRecord, history: History): ShownChronicle {
  const asOf = parseDay(cut.asOf) ?? 0;
  const all = chronicleOf(history);
  const [until, after] = [all.entries.filter(({ day }) => day <= asOf), all.entries.filter(({ day }) => day > asOf)];
  return {
    ...all,
    until: until.slice(-maxAnnouncements),
    after: after.slice(0, maxAnnouncements),
    earlier: Math.max(0, until.length - maxAnnouncements),
    later: Math.max(0, after.length - maxAnnouncements),
  };
}

/** The address of an event: on the page of its commitment, else on the page of its history that holds it. */
export function eventAddress(id: string, { opening, until, after }: ShownChronicle, { record, history, to }: Shown): string {
  const row = history.events.find((one) => one.id === id);
  const isHere = [...(opening ? [opening] : []), ...until, ...after].some(
    (one) => one.row.id === id || one.corrections.slice(-maxCorrections).some((correction) => correction.id === id),
  );
  if (isHere || row === undefined) return `#e-${id}`;
  const page = Math.floor(row.revision / maxEvents) * maxEvents;
  return to(`/commitments/${record.id}/history`, { after: page || undefined }, `e-${id}`);
}

/** The announcements in the order of the world, each with when it was recorded; those after the day asked come separately. */
export function chronicle(shown: ShownChronicle, context: Shown): Html {
  const { opening, until, after, earlier, later } = shown;
  const { record, to } = context;
  const leading = leadingOf(context, (id) => eventAddress(id, shown, context));
  const item = (one: ChronicleEntry): Html => announcement(one, leading);
  const derived = [...Map.groupBy(record.warnings, warningInWords).values()].flatMap(([warning]) => {
    if (!warning) return [];
    const passed = warningDay(warning);
    const holds = passed.word === 'since';
    const day = holds ? warning.since : passed.day;
    return {
      day: parseDay(day) ?? 0,
      item: html`<li class="derived"><div class="w">${when(day)}</div><div class="m">${warningMark(14)}</div><div class="b"><p>${holds ? 'From this day on' : 'By the end of this day'}: ${warningKindInWords(warning.warning)}. <span class="meta">Derived, not recorded: no one announced it.</span></p></div><div class="r"></div></li>`,
    };
  });
  const items = [...until.map((one) => ({ day: one.day, item: item(one) })), ...derived].toSorted((a, b) => a.day - b.day);
  return html`<ul class="key"><li>${stageMark('pledged')} an announcement, a change in the world</li><li>${typeMark('amended')} terms amended by the parties</li><li><span class="swc"></span>${correctionMark()} a correction of our record</li></ul>
<div class="chead" aria-hidden="true"><span>Happened</span><span></span><span></span><span>Recorded</span></div>
<ol class="chron">${opening && openingItem(opening, leading)}${items.map((one) => one.item)}</ol>${
    earlier > 0 &&
    html`<p class="meta">${String(earlier)} earlier announcements are not shown here; <a href="${to(`/commitments/${record.id}/history`)}">every event stands in the order of recording</a>.</p>`
  }${
    after.length > 0 &&
    html`<h3>Known, but after the day asked</h3><ol class="chron">${after.map(item)}</ol>${later > 0 && html`<p class="meta">And ${String(later)} more after these.</p>`}`
  }`;
}

/** The events from a place on, each by itself as it was recorded: in the order of recording, unless they are sorted otherwise. */
export function recordingOrder({ record, history, to, titles }: Shown, start: number, sort?: string): Html {
  const path = `/commitments/${record.id}/history`;
  const events = sortedBy(history.events, eventSort, sort);
  const leading = leadingOf({ record, history, to, titles }, (id) => {
    const at = Math.max(
      0,
      events.findIndex((one) => one.id === id),
    );
    return to(path, { sort, after: Math.floor(at / maxEvents) * maxEvents || undefined }, `e-${id}`);
  });
  return html`<div class="chead" aria-hidden="true"><span>Happened</span><span></span><span></span><span>Recorded</span></div><ol class="chron">${recordedOrder(
    { events },
  )
    .slice(start, start + maxEvents)
    .map(({ row, event, stage, bound }) => {
      if (event.type === 'opened') return openingItem({ row, data: event.data, corrections: [] }, leading);
      if (event.type === 'corrected') {
        return html`<li id="e-${row.id}"><div class="w"><span class="meta">no day in the world</span></div><div class="m">${correctionMark(18)}</div><div class="b">${moves({ stage, bound }, leading.names)}${correctionBox(row, leading, { anchor: false })}</div>${recordedCell(row)}</li>`;
      }
      return announcement({ row, event, stage, bound, day: 0, corrections: [], retracted: false }, leading);
    })}</ol>`;
}

type Chronicled = Leading & { readonly to: CutLinks; readonly names: Names };

/** The addresses of ids in a history: an event leads to its place, a commitment to its page. */
function leadingOf({ record, history, to, titles }: Shown, place: (id: string) => string): Chronicled {
  const sequences = new Map(history.events.map(({ id, sequence }) => [id, sequence]));
  return {
    names: record.names,
    to,
    event: (id) => {
      const sequence = sequences.get(id);
      return sequence === undefined ? html`<code>${id}</code>` : html`<a href="${place(id)}">event ${String(sequence)}</a>`;
    },
    commitment: (id) => commitmentLink(id, titles?.get(id), to),
    document: (slug) => html`<a href="${to(`/documents/${slug}`)}">${named(slug)}</a>`,
  };
}

/** The stage to which it moved the commitment, and who is bound since; nothing for what it left unchanged. */
function moves({ stage: { before, after }, bound }: Pick<ChronicleEntry, 'stage' | 'bound'>, names: Names): Html {
  const said = boundInSteps(bound, names);
  return html`${before !== after && html`<p class="move">Stage: ${stageWithMark(after)}</p>`}${said.length > 0 && html`<p class="move meta">${separated(said.map((one, index) => isolated(index === 0 ? capitalised(one) : one)))}</p>`}`;
}

function openingItem({ row, data, corrections }: OpeningEntry, leading: Chronicled): Html {
  const { label, body } = saidOnPage({ type: 'opened', data }, { ...leading, term: () => html`` });
  return html`<li id="e-${row.id}"><div class="w"><span class="meta">no day in the world</span></div><div class="m">${stageMark('none', 14)}</div><div class="b"><h3>${label}</h3>${body}${correctionBoxes(corrections, leading)}</div>${recordedCell(row, { acts: correctIt(row) })}</li>
`;
}

function announcement(entry: ChronicleEntry, leading: Chronicled): Html {
  const { row, event, corrections, retracted } = entry;
  const { happened } = event.data;
  const first = row.data['happened'];
  const { label, body, sources, notes } = saidOnPage(event, { ...leading, term: (term) => termRow(term, entry, leading) });
  const isCorrected = corrections.length > 0 && !retracted && event.data.sources === row.data['sources'];
  return html`<li id="e-${row.id}"${retracted ? html` class="gone"` : ''}><div class="w">${when(happened)}${first !== happened && typeof first === 'string' && html`<br><span class="meta">first recorded as ${when(first)}</span>`}</div>
<div class="m">${typeMark(typeSheet[event.type].mark, 20)}</div><div class="b"><h3>${label}${retracted && html` <span class="meta">retracted: our record should not have had it</span>`}</h3>${moves(entry, leading.names)}${body}${isCorrected && html`<span class="meta">As first recorded:</span> `}${evidence(sources, html`${notes}${recording(row)}`)}${correctionBoxes(corrections, leading)}</div>${recordedCell(row, { happened, acts: !retracted && html`${correctIt(row)} · <a href="/record?corrects=${row.id}&mode=retract">Retract it</a>` })}</li>
`;
}

function recording({ sequence, time, recordedBy }: HistoryRow): Html {
  return html`<p class="meta">Event ${String(sequence)}, recorded ${dayOf(time)} by ${named(recordedBy)}.</p>`;
}

/**
 * A term with its words; where a correction gave it, with the correction's sources, since those of the announcement say
 * otherwise.
 */
function termRow(term: Term, entry: ChronicleEntry, { to, names }: Chronicled): Html {
  const figured = figureInWords(term);
  const sources = sourcesOfTerm(entry, term.key);
  const address = to(`/figures/${entry.row.id}/${term.key}`);
  const said = words(term.text, { quoted: isQuoted(term.text, sources), sources });
  return html`<p class="one">${figured === undefined ? html`<a class="fig wrapok wd" href="${address}">${said}</a>` : html`<a class="fig wrapok" href="${address}"><bdi>${figured}</bdi></a>`} ${asides(asidesOfGiven(term, statusGiven(entry.event)?.status), { names })}${figured !== undefined && html` ${said}`}${translated(term)}</p>${sources !== entry.event.data.sources && evidence(sources)}`;
}

function correctIt({ id }: HistoryRow): Html {
  return html`<a href="/record?corrects=${id}">Correct this</a>`;
}

/** When it was recorded, how long after it happened, its number, and the actions for it. */
function recordedCell(
  { id, time, sequence, recordedBy }: HistoryRow,
  { happened, acts = false }: { happened?: string; acts?: Html | false } = {},
): Html {
  const lag = happened === undefined ? undefined : Math.floor(Date.parse(time) / 86_400_000) - whenOf(happened).latest;
  const late =
    lag === undefined || !Number.isFinite(lag) || lag < 0
      ? ''
      : lag === 0
        ? 'the same day, '
        : lag === 1
          ? 'a day later, '
          : `${lag} days later, `;
  return html`<div class="r">${dayOf(time)}<br><span class="meta">${late}event ${String(sequence)}, ${named(recordedBy)}<br>${acts && html`${acts} · `}<a href="/proof/events/${id}">Its proof</a></span></div>`;
}

function correctionBoxes(corrections: readonly HistoryRow[], leading: Chronicled): Html {
  const earlier = corrections.length - maxCorrections;
  return html`${earlier > 0 && html`<p class="meta">${String(earlier)} earlier corrections stand in the order of recording.</p>`}${corrections.slice(-maxCorrections).map((one) => correctionBox(one, leading))}`;
}

/** What our record said, and what it says now, in a box that only corrections have. */
function correctionBox(row: HistoryRow, leading: Chronicled, { anchor = true }: { anchor?: boolean } = {}): Html {
  const [{ event }] = recordedOrder({ events: [row] }) as [ReturnType<typeof recordedOrder>[number]];
  const { label, body, sources, notes } = saidOnPage(event, { ...leading, term: () => html`` });
  const rows = row.data['mode'] === 'retract' ? [] : (row.corrected ?? []).flatMap(splitTerms);
  return html`<aside class="corr"${anchor && html` id="e-${row.id}"`} aria-label="Correction of the record"><p><b>${correctionMark()} ${label}</b>, ${dayOf(row.time)}, by ${named(row.recordedBy)} <span class="meta">event ${String(row.sequence)}. It changes our record, not the world.</span></p>${body}
${
  rows.length > 0 &&
  html`<table class="diff"><thead><tr><th scope="col">Field</th><th scope="col">The record said</th><th scope="col">It says now</th></tr></thead><tbody>${rows.map(
    ({ field, before, after }) =>
      html`<tr><th scope="row">${fieldName(field)}</th><td data-label="The record said">${before === undefined ? html`<span class="none">not in the record</span>` : html`<del>${value(before, leading.names)}</del>`}</td><td data-label="It says now">${after === undefined ? html`<span class="none">not in the record</span>` : html`<ins>${value(after, leading.names)}</ins>`}</td></tr>`,
  )}</tbody></table>`
}${evidence(sources, notes)}</aside>`;
}
