import { nameOfSlug } from '../../domain/meant.ts';
import { partyInWords } from '../wording/values.ts';
import { slugOf } from './plainParties.ts';
import type { Sentence } from './sentences.ts';
import type { Speaker } from './subjects.ts';
import type { TextDraft } from './textDrafts.ts';

/** Where a text is from: its publisher, the SHA-256 of its bytes, its day, and what else is known of it. */
export type TextSource = {
  readonly publisher: string;
  readonly sha256: string;
  /** EDTF: when what the text announces happened, unless a sentence says otherwise. */
  readonly published: string;
  readonly url?: string;
};

/** One item of a document, as POST /documents takes it. */
export type DocumentItem = {
  readonly commitment: {
    readonly id?: string;
    readonly title: string;
    readonly topic: string;
    readonly from: readonly string[];
    readonly to: readonly string[];
    readonly names?: Readonly<Record<string, string>>;
  };
  readonly announcement: {
    readonly id: string;
    readonly type: string;
    readonly saidBy: readonly Speaker[];
    readonly [field: string]: unknown;
  };
};

/** What a draft still lacks before it can open a commitment; undefined where it lacks nothing. */
export function missingIn({ type, from }: TextDraft): string | undefined {
  if (type === 'formalised') return 'add the instrument: its title, its date, its parties and whether it binds';
  if (type !== 'proposed' && type !== 'pledged' && type !== 'observed')
    return 'choose the recorded commitment that it is about';
  return from.length > 0 ? undefined : 'say whose commitment it is';
}

/** The item made from a draft: a new commitment with its first announcement, whose quote is the sentence. */
export function itemOf(draft: TextDraft, sentence: Sentence, source: TextSource, id: string): DocumentItem {
  const { type, mode, terms, from, to, topic, due } = draft;
  const { publisher, sha256, published, url } = source;
  const own = draft.saidBy.filter(({ actor, for: party }) => from.includes(party ?? actor));
  const isReported = draft.saidBy.length === 0 || (type === 'pledged' && own.length === 0);
  const saidBy = isReported
    ? [{ actor: `media:${slugOf(publisher) ?? 'text'}`, name: publisher }]
    : type === 'pledged'
      ? own
      : draft.saidBy;
  const names = namesOf([...from, ...to]);
  return {
    commitment: { title: titleOf(draft.text), topic, from, to, ...(names && { names }) },
    announcement: {
      type,
      id,
      ...(mode && { mode }),
      happened: draft.happened ?? published,
      ...(due !== undefined && { due }),
      saidBy: saidBy.map(({ name, ...speaker }) => ({
        ...speaker,
        ...(name !== undefined && speaker.actor.includes(':') && { name }),
      })),
      terms,
      ...(type === 'pledged' && isReported && { reported: true }),
      sources: [{ publisher, published, sha256, ...(url !== undefined && { url }), quote: { exact: sentence.text } }],
    },
  };
}

/** The names of parties that are no countries. */
function namesOf(parties: readonly string[]): Record<string, string> | undefined {
  const others = parties
    .filter((party) => party.includes(':'))
    .map((party): [string, string] => [party, nameOfSlug(party) ?? partyInWords(party)]);
  return others.length > 0 ? Object.fromEntries(others) : undefined;
}

const maxTitle = 100;

/** The words with a capital, cut at a word to fit. */
function titleOf(words: string): string {
  const bare = words.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
  return bare.length <= maxTitle ? bare : `${bare.slice(0, maxTitle).replace(/ \S*$/, '')}…`;
}
