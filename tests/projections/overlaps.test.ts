import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Opened } from '../../domain/announcement.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { linksAmong, type Overlap, overlaps } from '../../projections/overlaps.ts';
import { given, opened } from '../domain/given.ts';

type Drawn = { readonly id: string; readonly links: NonNullable<Opened['links']>; readonly isTop: boolean };

/** Commitments in order of opening, as far as their links need them. */
function ledgerOf(drawn: readonly Drawn[]): Map<string, Commitment> {
  const { opened: event, ...commitment } = given(opened());
  return new Map(
    drawn.map(({ id, links }, index) => {
      return [id, { ...commitment, id, opened: { ...event, sequence: index + 1, data: { ...event.data, links } } }];
    }),
  );
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const names = (maxLength: number) => fc.array(fc.constantFrom(...ids), { maxLength });
/** Some of the ids that are linked are never opened. */
const ledgers: fc.Arbitrary<Drawn[]> = fc.shuffledSubarray(ids, { minLength: 2 }).chain((opening) =>
  fc.tuple(
    ...opening.map((id) =>
      fc.record({
        id: fc.constant(id),
        isTop: fc.boolean(),
        links: fc.record({ partOf: names(2), contains: names(2), claimedPartOf: names(2) }),
      }),
    ),
  ),
);

/**
 * The rule as the contract says it, read plainly: never a commitment that is part, at any depth, of one that is counted, and in a
 * circle the first opened counts; what is only claimed to be a part stands beside. Each walk begins anew, and it calls itself.
 */
function plainly(drawn: readonly Drawn[]): Map<string, Overlap['kind'] | undefined> {
  const order = drawn.map(({ id }) => id);
  const find = (id: string): Drawn | undefined => drawn.find((one) => one.id === id);
  const parts = (id: string): string[] => [
    ...(find(id)?.links.partOf ?? []),
    ...drawn.filter(({ links }) => links.contains?.includes(id)).map((one) => one.id),
  ];
  const both = (id: string): string[] => [...parts(id), ...(find(id)?.links.claimedPartOf ?? [])];
  const above = (id: string, next: (id: string) => string[]): Set<string> => {
    const seen = new Set(next(id));
    for (const one of seen) for (const further of next(one)) seen.add(further);
    return seen;
  };
  const wholes = (id: string, next: (id: string) => string[]): string[] =>
    [...above(id, next)].filter((whole) => {
      if (whole === id || !find(whole)?.isTop) return false;
      return order.indexOf(whole) < order.indexOf(id) || !above(whole, next).has(id);
    });
  const kindOf = (id: string): Overlap['kind'] | undefined => {
    if (wholes(id, parts).some((whole) => kindOf(whole) === undefined)) return 'part';
    const sure = above(id, parts);
    return wholes(id, both).some((whole) => !sure.has(whole)) ? 'claimed' : undefined;
  };
  return new Map(drawn.filter(({ isTop }) => isTop).map(({ id }) => [id, kindOf(id)]));
}

test('what is counted, a part and only claimed to be one is what the contract read plainly says, in any tangle of links', () => {
  fc.assert(
    fc.property(ledgers, (drawn) => {
      const tops = new Set(drawn.filter(({ isTop }) => isTop).map(({ id }) => id));
      const found = overlaps(tops, linksAmong(ledgerOf(drawn)));
      const expected = plainly(drawn);
      for (const id of tops) {
        const overlap = found(id);
        expect([id, overlap?.kind]).toEqual([id, expected.get(id)]);
        if (overlap) expect(tops.has(overlap.whole) && overlap.whole !== id).toBe(true);
        // A part is named with a whole that counts.
        if (overlap?.kind === 'part') expect(expected.get(overlap.whole)).toBeUndefined();
      }
    }),
    { numRuns: 1000 },
  );
});

/** How often the links of a ledger were asked for while its overlaps were found. */
function counting(drawn: readonly Drawn[]) {
  const { other, containers } = linksAmong(ledgerOf(drawn));
  let asked = 0;
  const links = {
    other: (id: string) => (asked++, other(id)),
    containers: (id: string) => (asked++, containers(id)),
    superseders: () => [],
    named: new Set<string>(),
    near: () => [],
  };
  return { links, asked: () => asked };
}

const name = (n: number): string => `n${n}`;
const size = 100_000;
const shapes: Record<string, (n: number, of: number) => Drawn['links']> = {
  'a chain': (n) => (n === 0 ? {} : { partOf: [name(n - 1)] }),
  'a chain opened in the other order': (n, of) => (n === of - 1 ? {} : { partOf: [name(n + 1)] }),
  'a circle': (n, of) => ({ partOf: [name((n + 1) % of)] }),
  'a star': (n) => (n === 0 ? {} : { partOf: [name(0)] }),
  'a star by contains': (n, of) => (n > 0 ? {} : { contains: Array.from({ length: of - 1 }, (_, other) => name(other + 1)) }),
  'a claimed chain in a circle of parts': (n, of) =>
    n < of / 2 ? { claimedPartOf: [name(n + 1)] } : { partOf: [name(n + 1 < of ? n + 1 : of / 2)] },
  'groups that contain each other': (n) => ({ contains: Array.from({ length: 10 }, (_, other) => name(n - (n % 10) + other)) }),
};

test.each(Object.entries(shapes))('%s of 100,000 commitments is walked once', (_, linksOf) => {
  const drawn = Array.from({ length: size }, (_each, n) => ({ id: name(n), links: linksOf(n, size), isTop: true }));
  const { links, asked } = counting(drawn);
  const started = process.cpuUsage();
  const found = overlaps(new Set(drawn.map(({ id }) => id)), links);
  const { user } = process.cpuUsage(started);
  // Half a second where nothing else runs; 300 in a circle took nine, and a chain of 1,500 in the other order never ended.
  expect(user / 1000).toBeLessThan(10_000);
  const counted = drawn.filter(({ id }) => found(id) === undefined).length;
  expect(asked()).toBeLessThanOrEqual(4 * size);
  expect(counted).toBe(linksOf(0, size).contains?.length === 10 ? size / 10 : 1);
});

test('a sum of one commitment alone asks for no links', () => {
  const { links, asked } = counting([{ id: 'a', links: { partOf: ['b'] }, isTop: true }]);
  expect(overlaps(new Set(['a']), links)('a')).toBeUndefined();
  expect(asked()).toBe(0);
});
