import Big from 'big.js';
import { currencies } from '../../domain/codes.ts';
import { currencyNamed } from '../../domain/meant.ts';
import type { Qualifier, Term } from '../../domain/terms.ts';
import { figureInWords, perInWords, rateInWords } from '../wording/values.ts';
import { type Amount, amountAt } from './plainNumbers.ts';
import { perBefore, perIn, qualifierAfter, qualifierBefore } from './qualifierWords.ts';
import { evened, type Reading, readingsOf, refused, type Understood } from './reading.ts';

/** Figures as people write them, as the fields of a term without its key. */

/** The fields of a term that a figure gives. A number without a unit has no kind; a share of something unsaid has no `of`. */
export type PlainFigure = {
  readonly kind?: 'money' | 'percent' | 'count' | 'tariff' | 'text';
  readonly qualifier?: Qualifier;
  readonly min?: string;
  readonly max?: string;
  readonly to?: string;
  readonly currency?: string;
  readonly of?: string;
  readonly on?: string;
  readonly unit?: string;
  readonly per?: string;
  /** The words as typed. */
  readonly text: string;
};

const noFigure =
  /^(?:no figures?(?: yet| given| stated)?|none|no amount(?: yet)?|not (?:yet )?(?:stated|given|known)|unknown|tb[cd]|미정|금액 미정|未定)$/;
const examples = ['US$5 billion', 'at least 3.5 % of GDP', '103 aircraft'];

/**
 * Reads `£2.26bn`, `US$5–10bn`, `up to 5 billion dollars`, `at least 3.5 % of GDP`, `1조 5,192억 원`, `103 aircraft`, `no figure
 * yet`.
 */
export function understandFigure(text: string): Understood<PlainFigure> {
  const typed = text.trim();
  const bare = evened(typed).toLowerCase();
  if (noFigure.test(bare)) {
    return { readings: [{ value: { kind: 'text', text: typed }, words: 'no figure, the words alone' }] };
  }
  const found = figureAt(typed, 0);
  if (!found) return refused(...noneIn(typed, bare));
  if (
    found.readings.some(({ value }) =>
      [value.min, value.max, value.to].some((one = '') => one.replace('.', '').length > maxDigits),
    )
  ) {
    return refused(`a figure has at most ${maxDigits} digits`, ...examples);
  }
  return readingsOf(found.readings, 'this can be read in more than one way: which is meant?');
}

const maxDigits = 40;

function noneIn(typed: string, bare: string): [string, ...string[]] {
  const at = /\d/.exec(bare)?.index;
  const later =
    at === undefined
      ? undefined
      : startsBefore(typed, at)
          .map((start) => figureAt(typed, start))
          .find((one) => one);
  const [said] = later?.readings ?? [];
  if (said) return [`begin with the figure; did you mean ${said.words}?`, said.words];
  return ['expected a figure; where the words give none, type “no figure yet”', ...examples];
}

/** Where a figure with its first digit at `at` can begin: at a sign or code before it, or at the digit. */
function startsBefore(text: string, at: number): number[] {
  const before = /(?:[A-Za-z]{0,3}[$€£¥₩₹₽₺₴₪₱₫] ?|[A-Z]{3} ?)$/.exec(text.slice(Math.max(0, at - 5), at))?.[0].length ?? 0;
  return before === 0 ? [at] : [at - before, at];
}

export type FigureFound = { readonly readings: readonly Reading<PlainFigure>[]; readonly end: number };

/** The figure that begins at `start`: its readings, and where the last part that was read ends. */
export function figureAt(typed: string, start: number, { whole = true }: { whole?: boolean } = {}): FigureFound | undefined {
  const plain = evened(typed);
  const text = plain.toLowerCase();
  const rate = perBefore(text, start);
  const before = qualifierBefore(text, rate.end);
  const between = /(?:between|from) /y;
  between.lastIndex = before.end;
  const isBetween = between.exec(text);
  const first = moneyAt(plain, text, isBetween ? between.lastIndex : before.end);
  if (!first) return undefined;
  const second = upperAt(plain, text, first.end, isBetween !== null);
  const amounts = second ? bothScaled(first, second) : [first];
  if (!amounts) return undefined;
  const after = qualifierAfter(text, (second ?? first).end);
  const qualifier = before.qualifier ?? after.qualifier;
  if (before.qualifier && after.qualifier && before.qualifier !== after.qualifier) return undefined;
  const per = perIn(text, after.end);
  const currency = first.currency ?? second?.currency;
  const note = (second ?? first).note ?? before.note;
  return named({
    plain,
    text,
    typed,
    start,
    amounts,
    qualifier,
    currency,
    per: rate.per ?? per.per,
    end: per.end,
    whole,
    note,
  });
}

