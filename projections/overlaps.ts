import type { Commitment } from '../domain/commitment.ts';
import { statusOn } from '../domain/advance.ts';
import { boundParties, type Status } from '../domain/status.ts';
import { components, type Graph, nearest } from '../domain/graph.ts';

/** Which commitments must not be added up together: those that are part of another, and those that are claimed to be. */

/**
 * Why a commitment is not counted: it is part of `whole`, which is counted, or it is claimed to be part of `whole`, which has a
 * figure of its own.
 */
export type Overlap = { readonly kind: 'part' | 'claimed'; readonly whole: string };

/**
 * The links of a ledger at a cut, as far as they lead from anything that is added up. An id may be unrecorded: it is then no
 * commitment, but others may still name it as their whole or their part.
 */
export type Links = {
  readonly other: (id: string) => Linked | undefined;
  /** The commitments that say they contain this one. */
  readonly containers: (id: string) => readonly string[];
  /** The commitments that say they supersede this one, in order of opening. */
  readonly superseders: (id: string) => readonly Superseder[];
  /** All that are part of something, or claimed to be, or that another says it contains or supersedes. */
  readonly named: ReadonlySet<string>;
  /** The ids to which a link leads from this one, or from which one leads to it. */
  readonly near: (id: string) => readonly string[];
};

/** What overlaps need of a commitment: where it was opened, and what it says it is part of. */
export type Linked = {
  readonly sequence: number;
  readonly partOf: readonly string[];
  readonly claimedPartOf: readonly string[];
};

/** A commitment that says it supersedes others, and whether it binds somebody on a day, or did before it ended. */
export type Superseder = { readonly id: string; readonly isBinding: (day: number) => boolean };

/** The links of one commitment that totals need. */
export type OwnLinks = Pick<NonNullable<Commitment['opened']['data']['links']>, (typeof totalled)[number]>;
const totalled = ['partOf', 'claimedPartOf', 'contains', 'supersedes'] as const;

export function ownLinks({ opened }: Commitment): OwnLinks {
  const { links } = opened.data;
  if (!links) return {};
  return Object.fromEntries(totalled.flatMap((kind) => (links[kind]?.length ? [[kind, links[kind]]] : [])));
}

/** A commitment with its links, and whether it binds somebody on a day, or did before it ended. */
export type Linking = Superseder & { readonly sequence: number; readonly links: OwnLinks };

/** The links among commitments, in both directions for what they contain or supersede. */
export function linksAmong(commitments: ReadonlyMap<string, Commitment>): Links {
  const linking = Array.from(commitments.values(), (one): Linking => {
    const isBinding = (day: number): boolean => bindsOrDid(statusOn(one, day));
    return { id: one.id, sequence: one.opened.sequence, links: ownLinks(one), isBinding };
  });
  return linksIn(linking.toSorted((a, b) => a.sequence - b.sequence));
}

/** The same, for commitments in order of opening. */
export function linksIn(linking: readonly Linking[]): Links {
  const linked = new Map<string, Linked>();
  const parts: string[] = [];
  const containers = new Map<string, string[]>();
  const superseders = new Map<string, Superseder[]>();
  const near = new Map<string, string[]>();
  const add = <T>(lists: Map<string, T[]>, id: string, one: T): void => {
    const known = lists.get(id);
    if (known) known.push(one);
    else lists.set(id, [one]);
  };
  for (const { id, sequence, links, isBinding } of linking) {
    const { partOf = [], claimedPartOf = [], contains, supersedes } = links;
    linked.set(id, { sequence, partOf, claimedPartOf });
    if (partOf.length + claimedPartOf.length > 0) parts.push(id);
    for (const part of new Set(contains)) add(containers, part, id);
    for (const other of new Set(supersedes)) add(superseders, other, { id, isBinding });
    for (const other of totalled.flatMap((kind) => links[kind] ?? [])) {
      add(near, id, other);
      add(near, other, id);
    }
  }
  for (const ids of containers.values()) ids.sort();
  return {
    other: (id) => linked.get(id),
    containers: (id) => containers.get(id) ?? [],
    superseders: (id) => superseders.get(id) ?? [],
    named: new Set([...parts, ...containers.keys(), ...superseders.keys()]),
    near: (id) => near.get(id) ?? [],
  };
}

/** Whether a commitment binds somebody, or did before it ended. */
export function bindsOrDid(status: Status): boolean {
  return boundParties(status).length > 0 || (status.stage === 'ended' && status.reached !== undefined);
}

/**
 * Why a commitment is left out of a sum over `tops`. A top counts when no other is above it, through parts or claims at any
 * depth; in a circle the one opened first counts. Any other top is part of one that counts; it is only claimed to be part when
 * every way up to a counted one contains a claim. Each link above the tops is looked at a few times, however the tops are
 * related.
 */
