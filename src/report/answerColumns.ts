import type { DueItem, Said } from '../../projections/asked.ts';
import type { RecordedEntry } from '../../projections/chronicle.ts';
import type { CommitmentChange, TotalChange } from '../../projections/changes.ts';
import type { CutAnswer } from '../../projections/cut.ts';
import type { Difference } from '../../projections/differences.ts';
import type { Summary } from '../../projections/record.ts';
import { fieldInWords, valueInWords } from '../wording/changes.ts';
import { saidInRows } from '../wording/said.ts';
import { partiesInWords, speakersInWords } from '../wording/values.ts';
import { type Column, address, atCut, codes, day, firstDayOf, flag, lastDayOf, number, stateColumns, text } from './columns.ts';

/** The columns of tables across commitments, and of tables of the record itself. */

type Names = Readonly<Record<string, string>> | undefined;

export type DueRow = { readonly item: DueItem; readonly names: Names; readonly cut: CutAnswer };
export const dueColumns: readonly Column<DueRow>[] = [
  day('day', 'The latest day of the date', ({ item }) => item.day),
  text('date', 'The date as announced (EDTF)', ({ item }) => item.date),
  text('kind', 'deadline, period-ends, effect-ends, suspension-ends, expected or notice', ({ item }) => item.kind),
  text('effect', 'Of a notice: ended, left, joined, suspended or resumed', ({ item }) => item.effect),
  text('commitment', 'Id of the commitment', ({ item }) => item.commitment),
  text('title', 'Its title', ({ item }) => item.title),
  text('announcement', 'Id of the announcement that gave the day', ({ item }) => item.announcement),
  text('key', 'Key of the term', ({ item }) => item.key),
  text('parties', 'Codes of who owes it, said it, or to whom the notice applies', ({ item }) => codes(item.parties)),
  text('parties_called', 'How they are called', ({ item, names }) => partiesInWords(item.parties, names)),
  day('performed_since', 'Since when it is performed, met or answered', ({ item }) => item.performedSince),
  address('address', 'The commitment at this cut', ({ item, cut }) => atCut(`/commitments/${item.commitment}`, cut)),
];

export type SaidRow = { readonly said: Said; readonly cut: CutAnswer };
export const saidColumns: readonly Column<SaidRow>[] = [
  text('commitment', 'Id of the commitment', ({ said }) => said.commitment),
  text('title', 'Its title', ({ said }) => said.title),
  text('announcement', 'Id of the announcement', ({ said }) => said.announcement),
  text('type', 'Its type: proposed, pledged, …', ({ said }) => said.type),
  text('mode', 'Of what is proposed: demand, request, plan, claim, threat or expected', ({ said }) => said.mode),
  text('ground', 'Of a dispute: reading, figures, performance, validity or rejection', ({ said }) => said.ground),
  text('happened', 'When, as recorded (EDTF)', ({ said }) => said.happened),
  day('happened_first', 'The first day it may have been', ({ said }) => firstDayOf(said.happened)),
  day('happened_last', 'The last day it may have been', ({ said }) => lastDayOf(said.happened)),
  text('summary', 'Its summary as recorded', ({ said }) => said.summary),
  address('address', 'The commitment at this cut', ({ said, cut }) => atCut(`/commitments/${said.commitment}`, cut)),
];

/** A commitment in a list. */
export type SummaryRow = { readonly summary: Summary; readonly cut: CutAnswer };
export const summaryColumns: readonly Column<SummaryRow>[] = stateColumns.map((column) => ({
  ...column,
  of: ({ summary: { id, ...rest }, cut }) => column.of({ line: { ...rest, commitment: id }, cut }),
}));

export type EventRow = { readonly entry: RecordedEntry; readonly names: Names; readonly id: string; readonly cut: CutAnswer };

/** A field of an event, whatever its type. */
const fieldOf = ({ entry }: EventRow, name: string): unknown => entry.row.data[name];

const textOf = (row: EventRow, name: string): string | undefined => {
  const value = fieldOf(row, name);
  return typeof value === 'string' ? value : undefined;
};

