import { rejectionReasons } from '../../../domain/rejection.ts';
import type { RefusedLine } from '../../exchange/transfer.ts';
import { tell } from '../text/terminal.ts';
import { oneLine } from '../text/visible.ts';

/** Reports a refused line with its number and file: `line 2 refused (invalid) in ledger.ndjson: …`. */
export function tellRefused({ number, rejection }: RefusedLine, file: string, what = 'refused'): void {
  const problems = rejection.problems.map(({ pointer, detail }) => `${pointer ? `${pointer}: ` : ''}${detail}`);
  tell(
    `line ${number} ${what} (${rejection.reason}) in ${file}: ${rejectionReasons[rejection.reason]}. ${oneLine(problems.join('; '))}`,
  );
}
