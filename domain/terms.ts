import Big from 'big.js';
import { z } from 'zod';
import { checkedString, currency, expectedFound, party, patternString, slugPattern } from './codes.ts';
import { parseWhen, whenExpected } from './dates.ts';

/**
 * The terms of an announcement, in figures or words. Names and shapes are the storage format: add to them, never change them.
 */

/** A string that is not blank. */
export const words = patternString('a text that is not empty', /\S/);

/** A date as announced; see dates.ts. */
export const when = checkedString(whenExpected, (text) => parseWhen(text) !== undefined);

/** A figure in full units, compared by value: `350000000000`, `3.5`. Never a JSON number, which could lose digits. */
const figurePattern = /^\d+(\.\d+)?$/;
const figure = patternString('a figure as a decimal string without sign or exponent', figurePattern);

export const termKey = patternString('a key of 1 to 64 characters a-z, 0-9 and -', /^[a-z0-9-]{1,64}$/);

export const qualifier = z.enum(['exact', 'about', 'more-than', 'at-least', 'up-to', 'less-than', 'between']);

/** The lengths of time of a rate. Older ledgers may hold other words, so this is judged only when something comes in. */
export const pers = ['day', 'week', 'month', 'quarter', 'year'] as const;

/** How firmly a term is worded, the firmest first. */
export const modalities = ['shall', 'intends', 'expected', 'considers', 'may'] as const;

const common = {
  key: termKey.describe('Stable inside the commitment'),
  text: words.describe('The words, verbatim'),
  translation: words.optional(),
  period: when.optional(),
  deadline: when.optional(),
  effective: when.optional().describe('From when this term is effective, instead of the announcement’s'),
  owedBy: z.array(party).optional().describe('Which of the obligors owe it; absent: all whom the announcement binds'),
  each: z.literal(true).optional().describe('Everyone who owes it owes all of it, by himself'),
  modality: z.enum(modalities).optional(),
  partOf: termKey.optional(),
  partition: patternString('a slug such as year', slugPattern)
    .optional()
    .describe('By what the total is cut: by year, by sector'),
  notPartOf: termKey.optional(),
  limits: termKey.optional(),
  sameAs: termKey.optional().describe('The same thing as another key, said otherwise'),
};
const bounds = { qualifier, min: figure.optional(), max: figure.optional() };
const per = words.optional();

const baseline = z
  .strictObject({
    change: z.enum(['increase', 'decrease']),
    text: words,
    period: when.optional(),
    qualifier: qualifier.optional(),
    min: figure.optional(),
    max: figure.optional(),
  })
  .superRefine((value, context) => {
    if (value.qualifier !== undefined) boundsFitQualifier({ ...value, qualifier: value.qualifier }, context);
    else refuseFields(value, ['min', 'max'], 'without a qualifier', context);
  });

const figures = {
  role: z.enum(['promise', 'reference']).optional().describe('reference: what it covers, a threshold, a ceiling'),
  baseline: baseline.optional().describe('What the figure is above or below'),
  delivers: termKey.optional().describe('Of a delivery: the key that it delivers, its own when absent'),
  counts: z.enum(['increment', 'cumulative']).optional().describe('Of a delivery: this much more, or this much in all so far'),
};

/** The kinds as plain objects, which answers extend. */
export const termShapes = {
  money: { kind: z.literal('money'), ...common, ...figures, ...bounds, currency, per },
  percent: { kind: z.literal('percent'), ...common, ...figures, ...bounds, of: words, per },
  count: { kind: z.literal('count'), ...common, ...figures, ...bounds, unit: words, per },
  tariff: {
    kind: z.literal('tariff'),
    ...common,
    ...figures,
    from: figure.optional(),
    to: figure.optional(),
    min: figure.optional(),
    max: figure.optional(),
    on: words,
    qualifier: z.enum(['exact', 'about', 'up-to', 'at-least', 'between']).optional(),
    mfn: z.enum(['included', 'added', 'alone']).optional(),
    unit: words.optional().describe('Per cent of value when absent'),
  },
  stages: { kind: z.literal('stages'), ...common, stages: z.array(words).min(1) },
  condition: { kind: z.literal('condition'), ...common, unless: z.literal(true).optional() },
  text: { kind: z.literal('text'), ...common },
} as const;

export const term = z
  .discriminatedUnion('kind', [
    z.strictObject(termShapes.money).superRefine(boundsFitQualifier),
    z
      .strictObject(termShapes.percent)
      .superRefine(boundsFitQualifier)
      .superRefine(({ baseline: of }, context) => {
        if (of) refuseFields(of, ['qualifier', 'min', 'max'], 'in the baseline of a percent', context, ['baseline']);
      }),
    z.strictObject(termShapes.count).superRefine(boundsFitQualifier),
    z.strictObject(termShapes.tariff).superRefine(rateFitsQualifier),
    z.strictObject(termShapes.stages),
    z.strictObject(termShapes.condition),
    z.strictObject(termShapes.text),
  ])
  .superRefine((value, context) => {
    for (const relation of relations) {
      if (value[relation] === value.key)
        context.addIssue({ code: 'custom', path: [relation], message: expectedFound('the key of another term', value.key) });
    }
    if (value.partition !== undefined && value.partOf === undefined)
      context.addIssue({ code: 'custom', path: ['partition'], message: 'expected partOf beside a partition, found none' });
  });

