import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { fromZero } from '../../read/replay.ts';
import { type FormName, formats, formNames } from '../../report/formats.ts';
import { papers } from '../../report/pdfData.ts';
import { bodyOf, type Parameters } from '../answers.ts';
import { type Ask, askLocal } from '../ask.ts';
import { progress } from '../text/progress.ts';
import { print, tell } from '../text/terminal.ts';
import { writeWhole } from '../wholeFile.ts';
import { serverAsked, withAsk } from './asking.ts';
import { type CutOptions, example, filtering, filtersOf, reading, wholeNumber } from './options.ts';
import { unlessInterrupted } from './withLedger.ts';

type ReportOptions = CutOptions & {
  readonly form?: FormName;
  readonly output: string;
  readonly table?: string;
  readonly mark?: boolean;
  readonly paper?: string;
  readonly since?: number;
  readonly replay?: boolean;
  readonly verify?: string;
};

/** The report asked for: its address, form and parameters. */
type Asked = { readonly path: string; readonly form: FormName; readonly parameters: Parameters };

/** Adds `ledger report`. */
export function addReport(ledger: Command): void {
  filtering(
    reading(
      ledger
        .command('report')
        .argument(
          '[name]',
          'of a view, such as alliance-costs (default: all), or the address of another answer: /parties/KR, /due, /changes?from=60',
        ),
    ),
  )
    .description(
      'a report of a view, or of another answer, at a cut, in a form that can be printed or computed with; the same cut gives the same bytes',
    )
    .addOption(new Option('--form <form>', 'which form (default: md)').choices(formNames))
    .addOption(new Option('-o, --output <file>', 'where to; - for standard output').default('-'))
    .addOption(
      new Option(
        '--table <name>',
        'of csv: which table (default: the first); about says of which cut it is, codebook which there are',
      ),
    )
    .addOption(new Option('--paper <size>', 'of pdf: the size of its pages (default: a4)').choices(papers))
    .option('--mark', 'of csv: begin with the byte order mark of UTF-8')
    .addOption(new Option('--since <n>', 'tell also what changed since the first n events').argParser(wholeNumber))
    .option('--replay', 'fold the log from zero for it, and say whether that gives the same bytes as the read model')
    .option('--verify <file>', 'whether a file is what this ledger gives for the cut that the file names: 0 it is, 1 it is not')
    .addHelpText('after', example('ledger report alliance-costs --form csv --as-of 2025-09-30 -o costs.csv'))
    .action(async (name: string | undefined, _, command: Command) => {
      const { output, table, mark, paper, since, asOf, knownAt, size, form, replay, verify }: ReportOptions =
        command.optsWithGlobals();
      const options: Parameters = { ...filtersOf(command), asOf, knownAt, size, table, mark, paper, since };
      // What is not given must not take the place of what an address says.
      const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
      if (verify !== undefined) return withAsk(command, async (ask) => verifyFile(ask, verify, { name, form, given }));
      const asked = askedFor(name ?? 'all', form ?? 'md', given);
      if (replay) return replayed(command, asked, output);
      await withAsk(command, async (ask) => {
        const digest = createHash('sha256');
        await writeWhole(output, through(digest, bytesOf(ask, asked)));
        if (output !== '-') tell(`Report-Digest: sha256:${digest.digest('hex')} ${output}`);
      });
    });
}

/** A name that begins with `/` is the address of an answer, with parameters of its own; options that are given come before these. */
function askedFor(name: string, form: FormName, parameters: Parameters): Asked {
  if (name.startsWith('/')) {
    const { pathname, searchParams } = new URL(name, 'http://ledger');
    return { path: pathname, form, parameters: { ...Object.fromEntries(searchParams), ...parameters, format: form } };
  }
  return { path: `/reports/${encodeURIComponent(name)}.${form}`, form, parameters };
}

function bytesOf(ask: Ask, { path, form, parameters }: Asked): AsyncGenerator<Uint8Array> {
  return bodyOf(ask, formats[form].type, path, parameters);
}

