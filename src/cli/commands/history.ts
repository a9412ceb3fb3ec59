import type { Command } from 'commander';
import { history } from '../../../projections/history.ts';
import { answerOf } from '../answers.ts';
import { printHistory } from '../text/history.ts';
import { reading, example } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger history`. */
export function addHistory(ledger: Command): void {
  reading(ledger.command('history').argument('<id>', 'the commitment'))
    .description('every event of a commitment: who said what when, who recorded it when, what corrected it')
    .addHelpText('after', example('ledger history 01K38TCSG0ZY4D2YHKXQRQD64H'))
    .action(async (id: string, _, command: Command) =>
      asking(command, async (ask, cut) => answerOf(ask, history, `/commitments/${id}/history`, cut), printHistory),
    );
}
