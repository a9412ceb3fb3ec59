import { findingsOf } from '../../projections/findings.ts';
import type { CutAnswer } from '../../projections/cut.ts';
import type { Report, ReportAbout } from '../../projections/report.ts';
import { findingsInWords } from '../wording/findings.ts';
import { alone } from '../wording/direction.ts';
import { cutInWords } from '../wording/values.ts';
import { pause } from '../turns.ts';
import { briefOf } from './brief.ts';
import { changed } from './changed.ts';
import { chaptersOf } from './chapters.ts';
import { Notes, type ReportDocument } from './document.ts';
import { method } from './method.ts';

/** Writes the report of a view as a document. */
export async function writtenReport(report: Report): Promise<ReportDocument> {
  const { about, answer } = report;
  const { heading, lede } = findingsInWords(findingsOf(answer, about.definition.sections));
  await pause();
  const notes = new Notes();
  const titles = new Map(answer.lines.map(({ commitment, title }) => [commitment, title]));
  const chapters = [...changed(report), ...(await chaptersOf({ report, notes, titles })), method(report)];
  return {
    ...aboutInWords(about, answer),
    finding: heading,
    lede,
    brief: await briefOf(report),
    chapters,
    notes: notes.sources,
  };
}

/** What every report says about itself: its cut, its ledger, how to cite it, and the root of its events. */
export function aboutInWords(
  { ledger, address, root }: Pick<ReportAbout, 'ledger' | 'address' | 'root'>,
  { title, cut }: { readonly title: string; readonly cut: CutAnswer },
): Pick<ReportDocument, 'title' | 'address' | 'facts' | 'foot'> {
  return {
    title: alone(title),
    address,
    facts: [
      { label: 'Cut', is: [`${cutInWords(cut)}.`] },
      { label: 'Ledger', is: [{ code: ledger }] },
      {
        label: 'Cite as',
        is: [`Commitments ledger, ${alone(title)}, as of ${cut.asOf}, size ${cut.size}, `, { code: address }],
      },
      ...(root === null ? [] : [{ label: 'Root of these events', is: [{ code: root }] }]),
    ],
    foot: [ledger, `as of ${cut.asOf}`, `size ${cut.size}`, ...(root === null ? [] : [`root ${root}`])].join(' · '),
  };
}
