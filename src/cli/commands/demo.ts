import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDay, parseTime } from '../../../domain/dates.ts';
import type { Cut } from '../../../projections/cut.ts';
import { tradeTerms } from '../../../projections/views/tradeTerms.ts';
import { views } from '../../../projections/views/views.ts';
import { openLedger, type OpenedLedger } from '../../compose.ts';
import { headingOf } from '../../http/views/ownPages.ts';
import { printRecord, printTariff } from '../text/print.ts';
import { joined } from '../text/rows.ts';
import { commitmentAt, type CutRequest, settleCut } from '../../read/queries.ts';
import { viewAt } from '../../read/viewAt.ts';
import { summitFiles } from '../sample.ts';
import { laidOut } from '../text/visible.ts';
import { untilInterrupted } from '../interruption.ts';
import { listenTo } from './serve.ts';
import { restoreLines } from '../../exchange/transfer.ts';
import type { Listening } from '../../http/listen.ts';
import { type Command, Option } from 'commander';
import { example, wholeNumber } from './options.ts';
import { width } from '../text/terminal.ts';

export type DemoOptions = { readonly port: number; readonly serve: boolean; readonly width: number };

const visas = '01K38TCSG0ZY4D2YHKXQRQD64H';
const package_ = '01K38TCSG0D83FFH9B8VC8WDMT';
const tariff = '01K38TCSG0RTTZXWXGWSDP84TE';

/** Restores the real input into a fresh ledger of its own, serves it, prints where and what it answers, and goes on until interrupted. */
export async function demo({ port, serve, width }: DemoOptions): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'ledger-demo-'));
  const opened = await openLedger({ data, ledger: '/ledgers/korea-2025' });
  try {
    const restored = await restoreLines(opened.ledger.log, demoBytes(), { clock: Date.now });
    if ('number' in restored)
      throw new Error(`line ${restored.number} of the demo's own data was refused: ${restored.rejection.reason}`);
    const listening = serve ? await listenNear(opened, port) : undefined;
    if (listening) print(`${listening.url}   (open it in a browser; Ctrl-C ends the demo and removes its ledger)`);
    print(await story(opened, restored.restored, width));
    if (!listening) return;
    print(tryNext(listening.url));
    await untilInterrupted();
    await listening.close();
  } finally {
    await opened.close();
    await rm(data, { recursive: true, force: true });
  }
}

async function* demoBytes(): AsyncGenerator<Uint8Array> {
  for (const file of summitFiles) yield* createReadStream(file);
}

async function story(opened: OpenedLedger, restored: number, width: number): Promise<string> {
  const { reader } = opened;
  const september = await cutOf(opened, { asOf: parseDay('2025-09-30'), knownAt: parseTime('2025-09-30T23:59:59.999Z') });
  const commitments = reader.readModel.opened({ size: september.size }).length;
  const parts = [
    `${restored} events of ${commitments} commitments: the Korean summits in Tokyo and Washington, August 2025.`,
    banner('Where everything stands on 30 September 2025', width),
  ];
  for (const view of views) {
    const { heading, lede } = headingOf(await viewAt(reader, view, september));
    parts.push(joined([`${view.title}: ${heading}. ${lede}`], width).trimEnd());
  }
  parts.push(banner('One commitment: a demand is no pledge, and a dispute stands beside the stage', width));
  const investment = await commitmentAt(reader, package_, september);
  if (investment) parts.push(printRecord(investment, width, { lead: false }).trimEnd());
  parts.push(banner('One question, asked twice: which tariff is in force on 22 August 2025?', width));
  for (const [known, title] of [
    ['2025-08-22T23:59:59.999Z', 'As known on 22 August 2025'],
    ['2025-08-23T23:59:59.999Z', 'As known a day later, when the order was recorded'],
  ] as const) {
    const cut = await cutOf(opened, { asOf: parseDay('2025-08-22'), knownAt: parseTime(known) });
    const { tariffs, lines } = await viewAt(reader, tradeTerms, cut);
    const line = lines.find(({ commitment }) => commitment === tariff);
    for (const row of tariffs) if (row.commitment === tariff) parts.push(`${title}:`, `  ${printTariff(row, line)}`);
  }
  return parts.join('\n');
}

function tryNext(url: string): string {
  return `
Try next, in another terminal:

  npx ledger view trade-terms --server ${url}
  npx ledger history ${visas} --server ${url}
  curl '${url}/commitments?contested=true&asOf=2025-09-30'
`;
}

/** The port that was asked for, or, when it is taken, any other; and says so. */
async function listenNear(opened: OpenedLedger, wanted: number): Promise<Listening> {
  try {
    return await listenTo(opened, { host: '127.0.0.1', port: wanted });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    print(`Port ${wanted} is taken by another program, so this takes another.`);
    return listenTo(opened, { host: '127.0.0.1', port: 0 });
  }
}

async function cutOf({ reader }: OpenedLedger, asked: CutRequest): Promise<Cut> {
  const cut = await settleCut(reader, asked);
  if ('detail' in cut) throw new Error(cut.detail);
  return cut;
}

function banner(title: string, width: number): string {
  return `\n── ${title} `.padEnd(Math.min(width, 100), '─');
}

function print(text: string): void {
  process.stdout.write(`${laidOut(text)}\n`);
}

/** Adds `ledger demo`. */
export function addDemo(ledger: Command): void {
  ledger
    .command('demo')
    .description('show the August 2025 summits in a fresh ledger of its own, then serve it')
    .addOption(new Option('--port <number>', 'port to listen on').argParser(wholeNumber).default(4680).env('LEDGER_PORT'))
    .option('--no-serve', 'print and end')
    .addHelpText('after', example('ledger demo --no-serve'))
    .action(async (options: { port: number; serve: boolean }) => demo({ ...options, width: width() }));
}
