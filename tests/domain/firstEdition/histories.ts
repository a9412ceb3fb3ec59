import * as fc from 'fast-check';
import type { Recorded as AnyRecorded } from '../../../domain/announcement.ts';
import { accepted, attemptsBy } from '../legalHistories.ts';
import type { Recorded } from './announcement.ts';
import { apply, type Commitment, statusOn } from './commitment.ts';
import { decide, parseEvent } from './decide.ts';

/** An event of the first edition is one of any later edition, and those that are drawn have no field of a later one. */
const early = (event: AnyRecorded): Recorded => event as unknown as Recorded;

/** Histories that were legal by the rules of the first edition. */
export const history: fc.Arbitrary<Recorded[]> = attemptsBy<Commitment>({
  apply: (commitment, event) => apply(commitment, early(event)),
  decide: (commitment, event) => decide(commitment, early(event)),
  parse: parseEvent,
  status: (commitment) => {
    const { disputes, agreed, stageSince } = statusOn(commitment);
    return { disputes, agreed, since: stageSince?.id };
  },
}).map((tried) => accepted(tried).map(early));
