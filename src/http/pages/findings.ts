import { whenInWords, whenOf } from '../../../domain/dates.ts';
import type { Stage } from '../../../domain/types.ts';
import type { Line } from '../../../projections/record.ts';
import type { ViewAnswer } from '../../../projections/views.ts';
import { figureInWords, numberInWords, partiesInWords, totalInWords } from '../../words.ts';
import { capitalised } from './parts.ts';

/** What a view says, in one sentence filled from its own fields, and a second one. No template states more than its fields. */
export type Finding = { readonly heading: string; readonly lede?: string | undefined };

type Answer<V extends ViewAnswer['view']> = Extract<ViewAnswer, { view: V }>;

export function finding(answer: ViewAnswer): Finding {
  const { lines, title } = answer;
  if (lines.length === 0) return { heading: `${title}: nothing recorded` };
  const lede = asideOf(lines);
  switch (answer.view) {
    case 'alliance-costs':
      return { heading: costs(answer), lede: `${capitalised(standing(answer.lines))}. ${lede}` };
    case 'trade-terms':
      return { heading: terms(answer), lede: `${capitalised(standing(answer.lines))}. ${lede}` };
    case 'north-korea-policy':
      return { heading: policy(answer), lede: `${capitalised(standing(answer.lines))}. ${lede}` };
    case 'japan-cooperation':
      return { heading: `${capitalised(standing(answer.lines))}${performed(answer)}`, lede };
    // A view without a sentence of its own tells how far its commitments have come.
    default:
      return { heading: `${title}: ${standing(lines)}`, lede };
  }
}

const list = new Intl.ListFormat('en-GB');

const inSentence: Record<Stage, string> = {
  none: 'only opened',
  noted: 'only noted',
  proposed: 'only proposed',
  pledged: 'pledged',
  formalised: 'set down in an instrument',
  fulfilled: 'fulfilled',
  ended: 'ended',
};
const firmest: readonly Stage[] = ['fulfilled', 'formalised', 'pledged', 'proposed', 'noted', 'none', 'ended'];

/** `of 6 commitments, one is set down in an instrument, two are pledged and three are only proposed`. */
export function standing(lines: readonly Pick<Line, 'stage'>[], between = ''): string {
  const counts = firmest.flatMap((stage) => {
    const count = lines.filter((one) => one.stage === stage).length;
    return count === 0 ? [] : [{ stage, count }];
  });
  const [only] = counts;
  const whole = `${numberInWords(lines.length)} ${lines.length === 1 ? 'commitment' : 'commitments'}${between}`;
  if (only && counts.length === 1) {
    if (lines.length === 1) return `one commitment${between}, ${inSentence[only.stage]}`;
    return lines.length === 2
      ? `both commitments${between} are ${inSentence[only.stage]}`
      : `all ${whole} are ${inSentence[only.stage]}`;
  }
  return `of ${whole}, ${listed(counts.map(({ stage, count }) => `${numberInWords(count)} ${count === 1 ? 'is' : 'are'} ${inSentence[stage]}`))}`;
}

/** What is contested and what has passed its day, as a sentence. */
export function asideOf(lines: readonly Pick<Line, 'contested' | 'warnings'>[]): string {
  const contested = lines.filter((one) => one.contested.length > 0).length;
  const late = lines.filter((one) => one.warnings.some(({ warning }) => warning === 'expected-not-delivered')).length;
  const overdue = lines.filter((one) => one.warnings.some(({ warning }) => warning === 'overdue')).length;
  const parts = [
    `${numberInWords(contested)} ${contested <= 1 ? 'is' : 'are'} contested`,
    ...(late === 0 ? [] : [`for ${numberInWords(late)} the day on which something was expected has passed`]),
    ...(overdue === 0 ? [] : [`for ${numberInWords(overdue)} a deadline has passed`]),
  ];
  return `${capitalised(parts.join('; '))}.`;
}

