import type { CommitmentChange } from '../../projections/changes.ts';
import type { Difference } from '../../projections/differences.ts';
import { typeLabel } from './announcement.ts';
import { differences } from '../../projections/differences.ts';
import { isTerm } from './changes.ts';

/** Changes between two cuts, in the order in which a reader asks: what is new, what moved, what was corrected. */

const kinds = ['new', 'moved', 'corrected'] as const;
export type ChangeKind = (typeof kinds)[number];

/** The heading of each kind of change. */
export const changeTitles: Readonly<Record<ChangeKind, string>> = {
  new: 'New in the record',
  moved: 'What moved',
  corrected: 'Corrected in our record',
};

/**
 * The changes by kind, in this order; kinds without a change are left out. A commitment with both announcements and corrections
 * has moved.
 */
export function byKind(all: readonly CommitmentChange[]): { kind: ChangeKind; changes: CommitmentChange[] }[] {
  const groups = Map.groupBy(all, kindOf);
  return kinds.flatMap((kind) => {
    const changes = groups.get(kind);
    return changes ? [{ kind, changes }] : [];
  });
}

function kindOf({ opened, events }: CommitmentChange): ChangeKind {
  if (opened) return 'new';
  return events.length > 0 && events.every(({ type }) => type === 'corrected') ? 'corrected' : 'moved';
}

/** An event's type for readers: `Formalised`, `Correction of our record`; empty for the opening, which says so itself. */
export function eventInWords(type: CommitmentChange['events'][number]['type']): string {
  return typeLabel(type as Parameters<typeof typeLabel>[0]);
}

/** Fields that name the announcement that gave a value, which is shown above. */
const bookkeeping: ReadonlySet<string> = new Set(['announcement', 'givenBy', 'correctedBy', 'stageSince/announcement']);

/** What differs in a term, in words for readers, by field; a field that is not here keeps its own name. */
export const partsOfTerm = {
  min: 'the figure',
  max: 'the figure',
  qualifier: 'the figure',
  currency: 'the figure',
  to: 'the rate',
  from: 'the rate before',
  text: 'its words',
  translation: 'its words in English',
  status: 'how firm it is',
  saidBy: 'who said it',
  happened: 'when it was said',
  sources: 'its sources',
  inForce: 'what is in force',
  effective: 'from when it has effect',
  owedBy: 'who owes it',
  confidence: 'how sure the record is',
  quoted: 'whether it is a quotation',
  modality: 'how firmly it is put',
  performance: 'what was delivered of it',
} as const satisfies Readonly<Record<string, string>>;

/**
 * What differs in a term that stands on both sides, for readers: `the figure, its words`; empty where either side is no term.
 */
export function differingParts({ before, after }: Pick<Difference, 'before' | 'after'>): string[] {
  if (!isTerm(before) || !isTerm(after)) return [];
  const fields = differences(new Map(Object.entries(before)), new Map(Object.entries(after))).map(({ field }) => field);
  const parts: Readonly<Record<string, string>> = partsOfTerm;
  return [...new Set(fields.filter((field) => !bookkeeping.has(field)).map((field) => parts[field] ?? field))];
}
