import type { AnnouncementType } from '../../../domain/announcement.ts';
import type { Commitment, Entry } from '../../../domain/commitment.ts';
import { statusOn } from '../../../domain/advance.ts';
import { standing } from '../../../domain/status.ts';
import { isFigured, relations, type Term } from '../../../domain/terms.ts';
import { understand } from '../../understanding/understand.ts';
import { datesIn, figuresIn } from '../../understanding/foundInText.ts';
import type { PlainFigure } from '../../understanding/plainFigures.ts';
import type { Reading } from '../../understanding/reading.ts';
import { termFields } from './announcedFields.ts';
import { sayMissing } from './plainFigureFields.ts';
import type { Filling } from './filling.ts';
import { offerOf } from './plainFigureFields.ts';
import { formOf } from './values.ts';

/**
 * Defaults for empty fields of a form. They are filled in before the check, so each is visible in its field with a note beside
 * it, and is recorded only as it was shown.
 */

/** What the defaults depend on besides the form. */
export type Basis = {
  readonly type: AnnouncementType;
  /** The path of the announcement's fields: `announcement.` or empty. */
  readonly path: string;
  /** The commitment of a further announcement; undefined for a new one. */
  readonly commitment?: Commitment | undefined;
  /** The obligors of a new commitment, where its form has them. */
  readonly obligors?: readonly string[];
};

/** Fills in an announcement: who speaks, the figure in the words, and what the commitment already says about it. */
export function fillAnnouncement(filling: Filling, basis: Basis): void {
  if (filling.rows(`${basis.path}saidBy`).length === 0) fillSpeakers(filling, basis);
  fillTerms(filling, basis);
}

/** The same without speakers, which a document gives once. */
export function fillTerms(filling: Filling, basis: Basis): void {
  const { form } = filling;
  const { path, type } = basis;
  for (const row of filling.rows(`${path}terms`)) fillTerm(filling, `${path}terms.${row}.`, basis);
  const hasFigure = filling.rows(`${path}terms`).some((row) => (form.get(`${path}terms.${row}.min`) ?? '') !== '');
  if (type === 'fulfilled' && hasFigure) filling.fill(`${path}extent`, 'partial', 'the figure says how much was delivered');
}

/** For a further announcement, those who spoke last; for a pledge, the one who owes it. */
function fillSpeakers(filling: Filling, { type, path, commitment, obligors = [] }: Basis): void {
  const last = commitment && lastSpoken(commitment, type);
  if (last) {
    for (const [row, speaker] of last.data.saidBy.entries()) {
      for (const [field, value] of Object.entries(speaker))
        filling.fill(`${path}saidBy.${row}.${field}`, value, `who spoke in event ${last.sequence}`);
    }
    return;
  }
  const [only, ...more] = commitment?.opened.data.from ?? obligors;
  if (type === 'pledged' && more.length === 0) filling.fill(`${path}saidBy.0.actor`, only, 'the one who owes it pledges it');
}

/** Types that anyone may announce; the others are for a party. */
const anyones: readonly AnnouncementType[] = ['proposed', 'disputed', 'observed'];

function lastSpoken({ timeline }: Commitment, type: AnnouncementType): Entry | undefined {
  if (type === 'joined') return undefined;
  return timeline.findLast((entry) => entry.type === type || (!anyones.includes(type) && !anyones.includes(entry.type)));
}

function fillTerm(filling: Filling, at: string, { commitment }: Basis): void {
  const { form } = filling;
  const typed = (name: string): string => form.get(at + name) ?? '';
  if (typed('text') !== '' && ['kind', 'min', 'max', 'to'].every((name) => typed(name) === '')) figureInWords(filling, at);
  const known = commitment && knownTerm(commitment, typed('key'));
  if (known && (typed('kind') === '' || typed('kind') === known.kind)) {
    const why = `as “${known.key}” of this commitment has it`;
    filling.fill(`${at}key`, known.key, why);
    for (const name of ['kind', 'currency', 'unit', 'of', 'on', 'per'] as const)
      filling.fill(at + name, (known as Partial<Record<string, string>>)[name], why);
  }
  filling.fill(`${at}kind`, kindOf(typed), 'it follows from what else is said');
  const kind = typed('kind');
  const hasFigure = typed('min') !== '' || typed('to') !== '';
  if (hasFigure) filling.fill(`${at}qualifier`, typed('max') === '' ? 'exact' : 'between', 'the figure alone says no more');
  filling.fill(`${at}key`, keys[kind], 'a short name for it');
}

/** Fills in the figure found in the words of a term; words without one become a term without a figure. */
function figureInWords(filling: Filling, at: string): void {
  const text = filling.form.get(`${at}text`) ?? '';
  const { readings: whole } = understand('figure', text);
  const within = figuresIn(text, datesIn(text, ''));
  const readings: readonly Pick<Reading<PlainFigure>, 'value' | 'words' | 'note'>[] =
    whole.length > 0 && within.length < 2 ? whole : within;
  const [figure, ...others] = readings;
  if (!figure) return filling.fill(`${at}kind`, 'text', 'no figure is found in the words');
  if (others.length > 0) {
    const several = within.length > 1 ? 'the words have more than one figure' : 'the words can be read in more than one way';
    return filling.offer(`${at}min`, `${several}: choose or type the one that is meant`, readings.map(offerOf));
  }
  const { text: _, ...said } = figure.value;
  const why = said.kind === 'text' ? figure.words : `as the words say: ${figure.words}`;
  for (const [name, value] of formOf(termFields, said)) filling.fill(at + name, value, why);
  sayMissing(filling, at, said.kind, figure.note);
}

/** The term that a row refers to: the newest of its key or, without a key, the only one that stands by itself. */
function knownTerm(commitment: Commitment, key: string): Term | undefined {
  const terms = commitment.timeline.flatMap(({ data }) => data.terms ?? []);
  if (key !== '') return terms.findLast((term) => term.key === key);
  const whole = standing(statusOn(commitment)).map(({ term }) => term);
  const own = whole.filter((term) => isFigured(term) && relations.every((relation) => term[relation] === undefined));
  return new Set(own.map((term) => term.key)).size === 1 ? own.at(-1) : undefined;
}

function kindOf(typed: (name: string) => string): string | undefined {
  if (typed('to') !== '' || typed('on') !== '') return 'tariff';
  if (typed('min') === '') return undefined;
  if (typed('currency') !== '') return 'money';
  if (typed('of') !== '') return 'percent';
  return typed('unit') === '' ? undefined : 'count';
}

const keys: Readonly<Record<string, string>> = {
  money: 'total',
  percent: 'share',
  count: 'number',
  tariff: 'rate',
  text: 'words',
};
