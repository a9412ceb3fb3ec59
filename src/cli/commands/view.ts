import type { Command } from 'commander';
import { all } from '../../../projections/views/all.ts';
import { type ViewAnswer, views } from '../../../projections/views/views.ts';
import { viewList } from '../../http/views/views.ts';
import { allPages, answerOf, type Shape } from '../answers.ts';
import { printView, printViews } from '../text/print.ts';
import { example, filtering, filtersOf, reading } from './options.ts';
import { asking } from './asking.ts';
import { viewOf } from './viewOf.ts';

/** Adds `ledger view`. */
export function addView(ledger: Command): void {
  filtering(reading(ledger.command('view').argument('[name]', [...views, all].map(({ name }) => name).join(', '))))
    .description('a view of all commitments of a topic, with totals; without a name, the views there are')
    .addHelpText('after', example('ledger view trade-terms --known-at 2025-08-22'))
    .action(async (name: string | undefined, _, command: Command) => {
      if (name === undefined) return asking(command, async (ask, cut) => answerOf(ask, viewList, '/views', cut), printViews);
      const view = name === all.name ? all : viewOf(name);
      // Whichever view answers, its words are made from what it brings.
      const shape = view.schema as unknown as Shape<ViewAnswer>;
      await asking(
        command,
        async (ask, cut) =>
          allPages(ask, { shape, path: `/views/${view.name}`, rows: 'lines' }, { ...filtersOf(command), ...cut }),
        printView,
      );
    });
}
