import { isPlain, isUnparted, type Wanted, wordsOf } from './words.ts';

/**
 * Words as a full-text index keeps them: what `holdAll` finds in texts is what the index finds by these tokens. Words of Hangul, Kana
 * and Han are kept as pieces of two letters, one after the other, so that a word is found inside another one, also one of one or two
 * letters: `-` stands before each piece, `^` before the first letter of such a word and `$` behind its last. `|` stands between texts, so no phrase reaches
 * from one into another.
 */

/** Beside letters, digits and accents, what a token may be made of. */
export const tokenSigns = '-^$|@:';

/** A party or person, who is called otherwise at every cut, as the token that stands for it. */
export function codeToken(code: string): string {
  return `@${code}`;
}

/** Some texts as they are given to the index, which finds their tokens. */
export function tokensOf(texts: readonly string[]): string {
  return texts.map((text) => (isCode.test(text) ? text : tokensOfText(text))).join(' | ');
}

const isCode = /^@[a-z]+:[a-z0-9-]+$/;
const allTokenSigns = new RegExp(`[${RegExp.escape(tokenSigns)}]`, 'g');

function tokensOfText(text: string): string {
  // The index folds ASCII by itself and parts it at all signs, save those that tokens are made of.
  return isPlain(text) ? text.replace(allTokenSigns, ' ') : wordsOf(text).map(tokensOfWord).join(' ');
}

/** What one thing that is wanted asks of the index, as FTS5 reads it. */
export function matchOf({ words, isBeginning }: Wanted[number]): string {
  const all = words.split(' ');
  const last = all.at(-1) ?? '';
  const phrase = quoted(all.flatMap((word, place) => wantedTokens(word, ends(place, all.length, isBeginning))));
  if (!isBeginning || isInPieces(last)) return phrase === '""' ? `${quoted([`-${last}`])} *` : phrase;
  // A word that goes on with Hangul, Kana or Han is kept in pieces.
  const before = all.slice(0, -1).flatMap((word, place) => wantedTokens(word, ends(place, all.length, isBeginning)));
  const pieces = piecesOf(last).slice(0, -1);
  return `(${phrase} * OR ${quoted([...before, ...pieces])})`;
}

type Ends = { readonly isFirst: boolean; readonly isLast: boolean; readonly isBeginning: boolean };

function ends(place: number, of: number, isBeginning: boolean): Ends {
  return { isFirst: place === 0, isLast: place === of - 1, isBeginning };
}

function wantedTokens(word: string, { isFirst, isLast, isBeginning }: Ends): string[] {
  if (!isInPieces(word)) return [word];
  const letters = Array.from(word);
  const pieces = piecesOf(word);
  if (isLast && (isBeginning || isUnparted(letters.at(-1)))) pieces.pop();
  if (isFirst && isUnparted(letters[0])) pieces.shift();
  return pieces;
}

function tokensOfWord(word: string): string {
  return isInPieces(word) ? piecesOf(word).join(' ') : word;
}

function isInPieces(word: string): boolean {
  return !isPlain(word) && isUnparted(word);
}

function piecesOf(word: string): string[] {
  const pieces: string[] = [];
  let before = '^';
  for (const letter of word) {
    pieces.push(`-${before}${letter}`);
    before = letter;
  }
  pieces.push(`-${before}$`);
  return pieces;
}

function quoted(tokens: readonly string[]): string {
  return `"${tokens.join(' ')}"`;
}
