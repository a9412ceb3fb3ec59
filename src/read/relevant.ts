import type { Cut } from '../../projections/cut.ts';
import { firstIn, hasBit } from './bits.ts';
import { type KeptMatches, soughtAt } from './counts.ts';
import type { Folded } from './folded.ts';
import type { Opening } from './readModel.ts';
import type { Sought } from './readModelFinding.ts';
import { byWeight } from './readModelRelevance.ts';
import { runningAt } from './running.ts';

/** The openings of what is sought, the most relevant for its words first. `kept`: what is known to match; then the order is kept too. */
export async function relevantAt(
  reader: Folded,
  sought: Sought,
  cut: Cut,
  kept: KeptMatches | undefined,
): Promise<readonly number[]> {
  const { readModel } = reader;
  const order = kept && (await orderKept(reader, sought, cut));
  if (order) return Array.from(order).filter((opening) => hasBit(kept.openings, opening));
  return byWeight(readModel.weights(sought.q ?? [], cut, readModel.openings(sought, cut)));
}

/** All that hold some words, the most relevant first, and the weight of each. */
type Weighed = { openings: Int32Array; weights: Int32Array };

async function orderKept(reader: Folded, { q = [] }: Sought, cut: Cut): Promise<Int32Array | undefined> {
  const { readModel } = reader;
  const words: Sought = { asked: [], q };
  return runningAt<Weighed, Int32Array>(reader, cut, {
    key: JSON.stringify(['relevant', q]),
    make: async () => {
      const bits = await soughtAt(reader, cut, words);
      return ordered(readModel.weights(q, cut, bits ? firstIn(bits) : readModel.openings(words, cut)));
    },
    carry: (state, among) => {
      if (among.length === 0) return;
      const weights = new Map(Array.from(state.openings, (opening, index) => [opening, state.weights[index] ?? 0]));
      for (const opening of among) weights.delete(opening);
      const having = readModel.openings({ ...words, among }, cut);
      for (const [opening, weight] of readModel.weights(q, cut, having)) weights.set(opening, weight);
      Object.assign(state, ordered(weights));
    },
    copy: (state) => ({ ...state }),
    answer: ({ openings }) => openings,
    bytesOf: ({ openings, weights }) => openings.byteLength + weights.byteLength,
  });
}

function ordered(weights: ReadonlyMap<number, number>): Weighed {
  const openings = Int32Array.from(byWeight(weights));
  return { openings, weights: openings.map((opening) => weights.get(opening) ?? 0) };
}

/** Those opened at some sequences, in the order of these. */
export function openedInOrder({ readModel }: Folded, openings: readonly number[]): Opening[] {
  const found = new Map(readModel.openedAt(openings).map((one) => [one.sequence, one]));
  return openings.flatMap((opening) => found.get(opening) ?? []);
}
