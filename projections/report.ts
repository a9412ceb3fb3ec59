import { z } from 'zod';
import { isFigured, type Qualifier } from '../domain/terms.ts';
import type { DueItem } from './asked.ts';
import { type Changes, changes } from './changes.ts';
import type { Figure } from './figures.ts';
import type { Line } from './record.ts';
import type { Total } from './total.ts';
import { sectionNames } from './views/sectionsOfViews.ts';
import { type AnyAnswer, viewAnswer } from './views/view.ts';

/**
 * A report: the answer of a view at a cut, with what is needed to make it again. Every form of it (CSV, a workbook, a document)
 * is made from this value alone.
 */
export type Report = {
  readonly about: ReportAbout;
  readonly answer: AnyAnswer;
  /** What is due from the day of the cut on, in order of days. */
  readonly due: readonly DueItem[];
  /** What changed since an earlier size, where the request named one. */
  readonly changes?: Changes | undefined;
};

/** The definition of a view as an answer shows it, without limits on its texts. */
const shownDefinition = z.object({
  name: z.string(),
  title: z.string(),
  topics: z.array(z.string()).optional(),
  parties: z.array(z.string()).optional(),
  documents: z.array(z.string()).optional(),
  sections: z.array(z.enum(sectionNames)),
});

const reportAbout = z
  .object({
    ledger: z.string(),
    address: z.string().describe('Gives this report again, whatever is recorded later; without the form'),
    definition: shownDefinition.describe('Of the view'),
    filters: z.record(z.string(), z.string()).describe('As they were asked'),
    root: z.string().nullable().describe('Of the Merkle tree over the events of the cut, base64; null without events'),
  })
  .meta({ id: 'ReportAbout' });
export type ReportAbout = z.infer<typeof reportAbout>;

/** A report as JSON: the whole answer of its view, not a page of it. */
export const reportJson = z
  .object({
    report: reportAbout,
    ...viewAnswer.shape,
    changes: changes.optional().describe('Since the size that was asked for'),
  })
  .meta({ id: 'Report' });

/** A figure with the commitment it belongs to. */
export type FigureRow = { readonly line: Line; readonly figure: Figure };

/** The bounds of a figure and its qualifier; `mfn`: the rate is the most-favoured-nation rate, alone or with another. */
export type Bounds = {
  readonly qualifier?: Qualifier | undefined;
  readonly low?: string | undefined;
  readonly high?: string | undefined;
};

/** The bounds of a figure as decimal strings in full units, absent where an end is open; none for words. */
export function boundsOf(figure: Figure): Bounds {
  if (!isFigured(figure)) return {};
  if (figure.kind !== 'tariff') return { qualifier: figure.qualifier, low: figure.min, high: figure.max };
  const { to, min, max, qualifier = to === undefined ? undefined : 'exact' } = figure;
  if (to === undefined) return { qualifier, low: min, high: max };
  return {
    qualifier,
    ...(qualifier !== 'up-to' && { low: to }),
    ...(qualifier !== 'at-least' && { high: to }),
  };
}

/** A term of a total, and whether it is counted, shown beside or left out. */
export type EntryRow = {
  readonly total: Total;
  readonly placed: 'counted' | 'beside' | 'left-out';
  readonly entry: Total['counted'][number];
};

/** The terms of a total, the counted ones first. */
export function entriesOf(total: Total): EntryRow[] {
  const placed = (as: EntryRow['placed'], entries: Total['counted']): EntryRow[] =>
    entries.map((entry) => ({ total, placed: as, entry }));
  return [...placed('counted', total.counted), ...placed('beside', total.beside), ...placed('left-out', total.leftOut)];
}
