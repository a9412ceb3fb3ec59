import type { AnnouncementType } from '../../../domain/announcement.ts';
import { readings } from './announcedFields.ts';
import { date, type Leaf, type Option, type Section } from './fields.ts';

/** What each type of announcement asks for beyond the common fields. */

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

/** A section of its own for each type; undefined where there is none. */
export const ownSections: Record<AnnouncementType, Section | undefined> = {
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
