import { type Stage, stages } from '../../domain/types.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Counts } from '../../projections/findings.ts';
import type { MarksAsked } from '../../projections/timedMarks.ts';
import { type Bits, bitsOf, both, countOf, firstIn, grown, setBit, without } from './bits.ts';
import type { Folded } from './folded.ts';
import type { Opening } from './readModel.ts';
import { membersAt, soughtBy, unsureAt } from './members.ts';
import type { Sought } from './readModelFinding.ts';
import { pause } from '../turns.ts';
import { runningAt } from './running.ts';

/** What was counted: the openings of all, and the first of those at a stage, in order. */
export type Counted = {
  readonly counts: Counts;
  readonly count: number;
  readonly openings: Bits;
  readonly at: (stage: Stage, limit: number) => Promise<readonly number[]>;
};

/** The openings of what filters let through and what has further marks; see `membersAt`. */
export type Finding = (filters: readonly Filter[], also?: readonly MarksAsked[]) => Promise<Bits>;

/** Finds at a cut, each condition once for all that ask for it. */
export function findingAt(reader: Folded, cut: Cut): Finding {
  const unsure = unsureAt(reader, cut);
  const found = async (filters: readonly Filter[], also: readonly MarksAsked[]): Promise<Bits> => {
    const kept = await keptBits(reader, filters, cut, also, unsure);
    return kept ?? bitsOf((await membersAt(reader, filters, cut, also, unsure)).openings(), cut.size);
  };
  const known = new Map<string, Promise<Bits>>();
  return (filters, also = []) => {
    const name = JSON.stringify([filters, also]);
    const bits = known.get(name) ?? found(filters, also);
    known.set(name, bits);
    return bits;
  };
}

/** The openings of all that have what is sought, each mark and all words kept from one cut to the next; undefined without a log. */
export async function soughtAt(reader: Folded, cut: Cut, { asked, q }: Sought): Promise<Bits | undefined> {
  let found: Bits | undefined;
  const each: Sought[] = [...asked.map((one) => ({ asked: [one] })), ...(q ? [{ asked: [], q }] : [])];
  for (const sought of each.length === 0 ? [{ asked: [] }] : each) {
    const [one] = sought.asked;
    const bits = one?.isNot ? await lackingAt(reader, cut, one) : await havingAt(reader, cut, sought);
    if (!bits) return undefined;
    found = found ? both(found, bits) : bits;
    await pause();
  }
  return found;
}

/** All that lack some marks: what is kept of those that have them says it, and looking at each commitment takes far longer. */
async function lackingAt(reader: Folded, cut: Cut, { marks, dueBefore }: MarksAsked): Promise<Bits | undefined> {
  const having = await havingAt(reader, cut, { asked: [{ marks, dueBefore }] });
  const all = await havingAt(reader, cut, { asked: [] });
  return all && having && without(all, having);
}

function havingAt(reader: Folded, cut: Cut, sought: Sought): Promise<Bits | undefined> {
  return runningAt<{ bits: Bits }, Bits>(reader, cut, {
    key: JSON.stringify(['sought', sought]),
    make: () => Promise.resolve({ bits: bitsOf(reader.readModel.openings(sought, cut), cut.size) }),
    carry: (state, among) => {
      const having = new Set(among.length === 0 ? [] : reader.readModel.openings({ ...sought, among }, cut));
      state.bits = grown(state.bits, cut.size);
      for (const sequence of among) setBit(state.bits, sequence, having.has(sequence));
    },
    copy: ({ bits: all }) => ({ bits: all }),
    answer: ({ bits: all }) => all,
    bytesOf: ({ bits: all }) => all.byteLength,
  });
}

/** What filters let through, by what is kept of their marks and words. */
export type KeptMatches = {
  readonly count: number;
  readonly openings: Bits;
  /** In order of opening, at most `limit` after a sequence. */
  readonly after: (after: number, limit: number) => readonly Opening[];
};

/** Undefined where what is kept does not say it: where filters ask for more than marks and words, or marks are missing. */
export async function keptMatches(reader: Folded, filters: readonly Filter[], cut: Cut): Promise<KeptMatches | undefined> {
  const bits = await keptBits(reader, filters, cut, [], unsureAt(reader, cut));
  return (
    bits && {
      count: countOf(bits),
      openings: bits,
      after: (after, limit) => reader.readModel.openedAt(firstIn(bits, limit, after)),
    }
  );
}

async function keptBits(
  reader: Folded,
  filters: readonly Filter[],
  cut: Cut,
  also: readonly MarksAsked[],
  unsure: ReadonlySet<string>,
): Promise<Bits | undefined> {
  const sought = soughtBy(filters, also);
  const isFound = unsure.size === 0 && sought.isExact && (!sought.q || reader.readModel.isExact(sought.q, cut));
  return isFound ? soughtAt(reader, cut, sought) : undefined;
}

/** Counts what filters let through and what has further marks. */
export type Counting = (filters: readonly Filter[], also?: readonly MarksAsked[]) => Promise<Counted>;

/**
 * Counts, at a cut, how many are at each stage and how many have something beside it. For a page with several counts, the
 * members of a stage are found once for all of them.
 */
export function countingAt(reader: Folded, cut: Cut, finding = findingAt(reader, cut)): Counting {
  return async (filters, also) => {
    const openings = await finding(filters, also);
    const countIn = async (filter: Filter): Promise<number> => countOf(openings, await finding([filter]));
    const counts = new Map<Stage, number>();
    for (const stage of stages) counts.set(stage, await countIn({ stage: [stage] }));
    return {
      openings,
      count: countOf(openings),
      at: async (stage, limit) => firstIn(both(openings, await finding([{ stage: [stage] }])), limit),
      counts: {
        stages: counts,
        contested: await countIn({ contested: true }),
        missing: await countIn({ warning: ['expected-not-delivered'] }),
        overdue: await countIn({ warning: ['overdue'] }),
      },
    };
  };
}
