import type { Announcement, LedgerEvent, Opened, Source } from '../../../domain/announcement.ts';
import { advance, emptyStatus, type Entry } from '../../../domain/commitment.ts';
import { type Stage, stages, typeSheet } from '../../../domain/types.ts';
import { dayBegun, parseDay, whenOf } from '../../../domain/dates.ts';
import type { Term } from '../../../domain/terms.ts';
import type { Difference } from '../../../projections/differences.ts';
import { type Figure, isQuoted } from '../../../projections/figures.ts';
import type { History } from '../../../projections/history.ts';
import type { CommitmentRecord } from '../../../projections/record.ts';
import { fieldInWords, isTerm, valueInWords } from '../../wording/changes.ts';
import { numberInWords, statusInWords } from '../../wording/values.ts';
import { warningKindInWords } from '../../wording/warnings.ts';
import { figureInWords, partyInWords, speakersInWords } from './called.ts';
import { type Html, html } from './html.ts';
import type { CutLinks } from './links.ts';
import { asides, capitalised, dayOf, evidence, isolated, named, stageWithMark, when, words } from './parts.ts';
import { amendedMark, correctionMark, observedMark, reaffirmedMark, stageMark, warningMark } from './pictures/marks.ts';

/** The history of a commitment: what happened in the world, with the corrections of our record hanging from what they correct. */

type Row = History['events'][number];
export type Names = CommitmentRecord['names'];

/** An announcement as it reads at the cut, with the corrections that made it so. */
export type Told = {
  readonly row: Row;
  readonly event: Extract<LedgerEvent, { type: Announcement['type'] }>;
  /** The latest day it can have happened, as it reads now, but none after its recording. */
  readonly day: number;
  readonly corrections: readonly Row[];
  readonly retracted: boolean;
};

/** The announcements of a history as they read now, in the order of the world; ties in that of recording. */
export function toldOf(history: History): Told[] {
  const byId = new Map(history.events.map((row) => [row.id, row]));
  const told = history.events
    .filter(({ type }) => type !== 'opened' && type !== 'corrected')
    .map((row): Told => {
      const corrections = row.correctedBy.flatMap((id) => byId.get(id) ?? []);
      const retracted = corrections.some(({ data }) => data['mode'] === 'retract');
      const data = retracted ? row.data : corrections.reduce(corrected, row.data);
      const event = { type: row.type, data } as Told['event'];
      const day = Math.min(whenOf(event.data.happened).latest, dayBegun(Date.parse(row.time)));
      return { row, event, day, corrections, retracted };
    });
  return told.toSorted((a, b) => a.day - b.day || a.row.revision - b.row.revision);
}

/** The data after a correction, whose history says each field that it changed. */
function corrected(data: Row['data'], correction: Row): Row['data'] {
  const next = { ...data };
  for (const { field, after } of correction.corrected ?? []) {
    if (after === undefined) delete next[field];
    else next[field] = after;
  }
  return next;
}

type Shown = { readonly record: CommitmentRecord; readonly history: History; readonly to: CutLinks };

/** The most announcements that are told at once, the newest in the world; every event stands in the order of recording. */
const mostAnnouncements = 60;
/** A long history is told so many events at a time. */
export const mostEvents = 100;
/** The most corrections that hang from one announcement, the newest. */
const mostCorrections = 6;

/** Which announcements a chronicle tells: the newest by the day asked, then the first of those after it. */
export type Chronicle = {
  readonly told: readonly Told[];
  readonly until: readonly Told[];
  readonly after: readonly Told[];
  /** How many there are on each side that are not told. */
  readonly earlier: number;
  readonly later: number;
};

export function chronicleOf({ cut }: CommitmentRecord, history: History): Chronicle {
  const asOf = parseDay(cut.asOf) ?? 0;
  const told = toldOf(history);
  const [until, after] = [told.filter(({ day }) => day <= asOf), told.filter(({ day }) => day > asOf)];
  return {
    told,
    until: until.slice(-mostAnnouncements),
    after: after.slice(0, mostAnnouncements),
    earlier: Math.max(0, until.length - mostAnnouncements),
    later: Math.max(0, after.length - mostAnnouncements),
  };
}

