import { modalities } from '../../domain/terms.ts';
import { type Stage, stages, typeSheet } from '../../domain/types.ts';
import { warningKinds } from '../../projections/derived/warnings.ts';
import { warningKindInWords } from './warnings.ts';
import { capitalised, modalityInWords } from './values.ts';

/**
 * The meanings of the words on pages, in groups. Types come from the type sheet, so that no second table can differ from it.
 */

export type Glossary = readonly { readonly id: string; readonly title: string; readonly entries: readonly Entry[] }[];
type Entry = { readonly word: string; readonly meaning: string };

const stageMeanings: Readonly<Record<Stage, string>> = {
  none: 'Opened in this record; nothing is announced yet.',
  noted: 'A fact about it is reported, and nobody has asked for or promised anything.',
  proposed: 'Somebody asks for it, plans or threatens it. Who would owe it has not accepted.',
  pledged: 'Who owes it undertakes it.',
  formalised: 'An instrument carries it. Whether that instrument binds stands beside it.',
  fulfilled: 'Performed in full.',
  ended: 'Over: withdrawn, expired, superseded, annulled or breached.',
};

const beside: readonly Entry[] = [
  {
    word: 'Contested',
    meaning: 'A party gives another reading. It stands beside the stage, with every reading, and never replaces it.',
  },
  { word: 'Bound', meaning: 'Who has undertaken it. Nobody is bound by what another says.' },
  { word: 'Suspended', meaning: 'Set aside for a time; what was in force is so again afterwards.' },
  { word: 'Notice', meaning: 'Announced for a later day. Until then everything is as without it.' },
  {
    word: 'In force',
    meaning: 'In effect on the day asked, by what was announced. Where nothing says so, it is not known, and never guessed.',
  },
  { word: 'Stands', meaning: 'Somebody owes it on the day asked.' },
  { word: 'Delivered', meaning: 'What was performed of a promise, added up only where the record says how it counts.' },
  { word: 'Asserted', meaning: 'Announced by others than who would owe it; it binds nobody.' },
  { word: 'Binding', meaning: 'What the instrument says of itself: binding, not binding, or disputed.' },
];

const dates: readonly Entry[] = [
  { word: 'Happened', meaning: 'The day in the world, never finer than it is known.' },
  { word: 'Recorded', meaning: 'When this ledger learnt of it.' },
  { word: 'As of', meaning: 'Which day in the world an answer is about.' },
  { word: 'As known on', meaning: 'Which day of the record an answer is made from. What was recorded later is left out.' },
  {
    word: 'Correction',
    meaning: 'Our record was wrong or coarse. It changes the record and not the world, and what the record said before stays.',
  },
  { word: 'Amendment', meaning: 'The parties changed the terms: a change in the world.' },
];

export function glossary(): Glossary {
  return [
    {
      id: 'stages',
      title: 'How firm a commitment is',
      entries: stages.map((stage) => ({
        word: stage === 'none' ? 'Opened' : capitalised(stage),
        meaning: stageMeanings[stage],
      })),
    },
    { id: 'beside', title: 'What stands beside the stage', entries: beside },
    {
      id: 'announcements',
      title: 'What can be announced',
      entries: Object.values(typeSheet).map(({ label, meaning }) => ({ word: label, meaning: `${meaning}.` })),
    },
    {
      id: 'warnings',
      title: 'What the record warns of',
      entries: warningKinds.map((kind) => ({ word: capitalised(warningKindInWords(kind)), meaning: warningMeanings[kind] })),
    },
    {
      id: 'modality',
      title: 'How firmly its words put it',
      entries: modalities.map((one) => ({
        word: capitalised(modalityInWords(one)),
        meaning: `The text says “${one}”, or words like it.`,
      })),
    },
    { id: 'dates', title: 'The two dates, and what changes', entries: dates },
  ];
}

const warningMeanings: Readonly<Record<(typeof warningKinds)[number], string>> = {
  overdue: 'The deadline of a term that stands has passed, and the record shows no full performance of it.',
  'expected-not-delivered': 'Somebody said that it would come by a day that has passed. An expectation is not a pledge.',
  'price-gone': 'The other side of an exchange has ended.',
  'condition-open': 'A condition, or what it depends on, is not fulfilled, and nothing of it is in force.',
  'ran-out': 'Its period or effect has ended, and nothing of it is in force.',
  quiet: 'Nothing of it is in force, no day lies ahead, and nothing was announced for half a year.',
};
