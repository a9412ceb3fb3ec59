import type { Command } from 'commander';
import { allCommitments } from '../answers.ts';
import { printList } from '../text/print.ts';
import { example, filtering, filtersOf, reading } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger list`. */
export function addList(ledger: Command): void {
  filtering(reading(ledger.command('list')))
    .description('the commitments, in order of opening')
    .addHelpText('after', example('ledger list --party US,org:eu --contested'))
    .action(async (_, command: Command) => {
      await asking(command, async (ask, cut) => allCommitments(ask, { ...filtersOf(command), ...cut }), printList);
    });
}
