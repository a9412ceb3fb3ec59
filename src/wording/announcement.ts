import type { LedgerEvent, Reading, Source } from '../../domain/announcement.ts';
import type { Term } from '../../domain/terms.ts';
import { typeSheet } from '../../domain/types.ts';
import { type LinkKind, linkInWords } from './links.ts';
import type { Piece } from './pieces.ts';
import {
  bindingInWords,
  capitalised,
  figureInWords,
  languageInWords,
  mfnInWords,
  modalityInWords,
  statusInWords,
} from './values.ts';

/**
 * An event in words, field by field: the one place that puts an announcement into words. Pages, the terminal and the feed show
 * these statements, each in its own way and never by the name of a field. A new field is one row in a table below; the compiler
 * says in which.
 */
export type Statement =
  /** Above the event. */
  | { readonly as: 'label'; readonly pieces: readonly Piece[] }
  /** Beside the label. */
  | { readonly as: 'aside'; readonly pieces: readonly Piece[] }
  /** The event in a sentence of the record. */
  | { readonly as: 'summary'; readonly pieces: readonly Piece[] }
  /** Something small, beside others of its kind. */
  | { readonly as: 'fact'; readonly pieces: readonly Piece[] }
  /** Something on a line of its own. */
  | { readonly as: 'line'; readonly pieces: readonly Piece[] }
  | { readonly as: 'term'; readonly term: Term }
  | ({ readonly as: 'reading' } & ReadingInWords)
  | { readonly as: 'speakers'; readonly pieces: readonly Piece[] }
  | { readonly as: 'source'; readonly source: Source }
  | { readonly as: 'note'; readonly pieces: readonly Piece[] }
  /** The recorder's judgement. */
  | { readonly as: 'judgement'; readonly pieces: readonly Piece[] };

export type ReadingInWords = {
  readonly party: Piece;
  readonly text: string;
  readonly translation: string | undefined;
  readonly asides: readonly (readonly Piece[])[];
  readonly source: Source | undefined;
};

type FieldsOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, F> = T extends unknown ? (F extends keyof T ? NonNullable<T[F]> : never) : never;
type Table<T, Said> = { readonly [F in FieldsOf<T>]-?: (value: ValueOf<T, F>, whole: T) => readonly Said[] };

/**
 * Everything that an event says, except when it happened, which each medium puts first. Of statements that appear once, such as
 * the label, the last one counts.
 */
export function statementsOf(event: LedgerEvent): readonly Statement[] {
  return [label(typeLabel(event.type)), ...said(events, event.data)];
}

/** The heading of an event: `Demanded`, `Performed in part`. */
export function labelOf(event: LedgerEvent): readonly Piece[] {
  return statementsOf(event).findLast((one) => one.as === 'label')?.pieces ?? [];
}

/**
 * An event in brief, for media that link to all of it: its label where that says more than its type, its summary, and the words
 * of its terms.
 */
export function brief(event: LedgerEvent): readonly (readonly Piece[])[] {
  const statements = statementsOf(event);
  const label = statements.filter((one) => one.as === 'label').at(-1);
  return [
    ...(label && label !== statements[0] ? [label.pieces] : []),
    ...statements.flatMap((one) =>
      one.as === 'summary' ? [one.pieces] : one.as === 'term' ? [[{ prose: one.term.text }]] : [],
    ),
  ];
}

/** The remarks on a term besides its figure and words: what it applies to, and how it relates to others. */
export function asidesOfTerm(term: Term): readonly (readonly Piece[])[] {
  return each(terms, term);
}

/** The remarks on a source besides its publisher, address and passage. */
export function asidesOfSource(source: Source): readonly (readonly Piece[])[] {
  return each(sources, source);
}

/** The heading of an event whose fields say nothing more specific: `Terms amended`. */
export function typeLabel(type: LedgerEvent['type']): string {
  if (type === 'opened') return 'Opened in this record';
  return type === 'corrected' ? 'Correction of our record' : typeSheet[type].label;
}

const corrections = {
  refine: 'Record made precise',
  replace: 'Correction of our record',
  retract: 'Retracted from our record',
};

/** The heading of a correction of our record: `Record made precise`. */
export function correctionInWords(mode: string): string {
  return mode in corrections ? corrections[mode as keyof typeof corrections] : typeLabel('corrected');
}

type Data = LedgerEvent['data'];

