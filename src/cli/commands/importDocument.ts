import type { OpenedLedger } from '../../compose.ts';
import { askLocal } from '../ask.ts';
import { inputName } from '../inputs.ts';
import { tell } from '../text/terminal.ts';
import { oneLine } from '../text/visible.ts';
import { reported } from './doubles.ts';
import { type RecordedDocument, recordDocument } from './recordDocument.ts';

/** How many lines or items of a file were recorded, were recorded already, or were refused. */
export type Imported = { readonly recorded: number; readonly skipped: number; readonly refused: number };

const none: Imported = { recorded: 0, skipped: 0, refused: 0 };

/**
 * Records a spreadsheet whole, or reports which of its cells are refused. `doubles`: what to do with an item that the ledger
 * may hold already.
 */
export async function importDocument(
  opened: OpenedLedger,
  file: string,
  doubles: 'report' | 'refuse' | undefined,
): Promise<Imported> {
  const ask = askLocal(opened);
  const { log } = opened.ledger;
  try {
    const found = doubles ? doublesOf(await recordDocument(ask, file, { dryRun: true })) : [];
    for (const { pointer, detail } of found) tell(`${inputName(file)}, ${pointer}: may be a double: ${oneLine(detail)}`);
    if (doubles === 'refuse' && found.length > 0) return { ...none, refused: 1 };
    const before = await log.size();
    const answer = await recordDocument(ask, file);
    const items = 'draft' in answer ? 0 : answer.items.length;
    return (await log.size()) === before ? { ...none, skipped: items } : { ...none, recorded: items };
  } catch (error) {
    for (const line of String(error instanceof Error ? error.message : error).split('\n')) tell(line);
    return { ...none, refused: 1 };
  }
}

function doublesOf(answer: RecordedDocument) {
  const hints = 'draft' in answer ? [] : (answer.hints ?? []);
  return hints.filter(({ hint }) => [...reported].some((same) => hint === `same-${same}`));
}
