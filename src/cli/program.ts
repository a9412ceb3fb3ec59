import { createRequire } from 'node:module';
import type { z } from 'zod';
import { Command, InvalidArgumentError, Option } from 'commander';
import { rejectionReasons } from '../../domain/rejection.ts';
import { warningKinds } from '../../domain/warnings.ts';
import { stages } from '../../domain/types.ts';
import { eventTypes } from '../../domain/announcement.ts';
import { changes } from '../../projections/changes.ts';
import { type FigureAnswer, figureAnswer } from '../../projections/figure.ts';
import { history } from '../../projections/history.ts';
import { commitmentRecord } from '../../projections/record.ts';
import { type View, type ViewAnswer, viewNamed, views } from '../../projections/views/views.ts';
import { viewList } from '../http/views/views.ts';
import { allCommitments, answerOf, eventLines, type Parameters } from './answers.ts';
import { type Ask, askLocal, askServer } from './ask.ts';
import { recordByHand, type RecordOptions } from './record.ts';
import { chain, input, inputName, replayable, sourceOf } from './inputs.ts';
import { demo } from './demo.ts';
import { jsonOption, readFlags } from './flags.ts';
import { hasLedger, openLedger, type OpenedLedger } from '../compose.ts';
import { serve } from './serve.ts';
import { untilInterrupted } from './interruption.ts';
import { settleCut } from '../read/queries.ts';
import { rebuild, replay, type ReplayResult } from '../read/replay.ts';
import { watch, watchServer } from './watch.ts';
import { printHistory } from './text/history.ts';
import { printChanges, printFigureForEver, printList, printRecord, printView, printViews } from './text/print.ts';
import { check, checkReadModel } from '../read/check.ts';
import { parseRoot } from '../proof/tree.ts';
import { exportLines, importLines, type RefusedLine, restoreLines } from '../exchange/transfer.ts';
import { print, printJson, tell } from './text/terminal.ts';
import { oneLine, visible } from './text/visible.ts';
import { writeWhole } from './wholeFile.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** The command `ledger`. Every option is also an environment variable; `-` is standard input or output. */
export function program(): Command {
  const ledger = new Command('ledger')
    .description(
      'The ledger of diplomatic commitments: what was asked, pledged, disputed and fulfilled, in which words, by whom.',
    )
    .version(version, '--version', 'the version of this program')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void process.stdout.write(visible(text)),
      writeErr: (text) => void process.stderr.write(visible(text)),
    })
    .showHelpAfterError('(add --help for what is expected)')
    .addOption(new Option('--data <dir>', 'the folder that holds the ledger').default('.ledger').env('LEDGER_DATA'))
    .addOption(
      new Option('--store <address>', 'the server that holds the ledger, esdb://host:port; by default the folder does').env(
        'LEDGER_STORE',
      ),
    )
    .addOption(
      new Option('--offline', 'read, check or export what the folder keeps of a server’s ledger, without the server').env(
        'LEDGER_OFFLINE',
      ),
    );

  ledger
    .command('serve')
    .description('answer over HTTP until interrupted')
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1').env('LEDGER_HOST'))
    .addOption(new Option('--port <number>', 'port to listen on').argParser(wholeNumber).default(4680).env('LEDGER_PORT'))
    .addOption(new Option('--open', 'listen beyond this machine: whoever reaches it may record').env('LEDGER_OPEN'))
    .addOption(
      new Option(
        '--public-url <address>',
        'where others reach the service, https://ledger.example: makes its links, and its host is taken',
      ).env('LEDGER_PUBLIC_URL'),
    )
    .addOption(
      new Option(
        '--trusted-proxy <addresses>',
        'proxies whose X-Forwarded-Host and -Proto are believed, 10.0.0.7 or 10.0.0.0/24, separated by commas',
      ).env('LEDGER_TRUSTED_PROXY'),
    )
    .addOption(
      new Option('--keep-alive <seconds>', 'how long a connection waits for a next request; longer than a proxy in front')
        .argParser(seconds)
        .default(75)
        .env('LEDGER_KEEP_ALIVE'),
    )
    .addOption(nameOption())
    .addOption(recorderOption())
    .addHelpText('after', example('ledger serve --port 8080'))
    .action(async (_, command: Command) => serve(command.optsWithGlobals()));

  ledger
    .command('demo')
    .description('show the August 2025 summits in a fresh ledger of its own, then serve it')
    .addOption(new Option('--port <number>', 'port to listen on').argParser(wholeNumber).default(4680).env('LEDGER_PORT'))
    .option('--no-serve', 'print and end')
    .addHelpText('after', example('ledger demo --no-serve'))
    .action(async (options: { port: number; serve: boolean }) => demo({ ...options, width: width() }));

  ledger
    .command('import')
    .argument('<files...>', 'NDJSON files, one event a line; - for standard input')
    .description('record each line anew, through the same rules as the API; what is refused is told and the rest goes on')
    .addOption(nameOption())
    .addOption(recorderOption())
    .addHelpText('after', example('ledger import src/data/summit-2025-08.ndjson'))
    .action(async (files: string[], _, command: Command) =>
      withLedger(command, async ({ ledger: target }) => {
        const onProgress = progress('lines read');
        const result = { recorded: 0, skipped: 0, refused: 0 };
        for (const file of files) {
          const onRefused = (line: RefusedLine): void => tellRefused(line, inputName(file));
          const { recorded, skipped, refused } = await importLines(target, input(file), { onRefused, onProgress });
          if (recorded + skipped + refused === 0) tell(`${inputName(file)} holds no event`);
          result.recorded += recorded;
          result.skipped += skipped;
          result.refused += refused;
        }
        onProgress.end();
        tell(`${result.recorded} recorded, ${result.skipped} already there, ${result.refused} refused`);
        if (result.refused > 0) process.exitCode = 1;
      }),
    );

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

  ledger
    .command('restore')
    .argument('<files...>', 'NDJSON files, one after the other; - for standard input')
    .description(
      'rebuild a ledger with ids, order, times and recorders: into an empty one, or going on where it was interrupted',
    )
    .option('--as-recorded', 'also lines that break a rule or lie ahead of the clock, which are listed at the end')
    .addHelpText('after', example('ledger restore ledger.ndjson --data copy'))
    .action(async (files: string[], { asRecorded }: { asRecorded?: boolean }, command: Command) => {
      const { bytes, placeOf } = chain(files);
      const replay = replayable(bytes);
      const name = await sourceOf(replay.peek());
      const tellLine = ({ number, rejection }: RefusedLine, what: string): void => {
        const place = placeOf(number);
        tellRefused({ number: place.number, rejection }, place.file, what);
      };
      await withLedger(
        command,
        async ({ ledger: { log, clock } }) => {
          const onProgress = progress('lines restored');
          const result = await restoreLines(log, replay.all(), { clock, onProgress, asRecorded });
          onProgress.end();
          if ('number' in result) {
            tellLine(result, 'refused');
            process.exitCode = 1;
            const { number } = placeOf(result.number);
            tell(`stopped: ${await log.size()} events are in the ledger; what stood before line ${number} is kept`);
            if (result.isSound) tell('with --as-recorded a restore takes such lines as they are, and lists them');
            return;
          }
          for (const line of result.broken ?? []) tellLine(line, 'taken as recorded');
          if (result.restored + result.present === 0) tell('the file holds no event: nothing to restore');
          else tell(`${result.restored} restored, ${result.present} were there already`);
          const broken = result.broken?.length ?? 0;
          if (broken > 0) tell(`${broken} of them break a rule or lie ahead of the clock`);
        },
        name,
      );
    });

  reading(ledger.command('list'))
    .description('the commitments, in order of opening')
    .option('--topic <path>', 'by whole segments, such as alliance or trade/tariff')
    .option('--party <party>', 'obligor or beneficiary, such as KR')
    .addOption(new Option('--stage <stage>', 'where it stands').choices(stages))
    .option('--contested', 'with an open dispute')
    .option('--no-contested', 'without one')
    .addOption(new Option('--warning <kind>', 'with this warning').choices(warningKinds))
    .option('--q <words>', 'with all of these words in its title, parties, terms or summaries')
    .addHelpText('after', example('ledger list --party US --contested'))
    .action(async (_, command: Command) => {
      const { topic, party, stage, contested, warning, q }: Parameters = command.opts();
      const filter = { topic, party, stage, contested, warning, q };
      await asking(command, async (ask, cut) => allCommitments(ask, { ...filter, ...cut }), printList);
    });

  reading(ledger.command('show').argument('<id>', 'the commitment'))
    .description('one commitment: its stage, what is contested, the terms that stand')
    .addHelpText('after', example('ledger show 01K38TCSG0D83FFH9B8VC8WDMT --as-of 2025-09-30'))
    .action(async (id: string, _, command: Command) =>
      asking(command, async (ask, cut) => answerOf(ask, commitmentRecord, `/commitments/${id}`, cut), printRecord),
    );

  reading(ledger.command('history').argument('<id>', 'the commitment'))
    .description('every event of a commitment: who said what when, who recorded it when, what corrected it')
    .addHelpText('after', example('ledger history 01K38TCSG0ZY4D2YHKXQRQD64H'))
    .action(async (id: string, _, command: Command) =>
      asking(command, async (ask, cut) => answerOf(ask, history, `/commitments/${id}/history`, cut), printHistory),
    );

  reading(ledger.command('view').argument('[name]', views.map(({ name }) => name).join(', ')))
    .description('a view of all commitments of a topic, with totals; without a name, the views there are')
    .addHelpText('after', example('ledger view trade-terms --known-at 2025-08-22'))
    .action(async (name: string | undefined, _, command: Command) => {
      if (name === undefined) return asking(command, async (ask, cut) => answerOf(ask, viewList, '/views', cut), printViews);
      const view = viewOf(name);
      await asking(
        command,
        async (ask, cut) => answerOf<ViewAnswer>(ask, view.schema as z.ZodType<ViewAnswer>, `/views/${view.name}`, cut),
        printView,
      );
    });

  ledger
    .command('changes')
    .description('what changed between two cuts: new events, each field before and after, totals that moved')
    .option('--from <cut>', 'the earlier cut: a size, an instant or a day', '0')
    .option('--to <cut>', 'the later cut (default: now)')
    .addOption(new Option('--as-of <day>', "one day for both (default: each cut's own)").env('LEDGER_AS_OF'))
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', example('ledger changes --from 2025-08-22 --to 2025-09-30'))
    .action(async (options: { from: string; to?: string; asOf?: string; json?: boolean }, command: Command) =>
      withAsk(command, async (ask) => {
        const { from, to, asOf, json } = options;
        const answer = await answerOf(ask, changes, '/changes', { from, to, asOf });
        await (json ? printJson(toJson(answer)) : print(printChanges(answer, width())));
      }),
    );

  reading(ledger.command('figure').argument('<announcement>', 'its id').argument('<key>', 'the key of the term'))
    .description('one figure for ever: its words and sources, what became of it, and how to cite it')
    .addHelpText('after', example('ledger figure 01K38TCSG0E13T5MGP7VBN82TM total'))
    .action(async (announcement: string, key: string, _, command: Command) => {
      const path = `/figures/${announcement}/${key}`;
      const { json }: ReadingOptions = command.optsWithGlobals();
      let now: FigureAnswer | undefined;
      await asking(
        command,
        async (ask, cut) => {
          const isPast = Object.values(cut).some((one) => one !== undefined);
          if (isPast && !json) now = await answerOf(ask, figureAnswer, path);
          return answerOf(ask, figureAnswer, path, cut);
        },
        (answer, columns) => printFigureForEver(answer, columns, now),
      );
    });

  ledger
    .command('record')
    .argument('<type>', eventTypes.join(', '))
    .description('record one event through the same rules as the API; what is missing or refused is told field by field')
    .option('--commitment <id>', 'the commitment; with opened, the id of the new one')
    .option('--file <file>', 'a JSON object with the fields; - for standard input')
    .option('--set <field=value>', 'a field; a value that begins with [ or { is JSON', collected, [])
    .option('--said-by <speaker>', 'an actor, and for whom: KR, or "person:lee-jae-myung for KR"', collected, [])
    .option('--source <source>', 'a publisher and an address: "Yonhap https://…"', collected, [])
    .option('--if-match <revision>', 'only if the commitment is at this revision')
    .addOption(jsonOption())
    .addOption(serverOption())
    .addOption(recorderOption())
    .addHelpText(
      'after',
      example(
        'ledger record observed --commitment 01K38TCSG08170QPCPMJCEX2X0 --set happened=2025-10-01 --said-by "office:kr-mnd for KR" --source "Yonhap https://example.org/1"',
      ),
    )
    .action(async (type: string, options: RecordOptions, command: Command) =>
      withAsk(command, async (ask) => {
        const recorded = await recordByHand(ask, type, options);
        await (options.json ? printJson(toJson(recorded)) : print(`recorded ${recorded.id} as event ${recorded.sequence}\n`));
      }),
    );

  ledger
    .command('watch')
    .description('each event as it is recorded, one line each, until interrupted')
    .addOption(new Option('--after <n>', 'begin after this sequence (default: the newest event)').argParser(wholeNumber))
    .addOption(jsonOption('as interchange lines'))
    .addOption(serverOption())
    .addHelpText('after', example('ledger watch --after 80'))
    .action(async (options: { after?: number; json?: boolean; server?: string }, command: Command) => {
      const stop = new AbortController();
      void untilInterrupted().then(() => stop.abort());
      const { server } = options;
      if (server !== undefined) {
        return watchServer(askServer(server), { ...options, output: process.stdout, signal: stop.signal });
      }
      return withLedger(command, async ({ reader }) => {
        // Nothing else keeps the process alive while nothing is recorded.
        const alive = setInterval(() => undefined, 60_000);
        await watch(reader, { ...options, output: process.stdout, signal: stop.signal }).finally(() => clearInterval(alive));
      });
    });

  ledger
    .command('replay')
    .argument('<view>', `${views.map(({ name }) => name).join(', ')}, or all`)
    .description('fold the log from zero beside the read model in use, and tell where the two differ; changes nothing')
    .addOption(new Option('--to <size>', 'only the first events (default: all)').argParser(wholeNumber))
    .addHelpText('after', example('ledger replay all'))
    .action(async (name: string, { to }: { to?: number }, command: Command) => {
      const chosen = name === 'all' ? views : [viewOf(name)];
      await unlessInterrupted(command, async ({ reader }) => {
        const cut = await settleCut(reader, { size: to });
        if ('detail' in cut) throw new Error(cut.detail);
        const onFolded = progress('events folded');
        const onCompared = progress('commitments compared');
        const result = await replay(reader, { views: chosen, all: name === 'all', cut, onFolded, onCompared });
        for (const shown of [onFolded, onCompared]) shown.end();
        await tellDifferences(result);
        const count = result.differences.length;
        const verdict = count === 0 ? 'equal' : `${count} differences; ledger rebuild mends them`;
        await print(`${name}: ${result.commitments} commitments at size ${cut.size}: ${verdict}\n`);
        if (count > 0) process.exitCode = 1;
      });
    });

  ledger
    .command('rebuild')
    .description('replay the whole log, tell what was otherwise in the read model, and put the fresh one in its place')
    .addHelpText('after', example('ledger rebuild'))
    .action(async (_, command: Command) =>
      unlessInterrupted(command, async ({ reader }) => {
        const onCompared = progress('commitments compared');
        const result = await rebuild(reader, onCompared);
        onCompared.end();
        await tellDifferences(result);
        const count = result.differences.length;
        const mended = count === 0 ? 'it was equal before' : `${count} differences mended`;
        tell(`rebuilt from ${reader.readModel.checkpoint()} events: ${mended}`);
      }),
    );

  ledger
    .command('check')
    .description(
      'walk the whole log, parse every event, judge every rule again, compare the read model, and say what is wrong and where',
    )
    .addOption(new Option('--root <root>', 'a root that check or /ready said before: whether the log still has it'))
    .addOption(new Option('--size <n>', 'of how many events that root is (default: all)').argParser(wholeNumber))
    .addHelpText('after', example('ledger check --root 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= --size 0'))
    .action(async (asked: { root?: string; size?: number }, command: Command) => {
      const root = asked.root === undefined ? undefined : parseRoot(asked.root);
      if (asked.root !== undefined && !root)
        throw new Error(`expected a root (32 bytes in base64 or hexadecimal), found "${asked.root}"`);
      if (asked.size !== undefined && !root) throw new Error('expected --size together with --root, found no --root');
      await withLedger(command, async ({ ledger: { log, clock }, reader }) => {
        const [onProgress, onCompared] = [progress('events checked'), progress('events compared')];
        const result = await check(log, onProgress, clock, root && { root, size: asked.size });
        onProgress.end();
        const findings = [...new Set([...result.findings, ...(await checkReadModel(reader, onCompared))])];
        onCompared.end();
        for (const finding of findings) tell(finding);
        if (findings.length > 0) process.exitCode = 1;
        const { events, commitments } = result;
        const verdict = findings.length === 0 ? 'sound' : `${findings.length} findings`;
        process.stdout.write(`${events} events of ${commitments} commitments in ${log.ledger}: ${verdict}\n`);
        process.stdout.write(`root ${result.root} of ${events} events\n`);
      });
    });
  return readFlags(ledger, process.env);
}

