/** The columns of a spreadsheet of a document, each with its field of the form and a hint of what to write. */

export type Column = {
  readonly title: string;
  /**
   * The field, below `items.N.` or `shared.`. For a list, its path: the cell then holds one value between semicolons for each
   * entry.
   */
  readonly name: string;
  readonly isList?: true;
  readonly hint: string;
};

const commitmentColumns: readonly Column[] = [
  { title: 'Commitment', name: 'commitment', hint: 'The id of one that is recorded, in place of title, topic and parties' },
  { title: 'Title', name: 'opening.title', hint: 'Of a new commitment: Japan buys American energy' },
  { title: 'Topic', name: 'opening.topic', hint: 'trade/purchases' },
  { title: 'From', name: 'opening.from', isList: true, hint: 'Who owes it: JP; several between semicolons' },
  { title: 'To', name: 'opening.to', isList: true, hint: 'To whom: US; org:nato' },
  { title: 'Type', name: 'type', hint: 'proposed, pledged, formalised, fulfilled, …; formalised unless given' },
];

const termColumns: readonly Column[] = [
  { title: 'Words', name: 'text', hint: 'The words, exactly as said' },
  { title: 'In English', name: 'translation', hint: 'If the words are not' },
  { title: 'Kind', name: 'kind', hint: 'money, percent, count, tariff, stages, condition, text' },
  { title: 'Short name', name: 'key', hint: 'total; the same in later announcements about it' },
  { title: 'Figure', name: 'min', hint: 'In full: 7000000000' },
  { title: 'Up to', name: 'max', hint: 'The upper end of a range' },
  { title: 'Qualifier', name: 'qualifier', hint: 'exact, about, more-than, at-least, up-to, less-than, between' },
  { title: 'Currency', name: 'currency', hint: 'USD' },
  { title: 'Per', name: 'per', hint: 'year' },
  { title: 'Unit', name: 'unit', hint: 'aircraft' },
  { title: 'Per cent of', name: 'of', hint: 'GDP' },
  { title: 'Tariff', name: 'to', hint: '15' },
  { title: 'Tariff on', name: 'on', hint: 'Japanese goods' },
  { title: 'Counts', name: 'counts', hint: 'Of what is delivered: increment, cumulative' },
].map((column) => ({ ...column, name: `announcement.terms.0.${column.name}` }));

const announcedColumns: readonly Column[] = [
  { title: 'Happened', name: 'happened', hint: '2025-09-04; also 2025-07, 2025-08-22~' },
  { title: 'Speaker', name: 'saidBy.*.actor', isList: true, hint: 'US; JP' },
  { title: 'Speaks for', name: 'saidBy.*.for', isList: true, hint: 'For whom each speaker speaks, in the same order' },
  { title: 'Publisher', name: 'sources.0.publisher', hint: 'The Tokyo Example' },
  { title: 'Address', name: 'sources.0.url', hint: 'https://…' },
  { title: 'Published', name: 'sources.0.published', hint: '2025-09-05' },
  { title: 'Passage', name: 'sources.0.quote.exact', hint: 'The passage of the source, word for word' },
  { title: 'Instrument', name: 'instrument.title', hint: 'Its title: Joint statement' },
  { title: 'Instrument kind', name: 'instrument.kind', hint: 'joint-statement, agreement' },
  { title: 'Instrument date', name: 'instrument.date', hint: '2025-09-04' },
  { title: 'Binding', name: 'instrument.binding', hint: 'yes, no, disputed' },
  { title: 'Document', name: 'instrument.document', hint: 'A slug that all items share: jp-us-2025-09' },
  { title: 'Note', name: 'note', hint: 'How the day was settled, what was left open' },
];

const ownColumns: readonly Column[] = [
  { title: 'Mode', name: 'announcement.mode', hint: 'Of what is proposed: demand, request, plan, claim, threat, expected' },
  { title: 'Extent', name: 'announcement.extent', hint: 'Of what is fulfilled: partial, full' },
  { title: 'Summary', name: 'announcement.summary', hint: 'In a sentence' },
];

/** The columns of what all items share. */
export const sharedColumns = announcedColumns;

/** The columns of items, one item a row. A row without a commitment adds one more term to the item above. */
export const itemColumns: readonly Column[] = [
  ...commitmentColumns,
  ...ownColumns,
  ...termColumns,
  ...announcedColumns.map((column) => ({ ...column, name: `announcement.${column.name}` })),
];

export const sheetNames = { shared: 'Shared', items: 'Items', help: 'How to' } as const;
