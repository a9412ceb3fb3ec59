import type { ChronicleEntry } from '../../../projections/chronicle.ts';
import type { Figure } from '../../../projections/figures.ts';
import type { CommitmentRecord, InForceAnswer, StandingTerm } from '../../../projections/record.ts';
import { figureInWords } from '../../wording/called.ts';
import type { Piece } from '../../wording/pieces.ts';
import {
  asidesOfFigure,
  boundInWords,
  endedInWords,
  inForceInWords,
  instrumentInWords,
  noticeInWords,
  suspensionInWords,
} from '../../wording/standing.ts';
import { bindingInWords, capitalised, statusInWords } from '../../wording/values.ts';
import { type Html, html } from './html.ts';
import type { CutLinks } from './links.ts';
import { asides, commitmentLink, figureLink, inPieces, isolated, type Leading, performanceOf, words } from './parts.ts';
import { separated } from './shell.ts';

/** What stands beside the stage and beside each figure, as the pages of a commitment and of a figure show it. */

export type Around = {
  readonly to: CutLinks;
  readonly eventAt: (id: string) => string;
  /** The titles of commitments that are named beside it. */
  readonly titles?: ReadonlyMap<string, string> | undefined;
};

/** Who is bound, how it ended, what is suspended or announced for a later day, and whether the instrument binds. */
export function factsBeside(record: CommitmentRecord, { to, eventAt, titles }: Around): Html[] {
  const leading: Leading = {
    names: record.names,
    commitment: (id) => commitmentLink(id, titles?.get(id), to),
  };
  const said = (pieces: readonly Piece[]): Html => {
    const [first, ...rest] = pieces;
    return inPieces([typeof first === 'string' ? capitalised(first) : (first ?? ''), ...rest], leading);
  };
  const linked = (pieces: readonly Piece[], id: string): Html =>
    html`<b>${said(pieces)}</b> <a class="meta" href="${eventAt(id)}">the announcement</a>`;
  return [
    ...(record.ended ? [linked(endedInWords(record.ended), record.ended.announcement)] : []),
    ...record.suspended.map((one) => linked(suspensionInWords(one), one.suspension)),
    ...record.notices.map((one) => linked(noticeInWords(one), one.announcement)),
    ...boundInWords(record.bound).map(said),
    ...(record.instrument ? [said(instrumentInWords(record.instrument))] : []),
  ];
}

/** What is said beside a term: who owes it, whether it binds, what is in force under its key, and what was delivered of it. */
export function besideTerm(
  term: StandingTerm,
  { from, names }: CommitmentRecord,
  entries: readonly ChronicleEntry[],
  around: Around,
): Html {
  const { inForce: run, alsoInForce = [], suspended, ...rest } = term;
  const figure: Figure = { ...rest, inForce: null };
  const beside = [...asidesWithBinding(figure, from, entries), ...(suspended ? [['suspended']] : [])];
  return html`${asides(beside, { names })}${run && [run, ...alsoInForce].map((one) => inForcePart(one, term, { names, ...around }))}${performanceOf(figure, names)}`;
}

/** The limits of a figure, and whether the instrument of its own announcement binds. */
export function asidesWithBinding(
  figure: Figure,
  obligors: readonly string[],
  entries: readonly ChronicleEntry[],
): (readonly Piece[])[] {
  const binding = entries.find(({ row }) => row.id === figure.announcement)?.event.data.instrument?.binding;
  return [...asidesOfFigure(figure, obligors), ...(binding === undefined ? [] : [[bindingInWords(binding)]])];
}

/** What is in force under a term's key, in its own words where it is another figure than the standing one. */
function inForcePart(run: InForceAnswer, term: StandingTerm, { to, names }: Around & Leading): Html {
  const since = inPieces(inForceInWords(run, term.owedBy), { names });
  const by = run.givenBy ?? run.announcement;
  if (by === term.announcement) return html`<p class="meta">${since}</p>`;
  const figured = figureInWords(run);
  const address = to(`/figures/${by}/${run.key}`);
  return html`<p class="meta">${since}: <a class="fig wrapok" href="${address}">${figured === undefined ? words(run.text) : isolated(figured)}</a>${figured !== undefined && html` ${words(run.text)}`}${run.amendedBy !== undefined && ' The newer figure above is not yet in force.'}</p>`;
}

/** What is in force under keys that have no standing term. */
export function inForceElsewhere({ inForce, names }: CommitmentRecord, { to }: Around): Html {
  if (inForce.length === 0) return html``;
  return html`<h3>In force, under a key that does not stand</h3><ul class="facts">${inForce.map((run) => {
    const figured = figureInWords(run);
    return html`<li><i>${run.key}</i>: <a class="fig wrapok" href="${to(`/figures/${run.givenBy ?? run.announcement}/${run.key}`)}">${figured === undefined ? words(run.text) : isolated(figured)}</a> <span class="meta">${inPieces(inForceInWords(run), { names })}</span></li>`;
  })}</ul>`;
}

const maxFigures = 60;

/** What was delivered, each with its speaker and day; then what binds nobody. */
export function deliveries({ delivered, asserted, ...record }: CommitmentRecord, around: Around): Html {
  return html`${figureList(html`<h3 id="delivered">Delivered</h3>`, delivered, record, around)}${figureList(html`<h3 id="asserted">Announced by others, binds nobody</h3>`, asserted, record, around)}`;
}

/** Figures under a heading, each with its speaker and day; nothing where there are none. */
export function figureList(
  heading: Html,
  figures: readonly Figure[],
  { from, names }: Pick<CommitmentRecord, 'from' | 'names'>,
  { to, eventAt }: Around,
  { isStatusSaid = false }: { isStatusSaid?: boolean } = {},
): Html {
  if (figures.length === 0) return html``;
  return html`${heading}<ul class="facts">${figures.slice(0, maxFigures).map((figure) => {
    const beside = asidesOfFigure(figure, from).map((one) => inPieces(one, { names }));
    return html`<li>${isStatusSaid && html`${capitalised(statusInWords(figure))}: `}${figureLink(figure, to)} <span class="meta">${separated([html`<i>${figure.key}</i>`, ...beside])} · ${inPieces([{ speakers: figure.saidBy }], { names })}, <a href="${eventAt(figure.announcement)}">${inPieces([{ date: figure.happened }])}</a></span></li>`;
  })}</ul>${figures.length > maxFigures && html`<p class="meta">${String(figures.length - maxFigures)} more are in the other forms of this page.</p>`}`;
}
