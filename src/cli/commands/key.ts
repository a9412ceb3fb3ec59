import type { Command } from 'commander';
import { textOf } from '../answers.ts';
import { print } from '../text/terminal.ts';
import { withAsk } from './asking.ts';
import { example, keyOption, serverOption, signingKeyOption } from './options.ts';

/** Adds `ledger key`. */
export function addKey(ledger: Command): void {
  ledger
    .command('key')
    .description('the key by which checkpoints of this ledger are verified: give it to whoever wants to check')
    .addOption(serverOption())
    .addOption(signingKeyOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger key'))
    .action(async (_, command: Command) => withAsk(command, async (ask) => print(await textOf(ask, '/proof/key'))));
}
