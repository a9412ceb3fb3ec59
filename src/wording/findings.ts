import { whenInWords } from '../../domain/dates.ts';
import type { Stage } from '../../domain/types.ts';
import { capitalised, numberInWords, rateInWords } from './values.ts';
import { figureInWords, partiesInShort, totalInWords } from './called.ts';
import { alone } from './direction.ts';
import {
  type Column,
  type Finding,
  type Findings,
  type Payer,
  type Rate,
  type StageCount,
  type Sum,
} from '../../projections/findings.ts';

/** Findings as sentences. Each says what its fields hold, with every qualifier, and how much more there is. */

/** Findings in words: the heading is one sentence without its full stop, the lede more sentences. */
export function findingsInWords({ heading, lede }: Findings): { heading: string; lede: string } {
  const past = lede.some(({ says }) => says === 'record-ends');
  const words = heading.map((one) => findingInWords(one, { past })).join('; ');
  const [first] = heading;
  // A name at the beginning of a sentence stays as recorded.
  const beginsWithName = first?.says === 'payer' && (first.sums.asked.length > 0 || isNeverAsked(first));
  return { heading: beginsWithName ? words : capitalised(words), lede: sentences(lede, { past }) };
}

/** Findings as sentences; with `past` in the past tense, for a record that ends long before the day asked. */
export function sentences(findings: readonly Finding[], { past = false }: Tense = {}): string {
  return findings.map((one) => `${capitalised(findingInWords(one, { past }))}.`).join(' ');
}

type Tense = { readonly past?: boolean };

