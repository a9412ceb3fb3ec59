import type { LedgerEvent, Source } from '../../../domain/announcement.ts';
import type { Term } from '../../../domain/terms.ts';
import { type Statement, statementsOf } from '../../wording/announcement.ts';
import { type Html, html } from './html.ts';
import { evidence, inPieces, isolated, type Leading, words } from './parts.ts';
import { separated } from './shell.ts';

/** An event on a page: its statements from src/wording/announcement.ts, each kind in its place. */
export type Said = {
  /** Its heading. */
  readonly label: Html;
  /** What it says, without its sources. */
  readonly body: Html;
  readonly sources: readonly Source[];
  /** Notes, and the recorder's confidence, which belong to the sources. */
  readonly notes: Html;
};

/** `term` draws a term; `leading` gives the addresses of ids. */
export function saidOnPage(event: LedgerEvent, { term, ...leading }: Leading & { term: (term: Term) => Html }): Said {
  const statements = statementsOf(event);
  const of = <K extends Statement['as']>(kind: K): Extract<Statement, { as: K }>[] =>
    statements.filter((one): one is Extract<Statement, { as: K }> => one.as === kind);
  const pieces = (kind: Exclude<Statement['as'], 'term' | 'reading' | 'source'>): Html[] =>
    of(kind).map((one) => inPieces(one.pieces, leading));
  const sources = of('source').map(({ source }) => source);
  const facts = pieces('fact');
  return {
    label: html`${pieces('label').at(-1)}${pieces('aside').map((one) => html` <span class="meta">${one}</span>`)}`,
    body: html`${pieces('summary').map((one) => html`<p>${one}</p>`)}${facts.length > 0 && html`<p class="meta">${separated(facts)}</p>`}${pieces(
      'line',
    ).map((one) => html`<p>${one}</p>`)}${of('term').map((one) => term(one.term))}${of('reading').map(
      ({ party, text, translation, asides, source }) =>
        html`<p><b>${inPieces([party], leading)}</b>: ${words(text, { sources })}${translated({ translation })}${asides.map((one) => html` <span class="meta">${inPieces(one, leading)}</span>`)}</p>${source && evidence([source])}`,
    )}${pieces('speakers').map((one) => html`<p class="meta">${one}</p>`)}`,
    sources,
    notes: html`${pieces('note').map((one) => html`<p class="note"><b>Note.</b> ${one}</p>`)}${pieces('judgement').map((one) => html`<p class="meta">${one}</p>`)}`,
  };
}

/** The English translation of words recorded in another language. */
export function translated({ translation }: Pick<Term, 'translation'>): Html {
  return translation === undefined ? html`` : html` <span class="meta">in English: ${isolated(translation)}</span>`;
}
