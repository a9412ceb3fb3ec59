import type { Context as Request } from 'hono';
import type { Frame } from './shell.ts';
import type { Html } from './html.ts';

const mostKept = 32;

/**
 * Keeps the last few pages as they were sent: the same address at the same cut of the same ledger is the same page for ever. The
 * newest recording counts too, since the picture of the two clocks reaches to it.
 */
export function keptPages(): (c: Request, frame: Frame, make: () => Promise<Html>) => Promise<Html> {
  const kept = new Map<string, Html>();
  return async (c, { cut, span }, make) => {
    const key = JSON.stringify([c.req.url, cut?.asOf, cut?.size, span?.last]);
    const document = kept.get(key) ?? (await make());
    kept.delete(key);
    kept.set(key, document);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? '');
    return document;
  };
}
