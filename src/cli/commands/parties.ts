import type { Command } from 'commander';
import { parties, partyAnswer } from '../../../projections/asked.ts';
import { partySort, sortedBy } from '../../../projections/sorting.ts';
import { printParties, printParty } from '../text/printAcross.ts';
import { oneOrAll } from './oneOrAll.ts';
import { example, reading, sorting } from './options.ts';

/** Adds `ledger parties`. */
export function addParties(ledger: Command): void {
  const command = sorting(
    reading(ledger.command('parties').argument('[party]', 'a party or speaker, such as KR, org:eu or person:lutnick')),
    partySort,
  )
    .description('who is an obligor or beneficiary; with one, what it owes, is owed, asked, said and disputes')
    .addHelpText('after', example('ledger parties org:eu'));
  oneOrAll(command, '/parties', {
    all: {
      shape: parties,
      print: printParties,
      sorted: (answer, sort) => ({ ...answer, parties: sortedBy(answer.parties, partySort, sort) }),
    },
    one: { shape: partyAnswer, print: printParty },
  });
}
