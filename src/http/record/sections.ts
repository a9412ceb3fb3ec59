import type { AnnouncementType } from '../../../domain/announcement.ts';
import { instrument, readings, sourceFields, speakerFields, termFields } from './announcedFields.ts';
import { date, type Leaf, named, type Option, type Rows, type Section } from './fields.ts';

/** The forms: what each type of announcement, an opening and a correction ask for, section by section. */

const dates = 'Also 2025-07, 2025-08-22~ (about), ../2025-08-22 (on or before), 2025-07-30/2025-08-06';

const reported: Leaf = { name: 'reported', label: 'Reported by others', as: 'tick' };
const isReported: Section = { title: 'First hand?', fields: [reported] };

/** What each type asks for beyond what all do, under a title of its own; undefined where that is nothing. */
const own: Record<AnnouncementType, Section | undefined> = {
  proposed: {
    title: 'What kind of proposal?',
    fields: [
      {
        name: 'mode',
        label: 'Kind',
        as: 'choice',
        options: [
          ['demand', 'a demand'],
          ['request', 'a request'],
          ['plan', 'a plan'],
          ['claim', 'a claim'],
          ['threat', 'a threat'],
          ['expected', 'expected by others'],
        ],
        hint: 'None of these binds the party that would owe it',
      },
    ],
  },
  pledged: {
    title: 'First hand?',
    fields: [
      {
        ...reported,
        hint: 'If not ticked, a speaker must owe it or speak for a party that does',
      },
    ],
  },
  formalised: undefined,
  disputed: {
    title: 'What is contested, and how does each party read it?',
    fields: [
      {
        name: 'ground',
        label: 'What is contested',
        as: 'choice',
        options: named('reading figures performance validity rejection'),
      },
      {
        name: 'about',
        label: 'About',
        group: [
          { name: 'announcement', label: 'Which announcement', as: 'choice', options: 'announcements' },
          { name: 'term', label: 'Which term', as: 'code', list: 'keys', width: 'narrow', when: 'if only one' },
        ],
      },
      {
        name: 'joins',
        label: 'Adds to the open dispute',
        as: 'choice',
        options: 'disputes',
        when: 'if it is not a new one',
      },
      readings,
    ],
  },
  fulfilled: {
    title: 'How much of it?',
    fields: [
      {
        name: 'extent',
        label: 'Performed',
        as: 'choice',
        options: [
          ['partial', 'in part'],
          ['full', 'in full'],
        ],
      },
      {
        name: 'performs',
        label: 'Term performed',
        seldom: true,
        rows: [
          { name: 'key', label: 'Which', as: 'code', list: 'keys', width: 'narrow' },
          { name: 'extent', label: 'Performed', as: 'choice', options: named('partial full') },
          { name: 'by', label: 'By whom', values: { as: 'code', list: 'parties', width: 'narrow' } },
        ],
      },
      reported,
    ],
  },
  observed: undefined,
  amended: {
    title: 'What no longer stands?',
    fields: [
      {
        name: 'removes',
        label: 'Terms that no longer stand',
        values: { as: 'choice', options: 'standing' },
        when: 'enter changed ones below',
      },
      reported,
    ],
  },
  reaffirmed: isReported,
  suspended: {
    title: 'What is set aside?',
    fields: [
      { name: 'keys', label: 'Terms set aside', values: { as: 'choice', options: 'standing' }, when: 'if not all' },
      date('until', 'Until', { when: 'if a day was named', hint: '2026-03-31' }),
      {
        name: 'parties',
        label: 'Whose part',
        values: { as: 'code', list: 'parties', width: 'narrow' },
        when: 'if not that of all',
      },
      reported,
    ],
  },
  resumed: {
    title: 'What is in operation again?',
    fields: [
      {
        name: 'resumes',
        label: 'Suspensions, or notices revoked',
        values: { as: 'choice', options: 'announcements' },
        when: 'if not all suspensions',
      },
      reported,
    ],
  },
  joined: {
    title: 'Who comes in?',
    fields: [
      { name: 'parties', label: 'Who comes in', values: { as: 'code', list: 'parties', width: 'narrow' } },
      { name: 'as', label: 'As', as: 'choice', options: named('obligor beneficiary') },
      reported,
    ],
  },
  left: {
    title: 'Who goes out?',
    fields: [
      { name: 'parties', label: 'Who goes out', values: { as: 'code', list: 'parties', width: 'narrow' } },
      { name: 'reason', label: 'Why', as: 'choice', options: named('withdrawn expelled dissolved exempted') },
      { name: 'keys', label: 'Exempt from', values: { as: 'choice', options: 'standing' }, when: 'if exempted' },
      {
        name: 'successor',
        label: 'Its account becomes that of',
        as: 'code',
        list: 'parties',
        width: 'narrow',
        when: 'if dissolved',
      },
      reported,
    ],
  },
  ended: {
    title: 'Why did it end?',
    fields: [
      { name: 'reason', label: 'Why', as: 'choice', options: named('withdrawn expired superseded annulled breached') },
      { name: 'successor', label: 'Superseded by', as: 'code', list: 'commitments', width: 'middle', when: 'if superseded' },
      reported,
    ],
  },
};

