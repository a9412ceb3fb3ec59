import type { Command } from 'commander';
import { commitmentSort, orders, sortedBy, totalSort } from '../../../projections/sorting.ts';
import { type AnyAnswer, viewAnswer } from '../../../projections/views/view.ts';
import { viewList } from '../../http/views/views.ts';
import { allPages, answerOf } from '../answers.ts';
import { printView, printViews } from '../text/print.ts';
import type { Ask } from '../ask.ts';
import { type CutOptions, example, filtering, filtersOf, orderIn, reading, sorting } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger view`. */
export function addView(ledger: Command): void {
  const command = reading(ledger.command('view').argument('[name]', 'such as all; without a name, the views there are'));
  sorting(filtering(command), { ...commitmentSort, ...totalSort }, { orders })
    .description('a view of the commitments that its definition takes, with totals')
    .addHelpText('after', example('ledger view all --topic trade --known-at 2025-08-22'))
    .action(async (name: string | undefined, { sort }: { sort?: string }, command: Command) => {
      if (name === undefined) return asking(command, async (ask, cut) => answerOf(ask, viewList, '/views', cut), printViews);
      const asked = { shape: viewAnswer, path: `/views/${encodeURIComponent(name)}`, rows: 'lines' as const };
      const question = async (ask: Ask, cut: CutOptions): Promise<AnyAnswer> => {
        const answer = await allPages(ask, asked, { ...filtersOf(command), ...orderIn(sort), ...cut });
        return {
          ...answer,
          lines: sortedBy(answer.lines, commitmentSort, sort),
          totals: sortedBy(answer.totals, totalSort, sort),
        };
      };
      await asking(command, question, printView);
    });
}
