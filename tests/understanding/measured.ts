import type { TextDraft } from '../../src/understanding/textDrafts.ts';
import type { Sentence } from '../../src/understanding/sentences.ts';

/** An announcement that a person found in a text: its type, its words, and the sentence that is quoted where that is known. */
export type Expected = { readonly type: string; readonly words: string; readonly sentence?: string };

/**
 * Which announcements a reading of a text found, which it did not, and which drafts are none. A draft is an announcement when it
 * has its type, stands in its sentence, and most of the words of the shorter of the two are in the other. Each counts once.
 */
export function measured(
  expected: readonly Expected[],
  { sentences, drafts }: { sentences: readonly Sentence[]; drafts: readonly TextDraft[] },
) {
  const left = [...drafts];
  const missed = expected.filter(({ type, words, sentence }) => {
    const at = left.findIndex(
      (draft) =>
        draft.type === type &&
        (sentence === undefined || sentences[draft.sentence]?.text === sentence) &&
        isAlike(draft.text, words),
    );
    if (at >= 0) left.splice(at, 1);
    return at === -1;
  });
  return { found: expected.length - missed.length, missed, wrong: left.map(({ type, text }) => `${type}: ${text}`) };
}

function isAlike(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  const [short, long] = a.size <= b.size ? [a, b] : [b, a];
  const shared = [...short].filter((word) => long.has(word)).length;
  return shared >= 0.6 * short.size;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\d.]+/gu) ?? []);
}