/** Where an event is told on the page of its commitment, else on that of its history which holds it. */
export function eventAddress(id: string, { until, after }: Chronicle, { record, history, to }: Shown): string {
  const row = history.events.find((one) => one.id === id);
  const isTold = [...until, ...after].some(
    (one) => one.row.id === id || one.corrections.slice(-mostCorrections).some((correction) => correction.id === id),
  );
  if (isTold || row === undefined) return `#e-${id}`;
  const page = Math.floor(row.revision / mostEvents) * mostEvents;
  return to(`/commitments/${record.id}/history`, { after: page || undefined }, `e-${id}`);
}

/** At which stage each announcement left the commitment that raised it, in the order in which they are told: it never goes back. */
function raisedIn(told: readonly Told[], opening: Row | undefined): ReadonlyMap<string, Stage> {
  const status = emptyStatus();
  const raised = new Map<string, Stage>();
  for (const { row, event, day, retracted } of told) {
    if (retracted) continue;
    const before = status.stage;
    advance(status, { ...row, ...event, day, corrections: [] } as unknown as Entry, (opening?.data ?? {}) as Opened);
    if (status.stage !== before) raised.set(row.id, status.stage);
  }
  return raised;
}

/** In the order of the world, each with when it was recorded; what lies after the day asked is set apart. */
export function chronicle({ told, until, after, earlier, later }: Chronicle, { record, history, to }: Shown): Html {
  const opening = history.events.find(({ type }) => type === 'opened');
  const raised = raisedIn(told, opening);
  const item = (one: Told): Html => announcement(one, { names: record.names, to, stage: raised.get(one.row.id) });
  const derived = record.warnings.map((warning) => ({
    day: parseDay(warning.since) ?? 0,
    item: html`<li class="derived"><div class="w">${when(warning.since)}</div><div class="m">${warningMark(14)}</div><div class="b"><p>From this day on the record warns: ${warningKindInWords(warning.warning)}. <span class="meta">Derived, not recorded: no one announced it.</span></p></div><div class="r"></div></li>`,
  }));
  const items = [...until.map((one) => ({ day: one.day, item: item(one) })), ...derived].toSorted((a, b) => a.day - b.day);
  return html`<ul class="key"><li>${stageMark('pledged')} an announcement, a change in the world</li><li>${amendedMark()} terms amended by the parties</li><li><span class="swc"></span>${correctionMark()} a correction of our record</li></ul>
<div class="chead" aria-hidden="true"><span>Happened</span><span></span><span></span><span>Recorded</span></div>
<ol class="chron">${opening && openingItem(opening, history)}${items.map((one) => one.item)}</ol>${
    earlier > 0 &&
    html`<p class="meta">${String(earlier)} earlier announcements are not told here; <a href="${to(`/commitments/${record.id}/history`)}">every event stands in the order of recording</a>.</p>`
  }${
    after.length > 0 &&
    html`<h3>Known at this cut, but after the day asked</h3><ol class="chron">${after.map(item)}</ol>${later > 0 && html`<p class="meta">And ${String(later)} more after them.</p>`}`
  }`;
}

/** In the order of recording, each of these events by itself, as the API answers it. */
export function recordingOrder({ record, history, to }: Shown): Html {
  return html`<div class="chead" aria-hidden="true"><span>Happened</span><span></span><span></span><span>Recorded</span></div><ol class="chron">${history.events.map(
    (row) => {
      if (row.type === 'opened') return openingItem({ ...row, correctedBy: [] }, history);
      if (row.type === 'corrected') {
        return html`<li id="e-${row.id}"><div class="w"><span class="meta">no day in the world</span></div><div class="m">${correctionMark(18)}</div><div class="b">${stageMove(stageAfter(row))}${correctionBox(row, { names: record.names, anchor: false })}</div>${recordedCell(row)}</li>`;
      }
      const event = { type: row.type, data: row.data } as Told['event'];
      const told = { row, event, day: 0, corrections: [], retracted: false };
      return announcement(told, { names: record.names, to, stage: stageAfter(row) });
    },
  )}</ol>`;
}

