import type { z } from 'zod';
import type { Command } from 'commander';
import { type ViewAnswer, views } from '../../../projections/views/views.ts';
import { viewList } from '../../http/views/views.ts';
import { answerOf } from '../answers.ts';
import { printView, printViews } from '../text/print.ts';
import { reading, example } from './options.ts';
import { asking } from './asking.ts';
import { viewOf } from './viewOf.ts';

/** Adds `ledger view`. */
export function addView(ledger: Command): void {
  reading(ledger.command('view').argument('[name]', views.map(({ name }) => name).join(', ')))
    .description('a view of all commitments of a topic, with totals; without a name, the views there are')
    .addHelpText('after', example('ledger view trade-terms --known-at 2025-08-22'))
    .action(async (name: string | undefined, _, command: Command) => {
      if (name === undefined) return asking(command, async (ask, cut) => answerOf(ask, viewList, '/views', cut), printViews);
      const view = viewOf(name);
      await asking(
        command,
        async (ask, cut) => answerOf<ViewAnswer>(ask, view.schema as z.ZodType<ViewAnswer>, `/views/${view.name}`, cut),
        printView,
      );
    });
}