export type Term = z.infer<typeof term>;
export type Qualifier = z.infer<typeof qualifier>;
/** A term that has a figure. */
export type Figured = Extract<Term, { kind: 'money' | 'percent' | 'count' | 'tariff' }>;

export const relations = ['partOf', 'notPartOf', 'limits', 'sameAs'] as const;

/** A tariff's rate in one text: the decimal string, `min..max`, or `mfn` where that rate stands alone. */
export function rateOf({ to, min, max }: Rate): string {
  if (to !== undefined) return to;
  return min === undefined || max === undefined ? 'mfn' : `${min}..${max}`;
}

/** Whether a term has a figure: an amount, a share, a number or a rate. */
export function isFigured(value: Term): value is Figured {
  return value.kind === 'money' || value.kind === 'percent' || value.kind === 'count' || value.kind === 'tariff';
}

function refuseFields(
  value: object,
  fields: readonly string[],
  where: string,
  context: z.RefinementCtx,
  path: readonly string[] = [],
): void {
  for (const field of fields) {
    const found: unknown = Reflect.get(value, field);
    if (found !== undefined)
      context.addIssue({ code: 'custom', path: [...path, field], message: expectedFound(`no ${field} ${where}`, found) });
  }
}

/** The fields of a tariff that give its rate. */
export type Rate = Omit<Bounded, 'qualifier'> & {
  qualifier?: Qualifier | undefined;
  to?: string | undefined;
  mfn?: 'included' | 'added' | 'alone' | undefined;
};

/** Which of `to`, `min` and `max` a tariff has: `to`; or both bounds with "between"; or none with the MFN rate alone. */
function rateFitsQualifier(value: Rate, context: z.RefinementCtx): void {
  if (value.mfn === 'alone') return refuseFields(value, ['to', 'qualifier', 'min', 'max'], 'with mfn "alone"', context);
  if (value.qualifier === 'between') {
    refuseFields(value, ['to'], 'with "between"', context);
    return boundsFitQualifier({ ...value, qualifier: 'between' }, context);
  }
  refuseFields(value, ['min', 'max'], `with "${value.qualifier ?? 'exact'}"`, context);
  if (value.to === undefined)
    context.addIssue({ code: 'custom', path: ['to'], message: 'expected the rate, or mfn "alone", found neither' });
}

type Bounded = { qualifier: Qualifier; min?: string | undefined; max?: string | undefined };

/** Which bounds a qualifier asks for; everything else is refused. */
function boundsFitQualifier(value: Bounded, context: z.RefinementCtx): void {
  const { qualifier: q, min, max } = value;
  // A value that is no figure has been reported already and cannot be compared.
  if ([min, max].some((bound) => bound !== undefined && !figurePattern.test(bound))) return;
  const found = `${min === undefined ? 'no min' : `min ${min}`} and ${max === undefined ? 'no max' : `max ${max}`}`;
  const refuse = (expected: string): void =>
    context.addIssue({ code: 'custom', path: ['qualifier'], message: `expected ${expected} with "${q}", found ${found}` });
  switch (q) {
    case 'exact':
    case 'about':
      if (min === undefined || max === undefined || decimal(min) !== decimal(max)) refuse('min and max of the same value');
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

/**
 * What makes a figure the same as another, part by part: kind, unit, qualifier and baseline, with numbers in their normal form.
 * Words and times do not count. The rate that a tariff starts from is left out, since it need not be repeated.
 */
export function figureParts(term: Term): readonly (string | undefined)[] {
  if (!isFigured(term)) return [term.kind];
  const { kind, qualifier: q = 'exact', min, max, baseline: from } = term;
  const measure = 'currency' in term ? term.currency : 'of' in term ? term.of : term.unit;
  const rate = term.kind === 'tariff' ? [term.on, decimal(term.to), term.mfn] : [term.per];
  const figure = [kind, q, decimal(min), decimal(max), measure, ...rate];
  return from ? [...figure, from.change, from.qualifier, decimal(from.min), decimal(from.max)] : figure;
}

/** Whether every figure of `a` equals the one in `b`, by `figureParts`; a rate that `a` does not start from is not asked for. */
export function sameFigure(a: Term, b: Term): boolean {
  if (!areSame(figureParts(a), figureParts(b))) return false;
  return a.kind !== 'tariff' || b.kind !== 'tariff' || a.from === undefined || decimal(a.from) === decimal(b.from);
}

/** Whether two lists have the same members in the same order. */
export function areSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

/**
 * Whether two terms of one key say the same: figures by value, the other fields literally. New words for a figure change
 * nothing.
 */
export function sameTerm(a: Term, b: Term): boolean {
  if ((a.kind === 'text' || a.kind === 'condition') && a.text !== b.text) return false;
  return sameFigure(a, b) && sameFigure(b, a) && JSON.stringify(literally(a)) === JSON.stringify(literally(b));
}

function literally(term: Term): [string, unknown][] {
  return Object.entries(term)
    .filter(([field, value]) => value !== undefined && !['text', 'translation', ...figureFields].includes(field))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const figureFields = ['min', 'max', 'from', 'to', 'qualifier'];

/** The normal form of a decimal: equal for equal values. */
export function decimal(text: string | undefined): string | undefined {
  if (text === undefined || (text.charCodeAt(0) !== 48 && !text.includes('.'))) return text;
  const [whole = '', fraction = ''] = text.split('.');
  const [left, right] = [whole.replace(/^0+(?=\d)/, ''), fraction.replace(/0+$/, '')];
  return right === '' ? left : `${left}.${right}`;
}
