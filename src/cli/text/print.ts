import { dayInWords, whenInWords } from '../../../domain/dates.ts';
import type { WarningKind } from '../../../domain/warnings.ts';
import type { Changes } from '../../../projections/changes.ts';
import type { FigureAnswer } from '../../../projections/figure.ts';
import type { Figure } from '../../../projections/figures.ts';
import { asFigure, isAgreed, type CommitmentRecord, type Line } from '../../../projections/record.ts';
import type { Total } from '../../../projections/totals.ts';
import type { ViewAnswer } from '../../../projections/views/views.ts';
import { fieldInWords, termInWords, transition, valueInWords } from '../../wording/changes.ts';
import { isLinkKind, linkInWords } from '../../wording/links.ts';
import {
  cutInWords,
  directionInWords,
  figureInWords,
  partiesInWords,
  partyInWords,
  rateInWords,
  speakersInWords,
  statusInWords,
  totalInWords,
} from '../../wording/values.ts';
import { piecesInWords } from '../../wording/pieces.ts';
import { whyNotCounted } from '../../wording/totals.ts';
import { warningInWords, warningKindInWords } from '../../wording/warnings.ts';
import type { Recorded, Source } from '../../../domain/announcement.ts';
import type { Difference } from '../../../projections/differences.ts';
import type { CommitmentList } from '../../http/commitments/list.ts';
import type { Views } from '../../http/views/views.ts';
import { columns, heading, joined, section } from './rows.ts';
import { dayOf, printSource, spoken } from './said.ts';
import { forReading, oneLine } from './visible.ts';

/** Answers as text for a terminal of a given width. */

type Names = Readonly<Record<string, string>> | undefined;

/** An event as it is recorded, in one line: its sequence, when and by whom it was recorded, what it is, and of which commitment. */
export function printEvent(event: Recorded, title: string): string {
  const { sequence, time, type, data, recordedBy, of } = forReading({ ...event, of: title });
  const speakers = 'saidBy' in data ? ` by ${speakersInWords(data.saidBy)}` : '';
  return `${sequence}  ${new Date(time).toISOString()}  ${recordedBy}  ${type}${speakers}: ${of}\n`;
}

/** A view: every line with its figures, words and sources, then what the view adds to its lines, then totals. */
export function printView(asAnswered: ViewAnswer, width: number): string {
  const answer = forReading(asAnswered);
  const titles = new Map(answer.lines.map((line) => [line.commitment, line.title]));
  const blocks = [heading(answer.title, width), cutInWords(answer.cut), ''];
  if (answer.lines.length === 0) blocks.push('Nothing recorded.');
  for (const line of answer.lines) blocks.push(line.title, ...printStatus(line), '');
  // What a view adds to its lines; a view without words of its own here is printed by its lines and totals.
  if (answer.view === 'trade-terms') {
    const lines = new Map(answer.lines.map((line) => [line.commitment, line]));
    const tariffs = answer.tariffs.map((tariff) => printTariff(tariff, lines.get(tariff.commitment)));
    blocks.push(...section('Tariffs', tariffs));
  }
  if (answer.view === 'north-korea-policy') {
    const conflicts = answer.contested.map(({ commitment, ground, between, since }) => {
      return `${titles.get(commitment)}: ${ground}, between ${partiesInWords(between)}, since ${whenInWords(since)}`;
    });
    blocks.push(...section('Contested', conflicts));
  }
  const totals = answer.totals.flatMap((total) => printTotal(total, titles));
  blocks.push(...section('Totals', totals));
  if (answer.lines.length > 0)
    blocks.push('What stands of one commitment: ledger show ID. All that was announced: ledger history ID.');
  return joined(blocks, width);
}

/** What stands of a commitment; with `lead`, the command that prints all that was announced of it. */
export function printRecord(asAnswered: CommitmentRecord, width: number, { lead = true }: { lead?: boolean } = {}): string {
  const record = forReading(asAnswered);
  const { terms, links } = record;
  const running = [...terms.flatMap((term) => term.inForce ?? []), ...record.inForce];
  const inForce = running.map(({ since, backdated, ...term }) => {
    const said = `since ${since ? whenInWords(since) : 'an unknown day'}${backdated ? ', announced later' : ''}`;
    return `${term.key}, ${said}: ${figureInWords(term) ?? term.text}`;
  });
  const linked = Object.entries(links).flatMap(([kind, ids]) =>
    (ids ?? []).map(
      (id) => `${isLinkKind(kind) ? linkInWords(kind) : kind} ${id}${record.dangling.includes(id) ? ' (not recorded)' : ''}`,
    ),
  );
  return joined(
    [
      heading(record.title, width),
      cutInWords(record.cut),
      '',
      ...printStatus({ ...record, commitment: record.id, figures: terms.map(asFigure) }),
      '',
      ...section('In force', terms.length > 0 && inForce.length === 0 ? ['nothing known to be in force'] : inForce),
      ...section('Links', linked),
      ...(lead ? [`Every announcement in full: ledger history ${record.id}`] : []),
    ],
    width,
  );
}

