import type { Command } from 'commander';
import { parties, partyAnswer } from '../../../projections/asked.ts';
import { printParties, printParty } from '../text/printAcross.ts';
import { oneOrAll } from './oneOrAll.ts';
import { example, reading } from './options.ts';

/** Adds `ledger parties`. */
export function addParties(ledger: Command): void {
  const command = reading(
    ledger.command('parties').argument('[party]', 'a party or speaker, such as KR, org:eu or person:lutnick'),
  )
    .description('who is an obligor or beneficiary; with one, what it owes, is owed, asked, said and disputes')
    .addHelpText('after', example('ledger parties org:eu'));
  oneOrAll(command, '/parties', {
    all: { shape: parties, print: printParties },
    one: { shape: partyAnswer, print: printParty },
  });
}
