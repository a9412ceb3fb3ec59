import { date, type Field, type Group, named, type Option, type Rows } from './fields.ts';
import { qualifier } from '../../../domain/terms.ts';

/** The fields that any announcement may have. */

/** Who said it, and for whom. */
export const speakerFields: readonly Field[] = [
  {
    name: 'actor',
    label: 'Speaker',
    as: 'code',
    list: 'actors',
    width: 'middle',
    hint: 'KR, person:lee-jae-myung, office:jp-mofa, media:yonhap',
  },
  { name: 'name', label: 'Name', as: 'line', when: 'as the source has it', width: 'middle', hint: 'Lee Jae Myung' },
  {
    name: 'for',
    label: 'Speaks for',
    as: 'code',
    list: 'parties',
    width: 'narrow',
    when: 'if for another party',
    hint: 'KR, org:eu',
  },
  { name: 'role', label: 'Role', as: 'line', when: 'at the time', width: 'narrow', hint: 'President' },
];

const figured = ['money', 'percent', 'count'];
const rated = [...figured, 'tariff'];
const termKinds: readonly Option[] = [
  ['money', 'an amount of money'],
  ['percent', 'a share in per cent'],
  ['count', 'a number of things'],
  ['tariff', 'a tariff'],
  ['stages', 'stages of a plan'],
  ['condition', 'a condition'],
  ['text', 'words without a figure'],
];

