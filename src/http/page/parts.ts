import type { Source } from '../../../domain/announcement.ts';
import type { Stage } from '../../../domain/types.ts';
import { dayInWords, parseDay, whenInWords, whenOf } from '../../../domain/dates.ts';
import type { CutAnswer } from '../../../projections/cut.ts';
import type { Figure } from '../../../projections/figures.ts';
import { recordEnds } from '../../../projections/findings.ts';
import type { Contested, Summary } from '../../../projections/record.ts';
import { asidesOfSource } from '../../wording/announcement.ts';
import { type Piece, piecesInWords } from '../../wording/pieces.ts';
import {
  asidesOfFigure,
  boundInShort,
  endedInWords,
  noticeInWords,
  performanceInWords,
  performancesOf,
  suspensionInWords,
} from '../../wording/standing.ts';
import { bindingInWords, capitalised, statusInWords } from '../../wording/values.ts';
import { warningsInWords } from '../../wording/warnings.ts';
import { figureInWords, partiesInShort, partiesInWords, speakersInWords } from '../../wording/called.ts';
import { type Html, html } from './html.ts';
import { oneLine } from '../../wording/direction.ts';
import type { CutLinks } from './links.ts';
import { isWebAddress } from '../../wording/values.ts';
import { correctionMark, stageMark, typeMark, warningMark } from './pictures/marks.ts';
import { shareBar } from './pictures/performance.ts';
import { separated } from './shell.ts';

/** The pieces that pages are made of: dates, stages, words of others, figures with their sources. */

type Names = Readonly<Record<string, string>> | undefined;

/** A date as announced, in words, with the form in which it was recorded. */
export function when(text: string): Html {
  return html`<time datetime="${text}">${whenInWords(text)}</time>`;
}

/** The day of an instant such as `2025-08-22T12:00:00.000Z`. */
export function dayOf(instant: string): Html {
  return html`<time datetime="${instant}">${dayInWords(parseDay(instant.slice(0, 10)) ?? 0)}</time>`;
}

/** A note for a record that ends long before the day asked. */
export function endOfRecord(cut: CutAnswer | undefined): Html {
  const [ends] = cut ? recordEnds(cut) : [];
  return html`${ends?.says === 'record-ends' && html`<p class="ends" role="note"><b>This record ends on ${when(ends.on)}.</b> What stands here is how it was then; what happened since is not recorded.</p>`}`;
}

