import type { ChronicleEntry } from '../../../projections/chronicle.ts';
import type { CommitmentRecord, InForceAnswer, StandingTerm } from '../../../projections/record.ts';
import { figureInWords } from '../../wording/called.ts';
import type { Piece } from '../../wording/pieces.ts';
import {
  asidesOfFigure,
  bindingInWords,
  boundInWords,
  endedInWords,
  inForceInWords,
  instrumentInWords,
  noticeInWords,
  performanceInWords,
  performancesOf,
  suspensionInWords,
} from '../../wording/standing.ts';
import { capitalised } from '../../wording/values.ts';
import { piecesInWords } from '../../wording/pieces.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { figureLink, inPieces, isolated, type Leading, words } from '../page/parts.ts';
import { shareBar } from '../page/pictures/performance.ts';
import { separated } from '../page/shell.ts';

/** What stands beside the stage and beside each term of a commitment, in plain sight on its page. */

export type Around = { readonly to: CutLinks; readonly eventAt: (id: string) => string };

/** Who is bound, how it ended, what is set aside or announced for a later day, and whether the instrument binds. */
export function factsBeside(record: CommitmentRecord, { to, eventAt }: Around): Html[] {
  const leading: Leading = {
    names: record.names,
    commitment: (id) => html`<a href="${to(`/commitments/${id}`)}"><code>${id}</code></a>`,
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
  const { inForce: run, suspended, ...figure } = term;
  const leading: Leading = { names };
  const binding = entries.find(({ row }) => row.id === term.announcement)?.event.data.instrument?.binding;
  const asides = [
    ...asidesOfFigure({ ...figure, inForce: null }, from).map((one) => inPieces(one, leading)),
    ...(binding === undefined ? [] : [bindingInWords(binding)]),
    ...(suspended ? ['suspended'] : []),
  ];
  return html`${asides.length > 0 && html`<span class="meta">${separated(asides)}</span>`}${run && inForcePart(run, term, { names, ...around })}${performanceOfTerm(term, leading)}`;
}

/** What is in force under the key of a term: its own words where it is another figure than the one that stands. */
function inForcePart(run: InForceAnswer, term: StandingTerm, { to, names }: Around & Leading): Html {
  const since = inPieces(inForceInWords(run, term.owedBy), { names });
  const by = run.givenBy ?? run.announcement;
  if (by === term.announcement) return html`<p class="meta">${since}</p>`;
  const figured = figureInWords(run);
  const address = to(`/figures/${by}/${run.key}`);
  return html`<p class="meta">${since}: <a class="fig wrapok" href="${address}">${figured === undefined ? words(run.text) : isolated(figured)}</a>${figured !== undefined && html` ${words(run.text)}`}${run.amendedBy !== undefined && ' The newer figure above is not yet in force.'}</p>`;
}

function performanceOfTerm(term: StandingTerm, leading: Leading): Html {
  return html`${performancesOf(term).map((one) => {
    const pieces = performanceInWords(term, one);
    const bar = one.share && shareBar(one.share, capitalised(piecesInWords(pieces, { names: leading.names })));
    return html`<div class="delivered">${bar}<p class="meta">${inPieces(pieces, leading)}</p></div>`;
  })}`;
}

/** What is in force of keys under which nothing stands, yet or any longer. */
export function inForceElsewhere({ inForce, names }: CommitmentRecord, { to }: Around): Html {
  if (inForce.length === 0) return html``;
  return html`<h3>In force, under a key that does not stand</h3><ul class="facts">${inForce.map((run) => {
    const figured = figureInWords(run);
    return html`<li><i>${run.key}</i>: <a class="fig wrapok" href="${to(`/figures/${run.givenBy ?? run.announcement}/${run.key}`)}">${figured === undefined ? words(run.text) : isolated(figured)}</a> <span class="meta">${inPieces(inForceInWords(run), { names })}</span></li>`;
  })}</ul>`;
}

const maxFigures = 60;

/** What was delivered, each with its speaker and day; then what was announced in a way that binds nobody. */
export function deliveries({ delivered, asserted, from, names }: CommitmentRecord, { to, eventAt }: Around): Html {
  const list = (id: string, title: string, figures: typeof delivered): Html =>
    figures.length === 0
      ? html``
      : html`<h3 id="${id}">${title}</h3><ul class="facts">${figures.slice(0, maxFigures).map((figure) => {
          const asides = asidesOfFigure(figure, from).map((one) => inPieces(one, { names }));
          return html`<li>${figureLink(figure, to)} <span class="meta">${separated([html`<i>${figure.key}</i>`, ...asides])} · ${inPieces([{ speakers: figure.saidBy }], { names })}, <a href="${eventAt(figure.announcement)}">${inPieces([{ date: figure.happened }])}</a></span></li>`;
        })}</ul>${figures.length > maxFigures && html`<p class="meta">${String(figures.length - maxFigures)} more are in the JSON of this page.</p>`}`;
  return html`${list('delivered', 'Delivered', delivered)}${list('asserted', 'Announced by others, binds nobody', asserted)}`;
}
