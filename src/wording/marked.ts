import type { Listed } from '../../projections/hits.ts';

/** The places where a search found its words, in words. */

type Hit = NonNullable<Listed['hits']>[number];

const placeWords: Readonly<Record<Hit['where'], string>> = {
  title: 'title',
  topic: 'topic',
  party: 'party',
  summary: 'summary',
  note: 'note',
  speaker: 'speaker',
  reading: 'reading',
  term: 'words of a term',
  instrument: 'instrument',
  source: 'source',
  quote: 'quotation',
};

/** The kind of text that contains the words: `words of a term`. */
export function placeInWords(where: Hit['where']): string {
  return placeWords[where];
}

/** The text in pieces, with the searched words marked. Empty pieces are left out. */
export function markedPieces({ text, marks }: Pick<Hit, 'text' | 'marks'>): { text: string; isMarked: boolean }[] {
  let end = 0;
  const pieces = marks.flatMap(([from, to]) => {
    const before = text.slice(end, from);
    end = to;
    return [
      { text: before, isMarked: false },
      { text: text.slice(from, to), isMarked: true },
    ];
  });
  return [...pieces, { text: text.slice(end), isMarked: false }].filter((piece) => piece.text !== '');
}