/** Text that contains words of others. It is isolated, so it cannot change the direction of what stands around it. */
export function isolated(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

/** A recorded title or name, isolated; its direction controls are shown, not obeyed. */
export function named(text: string): Html {
  return html`<bdi>${oneLine(text)}</bdi>`;
}

/** A link to a commitment by its title, or by its id where it is not recorded by the dates asked. */
export function commitmentLink(id: string, title: string | undefined, to: CutLinks): Html {
  return html`<a href="${to(`/commitments/${id}`)}">${title === undefined ? html`<code>${id}</code>` : named(title)}</a>`;
}

const stageWords: Record<Stage, string> = {
  none: 'Opened',
  noted: 'Noted',
  proposed: 'Proposed',
  pledged: 'Pledged',
  formalised: 'Formalised',
  fulfilled: 'Fulfilled',
  ended: 'Ended',
};

export function stageInWords(stage: Stage): string {
  return stageWords[stage];
}

/** A stage: its mark and its word. */
export function stageWithMark(stage: Stage): Html {
  return html`<span class="stage">${stageMark(stage)}${stageWords[stage]}</span>`;
}

/** How firm a figure is: the mark and the word; for a proposal, the word of its mode. */
export function statusWithMark(figure: Pick<Figure, 'status' | 'mode'>): Html {
  return html`<span class="stage">${statusMark(figure.status)}${capitalised(statusInWords(figure))}</span>`;
}

function statusMark(status: Figure['status']): Html {
  switch (status) {
    case 'observed':
      return typeMark('observed');
    case 'delivered':
      return stageMark('fulfilled');
    case 'asserted':
      return stageMark('proposed');
    case 'proposed':
    case 'pledged':
    case 'formalised':
      return stageMark(status);
    default:
      return status satisfies never;
  }
}

/** An open dispute beside a stage, linked to its readings. */
export function contestedSign({ ground, readings, dispute }: Contested, to: string): Html {
  const count = `${readings.length} ${readings.length === 1 ? 'reading' : 'readings'}`;
  return html`<a class="neq" href="${to}#d-${dispute}"><b aria-hidden="true">≠</b> Contested<span class="sub"> · ${ground}, ${count}</span></a>`;
}

const maxDisputes = 3;

/** The open disputes beside a stage: the first few, and how many more there are. */
export function contestedSigns(contested: readonly Contested[], to: string): Html {
  const more = contested.length - maxDisputes;
  return html`${contested.slice(0, maxDisputes).map((one) => contestedSign(one, to))}${more > 0 && html`<a class="meta" href="${to}">and ${String(more)} more</a>`}`;
}

/**
 * What stands beside a stage, one short line each: how it ended, what is suspended or announced, who is bound, whether the
 * instrument binds.
 */
export function besideInShort(
  summary: Pick<Summary, 'bound' | 'suspended' | 'notices' | 'ended' | 'instrument' | 'names'>,
): Html {
  const { bound, suspended, notices, ended, instrument, names } = summary;
  const said = [
    ...(ended ? [endedInWords(ended)] : []),
    ...suspended.map(suspensionInWords),
    ...notices.map(noticeInWords),
    ...boundInShort(bound),
    ...(instrument ? [[bindingInWords(instrument.binding)]] : []),
  ];
  return html`${said.map((pieces) => html`<span class="meta">${inPieces(pieces, { names })}</span>`)}`;
}

/** Parties in a cell. Of many it shows the first two and a count, which opens the full list. */
export function partyList(parties: readonly string[], names: Names): Html {
  const [short, all] = [partiesInShort(parties, names), partiesInWords(parties, names)];
  if (short === all) return isolated(all);
  return html`<details class="ev whole"><summary>${isolated(short)}</summary>${isolated(all)}</details>`;
}

/** Warnings as sentences, each once, with the clock mark. */
export function warningSigns(warnings: Summary['warnings']): Html[] {
  return warningsInWords(warnings).map(
    (words) => html`<span class="warn">${warningMark()}<span>${capitalised(words)}</span></span>`,
  );
}

/**
 * Words as recorded, in serif. Only words in a recorded quote are shown as a quotation. Words that begin with a quotation mark
 * get no further one.
 */
export function words(
  text: string,
  { quoted = false, sources = [] }: { quoted?: boolean; sources?: readonly Source[] } = {},
): Html {
  const lang = sources.find(({ quote }) => quote?.exact.includes(text))?.lang;
  const language = lang === undefined ? '' : html` lang="${lang}"`;
  const own = /^\s*["'“”‘’«»„「『]/.test(text) ? ' nq' : '';
  return quoted
    ? html`<q class="vb${own}"${language}><bdi>${text}</bdi></q>`
    : html`<span class="vb"${language}><bdi>${text}</bdi></span>`;
}

/** Since when a commitment is at its stage. */
export function since(stageSince: Summary['stageSince']): Html {
  return stageSince ? html`<span class="meta since">since ${when(sinceWhen(stageSince))}</span>` : html``;
}

/** The date of the announcement as recorded; for an effect announced for a later day, that day. */
export function sinceWhen({ day, happened }: NonNullable<Summary['stageSince']>): string {
  return (parseDay(day) ?? 0) > whenOf(happened).latest ? day : happened;
}

/** A figure as a link to its permanent address: in words with its qualifier or, without a figure, the words as recorded. */
export function figureLink(figure: Figure, to: CutLinks): Html {
  const address = to(`/figures/${figure.announcement}/${figure.key}`);
  const figured = figureInWords(figure);
  if (figured === undefined) return html`<a class="fig wrapok wd" href="${address}">${words(figure.text, figure)}</a>`;
  return html`<a class="fig wrapok" href="${address}"><bdi>${figured}</bdi></a>`;
}

/** One figure of a line: the figure, its limits, its words, and what was delivered of it. `obligors`: those of the day. */
export function figureRow(
  figure: Figure,
  { to, names, obligors }: { to: CutLinks; names: Names; obligors: readonly string[] },
): Html {
  const figured = figureInWords(figure) !== undefined;
  const beside = [...(figure.inForce ? [['in force']] : []), ...asidesOfFigure(figure, obligors)];
  return html`<div class="one" id="f-${figure.announcement}-${figure.key}">${figureLink(figure, to)} ${asides(beside, { names })}${figured && html` ${words(figure.text, figure)}`}${
    figure.translation && html` <span class="meta">in English: ${isolated(figure.translation)}</span>`
  }${performanceOf(figure, names)}</div>`;
}

/** The remarks beside a figure, in one small line. */
export function asides(all: readonly (readonly Piece[])[], leading: Leading = {}): Html {
  return all.length === 0 ? html`` : html`<span class="meta">${separated(all.map((one) => inPieces(one, leading)))}</span>`;
}

/** What was delivered of a figure, as a bar with its share: one bar for each party where each owes all of it by himself. */
export function performanceOf(figure: Figure, names: Names): Html {
  return html`${performancesOf(figure).map((one) => {
    const pieces = performanceInWords(figure, one);
    const bar = one.share && shareBar(one.share, capitalised(piecesInWords(pieces, { names })));
    return html`<div class="delivered">${bar}<p class="meta">${inPieces(pieces, { names })}</p></div>`;
  })}`;
}

/** The links of pieces on a page; see src/wording/pieces.ts. Without them, ids and keys are shown as text. */
export type Leading = {
  readonly names?: Names;
  readonly key?: (key: string) => Html;
  readonly event?: (id: string) => Html;
  readonly commitment?: (id: string) => Html;
  readonly document?: (slug: string) => Html;
};

/** Pieces of a statement as a page shows them. */
export function inPieces(pieces: readonly Piece[], leading: Leading = {}): Html {
  return html`${pieces.map((piece) => inPiece(piece, leading))}`;
}

function inPiece(piece: Piece, { names, key, event, commitment, document }: Leading): Html | string {
  if (typeof piece === 'string') return piece;
  if ('date' in piece) return when(piece.date);
  if ('name' in piece) return named(piece.name);
  if ('prose' in piece) return isolated(piece.prose);
  if ('parties' in piece) return isolated(partiesInWords(piece.parties, names));
  if ('speakers' in piece) return isolated(speakersInWords(piece.speakers, names, { roles: true }));
  if ('key' in piece) return key ? key(piece.key) : html`<i>${piece.key}</i>`;
  if ('document' in piece) return document ? document(piece.document) : named(piece.document);
  if ('digest' in piece) return html`<code>sha256 ${piece.digest}</code>`;
  if ('address' in piece) return address(piece.address, html`${piece.called}`);
  if ('event' in piece) return event ? event(piece.event) : html`<code>${piece.event}</code>`;
  return commitment ? commitment(piece.commitment) : html`<code>${piece.commitment}</code>`;
}

type Said = Pick<Figure, 'saidBy' | 'happened' | 'sources' | 'correctedBy'>;

/** Who said it and when, with sources that fold open. `address`: the page of the commitment, which shows each correction. */
export function evidenceOf(said: Said, { names, address }: { names?: Names; address: string }): Html {
  const { saidBy, happened, sources, correctedBy } = said;
  return html`<div class="by"><span class="meta">${isolated(speakersInWords(saidBy, names))}, ${when(happened)}</span> ${
    correctedBy &&
    html`<span class="meta">${correctionMark()} <a href="${address}#e-${correctedBy}">record corrected</a></span> `
  }${evidence(sources)}</div>`;
}

/** Sources that fold open under a summary naming the first. */
export function evidence(sources: readonly Source[], more: Html = html``): Html {
  const [first, ...rest] = sources;
  if (!first) return html``;
  return html`<details class="ev"><summary>${named(first.publisher)}${rest.length > 0 && `\u00a0+\u00a0${rest.length}`}</summary>${sourceList(sources)}${more}</details>`;
}

export function sourceList(sources: readonly Source[]): Html {
  const none = sources.every(({ quote }) => quote === undefined);
  return html`<ul class="src">${sources.map((one) => html`<li>${sourceItem(one)}</li>`)}</ul>${
    none &&
    html`<p class="meta">No passage quoted from ${sources.length === 1 ? 'this source' : 'these sources'}; the words are the record’s.</p>`
  }`;
}

/** A source: who published it, when, where it can be read, and the recorded passage. */
function sourceItem(one: Source): Html {
  const { publisher, url, lang, quote } = one;
  const about = asidesOfSource(one).map((pieces) => inPieces(pieces));
  return html`${url === undefined ? named(publisher) : address(url, named(publisher))}${about.length > 0 && html` <span class="meta">${separated(about)}</span>`}${
    quote &&
    html`<blockquote${lang === undefined ? '' : html` lang="${lang}"`}><bdi>${quote.prefix && html`<span class="meta">${quote.prefix}</span> `}${quote.exact}${quote.suffix && html` <span class="meta">${quote.suffix}</span>`}</bdi></blockquote>${
      quote.translation && html`<p class="meta">In English: ${isolated(quote.translation)}</p>`
    }`
  }`;
}

/** A link for a web address, else the address as text. */
export function address(to: string, text: Html): Html {
  return isWebAddress(to)
    ? html`<a href="${to}" rel="external noopener">${text}</a>`
    : html`${text} <code><bdi>${to}</bdi></code>`;
}
