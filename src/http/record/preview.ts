import type { Recorded } from '../../../domain/announcement.ts';
import { apply, type Commitment } from '../../../domain/commitment.ts';
import { statusOn } from '../../../domain/advance.ts';
import { dayBegun } from '../../../domain/dates.ts';
import type { Hint } from '../../read/hints.ts';
import { canonicalJson } from '../../../domain/json.ts';
import type { Rejection } from '../../../domain/rejection.ts';
import type { Term } from '../../../domain/terms.ts';
import { typeSheet } from '../../../domain/types.ts';
import { commitmentChanges } from '../../../projections/changes.ts';
import { type Difference, differences } from '../../../projections/differences.ts';
import { isQuoted, situationOf, statusGiven } from '../../../projections/figures.ts';
import { linksAmong } from '../../../projections/overlaps.ts';
import type { Total } from '../../../projections/total.ts';
import { totalsOf } from '../../../projections/totals.ts';
import type { CommitmentRecord } from '../../../projections/record.ts';
import { correctedFields } from '../../../projections/history.ts';
import type { Command, Rehearsal } from '../../command/command.ts';
import { parseRecorded } from '../../command/fold.ts';
import { rehearse } from '../../command/ledger.ts';
import { hintsOn, type Judged } from '../../read/doubtful.ts';
import { recordAs } from '../../read/queries.ts';
import { exportLine, type RecordedEvent } from '../../store/log.ts';
import type { Context } from '../context.ts';
import { saidOnPage, translated } from '../page/announcement.ts';
import { figureInWords, type Names, partiesInWords, totalInWords } from '../../wording/called.ts';
import { asidesOfGiven } from '../../wording/standing.ts';
import { type Html, html } from '../page/html.ts';
import { asides, evidence, isolated, named, when, words } from '../page/parts.ts';
import { correctionMark, stageMark, typeMark } from '../page/pictures/marks.ts';
import { plain } from './controls.ts';
import { figureBar } from './qualifiers.ts';
import { boundChanges } from './boundChanges.ts';
import { changedValue, differenceList } from './differences.ts';

/** What recording would write and change, and what may be recorded already. Making a preview writes nothing. */
export type Preview = {
  readonly events: readonly Recorded[];
  /** The canonical lines, without the sequence, revision and time that only recording gives. */
  readonly lines: readonly string[];
  readonly before: Commitment | undefined;
  readonly after: Commitment;
  /** The commitment's answers on today's day, without it and with it; absent where it is recorded already. */
  readonly answers?: { readonly before: CommitmentRecord | undefined; readonly after: CommitmentRecord };
  /** The differences between those answers. */
  readonly changes: readonly Difference[];
  /** For a correction: the fields of what it corrects. */
  readonly corrected: readonly Difference[];
  /** The sums of the commitment on today's day, without it and with it, per payer. */
  readonly sums: readonly { readonly before: Total | undefined; readonly after: Total | undefined }[];
  /** What looks doubtful. */
  readonly hints: readonly Hint[];
  readonly again: boolean;
};

export async function previewOf(context: Context, command: Command): Promise<Preview | Rejection> {
  const rehearsal = await rehearse(context.ledger, command);
  return 'reason' in rehearsal ? rehearsal : previewIn(context, rehearsal);
}

/** What a rehearsal would write and change. */
export async function previewIn(
  { ledger, reader }: Pick<Context, 'ledger' | 'reader'>,
  rehearsal: Rehearsal,
): Promise<Preview> {
  const { before, after, again } = rehearsal;
  const events = rehearsal.events.map(parseRecorded);
  const last = rehearsal.events.at(-1);
  const size = last?.sequence ?? 0;
  await reader.readModel.catchUp(await ledger.log.size());
  const cut = { asOf: dayBegun(last?.time ?? 0), knownAt: last?.time ?? null, size };
  const then = before && (await recordAs(reader, before, cut));
  const now = await recordAs(reader, after, cut);
  const changes = again ? undefined : commitmentChanges(then, now, events);
  return {
    events,
    lines: rehearsal.events.map((event) => lineToBe(ledger.log.ledger, event)),
    before,
    after,
    ...(!again && { answers: { before: then, after: now } }),
    changes: (changes?.fields ?? []).filter((one) => !isShownElsewhere(one.field) && !isEmpty(one)),
    corrected: again ? [] : correctedBy(before, events).flatMap(termByTerm),
    sums: again ? [] : sumsOf(before, after, cut.asOf),
    hints: again ? [] : await hintsOn(ledger.log, sentBy(events), judgedIn(events, after)),
    again,
  };
}

