import type { Commitment, Entry } from '../../domain/commitment.ts';
import type { Segment } from './segments.ts';
import type { Status } from '../../domain/status.ts';
import { makesTermsStand } from '../../domain/types.ts';

/** The newest announcement, up to the day of a status, whose instrument binds somebody. */
export function newestInstrument({ timeline }: Commitment, status: Status): Entry | undefined {
  return timeline.findLast((entry) => entry.day <= status.day && carriesInstrument(entry) && !status.asserted.has(entry.id));
}

/** The same of what was announced on the first day of a segment. */
export function newestInstrumentIn({ today, status }: Segment): Entry | undefined {
  return today.findLast((entry) => carriesInstrument(entry) && !status.asserted.has(entry.id));
}

/** Whether an announcement may bind and has an instrument. */
export function carriesInstrument({ type, data }: Entry): boolean {
  return makesTermsStand(type) && data.instrument !== undefined;
}
