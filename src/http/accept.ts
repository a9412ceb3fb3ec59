/** Which form of an answer a request prefers (RFC 9110, section 12.5.1). */

/**
 * The first of `offers`, most wanted by us first, that `accept` gives the highest weight. Of equal weights the one that is named
 * outright wins over one that only a wildcard takes; then our own order decides. Undefined when none is acceptable.
 */
export function preferred<T extends string>(accept: string | undefined, offers: readonly T[]): T | undefined {
  const ranges = rangesOf(accept ?? '*/*');
  let best: { offer: T; weight: number; precision: number } | undefined;
  for (const offer of offers) {
    const { weight, precision } = weightOf(offer, ranges);
    if (weight === 0) continue;
    if (!best || weight > best.weight || (weight === best.weight && precision > best.precision)) {
      best = { offer, weight, precision };
    }
  }
  return best?.offer;
}

/** Whether a request names a form that it takes. Who only says what he does not want gets what everyone gets: JSON. */
export function isSelective(accept: string | undefined): boolean {
  return rangesOf(accept ?? '').some(({ weight }) => weight > 0);
}

/** Whether a page is wanted rather than JSON, a feed or lines. A request that takes anything gets what it always got: JSON. */
export function prefersPage(accept: string | undefined): boolean {
  const forms = ['application/json', 'text/html', 'application/atom+xml', 'application/x-ndjson', 'text/event-stream'] as const;
  return preferred(accept, forms) === 'text/html';
}

/** A report as one HTML file: its media type is that of a page, so it has a parameter that a page has not. */
export const reportPageType = 'text/html;profile=report';

/** Whether a report as one HTML file is asked for, and nothing else. */
export function asksForReport(accept: string | undefined): boolean {
  return /^\s*text\/html\s*;\s*profile="?report"?\s*$/i.test(accept ?? '');
}

/** Whether the live feed is wanted rather than lines. It has no end, so no wildcard asks for it. */
export function prefersFeed(accept: string | undefined): boolean {
  const feed = 'text/event-stream';
  const isNamed = weightOf(feed, rangesOf(accept ?? '')).precision === 2;
  return isNamed && preferred(accept, ['application/x-ndjson', feed]) === feed;
}

type Range = { readonly type: string; readonly subtype: string; readonly weight: number };

function rangesOf(accept: string): Range[] {
  return accept.split(',').flatMap((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const [, type, subtype] = /^([^\s/]+)\/([^\s/]+)$/.exec(range) ?? [];
    if (type === undefined || subtype === undefined) return [];
    const quality = parameters.find((one) => one.startsWith('q='))?.slice(2);
    const weight = quality === undefined ? 1 : /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(quality) ? Number(quality) : 0;
    return [{ type, subtype, weight }];
  });
}

/** The weight of the range that fits most precisely: `text/html` before `text/*` before anything. */
function weightOf(offer: string, ranges: readonly Range[]): { weight: number; precision: number } {
  const [type, subtype] = offer.split('/');
  let found = { weight: 0, precision: -1 };
  for (const range of ranges) {
    const precision =
      range.type === type && range.subtype === subtype
        ? 2
        : range.type === type && range.subtype === '*'
          ? 1
          : range.type === '*' && range.subtype === '*'
            ? 0
            : -1;
    if (precision > found.precision) found = { weight: range.weight, precision };
  }
  return found;
}
