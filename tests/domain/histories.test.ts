import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { apply, type Commitment, fold, standing, statusOn } from '../../domain/commitment.ts';
import { formatDay } from '../../domain/dates.ts';
import { decide, parseEvent } from '../../domain/decide.ts';
import { inForceSpans } from '../../domain/inForce.ts';
import { warningsOn } from '../../domain/warnings.ts';
import {
  amended,
  day,
  disputed,
  type Draft,
  ended,
  formalised,
  fulfilled,
  idOf,
  instrument,
  money,
  observed,
  opened,
  pledged,
  proposed,
  reaffirmed,
  recorded,
  refined,
  replaced,
  retracted,
  tariff,
  words,
} from './given.ts';

const first = day('2025-01-01');
const length = 60;

/** Mostly undefined: what is often illegal would leave few histories. */
function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, arbitrary);
}

const anyDay = fc.integer({ min: first, max: first + length }).map(formatDay);
const happened = fc.oneof(
  { weight: 4, arbitrary: anyDay },
  fc.constantFrom('2025-01', '2025-02', '2025', '../2025-02', '2025-01/..'),
  anyDay.map((text) => `${text}~`),
  anyDay.map((text) => `${text}T23:30:00-09:00`),
);
const term = fc
  .record({
    key: fc.constantFrom('a', 'b', 'c'),
    partOf: rarely(fc.constantFrom('a', 'b', 'c')),
    deadline: rarely(anyDay),
    amount: fc.integer({ min: 0, max: 20 }).map(String),
    kind: fc.constantFrom('money', 'tariff', 'text'),
  })
  .map(({ key, kind, amount, partOf, deadline }) => {
    const fields = { ...(partOf && { partOf }), ...(deadline && { deadline }) };
    if (kind === 'money') return money(key, amount, fields);
    return kind === 'tariff' ? tariff(key, amount, fields) : words(key, amount, fields);
  });
const terms = fc.uniqueArray(term, { selector: ({ key }) => key, maxLength: 3 });
/** Names are those that `recorded` gives: an event refers to any place of the stream, itself and what comes later too. */
const name = fc.nat(9).map((revision) => `event ${revision}`);
const saidBy = fc.subarray(['KR', 'JP', 'US'], { minLength: 1 }).map((actors) => actors.map((actor) => ({ actor })));
const fields = fc
  .record({
    terms: fc.option(terms, { nil: undefined }),
    saidBy: fc.option(saidBy, { nil: undefined }),
    effective: rarely(happened),
    due: rarely(anyDay),
    resolves: rarely(name.map((of) => [idOf(of)])),
    removes: rarely(fc.constantFrom('a', 'b', 'c').map((key) => [key])),
    instrument: rarely(fc.constant(instrument)),
  })
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
const withoutRemoves = (given: object) => Object.fromEntries(Object.entries(given).filter(([field]) => field !== 'removes'));

const announcement: fc.Arbitrary<Draft> = fc
  .record({ on: happened, with: fields, of: name, type: fc.nat(8), full: fc.boolean() })
  .map(({ on, with: given, of, type, full }) => {
    const plain = withoutRemoves(given);
    switch (type) {
      case 0:
        return proposed(on, { ...plain, mode: full ? 'expected' : 'demand' });
      case 1:
        return formalised(on, { ...plain, instrument });
      case 2:
        return disputed(on, { ...plain, about: { announcement: idOf(of) }, ...(full && { joins: idOf(of) }), resolves: [] });
      case 3:
        return fulfilled(on, { ...plain, extent: full ? 'full' : 'partial' });
      case 4:
        return observed(on, plain);
      case 5:
        return amended(on, given);
      case 6:
        return reaffirmed(on, plain);
      case 7:
        return full ? ended(on, plain) : observed(on, plain);
      default:
        return pledged(on, { ...plain, reported: full });
    }
  });
const nothing = fc.constantFrom(...['note', 'terms', 'effective', 'resolves'].map((field) => ({ [field]: null })));
const changes = fc.oneof(
  fields,
  nothing,
  happened.map((on) => ({ happened: on })),
  fc.subarray(['KR', 'JP', 'US'], { minLength: 1 }).map((from) => ({ from })),
);
const correction: fc.Arbitrary<Draft> = fc.oneof(
  fc.tuple(name, changes).map(([of, given]) => refined(of, given)),
  fc.tuple(name, changes).map(([of, given]) => replaced(of, given)),
  name.map((of) => retracted(of)),
);
const start = opened({ from: ['KR', 'JP'], links: { dependsOn: [idOf('nowhere')] } });

/** Legal histories: of random drafts, recorded one a few days after the other, those that are accepted. */
const history: fc.Arbitrary<Recorded[]> = fc
  .array(fc.tuple(fc.oneof({ weight: 3, arbitrary: announcement }, correction), fc.nat(10)), {
    minLength: 5,
    maxLength: 25,
    size: 'max',
  })
  .map((drafts) => {
    const events: Recorded[] = [recorded({ ...start, recorded: '2025-02-10' }, 0)];
    let commitment: Commitment | undefined = fold(events);
    let when = day('2025-02-10');
    for (const [draft, days] of drafts) {
      when += days;
      const event = parseEvent(draft.type, draft.data);
      if ('reason' in event) continue;
      const next = recorded({ ...draft, data: event.data, recorded: formatDay(when) }, events.length);
      if (decide(commitment, next)) continue;
      commitment = apply(commitment, next);
      events.push(next);
    }
    return events;
  });

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
        const rejected = decide({ ...alone, timeline: timeline.slice(0, index) }, entry);
        // Terms are judged once, when recorded; about may name what happened later. Stages, joins and resolves hold at any time.
        expect(['not-allowed-at-stage', 'already-pledged', 'not-by-obligor', 'dispute-not-open', 'not-begun']).not.toContain(
          rejected?.reason,
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

test('random drafts make histories worth testing', () => {
  const histories = fc.sample(history, { numRuns: 200, seed: 1 });
  const types = new Set(histories.flatMap((events) => events.map(({ type }) => type)));
  expect(types.size).toBe(11);
  const modes = histories.flat().flatMap((event) => (event.type === 'corrected' ? [event.data.mode] : []));
  expect(new Set(modes)).toEqual(new Set(['refine', 'replace', 'retract']));
  expect(Math.max(...histories.map((events) => events.length))).toBeGreaterThan(8);
});
