import type { Command } from 'commander';
import { documentAnswer, documents } from '../../../projections/asked.ts';
import { documentSort, sortedBy } from '../../../projections/sorting.ts';
import { printDocument, printDocuments } from '../text/printAcross.ts';
import { oneOrAll } from './oneOrAll.ts';
import { example, reading, sorting } from './options.ts';

/** Adds `ledger documents`. */
export function addDocuments(ledger: Command): void {
  const command = sorting(reading(ledger.command('documents').argument('[document]', 'the slug of one')), documentSort)
    .description('the documents that instruments share; with one, all that was announced by it')
    .addHelpText('after', example('ledger documents joint-statement'));
  oneOrAll(command, '/documents', {
    all: {
      shape: documents,
      print: printDocuments,
      sorted: (answer, sort) => ({ ...answer, documents: sortedBy(answer.documents, documentSort, sort) }),
    },
    one: { shape: documentAnswer, print: printDocument },
  });
}
