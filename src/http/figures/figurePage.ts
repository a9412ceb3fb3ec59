import type { FigureAnswer } from '../../../projections/figure.ts';
import { capitalised } from '../../wording/values.ts';
import { value } from '../page/beforeAfter.ts';
import type { Framed } from '../page/frame.ts';
import { directionInWords, figureInWords, speakersInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { asides, dayOf, isolated, named, sourceList, statusWithMark, when, words } from '../page/parts.ts';
import { correctionMark } from '../page/pictures/marks.ts';
import { page } from '../page/shell.ts';

/** The page of one figure. */
export function figurePage(answer: FigureAnswer, { frame, to }: Framed): Html {
  const { commitment, figure, recorded, announcement, key } = answer;
  const term = figure ?? recorded.term;
  const eyebrow = html`<a href="${to(`/commitments/${commitment.id}`, {}, `e-${announcement}`)}">${named(commitment.title)}</a> › <i>${key}</i>`;
  const said = term && isolated(figureInWords(term) ?? term.text);
  const heading =
    said === null ? html`A figure that a correction removed` : figure ? html`${said}` : html`Removed by a correction: ${said}`;
  const title = `${commitment.title}, ${key}`;
  const lede = isolated(directionInWords(commitment.from, commitment.to, commitment.names));
  return page({ title, heading, eyebrow, lede, path: `/figures/${announcement}/${key}`, frame, body: body(answer, to) });
}

/** The newest corrections; a figure may have been corrected any number of times. */
const maxCorrections = 12;

function body(answer: FigureAnswer, to: CutLinks): Html {
  const { figure, recorded, repeats, stands, inForce, corrections, replacedBy, retractedBy, commitment, cite } = answer;
  const at = (id: string): string => to(`/commitments/${commitment.id}`, {}, `e-${id}`);
  const state = [
    html`<b>${stands ? 'Stands' : 'Does not stand'}</b> at this cut, and is ${inForce ? 'in force' : 'not known to be in force'}.`,
    ...(repeats === null
      ? []
      : [html`${capitalised(answer.type)}: it repeats the figure of <a href="${at(repeats)}">an earlier announcement</a>.`]),
    ...(replacedBy === null ? [] : [html`<a href="${at(replacedBy)}">A later announcement</a> replaced, removed or ended it.`]),
    ...(retractedBy === null ? [] : [html`<a href="${at(retractedBy)}">Retracted</a>: our record should not have had it.`]),
  ];
  return html`${
    figure
      ? html`<p class="said">${words(figure.text, figure)}${figure.translation !== undefined && html`<br><span class="meta">in English: ${isolated(figure.translation)}</span>`}</p>
<p>${statusWithMark(figure)} ${when(figure.happened)}${figure.effective !== undefined && html`, effective ${when(figure.effective)}`}${asides({ ...figure, inForce: null })}<br><span class="meta">${isolated(speakersInWords(figure.saidBy, commitment.names, { roles: true }))}</span></p>`
      : html`<p>Nothing of it is left at this cut: a correction removed it.</p>`
  }
<ul class="facts">${state.map((one) => html`<li>${one}</li>`)}</ul>
<h2 id="sources">Where it is written</h2>${sourceList(figure?.sources ?? recorded.sources)}
<h2 id="recorded">As it was recorded</h2><p>Event ${String(recorded.sequence)}, ${dayOf(recorded.time)}, by ${named(recorded.by)}: ${recorded.term ? value(recorded.term) : 'without this term; a correction added it.'}</p>
${corrections.length > maxCorrections && html`<p class="meta">${String(corrections.length - maxCorrections)} earlier corrections stand <a href="${to(`/commitments/${commitment.id}/history`)}">in the history</a>.</p>`}${corrections
    .slice(-maxCorrections)
    .map(
      (one) =>
        html`<aside class="corr" aria-label="Correction of the record"><p><b>${correctionMark()} Correction of our record</b>, ${dayOf(one.time)} <span class="meta"><a href="${at(one.id)}">event ${String(one.sequence)}</a>, ${one.mode}</span><br>${isolated(one.reason)}</p></aside>`,
    )}
<h2 id="cite">Cite it</h2><p>${isolated(cite.plain)}</p>
<details class="ev"><summary>BibTeX</summary><pre><code>${cite.bibtex}</code></pre></details>
<details class="ev"><summary>CSL JSON</summary><pre><code>${JSON.stringify(cite.csl, null, 2)}</code></pre></details>`;
}
