import type { AnnouncementType } from '../../../domain/announcement.ts';
import { qualifier } from '../../../domain/terms.ts';

/**
 * The fields of the forms, in the order in which they are asked. A name is a step in the body that is recorded, and its place
 * gives the path: `terms.0.min` is the pointer `/terms/0/min`. What a field may hold is judged by the rules of the domain alone.
 */
export type Field = Leaf | Group | Rows | Values;

export type Leaf = {
  readonly name: string;
  readonly label: string;
  /** Of `code` and `date` the space around is dropped, of `figure` all space and the commas of thousands. `words` are of others. */
  readonly as: 'line' | 'code' | 'date' | 'figure' | 'words' | 'prose' | 'choice' | 'tick' | 'qualifier';
  /** Beside the label: when it is needed. */
  readonly when?: string;
  /** What to write, with examples. */
  readonly hint?: string;
  /** Of a choice: what can be chosen. A name stands for what the commitment gives: its announcements, disputes, terms. */
  readonly options?: readonly Option[] | 'announcements' | 'disputes' | 'standing';
  /** Suggestions to choose from while typing. */
  readonly list?: Suggestions;
  readonly width?: 'narrow' | 'middle' | 'wide';
  /** Of a term: the kinds that have this field. */
  readonly only?: readonly string[];
  /** Asked for seldom: folded away until it is filled. */
  readonly seldom?: true;
};
/** A value, and what it is called. */
export type Option = readonly [string, string];
export type Suggestions =
  | 'parties'
  | 'actors'
  | 'currencies'
  | 'topics'
  | 'units'
  | 'periods'
  | 'publishers'
  | 'commitments'
  | 'keys';

/** An object. */
export type Group = {
  readonly name: string;
  readonly label: string;
  readonly group: readonly Field[];
  readonly when?: string;
  readonly hint?: string;
  readonly only?: readonly string[];
  readonly seldom?: true;
};

/** A list of objects; with `keyed`, a map from the first field to the second. */
export type Rows = {
  readonly name: string;
  /** Of one of them. */
  readonly label: string;
  readonly rows: readonly Field[];
  readonly keyed?: true;
  readonly when?: string;
  readonly hint?: string;
  readonly seldom?: true;
};

/** A list of texts. */
export type Values = {
  readonly name: string;
  readonly label: string;
  readonly values: Omit<Leaf, 'name' | 'label' | 'when' | 'hint' | 'seldom' | 'only'>;
  readonly when?: string;
  readonly hint?: string;
  readonly only?: readonly string[];
  readonly seldom?: true;
};

export type Section = { readonly title: string; readonly note?: string; readonly fields: readonly Field[] };

const dates = 'Also 2025-07, 2025-08-22~ (about), ../2025-08-22 (on or before), 2025-07-30/2025-08-06';
const date = (name: string, label: string, more: Partial<Leaf> = {}): Leaf => ({
  name,
  label,
  as: 'date',
  width: 'narrow',
  ...more,
});
const named = (words: string): readonly Option[] => words.split(' ').map((word) => [word, word]);

export const speakerFields: readonly Field[] = [
  {
    name: 'actor',
    label: 'Speaker',
    as: 'code',
    list: 'actors',
    width: 'middle',
    hint: 'KR, person:lee-jae-myung, office:jp-mofa, media:yonhap',
  },
  { name: 'name', label: 'Name', as: 'line', when: 'as the source has it', width: 'middle' },
  { name: 'for', label: 'Speaks for', as: 'code', list: 'parties', width: 'narrow', when: 'if for someone' },
  { name: 'role', label: 'Role', as: 'line', when: 'at the time', width: 'narrow' },
];

const figured = ['money', 'percent', 'count'];
const rated = [...figured, 'tariff'];
export const termKinds: readonly Option[] = [
  ['money', 'an amount of money'],
  ['percent', 'a share in per cent'],
  ['count', 'a number of things'],
  ['tariff', 'a tariff'],
  ['stages', 'stages of a plan'],
  ['condition', 'a condition'],
  ['text', 'words without a figure'],
];

