import Big from 'big.js';
import { z } from 'zod';
import { checkedString, currency, expectedFound, patternString } from '../../../domain/codes.ts';
import { parseWhen, whenExpected } from '../../../domain/dates.ts';

/** What a commitment is about, in figures or words. Names and shapes are the storage format: add to them, never change them. */

/** A string with something in it. */
export const words = patternString('a text that is not empty', /\S/);

/** A date as announced; see dates.ts. */
export const when = checkedString(whenExpected, (text) => parseWhen(text) !== undefined);

/** A figure in full units, compared by value: `350000000000`, `3.5`. Never a JSON number, which could not keep it. */
const figurePattern = /^\d+(\.\d+)?$/;
const figure = patternString('a figure as a decimal string without sign or exponent', figurePattern);

export const termKey = patternString('a key of 1 to 64 characters a-z, 0-9 and -', /^[a-z0-9-]{1,64}$/);

const qualifier = z.enum(['exact', 'about', 'more-than', 'at-least', 'up-to', 'less-than', 'between']);

const common = {
  key: termKey.describe('Stable inside the commitment'),
  text: words.describe('The words, verbatim'),
  translation: words.optional(),
  period: when.optional(),
  deadline: when.optional(),
  partOf: termKey.optional(),
  notPartOf: termKey.optional(),
  limits: termKey.optional(),
};
const bounds = { qualifier, min: figure.optional(), max: figure.optional() };

/** The six kinds as plain objects, which answers extend. */
export const termShapes = {
  money: { kind: z.literal('money'), ...common, ...bounds, currency, per: words.optional() },
  percent: { kind: z.literal('percent'), ...common, ...bounds, of: words },
  count: { kind: z.literal('count'), ...common, ...bounds, unit: words },
  tariff: {
    kind: z.literal('tariff'),
    ...common,
    from: figure.optional(),
    to: figure,
    on: words,
    qualifier: z.enum(['exact', 'about', 'up-to']).optional(),
  },
  stages: { kind: z.literal('stages'), ...common, stages: z.array(words).min(1) },
  text: { kind: z.literal('text'), ...common },
} as const;

export const term = z
  .discriminatedUnion('kind', [
    z.strictObject(termShapes.money).superRefine(boundsFitQualifier),
    z.strictObject(termShapes.percent).superRefine(boundsFitQualifier),
    z.strictObject(termShapes.count).superRefine(boundsFitQualifier),
    z.strictObject(termShapes.tariff),
    z.strictObject(termShapes.stages),
    z.strictObject(termShapes.text),
  ])
  .superRefine((value, context) => {
    for (const relation of relations) {
      if (value[relation] === value.key)
        context.addIssue({ code: 'custom', path: [relation], message: expectedFound('the key of another term', value.key) });
    }
  });

export type Term = z.infer<typeof term>;
export type Qualifier = z.infer<typeof qualifier>;

export const relations = ['partOf', 'notPartOf', 'limits'] as const;

type Bounded = { qualifier: Qualifier; min?: string | undefined; max?: string | undefined };

/** Which bounds a qualifier asks for; everything else is refused. */
function boundsFitQualifier(value: Bounded, context: z.RefinementCtx): void {
  const { qualifier: q, min, max } = value;
  // What is no figure has been reported already, and cannot be compared.
  if ([min, max].some((bound) => bound !== undefined && !figurePattern.test(bound))) return;
  const found = `${min === undefined ? 'no min' : `min ${min}`} and ${max === undefined ? 'no max' : `max ${max}`}`;
  const refuse = (expected: string): void =>
    context.addIssue({ code: 'custom', path: ['qualifier'], message: `expected ${expected} with "${q}", found ${found}` });
  switch (q) {
    case 'exact':
    case 'about':
      if (min === undefined || max === undefined || !Big(min).eq(max)) refuse('min and max of the same value');
      break;
    case 'more-than':
    case 'at-least':
      if (min === undefined || max !== undefined) refuse('min and no max');
      break;
    case 'up-to':
    case 'less-than':
      if (min !== undefined || max === undefined) refuse('max and no min');
      break;
    case 'between':
      if (min === undefined || max === undefined || !Big(min).lt(max)) refuse('min smaller than max');
      break;
    default:
      q satisfies never;
  }
}

/** The lower and upper bound of a money term as it adds up: null where the words leave it open. */
export function moneyBounds(value: Bounded): { min: Big | null; max: Big | null } {
  return { min: value.min === undefined ? null : Big(value.min), max: value.max === undefined ? null : Big(value.max) };
}

/** Whether every figure of `a` equals the one in `b`: same kind, unit and qualifier, values by value. Words do not count. */
export function sameFigure(a: Term, b: Term): boolean {
  if (a.kind === 'money' && b.kind === 'money') return a.currency === b.currency && a.per === b.per && sameBounds(a, b);
  if (a.kind === 'percent' && b.kind === 'percent') return a.of === b.of && sameBounds(a, b);
  if (a.kind === 'count' && b.kind === 'count') return a.unit === b.unit && sameBounds(a, b);
  if (a.kind === 'tariff' && b.kind === 'tariff') {
    const sameFrom = a.from === undefined || sameValue(a.from, b.from);
    return a.on === b.on && sameFrom && sameValue(a.to, b.to) && (a.qualifier ?? 'exact') === (b.qualifier ?? 'exact');
  }
  return a.kind === b.kind;
}

/** Whether two terms of one key say the same: figures by value, the rest literally. New words for a figure change nothing. */
export function sameTerm(a: Term, b: Term): boolean {
  const { text: textA, translation: _a, ...restA } = a;
  const { text: textB, translation: _b, ...restB } = b;
  if (a.kind === 'text' && textA !== textB) return false;
  return (
    sameFigure(a, b) && sameFigure(b, a) && JSON.stringify(withoutFigures(restA)) === JSON.stringify(withoutFigures(restB))
  );
}

function withoutFigures(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([field, inner]) => inner !== undefined && !['min', 'max', 'from', 'to', 'qualifier'].includes(field))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function sameBounds(a: Bounded, b: Bounded): boolean {
  return a.qualifier === b.qualifier && sameValue(a.min, b.min) && sameValue(a.max, b.max);
}

function sameValue(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Big(a).eq(b);
}
