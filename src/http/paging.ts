import { z } from '@hono/zod-openapi';
import { patternString } from '../../domain/codes.ts';
import { parseDay } from '../../domain/dates.ts';
import { answerCut, type Cut } from '../../projections/cut.ts';
import { type Order, orders } from '../../projections/sorting.ts';
import type { ItemPlace } from '../read/dueAt.ts';
import type { Counted } from '../read/list.ts';
import type { CutParameters } from './cuts.ts';
import { refusal } from './problems.ts';

/** Pages of lists and views: their length, and the cursor that leads to the next page of the same cut. */

export const pageParameters = {
  limit: patternString('a number from 1 to 500', /^([1-9]\d?|[1-4]\d\d|500)$/)
    .optional()
    .describe('How many at most; 50 by default'),
  cursor: z.string().optional().describe('From the Link of the page before; it holds the cut and the order'),
};

export const orderParameter = z
  .enum(orders)
  .optional()
  .describe(
    'In which order: opened (of opening, the default), or relevance: those first whose titles have more of the words of q, then those that say them more often; without words as opened',
  );

type PageParameters = CutParameters & {
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
  /** A column of a page's tables is no order. */
  readonly sort?: string | undefined;
};

/**
 * The page asked for: its cut as parameters, the place after which it begins and in which order, its maximum length, and what
 * the first page counted.
 */
export type PageAsked = {
  readonly cut: CutParameters;
  readonly after: number;
  readonly limit: number;
  readonly order: Order;
  readonly counted?: Counted;
  /** The place, in a calendar. */
  readonly item?: ItemPlace;
};

/** Parses the parameters. Throws a problem for a cursor that this server did not give, or that comes with another cut. */
export function pageAsked({ cursor, limit = '50', asOf, knownAt, size, sort }: PageParameters): PageAsked {
  const order = sort === 'relevance' ? sort : 'opened';
  if (cursor === undefined) return { cut: { asOf, knownAt, size }, after: 0, limit: Number(limit), order };
  if ([asOf, knownAt, size].some((one) => one !== undefined)) {
    throw refusal('bad-request', 'expected a cursor, which holds the cut, or a cut, found both');
  }
  return { ...readCursor(cursor), limit: Number(limit) };
}

/** The cursor of the page that begins after a place (a sequence, a number of lines, an item) in an order, with what was counted. */
export function cursorAfter({ asOf, size }: Cut, after: number | ItemPlace, counted: Counted, order: Order = 'opened'): string {
  const place = [answerCut({ asOf, size, knownAt: null }).asOf, size, after, counted];
  const text = JSON.stringify(order === 'opened' ? place : [...place, order]);
  return Buffer.from(text).toString('base64url');
}

/** The cursor of a page of what changed between two cuts: both, and the place after which it begins. */
export function changesCursor({ earlier, later }: { readonly earlier: Cut; readonly later: Cut }, after: number): string {
  const places = [earlier, later].map(({ asOf, size }) => [answerCut({ asOf, size, knownAt: null }).asOf, size]);
  return Buffer.from(JSON.stringify([...places, after])).toString('base64url');
}

/** Both cuts of such a cursor as parameters, and its place. Throws a problem for a cursor that this server did not give. */
export function readChangesCursor(cursor: string): {
  readonly earlier: CutParameters;
  readonly later: CutParameters;
  readonly after: number;
} {
  const [from, to, after] = readAs(changesText, cursor);
  const [earlier, later] = [from, to].map(([asOf, size]) => ({ asOf, size: String(size) })) as [CutParameters, CutParameters];
  return { earlier, later, after };
}

/** The address of the next page: the filters, and the cursor, which holds the cut. */
export function nextPage(
  path: string,
  { limit = '50', ...filters }: Readonly<Record<string, string | undefined>>,
  cursor: string,
): string {
  const parameters = new URLSearchParams({ limit, cursor });
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) parameters.set(name, value);
  return `${path}?${parameters.toString()}`;
}

const whole = z.int().nonnegative();
const day = z.string().refine((text) => parseDay(text) !== undefined);
const changesText = z.tuple([z.tuple([day, whole]), z.tuple([day, whole]), whole]);
const cursorText = z.tuple(
  [
    day,
    whole,
    z.union([whole, z.tuple([z.int(), whole, whole]).readonly()]),
    z.union([z.strictObject({ count: whole }), z.strictObject({ atLeast: whole })]),
  ],
  z.literal('relevance'),
);

function readCursor(cursor: string): Omit<PageAsked, 'limit'> {
  const [asOf, size, place, counted, order = 'opened'] = readAs(cursorText, cursor);
  const after = typeof place === 'number' ? { after: place } : { after: 0, item: place };
  return { cut: { asOf, size: String(size) }, ...after, counted, order };
}

function readAs<S extends z.ZodType>(shape: S, cursor: string): z.output<S> {
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw refusal('bad-request', 'expected the cursor of a Link that this server gave, found another text');
  }
}
