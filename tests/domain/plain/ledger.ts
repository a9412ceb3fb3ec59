import { dayBegun, endOfTime } from './days.ts';
import { fold } from './fold.ts';
import type { State } from './state.ts';
import { type Announcement, type Event, type Opening, openingOf, timelineOf } from './timeline.ts';

export type Commitment = {
  readonly id: string;
  readonly opening: Opening;
  readonly timeline: readonly Announcement[];
};
/** What is known at a cut: every commitment, in the order in which they were opened. */
export type Ledger = { readonly commitments: ReadonlyMap<string, Commitment>; readonly today: string };

/** The first `size` events of a ledger, all of them by default. */
export function ledgerOf(events: readonly Event[], size = events.length): Ledger {
  const known = events.slice(0, size);
  const streams = Map.groupBy(known, ({ stream }) => stream);
  const commitments = Array.from(streams, ([id, own]): [string, Commitment] => [
    id,
    { id, opening: openingOf(own), timeline: timelineOf(own) },
  ]);
  const last = known.at(-1);
  return { commitments: new Map(commitments), today: last ? dayBegun(last.time) : endOfTime };
}

export function stateOn({ opening, timeline }: Commitment, asOf: string): State {
  return fold(opening, timeline, { asOf });
}

/** The state after all that is known, by which is told what is in force on any day. */
export function stateInTheEnd({ opening, timeline }: Commitment): State {
  return fold(opening, timeline);
}

export function linked(commitment: Commitment, link: string): readonly string[] {
  return commitment.opening.links?.[link] ?? [];
}