export const eventColumns: readonly Column<EventRow>[] = [
  number('sequence', 'Its place in the ledger', ({ entry }) => String(entry.row.sequence)),
  number('revision', 'Its place in the commitment, from 0', ({ entry }) => String(entry.row.revision)),
  text('id', 'Its id', ({ entry }) => entry.row.id),
  text('type', 'opened, proposed, pledged, …, corrected', ({ entry }) => entry.row.type),
  text('recorded', 'When it was recorded (RFC 3339)', ({ entry }) => entry.row.time),
  text('recorded_by', 'Who recorded it', ({ entry }) => entry.row.recordedBy),
  text('happened', 'When it happened, as recorded (EDTF)', (row) => textOf(row, 'happened')),
  day('happened_first', 'The first day it may have been', ({ entry: { event } }) =>
    'happened' in event.data ? firstDayOf(event.data.happened) : undefined,
  ),
  day('happened_last', 'The last day it may have been', ({ entry: { event } }) =>
    'happened' in event.data ? lastDayOf(event.data.happened) : undefined,
  ),
  text('said_by', 'Codes of who said it', ({ entry: { event } }) =>
    'saidBy' in event.data ? codes(event.data.saidBy.map(({ actor }) => actor)) : undefined,
  ),
  text('said_by_called', 'Who said it, with the role at the time', ({ entry: { event }, names }) =>
    'saidBy' in event.data ? speakersInWords(event.data.saidBy, names, { roles: true }) : undefined,
  ),
  text('says', 'All that it says, a statement a line', ({ entry: { event }, names }) => saidInRows(event, names).join('\n')),
  text('corrects', 'Of a correction: the id of what it corrects', (row) => textOf(row, 'corrects')),
  text('reason', 'Of a correction: why; of what ended or left: how', (row) => textOf(row, 'reason')),
  text('corrected_by', 'Ids of the corrections of it', ({ entry }) => codes(entry.row.correctedBy)),
  text('stage', 'The stage after it, as known then', ({ entry }) => entry.row.state.stage),
  text('performance', 'What was performed after it, as known then', ({ entry }) => entry.row.state.performance),
  number('contested', 'How many disputes were open after it', ({ entry }) => String(entry.row.state.contested.length)),
  text('publisher', 'Of the first source', ({ entry: { event } }) =>
    'sources' in event.data ? event.data.sources?.[0]?.publisher : undefined,
  ),
  address('url', 'Of the first source', ({ entry: { event } }) =>
    'sources' in event.data ? event.data.sources?.[0]?.url : undefined,
  ),
  address('proof', 'Shows that it is in the ledger', ({ entry, cut }) => `/proof/events/${entry.row.id}?size=${cut.size}`),
];

export type FieldRow = { readonly change: CommitmentChange; readonly one: Difference; readonly cut: CutAnswer };
export const fieldColumns: readonly Column<FieldRow>[] = [
  text('commitment', 'Id of the commitment', ({ change }) => change.commitment),
  text('title', 'Its title', ({ change }) => change.title),
  text('topic', 'Its topic, as a path', ({ change }) => change.topic),
  flag('new', 'The commitment was not known at the earlier cut', ({ change }) => change.opened === true),
  text('field', 'The field of the answer: stage, terms/total, …', ({ one }) => one.field),
  text('field_called', 'What it is called', ({ one, change }) => fieldInWords(one.field, change.names)),
  text('before', 'In words; empty: nothing', ({ one, change }) =>
    one.before === undefined ? undefined : valueInWords(one.before, { names: change.names, of: one.of }),
  ),
  text('after', 'In words; empty: nothing', ({ one, change }) =>
    one.after === undefined ? undefined : valueInWords(one.after, { names: change.names, of: one.of }),
  ),
  address('address', 'The commitment at the later cut', ({ change, cut }) => atCut(`/commitments/${change.commitment}`, cut)),
];

export type NewsRow = { readonly change: CommitmentChange; readonly event: CommitmentChange['events'][number] };
export const newsColumns: readonly Column<NewsRow>[] = [
  text('commitment', 'Id of the commitment', ({ change }) => change.commitment),
  text('title', 'Its title', ({ change }) => change.title),
  number('sequence', 'The place of the event in the ledger', ({ event }) => String(event.sequence)),
  text('id', 'Its id', ({ event }) => event.id),
  text('type', 'opened, proposed, pledged, …, corrected', ({ event }) => event.type),
  text('recorded', 'When it was recorded (RFC 3339)', ({ event }) => event.time),
  text('recorded_by', 'Who recorded it', ({ event }) => event.recordedBy),
  text('happened', 'When it happened, as recorded (EDTF)', ({ event }) => event.happened),
  text('summary', 'Its summary as recorded', ({ event }) => event.summary),
];

export const movedColumns: readonly Column<TotalChange>[] = [
  text('view', 'The view that adds it up', ({ view }) => view),
  text('payer', 'Codes of who owes it; joint obligors are one payer, joined by +', (one) => (one.after ?? one.before)?.payer),
  text('currency', 'ISO 4217', (one) => (one.after ?? one.before)?.currency),
  text('per', 'A rate for each day, week, month, quarter or year', (one) => (one.after ?? one.before)?.per),
  number('before_low', 'Before, lower bound; empty: open, or nothing', ({ before }) => before?.min),
  number('before_high', 'Before, upper bound; empty: open, or nothing', ({ before }) => before?.max),
  number('after_low', 'After, lower bound; empty: open, or nothing', ({ after }) => after?.min),
  number('after_high', 'After, upper bound; empty: open, or nothing', ({ after }) => after?.max),
];
