import type { AnnouncementType } from '../../../domain/announcement.ts';
import { instrument, sourceFields, speakerFields, termFields } from './announcedFields.ts';
import { date, type Leaf, type Rows, type Section } from './fields.ts';
import { ownSections } from './ownSections.ts';

/** The forms: the fields of each type of announcement, of an opening and of a correction, section by section. */

const dates = 'Also 2025-07, 2025-08-22~ (about), ../2025-08-22 (on or before), 2025-07-30/2025-08-06';

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

/** All sections of a type of announcement. */
export function announcementSections(type: AnnouncementType): Section[] {
  const formal = type === 'formalised';
  const section = ownSections[type];
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
      hint: 'trade/tariff, climate/finance: the widest word first, by which a view takes it',
    },
    {
      name: 'from',
      label: 'Who owes it',
      values: { as: 'code', list: 'parties', width: 'narrow' },
      hint: 'South Korea, KR, company:kogas: one in each field',
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

/** The correction's own fields. */
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
