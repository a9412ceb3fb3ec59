import { closeSync, openSync, readSync } from 'node:fs';
import type { Command } from 'commander';
import { backUp, type Copied, restoreBackup } from '../../compose.ts';
import { tell } from '../text/terminal.ts';
import { askLocal } from '../ask.ts';
import { writeCheckpointBeside } from './checkpointBeside.ts';
import { example, signingKeyOption } from './options.ts';
import { withLedger } from './withLedger.ts';

type Folder = { readonly data: string; readonly store?: string; readonly offline?: boolean };

/** Adds `ledger backup`. */
export function addBackup(ledger: Command): void {
  ledger
    .command('backup')
    .argument('<file>', 'where to; a file that is there is replaced once the new one is whole')
    .description('copy the ledger of the folder into one file, also while it is served; check the copy, and say its root')
    .addOption(signingKeyOption())
    .addHelpText('after', example('ledger backup ledger.backup'))
    .action(async (file: string, _, command: Command) => {
      const { data } = folderOf(command);
      const copied = await backUp(data, file);
      printCopied(copied);
      await withLedger(command, async (opened) => writeCheckpointBeside(file, copied.events, askLocal(opened)));
      tell(
        'Back up also keys.json, signing-key.pem, views.json and drafts.sqlite of the folder, where they are: they are not in this file.',
      );
    });
}

/** Restores what `ledger backup` wrote. */
export async function restoreFrom(command: Command, file: string): Promise<void> {
  printCopied(await restoreBackup(file, folderOf(command).data));
}

/** Whether a file is one that `ledger backup` wrote: a database, and no lines. */
export function isBackup(file: string): boolean {
  if (file === '-') return false;
  const start = Buffer.alloc(16);
  try {
    const handle = openSync(file, 'r');
    readSync(handle, start, 0, start.length, 0);
    closeSync(handle);
  } catch {
    // Reading it as lines then reports why it cannot be read.
    return false;
  }
  return start.toString('latin1') === 'SQLite format 3\0';
}

function printCopied({ events, root }: Copied): void {
  process.stdout.write(`${events} events\nroot ${root} of ${events} events\n`);
}

function folderOf(command: Command): Folder {
  const folder: Folder = command.optsWithGlobals();
  if (folder.store !== undefined || folder.offline)
    throw new Error(
      'expected a ledger that the folder holds, found one that a server holds: back up the server, or write its lines with ledger export',
    );
  return folder;
}
