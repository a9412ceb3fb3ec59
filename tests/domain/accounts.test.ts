import { describe, expect, test } from 'vitest';
import { statusOn } from '../../domain/advance.ts';
import { inForceOn, inForceSpans } from '../../projections/derived/inForce.ts';
import { decide } from '../../domain/decide.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { standing, suspended } from '../../domain/status.ts';
import {
  amended,
  day,
  type Draft,
  ended,
  formalised,
  fulfilled,
  given,
  idOf,
  instrument,
  joined,
  left,
  money,
  observed,
  opened,
  pledged,
  reaffirmed,
  recordedAll,
  restoredVerdict,
  resumed,
  suspended as suspending,
  verdict,
} from './given.ts';

const joint = opened({ from: ['KR', 'JP'], to: ['US'] });
const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });
const treaty = { instrument: { ...instrument, parties: ['KR', 'JP', 'US'] } };

/** What is owed in words, such as `t 5 KR+JP`, or `t 5 each KR+JP`. */
function owed(drafts: readonly Draft[], on?: string): string[] {
  return standing(statusOn(given(...drafts), on === undefined ? undefined : day(on))).map(({ term, owedBy, each }) => {
    const figure = 'min' in term ? term.min : term.text;
    return `${term.key} ${figure} ${each ? 'each ' : ''}${owedBy.join('+')}`;
  });
}

function boundOn(drafts: readonly Draft[], on?: string): string[] {
  const { bound } = statusOn(given(...drafts), on === undefined ? undefined : day(on));
  return [...bound.values()].map(({ party, stage }) => `${party} ${stage}`);
}

describe('nobody owes what another says', () => {
  const korea = pledged('2025-06-01', { ...by('KR'), terms: [money('t', '5')] });

  test('a silent obligor is not bound', () => {
    expect(boundOn([joint, korea])).toEqual(['KR pledged', 'JP none']);
    expect(owed([joint, korea])).toEqual(['t 5 KR']);
  });

  test('an instrument of others binds nobody, and what it gives is asserted', () => {
    const order = formalised('2025-06-01', {
      ...by('US'),
      instrument: { ...instrument, parties: ['US'] },
      terms: [money('t', '5')],
    });
    const commitment = fold(recordedAll(joint, order)) as Commitment;
    expect(verdict(joint, order)).toBe('not-by-obligor');
    expect(statusOn(commitment)).toMatchObject({
      stage: 'proposed',
      accounts: new Map(),
      asserted: new Map([[idOf('event 1'), {}]]),
    });
  });

  test('one announcement is owed jointly, the same figure of two each by himself', () => {
    expect(owed([joint, pledged('2025-06-01', { ...by('KR', 'JP'), terms: [money('t', '5')] })])).toEqual(['t 5 KR+JP']);
    const japan = pledged('2025-06-02', { ...by('JP'), terms: [money('t', '5.0')] });
    expect(owed([joint, korea, japan])).toEqual(['t 5.0 each KR+JP']);
  });

  test('one of two who amends changes his own account, and stays joint where the figure stays', () => {
    const both = pledged('2025-06-01', { ...by('KR', 'JP'), terms: [money('t', '5')] });
    expect(owed([joint, both, amended('2025-07-01', { ...by('JP'), terms: [money('t', '50')] })])).toEqual([
      't 5 KR',
      't 50 JP',
    ]);
    expect(
      owed([
        joint,
        both,
        formalised('2025-07-01', { ...by('JP'), instrument: { ...instrument, parties: ['JP'] }, terms: [money('t', '5')] }),
      ]),
    ).toEqual(['t 5 KR+JP']);
    expect(owed([joint, both, amended('2025-07-01', { ...by('JP'), removes: ['t'] })])).toEqual(['t 5 KR']);
  });

  test('a beneficiary alone may waive a term for all, and give none', () => {
    const both = pledged('2025-06-01', { ...by('KR', 'JP'), terms: [money('t', '5')] });
    expect(owed([joint, both, amended('2025-07-01', { ...by('US'), removes: ['t'] })])).toEqual([]);
    expect(verdict(joint, both, amended('2025-07-01', { ...by('US'), terms: [money('t', '90')] }))).toBe('not-by-obligor');
  });
});

