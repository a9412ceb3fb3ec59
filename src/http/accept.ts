/** Which form of an answer a request prefers (RFC 9110, section 12.5.1). */

/**
 * The first of `offers`, in our order of preference, that `accept` gives the highest weight. Of equal weights, one that is
 * named outright wins over one that only a wildcard matches; then our order decides. Undefined when none is acceptable.
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

/** Whether a request names a form that it accepts. One that only excludes forms gets the default, JSON. */
export function isSelective(accept: string | undefined): boolean {
  return rangesOf(accept ?? '').some(({ weight }) => weight > 0);
}

/** Whether a page is preferred to JSON, a feed or lines. A request that accepts anything gets the default, JSON. */
export function prefersPage(accept: string | undefined): boolean {
  const forms = ['application/json', 'text/html', 'application/atom+xml', 'application/x-ndjson', 'text/event-stream'] as const;
  return preferred(accept, forms) === 'text/html';
}

/** A report as one HTML file. A page has the same media type, so the report has a parameter. */
export const reportPageType = 'text/html;profile=report';

/** Whether only a report as one HTML file is asked for. */
export function asksForReport(accept: string | undefined): boolean {
  return /^\s*text\/html\s*;\s*profile="?report"?\s*$/i.test(accept ?? '');
}

/** Whether the live feed is preferred to lines. It never ends, so a wildcard does not match it. */
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

/** The weight of the most specific matching range: `text/html` before `text/*` before any type. */
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