const confidence: Leaf = {
  name: 'confidence',
  label: 'How sure are we that this was said?',
  as: 'choice',
  options: named('high medium low'),
};
const note: Leaf = { name: 'note', label: 'Recorder’s note', as: 'prose', width: 'wide' };
const sources: Rows = { name: 'sources', label: 'Source', rows: sourceFields };

/** All that an announcement of a type has. */
export function announcementSections(type: AnnouncementType): Section[] {
  const formal = type === 'formalised';
  const section = own[type];
  return [
    ...(section ? [section] : []),
    {
      title: 'When, and who said it?',
      fields: [
        date('happened', 'Happened', { hint: `2025-07-08. ${dates}` }),
        date('effective', 'Effective from', { when: 'if a day was named' }),
        date('due', 'Due', { when: 'if a day was named' }),
        { name: 'saidBy', label: 'Speaker', rows: speakerFields },
      ],
    },
    ...(formal ? [{ title: 'In which instrument?', fields: [instrument] }] : []),
    {
      title: 'The words, and the figures in them',
      note: 'if there are any',
      fields: [{ name: 'terms', label: 'Term', rows: termFields }],
    },
    { title: 'What are the sources?', note: 'at least one source', fields: [sources, confidence] },
    {
      title: 'Anything else?',
      fields: [
        { name: 'summary', label: 'In a sentence', as: 'prose', width: 'wide' },
        note,
        { name: 'resolves', label: 'Settles the open dispute', values: { as: 'choice', options: 'disputes' } },
        { name: 'meets', label: 'Meets the condition', values: { as: 'choice', options: 'standing' } },
        ...(formal ? [] : [{ ...instrument, seldom: true as const, when: 'if there is one' }]),
      ],
    },
  ];
}

const linkKinds: readonly Option[] = [
  ['partOf', 'Part of'],
  ['notPartOf', 'Not part of'],
  ['contains', 'Contains'],
  ['claimedPartOf', 'Claimed to be part of'],
  ['inExchangeFor', 'In exchange for'],
  ['dependsOn', 'Depends on'],
  ['supersedes', 'Supersedes'],
];

/** What a commitment is opened with. */
export const openingSection: Section = {
  title: 'Which commitment?',
  fields: [
    { name: 'title', label: 'Title', as: 'line', width: 'wide', hint: 'Patrol vessels for the Philippine coast guard' },
    {
      name: 'topic',
      label: 'Topic',
      as: 'code',
      list: 'topics',
      width: 'middle',
      hint: 'alliance/cost-sharing, trade/tariff, north-korea/talks, japan/summitry. Its first segment decides the view',
    },
    {
      name: 'from',
      label: 'Who owes it',
      values: { as: 'code', list: 'parties', width: 'narrow' },
      hint: 'KR, JP, company:kogas: one in each field',
    },
    { name: 'to', label: 'To whom', values: { as: 'code', list: 'parties', width: 'narrow' } },
    {
      name: 'names',
      label: 'Name',
      seldom: true,
      keyed: true,
      hint: 'What a party that is not a country is called',
      rows: [
        { name: 'party', label: 'Party', as: 'code', list: 'parties', width: 'middle', hint: 'company:kogas' },
        { name: 'name', label: 'Name', as: 'line', width: 'middle', hint: 'KOGAS' },
      ],
    },
    {
      name: 'links',
      label: 'Linked with other commitments',
      seldom: true,
      hint: 'By their ids',
      group: linkKinds.map(([name, label]) => ({ name, label, values: { as: 'code', list: 'commitments', width: 'middle' } })),
    },
  ],
};

/** What a correction says of itself. */
export const correctionSection: Section = {
  title: 'What was wrong with our record?',
  fields: [
    {
      name: 'mode',
      label: 'Kind of correction',
      as: 'choice',
      options: [
        ['refine', 'a field was imprecise or wrong: the terms given replace those of the same name'],
        ['replace', 'the terms were wrong: the list below replaces the whole list'],
        ['retract', 'it was never announced: it is retracted'],
      ],
    },
    {
      name: 'reason',
      label: 'Why',
      as: 'prose',
      width: 'wide',
      hint: 'The article gave the day of the report, not of the order',
    },
    { ...sources, label: 'Source of the correction' },
    confidence,
    note,
  ],
};
