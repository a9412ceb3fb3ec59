import type { Command } from 'commander';
import { parties, partyAnswer } from '../../../projections/asked.ts';
import { answerOf } from '../answers.ts';
import { printParties, printParty } from '../text/printAcross.ts';
import { example, reading } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger parties`. */
export function addParties(ledger: Command): void {
  reading(ledger.command('parties').argument('[party]', 'a party or speaker, such as KR, org:eu or person:lutnick'))
    .description('who is an obligor or beneficiary; with one, what it owes, is owed, asked, said and disputes')
    .addHelpText('after', example('ledger parties org:eu'))
    .action(async (party: string | undefined, _, command: Command) => {
      if (party === undefined)
        return asking(command, async (ask, cut) => answerOf(ask, parties, '/parties', cut), printParties);
      const path = `/parties/${encodeURIComponent(party)}`;
      await asking(command, async (ask, cut) => answerOf(ask, partyAnswer, path, cut), printParty);
    });
}