/** What changed between two cuts, commitment by commitment, then the totals that moved. */
export function printChanges(asAnswered: Changes, width: number): string {
  const { from, to, commitments, totals } = forReading(asAnswered);
  const rows = [heading('What changed', width), `From: ${cutInWords(from)}`, `To:   ${cutInWords(to)}`, ''];
  for (const { commitment, title, opened, events, fields } of commitments) {
    rows.push(`${title} · ${commitment}${opened ? ' · new' : ''}`);
    for (const { sequence, type, happened, summary } of events) {
      rows.push(`  event ${sequence}: ${[type, happened && whenInWords(happened), summary].filter(Boolean).join(' · ')}`);
    }
    for (const one of fields) if (!opened || hasRow(one)) rows.push(...printChange(one));
    rows.push('');
  }
  if (commitments.length === 0) rows.push('Nothing.', '');
  const moved = totals.map(({ view, before, after }) => {
    const payer = partiesInWords((after ?? before)?.payer.split('+') ?? []);
    return `${view}, ${payer}: ${before ? totalInWords(before) : 'nothing'} → ${after ? totalInWords(after) : 'nothing'}`;
  });
  const lead = commitments.length === 0 ? [] : ['All that an event says: ledger history ID.'];
  return joined([...rows, ...section('Totals that moved', moved), ...lead], width);
}

/** Which fields of a new commitment get a row: the rest stands in its opening. */
function hasRow({ field, after }: Difference): boolean {
  return field === 'stage' || field.includes('/') || (field === 'performance' && after !== 'none');
}

/** One field of a record at two cuts, in one row where it is short. */
function printChange({ field, before, after }: Difference): string[] {
  const [kind = '', key = ''] = field.split('/');
  const came = before === undefined ? 'new' : after === undefined ? 'over' : 'changed';
  if (kind === 'warnings') {
    const words = { new: 'now warns', over: 'no longer warns', changed: 'still warns' }[came];
    return [`  ◷ ${words}: ${warningKindInWords(key as WarningKind)}, ${transition(before, after)}`];
  }
  if (kind === 'contested') {
    const words = { new: 'a dispute was opened', over: 'a dispute was settled', changed: 'a dispute continues' }[came];
    return [`  ≠ ${words}, ${key}: ${valueInWords(after ?? before)}`];
  }
  if (came !== 'changed' && kind === 'terms') {
    return [`  ${came === 'new' ? 'now stands' : 'no longer stands'}, ${valueInWords(after ?? before)}`];
  }
  if (came !== 'changed' && kind === 'inForce') {
    return [`  ${came === 'new' ? 'now in force' : 'no longer in force'}, ${key}: ${valueInWords(after ?? before)}`];
  }
  const row = `  ${fieldInWords(field)}: ${transition(before, after)}`;
  if (row.length <= 80 || came !== 'changed') return [row];
  return [`  ${fieldInWords(field)}`, `    before: ${valueInWords(before)}`, `    after: ${valueInWords(after)}`];
}

/** One figure with what became of it, and how to cite it; `now`: the same asked without a cut, where that says more. */
export function printFigureForEver(asAnswered: FigureAnswer, width: number, later?: FigureAnswer): string {
  const answer = forReading(asAnswered);
  const now = later && forReading(later);
  const { commitment, recorded, figure, corrections, repeats, cite } = answer;
  const rows = [heading(`${answer.key} · ${commitment.title}`, width), cutInWords(answer.cut), ''];
  rows.push(
    `  ${answer.type}, recorded as event ${recorded.sequence}, ${dayInWords(dayOf(recorded.time))}, by ${recorded.by}: ${recorded.term ? termInWords(recorded.term) : 'without this term'}`,
    ...recorded.sources.flatMap(printSource).map((row) => `    ${row}`),
    '',
  );
  if (figure) rows.push(...printFigure(figure, undefined));
  else rows.push('  nothing of it is left at this cut');
  if (repeats) rows.push(`  repeats the figure of ${repeats}`);
  rows.push('', `  at this cut: ${standingInWords(answer)}`);
  if (now) rows.push(`  now (size ${now.cut.size}): ${standingInWords(now)}`);
  for (const { id, sequence, mode, reason } of corrections)
    rows.push(`  ✎ corrected by event ${sequence} (${mode}, ${id}): ${reason}`);
  return joined([...rows, '', ...section('Cite', [cite.plain]), ...asAnswered.cite.bibtex.split('\n').map(oneLine)], width);
}

function standingInWords({ stands, inForce, replacedBy, retractedBy }: FigureAnswer): string {
  const gone = retractedBy ? `, retracted by ${retractedBy}` : replacedBy ? `, replaced or removed by ${replacedBy}` : '';
  return `${stands ? 'stands' : 'does not stand'}${gone}; ${inForce ? 'in force' : 'not known to be in force'}`;
}

