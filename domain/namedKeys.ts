import type { Announcement } from './announcement.ts';
import { expectedFound } from './codes.ts';
import type { Commitment } from './commitment.ts';
import { reject } from './rejection.ts';
import type { Broken } from './rule.ts';

/**
 * The keys that an announcement names but that no announcement of its commitment ever gave: in what a dispute is about, what a
 * figure delivers, what is performed, and what a party is exempt from. Judged only when something comes in. `commitment` holds
 * the announcement.
 */
export function unknownKeys({ timeline }: Commitment, announcement: Announcement): Broken[] {
  return namedIn(announcement).flatMap(([pointer, key]) => {
    // Most keys are those of the first announcements.
    if (timeline.some(({ data }) => data.terms?.some((term) => term.key === key))) return [];
    const given = new Set(timeline.flatMap(({ data: { terms = [] } }) => terms.map((term) => term.key)));
    const expected = `a key of a term announced here (${[...given].join(', ') || 'none'})`;
    return [{ about: key, rejection: reject('unknown-term', pointer, expectedFound(expected, key)) }];
  });
}

function namedIn({ type, data }: Announcement): [pointer: string, key: string][] {
  const delivered = (data.terms ?? []).flatMap((term, index): [string, string][] => {
    return 'delivers' in term && term.delivers !== undefined ? [[`/terms/${index}/delivers`, term.delivers]] : [];
  });
  if (type === 'disputed' && data.about.term !== undefined) return [['/about/term', data.about.term], ...delivered];
  if (type === 'left')
    return [...(data.keys ?? []).map((key, index): [string, string] => [`/keys/${index}`, key]), ...delivered];
  if (type !== 'fulfilled') return delivered;
  const performed = (data.performs ?? []).map(({ key }, index): [string, string] => [`/performs/${index}/key`, key]);
  return [...delivered, ...performed];
}
