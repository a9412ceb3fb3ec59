import type { Listed } from '../../projections/hits.ts';

/** Where the words of a search stand, in words. */

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

/** What the text is in which the words stand: `words of a term`. */
export function placeInWords(where: Hit['where']): string {
  return placeWords[where];
}

/** The text in pieces, those that were searched for marked. Empty pieces are left out. */
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
