import { dayInWords, parseDay, whenInWords } from '../../domain/dates.ts';
import type { Calendar, DocumentAnswer, Documents, DueItem, Parties, PartyAnswer, Said } from '../../projections/asked.ts';
import type { CutAnswer } from '../../projections/cut.ts';
import type { Summary } from '../../projections/record.ts';
import { dueOn, dueWords } from '../wording/daysAhead.ts';
import { alone } from '../wording/direction.ts';
import { figureInWords, partiesInWords } from '../wording/called.ts';
import { capitalised, numberInWords, statusInWords } from '../wording/values.ts';
import { warningsInWords } from '../wording/warnings.ts';
import { dueColumns, type SaidRow, saidColumns, type SummaryRow, summaryColumns } from './answerColumns.ts';
import { address, atCut, type Column, codes, number, text } from './columns.ts';
import type { Inlines } from './document.ts';
import { type Part, part } from './reportParts.ts';

/** Answers across commitments as parts of a report: a calendar, parties, documents. */

/** The content of a report of an answer: its finding, and its parts. */
export type Content = {
  readonly title: string;
  readonly finding: string;
  readonly lede?: string;
  readonly parts: readonly Part[];
  readonly method: readonly string[];
};

const howDue =
  'A day is the latest one that its date may mean. Performed, met or answered since: what was announced by the day of the report says so.';
const howStands =
  'The stage is the one reached by the day of the report. A dispute stands beside the stage and never replaces it; a demand binds nobody.';

type Names = Readonly<Record<string, string>> | undefined;

export function calendarContent({ due, names, cut, from, to, count }: Calendar): Content {
  const first = dayInWords(parseDay(from) ?? 0);
  const span = to === undefined ? `from ${first} on` : `between ${first} and ${dayInWords(parseDay(to) ?? 0)}`;
  return {
    title: 'What is due',
    finding: count === 0 ? `Nothing has a day ${span}` : `${counted(count, 'day', 'days')} ${span}`,
    parts: [duePart(due, names, cut, 'What is due')],
    method: [howDue],
  };
}

function duePart(due: readonly DueItem[], names: Names, cut: CutAnswer, title: string): Part {
  return part({
    name: 'due',
    is: 'One row for each day and what falls on it',
    columns: dueColumns,
    rows: due.map((item) => ({ item, names, cut })),
    head: ['Day', 'What', 'Commitment', 'Whose'],
    line: ({ item: { day, date, kind, effect, title: of, key, parties, performedSince } }) => [
      [dueOn({ day, date, kind })],
      [
        dueWords[kind] + (effect === undefined ? '' : `: ${effect}`),
        ...(performedSince === undefined ? [] : [`, performed since ${whenInWords(performedSince)}`]),
      ],
      [alone(of), ...(key === undefined ? [] : [' ', { code: key }])],
      [partiesInWords(parties, names)],
    ],
    chapters: [{ id: 'due', title, none: 'Nothing has a day ahead.' }],
  });
}

const partyColumns: readonly Column<{ one: Parties['parties'][number]; cut: CutAnswer }>[] = [
  text('party', 'Its code', ({ one }) => one.party),
  text('name', 'How it is called', ({ one }) => one.name),
  number('owes', 'Commitments by which it is bound', ({ one }) => String(one.owes)),
  number('obligor', 'Commitments of which it is an obligor, bound or not', ({ one }) => String(one.obligor)),
  number('beneficiary', 'Commitments of which it is a beneficiary', ({ one }) => String(one.beneficiary)),
  address('address', 'The party at this cut', ({ one, cut }) => atCut(`/parties/${one.party}`, cut)),
];

export function partiesContent({ parties, cut }: Parties): Content {
  return {
    title: 'Parties',
    finding: parties.length === 0 ? 'Nobody is recorded' : `${counted(parties.length, 'party is', 'parties are')} recorded`,
    parts: [
      part({
        name: 'parties',
        is: 'One row a party',
        columns: partyColumns,
        rows: parties.map((one) => ({ one, cut })),
        head: ['Party', 'Bound by', 'Obligor of', 'Beneficiary of'],
        line: ({ one }) => [
          [alone(one.name), ' ', { code: one.party }],
          [String(one.owes)],
          [String(one.obligor)],
          [String(one.beneficiary)],
        ],
        chapters: [{ id: 'parties', title: 'Who there is', none: 'Nobody is recorded by these dates.' }],
      }),
    ],
    method: [howStands],
  };
}