/** A term: its words, and the figure in them. */
export const termFields: readonly Field[] = [
  {
    name: 'text',
    label: 'The words, exactly as said',
    as: 'words',
    width: 'wide',
    hint: '“more than five billion dollars a year”',
  },
  {
    name: 'translation',
    label: 'In English',
    as: 'words',
    width: 'wide',
    when: 'if the words are not',
    hint: 'The same words, translated, nothing added',
  },
  { name: 'kind', label: 'Kind', as: 'choice', options: termKinds },
  {
    name: 'key',
    label: 'Short name',
    as: 'code',
    list: 'keys',
    width: 'narrow',
    hint: 'total, ceiling. The same in later announcements about it',
  },
  { name: 'min', label: 'Figure', as: 'figure', width: 'middle', only: rated, hint: 'In full: 350 000 000 000, or 3.5' },
  { name: 'max', label: 'up to', as: 'figure', width: 'middle', only: rated, when: 'if a range', hint: '500 000 000 000' },
  { name: 'currency', label: 'Currency', as: 'code', list: 'currencies', width: 'narrow', only: ['money'], hint: 'USD, KRW' },
  {
    name: 'per',
    label: 'per',
    as: 'line',
    list: 'periods',
    width: 'narrow',
    when: 'if it recurs',
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
  { name: 'qualifier', label: 'How exact are the words?', as: 'qualifier', only: rated },
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
    hint: 'DE, FR: who of the obligors owes it. Of what is delivered: who delivered it',
  },
  {
    name: 'each',
    label: 'Each owes all of it, by himself',
    as: 'tick',
    seldom: true,
    hint: '“Allies commit to 2 %”: every one of them, not all together',
  },
  {
    name: 'modality',
    label: 'How firm are the words?',
    as: 'choice',
    options: [
      ['shall', 'shall, will, must: undertaken'],
      ['intends', 'intends, aims, plans'],
      ['expected', 'is expected to'],
      ['considers', 'considers, is open to'],
      ['may', 'may, can'],
    ],
    hint: 'What is only considered, or may be, enters no total',
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
    hint: '“US$200 billion above the level of 2017”: what is promised counts from that level',
    group: [
      {
        name: 'change',
        label: 'It is',
        as: 'choice',
        options: [
          ['increase', 'above it: an increase'],
          ['decrease', 'below it: a decrease'],
        ],
      },
      { name: 'text', label: 'Of what', as: 'words', width: 'wide', hint: 'above the level of 2024' },
      date('period', 'In the period', { hint: '2017' }),
      {
        name: 'qualifier',
        label: 'Qualifier of that figure',
        as: 'choice',
        options: named(qualifier.options.join(' ')),
        hint: 'If the level has a figure: exact, about',
      },
      { name: 'min', label: 'Its figure', as: 'figure', width: 'middle', hint: '151 200 000 000' },
      { name: 'max', label: 'its upper end', as: 'figure', width: 'middle', when: 'if a range', hint: '160 000 000 000' },
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
    hint: '“a further tranche of €3 billion” is this much more; “€22.7 billion to date” is in all so far',
    seldom: true,
  },
  {
    name: 'delivers',
    label: 'It delivers',
    as: 'code',
    list: 'keys',
    width: 'narrow',
    only: rated,
    seldom: true,
    when: 'if its short name is another',
    hint: 'total: the short name of what was promised',
  },
  {
    name: 'unless',
    label: 'It must not come about',
    as: 'tick',
    only: ['condition'],
    hint: '“unless the talks break down”',
  },
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
  {
    name: 'partition',
    label: 'Cut by',
    as: 'code',
    width: 'narrow',
    seldom: true,
    hint: 'year, sector: the parts of one cut add up',
  },
  {
    name: 'sameAs',
    label: 'The same as',
    as: 'code',
    list: 'keys',
    width: 'narrow',
    seldom: true,
    hint: 'total, said again: in another currency, by the year',
  },
  {
    name: 'notPartOf',
    label: 'Not part of',
    as: 'code',
    list: 'keys',
    width: 'narrow',
    seldom: true,
    hint: 'The short name of a sum that it comes on top of',
  },
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

/** Where it is written. */
export const sourceFields: readonly Field[] = [
  { name: 'publisher', label: 'Publisher', as: 'line', list: 'publishers', width: 'middle', hint: 'Yonhap, the White House' },
  date('published', 'Published', { hint: '2025-08-22' }),
  { name: 'lang', label: 'Language', as: 'code', width: 'narrow', hint: 'en, ko, ja' },
  {
    name: 'url',
    label: 'Address',
    as: 'code',
    width: 'wide',
    hint: 'https://… An address, a passage or the SHA-256 of a copy is required',
  },
  {
    name: 'quote',
    label: 'The passage',
    group: [
      {
        name: 'exact',
        label: 'The passage, copied',
        as: 'words',
        width: 'wide',
        when: 'with the words and the figure in it',
        hint: 'A whole sentence: “Japan will invest $550 billion …”',
      },
      {
        name: 'translation',
        label: 'The passage in English',
        as: 'words',
        width: 'wide',
        seldom: true,
        hint: 'If the passage is in another language',
      },
      {
        name: 'prefix',
        label: 'The words before it',
        as: 'words',
        width: 'wide',
        seldom: true,
        hint: 'If the passage begins in the middle of a sentence',
      },
      {
        name: 'suffix',
        label: 'The words after it',
        as: 'words',
        width: 'wide',
        seldom: true,
        hint: 'If it ends in the middle of one',
      },
    ],
  },
  { name: 'title', label: 'Title', as: 'line', width: 'wide', seldom: true, hint: 'Joint Fact Sheet' },
  date('accessed', 'Accessed on', { seldom: true, hint: '2025-08-23' }),
  {
    name: 'tier',
    label: 'Tier',
    as: 'line',
    width: 'narrow',
    seldom: true,
    hint: 'primary, secondary; memory for what you know and cannot look up, which needs no address',
  },
  {
    name: 'archivedUrl',
    label: 'Address of an archived copy',
    as: 'code',
    width: 'wide',
    seldom: true,
    hint: 'https://web.archive.org/web/…',
  },
  { name: 'sha256', label: 'SHA-256 of a saved copy', as: 'code', width: 'wide', seldom: true, hint: '64 hexadecimal digits' },
];

/** What carries a formalised commitment. */
export const instrument: Group = {
  name: 'instrument',
  label: 'Instrument',
  group: [
    { name: 'title', label: 'Title', as: 'line', width: 'wide', hint: '12th Special Measures Agreement' },
    { name: 'kind', label: 'Kind', as: 'line', width: 'middle', hint: 'agreement, executive-order, exchange-of-notes' },
    date('date', 'Dated', { hint: '2025-09-20' }),
    {
      name: 'binding',
      label: 'Binding',
      as: 'choice',
      options: [
        ['yes', 'yes, in law: a treaty, a law, an order'],
        ['no', 'no: a statement, a framework'],
        ['disputed', 'the parties differ on it'],
      ],
    },
    { name: 'document', label: 'Document', as: 'code', width: 'middle', when: 'if others share it', hint: 'joint-fact-sheet' },
    {
      name: 'parties',
      label: 'Parties to it',
      values: { as: 'code', list: 'parties', width: 'narrow' },
      hint: 'KR, US: who of the obligors is named here is bound; if none is named, who speaks',
    },
  ],
};

/** How each party reads what is contested. */
export const readings: Rows = {
  name: 'readings',
  label: 'Reading',
  rows: [
    { name: 'party', label: 'Whose', as: 'code', list: 'actors', width: 'middle', hint: 'KR, or whoever reads it this way' },
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
