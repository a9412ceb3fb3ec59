import type { Command } from 'commander';
import { commitmentRecord } from '../../../projections/record.ts';
import { answerOf } from '../answers.ts';
import { printRecord } from '../text/print.ts';
import { reading, example } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger show`. */
export function addShow(ledger: Command): void {
  reading(ledger.command('show').argument('<id>', 'the commitment'))
    .description('one commitment: its stage, what is contested, the terms that stand')
    .addHelpText('after', example('ledger show 01K38TCSG0D83FFH9B8VC8WDMT --as-of 2025-09-30'))
    .action(async (id: string, _, command: Command) =>
      asking(command, async (ask, cut) => answerOf(ask, commitmentRecord, `/commitments/${id}`, cut), printRecord),
    );
}
