import type { Command } from 'commander';
import { type History, history } from '../../../projections/history.ts';
import { answerOf } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { printHistory } from '../text/history.ts';
import { eventSort, sortedBy } from '../../../projections/sorting.ts';
import { type CutOptions, reading, example, sorting } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger history`. */
export function addHistory(ledger: Command): void {
  sorting(reading(ledger.command('history').argument('<id>', 'the commitment')), eventSort)
    .description('every event of a commitment: who said what when, who recorded it when, what corrected it')
    .addHelpText('after', example('ledger history 01K38TCSG0ZY4D2YHKXQRQD64H'))
    .action(async (id: string, { sort }: { sort?: string }, command: Command) => {
      const question = async (ask: Ask, cut: CutOptions): Promise<History> => {
        const answer = await answerOf(ask, history, `/commitments/${id}/history`, cut);
        return { ...answer, events: sortedBy(answer.events, eventSort, sort) };
      };
      await asking(command, question, (answer, width) => printHistory(answer, width, sort));
    });
}
