import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type LedgerEvent, ledgerEvent, type Recorded } from '../../../domain/announcement.ts';
import { apply, changed, type Commitment } from '../../../domain/commitment.ts';
import type { Field } from '../../../src/http/record/fields.ts';
import { announcementSections, correctionSection, openingSection } from '../../../src/http/record/sections.ts';
import { formOfTarget, sentOf, type Subject } from '../../../src/http/record/subject.ts';
import { type Body, bodyOf, compacted, formOf, rowsOf } from '../../../src/http/record/values.ts';
import { parseLine } from '../../../src/exchange/line.ts';
import { summitFiles } from '../../../src/cli/sample.ts';

const lines = summitFiles
  .flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'))
  .map((text) => {
    const line = parseLine(text);
    if ('reason' in line) throw new Error(JSON.stringify(line));
    return line;
  });

function fieldsOf(type: LedgerEvent['type']): Field[] {
  if (type === 'opened') return [...openingSection.fields];
  return type === 'corrected' ? [...correctionSection.fields] : announcementSections(type).flatMap(({ fields }) => fields);
}

test.each(lines.filter(({ event }) => event.type !== 'corrected').map((line) => [line.event.type, line.id, line] as const))(
  '%s %s comes back from a form as it was recorded',
  (type, _id, { event }) => {
    const fields = fieldsOf(type);
    expect(bodyOf(fields, new Map(formOf(fields, event.data)))).toEqual(event.data);
  },
);

test('each correction comes back from a form that starts from what the record said, with the changed fields alone', () => {
  const commitments = new Map<string, Commitment>();
  let corrections = 0;
  for (const [index, line] of lines.entries()) {
    const { commitment: stream, id, event, time } = line;
    const before = commitments.get(stream);
    if (event.type === 'corrected' && before) {
      corrections++;
      expect(corrected(before, id, event.data)).toEqual(event.data);
    }
    const recorded = {
      ...event,
      id,
      stream,
      sequence: index + 1,
      revision: (before?.revision ?? -1) + 1,
      time,
      recordedBy: 'desk',
    };
    commitments.set(stream, apply(before, recorded));
  }
  expect(corrections).toBe(4);
});

function corrected(commitment: Commitment, id: string, data: Extract<LedgerEvent, { type: 'corrected' }>['data']): unknown {
  const target: Recorded | undefined =
    commitment.opened.id === data.corrects
      ? commitment.opened
      : commitment.timeline.find((entry) => entry.id === data.corrects);
  if (!target) throw new Error(`expected ${data.corrects} in the timeline`);
  const subject: Subject = { kind: 'correct', target, commitment, id };
  const after = { ...target, data: changed(target.data, data) } as Recorded;
  const form = new Map([...formOf(correctionSection.fields, data), ...formOfTarget(after)]);
  return sentOf(subject, form).command?.events[0]?.data;
}

/** Every path that the schema of an event has: `terms.*.min`, `quote.exact`. */
function pathsIn(schema: unknown, path = ''): string[] {
  const { properties, items, anyOf, oneOf, additionalProperties } = schema as Record<string, unknown>;
  const inner = [
    ...Object.entries(properties ?? {}).flatMap(([name, member]) => pathsIn(member, path === '' ? name : `${path}.${name}`)),
    ...(items === undefined ? [] : pathsIn(items, path)),
    ...[anyOf, oneOf].flatMap((all) => ((all ?? []) as unknown[]).flatMap((one) => pathsIn(one, path))),
  ];
  // A map has no names of its own.
  if (inner.length === 0 && path !== '') return [typeof additionalProperties === 'object' ? `${path}.*` : path];
  return [...new Set(inner)];
}

function pathsOf(fields: readonly Field[], path = ''): string[] {
  return fields.flatMap((field) => {
    const name = path === '' ? field.name : `${path}.${field.name}`;
    if ('group' in field) return pathsOf(field.group, name);
    if (!('rows' in field)) return [name];
    return field.keyed ? [`${name}.*`] : pathsOf(field.rows, name);
  });
}

test.each(ledgerEvent.options.map((option) => [option.shape.type.value, option.shape.data] as const))(
  '%s: every field of the contract has its place in the form, and none else',
  (type, data) => {
    const paths = pathsIn(z.toJSONSchema(data, { io: 'input', unrepresentable: 'any' }));
    // What a correction corrects is chosen before the form, and its changes are the fields of that.
    const asked = paths.filter((path) => type !== 'corrected' || !/^(corrects|changes)/.test(path));
    expect(pathsOf(fieldsOf(type)).toSorted()).toEqual(asked.toSorted());
  },
);

/** The fields that say neither by an example nor by their choices what belongs there. */
function unexplained(fields: readonly Field[], path = ''): string[] {
  return fields.flatMap((field) => {
    const name = `${path}${field.name}`;
    if ('group' in field) return unexplained(field.group, `${name}.`);
    if ('rows' in field) return unexplained(field.rows, `${name}.`);
    const { options } = 'values' in field ? field.values : field;
    const areWords = Array.isArray(options) && options.every(([value, words]) => words !== value);
    const isDrawn = !('values' in field) && field.as === 'qualifier';
    return field.hint !== undefined || areWords || isDrawn ? [] : [name];
  });
}

