/**
 * Words as a search compares them: folded for case, width and accents. Apostrophes and all other signs separate words. Hangul,
 * Kana and Han do not separate words by spaces, so their words are found inside others.
 */

/** What a search asks for: words and quoted phrases, of which all must occur. */
export type Wanted = readonly { readonly words: string; readonly isBeginning: boolean }[];

/** A text folded for comparison: `Türkiye’s İzmir` and `TURKIYE'S IZMIR` are the same. */
export function folded(text: string): string {
  if (isSteady(text)) return text.toLowerCase();
  // Upper case first: it makes ß SS, and the dotless ı I. Only accents of Latin, Greek and Cyrillic letters are removed.
  const plain = text.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
  return plain.replaceAll(/[\u0300-\u036f]/g, '').normalize('NFC');
}

/** The words of a text, folded, in order. */
export function wordsOf(text: string): string[] {
  if (isPlain(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  // The letters that remain; to look for all letters of Unicode takes three times as long.
  if (isSteady(text)) return text.toLowerCase().match(/[a-z0-9ぁ-ゖァ-ヺー一-鿿가-힣]+/g) ?? [];
  return folded(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/**
 * Parses what was typed: words, and phrases in quotation marks. The last word, unless a quotation mark closes it, matches the
 * beginning of a word. Undefined for blank input; an empty list for signs alone, which match nothing.
 */
export function wantedIn(typed: string): Wanted | undefined {
  if (typed.trim() === '') return undefined;
  const parts = typed.split(/["“”„«»]/);
  const wanted = parts.flatMap((part, index) => {
    const words = wordsOf(part);
    // Every second part is between two quotation marks; an unclosed one is read as words.
    const isPhrase = index % 2 === 1 && index < parts.length - 1;
    return (isPhrase && words.length > 0 ? [words.join(' ')] : words).map((each) => ({ words: each, isBeginning: false }));
  });
  const isOpen = wordsOf(parts.at(-1) ?? '').length > 0;
  return wanted.map((one, index) => (isOpen && index === wanted.length - 1 ? { ...one, isBeginning: true } : one));
}

/** Whether texts contain all that is wanted: each word in any of them, a phrase in one. */
export function holdAll(texts: readonly string[], wanted: Wanted): boolean {
  if (wanted.length === 0) return false;
  const all = `\n ${texts.map((text) => wordsOf(text).join(' ')).join(' \n ')} `;
  return wanted.every((one) => all.includes(needleOf(one)));
}

/**
 * A wanted word or phrase as it is looked for in words joined by spaces, with a space also before the first and after the last.
 */
export function needleOf({ words, isBeginning }: Wanted[number]): string {
  const [start, end] = [isUnparted(words[0]) ? '' : ' ', isBeginning || isUnparted(words.at(-1)) ? '' : ' '];
  return start + words + end;
}

/** Whether a text is ASCII only, as most are: then only its case needs folding. */
export function isPlain(text: string): boolean {
  return !/[^\t\n -~]/.test(text);
}

/**
 * Whether only the case of ASCII needs folding: apart from ASCII the text has syllables of Hangul, Kana, Han and their usual
 * signs.
 */
export function isSteady(text: string): boolean {
  return isPlain(text) || /^[\t\n -~’“”–—、。「」ぁ-ゖァ-ヺー一-鿿가-힣]*$/.test(text);
}

/** Whether any of the letters belongs to a script that writes words without spaces or attaches endings to them. */
export function isUnparted(letters: string | undefined): boolean {
  return letters !== undefined && /[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(letters);
}
