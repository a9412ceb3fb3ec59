import { type Command, Option } from 'commander';
import { textOf } from '../answers.ts';
import { inPieces, writeWhole } from '../wholeFile.ts';
import { withAsk } from './asking.ts';
import { example, keyOption, serverOption, wholeNumber, signingKeyOption } from './options.ts';

/** Adds `ledger checkpoint`. */
export function addCheckpoint(ledger: Command): void {
  ledger
    .command('checkpoint')
    .description('a signed checkpoint: whoever keeps it notices every later change of what it covers')
    .addOption(new Option('-o, --output <file>', 'where to; - for standard output').default('-'))
    .addOption(new Option('--size <n>', 'of the first n events (default: all)').argParser(wholeNumber))
    .addOption(serverOption())
    .addOption(signingKeyOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger checkpoint -o ledger.checkpoint'))
    .action(async ({ output, size }: { output: string; size?: number }, command: Command) =>
      withAsk(command, async (ask) => writeWhole(output, inPieces(await textOf(ask, '/proof/checkpoint', { size })))),
    );
}
