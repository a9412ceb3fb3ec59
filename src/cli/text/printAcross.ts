import { whenInWords } from '../../../domain/dates.ts';
import type { Calendar, DocumentAnswer, Documents, DueItem, Parties, PartyAnswer, Said } from '../../../projections/asked.ts';
import type { Summary } from '../../../projections/record.ts';
import { dueOn, dueWords } from '../../wording/daysAhead.ts';
import { bindingInWords, cutInWords, directionInShort, partiesInShort } from '../../wording/values.ts';
import { warningsInWords } from '../../wording/warnings.ts';
import { columns, heading, joined, section } from './rows.ts';
import { figureInRow } from './status.ts';
import { forReading } from './visible.ts';

/** Answers across commitments as text: a calendar, parties, documents. */

export function printCalendar(asAnswered: Calendar, width: number): string {
  const { cut, due, count, names } = forReading(asAnswered);
  const rows = due.map((item) => rowOf(item, names));
  return joined([cutInWords(cut), '', ...rows, '', `${count} ${count === 1 ? 'day' : 'days'}`], width);
}

/** Columns of a whole day, `31 Dec 2028`. */
const maxDay = 11;

function rowOf(item: DueItem, names: Calendar['names']): string {
  const { kind, title, key, parties, effect, performedSince } = item;
  const done = performedSince === undefined ? '' : `, performed since ${whenInWords(performedSince)}`;
  const what = [dueWords[kind], effect, key].filter(Boolean).join(', ');
  return `${dueOn(item).padEnd(maxDay)}  ${title} (${what}): ${partiesInShort(parties, names)}${done}`;
}

export function printParties(asAnswered: Parties, width: number): string {
  const { parties, cut } = forReading(asAnswered);
  const rows = parties.map(({ party, name, owes, obligor, beneficiary }) => [
    String(owes),
    String(obligor),
    String(beneficiary),
    `${name} (${party})`,
  ]);
  // The last column is cut where it is too wide, so the others are short.
  const heads = ['bound', 'obligor', 'beneficiary', 'party'];
  return `${joined([cutInWords(cut)], width)}\n${columns([heads, ...rows], width)}\n`;
}

export function printParty(asAnswered: PartyAnswer, width: number): string {
  const { name, cut, owes, isAskedFor, isOwed, left, due, disputes, asked, said, through } = forReading(asAnswered);
  return joined(
    [
      heading(name, width),
      cutInWords(cut),
      '',
      ...section('Owes', owes.flatMap(inList)),
      ...through.flatMap((one) => section(`Owes through ${one.name}`, one.owes.flatMap(inList))),
      ...section(
        'Due',
        due.map((item) => rowOf(item, { [asAnswered.party]: name })),
      ),
      ...section('Is owed', isOwed.flatMap(inList)),
      ...section('Is asked for, and not bound by', isAskedFor.flatMap(inList)),
      ...section('Disputes', disputes.map(spoken)),
      ...section('Asked or proposed', asked.map(spoken)),
      ...section('Speaks', said.map(spoken)),
      ...section('Left, or ended', left.flatMap(inList)),
    ],
    width,
  );
}

export function printDocuments(asAnswered: Documents, width: number): string {
  const { documents, cut } = forReading(asAnswered);
  const rows = documents.map(({ document, date, commitments, title }) => {
    const count = `${commitments} ${commitments === 1 ? 'commitment' : 'commitments'}`;
    return `${whenInWords(date).padEnd(maxDay)}  ${title} · ${document} · ${count}`;
  });
  return joined([cutInWords(cut), '', ...rows], width);
}

export function printDocument(asAnswered: DocumentAnswer, width: number): string {
  const { document, instruments, announcements, commitments, cut } = forReading(asAnswered);
  const said = instruments.map(
    ({ title, kind, date, binding }) => `${title} (${kind}, ${whenInWords(date)}, ${bindingInWords(binding)})`,
  );
  return joined(
    [
      heading(instruments[0]?.title ?? document, width),
      cutInWords(cut),
      '',
      ...section('Instruments', said),
      ...section('Announced by it', announcements.map(spoken)),
      ...section('Where these commitments stand', commitments.flatMap(inList)),
    ],
    width,
  );
}

/** A commitment among others: its id, stage, title and leading figure with its limits, whether it binds, and its warnings. */
export function inList(one: Summary): string[] {
  const { id, title, from, to, names, instrument, figure, warnings } = one;
  const beside = [directionInShort(from, to, names), instrument && bindingInWords(instrument.binding)];
  return [
    `${id}  ${stageInWords(one)}`,
    `  ${title}`,
    `    ${beside.filter(Boolean).join(' · ')}`,
    ...(figure ? [`    ${figureInRow(figure, { obligors: from, names })}`] : []),
    ...warningsInWords(warnings).map((words) => `    ◷ ${words}`),
  ];
}

/** `formalised, suspended ≠`; `pledged, 1 of 2 bound`; `ended, withdrawn`. */
function stageInWords({ stage, ended, suspended, notices, bound, contested }: Summary): string {
  const held = bound.filter((one) => one.stage === 'pledged' || one.stage === 'formalised').length;
  const isPart = bound.length > 1 && held > 0 && held < bound.length;
  const said = [
    stage,
    ended && ended.reason,
    suspended.length > 0 && 'suspended',
    notices.length > 0 && 'notice given',
    isPart && `${held} of ${bound.length} bound`,
  ];
  return said.filter(Boolean).join(', ') + (contested.length > 0 ? ' ≠' : '');
}

function spoken({ happened, title, type, mode, ground, summary }: Said): string {
  const what = [type, mode, ground].filter(Boolean).join(', ');
  return `${whenInWords(happened)}  ${title} (${what})${summary === undefined ? '' : `: ${summary}`}`;
}