/** The fields of every event, in the order in which they are shown. */
const events: Table<Data, Statement> = {
  happened: () => [],
  title: (title) => [line({ name: title })],
  from: (from) => [line('from ', { parties: from })],
  to: (to) => (to.length === 0 ? [] : [line('to ', { parties: to })]),
  topic: (topic) => [fact('topic ', { name: topic })],
  // A country has its common name, whatever an older record says.
  names: (names) =>
    Object.entries(names).flatMap(([party, name]) =>
      party.includes(':') ? [fact({ name: party }, ' is called ', { name })] : [],
    ),
  links: (links) =>
    Object.entries(links).flatMap(([kind, ids]) =>
      (ids ?? []).map((commitment) => line(`${linkInWords(kind as LinkKind)} `, { commitment })),
    ),
  mode: (mode) => [label(mode in corrections ? correctionInWords(mode) : proposal(mode))],
  extent: (extent) => [label(`Performed in ${extent === 'full' ? 'full' : 'part'}`)],
  reported: (reported) => (reported ? [aside('as reported by others')] : []),
  ground: (ground) => [aside(`ground: ${ground}`)],
  joins: (event) => [label('A dispute gains readings'), fact('adds to the dispute ', { event })],
  // The reason of an end is one of five words; the reason of a correction is a sentence.
  reason: (reason, whole) =>
    'corrects' in whole
      ? [{ as: 'summary', pieces: [{ prose: reason }] }]
      : [label(`${'parties' in whole ? 'Left' : 'Ended'}: ${reason}`)],
  as: (role) => [aside(`as ${role}`)],
  parties: (parties) => (parties.length === 0 ? [] : [line({ parties })]),
  // The successor of a dissolved party is a party; that of a superseded commitment, a commitment.
  successor: (successor, whole) => [
    fact('successor ', 'parties' in whole ? { parties: [successor] } : { commitment: successor }),
  ],
  keys: (keys) => keys.map((key) => fact('the term ', { key })),
  until: (date) => [fact('until ', { date })],
  resumes: (events) => events.map((event) => fact('takes back ', { event })),
  meets: (keys) => keys.map((key) => fact('meets the condition ', { key })),
  performs: (all) =>
    all.map(({ key, extent, by = [] }) =>
      fact(
        'performs ',
        { key },
        ` in ${extent === 'full' ? 'full' : 'part'}`,
        ...(by.length === 0 ? [] : [', by ', { parties: by }]),
      ),
    ),
  corrects: (event) => [fact('corrects ', { event })],
  // The history shows the changes before and after, since it knows the earlier values.
  changes: () => [],
  summary: (prose) => [{ as: 'summary', pieces: [{ prose }] }],
  effective: (date) => [fact('effective ', { date })],
  due: (date) => [fact('due ', { date })],
  about: ({ announcement, term }) => [
    fact('about ', { event: announcement }, ...(term === undefined ? [] : [', the term ', { key: term }])),
  ],
  resolves: (disputes) => disputes.map((event) => fact('settles the dispute ', { event })),
  removes: (keys) => keys.map((key) => fact('removes ', { key })),
  confidence: (confidence) => [{ as: 'judgement', pieces: [`confidence: ${confidence}`] }],
  instrument: (instrument) => {
    const [title = [], ...rest] = each(instruments, instrument);
    return [line('instrument: ', ...title, ' (', ...listed(rest), ')')];
  },
  terms: (all) => all.map((term) => ({ as: 'term', term })),
  readings: (all) => all.map(readingInWords),
  saidBy: (speakers) => [{ as: 'speakers', pieces: [{ speakers }] }],
  sources: (all) => all.map((source) => ({ as: 'source', source })),
  note: (prose) => [{ as: 'note', pieces: [{ prose }] }],
};

const instruments: Table<NonNullable<Extract<Data, { happened: string }>['instrument']>, Piece> = {
  title: (name) => [{ name }],
  kind: (name) => [{ name }],
  date: (date) => [{ date }],
  parties: (parties) => (parties.length === 0 ? [] : ['parties: ', { parties }]),
  binding: (binding) => [bindingInWords(binding)],
  document: (document) => ['document ', { document }],
};

/** Part of the figure itself; see `figureInWords`. */
const inFigure = (): [] => [];
/** Each medium shows these where it shows the words, the publisher or the passage. */
const setApart = (): [] => [];

