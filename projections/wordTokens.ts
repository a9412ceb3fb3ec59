import { isPlain, isUnparted, type Wanted, wordsOf } from './words.ts';

/**
 * Words as a full-text index stores them: the index finds by these tokens what `holdAll` finds in texts. Words of Hangul, Kana
 * and Han are stored as overlapping pieces of two letters, so that a word of any length is found inside another one. `-` stands
 * before each piece and `$` after the last letter of such a word; `^` before its first, where that is of no such script: only then
 * a search needs the beginning. `|` separates texts, so that no phrase reaches from one text into another.
 */

/** The signs that a token may contain besides letters, digits and accents. */
export const tokenSigns = '-^$|@:';

/** The token for a party or person, whose name may differ from cut to cut. */
export function codeToken(code: string): string {
  return `@${code}`;
}

/** Some texts in the form that is handed to the index, which splits it into tokens. */
export function tokensOf(texts: readonly string[]): string {
  return texts.map((text) => (isCode.test(text) ? text : tokensOfText(text))).join(' | ');
}

const isCode = /^@[a-z]+:[a-z0-9-]+$/;
const allTokenSigns = new RegExp(`[${RegExp.escape(tokenSigns)}]`, 'g');

function tokensOfText(text: string): string {
  // The index itself folds ASCII and splits it at every sign that tokens do not contain.
  return isPlain(text) ? text.replace(allTokenSigns, ' ') : wordsOf(text).map(tokensOfWord).join(' ');
}

/** One wanted word or phrase as an FTS5 query. */
export function matchOf({ words, isBeginning }: Wanted[number]): string {
  const all = words.split(' ');
  const last = all.at(-1) ?? '';
  const phrase = all.flatMap((word, place) => wantedTokens(word, { isLast: place === all.length - 1, isBeginning }));
  // One letter, whatever follows it, is the beginning of a piece.
  if (isUnparted(last) && Array.from(last).length === 1) return `${quoted([...phrase, `-${last}`])} *`;
  if (!isBeginning || isInPieces(last)) return quoted(phrase);
  // A word that continues in Hangul, Kana or Han is stored in pieces.
  const before = all.slice(0, -1).flatMap((word) => wantedTokens(word, { isLast: false, isBeginning }));
  const pieces = piecesOf(last).slice(0, -1);
  return `(${quoted(phrase)} * OR ${quoted([...before, ...pieces])})`;
}

type End = { readonly isLast: boolean; readonly isBeginning: boolean };

function wantedTokens(word: string, { isLast, isBeginning }: End): string[] {
  if (!isInPieces(word)) return [word];
  const pieces = piecesOf(word);
  if (isLast && (isBeginning || isUnparted(Array.from(word).at(-1)))) pieces.pop();
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
    if (before !== '^' || !isUnparted(letter)) pieces.push(`-${before}${letter}`);
    before = letter;
  }
  pieces.push(`-${before}$`);
  return pieces;
}

function quoted(tokens: readonly string[]): string {
  return `"${tokens.join(' ')}"`;
}