/** `South Korea is asked for US$10 billion a year; formalised is about ₩1.52 trillion; nothing is recorded as delivered`. */
function costs({ payments, lines }: Answer<'alliance-costs'>): string {
  const payers = [...new Set(payments.map(({ payer }) => payer))];
  const [payer] = payers;
  if (payer === undefined) return `Alliance costs: no sum of money is recorded`;
  const figures = (column: 'asked' | 'pledged' | 'formalised' | 'delivered'): string | undefined => {
    const placed = payments.flatMap((payment) => payment[column].map(({ figure }) => figure));
    const newest = placed.toSorted((a, b) => earliest(b) - earliest(a))[0];
    const period = newest?.period === undefined ? '' : ` for ${whenInWords(newest.period)}`;
    return newest && plainly(figureInWords(newest) ?? newest.text) + period;
  };
  if (payers.length > 1) {
    const count = (column: 'asked' | 'formalised' | 'delivered'): string =>
      numberInWords(new Set(payments.filter((one) => one[column].length > 0).map((one) => one.payer)).size);
    const [asked, formalised, delivered] = [count('asked'), count('formalised'), count('delivered')];
    return `Of ${numberInWords(payers.length)} payers, ${asked} ${verb(asked)} asked for money; for ${formalised} a sum is formalised, and for ${delivered} one is recorded as delivered`;
  }
  const [asked, pledged, formalised, delivered] = [
    figures('asked'),
    figures('pledged'),
    figures('formalised'),
    figures('delivered'),
  ];
  const who = plainly(partiesInWords(payer.split('+'), namesOf(lines)));
  const parts = [
    asked === undefined
      ? `No sum is recorded as asked of ${who}`
      : `${who} ${payer.includes('+') ? 'are' : 'is'} asked for ${asked}`,
    formalised === undefined
      ? pledged === undefined
        ? 'none is recorded as pledged'
        : `pledged is ${pledged}`
      : `formalised is ${formalised}`,
    delivered === undefined ? 'nothing is recorded as delivered' : `delivered is ${delivered}`,
  ];
  return parts.join('; ');
}

/** `15 % on Korean goods and 25 % on cars are in force; South Korea has promised US$450 billion, in part contested`. */
function terms({ tariffs, totals, lines }: Answer<'trade-terms'>): string {
  const inForce = tariffs.filter((one) => one.inForce !== null).map((one) => `${one.inForce} % on ${plainly(one.on)}`);
  const rates =
    inForce.length === 0
      ? tariffs.length === 0
        ? 'No tariff is recorded'
        : 'No tariff is known to be in force'
      : `${listed(someOf(inForce))} ${inForce.length === 1 ? 'is' : 'are'} in force`;
  const [total] = totals;
  if (!total || total.counted.length === 0) return rates;
  const others = new Set(totals.map(({ payer }) => payer)).size - 1;
  const more = others === 0 ? '' : `, and ${numberInWords(others)} more ${others === 1 ? 'payer' : 'payers'} sums of their own`;
  const contested = total.counted.some((one) => one.disputed) ? ', in part contested' : '';
  const payers = total.payer.split('+');
  return `${rates}; ${plainly(partiesInWords(payers, namesOf(lines)))} ${payers.length > 1 ? 'have' : 'has'} promised ${totalInWords(total)}${contested}${more}`;
}

/** A longer title would be more of a headline than the rest of it. */
const mostTitle = 60;

function policy({ contested, positions, lines }: Answer<'north-korea-policy'>): string {
  const speakers = `${capitalised(numberInWords(positions.length))} ${positions.length === 1 ? 'party has' : 'parties have'} a position on record`;
  const [first] = contested;
  const title = lines.find(({ commitment }) => commitment === first?.commitment)?.title;
  if (!first) return `${speakers}; nothing is contested`;
  if (contested.length > 1) return `${speakers}; ${numberInWords(contested.length)} disputes are open`;
  if (title !== undefined && title.length <= mostTitle) {
    return `${speakers}; “${plainly(title)}” is contested between ${plainly(partiesInWords(first.between, namesOf(lines)))}`;
  }
  return `${speakers}; one dispute is open, between ${plainly(partiesInWords(first.between, namesOf(lines)))}`;
}

function performed({ agreed }: Answer<'japan-cooperation'>): string {
  const partly = agreed.filter((one) => one.performance === 'partial').length;
  const fully = agreed.filter((one) => one.performance === 'full').length;
  const parts = [
    ...(fully === 0 ? [] : [`${numberInWords(fully)} ${fully === 1 ? 'is' : 'are'} performed in full`]),
    ...(partly === 0 ? [] : [`${numberInWords(partly)} ${partly === 1 ? 'is' : 'are'} performed in part`]),
  ];
  return `; ${parts.length === 0 ? 'nothing is recorded as performed' : listed(parts)}`;
}

/** The first day it can have happened: a date that only says "on or before" makes nothing the newest. */
function earliest({ happened }: { happened: string }): number {
  return Math.max(whenOf(happened).earliest, -1e9);
}

/** Words of others inside a sentence of ours: their marks of direction go, and what runs from right to left is isolated. */
function plainly(text: string): string {
  const bare = text.replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(bare) ? `\u2068${bare}\u2069` : bare;
}

/** How the lines of a view name the parties that are no countries. */
export function namesOf(lines: readonly Line[]): Record<string, string> {
  return Object.assign({}, ...lines.map((line) => line.names ?? {})) as Record<string, string>;
}

function verb(count: string): string {
  return count === 'one' || count === 'none' ? 'is' : 'are';
}

/** The first few; how many more there are is said, not hidden. */
function someOf(pieces: readonly string[]): string[] {
  return pieces.length <= 3 ? [...pieces] : [...pieces.slice(0, 2), `${numberInWords(pieces.length - 2)} more`];
}

function listed(pieces: readonly string[]): string {
  return list.format(pieces);
}
