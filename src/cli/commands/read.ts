import { buffer } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import type { z } from 'zod';
import { textRead } from '../../http/fromText/texts.ts';
import { read } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { jsonOption } from '../flags.ts';
import { input } from '../inputs.ts';
import { print, printJson, toJson, width } from '../text/terminal.ts';
import { printTextRead } from '../text/printTextRead.ts';
import { inPieces, writeWhole } from '../wholeFile.ts';
import { withAsk } from './asking.ts';
import { example, keyOption, serverOption } from './options.ts';

type Options = {
  readonly publisher: string;
  readonly published?: string;
  readonly url?: string;
  readonly output?: string;
  readonly json?: boolean;
};
type TextRead = z.output<typeof textRead>;

async function readFile(ask: Ask, file: string, { publisher, published, url }: Options): Promise<TextRead> {
  const query = new URLSearchParams({
    publisher,
    ...(published !== undefined && { published }),
    ...(url !== undefined && { url }),
  });
  const response = await ask(`/texts?${query.toString()}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain; charset=utf-8', Accept: 'application/json' },
    body: await buffer(input(file)),
  });
  return read(response, textRead);
}

/** The document of all drafts that lack nothing, for `ledger record --document`. */
function documentOf({ drafts }: TextRead): string {
  const items = drafts.filter(({ missing }) => missing === undefined).map(({ item }) => item);
  return `${JSON.stringify({ items }, null, 2)}\n`;
}

/** Adds `ledger read`. */
export function addRead(ledger: Command): void {
  ledger
    .command('read')
    .argument('<file>', 'a statement or an article as text; - for standard input')
    .description('draft what a text announces, sentence by sentence; nothing is recorded')
    .requiredOption('--publisher <name>', 'who published it')
    .option('--published <date>', 'when; today when it is not given')
    .option('--url <address>', 'where')
    .addOption(new Option('-o, --output <file>', 'write the drafts that lack nothing as a document for record --document'))
    .addOption(serverOption())
    .addOption(keyOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      example('ledger read statement.txt --publisher "The White House" --published 2025-08-22 -o document.json'),
    )
    .action(async (file: string, options: Options, command: Command) =>
      withAsk(command, async (ask) => {
        const found = await readFile(ask, file, options);
        if (options.output !== undefined) await writeWhole(options.output, inPieces(documentOf(found)));
        else await (options.json ? printJson(toJson(found)) : print(printTextRead(found, width())));
      }),
    );
}
