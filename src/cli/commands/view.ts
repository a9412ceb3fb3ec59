import type { Command } from 'commander';
import { viewAnswer } from '../../../projections/views/view.ts';
import { viewList } from '../../http/views/views.ts';
import { allPages, answerOf } from '../answers.ts';
import { printView, printViews } from '../text/print.ts';
import { example, filtering, filtersOf, reading } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger view`. */
export function addView(ledger: Command): void {
  filtering(reading(ledger.command('view').argument('[name]', 'such as all; without a name, the views there are')))
    .description('a view of the commitments that its definition takes, with totals')
    .addHelpText('after', example('ledger view all --topic trade --known-at 2025-08-22'))
    .action(async (name: string | undefined, _, command: Command) => {
      if (name === undefined) return asking(command, async (ask, cut) => answerOf(ask, viewList, '/views', cut), printViews);
      const asked = { shape: viewAnswer, path: `/views/${encodeURIComponent(name)}`, rows: 'lines' as const };
      await asking(command, async (ask, cut) => allPages(ask, asked, { ...filtersOf(command), ...cut }), printView);
    });
}
