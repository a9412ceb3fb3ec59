import { disputeFinder } from '../../projections/beside.ts';
import { whenInWords } from '../../domain/dates.ts';
import type { Figure } from '../../projections/figures.ts';
import { isAgreed, type Line } from '../../projections/record.ts';
import { namesOf } from '../../projections/findings.ts';
import { entriesOf, type FigureRow, type Report } from '../../projections/report.ts';
import { dueOn, dueWords } from '../wording/daysAhead.ts';
import { alone } from '../wording/direction.ts';
import { directionInShort, figureInWords, partiesInWords, speakersInWords, totalInWords } from '../wording/called.ts';
import { type Piece, piecesInWords } from '../wording/pieces.ts';
import {
  asidesOfFigure,
  boundInShort,
  endedInWords,
  instrumentInWords,
  noticeInWords,
  performanceInWords,
  performancesOf,
  suspensionInWords,
} from '../wording/standing.ts';
import { spoken } from '../wording/said.ts';
import { marksInWords, whyNotCounted } from '../wording/totals.ts';
import { capitalised, statusInWords } from '../wording/values.ts';
import { warningInWords } from '../wording/warnings.ts';
import { pause } from '../turns.ts';
import { maxRows, paragraph, rest } from './blocks.ts';
import type { Block, Chapter, Inline, Inlines, Notes } from './document.ts';

/** The chapters of a report, from what is agreed to each commitment with its words and sources. */

/** The maximum number of commitments given in words, and of figures of each; the rest is in the tables. */
const maxCommitments = 60;
const maxFiguresOfOne = 20;

export type Context = {
  readonly report: Report;
  readonly notes: Notes;
  /** Titles of commitments by id. */
  readonly titles: ReadonlyMap<string, string>;
};

/** The chapters, with a turn for others behind each. */
export async function chaptersOf(telling: Context): Promise<Chapter[]> {
  const rows = telling.report.answer.lines.flatMap((line) => line.figures.map((figure): FigureRow => ({ line, figure })));
  const having = (wanted: (figure: Figure, line: Line) => boolean): FigureRow[] =>
    rows.filter(({ figure, line }) => wanted(figure, line));
  const table = (id: string, title: string, some: FigureRow[], none: string): Chapter => ({
    id,
    title,
    blocks: some.length === 0 ? [paragraph(none)] : figuresTable(some, telling),
  });
  const each: readonly (() => Chapter)[] = [
    () =>
      table(
        'agreed',
        'What is agreed',
        having(({ status, stands }) => isAgreed(status) && stands),
        'Nothing that was pledged or formalised stands.',
      ),
    () =>
      table(
        'asked',
        'What is asked, planned or expected',
        having(({ status }, { stage }) => status === 'proposed' && stage !== 'ended'),
        'No demand, request or plan is recorded.',
      ),
    () => contested(telling),
    () => due(telling),
    () => delivered(rows, telling),
    () => totals(telling),
    () => corrected(rows, telling),
    () => commitments(telling),
  ];
  const chapters: Chapter[] = [];
  for (const chapter of each) {
    chapters.push(chapter());
    await pause();
  }
  return chapters;
}

function textOfPieces(pieces: readonly Piece[], { names }: Pick<Line, 'names'>, titles?: ReadonlyMap<string, string>): string {
  const each = names && Object.fromEntries(Object.entries(names).map(([code, name]) => [code, alone(name)]));
  const isolated = pieces.map((piece) => (typeof piece === 'object' && 'name' in piece ? { name: alone(piece.name) } : piece));
  return piecesInWords(isolated, { names: each, ...(titles && { titles }) });
}

/** The figure, its words in brackets or as a quotation, and its limits. */
function figureInlines({ line, figure }: FigureRow): Inline[] {
  const figured = figureInWords(figure);
  const words: Inline = { words: spoken(figure.translation ?? figure.text, figure.translation === undefined && figure.quoted) };
  const asides = asidesOfFigure(figure, line.from).map((one) => textOfPieces(one, line));
  const beside = asides.length === 0 ? [] : [` (${asides.join('; ')})`];
  return [...(figured === undefined ? [words] : [{ strong: figured }]), ...beside];
}

function markOf({ line, figure }: FigureRow): string {
  return disputeFinder(line.contested)(figure) === undefined ? '' : ', contested';
}

function figuresTable(rows: readonly FigureRow[], { notes }: Context): Block[] {
  return [
    {
      as: 'table',
      head: ['Who', 'What', 'How firm', 'Said by'],
      rows: rows.slice(0, maxRows).map((row) => {
        const { line, figure } = row;
        return [
          [directionInShort(line.from, line.to, line.names), ' · ', alone(line.title)],
          figureInlines(row),
          [`${statusInWords(figure)}${markOf(row)}${figure.inForce ? ', in force' : ''}`],
          [`${speakersInWords(figure.saidBy, line.names)}, ${whenInWords(figure.happened)} `, notes.of(figure.sources)],
        ];
      }),
    },
    ...rest(rows.length - maxRows, 'figures'),
  ];
}

