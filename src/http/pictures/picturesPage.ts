import { answerCut } from '../../../projections/cut.ts';
import { alone } from '../../wording/direction.ts';
import { isDrawerThere } from '../../report/pdf.ts';
import { whenInWords } from '../../../domain/dates.ts';
import type { Framed } from '../page/frame.ts';
import { type Html, html, sent } from '../page/html.ts';
import { link, permanent } from '../page/links.ts';
import { page } from '../page/shell.ts';
import { aroundOf, pictureAddress, type Pictures } from './pictureAddress.ts';
import { type Chart, sizeOf, svgOf } from './standalone.ts';

/** The page of a view's pictures: each with its embedding code and how to cite it. */
export async function picturesPage(
  found: Pictures,
  { frame, to, origin }: Framed & { readonly origin: string },
): Promise<Html> {
  const { view, cut, filters, charts } = found;
  const path = `/pictures/${view.name}`;
  const { asOf, size } = answerCut(cut);
  const shown: Html[] = [];
  for (const chart of charts) {
    const { name, title, words } = chart;
    const svg = pictureAddress(found, name, 'svg');
    const drawn = await svgOf(chart, aroundOf(found, frame.ledger, name));
    const code = await frameCode(found, chart, { origin, ...frameSize(drawn) });
    const cited = `${alone(title)}. Commitments ledger ${frame.ledger}, as of ${whenInWords(asOf)}, by the first ${String(size)} events of its record. ${origin}${svg}`;
    shown.push(html`<section class="picture" id="${name}"><figure><img src="${svg}" alt="${words}"><figcaption class="meta">This picture as <a href="${svg}" type="image/svg+xml">SVG</a>${isDrawerThere() && html` or <a href="${pictureAddress(found, name, 'png')}" type="image/png">PNG</a>`}</figcaption></figure>
<details class="ev"><summary>Embed or cite it</summary><p>In a page of yours, with the dates and the source in it:</p><pre><code>${code}</code></pre><p>By oEmbed: <a href="${link('/oembed', {}, { url: svg })}" type="application/json+oembed">the same as JSON</a>. Cite as:</p><pre><code>${cited}</code></pre></details></section>
`);
  }
  const lede =
    charts.length === 0
      ? 'Nothing of this view is drawn by these dates.'
      : 'Each stands by itself, with its dates and its source in it, and keeps what it shows: its address names how much of the record it is made from.';
  return page({
    title: `${view.title}: pictures`,
    lede,
    path,
    keep: filters,
    frame,
    body: html`${shown}`,
    eyebrow: html`<a href="${to(`/views/${view.name}`, filters)}">${view.title}</a>`,
    permanent: link(path, permanent(answerCut(cut)), filters),
  });
}

/** The size of a frame that shows the whole picture, px; a narrower one is lower in proportion. */
export function frameSize(svg: string, maxWidth = Infinity): { width: number; height: number } {
  const whole = sizeOf(svg);
  const width = Math.min(whole.width, maxWidth);
  return { width, height: Math.ceil((whole.height * width) / whole.width) };
}

/** The code that embeds a picture in a page of others. */
export async function frameCode(
  found: Pictures,
  { name, title }: Chart,
  { origin, width, height }: { readonly origin: string; readonly width: number; readonly height: number },
): Promise<string> {
  const address = `${origin}${pictureAddress(found, name, 'html')}`;
  return sent(
    html`<iframe src="${address}" title="${title}" width="${width}" height="${height}" style="border:0;max-width:100%" loading="lazy"></iframe>`,
  );
}
