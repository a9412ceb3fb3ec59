import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, jsonProblems } from '../../domain/json.ts';

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
