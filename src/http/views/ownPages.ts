import type { View, ViewAnswer } from '../../../projections/views/views.ts';
import { type Answer, costs, type Findings, performed, policy, shared, terms } from '../../../projections/findings.ts';
import { findingsInWords } from '../../wording/findings.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { body as allianceCosts } from './allianceCostsBody.ts';
import { body as japanCooperation } from './japanCooperationBody.ts';
import { body as northKoreaPolicy } from './northKoreaPolicyBody.ts';
import { body as tradeTerms } from './tradeTermsBody.ts';

/** What the page of a view may bring of its own. A part that it does not bring is made from its lines, as for any view. */
export type OwnPage<N extends View['name']> = {
  /** What its page says above all else, of an answer that has lines. */
  readonly findings?: (answer: Answer<N>) => Findings;
  /**
   * What it shows between its heading and the lines and totals that every view has: first its picture, then what it sets apart.
   * `links` keeps the cut. No heading of level 1; the first one is an h2, if there is one.
   *
   * A line of the view has the id `c-{commitment}` on the page, a figure in it `f-{announcement}-{key}`.
   */
  readonly body?: (answer: Answer<N>, links: CutLinks) => Html;
};

/** By the name of a view. A view without an entry has the heading, lines and totals of any view. */
export type OwnPages = { readonly [N in View['name']]?: OwnPage<N> };

const ownPages: OwnPages = {
  'alliance-costs': { findings: costs, body: allianceCosts },
  'trade-terms': { findings: terms, body: tradeTerms },
  'north-korea-policy': { findings: policy, body: northKoreaPolicy },
  'japan-cooperation': { findings: performed, body: japanCooperation },
};

/** What a view says above all: one sentence without its full stop, and more sentences. */
export function headingOf(answer: ViewAnswer): { heading: string; lede: string } {
  const { lines, title } = answer;
  if (lines.length === 0) return findingsInWords({ heading: [{ says: 'nothing-recorded', title }], lede: [] });
  return findingsInWords((ownPage(answer)?.findings ?? shared)(answer));
}

/** What a view shows of its own: nothing, for one that brings nothing. */
export function bodyOf(answer: ViewAnswer, links: CutLinks): Html {
  return ownPage(answer)?.body?.(answer, links) ?? html``;
}

/** The entry of the view that gave the answer, so it takes this answer. */
function ownPage({ view }: ViewAnswer): OwnPage<View['name']> | undefined {
  return ownPages[view] as OwnPage<View['name']> | undefined;
}
