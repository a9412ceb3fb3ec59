import { createHash } from 'node:crypto';
import type { Block, Inline, Inlines, ReportDocument } from '../../report/document.ts';
import { sourceInWords } from '../../report/document.ts';
import type { Made } from '../../report/making.ts';
import { spoken } from '../../wording/said.ts';
import { eachInTurns, pause } from '../../turns.ts';
import { type Html, html, sent } from '../page/html.ts';
import { isWebAddress } from '../../wording/values.ts';
import { textures } from '../page/pictures/defs.ts';
import { sheet } from '../page/style.ts';
import { bodyOf } from '../views/viewSections.ts';

/**
 * A report as one HTML file. Style and pictures are inside, and nothing is loaded when it is opened. Its links lead to places
 * in the file, and to the sources.
 */
export async function htmlOf({ written, drawn }: Pick<Made, 'written' | 'drawn'>): Promise<string> {
  const { title, finding, lede, brief, facts, chapters, notes, foot } = written;
  const pictures = drawn && (await bodyOf(drawn.answer, drawn.about.definition, inFile));
  const sections = await eachInTurns(chapters, chapter);
  const sources = await eachInTurns(notes, note);
  const shown = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · Commitments ledger</title><style>@STYLE@</style></head>
<body>${textures}<main id="main"><div class="wrap report"><p class="eyebrow">${title}</p><h1>${finding}</h1>
${lede !== '' && html`<p class="lede">${lede}</p>`}
${brief.length > 0 && html`<ul class="brief">${brief.map((one) => html`<li>${line(one)}</li>`)}</ul>`}
<dl>${facts.map(({ label, is }) => html`<dt>${label}</dt><dd>${line(is)}</dd>`)}</dl>
${pictures}
${sections}${notes.length > 0 && html`<section><h2 id="report-sources">Sources</h2><ol class="notes">${sources}</ol></section>`}</div></main></body></html>`;
  const shownText = await sent(shown);
  await pause();
  // The style is ours, and the template would escape it. The only recorded text before it is the title.
  const text = shownText.replace('<style>@STYLE@</style>', () => `<style>${styleOf(foot)}</style>`);
  // A place on the page of a commitment does not exist in this file; link to the commitment instead.
  return text.replaceAll(/href="(#[\w-]+)#[^"]*"/g, 'href="$1"');
}

/** The content security policy of the file when served from here: only its own style. */
export function policyOf(foot: string): string {
  const digest = createHash('sha256').update(styleOf(foot)).digest('base64');
  return `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

/** The style of a file, with the foot of its printed pages. */
function styleOf(foot: string): string {
  const place = (where: string, content: string): string =>
    `@${where} { font: 7.5pt sans-serif; color: #444; content: ${content}; }`;
  const pages = place('bottom-right', 'counter(page) " / " counter(pages)');
  return `${sheet}\n@page { ${place('bottom-left', `"${inStyle(foot)}"`)} ${pages} }`;
}

/** A text for a quoted string of a style sheet: every character that could end the string is escaped. */
function inStyle(text: string): string {
  return text.replaceAll(/[^\w /.:+=·-]/g, (sign) => `\\${sign.codePointAt(0)?.toString(16)} `);
}

/** The links of pictures lead to the commitment, or the figure, in the file. */
function inFile(path: string): string {
  const [, kind = '', id = '', key] = path.split('/');
  return kind === 'figures' ? `#f-${id}-${key}` : `#c-${id}`;
}

async function chapter({ id, title, blocks }: ReportDocument['chapters'][number]): Promise<Html> {
  return html`<section><h2 id="report-${id}">${title}</h2>${await eachInTurns(blocks, block)}</section>
`;
}

async function block(one: Block): Promise<Html> {
  switch (one.as) {
    case 'paragraph':
      return html`<p>${line(one.text)}</p>`;
    case 'heading':
      return html`<h3${one.id !== undefined && html` id="${one.id}"`}>${line(one.text)}</h3>`;
    case 'list':
      const items = await eachInTurns(one.items, (item, index) => {
        const id = one.ids?.[index];
        return html`<li${id !== undefined && html` id="${id}"`}>${line(item)}</li>`;
      });
      return html`<ul>${items}</ul>`;
    case 'table':
      const rows = await eachInTurns(
        one.rows,
        (row) => html`<tr>${row.map((cell) => html`<td>${line(cell)}</td>`)}</tr>
`,
      );
      return html`<table><thead><tr>${one.head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
    default:
      return one satisfies never;
  }
}

function line(inlines: Inlines): Html {
  return html`${inlines.map(inline)}`;
}

function inline(one: Inline): Html {
  if (typeof one === 'string') return html`${one}`;
  if ('strong' in one) return html`<b><bdi>${one.strong}</bdi></b>`;
  if ('words' in one) return html`<bdi>${one.words}</bdi>`;
  if ('code' in one) return html`<code>${one.code}</code>`;
  return html`<sup>${one.notes.map((number, index) => html`${index > 0 && ' '}<a href="#note-${number}">${String(number)}</a>`)}</sup>`;
}

function note(source: ReportDocument['notes'][number], index: number): Html {
  const { url, quote } = source;
  const address = url !== undefined && (isWebAddress(url) ? html`, <a href="${url}">${url}</a>` : html`, <code>${url}</code>`);
  return html`<li id="note-${index + 1}"><bdi>${sourceInWords(source)}</bdi>${address}${quote && html`: <bdi>${spoken(quote.exact, true)}</bdi>`}</li>
`;
}
