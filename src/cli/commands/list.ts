import type { Command } from 'commander';
import { allCommitments } from '../answers.ts';
import { printList } from '../text/print.ts';
import { commitmentSort, orders, sortedBy } from '../../../projections/sorting.ts';
import type { CommitmentList } from '../../http/commitments/list.ts';
import type { Ask } from '../ask.ts';
import { type CutOptions, example, filtering, filtersOf, orderIn, reading, sorting } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger list`. */
export function addList(ledger: Command): void {
  sorting(filtering(reading(ledger.command('list'))), commitmentSort, { orders })
    .description('the commitments, in order of opening, or with --sort relevance the most relevant for --q first')
    .addHelpText('after', example('ledger list --party US,org:eu --contested'))
    .action(async ({ sort }: { sort?: string }, command: Command) => {
      const question = async (ask: Ask, cut: CutOptions): Promise<CommitmentList> => {
        const answer = await allCommitments(ask, { ...filtersOf(command), ...orderIn(sort), ...cut });
        return { ...answer, commitments: sortedBy(answer.commitments, commitmentSort, sort) };
      };
      await asking(command, question, printList);
    });
}
