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
import { announcedBy } from '../../projections/figures.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Summary } from '../../projections/record.ts';
import { calledAnywhere, callingIn, neighboursAt } from './folded.ts';
import { membersAt } from './members.ts';
import type { Reader } from './queries.ts';
import { roleOf, throughGroups } from './throughGroups.ts';
import { situationsIn } from './viewAt.ts';
import { summaryAt } from './workedOut.ts';

/** Answers across commitments: the parties, one party, and documents. */

/** Every obligor or beneficiary, those of most commitments first. */
export async function partiesAt(reader: Reader, cut: Cut): Promise<Parties> {
  const found = new Map<string, Parties['parties'][number]>();
  for await (const { commitment, status } of situationsIn(reader, [{}], cut)) {
    const called = callingIn(reader, commitment, cut);
    const count = (party: string, field: 'owes' | 'obligor' | 'beneficiary'): void => {
      const one = found.get(party) ?? { party, name: called(party), owes: 0, obligor: 0, beneficiary: 0 };
      found.set(party, { ...one, [field]: one[field] + 1 });
    };
    for (const party of obligors(status)) count(party, 'obligor');
    for (const party of status.stage === 'ended' ? [] : boundParties(status)) count(party, 'owes');
    for (const party of status.beneficiaries) count(party, 'beneficiary');
  }
  const all = ({ obligor, beneficiary }: Parties['parties'][number]): number => obligor + beneficiary;
  const sorted = [...found.values()].toSorted((one, other) => all(other) - all(one) || (one.party < other.party ? -1 : 1));
  return { parties: sorted, cut: answerCut(cut) };
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

/** Every document that instruments share, in order of opening. */
export async function documentsAt(reader: Reader, cut: Cut): Promise<Documents> {
  const found = new Map<string, Documents['documents'][number]>();
  for await (const situation of situationsIn(reader, [{}], cut)) {
    const own = new Set<string>();
    for (const { data } of announcedBy(situation)) {
      const { instrument } = data;
      if (instrument?.document === undefined) continue;
      const { document } = instrument;
      const before = found.get(document) ?? { ...entryOf(instrument), document, announcements: 0, commitments: 0 };
      const isNew = !own.has(document);
      own.add(document);
      found.set(document, {
        ...before,
        announcements: before.announcements + 1,
        commitments: before.commitments + (isNew ? 1 : 0),
      });
    }
  }
  return { documents: [...found.values()], cut: answerCut(cut) };
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
