import type { Command } from 'commander';
import { rebuild } from '../../read/replay.ts';
import { tell } from '../text/terminal.ts';
import { example } from './options.ts';
import { unlessInterrupted } from './withLedger.ts';
import { progress } from '../text/progress.ts';
import { printDifferences } from './differences.ts';

/** Adds `ledger rebuild`. */
export function addRebuild(ledger: Command): void {
  ledger
    .command('rebuild')
    .description('replay the whole log, report where the read model differed, and put the fresh one in its place')
    .addHelpText('after', example('ledger rebuild'))
    .action(async (_, command: Command) =>
      unlessInterrupted(command, async ({ reader }) => {
        const onCompared = progress('commitments compared');
        const result = await rebuild(reader, onCompared);
        onCompared.end();
        await printDifferences(result);
        const count = result.differences.length;
        const mended = count === 0 ? 'it was equal before' : `${count} differences mended`;
        tell(`rebuilt from ${reader.readModel.checkpoint()} events: ${mended}`);
      }),
    );
}