type Priced = Amount & { readonly currency?: string | undefined; readonly note?: string | undefined };

/** A number with its currency before or after it, if it has one. */
function moneyAt(plain: string, text: string, at: number): Priced | undefined {
  const before = currencyBefore(plain, at);
  const amount = amountAt(text, before?.end ?? at);
  if (!amount) return undefined;
  const after = currencyAfter(plain, amount.end);
  const [one, other] = [before?.code, after?.code];
  if (one !== undefined && other !== undefined && one !== other) return undefined;
  const isDollar = one === undefined ? after?.isDollar : before?.isDollar && !after?.isNamed;
  const note = isDollar ? 'dollars of the United States are supposed' : undefined;
  return { ...amount, currency: one ?? other, end: after?.end ?? amount.end, note };
}

type CurrencyFound = { readonly code: string; readonly end: number; readonly isDollar: boolean; readonly isNamed?: boolean };

function currencyBefore(plain: string, at: number): CurrencyFound | undefined {
  const sign = /(?:([A-Za-z]{0,3}[$€£¥₩₹₽₺₴₪₱₫])|([A-Z]{3})) ?(?=\d)/y;
  sign.lastIndex = at;
  const [all = '', symbol, code] = sign.exec(plain) ?? [];
  const meant = symbol === undefined ? code : currencyNamed(symbol);
  return meant !== undefined && currencies.has(meant)
    ? { code: meant, end: at + all.length, isDollar: symbol === '$' }
    : undefined;
}

/** A currency after a number: the longest of at most three words that name one, or a code in upper case. */
function currencyAfter(plain: string, at: number): CurrencyFound | undefined {
  const words =
    / ?[-]?((?:[A-Z]{3}|[$€£¥₩])(?![\p{L}\d])|(?:(?:U\.S\.|[a-z]+) )?(?:(?:U\.S\.|[a-z]+) )?[a-z]+|달러|유로|엔|원|위안|파운드|ドル|ユーロ|円|元|ウォン|ポンド)/iuy;
  words.lastIndex = at;
  const found = words.exec(plain);
  if (!found) return undefined;
  const [all, name = ''] = found;
  if (/^[A-Z]{3}$/.test(name) && currencies.has(name))
    return { code: name, end: at + all.length, isDollar: false, isNamed: true };
  const parts = name.split(' ');
  for (let count = parts.length; count > 0; count--) {
    const said = parts.slice(0, count).join(' ');
    const code = currencyNamed(said);
    if (code !== undefined)
      return {
        code,
        end: at + all.length - (name.length - said.length),
        isDollar: /^(?:dollars?|\$)$/i.test(said),
        isNamed: said.includes(' '),
      };
  }
  return undefined;
}

/** The upper bound of a range. */
function upperAt(plain: string, text: string, at: number, isBetween: boolean): Priced | undefined {
  const sign = isBetween ? /(?: ?%| ?percent| ?per cent)?(?: and | to | ?- ?)/y : /(?: ?%)?(?: to | ?[-~] ?|에서 ?|から)/y;
  sign.lastIndex = at;
  return sign.exec(text) ? moneyAt(plain, text, sign.lastIndex) : undefined;
}

/**
 * In `5–10bn` both are billions: a lower bound without a scale takes that of the upper. Undefined where it would then be the
 * greater.
 */
function bothScaled(first: Priced, second: Priced): Priced[] | undefined {
  if (first.scale !== '1' || second.scale === '1') return [first, second];
  const scaled = new Big(first.value).times(second.scale);
  return scaled.lt(second.value) ? [{ ...first, value: scaled.toFixed() }, second] : undefined;
}

