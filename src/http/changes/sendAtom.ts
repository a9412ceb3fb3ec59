import { z } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import type { Cut } from '../../../projections/cut.ts';
import { type Tag, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { atomType } from '../forms.ts';
import { originOf } from '../hosts.ts';

/** What a route that answers as a feed declares. */
export const atomContent = { [atomType]: { schema: z.string() } } as const;

/** Sends the feed that `make` makes for its own address, which readers poll. */
export async function sendAtom(
  c: Request,
  { reader, site = {}, version = '' }: Pick<Context, 'reader' | 'site' | 'version'>,
  { cuts, prefix }: { readonly cuts: readonly Cut[] } & Pick<Tag, 'prefix'>,
  make: (address: URL) => Promise<string>,
): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const address = new URL(pathname + search, originOf(c, site));
  tagCuts(c, reader, version, cuts, { parts: [atomType, address.origin], ...(prefix !== undefined && { prefix }) });
  return c.body(await make(address), 200, { 'Content-Type': atomType });
}
