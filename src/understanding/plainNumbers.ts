import Big from 'big.js';

/** A number as people write it: `5`, `2.26`, `28,500`, `1조 5,192억`, `350 000 000`, `half a billion`, `twelve`. */
export type Amount = {
  /** A decimal string in full units, scaled. */
  readonly value: string;
  /** Its scale: for `5bn`, 1000000000. A lower bound without a scale takes that of the upper. */
  readonly scale: string;
  /** Where it ends in the text. */
  readonly end: number;
};

const digits =
  /\d{1,3}(?:\.\d{3}){2,15}(?![\d.])|(?:\d{1,3}(?:,\d{3}){1,15}|\d{1,3}(?: \d{3}){1,15}(?!\d)|\d{1,60})(?:[.,]\d{1,40})?/y;
const cjkUnits: Readonly<Record<string, number>> = { 십: 1, 十: 1, 백: 2, 百: 2, 천: 3, 千: 3 };
const cjkScales: Readonly<Record<string, number>> = {
  만: 4,
  万: 4,
  萬: 4,
  억: 8,
  億: 8,
  亿: 8,
  조: 12,
  兆: 12,
  경: 16,
  京: 16,
};
const scales: Readonly<Record<string, number>> = {
  hundred: 2,
  hundreds: 2,
  thousand: 3,
  thousands: 3,
  k: 3,
  million: 6,
  millions: 6,
  mn: 6,
  mln: 6,
  m: 6,
  billion: 9,
  billions: 9,
  bn: 9,
  bln: 9,
  b: 9,
  trillion: 12,
  trillions: 12,
  tn: 12,
  trn: 12,
};
const small = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** The number that begins at `at`; `text` is lower case with plain signs. */
export function amountAt(text: string, at: number): Amount | undefined {
  const written = writtenAt(text, at) ?? spelledAt(text, at);
  if (!written) return undefined;
  const cjk = cjkAt(text, written);
  if (cjk) return cjk;
  let { value, end } = written;
  let scale = new Big(1);
  // `5 hundred thousand` has two scales.
  for (let found = scaleAt(text, end); found; found = scaleAt(text, end)) {
    scale = scale.times(new Big(10).pow(found.exponent));
    end = found.end;
    if (found.exponent !== 2) break;
  }
  value = new Big(value).times(scale).toFixed();
  return { value, scale: scale.toFixed(), end };
}

type Written = { value: string; end: number };

function writtenAt(text: string, at: number): Written | undefined {
  digits.lastIndex = at;
  const found = digits.exec(text)?.[0];
  if (found === undefined) return undefined;
  const end = at + found.length;
  // A comma before three digits separates thousands; before another number of digits it is a decimal point.
  const isDotted = /\..*\./.test(found);
  const bare = found
    .replaceAll(isDotted ? '.' : ' ', '')
    .replaceAll(/,(?=\d{3}(?:,|\.|$))/g, '')
    .replace(',', '.');
  return { value: bare.replace(/^0+(?=\d)/, ''), end };
}

/** Reads `half a`, `a`, `twelve`: only before a scale, or as a number by itself. */
function spelledAt(text: string, at: number): Written | undefined {
  const word = /(?:half a|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zero)(?![\p{L}\d])/uy;
  word.lastIndex = at;
  const found = word.exec(text)?.[0];
  if (found === undefined) return undefined;
  const end = at + found.length;
  const number = small.indexOf(found);
  if (number >= 0) return { value: String(number), end };
  return scaleAt(text, end) && { value: found.startsWith('half') ? '0.5' : '1', end };
}

function scaleAt(text: string, at: number): { exponent: number; end: number } | undefined {
  const word = / ?([a-z]{1,9})\.?(?![\p{L}\d])/uy;
  word.lastIndex = at;
  const found = word.exec(text);
  const exponent = scales[found?.[1] ?? ''];
  return found && exponent !== undefined ? { exponent, end: at + found[0].replace(/\.$/, '').length } : undefined;
}

/** `1조 5,192억`, `3천만`: each group is a number, perhaps of tens, hundreds or thousands, and its power of ten thousand. */
function cjkAt(text: string, first: Written): Amount | undefined {
  let total = new Big(0);
  let scale = 0;
  let end = -1;
  for (let number: Written | undefined = first; number; number = writtenAt(text, end + (text[end] === ' ' ? 1 : 0))) {
    let after = number.end + (text[number.end] === ' ' ? 1 : 0);
    const unit = cjkUnits[text[after] ?? ''];
    if (unit !== undefined) after++;
    const power = cjkScales[text[after] ?? ''];
    // Groups must decrease, so that `5억 6조` is not one number.
    if ((unit === undefined && power === undefined) || (end >= 0 && (power ?? 0) >= scale)) break;
    const exponent = (unit ?? 0) + (power ?? 0);
    total = total.plus(new Big(number.value).times(new Big(10).pow(exponent)));
    scale = power ?? 0;
    end = after + (power === undefined ? 0 : 1);
    if (scale === 0) break;
  }
  return end < 0 ? undefined : { value: total.toFixed(), scale: new Big(10).pow(Math.max(scale, 1)).toFixed(), end };
}
