import { whenOf, formatDay } from '../../domain/dates.ts';
import { disputeFinder } from '../../projections/beside.ts';
import type { Source } from '../../domain/announcement.ts';
import type { CutAnswer } from '../../projections/cut.ts';
import { boundsOf, type EntryRow, type FigureRow } from '../../projections/report.ts';
import type { Line } from '../../projections/record.ts';
import type { Total } from '../../projections/total.ts';
import { type OnePerformance, performancesOf } from '../wording/standing.ts';
import { partiesInWords, speakersInWords } from '../wording/values.ts';

/**
 * The columns of every table of a report, as in a codebook: a name, a kind, and what it holds. CSV, workbook and codebook are
 * all made from these rows, so none of them has a column without an explanation.
 */
export type Column<Row> = {
  readonly name: string;
  /** `number`: a decimal string in full units; `day`: YYYY-MM-DD; `flag`: true or nothing; `address`: of this service or the web. */
  readonly kind: 'text' | 'number' | 'day' | 'flag' | 'address';
  readonly is: string;
  readonly of: (row: Row) => string | null | undefined;
};

/** A figure, with its commitment and cut. */
export type PlacedRow = FigureRow & { readonly cut: CutAnswer };

export const text = <Row>(name: string, is: string, of: Column<Row>['of']): Column<Row> => ({ name, kind: 'text', is, of });
export const number = <Row>(name: string, is: string, of: Column<Row>['of']): Column<Row> => ({ name, kind: 'number', is, of });
export const day = <Row>(name: string, is: string, of: Column<Row>['of']): Column<Row> => ({ name, kind: 'day', is, of });
export const address = <Row>(name: string, is: string, of: Column<Row>['of']): Column<Row> => ({
  name,
  kind: 'address',
  is,
  of,
});
export const flag = <Row>(name: string, is: string, of: (row: Row) => boolean): Column<Row> => ({
  name,
  kind: 'flag',
  is,
  of: (row) => (of(row) ? 'true' : undefined),
});

/** Codes in one cell. No code holds a semicolon. */
export function codes(all: readonly string[] | undefined): string | undefined {
  return all?.join(';');
}

/** The last day that a recorded date may mean; undefined where it is open. */
export function lastDayOf(date: string): string | undefined {
  const { latest } = whenOf(date);
  return Number.isFinite(latest) ? formatDay(latest) : undefined;
}

export function firstDayOf(date: string): string | undefined {
  const { earliest } = whenOf(date);
  return Number.isFinite(earliest) ? formatDay(earliest) : undefined;
}

/** The permanent address of an answer at a cut. */
export function atCut(path: string, { asOf, size }: CutAnswer): string {
  return `${path}?asOf=${asOf}&size=${size}`;
}

/** A commitment in a list or a view. */
type State = { readonly line: Omit<Line, 'figures'>; readonly cut: CutAnswer };

const ofLine: readonly Column<State>[] = [
  text('commitment', 'Id of the commitment', ({ line }) => line.commitment),
  text('title', 'Its title', ({ line }) => line.title),
  text('topic', 'Its topic, as a path', ({ line }) => line.topic),
  text('from', 'Codes of the obligors of the day', ({ line }) => codes(line.from)),
  text('from_called', 'How they are called', ({ line }) => partiesInWords(line.from, line.names)),
  text('to', 'Codes of the beneficiaries of the day', ({ line }) => codes(line.to)),
  text('to_called', 'How they are called', ({ line }) => partiesInWords(line.to, line.names)),
  text('stage', 'none, noted, proposed, pledged, formalised, fulfilled or ended', ({ line }) => line.stage),
];

/** Where a commitment stands. */
export const stateColumns: readonly Column<State>[] = [
  ...ofLine,
  day('stage_since', 'Since which day', ({ line }) => line.stageSince?.day),
  text('performance', 'What of it is performed: none, partial or full', ({ line }) => line.performance),
  number('contested', 'How many disputes are open', ({ line }) => String(line.contested.length)),
  text('contested_by', 'Whose readings differ', ({ line }) => {
    const readers = line.contested.flatMap(({ readings }) => readings.map(({ party }) => party));
    return codes([...new Set(readers)]);
  }),
  number('suspended', 'How many suspensions run', ({ line }) => String(line.suspended.length)),
  number('notices', 'How many effects lie ahead', ({ line }) => String(line.notices.length)),
  text('ended', 'Why it ended', ({ line }) => line.ended?.reason),
  text('instrument', 'The newest instrument that binds', ({ line }) => line.instrument?.title),
  text('instrument_date', 'Its date as recorded', ({ line }) => line.instrument?.date),
  text('binding', 'Whether it is binding: yes, no or disputed', ({ line }) => line.instrument?.binding),
  text('warnings', 'The warnings that hold on the day', ({ line }) =>
    codes([...new Set(line.warnings.map((one) => one.warning))]),
  ),
  address('address', 'The commitment at this cut', ({ line, cut }) => atCut(`/commitments/${line.commitment}`, cut)),
];

