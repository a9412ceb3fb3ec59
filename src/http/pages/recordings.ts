import type { Recorded } from '../../../domain/announcement.ts';
import { whenOf } from '../../../domain/dates.ts';
import { parseRecorded } from '../../ledger.ts';
import type { Log } from '../../store/log.ts';
import type { Recordings } from './pictures/clocks.ts';

const dayMs = 86_400_000;
const mostKept = 8;

/** The pictures of a log's newest events, by how many events a cut knows and how many of them are drawn. */
const kept = new WeakMap<Log, Map<string, Recordings>>();

/**
 * What the picture of the two clocks shows of a cut: on which day each of the newest `most` events happened and was recorded.
 * The log only grows, so what a cut knows never changes.
 */
export async function recordingsOf(log: Log, size: number, most: number): Promise<Recordings> {
  const ofLog = kept.get(log) ?? new Map<string, Recordings>();
  kept.set(log, ofLog);
  const key = `${size} ${most}`;
  const known = ofLog.get(key);
  if (known) return known;
  const after = Math.max(0, size - most);
  const recordings = told((await log.read(after, size - after)).map(parseRecorded));
  ofLog.set(key, recordings);
  if (ofLog.size > mostKept) ofLog.delete(ofLog.keys().next().value ?? '');
  return recordings;
}

function told(events: readonly Recorded[]): Recordings {
  const recordedOn = ({ time }: Recorded): number => Math.floor(time / dayMs);
  const announcements = events.flatMap((event) => {
    if (event.type === 'opened' || event.type === 'corrected') return [];
    const recorded = recordedOn(event);
    return [{ happened: Math.min(whenOf(event.data.happened).latest, recorded), recorded, count: 1 }];
  });
  const corrections = events
    .filter(({ type }) => type === 'corrected')
    .map((event) => ({ recorded: recordedOn(event), count: 1 }));
  return { announcements, corrections };
}
