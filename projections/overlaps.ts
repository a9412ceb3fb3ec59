import type { Commitment } from '../domain/commitment.ts';
import { statusOn } from '../domain/advance.ts';
import { boundParties, type Status } from '../domain/status.ts';
import { components, type Graph, nearest } from '../domain/graph.ts';

/** Which commitments may not be added up beside which others: what is part of another, and what is claimed to be. */

/** Why a commitment is not counted: it is part of one that is, `whole`, or is claimed to be part of one with a figure of its own. */
export type Overlap = { readonly kind: 'part' | 'claimed'; readonly whole: string };

/**
 * The links of a ledger at a cut, as far as anything that is added up leads. An id may be one that is not recorded: it is then no
 * commitment, but others may still name it as their whole or as their part.
 */
export type Links = {
  readonly other: (id: string) => Linked | undefined;
  /** The commitments that say they contain this one. */
  readonly containers: (id: string) => readonly string[];
  /** The commitments that say they supersede this one, in order of opening. */
  readonly superseders: (id: string) => readonly Superseder[];
};

/** A commitment as overlaps see it: where it was opened, and what it says it is part of. */
export type Linked = {
  readonly sequence: number;
  readonly partOf: readonly string[];
  readonly claimedPartOf: readonly string[];
};

/** What says that it supersedes others, and whether it binds somebody on a day, or did before it ended. */
export type Superseder = { readonly id: string; readonly isBinding: (day: number) => boolean };

/** What one commitment says of others, as far as totals ask. */
export type OwnLinks = Pick<NonNullable<Commitment['opened']['data']['links']>, (typeof totalled)[number]>;
const totalled = ['partOf', 'claimedPartOf', 'contains', 'supersedes'] as const;

export function ownLinks({ opened }: Commitment): OwnLinks {
  const links = opened.data.links ?? {};
  return Object.fromEntries(totalled.flatMap((kind) => (links[kind]?.length ? [[kind, links[kind]]] : [])));
}

/** A commitment, which links it has, and whether it binds somebody on a day, or did before it ended. */
export type Linking = Superseder & { readonly sequence: number; readonly links: OwnLinks };

/** The links among commitments: each is found by its id, and what they contain or supersede leads back to them. */
export function linksAmong(commitments: ReadonlyMap<string, Commitment>): Links {
  const linking = Array.from(commitments.values(), (one): Linking => {
    const isBinding = (day: number): boolean => bindsOrDid(statusOn(one, day));
    return { id: one.id, sequence: one.opened.sequence, links: ownLinks(one), isBinding };
  });
  return linksIn(linking.toSorted((a, b) => a.sequence - b.sequence));
}

/** The same of commitments in order of opening. */
export function linksIn(linking: readonly Linking[]): Links {
  const linked = new Map<string, Linked>();
  const containers = new Map<string, string[]>();
  const superseders = new Map<string, Superseder[]>();
  const add = <T>(lists: Map<string, T[]>, id: string, one: T): void => {
    const known = lists.get(id);
    if (known) known.push(one);
    else lists.set(id, [one]);
  };
  for (const { id, sequence, links, isBinding } of linking) {
    const { partOf = [], claimedPartOf = [], contains, supersedes } = links;
    linked.set(id, { sequence, partOf, claimedPartOf });
    for (const part of new Set(contains)) add(containers, part, id);
    for (const other of new Set(supersedes)) add(superseders, other, { id, isBinding });
  }
  for (const ids of containers.values()) ids.sort();
  return {
    other: (id) => linked.get(id),
    containers: (id) => containers.get(id) ?? [],
    superseders: (id) => superseders.get(id) ?? [],
  };
}

/** Whether a commitment binds somebody, or did before it ended. */
export function bindsOrDid(status: Status): boolean {
  return boundParties(status).length > 0 || (status.stage === 'ended' && status.reached !== undefined);
}

/**
 * What keeps a commitment out of a sum whose tops are given. A top counts when no other is above it, through parts or claims at
 * any depth; in a circle the first opened counts. Any other top is part of one that counts, or is only claimed to be when no way
 * up to one goes through parts alone. It looks at each link above the tops a few times, however they stand to each other.
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
  /** To those of which it is only claimed to be one. */
  readonly claims: Graph;
  /** To both. */
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
  // What is found on the way is looked at in its turn.
  for (const id of nodes.keys()) {
    const { sequence, partOf, claimedPartOf } = other(id) ?? { sequence: Infinity, partOf: [], claimedPartOf: [] };
    openedAt.push(sequence);
    parts.push([...partOf, ...containers(id)].map(nodeOf));
    claims.push(claimedPartOf.map(nodeOf));
  }
  const both = parts.map((wholes, node) => (claims[node]?.length ? [...wholes, ...claims[node]] : wholes));
  return { ids: [...nodes.keys()], openedAt, parts, claims, both };
}

/** Whether a node that another leads to stands above it: outside of circles always, in one when it was opened before. */
type IsAbove = (one: number, other: number) => boolean;

/** The tops above which no other stands. */
function countedOf({ both, openedAt }: Above, tops: number): { counted: number[]; isAbove: IsAbove } {
  const componentOf = new Int32Array(both.length).fill(-1);
  /** Of each component whether a top stands in it or above it. */
  const holdsTop: boolean[] = [];
  const counted: number[] = [];
  const isBefore = (one: number, other: number): boolean => (openedAt[one] ?? 0) < (openedAt[other] ?? 0);
  for (const nodes of components(both)) {
    let first: number | undefined;
    let isBelow = false;
    for (const node of nodes) {
      componentOf[node] = holdsTop.length;
      if (node < tops && (first === undefined || isBefore(node, first))) first = node;
      // Of its own component nothing is known yet.
      isBelow ||= (both[node] ?? []).some((to) => holdsTop[componentOf[to] ?? -1]);
    }
    holdsTop.push(isBelow || first !== undefined);
    if (first !== undefined && !isBelow) counted.push(first);
  }
  return { counted, isAbove: (one, other) => componentOf[one] !== componentOf[other] || isBefore(one, other) };
}

/**
 * The nearest top of which another is claimed to be a part: on the way up there is a claim. The walk remembers whether it took one
 * by going on among as many nodes again, numbered after all others.
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
    // What counts stands above for certain; a nearer one may in turn be claimed to be part of this one.
    return isAbove(whole, node) ? whole : (sure[node] ?? 0) - both.length;
  };
}
