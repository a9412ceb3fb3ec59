import { textOf } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { tell } from '../text/terminal.ts';
import { inPieces, writeWhole } from '../wholeFile.ts';

/** Writes the checkpoint of its size beside a file that holds a whole ledger. If that fails the file itself is still of use. */
export async function writeCheckpointBeside(file: string, size: number, ask: Ask): Promise<void> {
  if (size === 0) return;
  try {
    await writeWhole(`${file}.checkpoint`, inPieces(await textOf(ask, '/proof/checkpoint', { size })));
  } catch (error) {
    tell(`${file} is written, without a checkpoint beside it: ${error instanceof Error ? error.message : String(error)}`);
  }
}