export const termFields: readonly Field[] = [
  {
    name: 'text',
    label: 'The words, exactly as said',
    as: 'words',
    width: 'wide',
    hint: '“more than five billion dollars a year”',
  },
  { name: 'translation', label: 'In English', as: 'words', width: 'wide', when: 'if the words are not' },
  { name: 'kind', label: 'In them is', as: 'choice', options: termKinds },
  {
    name: 'key',
    label: 'Short name',
    as: 'code',
    list: 'keys',
    width: 'narrow',
    hint: 'total, ceiling. The same in later announcements about it',
  },
  { name: 'min', label: 'Figure', as: 'figure', width: 'middle', only: rated, hint: 'In full: 350 000 000 000, or 3.5' },
  { name: 'max', label: 'up to', as: 'figure', width: 'middle', only: rated, when: 'if a range' },
  { name: 'currency', label: 'Currency', as: 'code', list: 'currencies', width: 'narrow', only: ['money'], hint: 'USD, KRW' },
  {
    name: 'per',
    label: 'per',
    as: 'line',
    list: 'periods',
    width: 'narrow',
    when: 'if so much each',
    only: figured,
    hint: 'year',
  },
  { name: 'of', label: 'Per cent of', as: 'line', width: 'middle', only: ['percent'], hint: 'GDP' },
  {
    name: 'unit',
    label: 'Of what',
    as: 'line',
    list: 'units',
    width: 'middle',
    only: ['count', 'tariff'],
    hint: 'troops, patrol vessels; of a tariff: EUR per tonne',
  },
  { name: 'to', label: 'Tariff in per cent', as: 'figure', width: 'narrow', only: ['tariff'], hint: '15' },
  { name: 'from', label: 'before', as: 'figure', width: 'narrow', when: 'if it was said', only: ['tariff'], hint: '25' },
  {
    name: 'mfn',
    label: 'Most-favoured-nation rate',
    as: 'choice',
    options: [
      ['included', 'included: the higher of both'],
      ['added', 'added: this on top of it'],
      ['alone', 'alone: that rate, no figure'],
    ],
    when: 'if it is named',
    only: ['tariff'],
  },
  { name: 'on', label: 'On what', as: 'line', width: 'middle', only: ['tariff'], hint: 'Korean goods' },
  { name: 'qualifier', label: 'How sure do the words make it?', as: 'qualifier', only: rated },
  {
    name: 'stages',
    label: 'Stages, in order',
    values: { as: 'line', width: 'middle' },
    only: ['stages'],
    hint: 'freeze, reduce, dismantle: one in each field',
  },
  date('period', 'For the period', { seldom: true, hint: '2026/2030' }),
  date('effective', 'In force from', { seldom: true, hint: 'If not from the day of the announcement: 2026-01-01' }),
  {
    name: 'owedBy',
    label: 'Owed by',
    values: { as: 'code', list: 'parties', width: 'narrow' },
    when: 'if not by all who are bound',
    seldom: true,
  },
  { name: 'each', label: 'Each owes all of it, by himself', as: 'tick', seldom: true },
  {
    name: 'modality',
    label: 'How firm are the words?',
    as: 'choice',
    options: named('shall intends expected considers may'),
    seldom: true,
  },
  {
    name: 'role',
    label: 'The figure is',
    as: 'choice',
    options: [
      ['promise', 'what is promised'],
      ['reference', 'a reference: what it covers, a threshold, a ceiling'],
    ],
    only: rated,
    seldom: true,
  },
  {
    name: 'baseline',
    label: 'Above or below',
    group: [
      { name: 'change', label: 'It is', as: 'choice', options: named('increase decrease') },
      { name: 'text', label: 'Of what', as: 'words', width: 'wide', hint: 'above the level of 2024' },
      date('period', 'In the period'),
      { name: 'qualifier', label: 'Qualifier of that figure', as: 'choice', options: named(qualifier.options.join(' ')) },
      { name: 'min', label: 'Its figure', as: 'figure', width: 'middle' },
      { name: 'max', label: 'its upper end', as: 'figure', width: 'middle', when: 'if a range' },
    ],
    only: rated,
    seldom: true,
  },
  {
    name: 'counts',
    label: 'Delivered: it counts as',
    as: 'choice',
    options: [
      ['increment', 'this much more'],
      ['cumulative', 'this much in all so far'],
    ],
    only: rated,
    seldom: true,
  },
  { name: 'delivers', label: 'It delivers', as: 'code', list: 'keys', width: 'narrow', only: rated, seldom: true },
  { name: 'unless', label: 'It must not come about', as: 'tick', only: ['condition'] },
  date('deadline', 'By', { seldom: true, hint: 'The day named for it: 2027-03-31' }),
  {
    name: 'partOf',
    label: 'Part of',
    as: 'code',
    list: 'keys',
    width: 'narrow',
    seldom: true,
    hint: 'The short name of its total',
  },
  { name: 'partition', label: 'Cut by', as: 'code', width: 'narrow', seldom: true, hint: 'by-year, by-sector' },
  { name: 'sameAs', label: 'The same as', as: 'code', list: 'keys', width: 'narrow', seldom: true },
  { name: 'notPartOf', label: 'Not part of', as: 'code', list: 'keys', width: 'narrow', seldom: true },
  {
    name: 'limits',
    label: 'Limits',
    as: 'code',
    list: 'keys',
    width: 'narrow',
    seldom: true,
    hint: 'The short name of what it caps',
  },
];

