import type { Announcement, Recorded } from '../../../domain/announcement.ts';
import { type Commitment, statusOn } from '../../../domain/commitment.ts';
import { dayBegun, dayInWords } from '../../../domain/dates.ts';
import { canonicalJson } from '../../../domain/json.ts';
import type { Rejection } from '../../../domain/rejection.ts';
import type { Term } from '../../../domain/terms.ts';
import { commitmentChanges } from '../../../projections/changes.ts';
import { type Difference, differences } from '../../../projections/differences.ts';
import { historyOf } from '../../../projections/history.ts';
import { type Command, parseRecorded, rehearse } from '../../command/ledger.ts';
import { recordAs } from '../../read/queries.ts';
import { exportLine, type RecordedEvent } from '../../store/log.ts';
import { statusInWords } from '../../wording/values.ts';
import type { Context } from '../context.ts';
import { figureInWords, speakersInWords } from '../page/called.ts';
import { type Html, html } from '../page/html.ts';
import { capitalised, isolated, named, statusWithMark, when, words } from '../page/parts.ts';
import { correctionMark } from '../page/pictures/marks.ts';
import { plain } from './controls.ts';
import { figureBar } from './qualifiers.ts';
import { changedValue, differenceList } from './differences.ts';

/** What recording would write, what it would change, and what may stand there already. Nothing is written by looking. */
export type Preview = {
  readonly events: readonly Recorded[];
  /** The canonical lines, without the sequence, revision and time that only recording gives. */
  readonly lines: readonly string[];
  readonly before: Commitment | undefined;
  readonly after: Commitment;
  /** Of the commitment's answer on today's day. */
  readonly changes: readonly Difference[];
  /** Of a correction: the fields of what it corrects. */
  readonly corrected: readonly Difference[];
  readonly doubles: readonly Double[];
  readonly again: boolean;
};

type Double = { readonly href: string; readonly text: string };

export async function previewOf({ ledger, reader }: Context, command: Command): Promise<Preview | Rejection> {
  const rehearsal = await rehearse(ledger, command);
  if ('reason' in rehearsal) return rehearsal;
  const { before, after, again } = rehearsal;
  const events = rehearsal.events.map(parseRecorded);
  const last = rehearsal.events.at(-1);
  const size = last?.sequence ?? 0;
  await reader.readModel.catchUp(await ledger.log.size());
  const cut = { asOf: dayBegun(last?.time ?? 0), knownAt: last?.time ?? null, size };
  const then = before && (await recordAs(reader, before, cut));
  const changes = again ? undefined : commitmentChanges(then, await recordAs(reader, after, cut), events);
  const recorded = before ? (await ledger.log.readStream(after.id)).map(parseRecorded) : [];
  const history = historyOf(again ? recorded : [...recorded, ...events], cut);
  return {
    events,
    lines: rehearsal.events.map((event) => lineToBe(ledger.log.ledger, event)),
    before,
    after,
    changes: (changes?.fields ?? []).filter((one) => !told.includes(one.field) && !isEmpty(one)),
    corrected: again ? [] : (history.events.at(-1)?.corrected ?? []).flatMap(termByTerm),
    doubles: again ? [] : await doublesOf(reader, before, after, events),
    again,
  };
}

/** Fields that are told in words of their own, or that no reader asks for. */
const told = ['stageSince', 'dangling', 'correctedBy', 'title', 'topic', 'from', 'to', 'names', 'links'];

/** Of a list of terms, those that differ. */
function termByTerm(one: Difference): Difference[] {
  if (one.field !== 'terms') return [one];
  const byKey = (terms: unknown): Map<string, unknown> =>
    new Map(((terms ?? []) as Term[]).map((term) => [`terms/${term.key}`, term]));
  return differences(byKey(one.before), byKey(one.after));
}

/** Of a commitment that begins: what is not there yet is no change. */
function isEmpty({ before, after }: Difference): boolean {
  return before === undefined && (after === 'none' || (Array.isArray(after) && after.length === 0));
}

/** The event as one line of the export, as far as it is settled before it is recorded. */
function lineToBe(ledger: string, event: RecordedEvent): string {
  const {
    sequence: _,
    streamrevision: _revision,
    time: _time,
    ...line
  } = JSON.parse(exportLine(ledger, event)) as Record<string, unknown>;
  return canonicalJson(line);
}