export function overlaps(tops: ReadonlySet<string>, links: Links): (id: string) => Overlap | undefined {
  if (tops.size < 2) return () => undefined;
  const above = linksAbove(tops, links);
  const { counted, isAbove } = countedOf(above, tops.size);
  const wholes = nearest(above.parts, counted);
  const hasClaims = above.claims.some((to) => to.length > 0);
  const claimedOf = hasClaims ? claimedWholes(above, { tops: tops.size, counted, isAbove }) : undefined;
  const found = new Map<string, Overlap>();
  for (const [node, id] of [...tops].entries()) {
    const part = wholes[node];
    if (part === node) continue;
    const whole = part ?? claimedOf?.(node) ?? node;
    found.set(id, { kind: part === undefined ? 'claimed' : 'part', whole: above.ids[whole] ?? '' });
  }
  return (id) => found.get(id);
}

/** The links above the tops as a graph, whose first nodes are the tops. */
type Above = {
  readonly ids: readonly string[];
  readonly openedAt: readonly number[];
  /** From each node to the wholes of which it is a part. */
  readonly parts: Graph;
  /** From each node to the wholes of which it is only claimed to be a part. */
  readonly claims: Graph;
  /** Both kinds of edges. */
  readonly both: Graph;
};

function linksAbove(tops: ReadonlySet<string>, { other, containers }: Links): Above {
  const nodes = new Map(Array.from(tops, (id, node) => [id, node]));
  const nodeOf = (id: string): number => {
    const node = nodes.get(id) ?? nodes.size;
    if (node === nodes.size) nodes.set(id, node);
    return node;
  };
  const openedAt: number[] = [];
  const parts: number[][] = [];
  const claims: number[][] = [];
  // Nodes found on the way are visited in their turn.
  for (const id of nodes.keys()) {
    const { sequence, partOf, claimedPartOf } = other(id) ?? { sequence: Infinity, partOf: [], claimedPartOf: [] };
    openedAt.push(sequence);
    parts.push([...partOf, ...containers(id)].map(nodeOf));
    claims.push(claimedPartOf.map(nodeOf));
  }
  const both = parts.map((wholes, node) => (claims[node]?.length ? [...wholes, ...claims[node]] : wholes));
  return { ids: [...nodes.keys()], openedAt, parts, claims, both };
}

/** Whether a node that another leads to is above it: always outside a circle; within one, when it was opened earlier. */
type IsAbove = (one: number, other: number) => boolean;

/** The tops with no other top above them. */
function countedOf({ both, openedAt }: Above, tops: number): { counted: number[]; isAbove: IsAbove } {
  const componentOf = new Int32Array(both.length).fill(-1);
  /** For each component, whether a top is in it or above it. */
  const holdsTop: boolean[] = [];
  const counted: number[] = [];
  const isBefore = (one: number, other: number): boolean => (openedAt[one] ?? 0) < (openedAt[other] ?? 0);
  for (const nodes of components(both)) {
    let first: number | undefined;
    let isBelow = false;
    for (const node of nodes) {
      componentOf[node] = holdsTop.length;
      if (node < tops && (first === undefined || isBefore(node, first))) first = node;
      // Its own component is not known yet.
      isBelow ||= (both[node] ?? []).some((to) => holdsTop[componentOf[to] ?? -1]);
    }
    holdsTop.push(isBelow || first !== undefined);
    if (first !== undefined && !isBelow) counted.push(first);
  }
  return { counted, isAbove: (one, other) => componentOf[one] !== componentOf[other] || isBefore(one, other) };
}

/**
 * The nearest top of which another is claimed to be a part, with a claim somewhere on the way up. Once the walk has taken a
 * claim it goes on among a second copy of the nodes, numbered after the first.
 */
function claimedWholes(
  { parts, claims, both }: Above,
  { tops, counted, isAbove }: { tops: number; counted: readonly number[]; isAbove: IsAbove },
): (node: number) => number {
  const after = (nodes: readonly number[]): number[] => nodes.map((node) => node + both.length);
  const walk = [...parts.map((to, node) => [...to, ...after(claims[node] ?? [])]), ...both.map(after)];
  const near = nearest(walk, after(Array.from({ length: tops }, (_, node) => node)));
  const sure = nearest(walk, after(counted));
  return (node) => {
    const whole = (near[node] ?? 0) - both.length;
    // A top that counts is certainly above. A nearer one may in turn be claimed to be part of this one.
    return isAbove(whole, node) ? whole : (sure[node] ?? 0) - both.length;
  };
}