function viewOf(name: string): View {
  const view = viewNamed(name);
  if (!view) throw new Error(`expected a view (${views.map((one) => one.name).join(', ')}), found "${name}"`);
  return view;
}

type CutOptions = { asOf?: string | undefined; knownAt?: string | undefined; size?: number | undefined };
type ReadingOptions = CutOptions & { json?: boolean };

/** Adds the cut, `--server` and `--json`, which every command that asks something has. */
function reading(command: Command): Command {
  return command
    .addOption(new Option('--as-of <day>', 'the day in the world, YYYY-MM-DD').env('LEDGER_AS_OF'))
    .addOption(
      new Option('--known-at <moment>', 'what was recorded by then: a day, or an instant with offset').env('LEDGER_KNOWN_AT'),
    )
    .addOption(new Option('--size <n>', 'what the first n events tell').argParser(wholeNumber).env('LEDGER_SIZE'))
    .addOption(serverOption())
    .addOption(jsonOption());
}

function serverOption(): Option {
  return new Option('--server <address>', 'ask a running service instead of the folder').env('LEDGER_SERVER');
}

/** Asks, and prints the answer as text or as JSON. */
async function asking<T>(
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
async function withAsk(command: Command, work: (ask: Ask) => Promise<void>): Promise<void> {
  const { server }: { server?: string } = command.optsWithGlobals();
  if (server !== undefined) await work(askServer(server));
  else await withLedger(command, async (opened) => work(askLocal(opened)));
}

/** Commands that may begin a ledger. The others are told when there is none: a folder misspelt must not look like an empty record. */
const beginning = ['import', 'restore', 'record'];

type LedgerOptions = {
  readonly data: string;
  readonly store?: string;
  readonly offline?: boolean;
  readonly ledger?: string;
  readonly recordedBy?: string;
};

async function withLedger(command: Command, work: (opened: OpenedLedger) => Promise<void>, name?: string): Promise<void> {
  const options: LedgerOptions = command.optsWithGlobals();
  if (options.store === undefined && !options.offline && !beginning.includes(command.name()) && !hasLedger(options.data)) {
    throw new Error(
      `expected a ledger in the folder ${options.data}, found none (import, restore, record and serve begin one)`,
    );
  }
  const onProgress = progress('events folded');
  const onFetched = progress('bytes of the server’s log read');
  const filling = `The server’s ledger is being read into ${options.data}: nothing is answered before all of it is there.`;
  const toldFilling = later(1000, () => (process.stderr.isTTY ? undefined : tell(filling)));
  const opened = await openLedger({
    ...options,
    ledger: name ?? options.ledger,
    onProgress,
    onFetched: (done, of) => {
      toldFilling();
      onFetched(done, of);
    },
  });
  try {
    onFetched.end();
    const { behindMs } = await opened.ledger.log.condition();
    if (options.offline) tell('The server is not asked: this is what was known here when it was last seen.');
    else if (behindMs !== 0) tell('The server is out of reach: this is what was known here when it was last seen.');
    await work(opened);
  } finally {
    await opened.close();
    onProgress.end();
  }
}

/** Does something once, when it is called again after so many milliseconds. */
function later(ms: number, work: () => void): () => void {
  let begun: number | undefined;
  let done = false;
  return () => {
    begun ??= Date.now();
    if (done || Date.now() < begun + ms) return;
    done = true;
    work();
  };
}

/** Work that leaves everything as it was until its end: interrupted, it says so and ends as shells expect it, by 130. */
async function unlessInterrupted(command: Command, work: (opened: OpenedLedger) => Promise<void>): Promise<void> {
  const onInterrupt = (): void => {
    tell('\ninterrupted: nothing was changed');
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  await withLedger(command, async (opened) => {
    await work(opened);
    process.off('SIGINT', onInterrupt);
  });
}

async function tellDifferences({ differences }: ReplayResult): Promise<void> {
  for (const { of, pointer, detail } of differences) {
    await print(`${oneLine(`${of} differs${pointer && ` at ${pointer}`}${detail === undefined ? '' : `: ${detail}`}`)}\n`);
  }
}

function nameOption(): Option {
  return new Option('--ledger <name>', "the ledger's name, for a new one").env('LEDGER_NAME');
}

function recorderOption(): Option {
  return new Option('--recorded-by <name>', 'who records (default: anonymous)').env('LEDGER_RECORDED_BY');
}

function collected(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function example(line: string): string {
  return `\nExample:\n  $ ${line}\n`;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}

function seconds(text: string): number {
  const number = wholeNumber(text);
  if (number < 1 || number > 3600) throw new InvalidArgumentError('expected 1 to 3600 seconds.');
  return number;
}

/** What was refused, with its line and file: `line 2 refused (invalid) in ledger.ndjson: …`. */
function tellRefused({ number, rejection }: RefusedLine, file: string, what = 'refused'): void {
  const problems = rejection.problems.map(({ pointer, detail }) => `${pointer ? `${pointer}: ` : ''}${detail}`);
  tell(
    `line ${number} ${what} (${rejection.reason}) in ${file}: ${rejectionReasons[rejection.reason]}. ${oneLine(problems.join('; '))}`,
  );
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function width(): number {
  return Math.max(60, Math.min(process.stdout.columns ?? 100, 140));
}

/** Counts up on a terminal's standard error, once something has taken longer than a second. */
function progress(what: string): ((done: number, of?: number) => void) & { end: () => void } {
  const started = Date.now();
  let shown = 0;
  const show = (done: number, of?: number): void => {
    if (!process.stderr.isTTY || Date.now() - Math.max(started + 800, shown) < 200) return;
    shown = Date.now();
    const rate = done / ((shown - started) / 1000);
    const left = of === undefined || done === 0 ? '' : `, ${Math.ceil((of - done) / rate)} s left`;
    process.stderr.write(`\r${done}${of === undefined ? '' : ` of ${of}`} ${what}, ${Math.round(rate)} a second${left}\x1b[K`);
  };
  return Object.assign(show, {
    end: () => {
      if (shown > 0) process.stderr.write('\r\x1b[K');
      shown = 0;
    },
  });
}
