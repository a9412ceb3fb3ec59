import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { apply, type Commitment, fold } from '../../domain/commitment.ts';
import { statusOn } from '../../domain/advance.ts';
import { standing } from '../../domain/status.ts';
import { decide } from '../../domain/decide.ts';
import { noJudgements } from '../../domain/judge.ts';
import { inForceSpans } from '../../projections/derived/inForce.ts';
import { warningsOn } from '../../projections/derived/warnings.ts';
import { attempts, first, history, length } from './legalHistories.ts';

// `npm run test:fuzz` tries more of them.
const numRuns = process.env['LEDGER_FUZZ'] === undefined ? 150 : 5000;
fc.configureGlobal({ numRuns });

/** Why something is refused for where it would stand, or who says it. */
const ofPlace = ['not-allowed-at-stage', 'already-pledged', 'not-by-obligor', 'dispute-not-open', 'breaks-timeline'];

/** Everything that is derived from a commitment, as text. */
function answers(commitment: Commitment | undefined): string {
  if (!commitment) return '';
  const days = Array.from({ length: length / 10 + 1 }, (_, index) => first + index * 10);
  const status = [...days, Infinity].map((on) => {
    const { stage, performance, disputes, bound, accounts } = statusOn(commitment, on);
    return [stage, performance, [...disputes], [...bound], Array.from(accounts.values(), (account) => [...account])];
  });
  const warnings = days.map((on) => warningsOn(commitment, on, { milestones: () => undefined, exchangedFor: () => [] }));
  return JSON.stringify([commitment, status, [...inForceSpans(commitment)], warnings]);
}

function reached(events: readonly Recorded[]): Commitment {
  const commitment = fold(events);
  if (!commitment) throw new Error('expected a commitment');
  return commitment;
}

test('a legal history folds, at every length to what was answered at that time', () => {
  fc.assert(
    fc.property(history, (events) => {
      let growing: Commitment | undefined;
      const answered = events.map((event) => answers((growing = apply(growing, event))));
      for (const [index, answer] of answered.entries()) expect(answers(fold(events.slice(0, index + 1)))).toBe(answer);
    }),
  );
});

test('the timeline of a legal history is in order, and holds each announcement that is not retracted once', () => {
  fc.assert(
    fc.property(history, (events) => {
      const { timeline, retracted: gone } = reached(events);
      for (const [index, entry] of timeline.entries()) {
        const next = timeline[index + 1];
        const inOrder = !next || entry.day < next.day || (entry.day === next.day && entry.revision < next.revision);
        expect(inOrder).toBe(true);
      }
      const announced = events.filter(({ type }) => type !== 'opened' && type !== 'corrected').map(({ id }) => id);
      expect(new Set(timeline.map(({ id }) => id))).toEqual(new Set(announced.filter((id) => !(id in gone))));
    }),
  );
});

test('the timeline of a legal history can be announced again, corrected, in its own order', () => {
  fc.assert(
    fc.property(history, (events) => {
      const { opened: opening, timeline } = reached(events);
      const stages = timeline.map((_, index) => statusOn({ ...reached(events), timeline: timeline.slice(0, index + 1) }).stage);
      const alone = { ...reached([opening]), timeline: [] };
      for (const [index, entry] of timeline.entries()) {
        const decided = decide({ ...alone, timeline: timeline.slice(0, index) }, entry, { isRestored: true });
        // Terms are judged once, when recorded; about may name what happened later. Stages, joins and resolves hold at any time.
        expect(['not-allowed-at-stage', 'dispute-not-open', 'not-suspended', 'not-begun']).not.toContain(
          'reason' in decided ? decided.reason : undefined,
        );
      }
      expect(stages.at(-1) ?? 'none').toBe(statusOn(reached(events)).stage);
    }),
  );
});

test('on any day of a legal history nobody owes a key twice, nothing stands after the end and no runs in force of one party overlap', () => {
  fc.assert(
    fc.property(history, (events) => {
      const commitment = reached(events);
      for (const on of [first, first + 30, Infinity]) {
        const status = statusOn(commitment, on);
        const keys = standing(status).flatMap(({ term: { key }, owedBy }) => owedBy.map((party) => `${party} ${key}`));
        expect(new Set(keys).size).toBe(keys.length);
        expect(status.stage === 'ended' && keys.length > 0).toBe(false);
      }
      for (const all of inForceSpans(commitment).values()) {
        for (const party of ['KR', 'JP', 'US']) {
          const runs = all.filter(({ parties }) => parties.includes(party));
          for (const [index, run] of runs.entries()) {
            expect(run.from).toBeLessThanOrEqual(run.to);
            expect(runs[index + 1]?.from ?? Infinity).toBeGreaterThan(run.to === Infinity ? -1 : run.to);
          }
        }
      }
    }),
  );
});

