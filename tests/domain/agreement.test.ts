import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { apply, type Commitment } from '../../domain/commitment.ts';
import { decide } from '../../domain/decide.ts';
import { type Compared, daysOf, domainAnswers, plainAnswers } from './compared.ts';
import { history as firstEdition } from './firstEdition/histories.ts';
import { ledgerOf, stateInTheEnd } from './plain/ledger.ts';
import { fold } from './plain/fold.ts';
import { plainHistory, type Tried, tries } from './plainHistories.ts';

// `npm run test:fuzz` tries more of them, which take their time where others need the machine too.
const numRuns = process.env['LEDGER_FUZZ'] === undefined ? 150 : 5000;
vi.setConfig({ testTimeout: 60_000 + numRuns * 200 });
// The same histories each time, until nothing is left out any more; the longer run looks for new ones.
fc.configureGlobal({ numRuns, ...(numRuns < 5000 && { seed: 20261127 }) });

/** What is not compared yet, as the two still read it differently; each with the answers that hang on it. */
function notCompared(events: readonly Recorded[]): string[] {
  const [commitment] = ledgerOf(events).commitments.values();
  if (!commitment) return [];
  const open: string[] = [];
  const { effects } = stateInTheEnd(commitment);
  // An effect that was announced later and starts earlier than one that has run out.
  const comesBack = effects.some((first) =>
    effects.some((second) => {
      const same = first.party === second.party && first.key === second.key && second.order > first.order;
      return same && second.start < first.start && first.end < '9999-12-31';
    }),
  );
  if (comesBack) open.push('inForce', 'warnings');
  // An increment without a period before a report of one.
  const deliveries = commitment.timeline.flatMap(({ data }) => (data.terms ?? []).filter(({ counts }) => counts !== undefined));
  const isMixed = ['increment', 'cumulative'].every((how) =>
    deliveries.some(({ counts, period }) => counts === how && (period !== undefined) === (how === 'cumulative')),
  );
  if (isMixed) open.push('performances', 'warnings');
  // What a successor, or one who joins after all had left, takes over as performed.
  let takesOver = commitment.timeline.some(({ type, data }) => type === 'left' && data.successor !== undefined);
  fold(commitment.opening, commitment.timeline, {
    before: (state) => {
      if (state.abandoned) takesOver = true;
    },
  });
  if (takesOver) open.push('performances', 'warnings');
  return open;
}

/** Of warnings only these are compared yet. */
function comparedWarnings({ warnings }: Compared): unknown {
  return (warnings as { warning: string }[]).filter(({ warning }) => warning === 'expected-not-delivered');
}

test('what is answered on any day of a random history is what the contract says, read plainly', () => {
  let compared = 0;
  fc.assert(
    fc.property(plainHistory, (events) => {
      const left = new Set(['met', ...notCompared(events)]);
      for (const on of daysOf(events)) {
        const [plain, domain] = [plainAnswers(events, on), domainAnswers(events, on)];
        for (const field of Object.keys(plain).filter((one) => !left.has(one))) {
          compared++;
          const told = (answers: Compared): unknown => (field === 'warnings' ? comparedWarnings(answers) : answers[field]);
          expect({ on, [field]: told(domain) }).toEqual({ on, [field]: told(plain) });
        }
      }
    }),
  );
  expect(compared).toBeGreaterThan(numRuns * 20);
});

/**
 * Parts that are unlike a total in the account of another, circles through several accounts, and what a correction of the opening
 * makes of what was judged once, are not compared yet.
 */
function isOpen({ event, broken }: Tried, opening: string | undefined, reason: string): boolean {
  if (event.type === 'corrected' && event.data.corrects === opening) return true;
  const rules = ['cycle', 'part-like', 'part-unit†'];
  return (
    ['part-mismatch', 'term-cycle'].includes(reason) || (broken.length > 0 && broken.every((rule) => rules.includes(rule)))
  );
}

test('what may be recorded at a place of a random history is what the contract says, read plainly', () => {
  const verdicts = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(tries, (tried) => {
      let commitment: Commitment | undefined;
      for (const one of tried) {
        const { event, broken } = one;
        const decided = decide(commitment, event);
        const reason = 'reason' in decided ? decided.reason : 'accepted';
        const isSame = (reason === 'accepted') === (broken.length === 0);
        if (!isSame && !isOpen(one, tried[0]?.event.id, reason)) expect({ event, reason, broken }).toBe('the same verdict');
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
      for (const event of events) {
        const decided = decide(commitment, event, { isRestored: true });
        if ('reason' in decided) throw new Error(`expected ${event.type} to restore, found ${JSON.stringify(decided)}`);
        commitment = decided;
      }
      const [opening] = events;
      const last = events.at(-1);
      if (!opening || !last) throw new Error('expected events, found none');
      const next = { ...last, ...observation(last), revision: last.revision + 1, sequence: last.sequence + 1 } as Recorded;
      expect(decide(commitment, next)).not.toHaveProperty('reason');
    }),
  );
});

/** What may be announced at any stage. */
function observation({ time }: Recorded): object {
  const happened = new Date(time).toISOString().slice(0, 10);
  const data = { happened, saidBy: [{ actor: 'media:press' }], sources: [{ publisher: 'Press', url: 'https://example.org/' }] };
  return { type: 'observed', data, id: '0000000000000000000000NEXT' };
}
