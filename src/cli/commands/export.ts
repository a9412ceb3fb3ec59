import { statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { eventLines } from '../answers.ts';
import { exportLines } from '../../exchange/transfer.ts';
import { type Ask, askLocal } from '../ask.ts';
import { writeWhole } from '../wholeFile.ts';
import { writeCheckpointBeside } from './checkpointBeside.ts';
import { serverOption, keyOption, example, wholeNumber, signingKeyOption } from './options.ts';
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
    .addOption(signingKeyOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger export ledger.ndjson'))
    .action(async (file: string, options: { after?: number; limit?: number }, command: Command) => {
      const { after = 0, limit = Infinity } = options;
      const server = serverAsked(command);
      const write = async (pages: AsyncIterable<string>, ask: Ask): Promise<void> => {
        const count = { lines: 0 };
        await writeWhole(file, counted(pages, count));
        const isWhole = after === 0 && limit === Infinity && file !== '-' && statSync(file).isFile();
        if (isWhole) await writeCheckpointBeside(file, count.lines, ask);
      };
      if (server) await write(eventLines(server, after, limit), server);
      else await withLedger(command, async (opened) => write(exportLines(opened.ledger.log, after, limit), askLocal(opened)));
    });
}

async function* counted(pages: AsyncIterable<string>, count: { lines: number }): AsyncGenerator<string> {
  for await (const page of pages) {
    count.lines += page.split('\n').length - 1;
    yield page;
  }
}
