import type { Commitment, Entry } from '../../domain/commitment.ts';
import { boundParties, obligors } from '../../domain/status.ts';
import {
  type DocumentAnswer,
  type Documents,
  dueBetween,
  type DueItem,
  inOrderOfDays,
  type Parties,
  type PartyAnswer,
  saidIn,
  spokenBy,
} from '../../projections/asked.ts';
import { answerCut, type Cut } from '../../projections/cut.ts';
import { announcedBy, type Situation } from '../../projections/figures.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Summary } from '../../projections/record.ts';
import { pause } from '../turns.ts';
import { calledAnywhere, callingIn, neighboursAt } from './folded.ts';
import { membersAt } from './members.ts';
import type { Reader } from './queries.ts';
import { roleOf, throughGroups } from './throughGroups.ts';
import { situationsIn } from './viewAt.ts';
import { situationAt, summaryAt } from './workedOut.ts';

/** Answers across commitments: the parties, one party, and documents. */

/** Every obligor or beneficiary, those of most commitments first. Counted by marks; of each only the first commitment is folded. */
export async function partiesAt(reader: Reader, cut: Cut): Promise<Parties> {
  const { readModel } = reader;
  const found = new Map<string, Parties['parties'][number] & { first: number }>();
  const count = ({ party, role, count: counted, first }: ReturnType<typeof readModel.parties>[number]): void => {
    const one = found.get(party) ?? { party, name: party, owes: 0, obligor: 0, beneficiary: 0, first };
    found.set(party, { ...one, [role]: one[role] + counted, first: Math.min(first, one.first) });
  };
  for (const row of readModel.parties(cut)) count(row);
  for await (const { commitment, status } of unmarked(reader, cut)) {
    const each = { count: 1, first: commitment.opened.sequence };
    for (const party of obligors(status)) count({ ...each, party, role: 'obligor' });
    for (const party of status.stage === 'ended' ? [] : boundParties(status)) count({ ...each, party, role: 'owes' });
    for (const party of status.beneficiaries) count({ ...each, party, role: 'beneficiary' });
  }
  const named: Parties['parties'][number][] = [];
  for (const { first, ...one } of found.values()) {
    const commitment = await openedBy(reader, first, cut);
    if (commitment) named.push({ ...one, name: callingIn(reader, commitment, cut)(one.party) });
  }
  const all = ({ obligor, beneficiary }: Parties['parties'][number]): number => obligor + beneficiary;
  const sorted = named.toSorted((one, other) => all(other) - all(one) || (one.party < other.party ? -1 : 1));
  return { parties: sorted, cut: answerCut(cut) };
}

/** The few long commitments that have no marks for this size, folded. */
async function* unmarked(reader: Reader, cut: Cut): AsyncGenerator<Situation> {
  for (const id of reader.readModel.unsure(cut)) {
    const commitment = await reader.readModel.commitment(id, cut.size);
    if (commitment) yield situationAt(commitment, cut.asOf);
    await pause();
  }
}

/** The commitment that was opened at a sequence. */
async function openedBy({ readModel }: Reader, sequence: number, cut: Cut): Promise<Commitment | undefined> {
  const [opening] = readModel.openedAt([sequence]);
  await pause();
  return opening && readModel.commitment(opening.id, cut.size);
}

/** The maximum number of announcements listed; the list of commitments finds all of them by `actor`. */
const maxSaid = 100;

/** What a party owes, is owed, asked, said and disputes; undefined for one that occurs nowhere at the cut. */
export async function partyAt(reader: Reader, party: string, cut: Cut): Promise<PartyAnswer | undefined> {
  const roles = { owes: [] as Summary[], isAskedFor: [] as Summary[], isOwed: [] as Summary[], left: [] as Summary[] };
  const words = { said: [] as Placed[], asked: [] as Placed[], disputes: [] as Placed[] };
  const due: DueItem[] = [];
  const neighboursOf = neighboursAt(reader, cut);
  let name: string | undefined;
  const seen = new Set<string>();
  for (const filter of [{ party: [party] }, { actor: [party] }]) {
    for await (const situation of situationsIn(reader, [filter], cut)) {
      const { commitment, status } = situation;
      if (seen.has(commitment.id)) continue;
      seen.add(commitment.id);
      name = callingIn(reader, commitment, cut)(party);
      const role = roleOf(situation, party);
      if (role !== undefined || status.beneficiaries.has(party)) {
        const one = summaryAt(situation, await neighboursOf([commitment]));
        if (role !== undefined) roles[role].push(one);
        if (status.beneficiaries.has(party)) roles.isOwed.push(one);
      }
      const own = spokenBy(situation, party);
      for (const kind of ['said', 'asked', 'disputes'] as const) {
        words[kind].push(...own[kind].map((entry) => ({ commitment, entry })));
      }
      due.push(...dueBetween(situation, cut.asOf, Infinity).filter(({ parties }) => parties.includes(party)));
    }
  }
  const found = await throughGroups(reader, [party], cut);
  const through = found.map(({ group, name: called, owes }) => ({ group, name: called, owes }));
  if (name === undefined && through.length === 0) return undefined;
  const answered = (all: readonly Placed[]): PartyAnswer['said'] =>
    all
      .toSorted((one, other) => other.entry.day - one.entry.day)
      .slice(0, maxSaid)
      .map(({ commitment, entry }) => saidIn(commitment, entry));
  return {
    party,
    name: name ?? calledAnywhere(reader, party, cut),
    ...roles,
    asked: answered(words.asked),
    said: answered(words.said),
    disputes: answered(words.disputes),
    due: inOrderOfDays(due),
    through,
    cut: answerCut(cut),
  };
}

