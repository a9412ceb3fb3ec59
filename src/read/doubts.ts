import Big from 'big.js';
import type { Announcement } from '../../domain/announcement.ts';
import type { Commitment, Entry } from '../../domain/commitment.ts';
import { whenOf } from '../../domain/dates.ts';
import { isFigured, type Figured, type Term } from '../../domain/terms.ts';
import type { Hint } from './hints.ts';

/**
 * What looks doubtful in an announcement that stands in its commitment: hints whose pointers lead into its data. `given`: the
 * keys of the terms to look at, for a correction those that it changes; without it, all.
 */
export function doubtsOf(entry: Entry, commitment: Commitment, given?: ReadonlySet<string>): Hint[] {
  const terms = (entry.data.terms ?? []).filter(({ key }) => given?.has(key) ?? true);
  const tenfold = terms.flatMap((term, index) => tenfoldFigure(term, index, entry, commitment) ?? []);
  if (given) return tenfold;
  return [...tenfold, ...farFromSource(entry), ...beneficiarySpeaks(entry, commitment)];
}

/**
 * A zero too many or too few. A figure under a known key is doubtful when it is at least ten times, or at most a tenth of, what
 * the key had before. One under a new key is doubtful when it is exactly 10, 100, 1,000 … times another figure of the same
 * unit. What is delivered or measured is often a small part, so only too large a figure is doubtful there.
 */
function tenfoldFigure(term: Term, index: number, entry: Entry, { id, timeline }: Commitment): Hint | undefined {
  const value = valueOf(term);
  if (value === undefined || !isFigured(term)) return undefined;
  const others = timeline.flatMap((other) =>
    other.id === entry.id ? [] : (other.data.terms ?? []).flatMap((one) => (sameUnit(one, term) ? [{ other, term: one }] : [])),
  );
  const before = others.findLast((one) => one.term.key === term.key);
  const mayBeSmall = entry.type === 'fulfilled' || entry.type === 'observed' || 'counts' in term;
  const odd = before
    ? isTenfold(value, valueOf(before.term), mayBeSmall) && before
    : others.find((one) => isPowerOfTen(value, valueOf(one.term)));
  if (!odd) return undefined;
  const [found, known] = [value.toFixed(), valueOf(odd.term)?.toFixed() ?? ''];
  const detail = `${found} is ${timesInWords(value, Big(known))} ${known} of "${odd.term.key}" in event ${odd.other.sequence}; is a zero too many, or one missing?`;
  const pointer = `/terms/${index}/${term.kind === 'tariff' && 'to' in term ? 'to' : term.max === undefined ? 'min' : 'max'}`;
  return { hint: 'tenfold-figure', pointer, detail, found, commitment: id, event: odd.other.id };
}

/** The upper bound, or the lower one where there is no upper; undefined where there is neither, or it is 0. */
function valueOf(term: Term): Big | undefined {
  if (!isFigured(term)) return undefined;
  const text = (term.kind === 'tariff' ? term.to : undefined) ?? term.max ?? term.min;
  return text === undefined || Big(text).eq(0) ? undefined : Big(text);
}

function sameUnit(one: Term, other: Figured): boolean {
  const unit = (term: Term): unknown[] => {
    const { currency, unit: counted, of, on, per, role } = term as Partial<Record<string, string>>;
    return [term.kind, currency, counted, of, on, per, role];
  };
  return JSON.stringify(unit(one)) === JSON.stringify(unit(other));
}

function isTenfold(value: Big, other: Big | undefined, mayBeSmall: boolean): boolean {
  if (other === undefined) return false;
  return value.gte(other.times(10)) || (!mayBeSmall && value.times(10).lte(other));
}

function isPowerOfTen(value: Big, other: Big | undefined): boolean {
  if (other === undefined || value.eq(other)) return false;
  const [large, small] = value.gt(other) ? [value, other] : [other, value];
  // Figures that differ by a factor of ten, a hundred and so on have the same digits.
  return digitsOf(large) === digitsOf(small);
}

function digitsOf(value: Big): string {
  return value.c.join('');
}

function timesInWords(value: Big, other: Big): string {
  const times = value.gt(other) ? value.div(other) : other.div(value);
  const rounded = times.round(1).toFixed();
  return value.gt(other) ? `${rounded} times the` : `a ${rounded}th of the`;
}

/** For how many days after an event a source may plausibly report it. */
const maxDaysBefore = 366;

/**
 * A day that no source can speak of: after the source was published, or more than a year before. A source without a date says
 * nothing.
 */
function farFromSource({ data }: Announcement): Hint[] {
  const { earliest, latest } = whenOf(data.happened);
  const published = data.sources.flatMap((source) =>
    source.published === undefined ? [] : [{ ...source, ...whenOf(source.published) }],
  );
  const [first] = published;
  const isNear = published.some((one) => earliest <= one.latest + 1 && one.earliest - latest <= maxDaysBefore);
  if (!first || isNear) return [];
  const isAfter = earliest > first.latest + 1;
  const far = isAfter ? 'after' : 'more than a year before';
  const detail = `${data.happened} is ${far} ${first.published}, when ${first.publisher} published it; is the year right?`;
  return [{ hint: 'far-from-source', pointer: '/happened', detail, found: data.happened }];
}

/**
 * A beneficiary who speaks for an obligor, by the parties as they were opened. A beneficiary is known by its code, by an office
 * of it, or by whom the actor spoke for before.
 */
function beneficiarySpeaks(entry: Entry, { id, opened, timeline }: Commitment): Hint[] {
  const { from, to } = opened.data;
  const isBeneficiary = (party: string): boolean => to.includes(party) && !from.includes(party);
  return entry.data.saidBy.flatMap(({ actor, for: represented }, index): Hint[] => {
    if (represented === undefined || !from.includes(represented) || isBeneficiary(represented)) return [];
    const pointer = `/saidBy/${index}/for`;
    const hint = (whose: string, more = {}): Hint[] => [
      {
        hint: 'beneficiary-speaks',
        pointer,
        detail: `${actor} is ${whose}, to whom it is owed, and here speaks for ${represented}, who owes it; is that so?`,
        found: represented,
        ...more,
      },
    ];
    if (isBeneficiary(actor)) return hint('a party');
    const [, country] = /^(?:office|court|parliament):([a-z]{2})-/.exec(actor) ?? [];
    if (country !== undefined && isBeneficiary(country.toUpperCase())) return hint(`of ${country.toUpperCase()}`);
    const before = timeline.find(
      (other) =>
        other.id !== entry.id &&
        other.data.saidBy.some((one) => one.actor === actor && one.for !== undefined && isBeneficiary(one.for)),
    );
    const party = before?.data.saidBy.find((one) => one.actor === actor)?.for;
    if (!before || party === undefined) return [];
    return hint(`who spoke for ${party} in event ${before.sequence}`, { commitment: id, event: before.id });
  });
}
