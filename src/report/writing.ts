import { findingsOf } from '../../projections/findings.ts';
import type { Report } from '../../projections/report.ts';
import { findingsInWords } from '../wording/findings.ts';
import { alone } from '../wording/direction.ts';
import { cutInWords } from '../wording/values.ts';
import { changed } from './changed.ts';
import { chaptersOf } from './chapters.ts';
import { Notes, type ReportDocument } from './document.ts';
import { method } from './method.ts';

/** Writes a report as a document. */
export function writtenReport(report: Report): ReportDocument {
  const { about, answer } = report;
  const { heading, lede } = findingsInWords(findingsOf(answer, about.definition.sections));
  const notes = new Notes();
  const titles = new Map(answer.lines.map(({ commitment, title }) => [commitment, title]));
  const chapters = [...changed(report), ...chaptersOf({ report, notes, titles }), method(report)];
  const { cut } = answer;
  const root = about.root === null ? [] : [{ label: 'Root of these events', is: [{ code: about.root }] }];
  return {
    title: alone(answer.title),
    finding: heading,
    lede,
    facts: [
      { label: 'Cut', is: [`${cutInWords(cut)}.`] },
      { label: 'Ledger', is: [{ code: about.ledger }] },
      {
        label: 'Cite as',
        is: [`Commitments ledger, ${alone(answer.title)}, as of ${cut.asOf}, size ${cut.size}, `, { code: about.address }],
      },
      ...root,
    ],
    chapters,
    notes: notes.sources,
    foot: [about.ledger, `as of ${cut.asOf}`, `size ${cut.size}`, ...(about.root === null ? [] : [`root ${about.root}`])].join(
      ' · ',
    ),
  };
}
