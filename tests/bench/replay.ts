import { fold } from '../../domain/commitment.ts';
import { type Milestones, milestones } from '../../projections/derived/warnings.ts';
import { recordOf } from '../../projections/record.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import type { Log } from '../../src/store/log.ts';
import { openSqliteLog } from '../../src/store/sqlite/sqliteLog.ts';

/** Commitments read at once: what is held in memory, whatever the length of the log. */
const batchSize = 200;

/**
 * Makes every commitment's record from the log alone, as it is at its end; answers how many. A record tells of what it links to
 * (what has ended, what is not recorded), so one that links to a later commitment is made once that has been folded too.
 */
export async function replayIntoRecords(log: Log): Promise<number> {
  const size = await log.size();
  const cut = { asOf: 20_000, knownAt: null, size };
  const streams = await log.streamsChanged(0, size);
  const known = new Map<string, Milestones | undefined>(streams.map((id) => [id, undefined]));
  const neighbours = { milestones: (id: string) => known.get(id), exchangedFor: () => [], called: () => undefined };
  const waiting: string[] = [];
  let made = 0;
  const each = async (ids: readonly string[], isReady: (linked: readonly string[]) => boolean): Promise<void> => {
    for (let done = 0; done < ids.length; done += batchSize) {
      for (const events of await log.readStreams(ids.slice(done, done + batchSize), size)) {
        const commitment = fold(events.map(parseRecorded));
        if (!commitment) throw new Error('expected the events of a commitment, found none');
        known.set(commitment.id, milestones(commitment));
        const linked = Object.values(commitment.opened.data.links ?? {}).flatMap((links) => links ?? []);
        if (!isReady(linked)) waiting.push(commitment.id);
        else if (recordOf(commitment, cut, neighbours).revision === commitment.revision) made++;
      }
    }
  };
  await each(streams, (linked) => linked.every((id) => !known.has(id) || known.get(id) !== undefined));
  await each(waiting.splice(0), () => true);
  return made;
}

// By itself it tells how much memory a replay takes at most, in MB.
if (import.meta.main) {
  const log = openSqliteLog({ file: process.argv[2] ?? '', readOnly: true });
  await replayIntoRecords(log);
  await log.close();
  process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
}
