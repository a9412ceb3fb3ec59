import { slugsInText } from './hints.ts';
import type { Log } from '../store/log.ts';
import { eventPages } from '../store/pages.ts';
import { pause } from '../turns.ts';

/** The maximum number of slugs remembered for a log; beyond that new ones are left out. */
const maxSlugs = 50_000;

type Known = { size: number; readonly slugs: Set<string> };

const knownByLog = new WeakMap<Log, Known>();

/** The slugs in the events of the log, as far as they are remembered. What was read before is not read again. */
export async function knownSlugs(log: Log): Promise<ReadonlySet<string>> {
  const known = knownByLog.get(log) ?? { size: 0, slugs: new Set() };
  knownByLog.set(log, known);
  const size = await log.size();
  // Concurrent callers may read the same pages; each slug is added once.
  for await (const page of eventPages(log, known.size, size)) {
    for (const { data } of page) {
      for (const slug of slugsInText(data)) if (known.slugs.size < maxSlugs) known.slugs.add(slug);
    }
    await pause();
  }
  known.size = Math.max(known.size, size);
  return known.slugs;
}
