import { describe, expect, test } from 'vitest';
import type { AnnouncementType } from '../../domain/announcement.ts';
import { statusOn } from '../../domain/advance.ts';
import { stages } from '../../domain/types.ts';
import { decide } from '../../domain/decide.ts';
import {
  amended,
  disputed,
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
  pointer,
  proposed,
  reaffirmed,
  recorded,
  refined,
  rejection,
  rejectionAfterRestore,
  resumed,
  retracted,
  suspended,
  verdict,
  words,
} from './given.ts';

const US = { saidBy: [{ actor: 'US' }] };
const aboutPledge = { about: { announcement: idOf('pledge') } };

describe('opening', () => {
  test('comes first', () => {
    expect(verdict(opened())).toBe('accepted');
    expect(verdict(observed('2025-07-01'))).toBe('unknown-commitment');
    expect(verdict(retracted('pledge'))).toBe('unknown-commitment');
  });

  test('happens once', () => {
    expect(verdict(opened(), opened({ title: 'Again' }))).toBe('already-opened');
  });

  test('links to commitments that are not recorded', () => {
    expect(verdict(opened({ links: { dependsOn: [idOf('later')], partOf: [] } }))).toBe('accepted');
  });
});

describe('each type is allowed while the stage is', () => {
  const to: Record<(typeof stages)[number], Draft[]> = {
    none: [],
    noted: [observed('2025-07-01')],
    proposed: [proposed('2025-07-01')],
    pledged: [pledged('2025-07-01')],
    formalised: [formalised('2025-07-01')],
    fulfilled: [pledged('2025-07-01'), fulfilled('2025-07-02')],
    ended: [pledged('2025-07-01'), ended('2025-07-02')],
  };
  const next: Record<AnnouncementType, Draft> = {
    proposed: proposed('2025-07-03'),
    pledged: pledged('2025-07-03', { saidBy: [{ actor: 'JP' }] }),
    formalised: formalised('2025-07-03'),
    disputed: disputed('2025-07-03', { about: { announcement: idOf('event 1') } }),
    fulfilled: fulfilled('2025-07-03'),
    observed: observed('2025-07-03'),
    amended: amended('2025-07-03', { terms: [words('a', 'b')] }),
    reaffirmed: reaffirmed('2025-07-03'),
    suspended: suspended('2025-07-03'),
    resumed: resumed('2025-07-03', { saidBy: [{ actor: 'US' }] }),
    joined: joined('2025-07-03'),
    left: left('2025-07-03'),
    ended: ended('2025-07-03'),
  };
  const allowed: Record<AnnouncementType, readonly string[]> = {
    proposed: stages,
    pledged: ['none', 'noted', 'proposed', 'pledged', 'formalised', 'fulfilled'],
    formalised: ['none', 'noted', 'proposed', 'pledged', 'formalised', 'fulfilled'],
    disputed: ['noted', 'proposed', 'pledged', 'formalised', 'fulfilled', 'ended'],
    fulfilled: ['pledged', 'formalised', 'fulfilled', 'ended'],
    observed: stages,
    amended: ['pledged', 'formalised', 'fulfilled'],
    reaffirmed: ['pledged', 'formalised', 'fulfilled'],
    suspended: ['pledged', 'formalised', 'fulfilled'],
    resumed: [],
    joined: ['noted', 'proposed', 'pledged', 'formalised', 'fulfilled', 'ended'],
    left: ['noted', 'proposed', 'pledged', 'formalised', 'fulfilled'],
    ended: ['noted', 'proposed', 'pledged', 'formalised', 'fulfilled'],
  };
  const joint = opened({ from: ['KR', 'JP'] });

  test.each((Object.keys(next) as AnnouncementType[]).flatMap((type) => stages.map((stage) => [type, stage] as const)))(
    '%s at %s',
    (type, stage) => {
      const before = [joint, ...to[stage]];
      expect(statusOn(given(...before)).stage).toBe(stage);
      // With no announcement before it, a dispute is about nothing that stands.
      // Nothing is suspended, and no notice runs.
      const nothing = {
        disputed: stage === 'none' ? 'unknown-announcement' : undefined,
        resumed: stage === 'none' ? undefined : 'not-suspended',
      };
      const refused = nothing[type as 'resumed'] ?? 'not-allowed-at-stage';
      expect(verdict(...before, next[type])).toBe(allowed[type].includes(stage) ? 'accepted' : refused);
    },
  );

  test('a dispute found late lands before everything and is refused at stage none', () => {
    const late = disputed('2025-06-30', { about: { announcement: idOf('event 1') } });
    expect(verdict(opened(), observed('2025-07-01'), late)).toBe('not-allowed-at-stage');
  });
});