test('an announcement is decided behind what was judged before as behind what nobody has judged yet', () => {
  const verdicts = new Set<string>();
  fc.assert(
    fc.property(history, history, (events, others) => {
      let growing: Commitment | undefined;
      const judgements = noJudgements();
      for (const [index, event] of events.entries()) {
        const { id, sequence, revision, time } = event;
        for (const other of [event, ...others]) {
          const next = { ...other, id, sequence, revision, time };
          const decided = decide(growing, next, { judgements });
          expect(decided).toEqual(decide(growing, next));
          verdicts.add('reason' in decided ? decided.reason : 'accepted');
        }
        const decided = decide(growing, event, { judgements });
        if ('reason' in decided) throw new Error(`expected event ${index} to be accepted, found ${decided.reason}`);
        expect(decided).toEqual(fold(events.slice(0, index + 1)));
        growing = decided;
      }
    }),
  );
  for (const one of ['accepted', 'not-allowed-at-stage', 'breaks-timeline']) expect(verdicts).toContain(one);
});

test('what may be recorded at a time may be recorded at any later one, and stands in the same place', () => {
  let moved = 0;
  fc.assert(
    fc.property(history, history, fc.integer({ min: 1, max: 400 }), (events, others, days) => {
      for (const [index, event] of events.entries()) {
        const before = index === 0 ? undefined : reached(events.slice(0, index));
        const { id, sequence, revision, time } = event;
        for (const other of [event, ...others]) {
          const now = { ...other, id, sequence, revision, time };
          const decided = decide(before, now);
          if ('reason' in decided) continue;
          const later = decide(before, { ...now, time: time + days * 86_400_000 });
          if ('reason' in later) throw new Error(`expected ${other.type} to be accepted later too, found ${later.reason}`);
          expect(later.timeline.map((entry) => entry.id)).toEqual(decided.timeline.map((entry) => entry.id));
          if (later.timeline.at(-1)?.day !== decided.timeline.at(-1)?.day) moved++;
        }
      }
    }),
  );
  expect(moved).toBeGreaterThan(0);
});

test('random drafts make histories worth testing', () => {
  const tried = fc.sample(attempts, { numRuns: 300, seed: 1 });
  const histories = tried.map((one) => one.filter(({ rejection }) => !rejection).map(({ event }) => event));
  const events = histories.flat();
  expect(new Set(events.map(({ type }) => type)).size).toBe(11);
  expect(Math.max(...histories.map((one) => one.length))).toBeGreaterThan(8);
  const corrections = events.flatMap((event) => (event.type === 'corrected' ? [event.data] : []));
  expect(new Set(corrections.map(({ mode }) => mode))).toEqual(new Set(['refine', 'replace', 'retract']));
  const announced = events.flatMap(({ type, data }) => (type === 'opened' || type === 'corrected' ? [] : [data]));
  const terms = announced.flatMap((data) => data.terms ?? []);
  const times: Record<string, number> = {
    'joins a dispute': announced.filter((data) => 'joins' in data).length,
    'settles a dispute': announced.filter(({ resolves }) => resolves?.length).length,
    'removes a term': announced.filter((data) => 'removes' in data).length,
    'removes a total with its parts': histories.filter((one) => {
      const { timeline } = reached(one);
      return timeline.some(
        ({ day, data }) =>
          'removes' in data &&
          standing(statusOn(reached(one), day - 1)).length > 1 + standing(statusOn(reached(one), day)).length,
      );
    }).length,
    'a part of a total': terms.filter(({ partOf }) => partOf).length,
    'a limit of another term': terms.filter(({ limits }) => limits).length,
    'corrects the opening': corrections.filter(({ corrects }) =>
      events.some((one) => one.id === corrects && one.revision === 0),
    ).length,
    'corrects when it happened': corrections.filter(({ changes }) => changes && 'happened' in changes).length,
    'corrects terms': corrections.filter(({ changes }) => changes && 'terms' in changes).length,
    'is corrected twice': histories.filter((one) => {
      const corrected = one.flatMap((event) => (event.type === 'corrected' ? [event.data.corrects] : []));
      return new Set(corrected).size < corrected.length;
    }).length,
    'lands before what was recorded earlier': histories.filter((one) =>
      reached(one).timeline.some(({ revision }, index, all) => revision > (all[index + 1]?.revision ?? Infinity)),
    ).length,
    ends: histories.filter((one) => statusOn(reached(one)).stage === 'ended').length,
  };
  for (const kind of ['money', 'tariff', 'percent', 'count', 'stages', 'text'])
    times[kind] = terms.filter((term) => term.kind === kind).length;
  for (const qualifier of ['exact', 'about', 'more-than', 'at-least', 'up-to', 'less-than', 'between'])
    times[qualifier] = terms.filter((term) => 'qualifier' in term && term.qualifier === qualifier).length;
  for (const reason of ofPlace) times[reason] = tried.flat().filter(({ rejection }) => rejection?.reason === reason).length;
  expect(Object.entries(times).filter(([, count]) => count < 5)).toEqual([]);
});
