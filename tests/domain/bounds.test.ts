import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ledgerEvent } from '../../domain/announcement.ts';
import { bounds, boundsProblems, holdsObjects, textKindOf } from '../../domain/bounds.ts';

const source = { publisher: 'x', url: 'https://example.org/1' };
const said = { happened: '2025-10-01', saidBy: [{ actor: 'KR' }], sources: [source] };
const term = { key: 'n', kind: 'count', qualifier: 'exact', min: '1', max: '1', unit: 'ships', text: 'one ship' };
const pointers = (value: unknown): string[] => boundsProblems(value).map(({ pointer }) => pointer);
const digits = (length: number): string => '7'.repeat(length);
const many = <T>(length: number, one: T): T[] => Array.from({ length }, () => one);

test('an event within all bounds is within bounds, at the very bound too', () => {
  const full = {
    ...said,
    title: 'é'.repeat(bounds.line),
    topic: many(bounds.topicSegments, 'a').join('/'),
    from: many(bounds.entries, 'KR'),
    names: { 'company:kogas': 'KOGAS', 'state:ussr': 'USSR' },
    terms: many(bounds.terms, { ...term, min: digits(40), max: `${digits(20)}.${digits(20)}`, text: '𝔸'.repeat(bounds.prose) }),
    sources: many(2, { ...source, url: `https://example.org/${'a'.repeat(bounds.address - 20)}` }),
    summary: 'one\ttab\nanother line, 3,500억 달러 \u200fעברית\u200f',
    note: 'a \u2067right to left\u2069 word, and \u202bembedded \u2066isolated\u2069\u202c',
    quote: { exact: 'x', prefix: ' ', suffix: '' },
  };
  expect(boundsProblems(full)).toEqual([]);
});

describe('what is out of bounds is told where it is', () => {
  test.each([
    ['a topic of nine segments', { topic: many(9, 'a').join('/') }, '/topic'],
    ['a figure of 41 digits', { terms: [{ ...term, min: digits(41) }] }, '/terms/0/min'],
    ['a fraction of 41 digits in all', { terms: [{ ...term, max: `1.${digits(40)}` }] }, '/terms/0/max'],
    ['a tariff from 41 digits', { terms: [{ kind: 'tariff', from: digits(41) }] }, '/terms/0/from'],
    ['a line of 501 characters', { title: 'a'.repeat(501) }, '/title'],
    ['a role of 501 characters', { saidBy: [{ actor: 'KR', role: 'a'.repeat(501) }] }, '/saidBy/0/role'],
    ['an address of 2,001', { sources: [{ url: `https://e.org/${'a'.repeat(1987)}` }] }, '/sources/0/url'],
    ['prose of 20,001', { note: '𝔸'.repeat(20_001) }, '/note'],
    ['a date of 65', { happened: `2025-08-22T10:00:00.${'0'.repeat(44)}Z` }, '/happened'],
    ['201 terms', { terms: many(201, term) }, '/terms'],
    ['301 of anything else', { saidBy: many(301, { actor: 'KR' }) }, '/saidBy'],
    ['301 words of a term', { terms: [{ ...term, stages: many(301, 'a') }] }, '/terms/0/stages'],
    ['301 links', { links: { partOf: many(301, 'a') } }, '/links/partOf'],
    ['301 names', { names: Object.fromEntries(many(301, 0).map((_, n) => [`company:c${n}`, 'x'])) }, '/names'],
    ['301 changes', { changes: Object.fromEntries(many(301, 0).map((_, n) => [`c${n}`, 'x'])) }, '/changes'],
    ['a correction with a figure of 41 digits', { changes: { terms: [{ ...term, min: digits(41) }] } }, '/changes/terms/0/min'],
    ['words of blanks', { title: ' \u3000' }, '/title'],
    ['words of nothing visible', { terms: [{ ...term, text: '\u200b\u2060\ufeff' }] }, '/terms/0/text'],
    ['words of a blank pattern and a filler', { summary: '\u2800\u3164\u00ad' }, '/summary'],
    ['a summary that is empty', { summary: '' }, '/summary'],
    ['a country in names', { names: { KR: 'Korea' } }, '/names/KR'],
    ['an escape in a title', { title: 'Port visit\u001b[2J' }, '/title'],
    ['a line feed in a title', { title: 'Ships\n91  minister' }, '/title'],
    ['a tab in a name', { saidBy: [{ actor: 'KR', name: 'a\tb' }] }, '/saidBy/0/name'],
    ['a line separator in a role', { saidBy: [{ actor: 'KR', role: 'a\u2028b' }] }, '/saidBy/0/role'],
    ['a next line (C1) in prose', { summary: 'a\u0085b' }, '/summary'],
    ['a delete in prose', { note: 'a\u007fb' }, '/note'],
    ['a carriage return in prose', { note: 'a\r\nb' }, '/note'],
    ['an escape in a quote', { sources: [{ ...source, quote: { exact: '\u001b]52;c;\u0007' } }] }, '/sources/0/quote/exact'],
    ['an escape in a name of a field', { names: { 'company:a\u001b': 'x' } }, '/names/company:a\u001b'],
    ['an override in a name', { saidBy: [{ actor: 'KR', name: 'Kim \u2069\u202e' }] }, '/saidBy/0/name'],
    ['a mark of direction in a title', { title: 'a\u200e' }, '/title'],
    ['an override that is not closed', { note: 'a \u202e000 5' }, '/note'],
    ['an isolate closed in another line', { note: 'a \u2067b\nc\u2069' }, '/note'],
    ['a sign that closes what the field has not opened', { note: 'a\u2069b' }, '/note'],
    ['a sign that closes an embedding across an isolate', { note: '\u202aa\u2066b\u202cc\u2069' }, '/note'],
  ])('%s', (_, changed, pointer) => {
    expect(pointers({ ...said, ...changed })).toEqual([pointer]);
  });

  test('a reason is prose, a kind of instrument is a line', () => {
    expect(boundsProblems({ reason: 'a\nb', instrument: { kind: 'a\nb' } })).toEqual([
      {
        pointer: '/instrument/kind',
        detail: 'expected one line without control characters, line breaks and direction controls, found a line feed (U+000A)',
      },
    ]);
  });

  test('under the code of a party everything is one line, whatever the code is called', () => {
    expect(pointers({ names: { text: 'a\nb' } })).toEqual(['/names/text']);
  });
});