type Role = 'owes' | 'through' | 'is-owed' | 'asked-for' | 'left';
type RoleRow = SummaryRow & { readonly role: Role; readonly group?: { readonly group: string; readonly name: string } };

const roleColumns: readonly Column<RoleRow>[] = [
  text('role', 'owes, through (a group that owes it), is-owed, asked-for (and not bound) or left', ({ role }) => role),
  text('group', 'Code of the group', ({ group }) => group?.group),
  ...summaryColumns,
];

/** A commitment in a row: title, leading figure, stage, what stands beside it. */
function summaryLine({ summary }: SummaryRow): Inlines[] {
  const { title, figure, stage, stageSince, contested, warnings } = summary;
  return [
    [alone(title)],
    figure ? [figureInWords(figure) ?? alone(figure.text), ` (${statusInWords(figure)})`] : ['none'],
    [stage + (stageSince ? ` since ${whenInWords(stageSince.happened)}` : '')],
    [[...(contested.length > 0 ? ['contested'] : []), ...warningsInWords(warnings)].join('; ')],
  ];
}

const summaryHead = ['Commitment', 'Leading figure', 'Stage', 'Beside it'];

type Kind = 'disputes' | 'asked' | 'said' | 'document';
const kindColumns: readonly Column<SaidRow & { readonly kind: Kind }>[] = [
  text('list', 'asked, disputes or said: an announcement may stand in more than one', ({ kind }) => kind),
  ...saidColumns,
];

function saidLine({ said: { happened, title, type, mode, ground, summary } }: SaidRow): Inlines[] {
  return [[whenInWords(happened)], [alone(title)], [[type, mode, ground].filter(Boolean).join(', ')], [summary ?? '']];
}

const saidHead = ['Happened', 'Commitment', 'Announcement', 'Summary'];

export function partyContent(answer: PartyAnswer): Content {
  const { party, name, owes, isAskedFor, isOwed, left, through, due, disputes, asked, said, cut } = answer;
  const rows = (role: Role, all: readonly Summary[], group?: RoleRow['group']): RoleRow[] =>
    all.map((summary) => ({ role, summary, cut, ...(group && { group }) }));
  const is =
    (role: Role) =>
    (row: RoleRow): boolean =>
      row.role === role;
  const spoken = (kind: Kind, all: readonly Said[]) => all.map((one) => ({ kind, said: one, cut }));
  return {
    title: name,
    finding: `${alone(name)} is bound by ${numberInWords(owes.length)}, is owed ${numberInWords(isOwed.length)}, and has a part in ${counted(disputes.length, 'open dispute', 'open disputes').toLowerCase()}`,
    parts: [
      part({
        name: 'commitments',
        is: 'One row for each commitment and what the party has to do with it',
        columns: roleColumns,
        rows: [
          ...rows('owes', owes),
          ...through.flatMap((one) => rows('through', one.owes, one)),
          ...rows('is-owed', isOwed),
          ...rows('asked-for', isAskedFor),
          ...rows('left', left),
        ],
        head: summaryHead,
        line: (row) => {
          const [title = [], ...more] = summaryLine(row);
          return [row.group === undefined ? title : [...title, ` (through ${alone(row.group.name)})`], ...more];
        },
        chapters: [
          { id: 'owes', title: 'What it owes', none: 'Nothing binds it.', has: is('owes') },
          { id: 'through', title: 'What it owes through a group', has: is('through') },
          { id: 'owed', title: 'What it is owed', has: is('is-owed') },
          { id: 'asked-for', title: 'What it is asked for, and is not bound by', has: is('asked-for') },
          { id: 'left', title: 'What it left, or what has ended', has: is('left') },
        ],
      }),
      duePart(due, { [party]: name }, cut, 'When it is due'),
      part({
        name: 'announcements',
        is: 'One row for each announcement in which it speaks, is spoken for, or gives a reading; the newest hundred of each list',
        columns: kindColumns,
        rows: [...spoken('disputes', disputes), ...spoken('asked', asked), ...spoken('said', said)],
        head: saidHead,
        line: saidLine,
        chapters: [
          { id: 'disputes', title: 'What it disputes', has: ({ kind }) => kind === 'disputes' },
          { id: 'asked', title: 'What it asked or proposed', has: ({ kind }) => kind === 'asked' },
          { id: 'said', title: 'Where it speaks', has: ({ kind }) => kind === 'said' },
        ],
      }),
    ],
    method: [howStands, howDue],
  };
}

