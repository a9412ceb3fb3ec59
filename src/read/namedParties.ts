import { countries } from '../../domain/codes.ts';
import { slugsInText } from './hints.ts';
import { partyInWords } from '../wording/values.ts';
import type { Reader } from './queries.ts';
import { knownSlugs } from './slugs.ts';

/** How many of the newest events are searched for recently named parties. */
const lookedThrough = 500;
/** The maximum number of names, so that the cost does not grow with the ledger. */
const maxNamed = 2000;

/** Parties and actors in the ledger with their names; the most recently named first. */
export async function namedParties({ log, readModel }: Reader): Promise<{ code: string; name: string }[]> {
  const size = await log.size();
  await readModel.catchUp(size);
  const codes = new Set<string>();
  const newest = (await log.read(Math.max(0, size - lookedThrough), lookedThrough)).toReversed();
  for (const { data } of newest) {
    for (const code of countriesIn(JSON.parse(data))) codes.add(code);
    for (const slug of slugsInText(data)) codes.add(slug);
  }
  for (const slug of await knownSlugs(log)) {
    if (codes.size >= maxNamed) break;
    codes.add(slug);
  }
  return [...codes].map((code) => ({ code, name: calledNow(code, readModel.nameOf(code, { size })) }));
}

function calledNow(code: string, name: string | undefined): string {
  return partyInWords(code, name === undefined ? {} : { [code]: name });
}

/** The fields that hold parties. */
const partyFields: ReadonlySet<string> = new Set(['from', 'to', 'parties', 'owedBy', 'actor', 'for', 'party']);

function* countriesIn(value: unknown, field = ''): Generator<string> {
  if (typeof value === 'string') {
    if (partyFields.has(field) && countries.has(value)) yield value;
  } else if (Array.isArray(value)) {
    for (const one of value) yield* countriesIn(one, field);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) yield* countriesIn(one, name);
  }
}
