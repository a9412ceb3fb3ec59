import type { Command } from 'commander';
import { input, inputName } from '../inputs.ts';
import { importLines, type RefusedLine } from '../../exchange/transfer.ts';
import { tell } from '../text/terminal.ts';
import { nameOption, recorderOption, example } from './options.ts';
import { withLedger } from './withLedger.ts';
import { progress } from '../text/progress.ts';
import { tellRefused } from './refusedLine.ts';

/** Adds `ledger import`. */
export function addImport(ledger: Command): void {
  ledger
    .command('import')
    .argument('<files...>', 'NDJSON files, one event a line; - for standard input')
    .description('record each line anew, through the same rules as the API; refused lines are reported and the rest goes on')
    .addOption(nameOption())
    .addOption(recorderOption())
    .addHelpText('after', example('ledger import src/data/summit-2025-08.ndjson'))
    .action(async (files: string[], _, command: Command) =>
      withLedger(command, async ({ ledger: target }) => {
        const onProgress = progress('lines read');
        const result = { recorded: 0, skipped: 0, refused: 0 };
        for (const file of files) {
          const onRefused = (line: RefusedLine): void => tellRefused(line, inputName(file));
          const { recorded, skipped, refused } = await importLines(target, input(file), { onRefused, onProgress });
          if (recorded + skipped + refused === 0) tell(`${inputName(file)} holds no event`);
          result.recorded += recorded;
          result.skipped += skipped;
          result.refused += refused;
        }
        onProgress.end();
        tell(`${result.recorded} recorded, ${result.skipped} already there, ${result.refused} refused`);
        if (result.refused > 0) process.exitCode = 1;
      }),
    );
}
