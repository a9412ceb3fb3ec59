import { z } from '@hono/zod-openapi';
import { type Cut, cutAnswer } from '../../../projections/cut.ts';
import { summary } from '../../../projections/record.ts';
import { listed } from '../../../projections/hits.ts';
import type { Order } from '../../../projections/sorting.ts';
import { listAt } from '../../read/list.ts';
import { throughGroups } from '../../read/throughGroups.ts';
import type { Reader } from '../../read/queries.ts';
import { cutOf, cutParameters } from '../cuts.ts';
import { filterOf, filterParameters, filtersIn } from '../filters.ts';
import { cursorAfter, orderParameter, pageAsked, pageParameters } from '../paging.ts';

/** The list of commitments: its parameters, and one page of it at a time. */

export const listQuery = z.strictObject({ ...cutParameters, ...filterParameters, ...pageParameters, sort: orderParameter });

const throughGroup = z.object({
  group: z.string(),
  name: z.string(),
  members: z.array(z.string()).describe('Of the parties that were asked for'),
  count: z.int().describe('How many it owes that the other filters let through'),
  owes: z.array(summary).describe('The first of them, in order of opening'),
});

/** How many commitments of a group are listed; `from` finds all of them. */
const maxThrough = 20;

export const commitmentList = z
  .object({
    commitments: z.array(listed),
    count: z.int().optional().describe('How many there are on all pages'),
    atLeast: z.int().optional().describe('Instead, where counting all of them would fold more than 5,000 commitments'),
    through: z
      .array(throughGroup)
      .optional()
      .describe('Of the first page, where `party` names members of groups on the day: apart, what these groups owe'),
    cut: cutAnswer,
  })
  .meta({ id: 'CommitmentList' });
export type CommitmentList = z.infer<typeof commitmentList>;

/** A page of the list with its cut and its query; `next` is the cursor of the following page. */
export type Listed = {
  /** `sort`: the order or, within this page alone, the column. */
  readonly query: Omit<z.infer<typeof listQuery>, 'sort'> & { readonly sort?: string | undefined };
  readonly order: Order;
  readonly commitments: CommitmentList['commitments'];
  readonly counted: Pick<CommitmentList, 'count' | 'atLeast'>;
  readonly through: CommitmentList['through'];
  readonly cut: Cut;
  readonly next: string | undefined;
};

/** One page of the list; throws a problem when the cut cannot be settled. */
export async function listPage(reader: Reader, query: Listed['query']): Promise<Listed> {
  const { cut: asked, counted, after, limit, order } = pageAsked(query);
  const cut = await cutOf(reader, asked);
  const isFiltered = Object.keys(filtersIn(query)).length > 0;
  const known = counted ?? (isFiltered ? undefined : { count: reader.readModel.countOpened(cut.size) });
  const page = await listAt(reader, filterOf(query), cut, { after, limit, order, isCounting: known === undefined });
  const total = known ?? page.counted;
  const next = page.next === undefined ? undefined : cursorAfter(cut, page.next, total, order);
  return {
    query,
    commitments: page.commitments,
    counted: total,
    through: await throughOf(reader, query, cut),
    order,
    cut,
    next,
  };
}

/** What is owed by the groups whose members a filter asks for; undefined where it asks for none. */
async function throughOf(reader: Reader, query: Listed['query'], cut: Cut): Promise<CommitmentList['through']> {
  const filter = filterOf(query);
  if (query.cursor !== undefined || filter.party === undefined) return undefined;
  const through = await throughGroups(reader, filter.party, cut, { filter, limit: maxThrough });
  return through.length > 0 ? through : undefined;
}