export const sourceFields: readonly Field[] = [
  { name: 'publisher', label: 'Publisher', as: 'line', list: 'publishers', width: 'middle', hint: 'Yonhap, the White House' },
  date('published', 'Published', { hint: '2025-08-22' }),
  { name: 'lang', label: 'Language', as: 'code', width: 'narrow', hint: 'en, ko, ja' },
  { name: 'url', label: 'Address', as: 'code', width: 'wide', hint: 'https://… It, the passage, or a kept copy must be there' },
  {
    name: 'quote',
    label: 'The passage',
    group: [
      { name: 'exact', label: 'The passage, copied', as: 'words', width: 'wide', when: 'with the words and the figure in it' },
      { name: 'translation', label: 'The passage in English', as: 'words', width: 'wide', seldom: true },
      { name: 'prefix', label: 'The words before it', as: 'words', width: 'wide', seldom: true },
      { name: 'suffix', label: 'The words after it', as: 'words', width: 'wide', seldom: true },
    ],
  },
  { name: 'title', label: 'Title', as: 'line', width: 'wide', seldom: true },
  date('accessed', 'Read on', { seldom: true }),
  { name: 'tier', label: 'Tier', as: 'line', width: 'narrow', seldom: true, hint: 'primary, secondary' },
  { name: 'archivedUrl', label: 'Address of an archived copy', as: 'code', width: 'wide', seldom: true },
  { name: 'sha256', label: 'SHA-256 of a kept copy', as: 'code', width: 'wide', seldom: true },
];

const instrument: Group = {
  name: 'instrument',
  label: 'Instrument',
  group: [
    { name: 'title', label: 'Title', as: 'line', width: 'wide', hint: '12th Special Measures Agreement' },
    { name: 'kind', label: 'Kind', as: 'line', width: 'middle', hint: 'agreement, executive-order, exchange-of-notes' },
    date('date', 'Dated', { hint: '2025-09-20' }),
    { name: 'binding', label: 'Binding', as: 'choice', options: named('yes no disputed') },
    { name: 'document', label: 'Document', as: 'code', width: 'middle', when: 'if others share it', hint: 'joint-fact-sheet' },
    { name: 'parties', label: 'Parties to it', values: { as: 'code', list: 'parties', width: 'narrow' } },
  ],
};

const readings: Rows = {
  name: 'readings',
  label: 'Reading',
  rows: [
    { name: 'party', label: 'Whose', as: 'code', list: 'actors', width: 'middle', hint: 'KR, or who reads it so' },
    { name: 'text', label: 'Their reading', as: 'words', width: 'wide', hint: '“new vessels”' },
    {
      name: 'by',
      label: 'Who said so',
      seldom: true,
      group: speakerFields.filter(({ name }) => name !== 'for'),
    },
    { name: 'source', label: 'Its own source', seldom: true, group: sourceFields },
  ],
};

const reported: Leaf = { name: 'reported', label: 'Reported by others', as: 'tick' };

