import type { Report } from '../../projections/report.ts';
import type { Chapter, Inlines } from './document.ts';

/** What the words of a report mean and how its totals are made. */

const words: readonly Inlines[] = [
  [{ strong: 'Proposed' }, ': asked, planned, claimed, threatened or expected. Who is to do it has not accepted it.'],
  [{ strong: 'Pledged' }, ': who is to do it undertakes it. ', { strong: 'Formalised' }, ': an instrument carries it.'],
  [{ strong: 'Contested' }, ': a party reads it otherwise. A dispute stands beside the stage and never replaces it.'],
  [
    { strong: 'Delivered' },
    ': added up only where the record says how the figure counts, and compared with the promise only in the same unit.',
  ],
  [
    { strong: 'In force' },
    ': by its dates or a binding instrument. Where nothing says so, it is not known, and never guessed.',
  ],
  [
    'Words in quotation marks stand in a passage that is kept with the source; words in square brackets are those of our record.',
  ],
];

const sums: readonly Inlines[] = [
  ['Promises of money that stand are added for each payer, currency and rate. Currencies are never converted.'],
  [
    'A part is never added to its total, a limit or another way to say the same to what it belongs to, nor what was superseded.',
  ],
  ['A range adds as a range, and an open end stays open. What is left out is listed with the reason.'],
];

/** `isOfOne`: the report covers a single commitment, whatever the view takes. */
export function method({ about: { definition, filters, address } }: Report, isOfOne = false): Chapter {
  const { topics, parties, documents } = definition;
  const asked = Object.entries(filters).map(([name, value]) => `${name} ${value}`);
  const taken = [
    ...(topics ? [`the topics ${topics.join(', ')}`] : []),
    ...(parties ? [`the parties ${parties.join(', ')}`] : []),
    ...(documents ? [`the documents ${documents.join(', ')}`] : []),
  ];
  return {
    id: 'method',
    title: 'Method',
    blocks: [
      {
        as: 'paragraph',
        text: [
          `${isOfOne ? 'This is all that is recorded of one commitment' : `The view takes ${taken.length === 0 ? 'every commitment of the ledger' : `the commitments of ${taken.join(' and ')}`}${asked.length === 0 ? '' : `, here only those with ${asked.join('; ')}`}`}. Every announcement is one event that nobody edits: a mistake in our record is corrected by another event. The report is made from those events alone, so the same cut gives the same bytes: `,
          { code: address },
          '.',
        ],
      },
      { as: 'heading', text: ['What the words mean'] },
      { as: 'list', items: words },
      { as: 'heading', text: ['How totals are made'] },
      { as: 'list', items: sums },
    ],
  };
}