describe('who comes in and who goes out', () => {
  const both = formalised('2025-06-01', { ...treaty, terms: [money('t', '5')], effective: '2025-06-02' });

  test('who joins owes what stands, save what one alone owes', () => {
    const history = [joint, both, amended('2025-06-10', { ...by('KR'), terms: [money('own', '3', { owedBy: ['KR'] })] })];
    const coming = joined('2025-07-01', { ...by('AU'), parties: ['AU'] });
    expect(owed([...history, coming])).toEqual(['t 5 KR+JP+AU', 'own 3 KR']);
    expect(boundOn([...history, coming])).toEqual(['KR formalised', 'JP formalised', 'AU formalised']);
  });

  test('when the last who was bound has left it has ended, and what stood stands again when one comes back', () => {
    const one = [opened(), pledged('2025-06-01', { terms: [money('t', '5')] }), left('2025-07-01')];
    expect(statusOn(given(...one))).toMatchObject({ stage: 'ended', ended: { entry: { data: { reason: 'withdrawn' } } } });
    expect(owed(one)).toEqual([]);
    const back = [...one, joined('2025-08-01', { ...by('KR'), parties: ['KR'] })];
    expect(owed(back)).toEqual(['t 5 KR']);
    expect(statusOn(given(...back))).toMatchObject({ stage: 'pledged', ended: undefined });
  });

  test('what one owes who comes back is in force again from that day, and not in between', () => {
    const back = [
      joint,
      both,
      left('2025-07-01', { ...by('JP'), parties: ['JP'] }),
      joined('2025-08-01', { ...by('JP'), parties: ['JP'] }),
    ];
    const spans = inForceSpans(given(...back)).get('t');
    const inForce = (on: string) => inForceOn(spans, day(on), ['JP'])?.term !== undefined;
    expect(['2025-06-30', '2025-07-15', '2025-08-01'].map(inForce)).toEqual([true, false, true]);
  });

  test('the exempt owe again only when they speak, or when they join', () => {
    const exempt = [joint, both, left('2025-07-01', { ...by('JP'), parties: ['JP'], reason: 'exempted', keys: ['t'] })];
    const named = amended('2025-07-02', { ...by('KR'), ...treaty, terms: [money('t', '6')] });
    expect(owed([...exempt, named])).toEqual(['t 6 KR']);
    expect(owed([...exempt, amended('2025-07-02', { ...by('KR', 'JP'), terms: [money('t', '6')] })])).toEqual(['t 6 KR+JP']);
    expect(owed([...exempt, joined('2025-07-02', { ...by('JP'), parties: ['JP'] })])).toEqual(['t 5 KR+JP']);
  });

  test('what is removed as of a day ahead is no longer in force for who is exempt from it sooner', () => {
    const removal = amended('2025-07-01', {
      ...by('KR', 'JP'),
      removes: ['t'],
      effective: '2025-09-01',
      terms: [money('u', '1')],
    });
    const exempt = left('2025-07-01', {
      ...by('JP'),
      effective: '2025-07-10',
      parties: ['JP'],
      reason: 'exempted',
      keys: ['t'],
    });
    const spans = inForceSpans(given(joint, both, exempt, removal)).get('t');
    const inForce = (party: string) => ['2025-07-05', '2025-08-01'].map((on) => inForceOn(spans, day(on), [party])?.term.key);
    expect([inForce('KR'), inForce('JP')]).toEqual([
      ['t', 't'],
      ['t', undefined],
    ]);
  });

  describe('an exemption that is undone', () => {
    const coming = joined('2025-09-01', { ...by('JP'), parties: ['JP'] });
    const exempt = left('2025-07-01', { ...by('JP'), parties: ['JP'], reason: 'exempted', keys: ['t'] });

    test('leaves him what he owed himself, not what another owes since', () => {
      const other = amended('2025-08-01', { ...by('KR'), terms: [money('t', '6')] });
      expect(owed([joint, both, exempt, other, coming])).toEqual(['t 6 KR', 't 5 JP']);
      const own = amended('2025-06-30', { ...by('JP'), terms: [money('t', '6')] });
      expect(owed([joint, both, own, exempt, coming])).toEqual(['t 5 KR', 't 6 JP']);
    });

    test('does not bring back what was removed for all meanwhile', () => {
      const waiver = amended('2025-08-01', { ...by('US'), removes: ['t'] });
      expect(owed([joint, both, exempt, waiver, coming])).toEqual([]);
      const total = pledged('2025-06-01', { ...by('KR', 'JP'), terms: [money('s', '9'), money('t', '5', { partOf: 's' })] });
      expect(owed([joint, total, exempt, amended('2025-08-01', { ...by('US'), removes: ['s'] }), coming])).toEqual([]);
    });

    test('gives him what was given to him meanwhile, jointly and in force as for the others', () => {
      const named = amended('2025-08-01', { ...by('KR'), ...treaty, effective: '2025-08-10', terms: [money('t', '6')] });
      const history = [joint, both, exempt, named, coming];
      expect(owed(history)).toEqual(['t 6 KR+JP']);
      const spans = inForceSpans(given(...history)).get('t');
      const inForce = (on: string) => inForceOn(spans, day(on), ['JP'])?.entry.id;
      expect(['2025-08-15', '2025-09-01'].map(inForce)).toEqual([undefined, idOf('event 3')]);
    });
  });

  test('what is given to several who are exempt from it they owe together once they come back', () => {
    const each = formalised('2025-06-01', { ...treaty, terms: [money('t', '5', { each: true })] });
    const coming = joined('2025-06-10', { ...by('AU'), parties: ['AU'] });
    const parties = ['KR', 'JP', 'AU'];
    const exempt = left('2025-07-01', { ...by('KR'), parties, reason: 'exempted', keys: ['t'] });
    const again = formalised('2025-07-10', {
      ...by('parliament:house'),
      instrument: { ...instrument, parties },
      terms: [money('t', '5')],
    });
    const back = joined('2025-08-01', { ...by('JP'), parties: ['JP', 'AU'] });
    expect(owed([joint, each, coming, exempt, again, back])).toEqual(['t 5 JP+AU']);
  });

  test('who joins together with the exempt owes what these owe again', () => {
    const alone = pledged('2025-06-01', { ...by('JP'), terms: [money('t', '5')] });
    const exempt = left('2025-07-01', { ...by('JP'), parties: ['JP'], reason: 'exempted', keys: ['t'] });
    const coming = joined('2025-07-02', { ...by('JP'), parties: ['AU', 'JP'] });
    expect(owed([joint, alone, exempt, coming])).toEqual(['t 5 JP+AU']);
  });

  test('the account of who is dissolved becomes the successor’s', () => {
    const gone = [joint, both, left('2025-07-01', { ...by('JP'), parties: ['JP'], reason: 'dissolved', successor: 'AU' })];
    expect(boundOn(gone)).toEqual(['KR formalised', 'JP left', 'AU formalised']);
    expect(owed(gone)).toEqual(['t 5 KR+AU']);
  });

  test('who succeeds a dissolved beneficiary is owed in its place, also where the two sides owe each other', () => {
    const toWhom = (opening: Draft, gone: Draft): string[] => [...statusOn(given(opening, treatyOfAll, gone)).beneficiaries];
    const treatyOfAll = formalised('2025-06-01', { ...by('KR', 'JP'), ...treaty, terms: [money('t', '5')] });
    const dissolved = left('2025-07-01', { ...by('JP'), parties: ['JP'], reason: 'dissolved', successor: 'AU' });
    expect(toWhom(opened({ from: ['KR'], to: ['JP', 'US'] }), dissolved)).toEqual(['US', 'AU']);
    expect(toWhom(opened({ from: ['KR', 'JP'], to: ['KR', 'JP'] }), dissolved)).toEqual(['KR', 'AU']);
    const withdrawn = left('2025-07-01', { ...by('JP'), parties: ['JP'] });
    expect(toWhom(opened({ from: ['KR', 'JP'], to: ['KR', 'JP'] }), withdrawn)).toEqual(['KR']);
  });
});