/** The stage that an event brought when it was recorded, of all that was known then; undefined where it left it as it was. */
function stageAfter({ changed }: Row): Stage | undefined {
  const after = changed.find(({ field }) => field === 'stage')?.after;
  return stages.find((stage) => stage === after);
}

function stageMove(stage: Stage | undefined): Html {
  return stage === undefined ? html`` : html`<p class="move">Stage: ${stageWithMark(stage)}</p>`;
}

function openingItem(row: Row, { events }: History): Html {
  const corrections = events.filter(
    ({ type, data }) => type === 'corrected' && data['corrects'] === row.id && row.correctedBy.length > 0,
  );
  return html`<li id="e-${row.id}"><div class="w"><span class="meta">no day in the world</span></div><div class="m">${stageMark('none', 14)}</div><div class="b"><h3>Opened in this record</h3>${correctionBoxes(corrections, undefined)}</div>${recordedCell(row)}</li>
`;
}

type Telling = { readonly names: Names; readonly to: CutLinks; readonly stage: Stage | undefined };

function announcement({ row, event, corrections, retracted }: Told, { names, to, stage }: Telling): Html {
  const { data } = event;
  const first = row.data['happened'];
  const isCorrected = corrections.length > 0 && !retracted && data.sources === row.data['sources'];
  return html`<li id="e-${row.id}"${retracted ? html` class="gone"` : ''}><div class="w">${when(data.happened)}${first !== data.happened && typeof first === 'string' && html`<br><span class="meta">first recorded as ${when(first)}</span>`}</div>
<div class="m">${markOf(event)}</div><div class="b"><h3>${labelOf(event)}${retracted && html` <span class="meta">retracted: our record should not have had it</span>`}</h3>${stageMove(stage)}${data.summary && html`<p>${isolated(data.summary)}</p>`}${data.effective !== undefined && html`<p class="meta">effective ${when(data.effective)}</p>`}${
    'instrument' in data &&
    data.instrument &&
    html`<p>${named(data.instrument.title)} <span class="meta">${named(data.instrument.kind)}, ${when(data.instrument.date)}, binding: ${data.instrument.binding}</span></p>`
  }${(data.terms ?? []).map((term) => termRow(term, { announcement: row.id, own: data.sources, sources: sourcesOf(term.key, data.sources, corrections), to }))}${
    event.type === 'amended' &&
    event.data.removes &&
    html`<p>Removes ${event.data.removes.map((key) => html`<i>${key}</i> `)}</p>`
  }${event.type === 'disputed' && event.data.readings.map((reading) => html`<p><b>${isolated(partyInWords(reading.party, names))}</b>: ${words(reading.text, { sources: data.sources })}</p>`)}${
    data.resolves !== undefined &&
    data.resolves.length > 0 &&
    html`<p class="meta">It settles ${data.resolves.length === 1 ? 'a dispute' : `${numberInWords(data.resolves.length)} disputes`}.</p>`
  }<p class="meta">${isolated(speakersInWords(data.saidBy, names, { roles: true }))}</p>${isCorrected && html`<span class="meta">As first recorded:</span> `}${evidence(data.sources, evidenceNotes(row, data))}${correctionBoxes(corrections, names)}</div>${recordedCell(row, data.happened)}</li>
`;
}

function evidenceNotes(row: Row, { note, confidence }: { note?: string | undefined; confidence?: string | undefined }): Html {
  return html`${note !== undefined && html`<p class="note"><b>Note.</b> ${isolated(note)}</p>`}<p class="meta">Event ${String(row.sequence)}, <code>${row.id}</code>, recorded ${dayOf(row.time)} by ${named(row.recordedBy)}.${confidence !== undefined && ` Confidence: ${confidence}.`} <a href="/record?corrects=${row.id}">Correct what the record says of it</a></p>`;
}