/** Fields that the events themselves show, or that readers do not need. */
const shownElsewhere = ['stageSince', 'dangling', 'correctedBy', 'title', 'topic', 'from', 'to', 'names', 'links'];

function isShownElsewhere(field: string): boolean {
  return shownElsewhere.includes(field) || field.startsWith('bound/');
}

/** Where the last event is a correction: the fields of what it corrects, as all events before it leave them, and after it. */
function correctedBy(before: Commitment | undefined, events: readonly Recorded[]): Difference[] {
  const last = events.at(-1);
  if (last?.type !== 'corrected') return [];
  const earlier = events.slice(0, -1).reduce<Commitment | undefined>(apply, before);
  return correctedFields(earlier, apply(earlier, last), last.data);
}

/** The terms of a list that differ. */
function termByTerm(one: Difference): Difference[] {
  if (one.field !== 'terms') return [one];
  const byKey = (terms: unknown): Map<string, unknown> =>
    new Map(((terms ?? []) as Term[]).map((term) => [`terms/${term.key}`, term]));
  return differences(byKey(one.before), byKey(one.after));
}

/** For a new commitment: a field that is empty before and after is no change. */
function isEmpty({ before, after }: Difference): boolean {
  return before === undefined && (after === 'none' || (Array.isArray(after) && after.length === 0));
}

/** The event as a line of the export, as far as it is known before recording. */
function lineToBe(ledger: string, event: RecordedEvent): string {
  const {
    sequence: _,
    streamrevision: _revision,
    time: _time,
    ...line
  } = JSON.parse(exportLine(ledger, event)) as Record<string, unknown>;
  return canonicalJson(line);
}

/** The sums of one commitment, whatever it is part of: the present ones first, then new ones. */
function sumsOf(before: Commitment | undefined, after: Commitment, day: number): Preview['sums'] {
  const totals = (commitment: Commitment): Map<string, Total> =>
    new Map(
      totalsOf([situationOf(commitment, day)], linksAmong(new Map([[commitment.id, commitment]]))).map((total) => [
        JSON.stringify([total.payer, total.currency, total.per]),
        total,
      ]),
    );
  const [then, now] = [before ? totals(before) : new Map<string, Total>(), totals(after)];
  return [...new Set([...then.keys(), ...now.keys()])].map((key) => ({ before: then.get(key), after: now.get(key) }));
}

/** The events in the form sent to the API, so that the pointers of hints fit. */
function sentBy(events: readonly Recorded[]): unknown {
  const [first, announcement] = events;
  return announcement ? { ...first?.data, announcement: announcement.data } : first?.data;
}

function judgedIn(events: readonly Recorded[], after: Commitment): Judged[] {
  return events.map((event, index) => ({ event, after, pointer: index === 0 ? '' : '/announcement' }));
}

export function previewPart({ events, lines, before, after, answers, changes, corrected, sums, hints, again }: Preview): Html {
  const event = events.at(-1);
  if (again) {
    return html`<p><b>This is recorded already</b>, and sending it again changes nothing. <a href="/commitments/${after.id}#e-${event?.id ?? ''}">Where it stands</a></p>`;
  }
  const [then, now] = [changes.find(({ field }) => field === 'stage'), changes.filter(({ field }) => field !== 'stage')];
  const terms = event && event.type !== 'opened' && event.type !== 'corrected' ? typeSheet[event.type].terms : undefined;
  const isBeside = (terms === 'proposed' || terms === 'observed') && given(event).length > 0;
  return html`${events.map((one) => announced(one, after, { ...after.opened.data.names, ...answers?.after.names }))}
${corrected.length > 0 && differenceList(corrected, 'The record says', 'It would say')}
${event?.type === 'corrected' && event.data.mode === 'retract' && html`<p>It would be as if it had never been announced; both stay in the history.</p>`}
<h3>The stage</h3><p>${stageOf(after, before, then)}${isBeside && ' What is only proposed or observed is shown beside what stands, and enters no total.'}</p>
${answers && html`<h3>Who is bound</h3>${boundChanges(answers.before, answers.after)}`}
<h3>What else changes today</h3>${now.length === 0 ? html`<p class="meta">Nothing else: what stands, what is in force and what is performed stay as they are.</p>` : differenceList(now, 'now', 'after it', answers?.after.names)}
${sums.length > 0 && sumsPart(sums, answers?.after.names)}
${hints.length > 0 && doubtful(hints)}
<details><summary>The ${lines.length === 1 ? 'line' : 'lines'} to be recorded, without sequence and time</summary><pre class="line" tabindex="0"><code>${lines.map(plain).join('\n')}</code></pre></details>`;
}

