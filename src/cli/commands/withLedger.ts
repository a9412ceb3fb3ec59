import type { Command } from 'commander';
import { hasLedger, openLedger, type OpenedLedger } from '../../compose.ts';
import { tell } from '../text/terminal.ts';
import { progress } from '../text/progress.ts';

/**
 * Commands that may begin a ledger. Others fail where there is none, so that a misspelt folder does not look like an empty
 * record.
 */
const beginning = ['import', 'restore', 'record'];

type LedgerOptions = {
  readonly data: string;
  readonly store?: string;
  readonly offline?: boolean;
  readonly ledger?: string;
  readonly recordedBy?: string;
};

/**
 * Opens the ledger of the folder, or of the store, for some work, and closes it afterwards. `name`: the name of a new ledger.
 */
export async function withLedger(
  command: Command,
  work: (opened: OpenedLedger) => Promise<void>,
  name?: string,
): Promise<void> {
  const options: LedgerOptions = command.optsWithGlobals();
  if (options.store === undefined && !options.offline && !beginning.includes(command.name()) && !hasLedger(options.data)) {
    throw new Error(
      `expected a ledger in the folder ${options.data}, found none (import, restore, record and serve begin one)`,
    );
  }
  const onProgress = progress('events folded');
  const onFetched = progress('bytes of the server’s log read');
  const filling = `The server’s ledger is being read into ${options.data}: nothing is answered before all of it is there.`;
  const cancelNotice = later(1000, () => (process.stderr.isTTY ? undefined : tell(filling)));
  const opened = await openLedger({
    ...options,
    ledger: name ?? options.ledger,
    onProgress,
    onFetched: (done, of) => {
      cancelNotice();
      onFetched(done, of);
    },
  });
  try {
    onFetched.end();
    const { behindMs } = await opened.ledger.log.condition();
    if (options.offline) tell('Offline: this is the local copy, as of the last contact with the server.');
    else if (behindMs !== 0) tell('The server cannot be reached: this is the local copy, as of the last contact with it.');
    await work(opened);
  } finally {
    await opened.close();
    onProgress.end();
  }
}

/** Does something once, when called at least `ms` milliseconds after now. */
function later(ms: number, work: () => void): () => void {
  let begun: number | undefined;
  let done = false;
  return () => {
    begun ??= performance.now();
    if (done || performance.now() < begun + ms) return;
    done = true;
    work();
  };
}

/** Runs work that changes nothing until its end. When interrupted, it says so and exits with 130, as shells expect. */
export async function unlessInterrupted(command: Command, work: (opened: OpenedLedger) => Promise<void>): Promise<void> {
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