async function* through(
  digest: { update: (piece: Uint8Array) => unknown },
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    digest.update(piece);
    yield piece;
  }
}

/** Makes the report from the read model and from the log folded from zero, and writes it where both give the same bytes. */
async function replayed(command: Command, asked: Asked, output: string): Promise<void> {
  if (serverAsked(command)) throw new Error('expected --replay on the folder that holds the log, found --server');
  await unlessInterrupted(command, async (opened) => {
    const found = await buffer(bytesOf(askLocal(opened), asked));
    const onFolded = progress('events folded');
    const expected = await fromZero(
      opened.reader,
      async (reader) => buffer(bytesOf(askLocal({ ...opened, reader }), asked)),
      onFolded,
    );
    onFolded.end();
    if (!found.equals(expected)) {
      tell('The read model gives another report than the log folded from zero: nothing is written; ledger rebuild mends it.');
      process.exitCode = 1;
      return;
    }
    await writeWhole(output, pieceOf(expected));
    tell('The log folded from zero gives the same bytes.');
    if (output !== '-') tell(`Report-Digest: sha256:${createHash('sha256').update(expected).digest('hex')} ${output}`);
  });
}

async function* pieceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Makes the report that a file says it is, or that the options name, and compares the two. */
async function verifyFile(
  ask: Ask,
  file: string,
  { name, form, given }: { name: string | undefined; form: FormName | undefined; given: Parameters },
): Promise<void> {
  const bytes = readFileSync(file);
  const ending = formNames.find((one) => file.endsWith(`.${one}`));
  const said = saidIn(bytes.toString('latin1'));
  const wanted = form ?? ending;
  const view = name ?? said.name;
  const cut = given['asOf'] === undefined && given['size'] === undefined && given['knownAt'] === undefined ? said.cut : {};
  if (wanted === undefined) throw new Error(`expected --form, or a file that ends with one of .${formNames.join(', .')}`);
  if (view === undefined)
    throw new Error('expected the name of a view, or the address of an answer, since the file does not say which it is of');
  if (Object.values(cut).includes(undefined)) throw new Error('expected --as-of and --size, since the file names no cut');
  const asked = askedFor(view, wanted, { ...said.filters, ...given, ...cut, table: given['table'] ?? said.table });
  const expected = await buffer(bytesOf(ask, asked));
  const isSame = expected.equals(bytes);
  await print(
    isSame
      ? `${file} is what this ledger gives for it, byte for byte.\n`
      : `${file} is not what this ledger gives: expected ${expected.length} bytes with sha256 ${createHash('sha256').update(expected).digest('hex')}, found ${bytes.length} others.\n`,
  );
  if (!isSame) process.exitCode = 1;
}

type Said = {
  readonly name?: string | undefined;
  readonly filters: Parameters;
  readonly cut: Parameters;
  /** Of a CSV that names its report: no other table of it does. */
  readonly table?: string | undefined;
};

/** The address of a report, or of another answer, that the file's text names; where it names none, only the cut. */
function saidIn(text: string): Said {
  const [, view, path, query = ''] =
    /(?:\/reports\/([a-z0-9-]+)|(\/(?:commitments|parties|due|documents|changes)\b[\w/:-]*))\?([\w=&;%.,:+-]+)/.exec(text) ??
    [];
  const name = view ?? path;
  const table = text.startsWith('fact,is\r\n') ? 'about' : undefined;
  const [, asOf, size] = /asOf=(\d{4}-\d\d-\d\d)&(?:amp;)?size=(\d+)/.exec(text) ?? [];
  // Changes are between two cuts, which their parameters name.
  if (name === '/changes')
    return { name, filters: Object.fromEntries(new URLSearchParams(query.replaceAll('&amp;', '&'))), cut: {}, table };
  const { asOf: _asOf, size: _size, ...filters } = Object.fromEntries(new URLSearchParams(query.replaceAll('&amp;', '&')));
  return { name, filters, cut: { asOf, size }, table };
}
