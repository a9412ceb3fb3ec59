import type { Commitment } from '../../domain/commitment.ts';
import type { Stage } from '../../domain/types.ts';
import type { WarningKind } from '../../projections/derived/warnings.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import { type Counts, countsOf } from '../../projections/findings.ts';
import type { Around, Line } from '../../projections/record.ts';
import { type MarksAsked, noticed } from '../../projections/timedMarks.ts';
import { pause } from '../turns.ts';
import { countOf, firstIn } from './bits.ts';
import type { Counted, Finding } from './counts.ts';
import { type Folded, neighboursAt } from './folded.ts';
import { situationAt, viewedAt, summaryAt } from './workedOut.ts';

/** Lines of a cut by kind, for a page that shows the first of each kind and counts them. */
export type Lines = {
  readonly counts: Counts;
  /** Whether all lines are in memory, so that asking for them costs nothing. */
  readonly isWhole: boolean;
  /** The first at a stage, at most `limit`. */
  readonly units: (stage: Stage, limit: number) => Promise<readonly Unit[]>;
  readonly first: (kind: Kind, limit: number) => Promise<FirstLines>;
};

/** What a single mark shows of a line. */
export type Unit = Pick<Line, 'commitment' | 'title' | 'stage' | 'contested' | 'warnings'>;

/** The first lines of a kind, and their number; for suspended or noticed ones, only whether there are more. */
export type FirstLines = { readonly lines: readonly Line[]; readonly count: number };

export type Kind = { readonly contested: true } | { readonly warning: WarningKind } | { readonly isSetAside: true };

/** Lines that are all in memory. */
export function linesAmong(lines: readonly Line[]): Lines {
  return {
    counts: countsOf(lines),
    isWhole: true,
    units: (stage, limit) => Promise.resolve(lines.filter((line) => line.stage === stage).slice(0, limit)),
    first: (kind, limit) => {
      const found = lines.filter((line) => isOf(kind, line));
      return Promise.resolve({ lines: found.slice(0, limit), count: found.length });
    },
  };
}

/**
 * Lines that the read model found and counted, and that are folded when they are shown, once for all that share `lineOf`: those that
 * filters let through and that have, or have not, some marks.
 */
export function linesFound(
  reader: Folded,
  {
    filters,
    also,
    lineOf,
    counted,
    finding,
  }: { filters: readonly Filter[]; also: readonly MarksAsked[]; lineOf: LinesOnce; counted: Counted; finding: Finding },
): Lines {
  return {
    counts: counted.counts,
    isWhole: false,
    units: async (stage, limit) => {
      const first = await counted.at(stage, limit);
      const found = await Promise.all(reader.readModel.openedAt(first).map(({ id }) => lineOf.unit(id)));
      return found.filter((one) => one !== undefined);
    },
    first: async (kind, limit) => {
      const isSetAside = 'isSetAside' in kind;
      const own: MarksAsked[] = isSetAside ? [{ marks: ['suspended', noticed] }] : [];
      const openings = await finding([...filters, ...(isSetAside ? [] : [filterOf(kind)])], [...also, ...own]);
      const lines: Line[] = [];
      for (const { id } of reader.readModel.openedAt(firstIn(openings, limit))) {
        const line = await lineOf.line(id);
        if (line && isOf(kind, line)) lines.push(line);
      }
      return { lines, count: lines.length < limit ? lines.length : countOf(openings) };
    },
  };
}

/** Lines and units of a cut, each folded once. */
export type LinesOnce = {
  readonly line: (id: string) => Promise<Line | undefined>;
  readonly unit: (id: string) => Promise<Unit | undefined>;
};

export function linesOnce(reader: Folded, cut: Cut): LinesOnce {
  const neighboursOf = neighboursAt(reader, cut);
  const once = <T>(make: (commitment: Commitment, around: Around) => T): ((id: string) => Promise<T | undefined>) => {
    const known = new Map<string, T | undefined>();
    return async (id) => {
      if (!known.has(id)) {
        const commitment = await reader.readModel.commitment(id, cut.size);
        known.set(id, commitment && make(commitment, await neighboursOf([commitment])));
        await pause();
      }
      return known.get(id);
    };
  };
  return {
    line: once((commitment, around) => viewedAt(situationAt(commitment, cut.asOf), around).line),
    unit: once((commitment, around) => {
      return { commitment: commitment.id, ...summaryAt(situationAt(commitment, cut.asOf), around) };
    }),
  };
}

function filterOf(kind: Exclude<Kind, { isSetAside: true }>): Filter {
  return 'warning' in kind ? { warning: [kind.warning] } : { contested: true };
}

function isOf(kind: Kind, { contested, warnings, suspended, notices }: Line): boolean {
  if ('warning' in kind) return warnings.some(({ warning }) => warning === kind.warning);
  return 'contested' in kind ? contested.length > 0 : suspended.length > 0 || notices.length > 0;
}