/** What may be the same already: an announcement of the same type, day and speakers; a commitment of the same title or parties. */
async function doublesOf(
  { readModel }: Context['reader'],
  before: Commitment | undefined,
  after: Commitment,
  events: readonly Recorded[],
): Promise<Double[]> {
  if (before) {
    const event = events.at(-1);
    const entry = after.timeline.find(({ id }) => id === event?.id);
    if (!entry) return [];
    return before.timeline
      .filter((old) => old.type === entry.type && old.day === entry.day && speakers(old) === speakers(entry))
      .map((old) => ({
        href: `/commitments/${before.id}#e-${old.id}`,
        text: `${capitalised(old.type)}, ${dayInWords(old.day)}, ${speakersInWords(old.data.saidBy)}: event ${old.sequence}`,
      }));
  }
  const { title, topic, from, to } = after.opened.data;
  const found: Double[] = [];
  const size = after.opened.sequence - 1;
  for (const { id } of readModel.opened({ topic: topic.split('/')[0], size, limit: mostCompared })) {
    const data = (await readModel.commitment(id, size))?.opened.data;
    if (!data) continue;
    const sameParties = data.topic === topic && set(data.from) === set(from) && set(data.to) === set(to);
    if (sameParties || data.title.toLowerCase() === title.toLowerCase())
      found.push({ href: `/commitments/${id}`, text: data.title });
    if (found.length === 10) break;
  }
  return found;
}

/** A new commitment is compared with so many of its view. */
const mostCompared = 500;

function speakers({ data }: Recorded<Announcement>): string {
  return set(data.saidBy.map(({ actor }) => actor));
}

function set(codes: readonly string[]): string {
  return codes.toSorted().join();
}

export function previewPart({ events, lines, before, after, changes, corrected, doubles, again }: Preview): Html {
  const event = events.at(-1);
  const { names } = after.opened.data;
  if (again) {
    return html`<p><b>This is recorded already</b>, and sending it again changes nothing. <a href="/commitments/${after.id}#e-${event?.id ?? ''}">Where it stands</a></p>`;
  }
  const announcement = event && event.type !== 'opened' && event.type !== 'corrected' ? event : undefined;
  const [then, now] = [changes.find(({ field }) => field === 'stage'), changes.filter(({ field }) => field !== 'stage')];
  const stage = stageOf(after, before, then);
  return html`${announcement && announced(announcement, names)}
${corrected.length > 0 && html`<p class="stack"><span class="stage">${correctionMark()}Correction of our record</span></p>${differenceList(corrected, 'The record says', 'It would say')}`}
${event?.type === 'corrected' && event.data.mode === 'retract' && html`<p>It would be as if it had never been announced; both stay in the history.</p>`}
<h3>What changes</h3><p>${stage}${announcement && (announcement.type === 'proposed' || announcement.type === 'observed') && (announcement.data.terms ?? []).length > 0 && ' What is only proposed or observed is shown beside what stands, and enters no total.'}</p>
${now.length === 0 ? html`<p class="meta">Nothing else of where the commitment stands today.</p>` : differenceList(now)}
${
  doubles.length > 0 &&
  html`<h3>A double?</h3><p class="meta">${before ? 'Of the same type and day, by the same speakers' : 'Of the same title, or the same parties and topic'}, is recorded already:</p><ul class="plain">${doubles.map(
    ({ href, text }) => html`<li><a href="${href}">${isolated(text)}</a></li>`,
  )}</ul>`
}
<details><summary>The ${lines.length === 1 ? 'line' : 'lines'} to be recorded, all but sequence and time</summary><pre class="line" tabindex="0"><code>${lines.map(plain).join('\n')}</code></pre></details>`;
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

/** An announcement as it will read: each term with its figure drawn, its words, who said it and when. */
function announced(event: Recorded<Announcement>, names: Readonly<Record<string, string>> | undefined): Html {
  const { data } = event;
  const status = statusOf(event);
  const terms = data.terms ?? [];
  return html`<p class="stack">${status === undefined ? html`<span class="stage">${capitalised(event.type)}</span>` : statusWithMark(status)}</p>
${terms.map((term) => termPart(term, data.sources, status))}
<p class="meta">${isolated(speakersInWords(data.saidBy, names))}, ${when(data.happened)}</p>`;
}

function termPart(term: Term, sources: Announcement['data']['sources'], status: ReturnType<typeof statusOf>): Html {
  const figured = figureInWords(term);
  const quoted = sources.some(({ quote }) => quote?.exact.includes(term.text));
  return html`<div class="term">${figured !== undefined && html`<p class="big">${isolated(figured)}</p>${figureBar(term, status?.status ?? 'observed')}`}<p>${words(
    term.text,
    { quoted, sources },
  )}</p>${term.translation && html`<p class="meta">in English: ${isolated(term.translation)}</p>`}</div>`;
}

function statusOf(event: Recorded<Announcement>): Parameters<typeof statusInWords>[0] | undefined {
  switch (event.type) {
    case 'proposed':
      return { status: 'proposed', mode: event.data.mode };
    case 'pledged':
    case 'formalised':
    case 'observed':
      return { status: event.type };
    case 'fulfilled':
      return { status: 'delivered' };
    case 'amended':
    case 'reaffirmed':
    case 'disputed':
    case 'ended':
      return undefined;
    default:
      return event satisfies never;
  }
}
