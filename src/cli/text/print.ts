import { dayInWords, whenInWords } from '../../../domain/dates.ts';
import type { WarningKind } from '../../../projections/derived/warnings.ts';
import type { Changes, CommitmentChange } from '../../../projections/changes.ts';
import type { FigureAnswer } from '../../../projections/figure.ts';
import { asFigure, isAgreed, type CommitmentRecord, type Line, type StandingTerm } from '../../../projections/record.ts';
import type { Total } from '../../../projections/total.ts';
import type { AnyAnswer } from '../../../projections/views/view.ts';
import { byKind, changeTitles, eventInWords } from '../../wording/changeKinds.ts';
import { fieldInWords, termInWords, transition, valueInWords } from '../../wording/changes.ts';
import { markedPieces, placeInWords } from '../../wording/marked.ts';
import { isLinkKind, linkInWords } from '../../wording/links.ts';
import { cutInWords, partiesInWords, rateInWords, speakersInWords, totalInWords } from '../../wording/values.ts';
import { piecesInWords } from '../../wording/pieces.ts';
import { instrumentInWords } from '../../wording/standing.ts';
import { marksInWords, whyNotCounted } from '../../wording/totals.ts';
import { warningDay, warningInWords } from '../../wording/warnings.ts';
import type { Recorded } from '../../../domain/announcement.ts';
import type { Difference } from '../../../projections/differences.ts';
import type { CommitmentList } from '../../http/commitments/list.ts';
import type { Views } from '../../http/views/views.ts';
import { inList } from './printAcross.ts';
import { columns, heading, joined, section } from './rows.ts';
import { dayOf, sourceInRows } from '../../wording/said.ts';
import { printDeliveries, printFigure, printInForce, printStatus } from './status.ts';
import { forReading, oneLine } from './visible.ts';

/** Answers as text for a terminal of a given width. */

/** A recorded event in one line: its sequence, when and by whom it was recorded, what it is, and its commitment. */
export function printEvent(event: Recorded, title: string): string {
  const { sequence, time, type, data, recordedBy, of } = forReading({ ...event, of: title });
  const speakers = 'saidBy' in data ? ` by ${speakersInWords(data.saidBy)}` : '';
  return `${sequence}  ${new Date(time).toISOString()}  ${recordedBy}  ${type}${speakers}: ${of}\n`;
}

type Names = Readonly<Record<string, string>> | undefined;

type Called = { readonly titles: Map<string, string>; readonly names: Readonly<Record<string, string>> };

/** A view: every line with its figures, words and sources, then what the view adds to its lines, then totals. */
export function printView(asAnswered: AnyAnswer, width: number): string {
  const answer = forReading(asAnswered);
  const titles = new Map(answer.lines.map((line) => [line.commitment, line.title]));
  const blocks = [heading(answer.title, width), cutInWords(answer.cut), ''];
  if (answer.lines.length === 0) blocks.push('Nothing recorded.');
  for (const line of answer.lines) blocks.push(line.title, ...printStatus(line), '');
  // The sections of the view.
  if (answer.tariffs) {
    const lines = new Map(answer.lines.map((line) => [line.commitment, line]));
    const rows = answer.tariffs;
    const tariffs = rows.map((tariff) => printTariff(tariff, lines.get(tariff.commitment), rows));
    blocks.push(...section('Tariffs', tariffs));
  }
  if (answer.contested) {
    const conflicts = answer.contested.map(({ commitment, ground, between, since }) => {
      return `${titles.get(commitment)}: ${ground}, between ${partiesInWords(between)}, since ${whenInWords(since)}`;
    });
    blocks.push(...section('Contested', conflicts));
  }
  const names = Object.assign({}, ...answer.lines.map((line) => line.names)) as Record<string, string>;
  const totals = answer.totals.flatMap((total) => printTotal(total, { titles, names }));
  blocks.push(...section('Totals', totals));
  if (answer.lines.length > 0)
    blocks.push('What stands in one commitment: ledger show ID. All that was announced: ledger history ID.');
  return joined(blocks, width);
}

/** What stands of a commitment, and the command that prints all that was announced of it. */
export function printRecord(asAnswered: CommitmentRecord, width: number): string {
  const record = forReading(asAnswered);
  const { terms, links } = record;
  const inForce = printInForce(record);
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
      ...printStatus(lineOf(record)),
      '',
      ...section('In force', terms.length > 0 && inForce.length === 0 ? ['nothing known to be in force'] : inForce),
      ...section('Links', linked),
      `Every announcement in full: ledger history ${record.id}`,
    ],
    width,
  );
}

