import * as fc from 'fast-check';
import type { Recorded } from '../../domain/announcement.ts';
import { apply, type Commitment } from '../../domain/commitment.ts';
import { statusOn } from '../../domain/advance.ts';
import { formatDay } from '../../domain/dates.ts';
import { decide, parseEvent } from '../../domain/decide.ts';
import type { Rejection } from '../../domain/rejection.ts';
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
const bounds = fc
  .tuple(fc.constantFrom('exact', 'about', 'more-than', 'at-least', 'up-to', 'less-than', 'between'), fc.nat(20), fc.nat(20))
  .map(([qualifier, a, b]) => {
    const [min, max] = qualifier === 'between' ? [Math.min(a, b), Math.max(a, b) + 1] : [a, a];
    const lower = { qualifier, min: String(min), max: undefined };
    const upper = { qualifier, min: undefined, max: String(max) };
    if (qualifier === 'more-than' || qualifier === 'at-least') return lower;
    return qualifier === 'up-to' || qualifier === 'less-than' ? upper : { ...lower, max: String(max) };
  });
const key = fc.constantFrom('a', 'b', 'c');
const term = fc
  .record({
    key,
    partOf: rarely(key),
    limits: rarely(rarely(key)),
    deadline: rarely(anyDay),
    amount: fc.oneof(bounds, fc.nat(20).map(String)),
    kind: fc.constantFrom('money', 'money', 'money', 'tariff', 'percent', 'count', 'stages', 'text'),
  })
  .map(({ key: of, kind, amount, ...references }) => {
    const fields = Object.fromEntries(Object.entries(references).filter(([, value]) => value !== undefined));
    const figures = typeof amount === 'string' ? { qualifier: 'exact', min: amount, max: amount } : amount;
    if (kind === 'money') return money(of, '5', { ...fields, ...figures });
    if (kind === 'tariff') return tariff(of, figures.max ?? figures.min ?? '5', fields);
    if (kind === 'percent') return { key: of, kind, text: '국내총생산의 몫', of: 'GDP', ...figures, ...fields };
    if (kind === 'count') return { key: of, kind, text: '艦船', unit: 'vessels', ...figures, ...fields };
    if (kind === 'stages') return { key: of, kind, text: '동결, 감축, 폐기', stages: ['동결', '감축', '폐기'], ...fields };
    return words(of, '말한 그대로', fields);
  });
/** A total, a part of it, and a part of that. */
const parts = fc
  .integer({ min: 10, max: 20 })
  .map((total) => [money('a', String(total)), money('b', '10', { partOf: 'a' }), money('c', '5', { partOf: 'b' })]);
