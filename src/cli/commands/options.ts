import { type Command, InvalidArgumentError, Option } from 'commander';
import { jsonOption } from '../flags.ts';

/** Options that several commands have. */

export type CutOptions = { asOf?: string | undefined; knownAt?: string | undefined; size?: number | undefined };
export type ReadingOptions = CutOptions & { json?: boolean };

/** Adds the cut, `--server` and `--json`, which every command that asks something has. */
export function reading(command: Command): Command {
  return command
    .addOption(new Option('--as-of <day>', 'the day in the world, YYYY-MM-DD').env('LEDGER_AS_OF'))
    .addOption(
      new Option('--known-at <moment>', 'what was recorded by then: a day, or an instant with offset').env('LEDGER_KNOWN_AT'),
    )
    .addOption(new Option('--size <n>', 'the ledger as of its first n events').argParser(wholeNumber).env('LEDGER_SIZE'))
    .addOption(serverOption())
    .addOption(jsonOption());
}

export function serverOption(): Option {
  return new Option('--server <address>', 'ask a running service instead of the folder').env('LEDGER_SERVER');
}

export function nameOption(): Option {
  return new Option('--ledger <name>', "the ledger's name, for a new one").env('LEDGER_NAME');
}

export function recorderOption(): Option {
  return new Option('--recorded-by <name>', 'who records (default: anonymous)').env('LEDGER_RECORDED_BY');
}

export function collected(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

export function example(line: string): string {
  return `\nExample:\n  $ ${line}\n`;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}

export function seconds(text: string): number {
  const number = wholeNumber(text);
  if (number < 1 || number > 3600) throw new InvalidArgumentError('expected 1 to 3600 seconds.');
  return number;
}
