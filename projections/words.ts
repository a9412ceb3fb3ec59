/**
 * Words as they are searched: folded for case, width and accents. Apostrophes and all other signs part words. Hangul, Kana and Han
 * do not part words by spaces, so a word of theirs is found inside others.
 */

/** What a search asks for: words and quoted phrases, of which all must occur. */
export type Wanted = readonly { readonly words: string; readonly isBeginning: boolean }[];

/** A text as it is compared: `Türkiye’s İzmir` and `TURKIYE'S IZMIR` are the same. */
export function folded(text: string): string {
  if (isSteady(text)) return text.toLowerCase();
  // Upper case first: ß is then SS, and the dotless ı is I. Only accents of Latin, Greek and Cyrillic letters are taken off.
  const plain = text.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
  return plain.replaceAll(/[\u0300-\u036f]/g, '').normalize('NFC');
}

/** The words of a text, folded, in order. */
export function wordsOf(text: string): string[] {
  if (isPlain(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return folded(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/**
 * Reads what was typed: words, and phrases in quotation marks. The last word, if no quotation mark closes it, is the beginning of one.
 * Undefined for what is blank; an empty list for what has signs only, which nothing holds.
 */
export function wantedIn(typed: string): Wanted | undefined {
  if (typed.trim() === '') return undefined;
  const parts = typed.split(/["“”„«»]/);
  const wanted = parts.flatMap((part, index) => {
    const words = wordsOf(part);
    // Every second part stands between two marks; one that is not closed is read as words.
    const isPhrase = index % 2 === 1 && index < parts.length - 1;
    return (isPhrase && words.length > 0 ? [words.join(' ')] : words).map((each) => ({ words: each, isBeginning: false }));
  });
  const isOpen = wordsOf(parts.at(-1) ?? '').length > 0;
  return wanted.map((one, index) => (isOpen && index === wanted.length - 1 ? { ...one, isBeginning: true } : one));
}

/** Whether texts hold all that is wanted, each word in any of them, and a phrase in one. */
export function holdAll(texts: readonly string[], wanted: Wanted): boolean {
  if (wanted.length === 0) return false;
  const all = `\n ${texts.map((text) => wordsOf(text).join(' ')).join(' \n ')} `;
  return wanted.every((one) => all.includes(needleOf(one)));
}

/** What one thing that is wanted is among words that are joined by spaces, also before the first and behind the last. */
export function needleOf({ words, isBeginning }: Wanted[number]): string {
  const [start, end] = [isUnparted(words[0]) ? '' : ' ', isBeginning || isUnparted(words.at(-1)) ? '' : ' '];
  return start + words + end;
}

/** Whether a text is made of the letters and signs of ASCII, as most are: nothing but its case is to be folded. */
export function isPlain(text: string): boolean {
  return !/[^\t\n -~]/.test(text);
}

/** Whether nothing but the case of ASCII is to be folded: beside ASCII it has syllables of Hangul, Kana, Han and their usual signs. */
export function isSteady(text: string): boolean {
  return isPlain(text) || /^[\t\n -~’“”、。「」ぁ-ゖァ-ヺー一-鿿가-힣]*$/.test(text);
}

/** Whether letters, or one of them, are of a script that writes words without spaces or hangs endings onto them. */
export function isUnparted(letters: string | undefined): boolean {
  return letters !== undefined && /[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(letters);
}
