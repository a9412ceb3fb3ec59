import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { apply, type Commitment } from '../../domain/commitment.ts';
import { decide } from '../../domain/decide.ts';
import { noJudgements } from '../../domain/judge.ts';
import { daysOf, domainAnswers, domainRuns, plainAnswers, plainRuns } from './compared.ts';
import { plainLedger, shownLedger } from './comparedLedgers.ts';
import { history as firstEdition } from './firstEdition/histories.ts';
import {
  amended,
  type Draft,
  ended,
  formalised,
  fulfilled,
  joined,
  left,
  money,
  observed,
  opened,
  pledged,
  proposed,
  reaffirmed,
  recordedAll,
  suspended,
  tariff,
} from './given.ts';
import { linkedHistory } from './linkedHistories.ts';
import { plainHistory, restoredHistory, restoredTries, tries } from './plainHistories.ts';

// `npm run test:fuzz` tries more of them.
const numRuns = process.env['LEDGER_FUZZ'] === undefined ? 60 : 5000;
// The same histories each time, until nothing is left out any more; the longer run looks for new ones.
fc.configureGlobal({ numRuns, endOnFailure: true, ...(numRuns < 5000 && { seed: 20261127 }) });

test('what is answered on any day of a random history is what the contract says, read plainly', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 3, arbitrary: plainHistory }, restoredHistory), (events) => {
      expect(domainRuns(events)).toEqual(plainRuns(events));
      for (const on of daysOf(events)) {
        const [plain, domain] = [plainAnswers(events, on), domainAnswers(events, on)];
        for (const field of Object.keys(plain)) {
          compared++;
          expect({ on, [field]: domain[field] }).toEqual({ on, [field]: plain[field] });
        }
      }
    }),
  );
  expect(compared).toBeGreaterThan(numRuns * 20);
});

test('what linked commitments answer together, also at an earlier size, is what the contract says, read plainly', () => {
  const reasons = new Set<string>();
  fc.assert(
    fc.property(linkedHistory, fc.nat(), (all, at) => {
      for (const events of [all, all.slice(0, (at % all.length) + 1)]) {
        const days = daysOf(events);
        for (const on of days.filter((_day, index) => (index + at) % 5 === 0 || index === days.length - 1)) {
          const plain = plainLedger(events, on);
          expect({ on, ...shownLedger(events, on) }).toEqual({ on, ...plain });
          for (const [, reason = ''] of JSON.stringify(plain).matchAll(/"(?:reason|warning)":"([a-z-]+)"/g))
            reasons.add(reason);
        }
      }
    }),
  );
  expect([...reasons]).toEqual(expect.arrayContaining(['part', 'claimed-part', 'superseded', 'price-gone', 'condition-open']));
});

const by = (...actors: string[]) => ({ saidBy: actors.map((actor) => ({ actor })) });
const joint = pledged('2025-01-01', { ...by('KR', 'JP'), terms: [money('t', '5')] });
const exempt = { ...by('KR'), parties: ['JP'], reason: 'exempted', keys: ['t'] };