const terms: Table<Term, Piece> = {
  key: setApart,
  text: setApart,
  translation: setApart,
  kind: inFigure,
  qualifier: inFigure,
  min: inFigure,
  max: inFigure,
  currency: inFigure,
  per: inFigure,
  of: inFigure,
  unit: inFigure,
  from: inFigure,
  to: inFigure,
  on: inFigure,
  stages: inFigure,
  period: (date) => ['for ', { date }],
  deadline: (date) => ['by ', { date }],
  partOf: (key) => ['part of ', { key }],
  notPartOf: (key) => ['not part of ', { key }],
  limits: (key) => ['limits ', { key }],
  sameAs: (key) => ['the same as ', { key }],
  partition: (name) => ['divided by ', { name }],
  effective: (date) => ['effective ', { date }],
  owedBy: (parties) => (parties.length === 0 ? [] : ['owed by ', { parties }]),
  each: (each) => (each ? ['each owes all of it'] : []),
  modality: (modality) => [modalityInWords(modality)],
  role: (role) => [role === 'reference' ? 'a reference, not a promise' : 'promised'],
  baseline: (baseline, term) => [
    `${baseline.change === 'increase' ? 'above' : 'below'} `,
    { name: baseline.text },
    ...(baseline.period === undefined ? [] : [' in ', { date: baseline.period }]),
    ...figureOfBaseline(baseline, term),
  ],
  delivers: (key) => ['delivers ', { key }],
  counts: (counts) => [counts === 'increment' ? 'this much more' : 'this much in all so far'],
  // With `alone`, that rate is the figure itself.
  mfn: (mfn, term) => (mfn === 'alone' ? inFigure() : [mfnInWords(mfn, 'qualifier' in term ? term : {})]),
  unless: (unless) => (unless ? ['must not come about'] : []),
};

/** ` (US$302.4 billion)`, in the unit of the term; nothing for a baseline in words alone. */
function figureOfBaseline({ qualifier = 'exact', min, max }: Baseline, term: Term): Piece[] {
  if (min === undefined && max === undefined) return [];
  const isRange = min !== undefined && max !== undefined && min !== max;
  const figured = { ...term, qualifier: isRange ? 'between' : qualifier, min, max } as Term;
  // An older ledger may have a qualifier on a range that no rule allows today.
  return [isRange && qualifier !== 'between' ? ` (${qualifier} ` : ' (', { name: figureInWords(figured) ?? '' }, ')'];
}

type Baseline = NonNullable<Extract<Term, { baseline?: unknown }>['baseline']>;

const sources: Table<Source, Piece> = {
  publisher: setApart,
  url: setApart,
  quote: setApart,
  title: (name) => [{ name }],
  published: (date) => ['published ', { date }],
  tier: (name) => [{ name }],
  lang: (lang) => (lang === 'en' ? [] : [`in ${languageInWords(lang)}`]),
  accessed: (date) => ['read ', { date }],
  archivedUrl: (address) => [{ address, called: 'archived copy' }],
  sha256: (digest) => ['saved copy ', { digest }],
};

const readings: Table<Reading, Piece> = {
  party: setApart,
  text: setApart,
  translation: setApart,
  source: setApart,
  by: (by) => ['as said by ', { speakers: [by] }],
};

function readingInWords(reading: Reading): Statement {
  const { party, text, translation, source } = reading;
  return { as: 'reading', party: { parties: [party] }, text, translation, asides: each(readings, reading), source };
}

function proposal(mode: string): string {
  return capitalised(statusInWords({ status: 'proposed', mode: mode as Parameters<typeof statusInWords>[0]['mode'] }));
}

function label(...pieces: Piece[]): Statement {
  return { as: 'label', pieces };
}

function aside(...pieces: Piece[]): Statement {
  return { as: 'aside', pieces };
}

function fact(...pieces: Piece[]): Statement {
  return { as: 'fact', pieces };
}

function line(...pieces: Piece[]): Statement {
  return { as: 'line', pieces };
}

/** The statements of a table for the fields that are present, in its order. */
function said<T extends object, Said>(table: Table<T, Said>, whole: T): Said[] {
  return each(table, whole).flat();
}

/** Like `said`, separately for each field; fields without a statement are left out. */
function each<T extends object, Said>(table: Table<T, Said>, whole: T): (readonly Said[])[] {
  const all = Object.entries(table) as [string, (value: unknown, whole: T) => readonly Said[]][];
  return all
    .map(([field, say]) => {
      const value = (whole as Record<string, unknown>)[field];
      return value === undefined ? [] : say(value, whole);
    })
    .filter((pieces) => pieces.length > 0);
}

function listed(all: readonly (readonly Piece[])[]): Piece[] {
  return all.flatMap((pieces, index) => (index === 0 ? pieces : [', ', ...pieces]));
}
