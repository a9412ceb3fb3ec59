import type { AnnouncementType } from '../../../domain/announcement.ts';
import { instrument, readings, sourceFields, speakerFields, termFields } from './announcedFields.ts';
import { date, type Leaf, type Option, type Rows, type Section } from './fields.ts';

/** The forms: what each type of announcement, an opening and a correction ask for, section by section. */

const dates = 'Also 2025-07, 2025-08-22~ (about), ../2025-08-22 (on or before), 2025-07-30/2025-08-06';

const reported: Leaf = {
  name: 'reported',
  label: 'Reported by others',
  as: 'tick',
  hint: 'None of the parties said so: a newspaper, an institute or another state did',
};
const isReported: Section = { title: 'First hand?', fields: [reported] };

const extents: readonly Option[] = [
  ['partial', 'in part'],
  ['full', 'in full'],
];

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
        options: [
          ['reading', 'what the words mean'],
          ['figures', 'the figures'],
          ['performance', 'whether it was performed'],
          ['validity', 'whether it holds in law'],
          ['rejection', 'that it was ever accepted'],
        ],
      },
      {
        name: 'about',
        label: 'About',
        group: [
          {
            name: 'announcement',
            label: 'Which announcement',
            as: 'choice',
            options: 'announcements',
            hint: 'The one whose words are contested',
          },
          { name: 'term', label: 'Which term', as: 'code', list: 'keys', width: 'narrow', when: 'if only one', hint: 'total' },
        ],
      },
      {
        name: 'joins',
        label: 'Adds to the open dispute',
        as: 'choice',
        options: 'disputes',
        when: 'if it is not a new one',
        hint: 'Its readings then stand beside those of that dispute',
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
        options: extents,
        hint: 'Of the commitment as a whole; what was delivered of each figure is entered below',
      },
      {
        name: 'performs',
        label: 'Term performed',
        seldom: true,
        hint: 'A term without a figure, or one that is performed by what no figure says',
        rows: [
          { name: 'key', label: 'Which', as: 'code', list: 'keys', width: 'narrow', hint: 'total: its short name' },
          { name: 'extent', label: 'Performed', as: 'choice', options: extents },
          {
            name: 'by',
            label: 'By whom',
            values: { as: 'code', list: 'parties', width: 'narrow' },
            when: 'if each owes all of it',
            hint: 'EE, PL: who of them has performed it',
          },
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
        hint: 'With a total go its parts. For those who announce this; for all, where a beneficiary waives it',
      },
      reported,
    ],
  },
  reaffirmed: isReported,
  suspended: {
    title: 'What is set aside?',
    fields: [
      {
        name: 'keys',
        label: 'Terms set aside',
        values: { as: 'choice', options: 'standing' },
        when: 'if not all',
        hint: 'Left empty: all, also those that come later',
      },
      date('until', 'Until', { when: 'if a day was named', hint: '2026-03-31' }),
      {
        name: 'parties',
        label: 'Whose part',
        values: { as: 'code', list: 'parties', width: 'narrow' },
        when: 'if not that of all',
        hint: 'RU: nothing is in force, or overdue, in its account alone',
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
        values: { as: 'choice', options: 'pauses' },
        when: 'if not all suspensions',
        hint: 'A notice named here, of an end or of leaving, never takes effect',
      },
      reported,
    ],
  },
  joined: {
    title: 'Who comes in?',
    fields: [
      {
        name: 'parties',
        label: 'Who comes in',
        values: { as: 'code', list: 'parties', width: 'narrow' },
        hint: 'FI, SE: one in each field. Who comes back after leaving, or is exempt no longer, joins too',
      },
      {
        name: 'as',
        label: 'As',
        as: 'choice',
        options: [
          ['obligor', 'one who owes it'],
          ['beneficiary', 'one to whom it is owed'],
        ],
        hint: 'Who comes in as one who owes it owes what all others owe alike',
      },
      reported,
    ],
  },
  left: {
    title: 'Who goes out?',
    fields: [
      {
        name: 'parties',
        label: 'Who goes out',
        values: { as: 'code', list: 'parties', width: 'narrow' },
        hint: 'US. If on a later day, give that day as effective: until then it is a notice',
      },
      {
        name: 'reason',
        label: 'Why',
        as: 'choice',
        options: [
          ['withdrawn', 'it withdraws'],
          ['expelled', 'it is expelled'],
          ['dissolved', 'it is no more'],
          ['exempted', 'it stays, exempt from some terms'],
        ],
      },
      {
        name: 'keys',
        label: 'Exempt from',
        values: { as: 'choice', options: 'standing' },
        when: 'if exempted',
        hint: 'From these alone; all other terms stay owed',
      },
      {
        name: 'successor',
        label: 'Its account becomes that of',
        as: 'code',
        list: 'parties',
        width: 'narrow',
        when: 'if dissolved',
        hint: 'RU, for state:ussr',
      },
      reported,
    ],
  },
  ended: {
    title: 'Why did it end?',
    fields: [
      {
        name: 'reason',
        label: 'Why',
        as: 'choice',
        options: [
          ['withdrawn', 'withdrawn by a party'],
          ['expired', 'its time is over'],
          ['superseded', 'another commitment takes its place'],
          ['annulled', 'annulled, as by a court'],
          ['breached', 'ended because it was breached'],
        ],
        hint: 'One of several who owe it goes out by “left”',
      },
      {
        name: 'successor',
        label: 'Superseded by',
        as: 'code',
        list: 'commitments',
        width: 'middle',
        when: 'if superseded',
        hint: 'The id of that commitment',
      },
      reported,
    ],
  },
};

