import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, jsonProblems, parseJson, parseJsonBytes } from '../../domain/json.ts';

describe('canonical JSON', () => {
  test('sorts names by UTF-16 code units at every depth and writes no blanks', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'é"\n' }], a: true, '\u{1f600}': 0, '\ufb33': 0 })).toBe(
      '{"a":true,"b":[1,{"c":"é\\"\\n","d":null}],"\u{1f600}":0,"\ufb33":0}',
    );
  });

  test('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  test('of what it wrote is the same again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('text that no schema sees', () => {
  test.each([
    ['NUL', '{"a":["b\\u0000"]}', '/a/0'],
    ['a lone surrogate', '{"a":{"b/c":"\\ud800"}}', '/a/b~1c'],
    ['NUL in a name', '{"a\\u0000":1}', '/a\0'],
    ['a name that JavaScript treats specially', '{"a":{"__proto__":{}}}', '/a/__proto__'],
  ])('refuses %s', (_, text, pointer) => {
    expect(jsonProblems(JSON.parse(text))).toMatchObject([{ pointer }]);
  });

  test('refuses nesting without end', () => {
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as unknown;
    expect(jsonProblems(deep)).toHaveLength(1);
  });

  test('accepts any other text', () => {
    expect(jsonProblems({ a: ['3,500억 달러', '😀', 'line\nline', 1, null, true] })).toEqual([]);
  });
});

describe('a name that stands twice in one object', () => {
  test.each([
    ['at the top', '{"a":1,"a":2}', '/a'],
    ['with the same value', '{"a":1,"a":1}', '/a'],
    ['written otherwise', '{"a":1,"\\u0061":2}', '/a'],
    ['inside a list', '{"terms":[{"min":"1"},{"min":"1","max":"2","min":"3"}]}', '/terms/1/min'],
    ['behind strings that look like names', String.raw`{"a":"\":{\\","b":[": \"a\":",{"c/~":{},"c/~":[]}]}`, '/b/1/c~1~0'],
    ['between blanks', '{\n  "a" : 1 ,\n\t"b":[ 1 , 2 ],\r\n "a"\n:\n2 }', '/a'],
    ['that is a number', '{"1":1,"1":2}', '/1'],
    ['that is empty', '{"":1,"":2}', '/'],
    ['where another number is longer than it was written', '{"a":1,"b":1e20,"a":1}', '/a'],
  ])('is refused %s', (_, text, pointer) => {
    expect(parseJson(text)).toEqual({
      isJson: true,
      problems: [{ pointer, detail: expect.stringMatching(/^expected each name once in an object, found ".*" twice$/) }],
    });
  });

  test('is told where it is, and every other JSON is read, whatever it holds and however it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const read = parseJson(text);
        if (jsonProblems(JSON.parse(text)).length > 0) expect(read).toMatchObject({ isJson: true });
        else expect(read).toEqual({ value: JSON.parse(text) });
      }),
      { numRuns: 60 },
    );
  });

  test('is told a hundred times at most, in time that grows with the text alone', () => {
    const text = `{${Array.from({ length: 50_000 }, () => '"a":1').join(',')}}`;
    const read = parseJson(text);
    expect('problems' in read && read.problems).toHaveLength(100);
  });
});

describe('bytes', () => {
  const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

  test('are read as UTF-8, with or without a byte order mark before them', () => {
    for (const text of ['{"a":"가 é"}', '\uFEFF{"a":"가 é"}']) {
      expect(parseJsonBytes(bytes(text))).toEqual({ value: { a: '가 é' } });
    }
    expect(parseJsonBytes(bytes('{"a":"\uFEFFb"}'))).toEqual({ value: { a: '\uFEFFb' } });
    expect(parseJsonBytes(bytes('\uFEFF\uFEFF{}'))).toMatchObject({ isJson: false });
  });

  test.each([
    ['Latin-1', bytes('{"a":"café"}', 'latin1')],
    ['UTF-16', bytes('\uFEFF{"a":1}', 'utf16le')],
    ['a surrogate as three bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['nothing', Buffer.alloc(0)],
    ['half a text', bytes('{"a":')],
  ])('that are %s are refused, and never decoded to something else', (_, wrong) => {
    expect(parseJsonBytes(wrong)).toMatchObject({
      isJson: false,
      problems: [{ detail: expect.stringMatching(/^expected JSON/) }],
    });
  });
});

test('what is wrong thousands of times is told a hundred times', () => {
  expect(jsonProblems({ list: Array.from({ length: 5000 }, () => '\0') })).toHaveLength(100);
});
