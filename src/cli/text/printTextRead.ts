import type { z } from 'zod';
import type { textRead } from '../../http/fromText/texts.ts';
import { type Drafted, draftedInWords } from '../../wording/draftedParts.ts';
import { joined } from './rows.ts';
import { forReading } from './visible.ts';

/** The sentences of a text that announce something, each with its drafts. */
export function printTextRead(asAnswered: z.output<typeof textRead>, width: number): string {
  const { sentences, drafts, sha256 } = forReading(asAnswered);
  const rows = sentences.flatMap(({ text }, index) => {
    const own = drafts.filter(({ sentence }) => sentence === index);
    if (own.length === 0) return [];
    const found = own.flatMap(({ item: { commitment, announcement }, missing }) => [
      `  ${commitment.title}`,
      `    ${draftedInWords({ ...commitment, ...announcement } as unknown as Drafted).join(' · ')}`,
      ...(missing === undefined ? [] : [`    missing: ${missing}`]),
    ]);
    return [`“${text}”`, ...found, ''];
  });
  const ready = drafts.filter(({ missing }) => missing === undefined).length;
  return joined(
    [...rows, `${drafts.length} drafts in ${sentences.length} sentences, ${ready} of them complete; sha256 ${sha256}`],
    width,
  );
}