/** Like `printRecord`, without the cut, what is in force and links. */
export function printBriefly(asAnswered: CommitmentRecord, width: number): string {
  const record = forReading(asAnswered);
  return joined([record.title, ...printStatus(lineOf(record))], width);
}

/** A record as a view's line: its agreed figures, those only asserted, asked or observed, and the deliveries. */
function lineOf(record: CommitmentRecord): Line {
  const { id, terms, stoodLast = [], asserted, delivered, asked, observed } = record;
  const figures = [...terms.map(asFigure), ...stoodLast, ...asserted, ...delivered, ...asked, ...observed];
  return { ...record, commitment: id, figures };
}

/** What changed between two cuts, commitment by commitment, then the totals that changed. */
export function printChanges(asAnswered: Changes, width: number): string {
  const { from, to, commitments, totals } = forReading(asAnswered);
  const rows = [heading('What changed', width), `From: ${cutInWords(from)}`, `To:   ${cutInWords(to)}`, ''];
  for (const { kind, changes } of byKind(commitments)) {
    rows.push(heading(changeTitles[kind], width), '', ...changes.flatMap(printCommitmentChange));
  }
  if (commitments.length === 0) rows.push('Nothing.', '');
  const moved = totals.map(({ view, before, after, names }) => {
    const payer = payerInWords((after ?? before)?.payer ?? '', names);
    return `${view}, ${payer}: ${before ? sumInWords(before) : 'nothing'} → ${after ? sumInWords(after) : 'nothing'}`;
  });
  const lead = commitments.length === 0 ? [] : ['All that an event says: ledger history ID.'];
  return joined([...rows, ...section('Totals that moved', moved), ...lead], width);
}

/** One commitment: its new announcements, then the fields that changed. */
function printCommitmentChange({ commitment, title, opened, events, fields, names }: CommitmentChange): string[] {
  const stage = fields.find(({ field }) => field === 'stage');
  const shown = fields.filter((one) => (opened ? hasRow(one) : one.field !== 'stageSince' || stage === undefined));
  return [
    `${title} · ${commitment}`,
    ...events.map(({ type, happened, summary }) => {
      return `  ${[eventInWords(type), happened && whenInWords(happened), summary].filter(Boolean).join(' · ')}`;
    }),
    ...shown.flatMap((one) => printChange(one, names)),
    '',
  ];
}

/** Whether a field of a new commitment gets a row: the others are in its opening. */
function hasRow({ field, after }: Difference): boolean {
  return (
    ['stage', 'ended', 'instrument'].includes(field) || field.includes('/') || (field === 'performance' && after !== 'none')
  );
}

/** One field of a record at two cuts, in one row where it is short. */
function printChange({ field, before, after, of }: Difference, names: Names): string[] {
  const [kind = '', key = ''] = field.split('/');
  const came = before === undefined ? 'new' : after === undefined ? 'over' : 'changed';
  const said = (value: unknown): string => valueInWords(value, { names, of });
  if (kind === 'warnings') {
    const words = { new: 'now warns', over: 'no longer warns', changed: 'still warns' }[came];
    const [was, is] = [before, after].map((one) =>
      one === undefined ? undefined : { warning: key as WarningKind, ...(one as WarningFields) },
    );
    const first = was ?? is;
    const again = was && is ? warningDay(is) : undefined;
    const said = [first && warningInWords(first), again && ` → ${again.word} ${whenInWords(again.day)}`];
    const term = (is ?? was)?.term;
    return [`  ◷ ${words}: ${said.filter(Boolean).join('')}${term === undefined ? '' : `, the term ${term}`}`];
  }
  if (kind === 'contested') {
    const words = { new: 'a dispute was opened', over: 'a dispute was settled', changed: 'a dispute continues' }[came];
    return [`  ≠ ${words}, ${key}: ${said(after ?? before)}`];
  }
  if (came !== 'changed' && kind === 'terms')
    return [`  ${came === 'new' ? 'now stands' : 'no longer stands'}, ${said(after ?? before)}`];
  if (came !== 'changed' && kind === 'inForce') {
    return [`  ${came === 'new' ? 'now in force' : 'no longer in force'}, ${key}: ${said(after ?? before)}`];
  }
  if (kind === 'suspended' || kind === 'notices' || kind === 'ended' || kind === 'instrument') {
    return [came === 'over' ? `  no longer: ${said(before)}` : `  ${transition(before, after, { names })}`];
  }
  if (kind === 'terms') return printTermChange(field, { before, after }, names);
  const name = fieldInWords(field, names);
  if (came === 'over') return [`  ${name}: no longer ${said(before)}`];
  const row = `  ${name}: ${transition(before, after, { names, of })}`;
  if (row.length <= 80 || came !== 'changed') return [row];
  return [`  ${name}`, `    before: ${said(before)}`, `    after: ${said(after)}`];
}

