import type { Source } from '../../../domain/announcement.ts';
import type { WarningKind } from '../../../projections/derived/warnings.ts';
import { warningDay } from '../../wording/warnings.ts';
import type { Term } from '../../../domain/terms.ts';
import type { Difference } from '../../../projections/differences.ts';
import { fieldInWords, isTerm, valueInWords } from '../../wording/changes.ts';
import { figureInWords, type Names, partyInWords } from '../../wording/called.ts';
import { type Html, html } from './html.ts';
import { translated } from './announcement.ts';
import { isolated, named, sinceWhen, when, words } from './parts.ts';

/** Fields before and after a change, on a page. */

/** A list of terms before and after, as one row for each key that differs. */
export function splitTerms(one: Difference): Difference[] {
  const { field, before, after } = one;
  if (field !== 'terms') return [one];
  const byKey = (list: unknown): Map<string, Term> =>
    new Map((Array.isArray(list) ? list.filter(isTerm) : []).map((term) => [term.key, term]));
  const [old, now] = [byKey(before), byKey(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [a, b] = [old.get(key), now.get(key)];
    return JSON.stringify(a) === JSON.stringify(b)
      ? []
      : [{ field: `terms/${key}`, ...(a && { before: a }), ...(b && { after: b }) }];
  });
}

/** A field's name for people. A dispute is named by its id in the field, but its readings say more. */
export function fieldName(field: string, names?: Names): string {
  return field.startsWith('contested/') ? 'dispute' : fieldInWords(field, names);
}

/** A value of a field: terms with their words in serif, everything else as the record's words. */
export function value(one: unknown, names?: Names, { of, field = '' }: { of?: Difference['of']; field?: string } = {}): Html {
  if (isTerm(one)) {
    const figured = figureInWords(one);
    return html`${figured !== undefined && html`<b><bdi>${figured}</bdi></b><br>`}${words(one.text)}`;
  }
  if (isSince(one)) return html`since ${when(sinceWhen(one))}`;
  if (isWarning(one))
    return html`${dayOfWarning(field, one.since)}${one.term !== undefined && html`, the term <i>${one.term}</i>`}${one.party !== undefined && html`, ${isolated(partyInWords(one.party, names))}`}`;
  if (isDispute(one)) {
    return html`since ${when(one.since)}${one.readings.map(({ party, text, translation }) => html`<br>${isolated(partyInWords(party, names))}: ${words(text)}${translated({ translation })}`)}`;
  }
  if (Array.isArray(one) && one.length > 0 && one.every((item) => isSource(item))) {
    return html`${one.map((item, index) => html`${index > 0 && '; '}${named(item.publisher)}`)}`;
  }
  if (Array.isArray(one) && one.length > 0 && one.every(isParty)) {
    return isolated(one.map((item) => partyInWords(item, names)).join(', '));
  }
  return isolated(valueInWords(one, { names, of }));
}

/** `field`: that of the warning, such as `warnings/overdue`. */
function dayOfWarning(field: string, since: string): Html {
  const [, warning] = field.split('/');
  const { word, day } = warningDay({ warning: warning as WarningKind, since });
  return html`${word} ${when(day)}`;
}

/** Since when it is at its stage; the announcement that brought it is shown above. */
function isSince(one: unknown): one is { day: string; happened: string; announcement: string } {
  return typeof one === 'object' && one !== null && 'day' in one && 'happened' in one && 'announcement' in one;
}

/** Whether a value is a warning; what it is about has its own row, or follows from its kind. */
function isWarning(one: unknown): one is { since: string; term?: string; party?: string } {
  const known = ['since', 'announcement', 'commitment', 'term', 'party'];
  return typeof one === 'object' && one !== null && 'since' in one && Object.keys(one).every((name) => known.includes(name));
}

function isDispute(one: unknown): one is { since: string; readings: { party: string; text: string; translation?: string }[] } {
  return typeof one === 'object' && one !== null && 'since' in one && 'readings' in one && Array.isArray(one.readings);
}

function isParty(one: unknown): one is string {
  return typeof one === 'string' && /^([A-Z]{2}|[a-z]+:[a-z0-9-]+)$/.test(one);
}

function isSource(one: unknown): one is Source {
  return typeof one === 'object' && one !== null && 'publisher' in one;
}
