import { dayInWords, whenInWords } from '../../domain/dates.ts';
import type { Opened } from '../../domain/announcement.ts';
import type { Changes } from '../../projections/changes.ts';
import { type RecordedEntry, recordedOrder } from '../../projections/chronicle.ts';
import type { Figure } from '../../projections/figures.ts';
import type { History } from '../../projections/history.ts';
import type { Line } from '../../projections/record.ts';
import { directionInShort, figureInWords, partiesInWords, totalInWords } from '../wording/called.ts';
import { eventInWords } from '../wording/changeKinds.ts';
import { fieldInWords, transition, valueInWords } from '../wording/changes.ts';
import { alone } from '../wording/direction.ts';
import { dayOf, saidInRows } from '../wording/said.ts';
import { stepsInWords } from '../wording/steps.ts';
import { capitalised, numberInWords } from '../wording/values.ts';
import type { Content } from './acrossReports.ts';
import { type EventRow, eventColumns, fieldColumns, movedColumns, newsColumns } from './answerColumns.ts';
import { rest } from './blocks.ts';
import type { Block, Inlines } from './document.ts';
import { type Part, part } from './reportParts.ts';
import { cellsOf } from './reportTables.ts';

/** The record itself as parts of a report: the events of a commitment, and what changed between two cuts. */

/** The maximum number of events of a commitment that a document gives in words. */
const maxEvents = 100;

/** Every event of a commitment as recorded, in recording order. */
export function eventsPart(history: History): Part {
  const { id, names, cut } = history;
  const rows = recordedOrder(history).map((entry): EventRow => ({ entry, names, id, cut }));
  const opening = history.events.find(({ type }) => type === 'opened')?.data as Opened | undefined;
  const blocks = rows.slice(0, maxEvents).flatMap(({ entry }) => eventBlocks(entry, { from: opening?.from, names }));
  return {
    name: 'events',
    table: {
      is: 'One row an event as recorded, in recording order',
      headings: eventColumns,
      rows: () => rows.map((row) => cellsOf(eventColumns, row)),
    },
    chapters: [
      {
        id: 'events',
        title: 'Every event, in the order of recording',
        blocks: [...blocks, ...rest(rows.length - maxEvents, 'events', 'events')],
      },
    ],
  };
}

type Shown = { readonly from: readonly string[] | undefined; readonly names: History['names'] };

function eventBlocks({ row, event }: RecordedEntry, shown: Shown): Block[] {
  const happened = 'happened' in event.data ? `, ${whenInWords(event.data.happened)}` : '';
  const called = event.type === 'opened' ? 'Opened' : eventInWords(event.type);
  const differing = (row.corrected ?? []).map((one): Inlines => [
    `${capitalised(fieldInWords(one.field, shown.names))}: ${transition(one.before, one.after, { names: shown.names, of: one.of })}`,
  ]);
  const steps = event.type === 'opened' ? [] : stepsInWords(row.changed, shown).map((one): Inlines => [`→ ${one}`]);
  return [
    { as: 'heading', text: [`${called}${happened}`], id: `e-${row.id}` },
    {
      as: 'paragraph',
      text: [`Event ${row.sequence}, recorded ${dayInWords(dayOf(row.time))} by ${alone(row.recordedBy)}: `, { code: row.id }],
    },
    {
      as: 'list',
      items: [
        ...saidInRows(event, shown.names).map((one): Inlines => [one.trim()]),
        ...differing,
        ...steps,
        ...(row.correctedBy.length === 0 ? [] : [['Corrected by ', { code: row.correctedBy.join(', ') }]]),
      ],
    },
  ];
}

const howRecorded =
  'Each event is given as it was recorded; what was corrected later says by which event. The day in the world never shortens a history, the size of the record does.';

