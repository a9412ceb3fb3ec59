import type { Command } from 'commander';
import { documentAnswer, documents } from '../../../projections/asked.ts';
import { printDocument, printDocuments } from '../text/printAcross.ts';
import { oneOrAll } from './oneOrAll.ts';
import { example, reading } from './options.ts';

/** Adds `ledger documents`. */
export function addDocuments(ledger: Command): void {
  const command = reading(ledger.command('documents').argument('[document]', 'the slug of one'))
    .description('the documents that instruments share; with one, all that was announced by it')
    .addHelpText('after', example('ledger documents joint-statement'));
  oneOrAll(command, '/documents', {
    all: { shape: documents, print: printDocuments },
    one: { shape: documentAnswer, print: printDocument },
  });
}
