import type { Context as Request } from 'hono';
import type { Reader } from '../../queries.ts';
import { type Html, sent } from './html.ts';
import type { Frame } from './shell.ts';

const mostBytes = 16 * 1024 * 1024;

/** A page as it is sent, in UTF-8. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Keeps the last pages as they were sent, up to 16 MiB of them: the same address at the same cut of the same ledger is the same
 * page for ever. The newest recording counts too, since the picture of the two clocks reaches to it, and so does a read model
 * that was mended.
 */
export function keptPages({ readModel }: Pick<Reader, 'readModel'>) {
  const kept = new Map<string, Bytes>();
  let bytes = 0;
  return async (c: Request, { cut, span }: Frame, make: () => Promise<Html>): Promise<Bytes> => {
    const key = JSON.stringify([c.req.url, cut?.asOf, cut?.size, span?.last, readModel.version()]);
    const before = kept.get(key);
    const document = before ?? Buffer.from(await sent(await make()));
    // Whatever was asked for last is forgotten last.
    if (kept.delete(key)) bytes -= document.length;
    kept.set(key, document);
    bytes += document.length;
    for (const [oldest, one] of kept) {
      if (bytes <= mostBytes) break;
      kept.delete(oldest);
      bytes -= one.length;
    }
    return document;
  };
}