function contested({ report, notes }: Context): Chapter {
  const open = report.answer.lines.flatMap((line) => line.contested.map((dispute) => ({ line, dispute })));
  const blocks = open.slice(0, maxRows).flatMap(({ line, dispute }): Block[] => [
    { as: 'heading', text: [`${alone(line.title)}: contested since ${whenInWords(dispute.since)}, ground: ${dispute.ground}`] },
    {
      as: 'list',
      items: dispute.readings.map(({ party, text, translation, by, sources }) => [
        `${partiesInWords([party], line.names)}: `,
        { words: spoken(text, false) },
        ...(translation === undefined ? [] : [' (in English: ', { words: spoken(translation, false) }, ')']),
        ...(by ? [`, by ${speakersInWords([by], line.names)} `] : [' ']),
        notes.of(sources),
      ]),
    },
  ]);
  return {
    id: 'contested',
    title: 'What is contested',
    blocks:
      open.length === 0
        ? [paragraph('No dispute is open.')]
        : [...blocks, ...rest(open.length - maxRows, 'commitments', 'disputes')],
  };
}

function due({ report: { due: days, answer } }: Context): Chapter {
  const passed = answer.lines.flatMap((line) => line.warnings.map((warning) => ({ line, warning })));
  const names = namesOf(answer.lines);
  const ahead: Block[] = [
    {
      as: 'table',
      head: ['Day', 'What', 'Commitment', 'Whose'],
      rows: days
        .slice(0, maxRows)
        .map(({ day, date, kind, effect, title, key, parties }) => [
          [dueOn({ day, date, kind })],
          [dueWords[kind] + (effect === undefined ? '' : `: ${effect}`)],
          [alone(title), ...(key === undefined ? [] : [' ', { code: key }])],
          [partiesInWords(parties, names)],
        ]),
    },
    ...rest(days.length - maxRows, 'figures', 'days'),
  ];
  const warned: Block[] = [
    { as: 'heading', text: ['Warnings'] },
    {
      as: 'list',
      items: passed
        .slice(0, maxRows)
        .map(({ line, warning }) => [
          `${alone(line.title)}: ${warningInWords(warning)}`,
          ...(warning.term === undefined ? [] : [' ', { code: warning.term }]),
        ]),
    },
    ...rest(passed.length - maxRows, 'commitments', 'warnings'),
  ];
  return {
    id: 'due',
    title: 'What is due',
    blocks: [...(days.length === 0 ? [paragraph('Nothing has a day ahead.')] : ahead), ...(passed.length === 0 ? [] : warned)],
  };
}

function delivered(rows: readonly FigureRow[], { notes }: Context): Chapter {
  const measured = rows.flatMap(({ line, figure }) => performancesOf(figure).map((one) => ({ line, figure, one })));
  const deliveries = rows.filter(({ figure }) => figure.status === 'delivered');
  const progress: Block[] = [
    {
      as: 'table',
      head: ['Promise', 'Delivered'],
      rows: measured
        .slice(0, maxRows)
        .map(({ line, figure, one }) => [
          [`${alone(line.title)}: ${figureInWords(figure) ?? alone(figure.text)}`],
          [textOfPieces(performanceInWords(figure, one), line)],
        ]),
    },
    ...rest(measured.length - maxRows, 'performance'),
  ];
  const each: Block[] = [
    { as: 'heading', text: ['Each delivery'] },
    {
      as: 'list',
      items: deliveries
        .slice(0, maxRows)
        .map((row) => [
          ...figureInlines(row),
          ` · ${alone(row.line.title)} · ${speakersInWords(row.figure.saidBy, row.line.names)}, ${whenInWords(row.figure.happened)} `,
          notes.of(row.figure.sources),
        ]),
    },
    ...rest(deliveries.length - maxRows, 'figures', 'deliveries'),
  ];
  return {
    id: 'delivered',
    title: 'What was delivered',
    blocks: [
      ...(measured.length === 0 ? [paragraph('Of nothing that was promised is a delivery recorded.')] : progress),
      ...(deliveries.length === 0 ? [] : each),
    ],
  };
}