describe('effects that lie ahead', () => {
  const pledge = pledged('2025-01-10', { terms: [money('t', '5')] });
  const notice = ended('2025-02-01', { id: 'notice', effective: '2025-06' });

  test('are notices until the latest day of their date, and that day has them before its announcements', () => {
    expect(statusOn(given(opened(), pledge, notice), day('2025-06-29')).stage).toBe('pledged');
    expect(statusOn(given(opened(), pledge, notice), day('2025-06-30'))).toMatchObject({ stage: 'ended', notices: new Map() });
    expect(verdict(opened(), pledge, notice, reaffirmed('2025-06-29'))).toBe('accepted');
    expect(verdict(opened(), pledge, notice, reaffirmed('2025-06-30'))).toBe('not-allowed-at-stage');
  });

  test('are moved by a later notice, and leave no trace once revoked', () => {
    const moved = given(opened(), pledge, notice, ended('2025-03-01', { effective: '2025-09-01' }));
    expect([...statusOn(moved).notices.values()].map(({ on }) => on)).toEqual([day('2025-09-01')]);
    expect(statusOn(moved, day('2025-08-31')).stage).toBe('pledged');
    const revoked = given(opened(), pledge, notice, resumed('2025-03-01', { resumes: [idOf('notice')] }));
    expect(statusOn(revoked, day('2025-12-31'))).toMatchObject({ stage: 'pledged', notices: new Map(), ended: undefined });
  });

  test('found late make illegal what then stands behind them', () => {
    expect(verdict(opened(), pledge, reaffirmed('2025-07-01'), notice)).toBe('breaks-timeline');
  });
});

