/** A place in the server's log: both numbers only ever grow. */
export type Position = { readonly commit: bigint; readonly prepare: bigint };

/** The place of an event of the ledger on the server. */
export type Place = { readonly position: Position; readonly id: string };

export function isAfter(one: Position, other: Position): boolean {
  return one.commit > other.commit || (one.commit === other.commit && one.prepare > other.prepare);
}

/** A position as text in the notes of a replica. */
export function textOf({ commit, prepare }: Position): string {
  return `${commit} ${prepare}`;
}

export function positionOf(text: string): Position {
  const [commit = '0', prepare = '0'] = text.split(' ');
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}
