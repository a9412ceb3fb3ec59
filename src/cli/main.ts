import { program } from './program.ts';
import { Refused } from './answers.ts';
import { tell } from './text/terminal.ts';
import { oneLine } from './text/visible.ts';
import { whyNotWritten } from './wholeFile.ts';

/** Runs the command line. A pipe that is closed early (`| head`) is no fault. */
export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      // When standard error itself fails, there is nowhere to report it.
      if (stream === process.stdout) process.stderr.write(`ledger: standard output: ${whyNotWritten(error)}\n`);
      process.exit(1);
    });
  }
  try {
    await program().parseAsync(argv);
  } catch (error) {
    tell(`ledger: ${inLines(error)}`);
    process.exitCode = 1;
  }
}

/** Only a refusal field by field has several lines. Other messages may quote text from others, so they become one line. */
function inLines(error: unknown): string {
  if (error instanceof Refused) return error.message;
  return oneLine(error instanceof Error ? error.message : String(error));
}
