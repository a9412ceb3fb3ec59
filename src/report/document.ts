import type { Source } from '../../domain/announcement.ts';
import { asidesOfSource } from '../wording/announcement.ts';
import { piecesInWords } from '../wording/pieces.ts';

/**
 * A report as a document: a finding, what it is made from, chapters, and the sources as notes. It is plain data in words: each
 * form decides how it looks, and none of its texts is ever taken for markup.
 */
export type ReportDocument = {
  readonly title: string;
  /** Gives the report again, without its form. */
  readonly address: string;
  /** The finding, without its full stop. */
  readonly finding: string;
  readonly lede: string;
  /** What to take away from the first page, one line each. */
  readonly brief: readonly Inlines[];
  /** What it is made from, and how to cite it. */
  readonly facts: readonly Fact[];
  readonly chapters: readonly Chapter[];
  readonly notes: readonly Source[];
  /** For the foot of each page: the ledger, the cut and the root. */
  readonly foot: string;
};

/** A picture of a report: an SVG document with its title inside, its size in px, and the picture in sentences. */
export type Picture = { readonly words: string; readonly svg: string; readonly width: number; readonly height: number };

export type Fact = { readonly label: string; readonly is: Inlines };
export type Chapter = { readonly id: string; readonly title: string; readonly blocks: readonly Block[] };

export type Block =
  | { readonly as: 'paragraph'; readonly text: Inlines }
  /** `ids`: the name of each item, for links in the document. */
  | { readonly as: 'list'; readonly items: readonly Inlines[]; readonly ids?: readonly string[] }
  | { readonly as: 'heading'; readonly text: Inlines; readonly id?: string }
  | { readonly as: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Inlines[])[] };

export type Inlines = readonly Inline[];

/** A piece of a line. A string is our own words, possibly with recorded names; other texts say what they are. */
export type Inline =
  | string
  | { readonly strong: string }
  /** Recorded words, in marks that show whether they are a quotation. */
  | { readonly words: string }
  /** An id or an address of this service. */
  | { readonly code: string }
  /** Numbers of notes. */
  | { readonly notes: readonly number[] };

/** What a line says, as one text without the numbers of its notes. */
export function plain(inlines: Inlines): string {
  return inlines
    .map((one) => {
      if (typeof one === 'string') return one;
      if ('strong' in one) return one.strong;
      if ('words' in one) return one.words;
      return 'code' in one ? one.code : '';
    })
    .join('');
}

/** Numbers sources in order of first use; the same source keeps its number. */
export class Notes {
  readonly #numbers = new Map<string, number>();
  readonly sources: Source[] = [];

  of(sources: readonly Source[]): Inline {
    return { notes: [...new Set(sources.map((one) => this.#numberOf(one)))] };
  }

  #numberOf(source: Source): number {
    const identity = JSON.stringify(source);
    const known = this.#numbers.get(identity);
    if (known !== undefined) return known;
    this.sources.push(source);
    this.#numbers.set(identity, this.sources.length);
    return this.sources.length;
  }
}

/** A source in words: who published it and what else is known, without its address and passage. */
export function sourceInWords(source: Source): string {
  return [source.publisher, ...asidesOfSource(source).map((one) => piecesInWords(one))].join(', ');
}
