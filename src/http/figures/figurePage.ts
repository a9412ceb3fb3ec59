import { type ChronicleEntry, chronicleOf } from '../../../projections/chronicle.ts';
import type { Cut } from '../../../projections/cut.ts';
import type { FigureAnswer } from '../../../projections/figure.ts';
import type { Figure } from '../../../projections/figures.ts';
import type { CommitmentRecord, StandingTerm } from '../../../projections/record.ts';
import { commitmentAt, historyAt, type Reader } from '../../read/queries.ts';
import { correctionInWords } from '../../wording/announcement.ts';
import { directionInShort, figureInWords, speakersInWords } from '../../wording/called.ts';
import { inForceInWords } from '../../wording/standing.ts';
import { capitalised } from '../../wording/values.ts';
import { value } from '../page/beforeAfter.ts';
import type { Framed } from '../page/frame.ts';
import { commitmentDownloads } from '../page/downloads.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import {
  asides,
  contestedSigns,
  dayOf,
  inPieces,
  isolated,
  named,
  performanceOf,
  since,
  sourceList,
  stageWithMark,
  statusWithMark,
  warningSigns,
  when,
  words,
} from '../page/parts.ts';
import { correctionMark } from '../page/pictures/marks.ts';
import { page } from '../page/shell.ts';
import { figureCard } from '../pictures/cards.ts';
import { proveIt } from '../proof/proofPage.ts';
import { type Around, asidesWithBinding, besideTerm, factsBeside, figureList } from '../page/standingFacts.ts';

/** The page of one figure: what it says, what stands beside it and its commitment, and its sources. */
export async function figurePage(
  reader: Reader,
  answer: FigureAnswer,
  cut: Cut,
  { frame, to, origin }: Framed & { readonly origin: string },
): Promise<Html> {
  const { figure, recorded, announcement, key } = answer;
  const { id, title: called } = answer.commitment;
  const [record, history] = [await commitmentAt(reader, id, cut), await historyAt(reader, id, cut)];
  if (!record || !history) throw new Error(`expected the commitment of a figure, found none with the id ${id}`);
  const eventAt = (event: string): string => to(`/commitments/${id}`, {}, `e-${event}`);
  const eyebrow = html`<a href="${eventAt(announcement)}">${named(called)}</a> › <i>${key}</i>`;
  const term = figure ?? recorded.term;
  const said = term && isolated(figureInWords(term) ?? term.text);
  const heading =
    said === null ? html`A figure that a correction removed` : figure ? html`${said}` : html`Removed by a correction: ${said}`;
  const lede = isolated(directionInShort(record.from, record.to, record.names));
  const path = `/figures/${announcement}/${key}`;
  const body = html`${figurePart({ answer, record, entries: chronicleOf(history).entries }, { to, eventAt })}
<h2 id="sources">Where it is written</h2>${sourceList(figure?.sources ?? recorded.sources)}
${recordedPart(answer, to, eventAt)}`;
  const card = figureCard(answer, record, origin);
  const downloads = { ...commitmentDownloads, of: { path: `/commitments/${id}`, what: 'its commitment' } };
  return page({ title: `${called}, ${key}`, heading, eyebrow, lede, path, frame, body, card, downloads });
}

type Shown = {
  readonly answer: FigureAnswer;
  readonly record: CommitmentRecord;
  readonly entries: readonly ChronicleEntry[];
};

