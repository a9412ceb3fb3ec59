import type { History } from '../../../projections/history.ts';
import type { Reader } from '../../read/queries.ts';
import { pause } from '../../turns.ts';

/** The maximum number of commitments whose titles are looked up for one page; others are named by id. */
const maxTitles = 100;

/** The titles, by id, of the commitments that a history names: in links, in corrections of links, and as successors. */
export async function titlesIn({ readModel }: Reader, { events }: History, size: number): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  const named = new Set(
    events.flatMap(({ data }) => [...idsIn(data), ...idsIn((data['changes'] ?? {}) as History['events'][number]['data'])]),
  );
  for (const id of [...named].slice(0, maxTitles)) {
    const title = (await readModel.commitment(id, size))?.opened.data.title;
    if (title !== undefined) titles.set(id, title);
    await pause();
  }
  return titles;
}

function idsIn({ links, successor }: Readonly<Record<string, unknown>>): string[] {
  const linked = Object.values((links ?? {}) as Readonly<Record<string, string[] | undefined>>);
  return [...linked.flatMap((ids) => ids ?? []), ...(typeof successor === 'string' ? [successor] : [])];
}
