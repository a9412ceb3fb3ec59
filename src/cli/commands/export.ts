import { type Command, Option } from 'commander';
import { eventLines } from '../answers.ts';
import { askServer } from '../ask.ts';
import { exportLines } from '../../exchange/transfer.ts';
import { writeWhole } from '../wholeFile.ts';
import { serverOption, example, wholeNumber } from './options.ts';
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
    .addHelpText('after', example('ledger export ledger.ndjson'))
    .action(async (file: string, options: { after?: number; limit?: number; server?: string }, command: Command) => {
      const { after = 0, limit = Infinity, server } = options;
      const write = (pages: AsyncIterable<string>): Promise<void> => writeWhole(file, pages);
      if (server !== undefined) await write(eventLines(askServer(server), after, limit));
      else await withLedger(command, async ({ ledger: { log } }) => write(exportLines(log, after, limit)));
    });
}
