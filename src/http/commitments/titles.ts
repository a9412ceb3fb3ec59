import type { History } from '../../../projections/history.ts';
import type { Reader } from '../../read/queries.ts';
import { pause } from '../../turns.ts';

/** The maximum number of commitments whose titles are looked up for one page; others are named by id. */
const maxTitles = 100;

/** The titles, by id, of commitments that a page names. */
export async function titlesOf({ readModel }: Reader, ids: Iterable<string>, size: number): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  for (const id of [...new Set(ids)].slice(0, maxTitles)) {
    const title = (await readModel.commitment(id, size))?.opened.data.title;
    if (title !== undefined) titles.set(id, title);
    await pause();
  }
  return titles;
}

/** The titles of the commitments that a history names: in links, in corrections of links, and as successors. */
export function titlesIn(reader: Reader, { events }: History, size: number): Promise<Map<string, string>> {
  const named = events.flatMap(({ data }) => [
    ...idsIn(data),
    ...idsIn((data['changes'] ?? {}) as History['events'][number]['data']),
  ]);
  return titlesOf(reader, named, size);
}

function idsIn({ links, successor }: Readonly<Record<string, unknown>>): string[] {
  const linked = Object.values((links ?? {}) as Readonly<Record<string, string[] | undefined>>);
  return [...linked.flatMap((ids) => ids ?? []), ...(typeof successor === 'string' ? [successor] : [])];
}
