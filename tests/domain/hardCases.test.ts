import { describe, expect, test } from 'vitest';
import { statusOn } from '../../domain/advance.ts';
import { standing } from '../../domain/status.ts';
import { formatDay } from '../../domain/dates.ts';
import { inForceSpans } from '../../projections/derived/inForce.ts';
import {
  amended,
  day,
  disputed,
  type Draft,
  ended,
  formalised,
  fulfilled,
  given,
  idOf,
  observed,
  opened,
  pledged,
  refined,
  retracted,
  tariff,
  verdict,
} from './given.ts';

/** Where several rules of the contract meet in one commitment. */

describe('two obligors', () => {
  const joint = opened({ id: 'opening', from: ['KR', 'JP'], to: ['US'] });
  const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });
  const news = { reported: true, ...by('media:gazette') };
  const [korea, japan] = [pledged('2025-07-10', { id: 'korea', ...by('KR') }), pledged('2025-07-12', by('JP'))];

  test('pledge one after the other, each once, alone or together', () => {
    expect(verdict(joint, korea, pledged('2025-07-11', by('KR')))).toBe('already-pledged');
    expect(verdict(joint, korea, pledged('2025-07-11', by('KR', 'JP')))).toBe('accepted');
    expect(verdict(joint, korea, japan, pledged('2025-07-13', by('KR', 'JP')))).toBe('already-pledged');
    expect(verdict(joint, korea, pledged('2025-07-11', { saidBy: [{ actor: 'person:ishiba', for: 'JP' }] }))).toBe('accepted');
  });

  test('have both pledged by a pledge that is only reported', () => {
    expect(verdict(joint, korea, pledged('2025-07-11', news))).toBe('accepted');
    expect(verdict(joint, pledged('2025-07-10', news), japan)).toBe('already-pledged');
  });

  test('pledge what an instrument carries that does not bind them, also when it is fulfilled', () => {
    expect(verdict(joint, formalised('2025-07-10'), korea)).toBe('already-pledged');
    expect(verdict(joint, formalised('2025-07-10'), japan)).toBe('accepted');
    expect(verdict(joint, formalised('2025-07-01'), fulfilled('2025-07-05'), japan)).toBe('accepted');
  });

  test('of whom one turns out to have pledged earlier keep the pledge that follows', () => {
    expect(verdict(joint, korea, pledged('2025-07-01', by('KR')))).toBe('accepted');
    expect(verdict(joint, korea, japan, refined('korea', by('JP')))).toBe('accepted');
  });

  test('become three, and one, by a correction of the opening', () => {
    const three = refined('opening', { from: ['KR', 'JP', 'AU'] });
    expect(verdict(joint, korea, japan, pledged('2025-07-13', by('AU')))).toBe('not-by-obligor');
    expect(verdict(joint, korea, japan, three, pledged('2025-07-13', by('AU')))).toBe('accepted');
    expect(verdict(joint, korea, japan, refined('opening', { from: ['KR'] }))).toBe('accepted');
  });

  test('who owe each other may be reported by one of them', () => {
    const mutual = opened({ from: ['KR', 'US'], to: ['US', 'KR'] });
    expect(verdict(mutual, pledged('2025-07-10', { reported: true, ...by('US') }))).toBe('accepted');
    expect(verdict(joint, pledged('2025-07-10', { reported: true, ...by('US') }))).toBe('not-by-obligor');
    expect(verdict(joint, pledged('2025-07-10', { reported: true, ...by('US', 'media:gazette') }))).toBe('accepted');
  });
});

