import type { AnyAnswer, AnswerWith } from '../../../projections/views/view.ts';
import { html } from '../page/html.ts';
import { hasRates, stepsHeight, stepsKey, stepsPicture } from '../page/pictures/steps.ts';
import { sizes } from '../page/pictures/sizes.ts';
import type { CutLinks } from '../page/links.ts';
import { paymentGroups } from '../views/allianceCostsBody.ts';
import { groupsByUnit, type Surroundings, surroundings } from '../views/ranges.ts';
import { rangesChart } from '../views/rangesPicture.ts';
import { obligationGroups, tariffsDrawn } from '../views/tradeTermsBody.ts';
import { eachInTurns, pause } from '../../turns.ts';
import { capitalised } from '../../wording/values.ts';
import { alone } from '../../wording/direction.ts';
import { type Chart, innerWidth } from './standalone.ts';

const nowhere: CutLinks = (path) => path;

/** The pictures of an answer that stand by themselves, in the order of its page. */
export async function chartsOf(answer: AnyAnswer): Promise<Chart[]> {
  const around = surroundings(answer.lines, nowhere);
  const title = alone(answer.title);
  const charts: Chart[] = [];
  await pause();
  if (answer.payments) {
    const given = answer as AnswerWith<'payments' | 'shares' | 'counts'>;
    charts.push(
      ...(await rangesChart(
        { name: 'payments', title: `${title}: asked, agreed and paid` },
        await eachInTurns(paymentGroups(given.payments, around), (group) => group),
        around,
      )),
    );
  }
  await pause();
  for (const [name, said, placed] of [
    ['spending', 'shares of spending', answer.spending],
    ['counts', 'head counts', answer.counts],
  ] as const)
    charts.push(...(await rangesChart({ name, title: `${title}: ${said}` }, groupsByUnit(placed ?? []), around)));
  await pause();
  if (answer.tariffs) charts.push(...tariffCharts(answer as AnswerWith<'tariffs' | 'obligations'>, around));
  await pause();
  if (answer.obligations) {
    const groups = await eachInTurns(
      obligationGroups(answer as AnswerWith<'tariffs' | 'obligations'>, around),
      (group) => group,
    );
    const said = { name: 'obligations', title: `${title}: what was promised, and delivered of it` };
    charts.push(...(await rangesChart(said, groups, around)));
  }
  return charts;
}

function tariffCharts(answer: AnswerWith<'tariffs' | 'obligations'>, around: Surroundings): Chart[] {
  const { shown } = tariffsDrawn(answer, around);
  const drawn = shown.filter(({ steps }) => hasRates(steps));
  return drawn.map(({ commitment, key, on, steps, words }, index) => ({
    name: nameOf(drawn, index, `tariff-${commitment}-${key}`),
    title: `${capitalised(alone(on))}: which rate was in force when`,
    words,
    height: stepsHeight + 8,
    drawn: html`<svg x="${sizes.stepsLeft}" y="0" width="${innerWidth - sizes.stepsLeft}" height="${stepsHeight}" overflow="visible">${stepsPicture(steps, words)}</svg>`,
    key: stepsKey([steps]),
  }));
}

/** Several obligors may owe different rates under one key: their pictures are numbered. */
function nameOf(drawn: readonly { commitment: string; key: string }[], index: number, name: string): string {
  const before = drawn.slice(0, index).filter(({ commitment, key }) => `tariff-${commitment}-${key}` === name).length;
  return before === 0 ? name : `${name}-${before + 1}`;
}
