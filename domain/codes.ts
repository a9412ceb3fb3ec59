import { codes as iso4217 } from 'currency-codes';
import { iso31661 } from 'iso-3166';
import { z } from 'zod';

/** Short names a rule is told with: what was expected, what was found. */
export function expectedFound(expected: string, found: unknown): string {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing');
  return `expected ${expected}, found ${typeof found === 'string' ? `"${clipped(text)}"` : clipped(text)}`;
}

function clipped(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** A string that passes `ok`; anything else is told with what was expected and found. */
export function checkedString(expected: string, ok: (text: string) => boolean): z.ZodString {
  return z.string().refine(ok, { error: (issue) => expectedFound(expected, issue.input) });
}

/** A string of a pattern; the pattern also stands in the OpenAPI document. */
export function patternString(expected: string, pattern: RegExp): z.ZodString {
  return z.string().regex(pattern, { error: (issue) => expectedFound(expected, issue.input) });
}

const slug = '[a-z0-9]+(?:-[a-z0-9]+)*';
const partyPattern = new RegExp(`^(?:[A-Z]{2}|(?:company|org|group):${slug})$`);
const actorPattern = new RegExp(`^(?:[A-Z]{2}|(?:person|office|company|org|group|party|court|parliament|media):${slug})$`);

/** Assigned codes only: `UK` and `EU` are reserved, not assigned. */
export const countries: ReadonlySet<string> = new Set<string>(iso31661.map((country) => country.alpha2));

/** XCG replaced ANG in March 2025, after the list was made; the others were withdrawn before it and stand in older records. */
export const currencies: ReadonlySet<string> = new Set([...iso4217(), 'XCG', 'HRK', 'SLL', 'ZWL']);

export const ulid = patternString('a ULID in upper case (26 characters)', /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/).describe(
  'A ULID, upper case',
);

const isKnown = (code: string): boolean => code.includes(':') || countries.has(code);

export const party = patternString('an ISO 3166-1 alpha-2 code (KR) or company|org|group:slug', partyPattern)
  .refine(isKnown, { error: (issue) => expectedFound('an ISO 3166-1 alpha-2 code that is assigned', issue.input) })
  .describe('An ISO 3166-1 alpha-2 code, or company|org|group:slug');

export const actor = patternString('a party or person|office|company|org|group|party|court|parliament|media:slug', actorPattern)
  .refine(isKnown, { error: (issue) => expectedFound('an ISO 3166-1 alpha-2 code that is assigned', issue.input) })
  .describe('A party, or person|office|company|org|group|party|court|parliament|media:slug');

export const currency = patternString('an ISO 4217 currency code', /^[A-Z]{3}$/)
  .refine((code) => currencies.has(code), { error: (issue) => expectedFound('an ISO 4217 currency code', issue.input) })
  .describe('An ISO 4217 currency code');

export const topic = patternString('a lower-case path such as alliance/cost-sharing', new RegExp(`^${slug}(?:/${slug})*$`));
