import type { Stage } from '../../domain/types.ts';
import type { WarningKind } from '../../domain/warnings.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import { type Counts, countsOf } from '../../projections/findings.ts';
import { type Line, viewed } from '../../projections/record.ts';
import { type MarksAsked, noticed } from '../../projections/timedMarks.ts';
import { pause } from '../turns.ts';
import { countsAt } from './counts.ts';
import { type Folded, neighboursAt } from './folded.ts';
import { membersAt } from './members.ts';

/** Lines of a cut by what they have, for a page that shows the first of each kind and says how many there are. */
export type Lines = {
  readonly counts: Counts;
  /** Whether all are there, and asking for them costs nothing. */
  readonly isWhole: boolean;
  readonly first: (kind: Kind, limit: number) => Promise<FirstLines>;
};

/** The first lines of a kind, and how many there are: of what is suspended or has a notice, only whether there are more. */
export type FirstLines = { readonly lines: readonly Line[]; readonly count: number };

export type Kind =
  | { readonly stage: Stage }
  | { readonly contested: true }
  | { readonly warning: WarningKind }
  | { readonly isSetAside: true };

/** Lines that are all there. */
export function linesAmong(lines: readonly Line[]): Lines {
  return {
    counts: countsOf(lines),
    isWhole: true,
    first: (kind, limit) => {
      const found = lines.filter((line) => isOf(kind, line));
      return Promise.resolve({ lines: found.slice(0, limit), count: found.length });
    },
  };
}

/**
 * Lines that the read model finds and counts, and that are folded when they are shown, once for all that share `lineOf`: those that
 * filters let through and that have, or have not, some marks.
 */
export async function linesFound(
  reader: Folded,
  { filters, also = [], lineOf, cut }: { filters: readonly Filter[]; also?: readonly MarksAsked[]; lineOf: LineOf; cut: Cut },
): Promise<Lines> {
  return {
    counts: await countsAt(reader, filters, cut, also),
    isWhole: false,
    first: async (kind, limit) => {
      const isSetAside = 'isSetAside' in kind;
      const own: MarksAsked[] = isSetAside ? [{ marks: ['suspended', noticed] }] : [];
      const members = await membersAt(reader, [...filters, ...(isSetAside ? [] : [filterOf(kind)])], cut, [...also, ...own]);
      const lines: Line[] = [];
      for (const { id } of members.page(0, limit)) {
        const line = await lineOf(id);
        if (line && isOf(kind, line)) lines.push(line);
      }
      return { lines, count: members.count };
    },
  };
}

export type LineOf = (id: string) => Promise<Line | undefined>;

/** Folds lines of a cut, each once. */
export function linesOnce(reader: Folded, cut: Cut): LineOf {
  const neighboursOf = neighboursAt(reader, cut);
  const known = new Map<string, Line | undefined>();
  return async (id) => {
    if (!known.has(id)) {
      const commitment = await reader.readModel.commitment(id, cut.size);
      known.set(id, commitment && viewed(commitment, cut, await neighboursOf([commitment])).line);
      await pause();
    }
    return known.get(id);
  };
}

function filterOf(kind: Exclude<Kind, { isSetAside: true }>): Filter {
  if ('stage' in kind) return { stage: [kind.stage] };
  return 'warning' in kind ? { warning: [kind.warning] } : { contested: true };
}

function isOf(kind: Kind, { stage, contested, warnings, suspended, notices }: Line): boolean {
  if ('stage' in kind) return stage === kind.stage;
  if ('warning' in kind) return warnings.some(({ warning }) => warning === kind.warning);
  return 'contested' in kind ? contested.length > 0 : suspended.length > 0 || notices.length > 0;
}
