import { answerCut, type Cut } from '../../projections/cut.ts';
import type { Changes } from '../../projections/changes.ts';
import type { History } from '../../projections/history.ts';
import type { Report } from '../../projections/report.ts';
import type { CommitmentRecord } from '../../projections/record.ts';
import { all } from '../../projections/views/builtIn.ts';
import { dueBetween } from '../../projections/asked.ts';
import { leadingFigure, situationOf } from '../../projections/figures.ts';
import type { Reader } from '../read/queries.ts';
import { viewOfOne } from '../read/viewAt.ts';
import type { Content } from './acrossReports.ts';
import { briefOf } from './brief.ts';
import { chaptersOf } from './chapters.ts';
import { Notes } from './document.ts';
import { type Made, type Offered, offeredTables, rootAt, viewTablesOf } from './making.ts';
import { method } from './method.ts';
import { madeOfParts, tablesOf } from './reportParts.ts';
import { changesContent, commitmentFinding, eventsPart } from './recordReports.ts';
import { withCodebook } from './reportTables.ts';
import { aboutInWords } from './writing.ts';

/** The answer that a report covers. */
export type AnswerAsked = {
  /** The name of its file. */
  readonly name: string;
  /** The path and the parameters of the answer without its cut. */
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  readonly cut: Cut;
  /** What else its bytes depend on besides the cut. */
  readonly dependsOn?: string;
};

/** The report of an answer that is in memory. */
export function answerReport(reader: Reader, asked: AnswerAsked, content: Content): Offered {
  const { path, parameters = {}, cut } = asked;
  return reportOf(reader, asked, addressAt(path, { ...parameters, ...settled(cut) }), content);
}

/**
 * The report of what changed between two cuts. Where both have the same day, its address names their sizes and is permanent.
 * Two different days can only be named by the address asked.
 */
export function changesReport(
  reader: Reader,
  asked: Readonly<Record<string, string | undefined>>,
  { earlier, later }: { readonly earlier: Cut; readonly later: Cut },
  answer: Changes,
): Offered {
  const { asOf, size } = settled(later);
  const isOfOneDay = earlier.asOf === later.asOf;
  const address = addressAt('/changes', isOfOneDay ? { from: String(earlier.size), to: size, asOf } : asked);
  const dependsOn = JSON.stringify([earlier.size, earlier.asOf]);
  return reportOf(reader, { name: 'changes', cut: later, dependsOn }, address, changesContent(answer));
}

function reportOf(
  reader: Reader,
  { name, cut, dependsOn = '' }: Pick<AnswerAsked, 'name' | 'cut' | 'dependsOn'>,
  address: string,
  content: Content,
): Offered {
  const about = async (): Promise<Made['about']> => aboutOf(reader, address, cut);
  return {
    name,
    cut,
    dependsOn,
    tables: offeredTables(tablesOf(content.parts), { title: content.title, cut }, about),
    made: async () => madeOfParts(await about(), content.parts, { ...content, cut: answerCut(cut) }),
  };
}

async function aboutOf(reader: Reader, address: string, cut: Cut): Promise<Made['about']> {
  return { ledger: reader.log.ledger, address, root: await rootAt(reader, cut) };
}

/** The day and the size of a cut as parameters. */
function settled(cut: Cut): { asOf: string; size: string } {
  const { asOf, size } = answerCut(cut);
  return { asOf, size: String(size) };
}

function addressAt(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** The report of one commitment: what a view says of it alone, and all its events. Throws `ViewFault`. */
export async function commitmentReport(reader: Reader, record: CommitmentRecord, history: History, cut: Cut): Promise<Offered> {
  const answer = await viewOfOne(reader, all, record.id, cut);
  const events = eventsPart(history);
  const own = new Map([...viewTablesOf(answer), [events.name, events.table] as const]);
  const aboutIt = async (): Promise<Made['about']> =>
    aboutOf(reader, addressAt(`/commitments/${record.id}`, settled(cut)), cut);
  const made = async (): Promise<Made> => {
    const about = await aboutIt();
    const commitment = await reader.readModel.commitment(record.id, cut.size);
    const situation = commitment && situationOf(commitment, cut.asOf);
    const due = situation ? dueBetween(situation, cut.asOf, Infinity) : [];
    // Its pictures are titled by the commitment.
    const report: Report = { about: { ...about, definition, filters: {} }, answer: { ...answer, title: record.title }, due };
    const notes = new Notes();
    const titles = new Map([[record.id, record.title]]);
    const [line] = answer.lines;
    return {
      about,
      written: {
        ...aboutInWords(about, { title: record.title, cut: answer.cut }),
        finding: line ? commitmentFinding(line, situation && leadingFigure(situation)) : '',
        lede: '',
        brief: await briefOf(report),
        chapters: [...(await chaptersOf({ report, notes, titles })), ...events.chapters, method(report, true)],
        notes: notes.sources,
      },
      tables: withCodebook(own),
      drawn: report,
    };
  };
  return { name: record.id, cut, tables: offeredTables(own, { title: record.title, cut }, aboutIt), made };
}

const definition = all.definition as Report['about']['definition'];
