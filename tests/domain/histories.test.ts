import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { apply, type Commitment, fold, standing, statusOn } from '../../domain/commitment.ts';
import { decide } from '../../domain/decide.ts';
import { inForceSpans } from '../../domain/inForce.ts';
import { warningsOn } from '../../domain/warnings.ts';
import { first, history, length } from './legalHistories.ts';

/** Everything that is derived from a commitment, as text. */
function answers(commitment: Commitment | undefined): string {
  if (!commitment) return '';
  const days = Array.from({ length: length / 10 + 1 }, (_, index) => first + index * 10);
  const status = [...days, Infinity].map((on) => {
    const { stage, performance, disputes, agreed, pledgedBy } = statusOn(commitment, on);
    return [stage, performance, [...disputes], [...agreed], [...pledgedBy]];
  });
  const warnings = days.map((on) => warningsOn(commitment, on, () => undefined));
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
        const decided = decide({ ...alone, timeline: timeline.slice(0, index) }, entry);
        // Terms are judged once, when recorded; about may name what happened later. Stages, joins and resolves hold at any time.
        expect(['not-allowed-at-stage', 'already-pledged', 'not-by-obligor', 'dispute-not-open', 'not-begun']).not.toContain(
          'reason' in decided ? decided.reason : undefined,
        );
      }
      expect(stages.at(-1) ?? 'none').toBe(statusOn(reached(events)).stage);
    }),
  );
});

test('on any day of a legal history no key stands twice, nothing stands after the end and no runs in force overlap', () => {
  fc.assert(
    fc.property(history, (events) => {
      const commitment = reached(events);
      for (const on of [first, first + 30, Infinity]) {
        const status = statusOn(commitment, on);
        const keys = standing(status).map(({ term: { key } }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(status.stage === 'ended' && keys.length > 0).toBe(false);
      }
      for (const runs of inForceSpans(commitment).values()) {
        for (const [index, run] of runs.entries()) {
          expect(run.from).toBeLessThanOrEqual(run.to);
          expect(runs[index + 1]?.from ?? Infinity).toBeGreaterThan(run.to === Infinity ? -1 : run.to);
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
      for (const [index, event] of events.entries()) {
        const { id, sequence, revision, time } = event;
        for (const other of [event, ...others]) {
          const next = { ...other, id, sequence, revision, time };
          const decided = decide(growing, next);
          expect(decided).toEqual(decide(structuredClone(growing), next));
          verdicts.add('reason' in decided ? decided.reason : 'accepted');
        }
        const decided = decide(growing, event);
        if ('reason' in decided) throw new Error(`expected event ${index} to be accepted, found ${decided.reason}`);
        expect(decided).toEqual(fold(events.slice(0, index + 1)));
        growing = decided;
      }
    }),
  );
  for (const one of ['accepted', 'not-allowed-at-stage', 'breaks-timeline']) expect(verdicts).toContain(one);
});

test('random drafts make histories worth testing', () => {
  const histories = fc.sample(history, { numRuns: 200, seed: 1 });
  const types = new Set(histories.flatMap((events) => events.map(({ type }) => type)));
  expect(types.size).toBe(11);
  const modes = histories.flat().flatMap((event) => (event.type === 'corrected' ? [event.data.mode] : []));
  expect(new Set(modes)).toEqual(new Set(['refine', 'replace', 'retract']));
  expect(Math.max(...histories.map((events) => events.length))).toBeGreaterThan(8);
});
