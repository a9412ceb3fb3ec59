/** Directed graphs, walked once and without recursion, so that no recorded chain or circle is too long. */

/** For each node, numbered from 0, the nodes that it leads to. */
export type Graph = readonly (readonly number[])[];

/** A node that the walk for components has seen. */
type Visit = {
  readonly node: number;
  readonly seen: number;
  /** Of the nodes still open that it leads back to, the one seen first. */
  low: number;
  nextEdge: number;
  isOpen: boolean;
};

/**
 * The strongly connected components: nodes that lead to each other are in one component. A component comes after all those that
 * it leads to. This is Tarjan's algorithm with a stack of its own; it looks at each node and each edge once.
 */
export function components(graph: Graph): number[][] {
  const found: number[][] = [];
  const visits = new Map<number, Visit>();
  const open: Visit[] = [];
  const path: Visit[] = [];
  const enter = (node: number): void => {
    const visit = { node, seen: visits.size, low: visits.size, nextEdge: 0, isOpen: true };
    visits.set(node, visit);
    open.push(visit);
    path.push(visit);
  };
  for (const start of graph.keys()) {
    if (!visits.has(start)) enter(start);
    for (let here = path.at(-1); here; here = path.at(-1)) {
      const to = graph[here.node]?.[here.nextEdge++];
      if (to !== undefined) {
        const other = visits.get(to);
        if (!other) enter(to);
        else if (other.isOpen) here.low = Math.min(here.low, other.seen);
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before) before.low = Math.min(before.low, here.low);
      if (here.low === here.seen) found.push(closed(open, here));
    }
  }
  return found;
}

/** Takes a finished component off the open nodes: all since the one by which it was entered. */
function closed(open: Visit[], entered: Visit): number[] {
  const component = open.splice(open.lastIndexOf(entered));
  for (const visit of component) visit.isOpen = false;
  return component.map(({ node }) => node);
}

/**
 * For each node the nearest of the sources that it leads to, which may be the node itself; undefined for a node that leads to
 * none. Of several at the same distance it is the one found first when edges are walked in order. Looks at each edge twice.
 */
export function nearest(graph: Graph, sources: Iterable<number>): (number | undefined)[] {
  const from = reversed(graph);
  const unreached = -1;
  const distances = new Int32Array(graph.length).fill(unreached);
  const reached = [...sources];
  for (const node of reached) distances[node] = 0;
  for (const node of reached) {
    for (const before of from[node] ?? []) {
      if (distances[before] !== unreached) continue;
      distances[before] = (distances[node] ?? 0) + 1;
      reached.push(before);
    }
  }
  const found: (number | undefined)[] = Array.from({ length: graph.length });
  for (const node of reached) {
    const nearer = (distances[node] ?? 0) - 1;
    const next = nearer === unreached ? undefined : graph[node]?.find((to) => distances[to] === nearer);
    found[node] = next === undefined ? node : found[next];
  }
  return found;
}

/** The edges reversed: for each node, the nodes that lead to it. */
function reversed(graph: Graph): Graph {
  const from: number[][] = [];
  for (const [node, to] of graph.entries()) {
    for (const other of to) (from[other] ??= []).push(node);
  }
  return from;
}