test.each<[string, Draft[]]>([
  [
    'one who is no longer exempt after the end',
    [
      pledged('2025-01-01', { ...by('JP'), terms: [money('t', '5')] }),
      reaffirmed('2025-01-10', { ...by('JP'), effective: '2025-01-20' }),
      left('2025-02-01', exempt),
      ended('2025-03-01', by('KR', 'JP')),
      joined('2025-04-01', { ...by('JP'), parties: ['JP'] }),
    ],
  ],
  [
    'a notice that is replaced by one that names its party twice',
    [
      joint,
      left('2025-02-01', { ...exempt, effective: '2025-05-01' }),
      left('2025-02-02', { ...exempt, parties: ['JP', 'JP'], effective: '2025-06-01' }),
    ],
  ],
  [
    'a joint debt that one changes after he performed it',
    [
      joint,
      fulfilled('2025-02-01', { ...by('US'), extent: 'partial', performs: [{ key: 't', extent: 'full', by: ['KR'] }] }),
      joined('2025-03-01', { ...by('GB'), parties: ['GB'] }),
      amended('2025-04-01', { ...by('KR'), terms: [money('t', '7')] }),
    ],
  ],
  [
    'a joint debt that the others performed before one owes it again, and that they then remove',
    [
      joint,
      left('2025-02-01', exempt),
      fulfilled('2025-03-01', { ...by('KR'), extent: 'full' }),
      joined('2025-04-01', { ...by('JP'), parties: ['JP'] }),
      amended('2025-05-01', { ...by('KR'), removes: ['t'] }),
    ],
  ],
  [
    'a total that is removed with its parts where one was exempt from it alone before',
    [
      pledged('2025-01-01', { ...by('KR', 'JP'), terms: [money('t', '5'), money('p', '2', { partOf: 't' })] }),
      left('2025-02-01', exempt),
      amended('2025-03-01', { ...by('JP'), removes: ['t'] }),
    ],
  ],
  [
    'a key that one removes twice, the second time from an earlier day, and that another still owes',
    [
      pledged('2025-01-01', { ...by('KR', 'JP'), effective: '2025-01-01', terms: [money('t', '5')] }),
      amended('2025-03-01', { ...by('KR'), removes: ['t'] }),
      amended('2025-04-01', { ...by('KR'), removes: ['t'], effective: '2025-02-01' }),
    ],
  ],
  [
    'a key that one had pledged, and that an amendment adds for another who had formalised',
    [
      formalised('2025-02-01', { ...by('KR'), instrument: { kind: 'agreement', title: 'Agreement', parties: ['KR'] } }),
      pledged('2025-02-11', { ...by('JP'), terms: [money('t', '5')] }),
      amended('2025-03-05', { ...by('KR', 'JP'), terms: [money('t', '7')] }),
    ],
  ],
  [
    'one who is exempt twice and then comes in with another',
    [
      pledged('2025-01-01', { ...by('KR'), terms: [money('t', '5')] }),
      left('2025-02-01', { ...exempt, parties: ['KR'] }),
      left('2025-03-01', { ...exempt, parties: ['KR', 'JP'] }),
      joined('2025-04-01', { ...by('KR'), parties: ['KR', 'US'] }),
    ],
  ],
  [
    'a debt that one performed before others owe it with him, once one has joined and he has changed his own',
    [
      pledged('2025-01-01', { ...by('JP'), terms: [money('t', '5')] }),
      fulfilled('2025-02-01', { ...by('JP'), extent: 'full' }),
      pledged('2025-03-01', { ...by('media:press'), reported: true, terms: [money('t', '5')] }),
      joined('2025-04-01', { ...by('GB'), parties: ['GB'] }),
      amended('2025-05-01', { ...by('JP'), terms: [money('t', '7')] }),
    ],
  ],
  [
    'one who is exempt twice, the second time from an earlier day',
    [
      pledged('2025-01-01', { ...by('KR', 'JP'), effective: '2025-01-01', terms: [money('t', '5')] }),
      left('2025-02-01', exempt),
      left('2025-03-01', { ...exempt, effective: '2025-01-15' }),
      joined('2025-04-01', { ...by('JP'), parties: ['JP'] }),
    ],
  ],
  [
    'a debt that one took over and one gave again, and that is put in force for both at once',
    [
      pledged('2025-01-01', { ...by('KR'), terms: [money('t', '5')] }),
      left('2025-01-05', { ...by('JP'), parties: ['JP'], reason: 'withdrawn' }),
      joined('2025-01-10', { ...by('GB'), parties: ['GB'] }),
      amended('2025-02-01', { ...by('KR'), terms: [money('t', '5'), money('u', '1')] }),
      reaffirmed('2025-03-01', { ...by('media:press'), reported: true, effective: '2025-03-10' }),
      amended('2025-04-01', { ...by('KR', 'GB'), terms: [money('t', '7')] }),
    ],
  ],
  [
    'one who is dissolved and succeeds to himself, exempt from a key',
    [left('2025-02-01', exempt), left('2025-03-01', { ...by('JP'), parties: ['JP'], reason: 'dissolved', successor: 'JP' })],
  ],
  [
    'one who is exempt, and comes back, from a figure of which he and another, who has left, owed different ones',
    [
      pledged('2025-01-01', { ...by('JP'), terms: [money('t', '30')] }),
      amended('2025-01-10', { ...by('KR'), terms: [money('t', '20')] }),
      fulfilled('2025-01-20', { ...by('media:press'), extent: 'partial', terms: [money('t', '5', { counts: 'increment' })] }),
      left('2025-02-01', exempt),
      left('2025-03-01', { ...by('KR'), parties: ['KR'], reason: 'withdrawn' }),
      joined('2025-04-01', { ...by('JP'), parties: ['JP'] }),
    ],
  ],
  [
    'a term that two owe, of which the newer words name them, when another comes in',
    [
      pledged('2025-01-01', { ...by('KR', 'JP'), terms: [money('t', '5')] }),
      amended('2025-02-01', { ...by('JP'), terms: [money('t', '5', { owedBy: ['KR', 'JP'], each: true })] }),
      joined('2025-03-01', { ...by('GB'), parties: ['GB'] }),
    ],
  ],
  [
    'one who joins those who owe alike, of whom one who came back has it in force',
    [
      pledged('2025-01-01', { ...by('KR', 'JP'), terms: [money('t', '5')] }),
      left('2025-02-01', { ...by('KR'), parties: ['KR'], reason: 'withdrawn' }),
      joined('2025-03-01', { ...by('KR'), parties: ['KR'] }),
      reaffirmed('2025-04-01', { ...by('KR'), effective: '2025-04-01' }),
      joined('2025-05-01', { ...by('GB'), parties: ['GB'] }),
    ],
  ],
  [
    'one who joins what three owe alike, of whom an obligor came in before anything was pledged',
    [
      proposed('2025-01-01'),
      joined('2025-01-02', { ...by('KR'), parties: ['KR'] }),
      pledged('2025-02-01', { ...by('JP'), effective: '../2025-07-16', terms: [money('t', '3')] }),
      pledged('2025-03-01', { ...by('media:press'), reported: true, terms: [money('t', '5')] }),
      joined('2025-04-01', { ...by('GB'), parties: ['GB'] }),
    ],
  ],
  [
    'a rate that two owe from a day ahead, while one has another in force and one the same from before',
    [
      pledged('2025-01-01', { ...by('KR', 'JP'), terms: [tariff('t', '20')] }),
      amended('2025-02-01', { ...by('JP'), terms: [tariff('t', '15')] }),
      reaffirmed('2025-03-01', { ...by('KR', 'JP'), effective: '2025-03-01' }),
      amended('2025-04-01', { ...by('KR'), terms: [tariff('t', '15')], effective: '2025-09-01' }),
    ],
  ],
  [
    'a tariff that one put in force later than the other, after a pause of both',
    [
      pledged('2025-01-01', { ...by('KR', 'JP'), terms: [tariff('t', '10', { effective: '2025-02-01' })] }),
      reaffirmed('2025-01-10', { ...by('KR'), effective: '2025-03-01' }),
      suspended('2025-04-01', { ...by('KR', 'JP'), keys: ['t'], until: '2025-04-10' }),
      observed('2025-06-01'),
    ],
  ],
])('both read %s alike', (_name, drafts) => {
  const events = recordedAll(opened({ from: ['KR', 'JP'] }), ...drafts);
  expect(domainRuns(events)).toEqual(plainRuns(events));
  for (const on of daysOf(events)) expect({ on, ...domainAnswers(events, on) }).toEqual({ on, ...plainAnswers(events, on) });
});

