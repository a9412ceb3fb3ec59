import type { Command } from 'commander';
import { keyIn } from '../inputs.ts';
import { type Ask, askLocal, askServer } from '../ask.ts';
import { print, printJson, toJson, width } from '../text/terminal.ts';
import type { CutOptions, ReadingOptions } from './options.ts';
import { withLedger } from './withLedger.ts';

/** Asks, and prints the answer as text or as JSON. */
export async function asking<T>(
  command: Command,
  question: (ask: Ask, cut: CutOptions) => Promise<T>,
  inWords: (answer: T, width: number) => string,
): Promise<void> {
  const { json, asOf, knownAt, size }: ReadingOptions = command.optsWithGlobals();
  await withAsk(command, async (ask) => {
    const answer = await question(ask, { asOf, knownAt, size });
    await (json ? printJson(toJson(answer)) : print(inWords(answer, width())));
  });
}

/** Works with the service of `--server`, or with the ledger of the folder. */
export async function withAsk(command: Command, work: (ask: Ask) => Promise<void>): Promise<void> {
  const server = serverAsked(command);
  if (server) await work(server);
  else await withLedger(command, async (opened) => work(askLocal(opened)));
}

/** The service of `--server`, asked with the key of `--key-file`; undefined where the folder is asked. */
export function serverAsked(command: Command): Ask | undefined {
  const { server, keyFile }: { server?: string; keyFile?: string } = command.optsWithGlobals();
  if (server === undefined) return undefined;
  return askServer(server, keyFile === undefined ? undefined : keyIn(keyFile));
}