test('the first hundred problems are told, and 250,000 entries are not looked at', () => {
  expect(boundsProblems({ ...said, summary: 'a', resolves: many(250_000, '\u001b') })).toEqual([
    { pointer: '/resolves', detail: 'expected at most 300 entries, found 250000' },
  ]);
  expect(boundsProblems({ terms: many(200, { stages: many(300, 1) }) })).toHaveLength(100);
  expect(boundsProblems({ terms: many(200, { ...term, text: '\u001b' }) })).toHaveLength(100);
});

test('whatever else is in a value, it is looked through without a fault', () => {
  for (const value of [
    null,
    undefined,
    1,
    'text',
    [],
    [[[]]],
    { names: [] },
    { terms: { a: 1 } },
    { text: {} },
    { a: [null] },
  ]) {
    expect(() => boundsProblems(value)).not.toThrow();
  }
});

describe('the fields that bounds go by', () => {
  /** Each field of the schema: its name, its schema, and whether it stands in a list. */
  function* fieldsIn(schema: z.core.$ZodType, name = '', inList = false): Generator<[string, z.core.$ZodType, boolean]> {
    if (schema instanceof z.ZodOptional) yield* fieldsIn(schema.unwrap(), name, inList);
    else yield [name, schema, inList];
    if (schema instanceof z.ZodArray) yield* fieldsIn(schema.element, name, true);
    if (schema instanceof z.ZodDiscriminatedUnion) for (const option of schema.options) yield* fieldsIn(option, name, inList);
    if (schema instanceof z.ZodObject) for (const [field, inner] of Object.entries(schema.shape)) yield* fieldsIn(inner, field);
    if (schema instanceof z.ZodRecord) yield* fieldsIn(schema.valueType, 'names.value');
  }
  const fields = [...fieldsIn(ledgerEvent)];

  test('are those of the schema: texts where there is prose, an address or a date, objects in the lists of objects', () => {
    const kinds = new Map<string, Set<string>>();
    for (const [name, schema, inList] of fields) {
      if (inList) {
        const isText = schema instanceof z.ZodString || schema instanceof z.ZodEnum;
        expect([name, isText], name).toEqual([name, !holdsObjects(name)]);
      } else if (schema instanceof z.ZodString) {
        const known = textKindOf(name);
        kinds.set(known, (kinds.get(known) ?? new Set()).add(name));
      }
    }
    const sorted = (kind: string): string[] => [...(kinds.get(kind) ?? [])].toSorted();
    expect(sorted('prose')).toEqual(['exact', 'note', 'prefix', 'reason', 'suffix', 'summary', 'text', 'translation']);
    expect(sorted('address')).toEqual(['archivedUrl', 'url']);
    expect(sorted('figure')).toEqual(['from', 'max', 'min', 'to']);
    expect(sorted('topic')).toEqual(['topic']);
    // A new field of a date must be named among the dates of bounds.ts; here are those that the schema refuses when it is none.
    const dates = fields.flatMap(([name, schema, inList]) =>
      schema instanceof z.ZodString && !inList && schema.safeParse('../2025').success && !schema.safeParse('x y').success
        ? [name]
        : [],
    );
    expect([...new Set(dates)].toSorted()).toEqual(sorted('date').filter((name) => name !== ''));
  });
});