export function printList(asAnswered: CommitmentList, width: number): string {
  const { commitments, cut } = forReading(asAnswered);
  const rows = commitments.map((one) => [one.id, one.stage + (one.contested.length > 0 ? ' ≠' : ''), one.title]);
  const table = columns([['commitment', 'stage', 'title'], ...rows], width);
  const contested = commitments.some((one) => one.contested.length > 0) ? '≠ contested\n' : '';
  return `${cutInWords(cut)}\n\n${table}\n\n${contested}${commitments.length} ${commitments.length === 1 ? 'commitment' : 'commitments'}\n`;
}

export function printViews(asAnswered: Views, width: number): string {
  const { views, cut } = forReading(asAnswered);
  const rows = views.map(({ view, topic, title }) => [view, topic, title]);
  return `${cutInWords(cut)}\n\n${columns([['view', 'topics', 'title'], ...rows], width)}\n`;
}

function printStatus(line: Line): string[] {
  const { names } = line;
  const since = line.stageSince ? ` since ${whenInWords(line.stageSince.day)}` : '';
  const performance = line.performance === 'none' ? '' : ` · performed: ${line.performance}`;
  const rows = [
    `  ${directionInWords(line.from, line.to, names)} · ${line.stage.toUpperCase()}${since}${performance} · ${line.commitment}`,
  ];
  for (const figure of line.figures) rows.push(...printFigure(figure, names));
  for (const dispute of line.contested) {
    rows.push(`  ≠ CONTESTED since ${whenInWords(dispute.since)} (${dispute.ground})`);
    for (const reading of dispute.readings) {
      rows.push(`      ${partyInWords(reading.party, names)}: ${reading.text}`, `        ${sourcesInWords(reading.sources)}`);
    }
  }
  for (const warning of line.warnings) rows.push(`  ◷ ${warningInWords(warning)}`);
  return rows;
}

function printFigure(figure: Figure, names: Names): string[] {
  const status = statusInWords(figure).padEnd(10);
  const amount = figureInWords(figure);
  const period = figure.period ? `, for ${whenInWords(figure.period)}` : '';
  const deadline = figure.deadline ? `, by ${whenInWords(figure.deadline)}` : '';
  const inForce = figure.inForce ? ', in force' : '';
  const part = isAgreed(figure.status) && figure.partOf ? `, part of "${figure.partOf}"` : '';
  const corrected = figure.correctedBy ? ' · ✎ record corrected' : '';
  return [
    `  ${status} ${amount === undefined ? '' : `${amount}${period}${deadline}${part}${inForce}  `}${spoken(figure.text, figure.quoted)}`,
    `             ${speakersInWords(figure.saidBy, names)} · ${whenInWords(figure.happened)} · ${sourcesInWords(figure.sources)}${corrected}`,
  ];
}

/** What is in force and what is agreed of one tariff, in one line. */
export function printTariff(
  tariff: Extract<ViewAnswer, { view: 'trade-terms' }>['tariffs'][number],
  line: Line | undefined,
): string {
  const { key, inForce, agreed, qualifier } = tariff;
  const standing = line?.figures.find((one) => one.key === key && isAgreed(one.status));
  const known =
    inForce === null
      ? `nothing known to be in force${tariff.before ? ` (before: ${tariff.before} %)` : ''}`
      : `${rateInWords({ to: inForce, qualifier })} in force since ${tariff.since ? whenInWords(tariff.since) : 'an unknown day'}${tariff.backdated ? ', announced later' : ''}`;
  return `${line?.title} · ${tariff.on}: ${known}; ${agreed === null ? 'nothing agreed stands' : `${rateInWords({ to: agreed, qualifier: standing?.kind === 'tariff' ? standing.qualifier : qualifier })} agreed`}`;
}

function printTotal(total: Total, titles: Map<string, string>): string[] {
  const item =
    (mark: string) =>
    (one: Total['counted'][number]): string =>
      `  ${mark} ${titles.get(one.commitment)} (${one.key})${one.disputed ? ' ≠ disputed' : ''}${one.reason ? `: ${piecesInWords(whyNotCounted({ ...one, reason: one.reason }), { titles })}` : ''}`;
  const sum = total.counted.length === 0 ? `nothing counted in ${total.currency}` : totalInWords(total);
  return [
    `${partiesInWords(total.payer.split('+'))}: ${sum}`,
    ...total.counted.map(item('+')),
    ...total.beside.map(item('beside:')),
    ...total.leftOut.map(item('not counted:')),
  ];
}

function sourcesInWords(sources: readonly Source[]): string {
  const [first, ...more] = sources;
  return first ? first.publisher + (more.length > 0 ? ` and ${more.length} more` : '') : '';
}
