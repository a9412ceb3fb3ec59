import { describe, expect, test } from 'vitest';
import { apply, type Commitment, fold } from '../../domain/commitment.ts';
import { removedKeys } from '../../domain/accounts.ts';
import { statusOn } from '../../domain/advance.ts';
import { boundParties, standing } from '../../domain/status.ts';
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
  money,
  observed,
  opened,
  pledged,
  proposed,
  reaffirmed,
  recordedAll,
  refined,
  retracted,
  tariff,
  words,
} from './given.ts';

function order(...drafts: Draft[]): string[] {
  return given(opened(), ...drafts).timeline.map(({ data }) => data.summary ?? '');
}

function said(summary: string, happened: string, when?: string): Draft {
  return observed(happened, { summary, ...(when && { recorded: when }) });
}

describe('the timeline is ordered', () => {
  test('by the latest day: a month after a day of it, before the next month', () => {
    expect(order(said('month', '2025-08'), said('day', '2025-08-22'), said('next', '2025-09-01'))).toEqual([
      'day',
      'month',
      'next',
    ]);
  });

  test('by the upper bound of an interval, whatever its start', () => {
    expect(order(said('interval', '../2025-08-22'), said('day', '2025-08-21'))).toEqual(['day', 'interval']);
  });

  test('with marks widening nothing', () => {
    expect(order(said('about', '2025-08-22~'), said('exact', '2025-08-22'), said('perhaps', '2025-08-22?'))).toEqual([
      'about',
      'exact',
      'perhaps',
    ]);
  });

  test('by recording among ties', () => {
    expect(order(said('first', '2025-07-31'), said('second', '2025-07'), said('third', '2025-07-31'))).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  test('with an instant on the day written in it', () => {
    expect(
      order(
        said('late', '2025-08-22T23:59:59-11:00'),
        said('next', '2025-08-23T00:01:00+14:00'),
        said('early', '2025-08-22T00:00:00+14:00'),
      ),
    ).toEqual(['late', 'early', 'next']);
  });

  test('no later than the day begun at UTC+14 when it was recorded', () => {
    const days = (happened: string, when: string) => given(opened(), said('a', happened, when)).timeline[0]?.day;
    expect(days('2025-08', '2025-08-22T09:59:59Z')).toBe(day('2025-08-22'));
    expect(days('2025-08', '2025-08-22T10:00:00Z')).toBe(day('2025-08-23'));
    expect(days('2025', '2025-08-22T10:00:00Z')).toBe(day('2025-08-23'));
    expect(days('2025-08/..', '2025-08-22T10:00:00Z')).toBe(day('2025-08-23'));
    expect(days('2025-07', '2025-08-22T10:00:00Z')).toBe(day('2025-07-31'));
  });

  test('with a capped day before a later one that was recorded later', () => {
    expect(order(said('month', '2025-08', '2025-08-22'), said('day', '2025-08-25', '2025-08-26'))).toEqual(['month', 'day']);
  });

  test('with late finds between what was recorded before', () => {
    expect(order(said('a', '2025-07-01'), said('c', '2025-07-03'), said('b', '2025-07-02'))).toEqual(['a', 'b', 'c']);
  });
});

describe('the stage', () => {
  const stage = (...drafts: Draft[]) => statusOn(given(opened(), ...drafts)).stage;

  test('is none before the first announcement', () => {
    const commitment = given(opened(), proposed('2025-07-10'));
    expect(statusOn(commitment, day('2025-07-09'))).toMatchObject({ stage: 'none', stageSince: undefined });
    expect(statusOn(commitment, day('2025-07-10')).stage).toBe('proposed');
  });

  test('goes from none to noted by an observation, and no further', () => {
    expect(stage(observed('2025-07-01'))).toBe('noted');
    expect(stage(proposed('2025-07-01'), observed('2025-07-02'))).toBe('proposed');
  });

  test('moves forward only', () => {
    expect(stage(pledged('2025-07-01'), proposed('2025-07-02'))).toBe('pledged');
    expect(stage(formalised('2025-07-01'), proposed('2025-07-02'), amended('2025-07-03', { terms: [words('a', 'b')] }))).toBe(
      'formalised',
    );
    expect(stage(pledged('2025-07-01'), reaffirmed('2025-07-02'))).toBe('pledged');
    expect(stage(pledged('2025-07-01'), ended('2025-07-02'), proposed('2025-07-03'))).toBe('ended');
  });

  test('is fulfilled by full performance, not by partial', () => {
    expect(stage(pledged('2025-07-01'), fulfilled('2025-07-02', { extent: 'partial' }))).toBe('pledged');
    expect(stage(pledged('2025-07-01'), fulfilled('2025-07-02', { extent: 'partial' }), fulfilled('2025-07-03'))).toBe(
      'fulfilled',
    );
  });

  test('is since the announcement that brought it', () => {
    const commitment = given(
      opened(),
      pledged('2025-07-01', { id: 'pledge' }),
      reaffirmed('2025-07-02'),
      observed('2025-07-03'),
    );
    expect(statusOn(commitment).stageSince?.entry.id).toBe(idOf('pledge'));
  });
});

describe('the status on a day', () => {
  const commitment = given(
    opened(),
    pledged('2025-07-10', { terms: [money('total', '350')] }),
    fulfilled('2025-07-20', { extent: 'partial' }),
    observed('2025-07', { summary: 'uncertain', resolves: [] }),
    disputed('2025-07', { id: 'dispute', about: { announcement: idOf('event 1') } }),
    ended('2025-08-10'),
  );

  test('leaves out what may have happened after it', () => {
    expect(statusOn(commitment, day('2025-07-30')).disputes.size).toBe(0);
    expect(statusOn(commitment, day('2025-07-31')).disputes.size).toBe(1);
  });

  test('has the performance of that day', () => {
    expect(statusOn(commitment, day('2025-07-19')).performance).toBe('none');
    expect(statusOn(commitment, day('2025-07-20')).performance).toBe('partial');
  });

  test('counts the announcements of the day itself', () => {
    expect(statusOn(commitment, day('2025-08-09')).stage).toBe('pledged');
    expect(statusOn(commitment, day('2025-08-10')).stage).toBe('ended');
  });

  test('lets nothing stand once it has ended', () => {
    expect(standing(statusOn(commitment, day('2025-08-09')))).toHaveLength(1);
    expect(standing(statusOn(commitment))).toEqual([]);
  });
});

describe('the terms that stand', () => {
  const terms = (...drafts: Draft[]) =>
    standing(statusOn(given(opened(), ...drafts))).map(({ term, status }) => `${term.key} ${term.text} ${status}`);

  test('are the newest of each key from pledged, formalised and amended', () => {
    expect(
      terms(
        pledged('2025-07-01', { terms: [words('a', '1'), words('b', '1')] }),
        formalised('2025-07-02', { terms: [words('b', '2'), words('c', '2')] }),
        amended('2025-07-03', { terms: [words('c', '3')] }),
      ),
    ).toEqual(['a 1 pledged', 'b 2 formalised', 'c 3 formalised']);
  });

  test('are never what was proposed, observed, reaffirmed, disputed or delivered', () => {
    const again = { terms: [words('a', 'new')] };
    expect(
      terms(
        pledged('2025-07-01', { terms: [words('a', 'old')] }),
        proposed('2025-07-02', again),
        observed('2025-07-02', again),
        reaffirmed('2025-07-02', again),
        disputed('2025-07-02', { ...again, about: { announcement: idOf('event 1') } }),
        fulfilled('2025-07-02', { ...again, extent: 'partial' }),
      ),
    ).toEqual(['a old pledged']);
  });

  test('follow the order of the world, not of recording', () => {
    expect(
      terms(formalised('2025-07-02', { terms: [words('a', 'new')] }), pledged('2025-07-01', { terms: [words('a', 'old')] })),
    ).toEqual(['a new formalised']);
  });

  test('have, amended, the status of what they amend, and added, of the stage', () => {
    const amendment = amended('2025-07-05', { terms: [words('a', '2'), words('new', '2')] });
    expect(terms(pledged('2025-07-01', { terms: [words('a', '1')] }), amendment)).toEqual(['a 2 pledged', 'new 2 pledged']);
    expect(terms(pledged('2025-07-01', { terms: [words('a', '1')] }), formalised('2025-07-02'), amendment)).toEqual([
      'a 2 pledged',
      'new 2 formalised',
    ]);
  });

  test('go when removed, a total with its parts at any depth', () => {
    const pledge = pledged('2025-07-01', {
      terms: [
        money('total', '350'),
        money('cash', '200', { partOf: 'total' }),
        money('first', '20', { partOf: 'cash' }),
        money('cap', '10', { limits: 'total' }),
        tariff('rate', '15'),
      ],
    });
    expect(terms(pledge, amended('2025-07-02', { removes: ['total'] })).map((text) => text.split(' ')[0])).toEqual([
      'cap',
      'rate',
    ]);
    expect(terms(pledge, amended('2025-07-02', { removes: ['first'] })).map((text) => text.split(' ')[0])).toEqual([
      'total',
      'cash',
      'cap',
      'rate',
    ]);
    expect(removedKeys(statusOn(given(opened(), pledge)).accounts, ['cash', 'nothing'])).toEqual(new Set(['cash', 'first']));
  });

  test('come back when announced again', () => {
    expect(
      terms(
        pledged('2025-07-01', { terms: [words('a', '1')] }),
        amended('2025-07-02', { removes: ['a'] }),
        amended('2025-07-03', { terms: [words('a', '3')] }),
      ),
    ).toEqual(['a 3 pledged']);
  });
});

test('a pledge binds the obligors who speak or are spoken for, and all when others report it', () => {
  const by = (draft: Draft) => boundParties(statusOn(given(opened({ from: ['KR', 'JP', 'US'] }), draft)));
  expect(by(pledged('2025', { saidBy: [{ actor: 'JP' }, { actor: 'person:lee', for: 'KR' }] }))).toEqual(['KR', 'JP']);
  expect(by(pledged('2025', { reported: true, saidBy: [{ actor: 'JP' }] }))).toEqual(['JP']);
  expect(by(pledged('2025', { reported: true, saidBy: [{ actor: 'media:x' }] }))).toEqual(['KR', 'JP', 'US']);
});

describe('folding', () => {
  test('nothing gives nothing', () => {
    expect(fold([])).toBeUndefined();
  });

  test('knows the newest revision', () => {
    expect(given(opened(), pledged('2025-07-01'), observed('2025-06-01')).revision).toBe(2);
  });

  test('changes no commitment that was folded before, and is the same event by event as all at once', () => {
    const events = recordedAll(
      opened({ id: 'opening' }),
      pledged('2025-07-01', { id: 'pledge', terms: [money('total', '5')] }),
      observed('2025-06-01', { id: 'late' }),
      refined('pledge', { happened: '2025-05-01', summary: 'Earlier than was recorded.' }),
      refined('opening', { title: 'Another title' }),
      retracted('late'),
      observed('2025-05-01'),
    );
    const folded: [commitment: Commitment, text: string][] = [];
    for (const event of events) {
      const next = apply(folded.at(-1)?.[0], event);
      folded.push([next, JSON.stringify(next)]);
    }
    for (const [index, [commitment, text]] of folded.entries()) {
      expect(JSON.stringify(commitment)).toBe(text);
      expect(fold(events.slice(0, index + 1))).toEqual(commitment);
    }
  });

  test('throws on a log that no decision has made', () => {
    expect(() => fold(recordedAll(pledged('2025-07-01')))).toThrow('expected an opened event first');
  });
});