/** The money owed, per payer, as totals would count it if there were no other commitment. */
function sumsPart(sums: Preview['sums'], names: Names): Html {
  const said = (total: Total | undefined): string => (total ? totalInWords(total) : 'nothing');
  return html`<h3>The sums</h3><dl class="diff">${sums.map(
    ({ before, after }) =>
      html`<div><dt>${isolated(partiesInWords((after ?? before)?.payer.split('+') ?? [], names))}</dt>${
        said(before) === said(after)
          ? html`<dd><span class="meta">as now</span> ${isolated(said(after))}</dd>`
          : html`<dd><span class="meta">now</span> ${isolated(said(before))}</dd><dd><span class="meta">after it</span> ${isolated(said(after))}</dd>`
      }</div>`,
  )}</dl>`;
}

/** What may be wrong though the rules allow it, each with its possible duplicate. */
function doubtful(hints: readonly Hint[]): Html {
  return html`<h3>Looks doubtful</h3><p class="meta">It can be recorded all the same.</p><ul class="plain">${hints.map(
    ({ hint, detail, commitment, event }) =>
      html`<li>${hint.startsWith('same-') && html`<b>Possible duplicate</b>: `}${isolated(detail)}${commitment !== undefined && html` <a href="/commitments/${commitment}#e-${event ?? ''}">Look at it</a>`}</li>`,
  )}</ul>`;
}

function stageOf(after: Commitment, before: Commitment | undefined, change: Difference | undefined): Html {
  if (!before || change) {
    const to = changedValue('stage', change?.after ?? 'none');
    return before
      ? html`The stage becomes ${to}, from ${changedValue('stage', change?.before)}.`
      : html`A commitment begins: ${named(after.opened.data.title)}, ${to}.`;
  }
  return html`The stage stays ${changedValue('stage', statusOn(after).stage)}.`;
}

function given(event: Recorded | undefined): readonly Term[] {
  return (event && 'terms' in event.data && event.data.terms) || [];
}

/** An event as it will read: everything it says, each term with its figure drawn. */
function announced(event: Recorded, { opened, timeline }: Commitment, names: Names): Html {
  const isAnnouncement = event.type !== 'opened' && event.type !== 'corrected';
  const status = isAnnouncement ? statusGiven(event) : undefined;
  const { label, body, sources, notes } = saidOnPage(event, {
    names,
    term: (term) => termPart(term, event, { status, names }),
    event: (id) => html`<a href="/commitments/${opened.stream}#e-${id}">${eventInWords(id, opened, timeline)}</a>`,
    commitment: (id) => html`<a href="/commitments/${id}"><code>${id}</code></a>`,
  });
  const sign = isAnnouncement
    ? typeMark(typeSheet[event.type].mark)
    : event.type === 'corrected'
      ? correctionMark()
      : stageMark('none');
  return html`<p class="stack"><span class="stage">${sign}${label}</span>${'happened' in event.data && html`<span class="meta">${when(event.data.happened)}</span>`}</p>
${body}${evidence(sources, notes)}`;
}

/** `event 12` for a recorded event that stands; else its id. */
function eventInWords(id: string, opened: Commitment['opened'], timeline: Commitment['timeline']): string {
  const event = [opened, ...timeline].find((one) => one.id === id);
  return event ? `event ${event.sequence}` : id;
}

function termPart(
  term: Term,
  event: Recorded,
  { status, names }: { status: ReturnType<typeof statusGiven>; names: Names },
): Html {
  const figured = figureInWords(term);
  const sources = 'sources' in event.data ? event.data.sources : [];
  return html`<div class="term">${figured !== undefined && html`<p class="big">${isolated(figured)}</p>${figureBar(term, status?.status ?? 'observed')}`}<p><i>${term.key}</i> ${asides(asidesOfGiven(term, status?.status), { names })} ${words(
    term.text,
    { quoted: isQuoted(term.text, sources), sources },
  )}${translated(term)}</p></div>`;
}
