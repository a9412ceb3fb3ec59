import { isWebAddress } from '../wording/values.ts';
import { refused, type Understood } from './reading.ts';

/** A source: who published it, and its address or passage. */
export type PlainSource = {
  readonly publisher: string;
  readonly url?: string;
  readonly quote?: { readonly exact: string };
};

const described =
  /^(?:the|his|her|their|its|a|an|my|our|this|that)? ?(?:official |own |original )?(?:speech|statement|interview|announcement|text|document|article|press (?:release|conference)|communiqu[eé]|tweet|post|letter|website|internet|tv|news)(?: itself)?$/i;
const unread = 'it also needs its address or the passage, save from memory';

/** Reads `Reuters`, `kyivpost.com/post/123`, `Yonhap https://…`, `Reuters: “the passage”`. */
export function understandSource(text: string): Understood<PlainSource> {
  const typed = text.trim().replaceAll(/\s+/g, ' ');
  if (described.test(typed))
    return refused(
      `who published “${typed}”, and where? Type the publisher, and the address or the passage`,
      'The White House https://www.whitehouse.gov/…',
      'Reuters: “the passage”',
    );
  const [, before = '', address] =
    /^(.{0,400}?) ?\b((?:https?:\/\/|www\.)\S{3,2000}|[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,4}\.[a-z]{2,10}(?:\/\S{0,1500})?)$/i.exec(
      typed,
    ) ?? [];
  if (address !== undefined) {
    const url = /^https?:\/\//i.test(address) ? address : `https://${address}`;
    if (isWebAddress(url)) {
      const publisher = before.replace(/[,:;-]$/, '').trim() || new URL(url).hostname.replace(/^www\./, '');
      const note = before === '' ? 'the publisher is supposed from the address: type its name before it' : undefined;
      return { readings: [{ value: { publisher, url }, words: `${publisher}, ${url}`, ...(note !== undefined && { note }) }] };
    }
  }
  const quoted = /^([^"“”]{1,300}?)[:,]? ?["“]([^"”]{1,2000})["”]$/.exec(typed);
  if (quoted) {
    const [, publisher = '', exact = ''] = quoted;
    return {
      readings: [{ value: { publisher: publisher.trim(), quote: { exact } }, words: `${publisher.trim()}: “${exact}”` }],
    };
  }
  if (typed.length > 300)
    return refused('expected the publisher and an address or a short passage', 'Yonhap https://example.org/1');
  if (!/[\p{L}\d]/u.test(typed))
    return refused(
      'expected who published it, and its address or the passage',
      'Yonhap https://example.org/1',
      'Reuters: “the passage”',
    );
  return { readings: [{ value: { publisher: typed }, words: typed, note: unread }] };
}
