import { type Command, Option } from 'commander';
import { eventLines } from '../answers.ts';
import { exportLines } from '../../exchange/transfer.ts';
import { writeWhole } from '../wholeFile.ts';
import { serverOption, keyOption, example, wholeNumber } from './options.ts';
import { serverAsked } from './asking.ts';
import { withLedger } from './withLedger.ts';

/** Adds `ledger export`. */
export function addExport(ledger: Command): void {
  ledger
    .command('export')
    .argument('[file]', 'where to; - for standard output', '-')
    .description('write the ledger, one event a line, in global order, as canonical JSON')
    .addOption(new Option('--after <n>', 'only events with a greater sequence').argParser(wholeNumber))
    .addOption(new Option('--limit <n>', 'how many lines at most (default: all)').argParser(wholeNumber))
    .addOption(serverOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger export ledger.ndjson'))
    .action(async (file: string, options: { after?: number; limit?: number }, command: Command) => {
      const { after = 0, limit = Infinity } = options;
      const server = serverAsked(command);
      const write = (pages: AsyncIterable<string>): Promise<void> => writeWhole(file, pages);
      if (server) await write(eventLines(server, after, limit));
      else await withLedger(command, async ({ ledger: { log } }) => write(exportLines(log, after, limit)));
    });
}
