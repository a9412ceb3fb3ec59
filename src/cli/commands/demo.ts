import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger, type OpenedLedger } from '../../compose.ts';
import { type Sample, samples } from '../sample.ts';
import { stories } from '../stories.ts';
import { laidOut } from '../text/visible.ts';
import { untilInterrupted } from '../interruption.ts';
import { listenTo } from './serve.ts';
import { restoreLines } from '../../exchange/transfer.ts';
import type { Listening } from '../../http/listen.ts';
import { type Command, Option } from 'commander';
import { example, wholeNumber } from './options.ts';
import { width } from '../text/terminal.ts';

export type DemoOptions = {
  readonly port: number;
  readonly serve: boolean;
  readonly width: number;
  readonly sample: Sample;
};

/**
 * Restores a sample into a fresh ledger of its own, serves it, prints its address and what it answers, and runs until
 * interrupted.
 */
export async function demo({ port, serve, width, sample }: DemoOptions): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'ledger-demo-'));
  const opened = await openLedger({ data, ledger: samples[sample].ledger });
  try {
    const restored = await restoreLines(opened.ledger.log, bytesOf(samples[sample].files), { clock: Date.now });
    if ('number' in restored)
      throw new Error(`line ${restored.number} of the demo's own data was refused: ${restored.rejection.reason}`);
    const listening = serve ? await listenNear(opened, port) : undefined;
    if (listening) print(`${listening.url}   (open it in a browser; Ctrl-C ends the demo and removes its ledger)`);
    print(await stories[sample].story(opened, restored.restored, width));
    if (!listening) return;
    print(`\nTry next, in another terminal:\n\n${stories[sample].next(listening.url).join('\n')}\n`);
    await untilInterrupted();
    await listening.close();
  } finally {
    await opened.close();
    await rm(data, { recursive: true, force: true });
  }
}

async function* bytesOf(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* createReadStream(file);
}

/** Listens on the port asked for or, when it is taken, on any other, and says so. */
async function listenNear(opened: OpenedLedger, wanted: number): Promise<Listening> {
  try {
    return await listenTo(opened, { host: '127.0.0.1', port: wanted });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    print(`Port ${wanted} is taken by another program, so this takes another.`);
    return listenTo(opened, { host: '127.0.0.1', port: 0 });
  }
}

function print(text: string): void {
  process.stdout.write(`${laidOut(text)}\n`);
}

/** Adds `ledger demo`. */
export function addDemo(ledger: Command): void {
  ledger
    .command('demo')
    .description('show a sample in a fresh ledger of its own, then serve it')
    .addOption(
      new Option('--sample <name>', 'the Korean summits of 2025, or the deals that another desk recorded')
        .choices(Object.keys(samples))
        .default('korean-summits')
        .env('LEDGER_SAMPLE'),
    )
    .addOption(new Option('--port <number>', 'port to listen on').argParser(wholeNumber).default(4680).env('LEDGER_PORT'))
    .option('--no-serve', 'print and end')
    .addHelpText('after', example('ledger demo --no-serve'))
    .action(async (options: Omit<DemoOptions, 'width'>) => demo({ ...options, width: width() }));
}
