import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { folded, holdAll, isSteady, wantedIn, wordsOf } from '../../projections/words.ts';
import { matchOf, tokenSigns, tokensOf } from '../../projections/wordTokens.ts';

const pieces = [
  '한',
  '국',
  '한국',
  '日本',
  '本',
  'カ',
  'a',
  'ab',
  'b',
  '5',
  '천',
  'é',
  'İ',
  '’',
  '-',
  ' ',
  ' ',
  ' ',
  '"',
  'ß',
  'ﬁ',
  'ا',
  'क्',
  'ы',
  'Σ',
  'Ά',
  'A',
  '\u0301',
  '\u3099',
  '\t',
  '\u0001',
  '_',
  '$',
  '^',
  '|',
  '@',
  ':',
  '.',
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 9 }).map((parts) => parts.join(''));

test('the index finds by tokens what is found in the texts themselves, in every script and as phrases and beginnings', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(
    `CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, tokenize="ascii tokenchars '${tokenSigns}'")`,
  );
  const insert = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  const find = database.prepare('SELECT 1 FROM words WHERE words MATCH ? AND rowid = CAST(? AS INTEGER)');
  let [rowid, found] = [0, 0];
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (texts, typed) => {
      const wanted = wantedIn(typed) ?? [];
      fc.pre(wanted.length > 0);
      insert.run(++rowid, tokensOf(texts));
      for (const one of wanted) {
        const isFound = find.get(matchOf(one), rowid) !== undefined;
        if (isFound) found++;
        expect([texts, one, matchOf(one), isFound]).toEqual([texts, one, matchOf(one), holdAll(texts, [one])]);
      }
    }),
    { numRuns: 4000 },
  );
  expect(found).toBeGreaterThan(500);
});

test('a text of ASCII alone has the words that it has beside a letter of another script', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 60 }), (text) => {
      expect(wordsOf(`${text} é`)).toEqual([...wordsOf(text), 'e']);
    }),
  );
});

test('letters of which folding changes none are folded like any others', () => {
  const ranges = ['ぁ-ゖ', 'ァ-ヺ', 'ー', '一-鿿', '가-힣', '\t\n -~', '’“”、。「」'];
  const steady = new RegExp(`^[${ranges.join('')}]$`);
  const letters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((one) => steady.test(one));
  // Beside an accent, nothing is taken as it is; an accent is taken off.
  const foldedAtLength = (text: string): string => folded(`${text} é`).slice(0, -' e'.length);
  for (let at = 0; at < letters.length; at += 100) {
    const some = letters.slice(at, at + 100).join('');
    expect(folded(some)).toBe(foldedAtLength(some));
  }
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...letters), { maxLength: 40 }), (some) => {
      expect(folded(some.join(''))).toBe(foldedAtLength(some.join('')));
    }),
  );
});

test('the words of steady texts are those that all letters of Unicode give', () => {
  const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(isSteady);
  expect(characters).toContain('—');
  for (const one of characters) {
    const text = `Ab${one}5 ${one}`;
    expect(wordsOf(text)).toEqual(
      text
        .normalize('NFKC')
        .toLowerCase()
        .match(/[\p{L}\p{N}\p{M}]+/gu),
    );
  }
});
