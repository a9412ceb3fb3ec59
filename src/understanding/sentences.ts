/** A sentence of a text, with its place in it, in UTF-16 units. */
export type Sentence = { readonly text: string; readonly start: number; readonly end: number };

/** Abbreviations whose full stop does not end a sentence, except at the end of a line. */
const abbreviations =
  /(?:\b(?:U\.S|U\.K|U\.N|E\.U|D\.C|a\.m|p\.m|e\.g|i\.e|Mr|Mrs|Ms|Dr|Prof|Gen|Adm|Sen|Rep|Gov|Lt|Col|St|No|vs|Inc|Corp|Ltd|Co|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|(?:^|[ (])\p{Lu})$/u;

/** How far before a full stop to look for an abbreviation. */
const maxAbbreviation = 8;

/**
 * The sentences of a text. Each ends at a full stop, question or exclamation mark (with a closing quotation mark) before a
 * space; at a Chinese or Japanese full stop; or at the end of a line. Web addresses belong to no sentence.
 */
export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = [];
  let start = 0;
  const add = (end: number): void => {
    const raw = text.slice(start, end).replaceAll(/https?:\/\/\S+/g, (address) => ' '.repeat(address.length));
    const lead = raw.length - raw.trimStart().length;
    const bare = raw.trim();
    if (/\p{L}/u.test(bare)) {
      const from = start + lead;
      found.push({ text: text.slice(from, from + bare.length), start: from, end: from + bare.length });
    }
    start = end;
  };
  for (const { 0: sign, index } of text.matchAll(/[.!?…]+["”’»)\]]*(?=\s)|[。！？]["」』）]*|[\r\n]+/g)) {
    const isAbbreviation = sign === '.' && abbreviations.test(text.slice(Math.max(start, index - maxAbbreviation), index));
    // `a U.S. visit` continues; `in the U.S. The` does not.
    if (!isAbbreviation || /^\s+(?:The|A|An|He|She|It|They|We|This|In|On|But|And)\s/.test(text.slice(index + 1, index + 9)))
      add(index + sign.length);
  }
  add(text.length);
  return found;
}
