import type { Report } from '../../../projections/report.ts';
import type { Picture } from '../../report/document.ts';
import { cutInWords } from '../../wording/values.ts';
import { chartsOf } from './charts.ts';
import { sizeOf, svgOf } from './standalone.ts';

/** The pictures of a report, each with its title, cut and source in it. */
export async function picturesOfReport({ about, answer }: Report): Promise<Picture[]> {
  const around = { cut: `${cutInWords(answer.cut)}.`, source: `Commitments ledger ${about.ledger} · ${about.address}` };
  const pictures: Picture[] = [];
  for (const chart of await chartsOf(answer)) {
    const svg = await svgOf(chart, around);
    pictures.push({ words: chart.words, svg, ...sizeOf(svg) });
  }
  return pictures;
}
