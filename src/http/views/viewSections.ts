import { findingsOf } from '../../../projections/findings.ts';
import type { SectionName } from '../../../projections/views/sectionsOfViews.ts';
import type { AnyAnswer, AnswerWith } from '../../../projections/views/view.ts';
import type { View } from '../../../projections/views/views.ts';
import { findingsInWords } from '../../wording/findings.ts';
import { eachInTurns } from '../../turns.ts';
import { type Html, html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';
import { body as costs } from './allianceCostsBody.ts';
import { body as agreements } from './japanCooperationBody.ts';
import { body as positions } from './northKoreaPolicyBody.ts';
import { body as tariffs } from './tradeTermsBody.ts';

/** The main findings of a view: one sentence without its full stop, and more sentences. */
export function headingOf(answer: AnyAnswer, { sections }: Pick<View, 'sections'>): { heading: string; lede: string } {
  return findingsInWords(findingsOf(answer, sections));
}

type Draw = (answer: AnyAnswer, to: CutLinks) => Html | Promise<Html>;

const nothing = { payments: [], spending: [], counts: [], obligations: [] };

const drawCosts: Draw = (answer, to) => costs({ ...nothing, ...answer } as AnswerWith<'payments' | 'shares' | 'counts'>, to);

/**
 * How each section is drawn; sections of one function are drawn together. Payments share one key with shares and head counts.
 * What was promised besides tariffs comes below the tariffs, else by itself. Every page has its totals beside its lines.
 */
const drawn: Readonly<Record<SectionName, Draw>> = {
  payments: drawCosts,
  shares: drawCosts,
  counts: drawCosts,
  tariffs: (answer, to) => tariffs({ ...nothing, ...answer } as AnswerWith<'tariffs' | 'obligations'>, to),
  obligations: (answer, to) => (answer.tariffs ? html`` : agreements(answer as AnswerWith<'obligations'>, to)),
  positions: (answer, to) => positions(answer as AnswerWith<'positions'>, to),
  totals: () => html``,
};

/**
 * What a view shows above its lines: its sections in order, without a heading of level 1. A line of the view has the id
 * `c-{commitment}` on the page, a figure in it `f-{announcement}-{key}`.
 */
export async function bodyOf(answer: AnyAnswer, { sections }: Pick<View, 'sections'>, to: CutLinks): Promise<Html> {
  const shown = new Set(sections.map((name) => drawn[name]));
  return html`${await eachInTurns([...shown], (draw) => draw(answer, to))}`;
}