test.each(ledgerEvent.options.map((option) => option.shape.type.value))(
  '%s: every field says by an example or by its choices what belongs there',
  (type) => {
    expect(unexplained(fieldsOf(type))).toEqual([]);
  },
);

const terms = announcementSections('observed').flatMap(({ fields }) => fields.filter(({ name }) => name === 'terms'));
const typed = (row: Record<string, string>): Body => {
  const form = new Map(Object.entries(row).map(([name, text]) => [`terms.0.${name}`, text]));
  return ((bodyOf(terms, form)['terms'] ?? []) as Body[])[0] ?? {};
};

test.each([
  [
    { qualifier: 'exact', min: '5' },
    { min: '5', max: '5' },
  ],
  [
    { qualifier: 'about', min: '5' },
    { min: '5', max: '5' },
  ],
  [{ qualifier: 'more-than', min: '5' }, { min: '5' }],
  [{ qualifier: 'at-least', min: '5' }, { min: '5' }],
  [{ qualifier: 'up-to', min: '5' }, { max: '5' }],
  [{ qualifier: 'less-than', min: '5' }, { max: '5' }],
  [
    { qualifier: 'between', min: '5', max: '10' },
    { min: '5', max: '10' },
  ],
  // What fits no qualifier goes to the rules as it was typed, to be told there.
  [
    { qualifier: 'up-to', min: '5', max: '10' },
    { min: '5', max: '10' },
  ],
  [
    { qualifier: 'exact', min: '5', max: '10' },
    { min: '5', max: '10' },
  ],
])('a figure is typed once, and its qualifier says which bounds it gives: %j', (row, bounds) => {
  expect(typed({ kind: 'count', ...row })).toEqual({ kind: 'count', qualifier: row.qualifier, ...bounds });
});

test.each([
  ['350 000 000 000', '350000000000'],
  ['350,000,000,000', '350000000000'],
  ['1,234.5', '1234.5'],
  [' 3.5 ', '3.5'],
  // A comma that is no comma of thousands may be a decimal one: the rules refuse it, nothing guesses.
  ['3,5', '3,5'],
  ['1,00,000', '1,00,000'],
])('a figure typed as %j is sent as %j', (text, sent) => {
  expect(typed({ kind: 'count', min: text })['min']).toBe(sent);
});

test('the fields of another kind of term are not sent', () => {
  expect(typed({ kind: 'count', min: '5', unit: 'vessels', currency: 'USD', of: 'GDP' })).toEqual({
    kind: 'count',
    min: '5',
    unit: 'vessels',
  });
});

test('rows without words are left out, and what follows them moves up', () => {
  const { fields } = announcementSections('observed').find(({ title }) => title.startsWith('When')) ?? { fields: [] };
  const form = new Map([
    ['saidBy.0.actor', ''],
    ['saidBy.3.actor', 'KR'],
    ['saidBy.7.actor', 'JP'],
  ]);
  expect(compacted(form, fields)).toEqual([
    ['saidBy.0.actor', 'KR'],
    ['saidBy.1.actor', 'JP'],
  ]);
});

test('the lines of a text come back as they were recorded, however a browser sends them', () => {
  const fields = fieldsOf('observed').filter(({ name }) => name === 'note');
  expect(bodyOf(fields, new Map([['note', 'one\r\ntwo\r\n']]))).toEqual({ note: 'one\ntwo\n' });
});

test.each([
  ['5', '5'],
  ['1000', '1 000'],
  ['350000000000', '350 000 000 000'],
  ['1234567.12345', '1 234 567.12345'],
  ['0.0001', '0.0001'],
])('a figure recorded as %s is shown as %s', (recorded, shown) => {
  const body = { terms: [{ kind: 'count', key: 'a', text: 'a', qualifier: 'at-least', min: recorded, unit: 'things' }] };
  const form = new Map(formOf(terms, body));
  expect(form.get('terms.0.min')).toBe(shown);
  expect(bodyOf(terms, form)).toEqual(body);
});

test('the rows of each list are found in one look through the form, also of lists in lists', () => {
  const form = new Map([
    ['terms.2.stages.10', 'a'],
    ['terms.2.stages.9', 'b'],
    ['terms.0.key', 'c'],
    ['terms.1.key', ''],
    ['terms.01.key', 'd'],
    ['terms.x.key', 'e'],
    ['termsmore.5', 'f'],
  ]);
  expect(['terms', 'terms.2.stages', 'terms.0', 'termsmore', 'none'].map((name) => rowsOf(form, name))).toEqual([
    [0, 2],
    [9, 10],
    [],
    [5],
    [],
  ]);
});
