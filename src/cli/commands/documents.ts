import type { Command } from 'commander';
import { documentAnswer, documents } from '../../../projections/asked.ts';
import { answerOf } from '../answers.ts';
import { printDocument, printDocuments } from '../text/printAcross.ts';
import { example, reading } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger documents`. */
export function addDocuments(ledger: Command): void {
  reading(ledger.command('documents').argument('[document]', 'the slug of one'))
    .description('the documents that instruments share; with one, all that was announced by it')
    .addHelpText('after', example('ledger documents joint-statement'))
    .action(async (document: string | undefined, _, command: Command) => {
      if (document === undefined)
        return asking(command, async (ask, cut) => answerOf(ask, documents, '/documents', cut), printDocuments);
      const path = `/documents/${encodeURIComponent(document)}`;
      await asking(command, async (ask, cut) => answerOf(ask, documentAnswer, path, cut), printDocument);
    });
}