/** The commitments of which one is or was a party, or in which one speaks. */
export async function concerning(reader: Reader, party: string, cut: Cut): Promise<Set<string>> {
  const filters: Filter[] = [{ party: [party] }, { actor: [party] }];
  const found = await Promise.all(filters.map(async (filter) => foundBy(reader, filter, cut)));
  return new Set(found.flat());
}

/** The ids of all commitments that a filter lets through. */
export async function foundBy(reader: Reader, filter: Filter, cut: Cut): Promise<string[]> {
  const members = await membersAt(reader, [filter], cut);
  return members.page(0, Number.MAX_SAFE_INTEGER).map(({ id }) => id);
}

type Placed = { readonly commitment: Commitment; readonly entry: Entry };

/** Every document that instruments share, in order of opening. Counted by marks; of each only the first commitment is folded. */
export async function documentsAt(reader: Reader, cut: Cut): Promise<Documents> {
  const rows = reader.readModel.documents(cut).map(({ name, ...row }) => [name, row] as const);
  const found = new Map<string, Omit<(typeof rows)[number][1], 'name'>>(rows);
  for await (const situation of unmarked(reader, cut)) {
    const own = announcedBy(situation).flatMap(({ data }) => data.instrument?.document ?? []);
    for (const [document, { length }] of Map.groupBy(own, (one) => one)) {
      const { sequence } = situation.commitment.opened;
      const { commitments, announcements, first } = found.get(document) ?? {
        commitments: 0,
        announcements: 0,
        first: sequence,
      };
      const both = { commitments: commitments + 1, announcements: announcements + length, first: Math.min(first, sequence) };
      found.set(document, both);
    }
  }
  const placed: { place: number; first: number; entry: Documents['documents'][number] }[] = [];
  for (const [document, { first, announcements, commitments }] of found) {
    const commitment = await openedBy(reader, first, cut);
    const announced = commitment ? announcedBy(situationAt(commitment, cut.asOf)) : [];
    const isOfIt = ({ data }: Entry): boolean => data.instrument?.document === document;
    const place = announced.findIndex(isOfIt);
    const instrument = announced[place]?.data.instrument;
    if (!instrument) continue;
    // Of a treaty that is ratified in steps each announcement names its own parties.
    const parties = new Set(announced.filter(isOfIt).flatMap(({ data }) => data.instrument?.parties ?? []));
    const entry = { ...entryOf(instrument), parties: [...parties], document, announcements, commitments };
    placed.push({ place, first, entry });
  }
  const sorted = placed.toSorted((one, other) => one.first - other.first || one.place - other.place);
  return { documents: sorted.map(({ entry }) => entry), cut: answerCut(cut) };
}

/** Everything announced by one document; undefined for one that no instrument names at the cut. */
export async function documentAt(reader: Reader, document: string, cut: Cut): Promise<DocumentAnswer | undefined> {
  const instruments = new Map<string, DocumentAnswer['instruments'][number]>();
  const announcements: DocumentAnswer['announcements'] = [];
  const commitments: Summary[] = [];
  const neighboursOf = neighboursAt(reader, cut);
  for await (const situation of situationsIn(reader, [{ document: [document] }], cut)) {
    const { commitment } = situation;
    for (const entry of announcedBy(situation)) {
      const { instrument } = entry.data;
      if (instrument?.document !== document) continue;
      const one = { ...entryOf(instrument), document };
      instruments.set(JSON.stringify(one), one);
      announcements.push(saidIn(commitment, entry));
    }
    commitments.push(summaryAt(situation, await neighboursOf([commitment])));
  }
  if (commitments.length === 0) return undefined;
  return { document, instruments: [...instruments.values()], announcements, commitments, cut: answerCut(cut) };
}

function entryOf({ title, date, kind, binding, parties = [] }: NonNullable<Entry['data']['instrument']>) {
  return { title, date, kind, binding, parties };
}