type Parts = {
  readonly plain: string;
  readonly text: string;
  readonly typed: string;
  readonly start: number;
  readonly amounts: readonly Priced[];
  readonly qualifier: Qualifier | undefined;
  readonly currency: string | undefined;
  readonly per: string | undefined;
  readonly end: number;
  /** Whether the whole text is the figure, so that the rest of it is its unit. */
  readonly whole: boolean;
  readonly note: string | undefined;
};

type Bounds = { qualifier: Qualifier; min?: string; max?: string };

function boundsOf(amounts: readonly Priced[], qualifier: Qualifier = 'exact'): Bounds[] {
  const [{ value: low } = { value: '0' }, high] = amounts;
  if (high) {
    if (!new Big(low).lt(high.value)) return [];
    const between: Bounds = { qualifier: 'between', min: low, max: high.value };
    // `as high as US$5–10 billion` is a range, or only its upper end.
    if (qualifier === 'up-to' || qualifier === 'less-than') return [between, { qualifier, max: high.value }];
    return qualifier === 'at-least' || qualifier === 'more-than' ? [between, { qualifier, min: low }] : [between];
  }
  switch (qualifier) {
    case 'more-than':
    case 'at-least':
      return [{ qualifier, min: low }];
    case 'up-to':
    case 'less-than':
      return [{ qualifier, max: low }];
    case 'exact':
    case 'about':
    case 'between':
      return [{ qualifier, min: low, max: low }];
    default:
      return qualifier satisfies never;
  }
}

/** The unit of the figure: per cent, money, or things. */
function named(parts: Parts): FigureFound | undefined {
  const { text, amounts, qualifier, currency, end, start, typed } = parts;
  const bounds = boundsOf(amounts, qualifier);
  if (bounds.length === 0) return undefined;
  const about =
    amounts.length > 1 && qualifier === 'about' ? 'a range has no “about” of its own: it stands in the words' : undefined;
  const note = about ?? parts.note;
  const percent = / ?(?:%|percent|per cent|pct|퍼센트|パーセント)/y;
  percent.lastIndex = amounts.at(-1)?.end ?? end;
  if (currency === undefined && percent.exec(text)) return percentFound(parts, bounds, percent.lastIndex, note);
  if (currency !== undefined) {
    const rest = text.slice(end).trim();
    const unread = parts.whole && rest !== '' ? `“${typed.slice(end).trim()}” stays in the words` : undefined;
    const said = parts.whole ? typed.slice(start) : typed.slice(start, end);
    return found(
      bounds.map((one) => ({
        kind: 'money',
        ...one,
        currency,
        ...(parts.per !== undefined && { per: parts.per }),
        text: said,
      })),
      [note, unread],
      end,
    );
  }
  return thingsFound(parts, bounds, note);
}

function percentFound(
  { text, plain, typed, start, whole }: Parts,
  bounds: readonly Bounds[],
  at: number,
  note: string | undefined,
): FigureFound {
  const after = qualifierAfter(text, at);
  const own = after.qualifier
    ? bounds.flatMap(({ min, max }) => boundsOf([{ value: min ?? max ?? '', scale: '1', end: 0 }], after.qualifier))
    : bounds;
  const tariff = / ?(?:(?:\p{L}+ ){0,2}(?:tariffs?|duty|duties) )?on ([^,;.]{1,120})/uy;
  const share = / ?(?:of|의) ([^,;.]{1,120})/y;
  tariff.lastIndex = share.lastIndex = after.end;
  const on = tariff.exec(plain);
  const of = share.exec(plain);
  const rest = restOf((of ?? on)?.[1] ?? '', whole);
  const end = of ? after.end + of[0].length - ((of[1]?.length ?? 0) - rest.length) : after.end;
  const per = perIn(text, end);
  const said = whole ? typed.slice(start) : typed.slice(start, per.end);
  if (on && / (?:tariffs?|duty|duties) on /.test(on[0].toLowerCase())) {
    const stop = after.end + on[0].length - ((on[1]?.length ?? 0) - rest.length);
    return found(
      own.flatMap((one) => tariffOf(one, rest, whole ? typed.slice(start) : typed.slice(start, stop))),
      [note],
      stop,
    );
  }
  const shares = own.map((one) => ({
    kind: 'percent' as const,
    ...one,
    ...(of && { of: rest }),
    ...(per.per !== undefined && { per: per.per }),
    text: said,
  }));
  return found(shares, [note, of ? undefined : 'per cent of what? add it, such as “of GDP”'], per.end);
}

