import type { Passing } from './foldedCommitments.ts';
import type { Commitment } from '../../domain/commitment.ts';
import type { Milestones } from '../../projections/derived/warnings.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Around } from '../../projections/record.ts';
import type { Log } from '../store/log.ts';
import { pause } from '../turns.ts';
import { partyInWords } from '../wording/values.ts';
import type { Opening, ReadModel } from './readModel.ts';
import { milestonesOf } from './workedOut.ts';

/**
 * What an answer needs once its cut is settled and its commitments are folded. With the log, what was found at the newest cut is
 * carried on to a later one; see `runningAt`.
 */
export type Folded = { readonly readModel: ReadModel; readonly log?: Pick<Log, 'read' | 'streamsChanged'> };

/** All openings, in order, read in pages. */
export async function* openingsOf(
  { readModel }: Folded,
  filter: Omit<Parameters<ReadModel['opened']>[0], 'after' | 'limit'>,
): AsyncGenerator<Opening> {
  for (let after = 0; ;) {
    const page = readModel.opened({ ...filter, after, limit: openingsOnPage });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < openingsOnPage) return;
    after = last.sequence;
    await pause();
  }
}

const openingsOnPage = 1000;

/**
 * Finds what warnings ask about linked commitments, in both directions. Each is read once, however often it is asked for, since
 * many may link to the same long one.
 */
export function neighboursAt(
  reader: Folded,
  cut: Cut,
  options: Passing = {},
): (commitments: readonly Commitment[]) => Promise<Around> {
  const known = new Map<string, Neighbour | undefined>();
  const exchangers = new Map<string, string[]>();
  const meet = async (id: string, commitment?: Commitment): Promise<Neighbour | undefined> => {
    if (!known.has(id)) {
      const found = commitment ?? (await reader.readModel.commitment(id, cut.size, options));
      known.set(id, found && { milestones: milestonesOf(found), exchanges: found.opened.data.links?.inExchangeFor ?? [] });
      await pause();
    }
    return known.get(id);
  };
  return async (commitments) => {
    const linked = new Set(commitments.flatMap(({ opened }) => Object.values(opened.data.links ?? {}).flat()));
    for (const one of commitments) if (linked.has(one.id)) await meet(one.id, one);
    for (const id of linked) if (id !== undefined) await meet(id);
    for (const { id } of commitments) {
      if (exchangers.has(id)) continue;
      const found: string[] = [];
      for await (const linker of linkersOf(reader, id, cut)) {
        if ((await meet(linker))?.exchanges.includes(id)) found.push(linker);
      }
      exchangers.set(id, found);
    }
    return {
      milestones: (id) => known.get(id)?.milestones,
      exchangedFor: (id) => exchangers.get(id) ?? [],
      called: (commitment, code) => calledIn(reader, commitment, { code, size: cut.size }),
    };
  };
}

/** The newest name sent in the commitment itself, else in the ledger; a commitment that is only a preview may send one too. */
export function calledIn(
  { readModel }: Folded,
  { id, opened }: Commitment,
  { code, size }: { code: string; size: number },
): string | undefined {
  return readModel.nameOf(code, { size, commitment: id }) ?? opened.data.names?.[code] ?? readModel.nameOf(code, { size });
}

/** The names of parties and people in a commitment. */
export function callingIn(reader: Folded, commitment: Commitment, { size }: Cut): (code: string) => string {
  return (code) => {
    const name = code.includes(':') ? calledIn(reader, commitment, { code, size }) : undefined;
    return partyInWords(code, name === undefined ? undefined : { [code]: name });
  };
}

/** What another commitment is asked for. */
type Neighbour = { readonly milestones: Milestones; readonly exchanges: readonly string[] };

/** The ids of commitments that ever linked to one by a cut, in pages. */
export async function* linkersOf({ readModel }: Folded, id: string, { size }: Cut): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const page = readModel.linkers(id, { size, after, limit: maxLinkersOnPage });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < maxLinkersOnPage) return;
    after = last;
    await pause();
  }
}

const maxLinkersOnPage = 100;

/** The name of a party or person where no commitment is given. */
export function calledAnywhere({ readModel }: Folded, code: string, { size }: Pick<Cut, 'size'>): string {
  const name = code.includes(':') ? readModel.nameOf(code, { size }) : undefined;
  return partyInWords(code, name === undefined ? undefined : { [code]: name });
}