export function historyContent(history: History): Content {
  const { title, events } = history;
  const corrections = events.filter(({ type }) => type === 'corrected').length;
  return {
    title: `History: ${title}`,
    finding: `${capitalised(numberInWords(events.length))} ${events.length === 1 ? 'event' : 'events'}, ${corrections === 0 ? 'none' : numberInWords(corrections)} of them ${corrections === 1 ? 'a correction' : 'corrections'} of our record`,
    parts: [eventsPart(history)],
    method: [howRecorded],
  };
}

/** The main finding about a commitment, in one sentence without its full stop. `leading`: the figure that represents it. */
export function commitmentFinding(
  { from, to, names, stage, stageSince, contested }: Omit<Line, 'figures' | 'commitment'>,
  leading?: Figure,
): string {
  const figure = leading && figureInWords(leading);
  const since = stageSince ? ` since ${whenInWords(stageSince.happened)}` : '';
  const open = contested.length === 0 ? '' : `; ${contested.length === 1 ? 'a dispute is' : 'disputes are'} open`;
  return `${directionInShort(from, to, names)}: ${figure === undefined ? '' : `${figure}, `}${stage}${since}${open}`;
}

export function changesContent({ from, to, commitments, totals }: Changes): Content {
  const field = part({
    name: 'fields',
    is: 'One row for each field that differs between the two cuts',
    columns: fieldColumns,
    rows: commitments.flatMap((change) => change.fields.map((one) => ({ change, one, cut: to }))),
    head: ['Commitment', 'What', 'Before', 'After'],
    line: ({ change, one }) => {
      const said = (value: unknown): string =>
        value === undefined ? 'nothing' : valueInWords(value, { names: change.names, of: one.of });
      return [
        [alone(change.title)],
        [capitalised(fieldInWords(one.field, change.names))],
        [said(one.before)],
        [said(one.after)],
      ];
    },
    chapters: [
      { id: 'moved', title: 'What moved, and what was corrected', has: ({ change }) => change.opened !== true },
      {
        id: 'new',
        title: 'What is new in the record',
        has: ({ change, one }) => change.opened === true && one.field === 'stage',
      },
    ],
  });
  const events = part({
    name: 'events',
    is: 'One row for each event that is known at the later cut only',
    columns: newsColumns,
    rows: commitments.flatMap((change) => change.events.map((event) => ({ change, event }))),
    head: ['Event', 'Commitment', 'What', 'Summary'],
    line: ({ change, event }) => [
      [String(event.sequence)],
      [alone(change.title)],
      [
        (event.type === 'opened' ? 'Opened' : eventInWords(event.type)) +
          (event.happened === undefined ? '' : `, ${whenInWords(event.happened)}`),
      ],
      [event.summary ?? ''],
    ],
    chapters: [{ id: 'events', title: 'What was recorded', none: 'Nothing was recorded between the two cuts.' }],
  });
  const moved = part({
    name: 'totals',
    is: 'One row for each total of a view that moved',
    columns: movedColumns,
    rows: totals,
    head: ['View', 'Payer', 'Before', 'After'],
    line: ({ view, names, before, after }) => [
      [alone(view)],
      [partiesInWords(((after ?? before)?.payer ?? '').split('+'), names)],
      [before ? totalInWords(before) : 'nothing'],
      [after ? totalInWords(after) : 'nothing'],
    ],
    chapters: [{ id: 'totals', title: 'Totals that changed' }],
  });
  const sides = `from event ${from.size}, as of ${whenInWords(from.asOf)}, to event ${to.size}, as of ${whenInWords(to.asOf)}`;
  const { length } = commitments;
  return {
    title: 'What changed',
    finding: `${length === 0 ? 'Nothing' : `${capitalised(numberInWords(length))} ${length === 1 ? 'commitment' : 'commitments'}`} changed ${sides}`,
    parts: [field, events, moved],
    method: [
      'A field is listed where the answers of the two cuts differ, whether the world changed or our record of it did. A total is listed where what a view adds up differs.',
    ],
  };
}
