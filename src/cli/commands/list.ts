import { type Command, Option } from 'commander';
import { warningKinds } from '../../../domain/warnings.ts';
import { stages } from '../../../domain/types.ts';
import { allCommitments, type Parameters } from '../answers.ts';
import { printList } from '../text/print.ts';
import { reading, example } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger list`. */
export function addList(ledger: Command): void {
  reading(ledger.command('list'))
    .description('the commitments, in order of opening')
    .option('--topic <path>', 'by whole segments, such as alliance or trade/tariff')
    .option('--party <party>', 'obligor or beneficiary, such as KR')
    .addOption(new Option('--stage <stage>', 'where it stands').choices(stages))
    .option('--contested', 'with an open dispute')
    .option('--no-contested', 'without one')
    .addOption(new Option('--warning <kind>', 'with this warning').choices(warningKinds))
    .option('--q <words>', 'with all of these words in its title, parties, terms or summaries')
    .addHelpText('after', example('ledger list --party US --contested'))
    .action(async (_, command: Command) => {
      const { topic, party, stage, contested, warning, q }: Parameters = command.opts();
      const filter = { topic, party, stage, contested, warning, q };
      await asking(command, async (ask, cut) => allCommitments(ask, { ...filter, ...cut }), printList);
    });
}
