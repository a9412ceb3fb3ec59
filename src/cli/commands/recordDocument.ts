import { z } from 'zod';
import { hint } from '../../http/dryRun.ts';
import { waiting } from '../../http/drafts/drafted.ts';
import { problemShape } from '../answers.ts';
import type { Ask } from '../ask.ts';
import type { DocumentFile } from '../document/documentFile.ts';
import { isSpreadsheet, readSpreadsheet } from '../document/documentSheet.ts';
import { inputName } from '../inputs.ts';
import { oneLine } from '../text/visible.ts';

/** Records what one document says of many commitments: all of it, or nothing. */

const answer = z.union([
  z.object({
    items: z.array(z.object({ id: z.string(), sequence: z.int(), commitment: z.string() })),
    dryRun: z.literal(true).optional(),
    hints: z.array(hint).optional(),
  }),
  waiting,
]);
export type RecordedDocument = z.infer<typeof answer>;

/** Sends the file's document; throws each problem with its place in the file. */
export async function recordDocument(ask: Ask, file: string, { dryRun = false } = {}): Promise<RecordedDocument> {
  const document = isSpreadsheet(file)
    ? await readSpreadsheet(file)
    : await (await import('../document/documentFile.ts')).readDocumentFile(file);
  const response = await ask(`/documents${dryRun ? '?dryRun' : ''}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(document.body),
  });
  const body: unknown = await response.json();
  if (response.ok) return answer.parse(body);
  const { detail = `expected it to be recorded, found status ${response.status}`, errors = [] } = problemShape.parse(body);
  const problems = errors.map((one) => placed(one, file, document));
  throw new Error([...(response.status === 503 || problems.length === 0 ? [oneLine(detail)] : []), ...problems].join('\n'));
}

/** `joint.yaml, line 12, /items/0/announcement/happened: expected …`. */
function placed(
  { pointer, detail }: { pointer: string; detail: string },
  file: string,
  { placeOf }: Pick<DocumentFile, 'placeOf'>,
): string {
  return `${inputName(file)}, ${placeOf(pointer)}, ${pointer}: ${oneLine(detail)}`;
}

/** What was recorded, one event a line; for a dry run, what looks doubtful. */
export function documentInWords(recorded: RecordedDocument): string {
  if ('draft' in recorded) return waitsInWords(recorded);
  const { items, dryRun, hints = [] } = recorded;
  if (dryRun) return `nothing recorded; ${items.length} items would be\n${hints.map(hintInWords).join('')}`;
  return items.map(({ id, sequence, commitment }) => `recorded ${id} of ${commitment} as event ${sequence}\n`).join('');
}

/** The answer of a service with --review, which stores what was sent as a draft. */
export function waitsInWords({ draft }: z.infer<typeof waiting>): string {
  return `waits as draft ${draft} until someone else records it\n`;
}

/** `doubtful: /terms/0/min: …`. */
export function hintInWords({ pointer, detail }: Pick<z.infer<typeof hint>, 'pointer' | 'detail'>): string {
  return `doubtful: ${pointer}: ${oneLine(detail)}\n`;
}
