import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDay, parseTime } from '../../domain/dates.ts';
import type { Cut } from '../../projections/cut.ts';
import { views } from '../../projections/views/views.ts';
import { openLedger, type OpenedLedger } from '../compose.ts';
import { printHistory, printRecord, printView } from './text/print.ts';
import { commitmentAt, type CutRequest, historyAt, settleCut, viewAt } from '../read/queries.ts';
import { summitFiles } from './sample.ts';
import { laidOut } from './text/visible.ts';
import { untilInterrupted } from './interruption.ts';
import { listenTo } from './serve.ts';
import { restoreLines } from '../exchange/transfer.ts';
import type { Listening } from '../http/listen.ts';

export type DemoOptions = { readonly port: number; readonly serve: boolean; readonly width: number };

const visas = '01K38TCSG0ZY4D2YHKXQRQD64H';
const tariff = '01K38TCSG0RTTZXWXGWSDP84TE';

/** Restores the real input into a fresh ledger of its own, prints what it answers, and serves it until interrupted. */
export async function demo({ port, serve, width }: DemoOptions): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'ledger-demo-'));
  const opened = await openLedger({ data, ledger: '/ledgers/korea-2025' });
  try {
    const restored = await restoreLines(opened.ledger.log, demoBytes(), { clock: Date.now });
    if ('number' in restored)
      throw new Error(`line ${restored.number} of the demo's own data was refused: ${restored.rejection.reason}`);
    print(await story(opened, restored.restored, width));
    if (serve) await serveDemo(opened, port);
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
    `${restored} events of ${commitments} commitments restored: the Korean summits in Tokyo and Washington, August 2025.`,
    'Words in “…” stand in a quote that is kept; words in […] are as the record puts them.',
  ];
  for (const view of views) parts.push(printView(await viewAt(reader, view, september), width));
  const history = await historyAt(reader, visas, september);
  if (history) parts.push(banner('The history of one commitment', width), printHistory(history, width));
  parts.push(banner('One question, asked twice: which tariff is agreed and in force on 22 August 2025?', width));
  for (const [known, title] of [
    ['2025-08-22T23:59:59.999Z', 'As known on 22 August 2025'],
    ['2025-09-30T23:59:59.999Z', 'As known on 30 September 2025'],
  ] as const) {
    const cut = await cutOf(opened, { asOf: parseDay('2025-08-22'), knownAt: parseTime(known) });
    const record = await commitmentAt(reader, tariff, cut);
    if (record) parts.push(`${title}:`, printRecord(record, width));
  }
  return parts.join('\n\n');
}

async function serveDemo(opened: OpenedLedger, wanted: number): Promise<void> {
  const listening = await listenNear(opened, wanted);
  print(`${banner('It is also being served', 60)}

${listening.url}   (open it in a browser; Ctrl-C ends the demo and removes its ledger)

Try next, in another terminal:

  curl '${listening.url}/views/trade-terms?knownAt=2025-08-22'
  curl '${listening.url}/commitments/${visas}/history'
  curl '${listening.url}/commitments?contested=true&asOf=2025-09-30'
`);
  await untilInterrupted();
  await listening.close();
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
  return `${'═'.repeat(Math.min(width, 100))}\n${title}`;
}

function print(text: string): void {
  process.stdout.write(`${laidOut(text)}\n`);
}
