import type { Given } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';
import { attribute, faultsOf, parsed } from '../../helpers/html.ts';

export const browser = { headers: { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } };

/** Of one path, so many cuts and filters are followed. */
const maxVariants = 2;

/** Follows every link from the first page on; what each page gets wrong, and where links lead. */
export async function walk(base: Given, start: readonly string[], { most = 2000 } = {}) {
  const a = api(base);
  const faults: string[] = [];
  const seen = new Set<string>(start);
  const statuses = new Map<string, number>();
  const variants = new Map<string, number>();
  for (const address of seen) {
    const response = await a.get(address, browser);
    statuses.set(address, response.status);
    if (response.status >= 400) faults.push(`${address}: ${response.status}`);
    if (!response.headers.get('Content-Type')?.startsWith('text/html') || address.startsWith('/reference')) continue;
    const page = parsed(response.text);
    faults.push(...faultsOf(page).map((fault) => `${address}: ${fault}`));
    for (const element of page.elements) {
      const [to = ''] = (attribute(element, 'href') ?? '').split('#');
      const [path = ''] = to.split('?');
      // What can be downloaded is no page, and has a test of its own.
      if (/[?&]format=(xlsx|pdf|md|html|csv)\b/.test(to)) continue;
      if (!to.startsWith('/') || seen.has(to) || seen.size >= most || (variants.get(path) ?? 0) >= maxVariants) continue;
      seen.add(to);
      variants.set(path, (variants.get(path) ?? 0) + 1);
    }
  }
  return { faults, statuses, a };
}