function totals({ report: { answer }, titles }: Context): Chapter {
  const names = namesOf(answer.lines);
  const titled = (id: string): string => alone(titles.get(id) ?? id);
  const sums = answer.totals
    .slice(0, maxRows)
    .map((total): Inlines[] => [
      [partiesInWords(total.payer.split('+'), names)],
      total.counted.length === 0 ? [`nothing counted in ${total.currency}`] : [{ strong: totalInWords(total) }],
      [total.delivered ? totalInWords({ ...total.delivered, currency: total.currency, per: total.per }) : 'none recorded'],
      [String(total.counted.length)],
    ]);
  const uncounted = answer.totals.flatMap(entriesOf).filter(({ placed }) => placed !== 'counted');
  return {
    id: 'totals',
    title: 'What it adds up to',
    blocks:
      answer.totals.length === 0
        ? [paragraph('No money term stands, so nothing is added up.')]
        : [
            { as: 'table', head: ['Payer', 'Promised', 'Delivered of it', 'Terms counted'], rows: sums },
            ...rest(answer.totals.length - maxRows, 'totals'),
            ...(uncounted.length === 0
              ? []
              : [
                  { as: 'heading', text: ['Not added, and why'] } as const,
                  {
                    as: 'list',
                    items: uncounted
                      .slice(0, maxRows)
                      .map(({ entry, placed }) => [
                        `${titled(entry.commitment)}, `,
                        { code: entry.key },
                        `: ${[
                          ...(entry.reason ? [whyNotCounted({ reason: entry.reason, about: entry.about })] : []),
                          ...marksInWords(entry),
                        ]
                          .map((one) => textOfPieces(one, { names }, titles))
                          .join('; ')}${placed === 'beside' ? ' (shown beside)' : ''}`,
                      ]),
                  } as const,
                  ...rest(uncounted.length - maxRows, 'entries', 'terms'),
                ]),
          ],
  };
}

/** Corrections of our own record. */
function corrected(rows: readonly FigureRow[], { notes }: Context): Chapter {
  const some = rows.filter(({ figure }) => figure.correctedBy !== undefined);
  return {
    id: 'corrected',
    title: 'Where our record was corrected',
    blocks:
      some.length === 0
        ? [paragraph('No figure in this report has been corrected.')]
        : [
            {
              as: 'list',
              items: some
                .slice(0, maxRows)
                .map((row) => [
                  ...figureInlines(row),
                  ` · ${alone(row.line.title)} · corrected by event `,
                  { code: row.figure.correctedBy ?? '' },
                  ' ',
                  notes.of(row.figure.sources),
                ]),
            },
            ...rest(some.length - maxRows, 'figures'),
          ],
  };
}

/** Every commitment in words: what it is, what stands beside its stage, each figure with its speaker and sources. */
function commitments(telling: Context): Chapter {
  const { lines } = telling.report.answer;
  return {
    id: 'commitments',
    title: lines.length === 1 ? 'In its words' : 'Every commitment, in its words',
    blocks: [
      ...lines.slice(0, maxCommitments).flatMap((line) => commitment(line, telling)),
      ...rest(lines.length - maxCommitments, 'commitments', 'commitments'),
    ],
  };
}

function commitment(line: Line, { notes, titles }: Context): Block[] {
  const beside: (readonly Piece[])[] = [
    ...boundInShort(line.bound),
    ...(line.instrument ? [instrumentInWords(line.instrument)] : []),
    ...line.suspended.map(suspensionInWords),
    ...line.notices.map(noticeInWords),
    ...(line.ended ? [endedInWords(line.ended)] : []),
  ];
  const since = line.stageSince ? ` since ${whenInWords(line.stageSince.happened)}` : '';
  const facts = [
    directionInShort(line.from, line.to, line.names),
    `${line.stage}${since}`,
    ...beside.map((one) => textOfPieces(one, line, titles)),
    ...(line.contested.length > 0 ? ['contested'] : []),
  ];
  const more = line.figures.length - maxFiguresOfOne;
  return [
    { as: 'heading', text: [alone(line.title)], id: `c-${line.commitment}` },
    paragraph(`${facts.join(' · ')} · `, { code: line.commitment }),
    {
      as: 'list',
      ids: line.figures.slice(0, maxFiguresOfOne).map(({ announcement, key }) => `f-${announcement}-${key}`),
      items: line.figures.slice(0, maxFiguresOfOne).map((figure) => {
        const row = { line, figure };
        const figured = figureInWords(figure) !== undefined;
        return [
          `${capitalised(statusInWords(figure))}${markOf(row)}: `,
          ...figureInlines(row),
          ...(figured || figure.translation !== undefined ? [' ', { words: spoken(figure.text, figure.quoted) }] : []),
          ` · ${speakersInWords(figure.saidBy, line.names, { roles: true })}, ${whenInWords(figure.happened)} · `,
          { code: `${figure.announcement}/${figure.key}` },
          ' ',
          notes.of(figure.sources),
        ];
      }),
    },
    ...rest(more, 'figures', 'figures'),
  ];
}
