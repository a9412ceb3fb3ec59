import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { components, type Graph, nearest } from '../../domain/graph.ts';

const graphs: fc.Arbitrary<Graph> = fc
  .integer({ min: 1, max: 8 })
  .chain((size) =>
    fc.array(fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 4 }), { minLength: size, maxLength: size }),
  );

/** All nodes that one leads to, the long way round. */
function reachable(graph: Graph, start: number): Set<number> {
  const seen = new Set(graph[start]);
  for (const node of seen) for (const to of graph[node] ?? []) seen.add(to);
  return seen;
}

test('nodes stand in one component when each leads to the other, and behind all that they lead to', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const found = components(graph);
      expect(found.flat().toSorted((a, b) => a - b)).toEqual([...graph.keys()]);
      const placeOf = (node: number): number => found.findIndex((nodes) => nodes.includes(node));
      for (const one of graph.keys()) {
        for (const other of reachable(graph, one)) {
          const isCircle = one === other || reachable(graph, other).has(one);
          expect(placeOf(other) - placeOf(one)).toSatisfy((by: number) => (isCircle ? by === 0 : by < 0));
        }
      }
    }),
  );
});

test('the nearest source is the one that a walk in the order of the edges finds first', () => {
  const cases = graphs.chain((graph) => fc.tuple(fc.constant(graph), fc.subarray([...graph.keys()])));
  fc.assert(
    fc.property(cases, ([graph, sources]) => {
      const found = nearest(graph, sources);
      for (const start of graph.keys()) {
        const walk = new Set([start]);
        for (const node of walk) for (const to of graph[node] ?? []) walk.add(to);
        expect(found[start]).toBe([...walk].find((node) => sources.includes(node)));
      }
    }),
  );
});

/** A graph that counts how often its edges are looked at. */
function counting(edges: readonly (readonly number[])[]): { graph: Graph; looked: () => number } {
  let count = 0;
  const graph = edges.map(
    (to) =>
      new Proxy(to, {
        get: (target, name, receiver): unknown => {
          if (typeof name === 'string' && /^\d+$/.test(name)) count += 1;
          return Reflect.get(target, name, receiver);
        },
      }),
  );
  return { graph, looked: () => count };
}

const size = 20_000;
const each = (to: (node: number) => number[]): number[][] => Array.from({ length: size }, (_, node) => to(node));

test.each<[string, number[][]]>([
  ['a chain', each((node) => (node === 0 ? [] : [node - 1]))],
  ['a chain the other way round', each((node) => (node === size - 1 ? [] : [node + 1]))],
  ['a circle', each((node) => [(node + 1) % size])],
  ['a star', each((node) => (node === 0 ? [] : [0]))],
  ['a star the other way round', each((node) => (node === 0 ? [...Array(size).keys()].slice(1) : []))],
  ['a ladder of short cuts', each((node) => [1, 2, 3, 4, 5].map((step) => node - step).filter((to) => to >= 0))],
])('%s of thousands is walked once', (_, edges) => {
  const { graph, looked } = counting(edges);
  const count = edges.flat().length + size;
  components(graph);
  expect(looked()).toBeLessThanOrEqual(2 * count);
  nearest(graph, [0]);
  expect(looked()).toBeLessThanOrEqual(5 * count);
});