/** The figure with its limits, whether it stands, what was delivered of it, and where its commitment stands. */
function figurePart({ answer, record, entries }: Shown, around: Around): Html {
  const { figure, announcement, key, delivered } = answer;
  const { names } = record;
  const address = around.to(`/commitments/${record.id}`);
  const term = record.terms.find((one) => one.announcement === announcement && one.key === key);
  const limits = (one: Figure): Html =>
    term
      ? besideTerm(isOwnRun(term) ? { ...term, inForce: null } : term, record, entries, around)
      : html`${asides(asidesWithBinding(one, record.from, entries), { names })}${performanceOf(one, names)}`;
  return html`${
    figure
      ? html`<p class="said">${words(figure.text, figure)}${figure.translation !== undefined && html`<br><span class="meta">in English: ${isolated(figure.translation)}</span>`}</p>
<div class="stack">${statusWithMark(figure)} ${when(figure.happened)} <span class="meta">${isolated(speakersInWords(figure.saidBy, names, { roles: true }))}</span></div>${limits(figure)}`
      : html`<p>Nothing of it is left: a correction removed it.</p>`
  }
<ul class="facts">${becameOf(answer, record, around).map((one) => html`<li>${one}</li>`)}</ul>
${figureList(html`<h2 id="delivered">Delivered under its key</h2>`, delivered, record, around)}
<h2 id="commitment">Its commitment</h2><div class="stack">${stageWithMark(record.stage)}${since(record.stageSince)} <a href="${address}">${named(record.title)}</a>${contestedSigns(record.contested, address)}</div>
<ul class="facts">${[...factsBeside(record, around), ...warningSigns(record.warnings)].map((one) => html`<li>${one}</li>`)}</ul>`;
}

/** Whether the figure in force under a term's key is this very figure; the page says so below. */
function isOwnRun({ inForce: run, announcement }: StandingTerm): boolean {
  return run !== null && (run.givenBy ?? run.announcement) === announcement;
}

/** Whether it stands and is in force, and what repeated, replaced or retracted it. */
function becameOf(answer: FigureAnswer, record: CommitmentRecord, { eventAt }: Around): Html[] {
  const { stands, inForce, repeats, replacedBy, retractedBy, type, announcement, key } = answer;
  const runs = [
    ...record.terms.flatMap(({ inForce: told, alsoInForce = [] }) => (told ? [told, ...alsoInForce] : [])),
    ...record.inForce,
  ];
  const run = runs.find((one) => one.key === key && (one.givenBy ?? one.announcement) === announcement);
  const force = !inForce ? ['not known to be in force'] : run ? inForceInWords(run) : ['in force'];
  return [
    html`<b>${stands ? 'Stands' : 'Does not stand'}</b> by these dates, and is ${inPieces(force, { names: record.names })}.`,
    ...(repeats === null
      ? []
      : [html`${capitalised(type)}: it repeats the figure of <a href="${eventAt(repeats)}">an earlier announcement</a>.`]),
    ...(replacedBy === null
      ? []
      : [html`<a href="${eventAt(replacedBy)}">A later announcement</a> replaced, removed or ended it.`]),
    ...(retractedBy === null
      ? []
      : [html`<a href="${eventAt(retractedBy)}">Retracted</a>: our record should not have had it.`]),
  ];
}

/** The maximum number of corrections shown, the newest; a figure may have any number. */
const maxCorrections = 12;

/** The figure as first recorded, its corrections, and how to cite it. */
function recordedPart(
  { announcement, recorded, corrections, commitment, cite, cut }: FigureAnswer,
  to: CutLinks,
  eventAt: Around['eventAt'],
): Html {
  return html`<h2 id="recorded">As it was recorded</h2><p>Event ${String(recorded.sequence)}, ${dayOf(recorded.time)}, by ${named(recorded.by)}: ${recorded.term ? value(recorded.term) : 'without this term; a correction added it.'}</p>
${corrections.length > maxCorrections && html`<p class="meta">${String(corrections.length - maxCorrections)} earlier corrections stand <a href="${to(`/commitments/${commitment.id}/history`)}">in the history</a>.</p>`}${corrections
    .slice(-maxCorrections)
    .map(
      (one) =>
        html`<aside class="corr" aria-label="Correction of the record"><p><b>${correctionMark()} ${correctionInWords(one.mode)}</b>, ${dayOf(one.time)} <span class="meta"><a href="${eventAt(one.id)}">event ${String(one.sequence)}</a></span><br>${isolated(one.reason)}</p></aside>`,
    )}
${proveIt(announcement, cut.size)}
<h2 id="cite">Cite it</h2><p>${isolated(cite.plain)}</p>
<details class="ev"><summary>BibTeX</summary><pre tabindex="0"><code>${cite.bibtex}</code></pre></details>
<details class="ev"><summary>CSL JSON</summary><pre tabindex="0"><code>${JSON.stringify(cite.csl, null, 2)}</code></pre></details>`;
}