/** A term with its words; where a correction gave it, with the sources of that, since those of the announcement said otherwise. */
function termRow(
  term: Term,
  {
    announcement,
    own,
    sources,
    to,
  }: { announcement: string; own: readonly Source[]; sources: readonly Source[]; to: CutLinks },
): Html {
  const figured = figureInWords(term);
  const quoted = isQuoted(term.text, sources);
  const address = to(`/figures/${announcement}/${term.key}`);
  const said = words(term.text, { quoted, sources });
  return html`<p class="one">${figured === undefined ? html`<a class="fig wrapok wd" href="${address}">${said}</a>` : html`<a class="fig wrapok" href="${address}"><bdi>${figured}</bdi></a>`}${asides({ ...term, inForce: null } as Figure)}${figured !== undefined && html` ${said}`}</p>${sources !== own && evidence(sources)}`;
}

/** The sources that bear a term: those of the newest correction that gave it, else the announcement's. */
function sourcesOf(key: string, own: readonly Source[], corrections: readonly Row[]): readonly Source[] {
  const giving = corrections.findLast(({ data }) => {
    const { changes } = data as { changes?: { terms?: readonly Term[] | null } };
    return changes?.terms?.some((term) => term.key === key) === true;
  });
  return giving ? (giving.data['sources'] as Source[]) : own;
}

/** When it reached the record, and how long after it happened. */
function recordedCell({ time, sequence, recordedBy }: Row, happened?: string): Html {
  const lag = happened === undefined ? undefined : Math.floor(Date.parse(time) / 86_400_000) - whenOf(happened).latest;
  const late =
    lag === undefined || !Number.isFinite(lag) || lag < 0
      ? ''
      : lag === 0
        ? 'the same day, '
        : lag === 1
          ? 'a day later, '
          : `${lag} days later, `;
  return html`<div class="r">${dayOf(time)}<br><span class="meta">${late}event ${String(sequence)}, ${named(recordedBy)}</span></div>`;
}

function correctionBoxes(corrections: readonly Row[], names: Names): Html {
  const earlier = corrections.length - mostCorrections;
  return html`${earlier > 0 && html`<p class="meta">${String(earlier)} earlier corrections stand in the order of recording.</p>`}${corrections.slice(-mostCorrections).map((one) => correctionBox(one, { names }))}`;
}

/** What our record said, and what it says now: a box that nothing of the world ever has. */
function correctionBox(row: Row, { names, anchor = true }: { names: Names; anchor?: boolean }): Html {
  const { mode, reason, sources, note } = row.data as { mode: string; reason: string; sources: Source[]; note?: string };
  const rows = (row.corrected ?? []).flatMap(splitTerms);
  const kind =
    mode === 'retract' ? 'Retracted from our record' : mode === 'refine' ? 'Record made precise' : 'Correction of our record';
  return html`<aside class="corr"${anchor && html` id="e-${row.id}"`} aria-label="Correction of the record"><p><b>${correctionMark()} ${kind}</b>, ${dayOf(row.time)}, by ${named(row.recordedBy)} <span class="meta">event ${String(row.sequence)}</span><br>${isolated(reason)} <span class="meta">It changes our record, not the world.</span></p>
${
  mode !== 'retract' &&
  rows.length > 0 &&
  html`<table class="diff"><thead><tr><th scope="col">Field</th><th scope="col">The record said</th><th scope="col">It says now</th></tr></thead><tbody>${rows.map(
    ({ field, before, after }) =>
      html`<tr><th scope="row">${fieldName(field)}</th><td data-label="The record said">${before === undefined ? html`<span class="none">not in the record</span>` : html`<del>${value(before, names)}</del>`}</td><td data-label="It says now">${after === undefined ? html`<span class="none">not in the record</span>` : html`<ins>${value(after, names)}</ins>`}</td></tr>`,
  )}</tbody></table>`
}${evidence(sources, note === undefined ? html`` : html`<p class="note"><b>Note.</b> ${isolated(note)}</p>`)}</aside>`;
}

/** A list of terms before and after, as one row for each key that differs. */
export function splitTerms(one: Difference): Difference[] {
  const { field, before, after } = one;
  if (field !== 'terms') return [one];
  const byKey = (list: unknown): Map<string, Term> =>
    new Map((Array.isArray(list) ? list.filter(isTerm) : []).map((term) => [term.key, term]));
  const [old, now] = [byKey(before), byKey(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [a, b] = [old.get(key), now.get(key)];
    return JSON.stringify(a) === JSON.stringify(b)
      ? []
      : [{ field: `terms/${key}`, ...(a && { before: a }), ...(b && { after: b }) }];
  });
}

