import type { Command } from 'commander';
import { textOf } from '../answers.ts';
import { print } from '../text/terminal.ts';
import { withAsk } from './asking.ts';
import { example, keyOption, serverOption, signingKeyOption } from './options.ts';

/** Adds `ledger proof-key`. It was called `key`, too close to `keys`, which are those of people. */
export function addKey(ledger: Command): void {
  ledger
    .command('proof-key')
    .alias('key')
    .description(
      'the public key by which checkpoints of this ledger are verified: give it to whoever wants to check (people’s keys: keys)',
    )
    .addOption(serverOption())
    .addOption(signingKeyOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger proof-key'))
    .action(async (_, command: Command) => withAsk(command, async (ask) => print(await textOf(ask, '/proof/key'))));
}
