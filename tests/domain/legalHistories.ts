import * as fc from 'fast-check';
import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { formatDay } from '../../domain/dates.ts';
import { decide, parseEvent } from '../../domain/decide.ts';
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

/** The day on which the first thing may happen. */
export const first = day('2025-01-01');
/** In how many days all of it happens. */
export const length = 60;

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
export const history: fc.Arbitrary<Recorded[]> = fc
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
      const decided = decide(commitment, next);
      if ('reason' in decided) continue;
      commitment = decided;
      events.push(next);
    }
    return events;
  });
