import type { ReplayResult } from '../../read/replay.ts';
import { print } from '../text/terminal.ts';
import { oneLine } from '../text/visible.ts';

/** Prints where two read models differ, one line each. */
export async function printDifferences({ differences }: ReplayResult): Promise<void> {
  for (const { of, pointer, detail } of differences) {
    await print(`${oneLine(`${of} differs${pointer && ` at ${pointer}`}${detail === undefined ? '' : `: ${detail}`}`)}\n`);
  }
}