/** One row a commitment. */
export const commitmentColumns: readonly Column<{ readonly line: Line; readonly cut: CutAnswer }>[] = [
  ...stateColumns,
  number('figures', 'How many figures it has', ({ line }) => String(line.figures.length)),
];

const place: readonly Column<PlacedRow>[] = [
  text('announcement', 'Id of the announcement that gave the figure', ({ figure }) => figure.announcement),
  text('key', 'Its key inside the commitment', ({ figure }) => figure.key),
];

const only = ({ figure }: FigureRow): OnePerformance | undefined => {
  const all = performancesOf(figure);
  return all.length === 1 && all[0]?.party === undefined ? all[0] : undefined;
};

/** A field of the term itself, by name. */
function field(figure: FigureRow['figure'], name: string): string | undefined {
  const value = (figure as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : value === true ? 'true' : undefined;
}

const own = (name: string, of: string, is: string): Column<PlacedRow> => text(name, is, ({ figure }) => field(figure, of));

const delivered: readonly Column<{ readonly one: OnePerformance | undefined }>[] = [
  number('delivered_low', 'Delivered so far, lower bound', ({ one }) => one?.delivered?.min),
  number('delivered_high', 'Delivered so far, upper bound', ({ one }) => one?.delivered?.max),
  number('share_low', 'Per cent of what was promised, lower bound', ({ one }) => one?.share?.min),
  number('share_high', 'Per cent of what was promised, upper bound', ({ one }) => one?.share?.max),
  text('performed', 'partial or full', ({ one }) => one?.performed?.extent),
  day('performed_since', 'Since which day', ({ one }) => one?.performed?.since),
];

function of<Inner, Row>(columns: readonly Column<Inner>[], inner: (row: Row) => Inner): Column<Row>[] {
  return columns.map((column) => ({ ...column, of: (row) => column.of(inner(row)) }));
}

/** One row a figure: what it is, what its words leave open, how firm it is, who said it, and its source. */
export const figureColumns: readonly Column<PlacedRow>[] = [
  ...ofLine,
  ...place,
  text('kind', 'money, percent, count, tariff, stages, condition or text', ({ figure }) => figure.kind),
  text('status', 'proposed, observed, asserted, pledged, formalised or delivered', ({ figure }) => figure.status),
  text('mode', 'Of what is proposed: demand, request, plan, claim, threat or expected', ({ figure }) => figure.mode),
  text(
    'qualifier',
    'Which bounds the words give: exact, about, more-than, at-least, up-to, less-than or between',
    (row) => boundsOf(row.figure).qualifier,
  ),
  number('low', 'Lower bound in full units; empty: open', (row) => boundsOf(row.figure).low),
  number('high', 'Upper bound in full units; empty: open', (row) => boundsOf(row.figure).high),
  own('currency', 'currency', 'ISO 4217'),
  own('unit', 'unit', 'What is counted; of a tariff, what the rate is counted in (per cent of value when empty)'),
  own('of', 'of', 'Of what a percentage is'),
  own('on', 'on', 'What a tariff is on'),
  number('rate_before', 'The tariff before', ({ figure }) => field(figure, 'from')),
  own('mfn', 'mfn', 'How a tariff and the most-favoured-nation rate add up: included, added or alone'),
  own('per', 'per', 'A rate for each day, week, month, quarter or year'),
  own('period', 'period', 'For which period, as recorded (EDTF)'),
  own('deadline', 'deadline', 'By when, as recorded (EDTF)'),
  day('deadline_last', 'The last day of the deadline', ({ figure }) => figure.deadline && lastDayOf(figure.deadline)),
  text('effective', 'From when, as recorded (EDTF)', ({ figure }) => figure.effective),
  own('role', 'role', 'reference: a threshold or ceiling, never added up'),
  own('modality', 'modality', 'shall, intends, expected, considers or may'),
  own('part_of', 'partOf', 'The key of the total that it is part of'),
  own('limits', 'limits', 'The key of the figure that it limits'),
  own('same_as', 'sameAs', 'The key that says the same otherwise'),
  text('owed_by', 'Codes of who owes it, or delivered it', ({ figure }) => codes(figure.owedBy)),
  flag('stands', 'Somebody owes it on the day', ({ figure }) => figure.stands),
  flag('in_force', 'It is in force on the day', ({ figure }) => figure.inForce === true),
  flag('contested', 'An open dispute is about it', ({ line, figure }) => disputeFinder(line.contested)(figure) !== undefined),
  ...of(delivered, (row: PlacedRow) => ({ one: only(row) })),
  text('words', 'The words as recorded', ({ figure }) => figure.text),
  flag('quoted', 'These words stand in a quote that is kept', ({ figure }) => figure.quoted),
  text('translation', 'The words in English', ({ figure }) => figure.translation),
  text('said_by', 'Codes of who said it', ({ figure }) => codes(figure.saidBy.map(({ actor }) => actor))),
  text('said_by_called', 'Who said it, with the role at the time', ({ line, figure }) =>
    speakersInWords(figure.saidBy, line.names, { roles: true }),
  ),
  text('happened', 'When it was said, as recorded (EDTF)', ({ figure }) => figure.happened),
  day('happened_first', 'The first day it may have been', ({ figure }) => firstDayOf(figure.happened)),
  day('happened_last', 'The last day it may have been', ({ figure }) => lastDayOf(figure.happened)),
  text('publisher', 'Of the first source', ({ figure }) => figure.sources[0]?.publisher),
  address('url', 'Of the first source', ({ figure }) => figure.sources[0]?.url),
  number('sources', 'How many sources it has; all are in the table of sources', ({ figure }) => String(figure.sources.length)),
  text('corrected_by', 'The newest correction of our record of it', ({ figure }) => figure.correctedBy),
  text('confidence', 'How the recorder judges it: high, medium or low', ({ figure }) => figure.confidence),
  address('address', 'The figure at this cut, with its history', ({ figure, cut }) =>
    atCut(`/figures/${figure.announcement}/${figure.key}`, cut),
  ),
];

/** One row for each figure and each party who owes all of it by himself. */
export const performanceColumns: readonly Column<PlacedRow & { readonly one: OnePerformance }>[] = [
  text('commitment', 'Id of the commitment', ({ line }) => line.commitment),
  ...(place as readonly Column<PlacedRow & { readonly one: OnePerformance }>[]),
  text('party', 'Who owes all of it by himself; empty: those who owe it, together', ({ one }) => one.party),
  own('currency', 'currency', 'ISO 4217'),
  own('unit', 'unit', 'What is counted'),
  ...delivered,
];

/** One row for each figure and each source. */
export const sourceColumns: readonly Column<PlacedRow & { readonly source: Source; readonly number: number }>[] = [
  text('commitment', 'Id of the commitment', ({ line }) => line.commitment),
  ...(place as readonly Column<PlacedRow & { readonly source: Source; readonly number: number }>[]),
  number('number', 'Which of the sources of the figure', (row) => String(row.number)),
  text('publisher', 'Who published it', ({ source }) => source.publisher),
  text('title', 'Its title', ({ source }) => source.title),
  address('url', 'Where', ({ source }) => source.url),
  address('archived_url', 'A copy in an archive', ({ source }) => source.archivedUrl),
  text('published', 'When, as recorded (EDTF)', ({ source }) => source.published),
  text('accessed', 'When it was read, as recorded (EDTF)', ({ source }) => source.accessed),
  text('lang', 'Its language', ({ source }) => source.lang),
  text('tier', 'What kind of source it is', ({ source }) => source.tier),
  text('sha256', 'Of the bytes that were read', ({ source }) => source.sha256),
  text('quote', 'The passage', ({ source }) => source.quote?.exact),
  text('quote_translation', 'The passage in English', ({ source }) => source.quote?.translation),
];

const unit: readonly Column<{ readonly total: Total }>[] = [
  text('payer', 'Codes of who owes it; joint obligors are one payer, joined by +', ({ total }) => total.payer),
  text('currency', 'ISO 4217', ({ total }) => total.currency),
  text('per', 'A rate for each day, week, month, quarter or year', ({ total }) => total.per),
];

/** One row a payer, currency and rate. */
export const totalColumns: readonly Column<{ readonly total: Total }>[] = [
  ...unit,
  number('low', 'What the counted terms add up to, lower bound; empty: open', ({ total }) => total.min),
  number('high', 'The upper bound; empty: open', ({ total }) => total.max),
  flag('about', 'A counted figure is approximate', ({ total }) => total.about === true),
  number('delivered_low', 'Delivered of the counted terms, lower bound', ({ total }) => total.delivered?.min),
  number('delivered_high', 'Delivered of the counted terms, upper bound', ({ total }) => total.delivered?.max),
  number('counted', 'How many terms are counted', ({ total }) => String(total.counted.length)),
  number('beside', 'How many are shown beside and not added', ({ total }) => String(total.beside.length)),
  number('left_out', 'How many are left out', ({ total }) => String(total.leftOut.length)),
];

/** One row for each term of a total: counted, beside or left out, and why. */
export const entryColumns: readonly Column<EntryRow & { readonly cut: CutAnswer }>[] = [
  ...(unit as readonly Column<EntryRow & { readonly cut: CutAnswer }>[]),
  text('placed', 'counted, beside (shown and not added) or left-out', ({ placed }) => placed),
  text('commitment', 'Id of the commitment', ({ entry }) => entry.commitment),
  text('key', 'The key of the term', ({ entry }) => entry.key),
  text(
    'reason',
    'Why it is not counted: part, limit, same, reference, superseded, ran-out, claimed-part, considered or asserted',
    ({ entry }) => entry.reason,
  ),
  text('about', 'The key or the commitment because of which it is not counted', ({ entry }) => entry.about),
  flag('contested', 'An open dispute is about it', ({ entry }) => entry.disputed === true),
  flag('suspended', 'It is set aside for all who owe it', ({ entry }) => entry.suspended === true),
  text('unbound', 'Codes of who was to owe it and does not', ({ entry }) => codes(entry.unbound)),
  address('address', 'The commitment at this cut', ({ entry, cut }) => atCut(`/commitments/${entry.commitment}`, cut)),
];