describe('a pledge', () => {
  test.each<[string, Draft]>([
    ['the obligor', pledged('2025-07-01')],
    ['one who speaks for the obligor', pledged('2025-07-01', { saidBy: [{ actor: 'person:lee', for: 'KR' }] })],
    ['the beneficiary speaking for the obligor', pledged('2025-07-01', { saidBy: [{ actor: 'US', for: 'KR' }] })],
    ['an obligor among others', pledged('2025-07-01', { saidBy: [{ actor: 'US' }, { actor: 'KR' }] })],
    ['the news, reported', pledged('2025-07-01', { reported: true, saidBy: [{ actor: 'media:news' }] })],
    [
      'the news and the beneficiary, reported',
      pledged('2025-07-01', { reported: true, saidBy: [{ actor: 'US' }, { actor: 'media:a' }] }),
    ],
    ['the obligor, reported', pledged('2025-07-01', { reported: true })],
    [
      'the beneficiary speaking for the obligor, reported',
      pledged('2025-07-01', { reported: true, saidBy: [{ actor: 'US', for: 'KR' }] }),
    ],
  ])('is made by %s', (_, draft) => {
    expect(verdict(opened(), draft)).toBe('accepted');
  });

  test.each<[string, Draft]>([
    ['the beneficiary', pledged('2025-07-01', US)],
    ['the news, unless reported', pledged('2025-07-01', { saidBy: [{ actor: 'media:news' }] })],
    ['the news with reported: false', pledged('2025-07-01', { reported: false, saidBy: [{ actor: 'media:news' }] })],
    ['the beneficiary alone, even reported', pledged('2025-07-01', { reported: true, ...US })],
    [
      'two who speak for the beneficiary, even reported',
      pledged('2025-07-01', { reported: true, saidBy: [{ actor: 'person:trump', for: 'US' }, { actor: 'US' }] }),
    ],
  ])('is not made by %s', (_, draft) => {
    expect(rejection(opened(), draft)).toMatchObject({ reason: 'not-by-obligor', problems: [{ pointer: '/saidBy' }] });
  });

  test('is reported by a beneficiary who is an obligor too', () => {
    const mutual = opened({ from: ['JP', 'KR'], to: ['JP', 'KR'] });
    expect(verdict(mutual, pledged('2025-07-01', { reported: true, saidBy: [{ actor: 'JP' }] }))).toBe('accepted');
  });

  test('without beneficiaries is reported by anyone', () => {
    expect(verdict(opened({ to: [] }), pledged('2025-07-01', { reported: true, ...US }))).toBe('accepted');
  });

  test('by the same obligor again is refused while pledged or formalised', () => {
    expect(verdict(opened(), pledged('2025-07-01'), pledged('2025-07-02'))).toBe('already-pledged');
    expect(verdict(opened(), pledged('2025-07-01'), formalised('2025-07-02'), pledged('2025-07-03'))).toBe('already-pledged');
    expect(
      verdict(opened(), pledged('2025-07-01'), pledged('2025-07-02', { saidBy: [{ actor: 'person:lee', for: 'KR' }] })),
    ).toBe('already-pledged');
  });

  test('of another joint obligor is accepted, and of the first with another', () => {
    const joint = opened({ from: ['KR', 'JP'] });
    const japan = { saidBy: [{ actor: 'JP' }] };
    const both = { saidBy: [{ actor: 'KR' }, { actor: 'JP' }] };
    expect(verdict(joint, pledged('2025-07-01'), pledged('2025-07-02', japan))).toBe('accepted');
    expect(verdict(joint, pledged('2025-07-01'), pledged('2025-07-02', both))).toBe('accepted');
    expect(verdict(joint, pledged('2025-07-01', both), pledged('2025-07-02', japan))).toBe('already-pledged');
  });

  test('that is reported counts for all obligors', () => {
    const joint = opened({ from: ['KR', 'JP'] });
    const news = { reported: true, saidBy: [{ actor: 'media:news' }] };
    expect(verdict(joint, pledged('2025-07-01', news), pledged('2025-07-02', { saidBy: [{ actor: 'JP' }] }))).toBe(
      'already-pledged',
    );
    expect(verdict(joint, pledged('2025-07-01'), pledged('2025-07-02', news))).toBe('accepted');
  });

  test('while formalised is accepted of one who is not bound, and refused of one who is: he uses amended', () => {
    const joint = opened({ from: ['KR', 'JP'] });
    const history = [joint, formalised('2025-07-01'), pledged('2025-07-02', { saidBy: [{ actor: 'JP' }] })];
    expect(verdict(...history)).toBe('accepted');
    expect(statusOn(given(...history)).stage).toBe('formalised');
    expect(rejection(joint, formalised('2025-07-01'), pledged('2025-07-02'))).toMatchObject({
      reason: 'already-pledged',
      problems: [{ detail: expect.stringContaining('uses amended') as string }],
    });
  });

  test('is never what a proposal is', () => {
    for (const mode of ['demand', 'request', 'plan', 'claim', 'threat', 'expected']) {
      const status = statusOn(given(opened(), proposed('2025-07-01', { mode, saidBy: [{ actor: 'KR' }] })));
      expect(status).toMatchObject({ stage: 'proposed', accounts: new Map() });
    }
  });

  test('found late before the same obligor’s pledge is accepted: who is bound already is judged once', () => {
    expect(verdict(opened(), pledged('2025-07-02', { id: 'later' }), pledged('2025-07-01'))).toBe('accepted');
  });
});

