import { dayInWords, whenInWords } from '../../../domain/dates.ts';
import type { Opened } from '../../../domain/announcement.ts';
import { recordedOrder, type RecordedEntry } from '../../../projections/chronicle.ts';
import type { Difference } from '../../../projections/differences.ts';
import type { History } from '../../../projections/history.ts';
import { fieldInWords, valueInWords } from '../../wording/changes.ts';
import { piecesInWords } from '../../wording/pieces.ts';
import { boundInShort } from '../../wording/standing.ts';
import { stepsInWords } from '../../wording/steps.ts';
import { cutInWords } from '../../wording/values.ts';
import { heading, joined } from './rows.ts';
import { dayOf, saidInRows } from '../../wording/said.ts';
import { forReading } from './visible.ts';

/** Every event of a commitment as the answer is sorted: all that it says, what it changed, and what corrected it. */
export function printHistory(asAnswered: History, width: number, sort = 'recorded'): string {
  const history = forReading(asAnswered);
  const opening = history.events.find(({ type }) => type === 'opened')?.data as Opened | undefined;
  const blocks = [
    heading(history.title, width),
    `${cutInWords(history.cut)}. ${sort === 'recorded' ? 'In order of recording' : `Sorted by ${sort}`}.`,
    '',
  ];
  const shown = { from: opening?.from, names: history.names };
  for (const entry of recordedOrder(history)) blocks.push(...printEntry(entry, shown), '');
  return joined(blocks, width);
}

type Shown = { readonly from: readonly string[] | undefined; readonly names: History['names'] };

function printEntry({ row, event, bound }: RecordedEntry, shown: Shown): string[] {
  const happened = 'happened' in event.data ? `  ${whenInWords(event.data.happened)}` : '';
  const recorded = `recorded ${dayInWords(dayOf(row.time))} by ${row.recordedBy}, event ${row.sequence}`;
  return [
    `${event.type.toUpperCase()}${happened} · ${recorded}`,
    `  ${row.id}`,
    ...saidInRows(event, shown.names).map((row) => `  ${row}`),
    ...(row.corrected ?? []).flatMap((one) => printDifference(one, shown)),
    ...(event.type === 'opened'
      ? []
      : [
          ...stepsInWords(row.changed, shown).map((step) => `  → ${step}`),
          `  = ${[stateInWords(row.state), ...boundInShort(bound.after).map((one) => piecesInWords(one, shown))].join(' · ')}`,
        ]),
    ...(row.correctedBy.length > 0 ? [`  ✎ corrected by ${row.correctedBy.join(', ')}`] : []),
  ];
}

/** The state of a commitment after an event, as known then: `PLEDGED · performed: partial · contested`, with who is bound. */
function stateInWords({ stage, performance, contested }: History['events'][number]['state']): string {
  const disputes = contested.length > 1 ? ` (${contested.length} disputes)` : '';
  return (
    stage.toUpperCase() +
    (performance === 'none' ? '' : ` · performed: ${performance}`) +
    (contested.length > 0 ? ` · contested${disputes}` : '')
  );
}

/** One field, before and after. Nothing is left out: a value without words of its own is shown as JSON. */
function printDifference({ field, before, after }: Difference, { names }: Shown): string[] {
  const said = (value: unknown): string => valueInWords(value, { names });
  return [`    ${fieldInWords(field)}`, `      the record said: ${said(before)}`, `      it says now: ${said(after)}`];
}