describe('a dispute', () => {
  const pledge = pledged('2025-07-10', { id: 'pledge' });
  const about = { about: { announcement: idOf('pledge') } };
  const dispute = disputed('2025-07-20', { id: 'dispute', ...about });
  const joiner = disputed('2025-07-25', { id: 'joiner', ...about, joins: idOf('dispute') });
  const settles = (happened: string, id?: string): Draft =>
    observed(happened, { ...(id !== undefined && { id }), resolves: [idOf('dispute')] });

  test('cannot turn out to have been settled before others joined it, but on the same day after them', () => {
    expect(verdict(opened(), pledge, dispute, joiner, settles('2025-07-22'))).toBe('breaks-timeline');
    expect(verdict(opened(), pledge, dispute, joiner, settles('2025-07-25'))).toBe('accepted');
  });

  test('is settled once, and not before it was opened', () => {
    expect(verdict(opened(), pledge, dispute, settles('2025-07-19'))).toBe('dispute-not-open');
    expect(verdict(opened(), pledge, dispute, settles('2025-07-22'), settles('2025-07-23'))).toBe('dispute-not-open');
  });

  test('may settle another, and is joined by its own id only', () => {
    const anew = disputed('2025-07-22', { ...about, resolves: [idOf('dispute')] });
    expect(verdict(opened(), pledge, dispute, anew)).toBe('accepted');
    expect(verdict(opened(), pledge, dispute, joiner, disputed('2025-07-26', { ...about, joins: idOf('joiner') }))).toBe(
      'dispute-not-open',
    );
  });

  test('is open again when what settled it is retracted, and loses the readings of a joiner that is', () => {
    const history = [opened(), pledge, dispute, joiner, settles('2025-07-28', 'settlement')];
    expect(statusOn(given(...history)).disputes.size).toBe(0);
    const open = (...drafts: Draft[]) => statusOn(given(...history, ...drafts)).disputes.get(idOf('dispute'));
    expect(open(retracted('settlement'))?.readings).toHaveLength(2);
    expect(open(retracted('settlement'), retracted('joiner'))?.readings).toHaveLength(1);
  });
});

describe('the day that has begun anywhere on Earth', () => {
  const at = (recorded: string, happened: string) => [opened({ recorded: '2025-08-01' }), observed(happened, { recorded })];

  test('begins at ten in the morning, UTC', () => {
    expect(verdict(...at('2025-08-22T09:59:59.999Z', '2025-08-23'))).toBe('not-begun');
    expect(verdict(...at('2025-08-22T10:00:00Z', '2025-08-23'))).toBe('accepted');
    expect(verdict(...at('2025-08-22T09:00:00Z', '2025-08-23T00:30:00+14:00'))).toBe('not-begun');
    expect(verdict(...at('2025-08-31T10:00:00Z', '2025-09'))).toBe('accepted');
    expect(verdict(...at('2025-08-31T09:59:59Z', '2025-09'))).toBe('not-begun');
  });

  test.each(['20XX', '202X', '2025', '2025-08', '2025-XX-XX', '../2099', '2025-08-01/..', '2025-08-01/2099'])(
    'is the latest on which %s can have happened',
    (happened) => {
      const { timeline } = given(...at('2025-08-22T10:00:00Z', happened));
      expect(formatDay(timeline[0]?.day ?? 0)).toBe('2025-08-23');
    },
  );
});

describe('a part whose total is removed', () => {
  const law = formalised('2025-07-31', {
    effective: '2025-08-07',
    terms: [tariff('all', '15'), tariff('rate', '5', { partOf: 'all' })],
  });
  const removal = amended('2025-09-20', { removes: ['all'] });

  test('goes with it, unless it had been taken out of it before', () => {
    const keys = (...drafts: Draft[]) => standing(statusOn(given(opened(), law, ...drafts))).map(({ term }) => term.key);
    expect(keys(removal)).toEqual([]);
    expect(keys(amended('2025-09-10', { terms: [tariff('rate', '4')] }), removal)).toEqual(['rate']);
    // Found late, it comes before the removal all the same.
    expect(keys(removal, amended('2025-09-10', { terms: [tariff('rate', '4')] }))).toEqual(['rate']);
  });

  test('is then no longer in force, and neither is anything once the end is effective, whatever is observed later', () => {
    const until = (...drafts: Draft[]) =>
      inForceSpans(given(opened(), law, ...drafts))
        .get('rate')
        ?.at(-1)?.to;
    expect(until(removal)).toBe(day('2025-09-19'));
    expect(until(ended('2025-09-10', { effective: '2026-01-01' }), observed('2025-09-11'))).toBe(day('2025-12-31'));
  });
});
