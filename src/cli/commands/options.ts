import { type Command, InvalidArgumentError, Option } from 'commander';
import { stages } from '../../../domain/types.ts';
import { warningKinds } from '../../../projections/derived/warnings.ts';
import { endReasons } from '../../../projections/filter.ts';
import { type FilterName, filterNames } from '../../http/filters.ts';
import { type Order, orders, type SortColumns, sortsOf } from '../../../projections/sorting.ts';
import { jsonOption } from '../flags.ts';

/** Options that several commands have. */

export type CutOptions = { asOf?: string | undefined; knownAt?: string | undefined; size?: number | undefined };
export type ReadingOptions = CutOptions & { json?: boolean };

/** Adds the cut, `--server` and `--json`, which every command that asks has. */
export function reading(command: Command): Command {
  return command
    .addOption(new Option('--as-of <day>', 'the day in the world, YYYY-MM-DD').env('LEDGER_AS_OF'))
    .addOption(
      new Option('--known-at <moment>', 'what was recorded by then: a day, or an instant with offset').env('LEDGER_KNOWN_AT'),
    )
    .addOption(new Option('--size <n>', 'the ledger as of its first n events').argParser(wholeNumber).env('LEDGER_SIZE'))
    .addOption(serverOption())
    .addOption(keyOption())
    .addOption(jsonOption());
}

/** Adds the filters of lists and views, `--from` and `--to` too unless these are days; several values are separated by commas. */
export function filtering(command: Command, { hasSides = true }: { hasSides?: boolean } = {}): Command {
  if (hasSides)
    command.option('--from <parties>', 'who is or was an obligor').option('--to <parties>', 'who is or was a beneficiary');
  return command
    .option('--topic <paths>', 'by whole segments, such as alliance or trade/tariff')
    .option('--party <parties>', 'who is or was an obligor or beneficiary, such as KR')
    .option('--actor <actors>', 'who spoke, was spoken for, or gives a reading, such as person:lutnick')
    .option('--stage <stages>', `where it stands: ${stages.join(', ')}`)
    .option('--contested', 'with an open dispute')
    .option('--no-contested', 'without one')
    .option('--suspended', 'set aside, all of it or some')
    .option('--no-suspended', 'not set aside')
    .option('--performance <extents>', 'what of it is performed: none, partial, full')
    .option('--binding <kinds>', 'whether the newest instrument that binds is binding: yes, no, disputed')
    .option('--reason <reasons>', `why it ended: ${endReasons.join(', ')}`)
    .option('--warning <kinds>', `with a warning: ${warningKinds.join(', ')}`)
    .option('--document <slugs>', 'the document that an instrument of its announcements shares')
    .option('--due-before <day>', 'something is due before this day and not performed by then')
    .option('--q <words>', 'with all of these words, the last one as a beginning, or with a phrase in quotation marks');
}

/** Adds `--sort`, by one of these columns or in one of these orders. */
export function sorting(
  command: Command,
  columns: SortColumns<never>,
  { orders = [] }: { orders?: readonly string[] } = {},
): Command {
  return command.addOption(
    new Option('--sort <column>', 'by which column; - before it: from the highest (--sort=-title)').choices([
      ...sortsOf(columns),
      ...orders,
    ]),
  );
}

/** The order to ask the service for. A `--sort` that is no order names a column; the answer is then sorted here. */
export function orderIn(sort: string | undefined): { sort?: Order } {
  const order = orders.find((one) => one === sort);
  return order === undefined ? {} : { sort: order };
}

/** The filters that a command was given, as parameters of an address. */
export function filtersOf(command: Command): Partial<Record<FilterName, string | boolean>> {
  const options: Partial<Record<FilterName, string | boolean>> = command.opts();
  return Object.fromEntries(filterNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

export function serverOption(): Option {
  return new Option('--server <address>', 'ask a running service instead of the folder').env('LEDGER_SERVER');
}

/** The key is in a file, not an argument: everyone on a machine can read the arguments of its processes. */
export function keyOption(): Option {
  return new Option('--key-file <file>', 'holds the key for the service of --server').env('LEDGER_KEY_FILE');
}

export function nameOption(): Option {
  return new Option('--ledger <name>', "the ledger's name, for a new one").env('LEDGER_NAME');
}

export function recorderOption(): Option {
  return new Option('--recorded-by <name>', 'who records (default: anonymous)').env('LEDGER_RECORDED_BY');
}

export function signingKeyOption(): Option {
  return new Option('--key <file>', 'the private key that signs checkpoints (default: made in the folder on first use)').env(
    'LEDGER_KEY',
  );
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
