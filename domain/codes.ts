import { codes as iso4217 } from 'currency-codes';
import { iso31661 } from 'iso-3166';
import { z } from 'zod';
import { currencyMeant, type Meant, partyMeant } from './meant.ts';
import { withdrawnCurrencies } from './withdrawnCurrencies.ts';

/** How a refusal states a rule: what was expected and what was found. */
export function expectedFound(expected: string, found: unknown): string {
  return `expected ${expected}, found ${quoted(found)}`;
}

/** What was found, for a message: a string in quotes, shortened if it is long. */
export function quoted(found: unknown): string {
  return typeof found === 'string' ? `"${clipped(found)}"` : clipped(JSON.stringify(found) ?? 'nothing');
}

function clipped(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** A string that passes `ok`; anything else is refused with what was expected and found. */
export function checkedString(expected: string, ok: (text: string) => boolean): z.ZodString {
  return z.string().refine(ok, { error: (issue) => expectedFound(expected, issue.input) });
}

/** A string of a pattern; the pattern also stands in the OpenAPI document. */
export function patternString(
  expected: string,
  pattern: RegExp,
  problemOf = (input: unknown): string => expectedFound(expected, input),
): z.ZodString {
  return z.string().regex(pattern, { error: (issue) => problemOf(issue.input) });
}

const slug = '[a-z0-9]+(?:-[a-z0-9]+)*';
export const slugPattern = new RegExp(`^${slug}$`);
const partyPattern = new RegExp(`^(?:[A-Z]{2}|(?:state|company|org|group):${slug})$`);
const actorPattern = new RegExp(
  `^(?:[A-Z]{2}|(?:state|company|org|group|person|office|party|court|parliament|media):${slug})$`,
);

/** Assigned codes only: `UK` and `EU` are reserved, not assigned. */
export const countries: ReadonlySet<string> = new Set<string>(iso31661.map((country) => country.alpha2));

/** XCG replaced ANG in March 2025, after the list was made. */
export const currenciesInUse: ReadonlySet<string> = new Set([...iso4217(), 'XCG']);

/** Also those withdrawn: older announcements were made in them. */
export const currencies: ReadonlySet<string> = new Set([...currenciesInUse, ...withdrawnCurrencies]);

export const ulid = patternString('a ULID in upper case (26 characters)', /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/).describe(
  'A ULID, upper case',
);

const isKnown = (code: string): boolean => code.includes(':') || countries.has(code);

/**
 * A string that must match a pattern and be a known code. One that is not is refused with a single problem, which suggests what
 * was meant where that can be guessed.
 */
function codeString(
  pattern: RegExp,
  code: {
    isKnown: (text: string) => boolean;
    what: string;
    form: string;
    known: string;
    meant: (text: string) => Meant | undefined;
  },
): z.ZodString {
  const problemOf = (input: unknown, expected: string): string => {
    const meant = typeof input === 'string' ? code.meant(input) : undefined;
    if (!meant) return expectedFound(expected, input);
    return `${quoted(input)} is not ${code.what}; did you mean ${meant.code} (${meant.name})? expected ${code.form}`;
  };
  return patternString(code.form, pattern, (input) => problemOf(input, code.form)).refine(
    (text) => !pattern.test(text) || code.isKnown(text),
    { error: (issue) => problemOf(issue.input, code.known) },
  );
}

const isAssigned = 'an ISO 3166-1 alpha-2 code that is assigned';

export const party = codeString(partyPattern, {
  isKnown,
  what: 'a country code',
  form: 'an ISO 3166-1 alpha-2 code (KR) or state|company|org|group:slug',
  known: isAssigned,
  meant: partyMeant,
}).describe('An ISO 3166-1 alpha-2 code, or state|company|org|group:slug');

export const actor = codeString(actorPattern, {
  isKnown,
  what: 'a country code',
  form: 'a party or person|office|party|court|parliament|media:slug',
  known: isAssigned,
  meant: partyMeant,
}).describe('A party, or person|office|party|court|parliament|media:slug');

export const currency = codeString(/^[A-Z]{3}$/, {
  isKnown: (code) => currencies.has(code),
  what: 'a currency code',
  form: 'an ISO 4217 currency code',
  known: 'an ISO 4217 currency code',
  meant: (text) => currencyMeant(text, currencies),
}).describe('An ISO 4217 currency code, also a withdrawn one');

export const topic = patternString('a lower-case path such as alliance/cost-sharing', new RegExp(`^${slug}(?:/${slug})*$`));