describe('what is suspended', () => {
  const law = formalised('2025-01-10', { terms: [money('t', '5')], effective: '2025-01-10' });
  const pause = suspending('2025-04-09', { id: 'pause', until: '2025-07' });

  test('is over by itself after the latest day of its until, and what was in force is so again', () => {
    const commitment = given(opened(), law, pause);
    expect(suspended(statusOn(commitment, day('2025-07-31')))).toHaveLength(1);
    expect(suspended(statusOn(commitment, day('2025-08-01')))).toHaveLength(0);
    const spans = inForceSpans(commitment).get('t');
    const inForce = (on: string) => inForceOn(spans, day(on)) !== undefined;
    expect(['2025-04-08', '2025-04-09', '2025-07-31', '2025-08-01'].map(inForce)).toEqual([true, false, false, true]);
  });

  test('may be resumed, also when it is over, and nothing else may', () => {
    expect(verdict(opened(), law, pause, resumed('2025-08-10', { resumes: [idOf('pause')] }))).toBe('accepted');
    expect(verdict(opened(), law, resumed('2025-08-10'))).toBe('not-suspended');
    expect(verdict(opened(), law, pause, resumed('2025-05-10'), resumed('2025-05-11'))).toBe('not-suspended');
  });

  test('is not resumed by who gave a notice of something else', () => {
    const notice = joined('2025-04-10', { id: 'notice', effective: '2025-09-01' });
    expect(verdict(opened(), law, pause, notice, resumed('2025-05-10', by('JP')))).toBe('not-by-party');
    const revoking = { ...by('JP'), resumes: [idOf('notice')] };
    expect(verdict(opened(), law, pause, notice, resumed('2025-05-10', revoking))).toBe('accepted');
  });
});

describe('after full performance', () => {
  const done = [opened(), pledged('2025-01-10', { terms: [money('t', '5')] }), fulfilled('2025-03-01')];

  test('a term that its obligor did not owe takes the stage back, the same again does not', () => {
    const more = statusOn(given(...done, amended('2025-04-01', { terms: [money('t', '9')] })));
    expect(more).toMatchObject({ stage: 'pledged', performance: 'partial' });
    const same = statusOn(
      given(...done, formalised('2025-04-01', { terms: [money('t', '5')] }), fulfilled('2025-05-01', { extent: 'partial' })),
    );
    expect(same).toMatchObject({ stage: 'fulfilled', performance: 'full' });
  });

  test('and after the end what was paid is told, and the stage stays', () => {
    const paid = given(...done.slice(0, 2), ended('2025-02-01'), fulfilled('2025-03-01'));
    expect(statusOn(paid)).toMatchObject({ stage: 'ended', performance: 'full' });
  });
});

test('an older ledger restores where one rule is broken as its announcements bind, and another as if they bound all', () => {
  const asserted = formalised('2025-06-01', {
    ...by('US'),
    instrument: { ...instrument, parties: ['US'] },
    terms: [money('t', '5')],
  });
  const same = amended('2025-07-01', { terms: [money('t', '5')] });
  expect(restoredVerdict(opened(), asserted, same)).toBe('accepted');
  expect(restoredVerdict(opened(), asserted, amended('2025-07-01', { removes: ['u'] }))).toBe('unknown-term');
});

test('an older ledger in which only the beneficiary formalised restores and is gone on with', () => {
  const asserted = formalised('2025-06-01', {
    ...by('US'),
    instrument: { ...instrument, parties: ['US'] },
    terms: [money('t', '5')],
  });
  let commitment: Commitment | undefined;
  for (const event of recordedAll(
    opened(),
    asserted,
    amended('2025-07-01', { terms: [money('t', '6')] }),
    observed('2025-08-01'),
  )) {
    const decided = decide(commitment, event, { isRestored: true });
    if ('reason' in decided) throw new Error(`expected ${event.type} to be restored, found ${decided.reason}`);
    commitment = decided;
  }
  expect(commitment && statusOn(commitment).stage).toBe('proposed');
});