test.each([
  { how: 'recorded', drafts: tries, isRestored: false },
  { how: 'restored', drafts: restoredTries, isRestored: true },
])('what may be $how at a place of a random history is what the contract says, read plainly', ({ drafts, isRestored }) => {
  const verdicts = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(drafts, (tried) => {
      let commitment: Commitment | undefined;
      const judgements = noJudgements();
      for (const { event, broken } of tried) {
        const decided = decide(commitment, event, { isRestored, judgements });
        const reason = 'reason' in decided ? decided.reason : 'accepted';
        const isSame = (reason === 'accepted') === (broken.length === 0);
        if (!isSame) expect({ event, reason, broken }).toBe('the same verdict');
        verdicts[broken.length === 0 ? 'accepted' : 'refused']++;
        if (broken.length === 0) commitment = apply(commitment, event);
      }
    }),
  );
  expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(numRuns);
});

test('a legal history of the first edition restores, and can be gone on with', () => {
  fc.assert(
    fc.property(firstEdition, (old) => {
      const events = old as unknown as Recorded[];
      let commitment: Commitment | undefined;
      const judgements = noJudgements();
      for (const event of events) {
        const decided = decide(commitment, event, { isRestored: true, judgements });
        if ('reason' in decided) throw new Error(`expected ${event.type} to restore, found ${JSON.stringify(decided)}`);
        commitment = decided;
      }
      const [opening] = events;
      const last = events.at(-1);
      if (!opening || !last) throw new Error('expected events, found none');
      const next = { ...last, ...observation(last), revision: last.revision + 1, sequence: last.sequence + 1 } as Recorded;
      expect(decide(commitment, next, { judgements })).not.toHaveProperty('reason');
    }),
  );
});

/** What may be announced at any stage. */
function observation({ time }: Recorded): object {
  const happened = new Date(time).toISOString().slice(0, 10);
  const data = { happened, saidBy: [{ actor: 'media:press' }], sources: [{ publisher: 'Press', url: 'https://example.org/' }] };
  return { type: 'observed', data, id: '0000000000000000000000NEXT' };
}
