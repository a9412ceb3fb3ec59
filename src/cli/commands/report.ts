import { createHash } from 'node:crypto';
import { type Command, Option } from 'commander';
import { type FormName, formats, formNames } from '../../report/formats.ts';
import { tableNames } from '../../report/reportTables.ts';
import { bodyOf, type Parameters } from '../answers.ts';
import { tell } from '../text/terminal.ts';
import { writeWhole } from '../wholeFile.ts';
import { withAsk } from './asking.ts';
import { type CutOptions, example, filtering, filtersOf, reading, wholeNumber } from './options.ts';

type ReportOptions = CutOptions & {
  readonly form: FormName;
  readonly output: string;
  readonly table?: string;
  readonly mark?: boolean;
  readonly since?: number;
};

/** Adds `ledger report`. */
export function addReport(ledger: Command): void {
  filtering(reading(ledger.command('report').argument('[name]', 'of a view, such as alliance-costs', 'all')))
    .description(
      'a report of a view at a cut, in a form that can be printed or computed with; the same cut gives the same bytes',
    )
    .addOption(new Option('--form <form>', 'which form').choices(formNames).default('md'))
    .addOption(new Option('-o, --output <file>', 'where to; - for standard output').default('-'))
    .addOption(new Option('--table <name>', 'of csv: which table (default: figures)').choices(tableNames))
    .option('--mark', 'of csv: begin with the byte order mark of UTF-8')
    .addOption(new Option('--since <n>', 'tell also what changed since the first n events').argParser(wholeNumber))
    .addHelpText('after', example('ledger report alliance-costs --form csv --as-of 2025-09-30 -o costs.csv'))
    .action(async (name: string, _, command: Command) => {
      const { form, output, table, mark, since, asOf, knownAt, size }: ReportOptions = command.optsWithGlobals();
      const parameters: Parameters = { ...filtersOf(command), asOf, knownAt, size, table, mark, since };
      await withAsk(command, async (ask) => {
        const pieces = bodyOf(ask, formats[form].type, `/reports/${encodeURIComponent(name)}.${form}`, parameters);
        const digest = { text: '' };
        await writeWhole(output, digested(pieces, digest));
        if (output !== '-') tell(`Report-Digest: sha256:${digest.text} ${output}`);
      });
    });
}

/** Passes pieces on and leaves the SHA-256 of all of them, in hexadecimal digits. */
async function* digested(pieces: AsyncIterable<Uint8Array>, digest: { text: string }): AsyncGenerator<Uint8Array> {
  const sum = createHash('sha256');
  for await (const piece of pieces) {
    sum.update(piece);
    yield piece;
  }
  digest.text = sum.digest('hex');
}
