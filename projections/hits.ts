import { z } from 'zod';
import { places, type Said, searchedTexts } from './filter.ts';
import type { Situation } from './figures.ts';
import { summary } from './record.ts';
import { folded, isPlain, isSteady, needleOf, type Wanted, wordsOf } from './words.ts';

/** Where the words of a search occur in a commitment. */

/** The maximum number of places shown of one commitment, and of characters of a text around its words. */
const [maxHits, maxShown] = [3, 240];

const hit = z
  .object({
    where: z.enum(places).describe('What the text is'),
    announcement: z.string().optional().describe('In which announcement it stands'),
    text: z.string().describe('The text, or the piece of it around the words'),
    marks: z.array(z.tuple([z.int(), z.int()])).describe('From which character to which one, not included, the words stand'),
  })
  .meta({ id: 'Hit' });
type Hit = z.infer<typeof hit>;

/** A commitment in a list. */
export const listed = summary
  .extend({ hits: z.array(hit).optional().describe('Where the words of q stand') })
  .meta({ id: 'ListedCommitment' });
export type Listed = z.infer<typeof listed>;

/** The first places that contain the wanted words, marked: as few places as contain all of them, 3 at most. */
export function hitsIn(situation: Situation, wanted: Wanted, called: (code: string) => string): Hit[] {
  const hits: Hit[] = [];
  const left = new Set(wanted);
  for (const said of searchedTexts(situation, called)) {
    if (!mayHold(said.text, left)) continue;
    const words = joinedWords(said.text);
    const found = [...left].filter((one) => words.includes(needleOf(one)));
    if (found.length === 0) continue;
    for (const one of found) left.delete(one);
    hits.push(shown(said, marksIn(lettersOf(said.text), wanted)));
    if (left.size === 0 || hits.length === maxHits) break;
  }
  return hits;
}

/**
 * Whether a text may contain a wanted word. Most texts contain none, not even as parts of other words, and are passed over
 * here.
 */
function mayHold(text: string, wanted: Iterable<Wanted[number]>): boolean {
  if (!isSteady(text)) return true;
  const letters = text.toLowerCase();
  for (const { words } of wanted) if (letters.includes(words.split(' ', 1)[0] ?? '')) return true;
  return false;
}

/**
 * The words of a text as `lettersOf` joins them. In most texts each letter folds by itself, and most contain nothing that is
 * wanted.
 */
function joinedWords(text: string): string {
  if (!isSteady(text)) return lettersOf(text).joined;
  const words = wordsOf(text);
  return words.length > 0 ? ` ${words.join(' ')} ` : ' ';
}

/** The words of a text as `holdAll` joins them, with the place in the text of each letter. */
type Letters = { readonly joined: string; readonly from: readonly number[]; readonly to: readonly number[] };

function lettersOf(text: string): Letters {
  if (isPlain(text)) return plainLetters(text);
  let joined = ' ';
  const [from, to] = [[0], [0]];
  let place = 0;
  for (const letter of text) {
    const end = place + letter.length;
    const plain = letter < '\u0080' ? letter.toLowerCase() : folded(letter);
    // An accent belongs to the letter before it.
    if (plain === '') to[to.length - 1] = end;
    for (const one of plain) {
      const isLetter = /[\p{L}\p{N}\p{M}]/u.test(one);
      if (!isLetter && joined.endsWith(' ')) continue;
      for (const unit of isLetter ? one.split('') : ' ') {
        joined += unit;
        from.push(place);
        to.push(end);
      }
    }
    place = end;
  }
  return { joined: joined.endsWith(' ') ? joined : `${joined} `, from, to };
}

/** The same of ASCII, of which no letter becomes several. */
function plainLetters(text: string): Letters {
  let joined = ' ';
  const [from, to] = [[0], [0]];
  for (const { 0: word, index } of text.toLowerCase().matchAll(/[a-z0-9]+/g)) {
    joined += `${word} `;
    // Also the space behind it.
    for (let place = index; place <= index + word.length; place++) {
      from.push(place);
      to.push(place + 1);
    }
  }
  return { joined, from, to };
}

/** Where the words begin and end, in order; marks that meet or overlap become one. */
function marksIn({ joined, from, to }: Letters, wanted: Wanted): [number, number][] {
  const all = wanted.flatMap((one) => {
    const needle = needleOf(one);
    const [before, after] = [needle.startsWith(' ') ? 1 : 0, needle.endsWith(' ') ? 1 : 0];
    const found: [number, number][] = [];
    for (let at = joined.indexOf(needle); at !== -1; at = joined.indexOf(needle, at + 1))
      found.push([from[at + before] ?? 0, to[at + needle.length - after - 1] ?? 0]);
    return found;
  });
  const marks: [number, number][] = [];
  for (const [start, end] of all.toSorted((a, b) => a[0] - b[0])) {
    const last = marks.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else marks.push([start, end]);
  }
  return marks;
}

/** A text with its marks; of a long text, the piece around the first mark. */
function shown({ text, ...said }: Said, marks: [number, number][]): Hit {
  if (text.length <= maxShown) return { ...said, text, marks };
  const [first = 0] = marks[0] ?? [];
  const start = first < maxShown / 2 ? 0 : text.lastIndexOf(' ', first - maxShown / 4) + 1 || first;
  const piece = text.slice(start, start + maxShown);
  const [before, after] = [start > 0 ? '…' : '', start + maxShown < text.length ? '…' : ''];
  const within = marks.filter(([, end]) => end <= start + maxShown && end > start);
  return {
    ...said,
    text: `${before}${piece}${after}`,
    marks: within.map(([from, to]) => [from - start + before.length, to - start + before.length]),
  };
}
