import { type Command, Option } from 'commander';
import { eventProof } from '../../http/proof/proof.ts';
import { answerOf } from '../answers.ts';
import { toJson } from '../text/terminal.ts';
import { inPieces, writeWhole } from '../wholeFile.ts';
import { withAsk } from './asking.ts';
import { example, keyOption, serverOption, wholeNumber, signingKeyOption } from './options.ts';

/** Adds `ledger prove`. */
export function addProve(ledger: Command): void {
  ledger
    .command('prove')
    .argument('<event>', 'its id')
    .description('the proof that an event is in the ledger: its line and a c2sp.org/tlog-proof, in one file')
    .addOption(
      new Option(
        '-o, --output <file>',
        'where to; - for standard output; where it ends with .tlog-proof, the line goes beside it, into a file that ends with .ndjson',
      ).default('-'),
    )
    .addOption(new Option('--size <n>', 'under the checkpoint of the first n events').argParser(wholeNumber))
    .addOption(serverOption())
    .addOption(signingKeyOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger prove 01K38TCSG0E13T5MGP7VBN82TM -o figure.json'))
    .action(async (event: string, { output, size }: { output: string; size?: number }, command: Command) =>
      withAsk(command, async (ask) => {
        const proven = await answerOf(ask, eventProof, `/proof/events/${encodeURIComponent(event)}`, { size });
        if (!output.endsWith('.tlog-proof')) return writeWhole(output, inPieces(toJson(proven)));
        await writeWhole(output, inPieces(proven.proof));
        await writeWhole(output.replace(/\.tlog-proof$/, '.ndjson'), inPieces(`${proven.line}\n`));
      }),
    );
}