/** A field's name for people. A dispute inside is named by its id, and its readings say more. */
export function fieldName(field: string): string {
  return field.startsWith('contested/') ? 'dispute' : fieldInWords(field);
}

/** A value of a field: terms with their words in serif, everything else as the record's words. */
export function value(one: unknown, names?: Names): Html {
  if (isTerm(one)) {
    const figured = figureInWords(one);
    return html`${figured !== undefined && html`<b><bdi>${figured}</bdi></b><br>`}${words(one.text)}`;
  }
  if (isDispute(one)) {
    return html`since ${when(one.since)}${one.readings.map(({ party, text }) => html`<br>${isolated(partyInWords(party, names))}: ${words(text)}`)}`;
  }
  if (Array.isArray(one) && one.length > 0 && one.every((item) => isSource(item))) {
    return html`${one.map((item, index) => html`${index > 0 && '; '}${named(item.publisher)}`)}`;
  }
  if (Array.isArray(one) && one.length > 0 && one.every(isParty)) {
    return isolated(one.map((item) => partyInWords(item, names)).join(', '));
  }
  return isolated(valueInWords(one));
}

function isDispute(one: unknown): one is { since: string; readings: { party: string; text: string }[] } {
  return typeof one === 'object' && one !== null && 'since' in one && 'readings' in one && Array.isArray(one.readings);
}

function isParty(one: unknown): one is string {
  return typeof one === 'string' && /^([A-Z]{2}|[a-z]+:[a-z0-9-]+)$/.test(one);
}

function isSource(one: unknown): one is Source {
  return typeof one === 'object' && one !== null && 'publisher' in one;
}

function labelOf(event: Told['event']): Html {
  switch (event.type) {
    case 'proposed': {
      const { due } = event.data;
      return html`${capitalised(statusInWords({ status: 'proposed', mode: event.data.mode }))}${due !== undefined && html`, due ${when(due)}`}`;
    }
    case 'pledged':
      return html`Pledged${event.data.reported && html` <span class="meta">as reported by others</span>`}`;
    case 'disputed':
      return html`${event.data.joins === undefined ? 'A dispute opens' : 'A dispute gains readings'} <span class="meta">ground: ${event.data.ground}</span>`;
    case 'fulfilled':
      return html`Performed in ${event.data.extent === 'full' ? 'full' : 'part'}`;
    case 'amended':
      return html`Terms amended`;
    case 'ended':
      return html`Ended: ${event.data.reason}`;
    case 'formalised':
    case 'observed':
    case 'reaffirmed':
      return html`${capitalised(event.type)}`;
    default:
      return event satisfies never;
  }
}

function markOf({ type }: Told['event']): Html {
  switch (type) {
    case 'proposed':
    case 'pledged':
    case 'formalised':
    case 'fulfilled':
    case 'ended':
      return stageMark(type, 20);
    case 'disputed':
      return html`<b class="ne" aria-hidden="true">≠</b>`;
    case 'observed':
      return observedMark(20);
    case 'amended':
      return amendedMark(20);
    case 'reaffirmed':
      return reaffirmedMark(20);
    default:
      return type satisfies never;
  }
}

/** When a stage was first announced, as it was recorded: the first announcement that can bring it before another one in the order of the world. */
export function happenedBefore(told: readonly Told[], stage: Stage, announcement: string): string | undefined {
  const end = told.findIndex(({ row }) => row.id === announcement);
  return told.slice(0, Math.max(0, end)).find((one) => brings(one, stage))?.event.data.happened;
}

/** Whether an announcement can bring a stage: what is only performed in part does not fulfil it. */
export function brings({ event, retracted }: Told, stage: Stage): boolean {
  return !retracted && typeSheet[event.type].raises === stage && (event.type !== 'fulfilled' || event.data.extent === 'full');
}