function findingInWords(finding: Finding, { past = false }: Tense = {}): string {
  switch (finding.says) {
    case 'nothing-recorded':
      return `${finding.title}: nothing recorded`;
    case 'stages':
      return stagesInWords(finding.counts, past);
    case 'beside':
      return besideInWords(finding, past);
    case 'record-ends':
      return `this record ends on ${whenInWords(finding.on)}; what happened since is not recorded`;
    case 'no-payment':
      return `${finding.title}: no payment is recorded`;
    case 'payer':
      return payerInWords(finding, past);
    case 'payers':
      return payersInWords(finding);
    case 'rates':
      return ratesInWords(finding);
    case 'no-rate':
      return noRateInWords(finding);
    case 'promised':
      return promisedInWords(finding);
    case 'positions':
      return `${numberInWords(finding.parties)} ${finding.parties === 1 ? 'party has' : 'parties have'} a position on record`;
    case 'no-dispute':
      return 'nothing is contested';
    case 'disputes':
      return `${numberInWords(finding.count)} disputes are open`;
    case 'dispute':
      return disputeInWords(finding);
    case 'performed':
      return performedInWords(finding);
    default:
      return finding satisfies never;
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

/** `of six commitments, one is set down in an instrument, two are pledged and three are only proposed`. */
function stagesInWords(counts: readonly StageCount[], past: boolean): string {
  const [one, many] = past ? ['was', 'were'] : ['is', 'are'];
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const [only] = counts;
  if (!only) return 'no commitment is recorded';
  if (counts.length === 1) {
    if (all === 1) return `one commitment, ${inSentence[only.stage]}`;
    return all === 2
      ? `both commitments ${many} ${inSentence[only.stage]}`
      : `all ${numberInWords(all)} commitments ${many} ${inSentence[only.stage]}`;
  }
  return `of ${numberInWords(all)} commitments, ${list.format(counts.map(({ stage, count }) => `${numberInWords(count)} ${count === 1 ? one : many} ${inSentence[stage]}`))}`;
}

function besideInWords({ contested, missing, overdue }: Extract<Finding, { says: 'beside' }>, past: boolean): string {
  const [one, many] = past ? ['was', 'were'] : ['is', 'are'];
  // Days go on passing after the record ends.
  return [
    `${numberInWords(contested)} ${contested <= 1 ? one : many} contested`,
    ...(missing === 0 ? [] : [`for ${numberInWords(missing)} the day on which something was expected has passed`]),
    ...(overdue === 0 ? [] : [`for ${numberInWords(overdue)} a deadline has passed`]),
  ].join('; ');
}

/**
 * `South Korea is asked for US$10 billion a year; what is formalised is about ₩1.52 trillion for 2026; nothing is recorded as
 * delivered`. Where nothing was ever asked: `NATO has set down at least €40 billion in an instrument; …`.
 */
function payerInWords(payer: Payer, past: boolean): string {
  const { parties, names, sums, over, performed } = payer;
  const who = partiesInShort(parties, names);
  const agreed = [...sums.formalised, ...sums.pledged];
  const [one, many] = past ? (['was', 'were'] as const) : (['is', 'are'] as const);
  const amounts = (word: string, some: readonly Sum[]): string[] =>
    some.length === 0 ? [] : [`what ${one} ${word} ${one} ${sumsInWords(some)}`];
  return [
    ...(isNeverAsked(payer)
      ? agreedInWords(who, payer, amounts('pledged', sums.pledged))
      : [
          sums.asked.length > 0
            ? `${who} ${parties.length > 1 ? many : one} asked for ${sumsInWords(sums.asked, ' for ')}`
            : over.asked
              ? `nothing that was asked of ${who} stands any more`
              : `no sum is recorded as asked of ${who}`,
          ...amounts('formalised', sums.formalised),
          ...amounts('pledged', sums.pledged),
        ]),
    ...(agreed.length > 0
      ? []
      : [over.agreed ? 'nothing that was pledged or formalised stands any more' : 'none is recorded as pledged or formalised']),
    sums.delivered.length === 0
      ? `${performed ? 'no sum' : 'nothing'} is recorded as delivered`
      : deliveredInWords(sums.delivered, agreed, one),
  ].join('; ');
}

/** Whether a payer agreed to something of which no sum was ever asked: the sentence is then about what he agreed to. */
function isNeverAsked({ sums, over }: Payer): boolean {
  return sums.asked.length === 0 && !over.asked && sums.formalised.length + sums.pledged.length > 0;
}

/** `NATO has set down at least €40 billion in an instrument`, with `pledged` after it; or `NATO has pledged €40 billion`. */
function agreedInWords(who: string, { parties, sums }: Payer, pledged: readonly string[]): string[] {
  const has = `${who} ${parties.length > 1 ? 'have' : 'has'}`;
  if (sums.formalised.length === 0) return [`${has} pledged ${sumsInWords(sums.pledged)}`];
  return [`${has} set down ${sumsInWords(sums.formalised)} in an instrument`, ...pledged];
}

/** A longer title would dominate the sentence. */
const maxTitle = 60;

/**
 * A delivery under the commitment just named needs no name; for another, its title is given, or only the number of commitments.
 */
function deliveredInWords(delivered: readonly Sum[], agreed: readonly Sum[], be: 'is' | 'was'): string {
  const of = new Set(delivered.map(({ commitment }) => commitment));
  const isSame = of.size === 1 && agreed.every(({ commitment }) => of.has(commitment));
  if (isSame) return `what ${be} delivered ${be} ${sumsInWords(delivered)}`;
  const [first] = delivered;
  if (of.size > 1 || !first || first.title.length > maxTitle) {
    return `for ${numberInWords(of.size)} ${of.size === 1 ? 'commitment a sum' : 'commitments sums'} of ${of.size === 1 ? 'its' : 'their'} own ${of.size === 1 ? 'is' : 'are'} recorded as delivered`;
  }
  return `what ${be} delivered for “${alone(first.title)}” ${be} ${sumsInWords(delivered)}`;
}

/** Of more than two sums, the newest and how many more there are; `again`: what the verb needs before the second. */
function sumsInWords(sums: readonly Sum[], again = ' '): string {
  const said = sums.map(({ figure }) => {
    const period = figure.period === undefined ? '' : ` for ${whenInWords(figure.period)}`;
    return (figureInWords(figure) ?? alone(figure.text)) + period;
  });
  if (said.length <= 2) return said.join(` and${again}`);
  return `${said[0]}, and there are ${numberInWords(said.length - 1)} more sums`;
}

function payersInWords({ payers, having }: Extract<Finding, { says: 'payers' }>): string {
  const of = (column: Column): string => numberInWords(having[column]);
  return `of ${numberInWords(payers)} payers, ${of('asked')} ${having.asked <= 1 ? 'is' : 'are'} asked for money; a sum stands as formalised for ${of('formalised')}, as pledged for ${of('pledged')}, and is recorded as delivered for ${of('delivered')}`;
}

/** `up to 15 % on Korean goods and 10 % on top of the most-favoured-nation rate on cars are in force`. */
function ratesInWords({ rates, endsOn }: { rates: readonly Rate[]; endsOn: string | undefined }): string {
  const said = rates.map(({ on, ...rate }) => `${rateInWords(rate)} on ${alone(on)}`);
  const some = said.length <= 3 ? said : [...said.slice(0, 2), `${numberInWords(said.length - 2)} more`];
  const by = endsOn === undefined ? '' : `by a record that ends on ${whenInWords(endsOn)}, `;
  return `${by}${list.format(some)} ${said.length === 1 ? 'is' : 'are'} in force`;
}

function noRateInWords({ agreed, proposed }: { agreed: number; proposed: number }): string {
  if (agreed > 0) return 'no tariff is known to be in force';
  if (proposed === 0) return 'no tariff is recorded as agreed';
  return `no tariff is recorded as agreed; ${numberInWords(proposed)} ${proposed === 1 ? 'is' : 'are'} only proposed`;
}

const maxSums = 3;

/** `South Korea has promised US$450 billion, in part contested, and ₩1.52 trillion; two more payers have sums of their own`. */
function promisedInWords({ sums, names, others }: Extract<Finding, { says: 'promised' }>): string {
  const parties = sums[0]?.payer.split('+') ?? [];
  const said = sums.map((total) => {
    const disputed = total.counted.filter((one) => one.disputed).length;
    const mark = disputed === 0 ? '' : disputed < total.counted.length ? ', in part contested' : ', contested';
    return totalInWords(total) + mark;
  });
  const some = said.length <= maxSums ? said : said.slice(0, maxSums - 1);
  const more = said.length - some.length;
  const all = more === 0 ? [] : [`sums in ${numberInWords(more)} more units of account`];
  const marked = some.some((one) => one.includes(', '));
  const joined = marked && some.length + all.length > 1 ? [...some, ...all].join(', and ') : list.format([...some, ...all]);
  const rest =
    others === 0
      ? ''
      : `; ${numberInWords(others)} more ${others === 1 ? 'payer has sums of its' : 'payers have sums of their'} own`;
  return `${partiesInShort(parties, names)} ${parties.length > 1 ? 'have' : 'has'} promised ${joined}${rest}`;
}

function disputeInWords({ title, between, names }: Extract<Finding, { says: 'dispute' }>): string {
  const who = partiesInShort(between, names);
  const subject = title !== '' && title.length <= maxTitle ? `“${alone(title)}”` : undefined;
  if (between.length === 1) return `${subject ?? 'one commitment'} is contested by ${who}`;
  return subject === undefined ? `one dispute is open, between ${who}` : `${subject} is contested between ${who}`;
}

function performedInWords({ full, partial }: { full: number; partial: number }): string {
  const parts = [
    ...(full === 0 ? [] : [`${numberInWords(full)} ${full === 1 ? 'is' : 'are'} performed in full`]),
    ...(partial === 0 ? [] : [`${numberInWords(partial)} ${partial === 1 ? 'is' : 'are'} performed in part`]),
  ];
  return parts.length === 0 ? 'nothing is recorded as performed' : list.format(parts);
}
