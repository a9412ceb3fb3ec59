import { understand } from '../../understanding/understand.ts';
import { isWebAddress } from '../../wording/values.ts';
import { type Filling, readFrom } from './filling.ts';

/** A source in plain words: `Yonhap, https://…` in one field, or an address without its beginning, becomes publisher and address. */

/** Puts publisher, address and passage into the fields of a source (`sources.0.`), read from what was typed in one of them. */
export function understandSourceFields(filling: Filling, at: string): void {
  const typed = (name: string): string => (filling.form.get(at + name) ?? '').trim();
  const [publisher, url] = [typed('publisher'), typed('url')];
  if (url !== '' && (publisher === '' || !isWebAddress(url))) return understandAddress(filling, at, url);
  if (publisher === '' || url !== '') return;
  const { readings, detail, examples } = understand('source', publisher);
  const [only] = readings;
  if (!only) return filling.refuse(at.slice(0, -1), detail ?? '', examples ?? []);
  const { value } = only;
  const hasOther = typed('quote.exact') !== '' || typed('sha256') !== '';
  // A publisher may have the name of its site.
  if (hasOther && !publisher.includes('/')) return;
  if (value.url === undefined && (value.quote === undefined || hasOther)) {
    const where =
      'add its address, or the passage copied from it; of what you know and cannot look up, the tier “memory” under More';
    return filling.refuse(at.slice(0, -1), where, []);
  }
  const why = readFrom(publisher, only);
  if (value.publisher !== publisher) filling.understood(`${at}publisher`, value.publisher, why);
  filling.fill(`${at}url`, value.url, why);
  filling.fill(`${at}quote.exact`, value.quote?.exact, why);
}

/** Reads the typed address, with the publisher in it where none was typed elsewhere. */
function understandAddress(filling: Filling, at: string, url: string): void {
  const [only] = understand('source', url).readings;
  if (only?.value.url === undefined)
    return filling.refuse(`${at}url`, 'expected an address, such as', ['https://example.org/1']);
  const why = readFrom(url, only);
  if (only.value.url !== url) filling.understood(`${at}url`, only.value.url, why);
  filling.fill(`${at}publisher`, only.value.publisher, why);
}