/** What each type asks for beyond what all do. */
const own: Record<AnnouncementType, readonly Field[]> = {
  proposed: [
    {
      name: 'mode',
      label: 'It is',
      as: 'choice',
      options: [
        ['demand', 'a demand'],
        ['request', 'a request'],
        ['plan', 'a plan'],
        ['claim', 'a claim'],
        ['threat', 'a threat'],
        ['expected', 'expected by others'],
      ],
      hint: 'None of these commits the one who would owe it',
    },
  ],
  pledged: [{ ...reported, hint: 'Without it a speaker must be one who owes it, or speak for one' }],
  formalised: [],
  disputed: [
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
        { name: 'term', label: 'Which term', as: 'code', list: 'keys', width: 'narrow', when: 'if one alone' },
      ],
    },
    {
      name: 'joins',
      label: 'Adds to the open dispute',
      as: 'choice',
      options: 'disputes',
      when: 'if it is no new one',
    },
    readings,
  ],
  fulfilled: [
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
  observed: [],
  amended: [
    {
      name: 'removes',
      label: 'Terms that no longer stand',
      values: { as: 'choice', options: 'standing' },
      when: 'changed ones are written below',
    },
    reported,
  ],
  reaffirmed: [reported],
  suspended: [
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
  resumed: [
    {
      name: 'resumes',
      label: 'Suspensions, or notices revoked',
      values: { as: 'choice', options: 'announcements' },
      when: 'if not all suspensions',
    },
    reported,
  ],
  joined: [
    { name: 'parties', label: 'Who comes in', values: { as: 'code', list: 'parties', width: 'narrow' } },
    { name: 'as', label: 'As', as: 'choice', options: named('obligor beneficiary') },
    reported,
  ],
  left: [
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
  ended: [
    { name: 'reason', label: 'Why', as: 'choice', options: named('withdrawn expired superseded annulled breached') },
    { name: 'successor', label: 'Superseded by', as: 'code', list: 'commitments', width: 'middle', when: 'if it is' },
    reported,
  ],
};

const ownTitles: Partial<Record<AnnouncementType, string>> = {
  proposed: 'What kind of proposal?',
  pledged: 'First hand?',
  disputed: 'What is contested, and who reads it how?',
  fulfilled: 'How much of it?',
  amended: 'What no longer stands?',
  suspended: 'What is set aside?',
  resumed: 'What is in operation again?',
  joined: 'Who comes in?',
  left: 'Who goes out?',
  ended: 'Why is it over?',
};

const confidence: Leaf = {
  name: 'confidence',
  label: 'How sure are we that it was said?',
  as: 'choice',
  options: named('high medium low'),
};
const note: Leaf = { name: 'note', label: 'Note of the recorder', as: 'prose', width: 'wide' };
const sources: Rows = { name: 'sources', label: 'Source', rows: sourceFields };

/** All that an announcement of a type has. */
export function announcementSections(type: AnnouncementType): Section[] {
  const formal = type === 'formalised';
  return [
    ...(own[type].length === 0 ? [] : [{ title: ownTitles[type] ?? '', fields: own[type] }]),
    {
      title: 'When, and who said it?',
      fields: [
        date('happened', 'Happened', { hint: `2025-07-08. ${dates}` }),
        date('effective', 'Effective from', { when: 'if a day was named' }),
        date('due', 'Due', { when: 'if a day was named' }),
        { name: 'saidBy', label: 'Speaker', rows: speakerFields },
      ],
    },
    ...(formal ? [{ title: 'What carries it?', fields: [instrument] }] : []),
    {
      title: 'The words, and the figures in them',
      note: 'if there are any',
      fields: [{ name: 'terms', label: 'Term', rows: termFields }],
    },
    { title: 'Where does it say so?', note: 'at least one source', fields: [sources, confidence] },
    {
      title: 'Anything else?',
      fields: [
        { name: 'summary', label: 'In a sentence', as: 'prose', width: 'wide' },
        note,
        { name: 'resolves', label: 'Settles the open dispute', values: { as: 'choice', options: 'disputes' } },
        { name: 'meets', label: 'Meets the condition', values: { as: 'choice', options: 'standing' } },
        ...(formal ? [] : [{ ...instrument, seldom: true as const, when: 'if one carries it' }]),
      ],
    },
  ];
}

const linkKinds: readonly Option[] = [
  ['partOf', 'Part of'],
  ['notPartOf', 'Not part of'],
  ['contains', 'Contains'],
  ['claimedPartOf', 'Said by some to be part of'],
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
      hint: 'alliance/cost-sharing, trade/tariff, north-korea/talks, japan/summitry. Its first word chooses the view',
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
      hint: 'How a party that is no country is called',
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
      label: 'It was',
      as: 'choice',
      options: [
        ['refine', 'coarse or wrong in a field: the terms given replace those of the same name'],
        ['replace', 'wrong: the list of terms below replaces the whole list'],
        ['retract', 'never announced: it is retracted'],
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