type WarningFields = { readonly since: string; readonly term?: string };

/** A term that stands at both cuts: its words and who owes it, each where it differs. */
function printTermChange(field: string, { before, after }: Pick<Difference, 'before' | 'after'>, names: Names): string[] {
  const owing = (value: unknown): string => partiesInWords((value as StandingTerm).owedBy ?? [], names);
  const [was, is] = [valueInWords(before), valueInWords(after)];
  const name = fieldInWords(field);
  const short = `  ${name}: ${was} → ${is}`;
  const row = short.length <= 80 ? [short] : [`  ${name}`, `    before: ${was}`, `    after: ${is}`];
  return [
    ...(was === is ? [] : row),
    ...(owing(before) === owing(after) ? [] : [`  ${name}, owed by: ${owing(before)} → ${owing(after)}`]),
  ];
}

/**
 * One figure with what became of it, and how to cite it. `later`: the same figure asked without a cut, where that says more.
 */
export function printFigureForEver(asAnswered: FigureAnswer, width: number, later?: FigureAnswer): string {
  const answer = forReading(asAnswered);
  const now = later && forReading(later);
  const { commitment, recorded, figure, instrument, corrections, repeats, cite } = answer;
  const rows = [heading(`${answer.key} · ${commitment.title}`, width), cutInWords(answer.cut), ''];
  rows.push(
    `  ${answer.type}, recorded as event ${recorded.sequence}, ${dayInWords(dayOf(recorded.time))}, by ${recorded.by}: ${recorded.term ? termInWords(recorded.term) : 'without this term'}`,
    ...recorded.sources.flatMap(sourceInRows).map((row) => `    ${row}`),
    '',
  );
  const shown = { obligors: commitment.from, names: commitment.names };
  if (figure) rows.push(...printFigure(figure, shown), ...printDeliveries(figure, answer.delivered, shown));
  else rows.push('  nothing of it is left: a correction removed it');
  if (instrument) rows.push(`  ${piecesInWords(instrumentInWords(instrument))}`);
  if (repeats) rows.push(`  repeats the figure of ${repeats}`);
  rows.push('', `  by these dates: ${standingInWords(answer)}`);
  if (now) rows.push(`  now, by all ${now.cut.size} events: ${standingInWords(now)}`);
  for (const { id, sequence, mode, reason } of corrections)
    rows.push(`  ✎ corrected by event ${sequence} (${mode}, ${id}): ${reason}`);
  return joined([...rows, '', ...section('Cite', [cite.plain]), ...asAnswered.cite.bibtex.split('\n').map(oneLine)], width);
}

function standingInWords({ stands, inForce, replacedBy, retractedBy }: FigureAnswer): string {
  const gone = retractedBy ? `, retracted by ${retractedBy}` : replacedBy ? `, replaced or removed by ${replacedBy}` : '';
  return `${stands ? 'stands' : 'does not stand'}${gone}; ${inForce ? 'in force' : 'not known to be in force'}`;
}

/** The list: each commitment's id, stage, title and leading figure with its limits, and whether it binds. */
export function printList(asAnswered: CommitmentList, width: number): string {
  // Marks count the characters of a text as answered.
  const { commitments, through = [], cut } = forReading({ ...asAnswered, commitments: asAnswered.commitments.map(withMarks) });
  const rows = commitments.flatMap((one) => [
    ...inList(one),
    ...(one.hits ?? []).map(({ where, text }) => `    ${placeInWords(where)}: ${text}`),
  ]);
  const contested = commitments.some((one) => one.contested.length > 0) ? ['≠ contested'] : [];
  const count = `${commitments.length} ${commitments.length === 1 ? 'commitment' : 'commitments'}`;
  const apart = through.flatMap(({ name, count: all, owes }) => [
    '',
    ...section(`Apart, owed through ${name}`, [
      ...owes.flatMap(inList),
      ...(all > owes.length ? [`and ${all - owes.length} more`] : []),
    ]),
  ]);
  return joined([cutInWords(cut), '', ...rows, '', ...contested, count, ...apart], width);
}