type DocumentEntry = DocumentAnswer['instruments'][number];

const instrumentColumns: readonly Column<DocumentEntry>[] = [
  text('document', 'The slug that its announcements share', ({ document }) => document),
  text('title', 'Its title', ({ title }) => title),
  text('date', 'Its date, as recorded (EDTF)', ({ date }) => date),
  text('kind', 'What kind of instrument it is', ({ kind }) => kind),
  text('binding', 'yes, no or disputed', ({ binding }) => binding),
  text('parties', 'Codes of its parties', ({ parties }) => codes(parties)),
];

const documentColumns: readonly Column<Documents['documents'][number]>[] = [
  ...instrumentColumns,
  number('announcements', 'How many announcements name it', ({ announcements }) => String(announcements)),
  number('commitments', 'Of how many commitments', ({ commitments }) => String(commitments)),
];

const instrumentLine = ({ title, date, kind, binding }: DocumentEntry): Inlines[] => [
  [alone(title)],
  [whenInWords(date)],
  [alone(kind)],
  [binding],
];

export function documentsContent({ documents }: Documents): Content {
  return {
    title: 'Documents',
    finding:
      documents.length === 0
        ? 'No document is shared'
        : `${counted(documents.length, 'document is', 'documents are')} recorded`,
    parts: [
      part({
        name: 'documents',
        is: 'One row a document that instruments share',
        columns: documentColumns,
        rows: documents,
        head: ['Document', 'Date', 'Kind', 'Binding', 'Commitments'],
        line: (one) => [...instrumentLine(one), [String(one.commitments)]],
        chapters: [{ id: 'documents', title: 'Which there are', none: 'No instrument names a document that it shares.' }],
      }),
    ],
    method: ['A document is listed where an instrument of an announcement names it.'],
  };
}

export function documentContent({ document, instruments, announcements, commitments, cut }: DocumentAnswer): Content {
  const title = instruments[0]?.title ?? document;
  return {
    title,
    finding: `${counted(announcements.length, 'announcement', 'announcements')} about ${counted(commitments.length, 'commitment', 'commitments').toLowerCase()}`,
    parts: [
      part({
        name: 'announcements',
        is: 'One row for each announcement made by it',
        columns: saidColumns,
        rows: announcements.map((said) => ({ said, cut })),
        head: saidHead,
        line: saidLine,
        chapters: [{ id: 'announced', title: 'All that was announced by it' }],
      }),
      part({
        name: 'commitments',
        is: 'One row for each commitment of which it says something',
        columns: summaryColumns,
        rows: commitments.map((summary) => ({ summary, cut })),
        head: summaryHead,
        line: summaryLine,
        chapters: [{ id: 'commitments', title: 'Where these commitments stand' }],
      }),
      part({
        name: 'instruments',
        is: 'One row for each way in which announcements name it',
        columns: instrumentColumns,
        rows: instruments,
        head: ['Instrument', 'Date', 'Kind', 'Binding'],
        line: instrumentLine,
        chapters: [{ id: 'instruments', title: 'How it is named' }],
      }),
    ],
    method: [howStands],
  };
}

function counted(count: number, one: string, many: string): string {
  return `${capitalised(numberInWords(count))} ${count === 1 ? one : many}`;
}