function tariffOf({ qualifier, min, max }: Bounds, on: string, text: string): PlainFigure[] {
  if (qualifier === 'between') return [{ kind: 'tariff', qualifier, min: min ?? '', max: max ?? '', on, text }];
  // A tariff of more than or less than a rate has no form of its own.
  if (qualifier === 'more-than' || qualifier === 'less-than') return [];
  return [{ kind: 'tariff', ...(qualifier !== 'exact' && { qualifier }), to: min ?? max ?? '', on, text }];
}

/** What a share is of; inside a sentence, up to the words that continue it. */
function restOf(rest: string, whole: boolean): string {
  const bare = rest.replace(/ (?:a|per|each|every) (?:day|week|month|quarter|year)$| (?:annually|yearly)$/i, '');
  return (
    whole
      ? bare
      : (/^(?:(?!(?:on|to|by|in|and|but|for|from|as|that|which|a|per|annually)\b)\S+ ?){1,6}/.exec(bare)?.[0] ?? bare)
  ).trim();
}

const inMillions: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['mt', ['tonnes', 6]],
  ['kt', ['tonnes', 3]],
]);

function thingsFound(parts: Parts, bounds: readonly Bounds[], note: string | undefined): FigureFound | undefined {
  const { plain, typed, start, end, whole } = parts;
  const things = /[ -]?([\p{L}×].*)$/uy;
  things.lastIndex = end;
  const unit = whole ? things.exec(plain)?.[1]?.trim() : undefined;
  const rest = whole ? plain.slice(end).trim() : '';
  if (unit === undefined) {
    if (rest !== '') return undefined;
    const text = typed.slice(start, whole ? undefined : end);
    const number = bounds.map((one) => ({ ...one, ...(parts.per !== undefined && { per: parts.per }), text }));
    return found(number, [note, 'of what? add the currency or the things, such as “US$” or “aircraft”'], end);
  }
  if (/(?:^| )\d+(?: |$)/.test(unit)) return undefined;
  const trailing =
    /^(.*?)(?: (?:a|an|per|each|every|\/) ?(day|week|month|quarter|year)| (annually|yearly|annual)|\/(day|week|month|quarter|year))$/i.exec(
      unit,
    );
  const bare = trailing?.[1] ?? unit;
  const per = parts.per ?? (trailing && (trailing[2] ?? trailing[4] ?? 'year').toLowerCase());
  const [name, exponent] = inMillions.get(bare.toLowerCase()) ?? [typed.slice(end).trim().slice(0, bare.length), 0];
  const scaled = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : new Big(value).times(new Big(10).pow(exponent)).toFixed();
  const readings = bounds.map(({ qualifier, min, max }) => ({
    kind: 'count' as const,
    qualifier,
    ...(min !== undefined && { min: scaled(min) ?? '' }),
    ...(max !== undefined && { max: scaled(max) ?? '' }),
    unit: name,
    ...(per && { per }),
    text: typed.slice(start),
  }));
  return found(readings, [note], typed.length);
}

function found(values: readonly PlainFigure[], notes: readonly (string | undefined)[], end: number): FigureFound {
  const note = notes.filter((one) => one !== undefined).join('; ');
  return { readings: values.map((value) => ({ value, words: plainFigureInWords(value), ...(note !== '' && { note }) })), end };
}

/** A figure as it will be shown, even while a field is missing. */
function plainFigureInWords(value: PlainFigure): string {
  const { kind, qualifier = 'exact', min, max } = value;
  if (kind === 'percent' && value.of === undefined) {
    const to = qualifier === 'between' ? `${min}..${max}` : (min ?? max ?? '');
    return rateInWords({ to, qualifier }) + perInWords(value);
  }
  if (kind !== undefined) return figureInWords({ key: 'figure', ...value } as Term) ?? value.text;
  const bare = figureInWords({ ...value, key: 'figure', kind: 'count', qualifier, unit: '' }) ?? '';
  return bare.replace('  ', ' ').trim();
}