describe('what happened', () => {
  const on = (happened: string, instant: string) => verdict(opened(), observed(happened, { recorded: instant }));

  test('has begun somewhere on Earth', () => {
    expect(on('2025-08-23', '2025-08-22T09:59:59Z')).toBe('not-begun');
    expect(on('2025-08-23', '2025-08-22T10:00:00Z')).toBe('accepted');
    expect(on('2025-08-23T00:30:00+14:00', '2025-08-22T10:30:00Z')).toBe('accepted');
    expect(on('2025-08-24T00:30:00+14:00', '2025-08-22T10:30:00Z')).toBe('not-begun');
  });

  test('may end later, when its earliest day has begun', () => {
    expect(on('2025-08', '2025-08-01')).toBe('accepted');
    expect(on('2025-08/..', '2025-08-01')).toBe('accepted');
    expect(on('../2026', '2025-08-01')).toBe('accepted');
    expect(on('2025-09', '2025-08-01')).toBe('not-begun');
  });

  test('says where it is wrong', () => {
    expect(pointer(opened(), observed('2026'))).toBe('/happened');
  });
});

describe('a dispute', () => {
  const pledge = pledged('2025-07-10', { id: 'pledge', terms: [money('total', '350')] });
  const dispute = disputed('2025-07-20', { id: 'dispute', ...aboutPledge });
  const open = (...drafts: Draft[]) => [...statusOn(given(...drafts)).disputes.values()];

  test('stands beside the stage and never moves it', () => {
    expect(statusOn(given(opened(), pledge, dispute)).stage).toBe('pledged');
    expect(open(opened(), pledge, dispute).map(({ id }) => id)).toEqual([idOf('dispute')]);
  });

  test('is joined with readings and no dispute of its own', () => {
    const joiner = disputed('2025-07-21', {
      ...aboutPledge,
      joins: idOf('dispute'),
      readings: [{ party: 'KR', text: 'investment' }],
    });
    const disputes = open(opened(), pledge, dispute, joiner);
    expect(disputes).toHaveLength(1);
    expect(disputes[0]?.readings.map(({ reading }) => reading.party)).toEqual(['US', 'KR']);
  });

  test('is resolved by any announcement', () => {
    expect(open(opened(), pledge, dispute, observed('2025-07-22', { resolves: [idOf('dispute')] }))).toEqual([]);
  });

  test('is joined and resolved only while it is open', () => {
    const resolved = [opened(), pledge, dispute, reaffirmed('2025-07-22', { resolves: [idOf('dispute')] })];
    const joins = { ...aboutPledge, joins: idOf('dispute') };
    expect(verdict(...resolved, disputed('2025-07-23', joins))).toBe('dispute-not-open');
    expect(verdict(...resolved, observed('2025-07-23', { resolves: [idOf('dispute')] }))).toBe('dispute-not-open');
    expect(verdict(...resolved, disputed('2025-07-21', joins))).toBe('accepted');
    expect(pointer(...resolved, observed('2025-07-23', { resolves: [idOf('dispute')] }))).toBe('/resolves/0');
    expect(pointer(...resolved, disputed('2025-07-23', joins))).toBe('/joins');
  });

  test('is not joined before it opens, nor under the id of a joiner or of another announcement', () => {
    const joins = (name: string) => ({ ...aboutPledge, joins: idOf(name) });
    expect(verdict(opened(), pledge, dispute, disputed('2025-07-19', joins('dispute')))).toBe('dispute-not-open');
    const joined = [opened(), pledge, dispute, disputed('2025-07-21', { id: 'joiner', ...joins('dispute') })];
    expect(verdict(...joined, disputed('2025-07-22', joins('joiner')))).toBe('dispute-not-open');
    expect(verdict(...joined, disputed('2025-07-22', joins('pledge')))).toBe('dispute-not-open');
  });

  test('cannot resolve itself', () => {
    expect(verdict(opened(), pledge, disputed('2025-07-20', { id: 'own', ...aboutPledge, resolves: [idOf('own')] }))).toBe(
      'dispute-not-open',
    );
  });

  test('found late makes an announcement that resolves it twice impossible', () => {
    const history = [opened(), pledge, dispute, observed('2025-07-25', { resolves: [idOf('dispute')] })];
    expect(verdict(...history, observed('2025-07-22', { resolves: [idOf('dispute')] }))).toBe('breaks-timeline');
  });

  test('that an older ledger resolves by what stands wrong there already cannot be retracted', () => {
    const asserted = formalised('2025-07-10', {
      id: 'treaty',
      saidBy: [{ actor: 'US' }],
      instrument: { ...instrument, parties: ['US'] },
    });
    const dispute = disputed('2025-07-20', { id: 'dispute', about: { announcement: idOf('treaty') } });
    const change = amended('2025-07-25', { resolves: [idOf('dispute')], terms: [words('form', 'equity')] });
    const older = [opened(), asserted, dispute, change];
    expect(rejectionAfterRestore(older, retracted('dispute'))?.reason).toBe('breaks-timeline');
    expect(rejectionAfterRestore(older, observed('2025-07-26'))).toBeUndefined();
  });

  test('is about an announcement of the same commitment', () => {
    const about = (announcement: string) => disputed('2025-07-20', { about: { announcement: idOf(announcement) } });
    expect(verdict(opened(), pledge, about('elsewhere'))).toBe('unknown-announcement');
    expect(verdict(opened({ id: 'opening' }), pledge, about('opening'))).toBe('unknown-announcement');
    expect(verdict(opened(), pledge, refined('pledge', { note: 'a' }, { id: 'correction' }), about('correction'))).toBe(
      'unknown-announcement',
    );
    expect(verdict(opened(), pledge, observed('2025-07-11', { id: 'other' }), retracted('other'), about('other'))).toBe(
      'retracted',
    );
    expect(verdict(opened(), pledge, disputed('2025-07-20', { id: 'own', about: { announcement: idOf('own') } }))).toBe(
      'unknown-announcement',
    );
    expect(pointer(opened(), pledge, about('elsewhere'))).toBe('/about/announcement');
  });

  test('is about a term that was announced', () => {
    const about = (term: string) => disputed('2025-07-20', { about: { announcement: idOf('pledge'), term } });
    expect(verdict(opened(), pledge, about('total'))).toBe('accepted');
    expect(verdict(opened(), pledge, about('rate'))).toBe('unknown-term');
  });

  test('found late is open from where it happened', () => {
    const commitment = given(opened(), observed('2025-07-01'), pledge, disputed('2025-07-05', { id: 'late', ...aboutPledge }));
    expect([...statusOn(commitment, commitment.timeline[1]?.day).disputes.keys()]).toEqual([idOf('late')]);
  });

  test('stays open when the commitment has ended, and opens after', () => {
    expect(open(opened(), pledge, dispute, ended('2025-08-01'))).toHaveLength(1);
    expect(open(opened(), pledge, ended('2025-08-01'), disputed('2025-08-02', aboutPledge))).toHaveLength(1);
  });
});

test('what is decided is left as it was', () => {
  const commitment = given(opened(), pledged('2025-07-10'));
  const before = JSON.stringify(commitment);
  decide(commitment, recorded(amended('2025-07-12', { terms: [words('a', 'b')] }), 2));
  expect(JSON.stringify(commitment)).toBe(before);
});