const terms = fc.oneof(
  { weight: 4, arbitrary: fc.uniqueArray(term, { selector: ({ key }) => key, maxLength: 3 }) },
  { weight: 1, arbitrary: parts },
);
/** Names are those that `recorded` gives: an event refers to any place of the stream, itself and what comes later too. */
const name = fc.nat(9).map((revision) => `event ${revision}`);
const saidBy = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.subarray(['KR', 'JP', 'US'], { minLength: 1 }).map((actors) => actors.map((actor) => ({ actor }))),
  },
  fc.constantFrom('KR', 'JP', 'US').map((party) => [{ actor: 'office:spokesperson', name: '대변인', for: party }]),
);
const fields = fc
  .record({
    terms: fc.option(terms, { nil: undefined }),
    saidBy: fc.option(saidBy, { nil: undefined }),
    effective: rarely(happened),
    due: rarely(anyDay),
    resolves: rarely(name.map((of) => [idOf(of)])),
    removes: rarely(key.map((of) => [of])),
    instrument: rarely(fc.constant(instrument)),
    summary: rarely(fc.constantFrom('합의했다', '一致した', '“in principle”')),
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
        return formalised(on, { ...plain, instrument: { ...instrument, binding: full ? 'yes' : 'disputed' } });
      case 2:
        return disputed(on, { ...plain, about: { announcement: idOf(of) }, ...(full && { joins: idOf(of) }) });
      case 3:
        return fulfilled(on, { ...plain, extent: full ? 'full' : 'partial' });
      case 4:
        return observed(on, plain);
      case 5:
        return amended(on, full ? { ...plain, terms: [], removes: ['a'] } : given);
      case 6:
        return reaffirmed(on, plain);
      case 7:
        return full ? ended(on, { ...plain, reason: 'expired' }) : observed(on, plain);
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
  fc.constantFrom('trade/test', 'alliance/test').map((topic) => ({ topic, title: '고친 제목' })),
);
const correction: fc.Arbitrary<Draft> = fc.oneof(
  fc.tuple(name, changes).map(([of, given]) => refined(of, given)),
  fc.tuple(name, changes).map(([of, given]) => replaced(of, given)),
  name.map((of) => retracted(of)),
);
const start = opened({ from: ['KR', 'JP'], links: { dependsOn: [idOf('nowhere')] } });

/** A draft at its place, and why it was refused there; what is refused is no part of the history. */
export type Attempt = { readonly event: Recorded; readonly rejection: Rejection | undefined };

/** The rules of an edition, and what of a commitment the drafts aim at. */
export type Edition<C extends Known> = {
  readonly apply: (commitment: C | undefined, event: Recorded) => C;
  readonly decide: (commitment: C, event: Recorded) => C | Rejection;
  readonly parse: (type: string, data: Draft['data']) => { data: Draft['data'] } | Rejection;
  readonly status: (commitment: C) => {
    readonly disputes: ReadonlyMap<string, unknown>;
    readonly agreed: ReadonlyMap<string, { readonly term: { readonly partOf?: string | undefined } }>;
    /** The announcement since which the stage is what it is. */
    readonly since: string | undefined;
  };
};
type Known = { readonly revision: number; readonly opened: { id: string }; readonly timeline: readonly { id: string }[] };

/** Random drafts, recorded one a few days after the other, as the rules of an edition judge them. */
export function attemptsBy<C extends Known>(edition: Edition<C>): fc.Arbitrary<Attempt[]> {
  return fc
    .array(fc.tuple(fc.oneof({ weight: 3, arbitrary: announcement }, correction), fc.nat(10), fc.nat(11)), {
      minLength: 5,
      maxLength: 25,
      size: 'max',
    })
    .map((drafts) => {
      const opening = recorded({ ...start, recorded: '2025-02-10' }, 0);
      const tried: Attempt[] = [{ event: opening, rejection: undefined }];
      let commitment = edition.apply(undefined, opening);
      let when = day('2025-02-10');
      for (const [draft, days, aim] of drafts) {
        when += days;
        const parsed = edition.parse(draft.type, aimed(edition, draft.data, commitment, aim));
        if ('reason' in parsed) continue;
        const event = recorded({ ...draft, data: parsed.data, recorded: formatDay(when) }, commitment.revision + 1);
        const decided = edition.decide(commitment, event);
        tried.push({ event, rejection: 'reason' in decided ? decided : undefined });
        if (!('reason' in decided)) commitment = decided;
      }
      return tried;
    });
}

/** What is joined, settled, removed or corrected is mostly there: of ten names hardly one is that of an open dispute. */
function aimed<C extends Known>({ status }: Edition<C>, data: Draft['data'], commitment: C, aim: number): Draft['data'] {
  if (aim % 4 === 0) return data;
  const { disputes, agreed, since } = status(commitment);
  const one = <T>(list: readonly T[]): T | undefined => list[aim % list.length];
  const dispute = one([...disputes.keys()]);
  const totals = [...agreed.keys()].filter((of) => [...agreed.values()].some(({ term: part }) => part.partOf === of));
  const removed = one(totals) ?? one([...agreed.keys()]);
  const isOfOpening = /"(from|topic)":/.test(JSON.stringify(data['changes'] ?? {}));
  const corrects = isOfOpening ? commitment.opened : one(commitment.timeline);
  return {
    ...data,
    ...('about' in data && since !== undefined && { about: { announcement: since } }),
    ...('joins' in data && { joins: dispute }),
    ...('resolves' in data && { resolves: dispute === undefined ? [] : [dispute] }),
    ...('removes' in data && removed !== undefined && { removes: [removed] }),
    ...('corrects' in data && corrects && { corrects: corrects.id }),
  };
}

/** What of random drafts is accepted. */
export function accepted(tried: readonly Attempt[]): Recorded[] {
  return tried.filter(({ rejection }) => !rejection).map(({ event }) => event);
}

/** Random drafts as today's rules judge them. */
export const attempts = attemptsBy<Commitment>({
  apply,
  decide,
  parse: parseEvent,
  status: (commitment) => {
    const { disputes, accounts, stageSince } = statusOn(commitment);
    const agreed = new Map([...accounts.values()].flatMap((account) => [...account]));
    return { disputes, agreed, since: stageSince?.entry.id };
  },
});

/** Legal histories. */
export const history: fc.Arbitrary<Recorded[]> = attempts.map(accepted);
