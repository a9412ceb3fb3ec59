import type { Recorded } from '../../../domain/announcement.ts';
import { whenOf } from '../../../domain/dates.ts';
import { Cache } from '../../cache.ts';
import { parseRecorded } from '../../command/fold.ts';
import type { Log } from '../../store/log.ts';
import { eventPages } from '../../store/pages.ts';
import { pause } from '../../turns.ts';
import type { Recordings } from './pictures/clocks.ts';

const dayMs = 86_400_000;
const maxBytes = 1024 * 1024;
/** About how much memory one dot of the picture takes. */
const dotBytes = 64;

/** The pictures of a log's newest events, by how many events a cut knows and how many of them are drawn. */
const kept = new WeakMap<Log, Cache<Recordings>>();

/**
 * The dots of the picture of the two clocks at a cut: on which day each of the newest `max` events happened and was recorded.
 * The log only grows, so the answer for a cut never changes.
 */
export async function recordingsOf(log: Log, size: number, max: number): Promise<Recordings> {
  const ofLog =
    kept.get(log) ??
    new Cache<Recordings>(maxBytes, ({ announcements, corrections }) => dotBytes * (announcements.length + corrections.length));
  kept.set(log, ofLog);
  const key = `${size} ${max}`;
  const known = ofLog.get(key);
  if (known) return known;
  const announcements: Recordings['announcements'][number][] = [];
  const corrections: Recordings['corrections'][number][] = [];
  for await (const page of eventPages(log, Math.max(0, size - max), size)) {
    for (const event of page) {
      if (event.type === 'opened') continue;
      if (event.type === 'corrected') corrections.push({ recorded: recordedOn(event), count: 1 });
      else announcements.push(announced(parseRecorded(event)));
      await pause();
    }
  }
  ofLog.set(key, { announcements, corrections });
  return { announcements, corrections };
}

function announced(event: Recorded): Recordings['announcements'][number] {
  const recorded = recordedOn(event);
  const happened = 'happened' in event.data ? whenOf(event.data.happened).latest : recorded;
  return { happened: Math.min(happened, recorded), recorded, count: 1 };
}

function recordedOn({ time }: { time: number }): number {
  return Math.floor(time / dayMs);
}
