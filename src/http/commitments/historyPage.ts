import { patternString } from '../../../domain/codes.ts';
import type { Cut } from '../../../projections/cut.ts';
import type { History } from '../../../projections/history.ts';
import { eventSort } from '../../../projections/sorting.ts';
import { commitmentAt, type Reader } from '../../read/queries.ts';
import { cutQuery } from '../cuts.ts';
import { maxEvents, recordingOrder } from '../page/chronicle.ts';
import type { Framed } from '../page/frame.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { named } from '../page/parts.ts';
import { page } from '../page/shell.ts';
import { sortingOf, sortLine, sortParameter } from '../page/sortHead.ts';
import { trail } from './commitmentPage.ts';
import { titlesIn } from './titles.ts';

/** A long history has several pages: this one begins after the first `after` events. */
export const historyQuery = cutQuery.extend({
  after: patternString('a whole number', /^\d{1,15}$/).optional(),
  sort: sortParameter(eventSort),
});

/** The page of a history: its events in recording order, beginning after the first `start`. */
export async function historyPage(
  reader: Reader,
  { history, start, sort }: { readonly history: History; readonly start: number; readonly sort: string | undefined },
  cut: Cut,
  { frame, to }: Framed,
): Promise<Html> {
  const record = await commitmentAt(reader, history.id, cut);
  if (!record) throw new Error(`expected the commitment of a history, found none with the id ${history.id}`);
  const titles = await titlesIn(reader, history, cut.size);
  const address = `/commitments/${record.id}`;
  const path = `${address}/history`;
  const body = html`<p class="mute">Every event as it was recorded, first to last. The day in the world never shortens a history; the day of the record does. <a href="${to(address)}">By the day it happened, with what stands</a> Each event can be proven under <a href="/proof/checkpoint?size=${String(record.cut.size)}">the checkpoint of ${String(record.cut.size)} events</a>. <a href="/proof">What that proves</a></p>
<h2>${sort === undefined ? 'In the order of recording' : 'All events'}</h2>${sortLine(heads, sortingOf(path, { sort }, to))}
${recordingOrder({ record, history, to, titles }, start, sort)}${pager(path, start, { of: history.events.length, to: (one, query) => to(one, { ...query, sort }) })}`;
  const title = `History: ${record.title}`;
  const heading = html`History: ${named(record.title)}`;
  return page({ title, heading, eyebrow: trail(record, { frame, to }), path, frame, body, downloads: { tables: ['events'] } });
}

const heads = [
  { words: 'Happened', by: 'happened' },
  { words: 'Recorded', by: 'recorded' },
  { words: 'Kind', by: 'type' },
];

function pager(path: string, start: number, { of, to }: { of: number; to: CutLinks }): Html {
  const end = start + maxEvents;
  if (start === 0 && of <= end) return html``;
  return html`<p class="meta">Events ${String(Math.min(start + 1, of))} to ${String(Math.min(end, of))} of ${String(of)}.</p><nav class="pager" aria-label="Pages of the history">${start > 0 && html`<a href="${to(path)}">First page</a> `}${end < of && html`<a href="${to(path, { after: end })}" rel="next">Next page</a>`}</nav>`;
}