const confidence: Leaf = {
  name: 'confidence',
  label: 'How sure are we that this was said?',
  as: 'choice',
  options: [
    ['high', 'high: the text is at hand'],
    ['medium', 'medium: reported by more than one'],
    ['low', 'low: one report, or from memory'],
  ],
};
const note: Leaf = {
  name: 'note',
  label: 'Recorder’s note',
  as: 'prose',
  width: 'wide',
  hint: 'How the day was settled, what was left open',
};
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
        date('effective', 'Effective from', { when: 'if a day was named', hint: '2026-01-01, or 2026-01-01/2026-12-31' }),
        date('due', 'Due', { when: 'if a day was named', hint: '2025-12-31: the day something is to come' }),
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
        {
          name: 'summary',
          label: 'In a sentence',
          as: 'prose',
          width: 'wide',
          hint: 'The two leaders named a figure at a press conference',
        },
        note,
        {
          name: 'resolves',
          label: 'Settles the open dispute',
          values: { as: 'choice', options: 'disputes' },
          hint: 'The parties now read it the same way',
        },
        {
          name: 'meets',
          label: 'Meets the condition',
          values: { as: 'choice', options: 'conditions' },
          hint: 'What it was made to depend on has come about: a law was passed, a tariff was cut',
        },
        ...(formal ? [] : [{ ...instrument, seldom: true as const, when: 'if there is one' }]),
      ],
    },
  ];
}

const linkKinds: readonly (readonly [name: string, label: string, hint: string])[] = [
  ['partOf', 'Part of', 'Its sums are in those of the other, and are not added to them'],
  ['notPartOf', 'Not part of', 'It comes on top of the other, as the words say'],
  ['contains', 'Contains', 'The other is part of this one'],
  ['claimedPartOf', 'Claimed to be part of', 'One side says so'],
  ['inExchangeFor', 'In exchange for', 'A tariff cut for an investment'],
  ['dependsOn', 'Depends on', 'Nothing of it is due before the other is performed'],
  ['supersedes', 'Supersedes', 'It takes the place of the other'],
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
    {
      name: 'to',
      label: 'To whom',
      values: { as: 'code', list: 'parties', width: 'narrow' },
      hint: 'US, org:nato: one in each field; none, where it is owed to nobody in particular',
    },
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
      group: linkKinds.map(([name, label, hint]) => ({
        name,
        label,
        hint,
        values: { as: 'code', list: 'commitments', width: 'middle' },
      })),
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