/** A commitment of a list whose hits have their words between asterisks. */
function withMarks({ hits, ...one }: CommitmentList['commitments'][number]): CommitmentList['commitments'][number] {
  if (hits === undefined) return one;
  const marked = (hit: (typeof hits)[number]): string =>
    markedPieces(hit)
      .map(({ text, isMarked }) => (isMarked ? `*${text}*` : text))
      .join('');
  return { ...one, hits: hits.map((hit) => ({ ...hit, text: marked(hit) })) };
}

export function printViews(asAnswered: Views, width: number): string {
  const { views, cut } = forReading(asAnswered);
  const shown = views.filter(({ holds }) => holds);
  const rows = shown.map(({ view, topics = [], title }) => [view, topics.join(', '), title]);
  const rest = views.length - shown.length;
  const more = rest > 0 ? `\n${rest} more ${rest === 1 ? 'holds' : 'hold'} nothing by these dates: --json names them\n` : '';
  return `${joined([cutInWords(cut)], width)}\n${columns([['view', 'topics', 'title'], ...rows], width)}\n${more}`;
}

type Tariff = NonNullable<AnyAnswer['tariffs']>[number];

/** What is in force and what is agreed for one tariff, in one line; for whom, where `rows` has another of the same key. */
export function printTariff(tariff: Tariff, line: Line | undefined, rows: readonly Tariff[] = []): string {
  const { commitment, key, inForce, agreed, qualifier, mfn, owedBy } = tariff;
  const isShared = rows.filter((one) => one.commitment === commitment && one.key === key).length > 1;
  const whose = isShared ? `, owed by ${partiesInWords(owedBy, line?.names)}` : '';
  const standing = line?.figures.find((one) => {
    return one.key === key && isAgreed(one.status) && (one.owedBy ?? owedBy).join() === owedBy.join();
  });
  const known =
    inForce === null
      ? `${tariff.suspended ? 'suspended' : 'nothing known to be in force'}${tariff.before ? ` (before: ${tariff.before} %)` : ''}`
      : `${rateInWords({ to: inForce, qualifier, mfn })} in force since ${tariff.since ? whenInWords(tariff.since) : 'an unknown day'}${tariff.backdated ? ', announced later' : ''}`;
  const stands = standing?.kind === 'tariff' ? standing : { qualifier, mfn };
  return `${line?.title} · ${tariff.on}${whose}: ${known}; ${agreed === null ? 'nothing agreed stands' : `${rateInWords({ ...stands, to: agreed })} agreed`}`;
}

function printTotal(total: Total, { titles, names }: Called): string[] {
  const item = (mark: string) => (one: Total['counted'][number]) => {
    const marks = [
      one.disputed ? ' ≠ disputed' : '',
      ...marksInWords(one).map((pieces) => `, ${piecesInWords(pieces, { names })}`),
      one.reason ? `: ${piecesInWords(whyNotCounted({ ...one, reason: one.reason }), { titles })}` : '',
    ];
    return `  ${mark} ${titles.get(one.commitment)} (${one.key})${marks.join('')}`;
  };
  return [
    `${payerInWords(total.payer, names)}: ${sumInWords(total)}`,
    ...total.counted.map(item('+')),
    ...total.beside.map(item('beside:')),
    ...total.leftOut.map(item('not counted:')),
  ];
}

/** More joint payers than this are only counted; their names are shown with what they owe. */
const maxPayers = 6;

function payerInWords(payer: string, names: Names): string {
  const parties = payer.split('+');
  return parties.length > maxPayers ? `${parties.length} parties jointly` : partiesInWords(parties, names);
}

/** What is counted, and how much of it was delivered. */
function sumInWords({ delivered, ...total }: Total): string {
  const { currency, per, counted } = total;
  const sum = counted.length === 0 ? `nothing counted in ${currency}` : totalInWords(total);
  return sum + (delivered ? `; delivered of it: ${totalInWords({ ...delivered, currency, per })}` : '');
}
