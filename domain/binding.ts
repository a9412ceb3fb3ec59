import type { Bound } from './accounts.ts';
import type { Announcement } from './announcement.ts';
import type { Entry } from './commitment.ts';
import { isBound, isObligor, noExemptions, obligors, type Status } from './status.ts';
import type { Term } from './terms.ts';

/** Who speaks by an announcement, and whom it binds. */

/** Everyone who speaks, and everyone who is spoken for. */
export function speaking({ data }: Pick<Entry, 'data'>): Set<string> {
  return new Set(data.saidBy.flatMap((speaker) => [speaker.actor, ...(speaker.for === undefined ? [] : [speaker.for])]));
}

/** Whether a party speaks by an announcement, or is spoken for. */
export function speaks({ data }: Pick<Entry, 'data'>, party: string): boolean {
  for (const speaker of data.saidBy) if (speaker.actor === party || speaker.for === party) return true;
  return false;
}

/** The announcements that bind: they enter terms into accounts. */
export type Binding = Extract<Announcement, { type: 'pledged' | 'formalised' | 'amended' }>;

export function isBinding(entry: Entry): entry is Entry<Binding> {
  return entry.type === 'pledged' || entry.type === 'formalised' || entry.type === 'amended';
}

/**
 * The obligors whom an announcement binds. A pledge binds those who speak, and all where others report it; an instrument those
 * among its parties or, where it names nobody, those who speak; an amendment whom its instrument names, else as a pledge. Once the
 * commitment has ended it binds nobody.
 */
export function binds(status: Status, entry: Entry<Binding>): string[] {
  if (status.stage === 'ended') return [];
  const ofTheDay = obligors(status);
  if (status.bindsAll) return ofTheDay;
  const named = entry.type === 'pledged' ? undefined : entry.data.instrument?.parties;
  if (named?.length) {
    const ofInstrument = ofTheDay.filter((party) => named.includes(party));
    if (ofInstrument.length > 0 || entry.type === 'formalised') return ofInstrument;
  }
  const speak = ofTheDay.filter((party) => speaks(entry, party));
  if (entry.type === 'formalised') return speak;
  return speak.length === 0 && isReported(status, entry) ? ofTheDay : speak;
}

/**
 * Who comes to owe a term: of those who are bound, those whom it names. A term from which a party is exempt is entered only when
 * that party speaks.
 */
export function owersAmong(
  status: Status,
  bound: readonly string[],
  { entry, term }: { entry: Entry<Binding>; term: Term },
): readonly string[] {
  const owes = (party: string): boolean => {
    return isNamed(term, party) && (!status.bound.get(party)?.exemptFrom.has(term.key) || speaks(entry, party));
  };
  return bound.every(owes) ? bound : bound.filter(owes);
}

/** Whether a party is among those whom a term names; one that names nobody names all. */
export function isNamed({ owedBy }: Term, party: string): boolean {
  return !owedBy?.length || owedBy.includes(party);
}

/** Whether somebody other than the beneficiaries reports what an obligor said. What only beneficiaries report binds nobody. */
export function isReported(status: Status, entry: Entry<Announcement & { data: { reported?: boolean | undefined } }>): boolean {
  return entry.data.reported === true && !isByBeneficiaries(status, entry);
}

/** Whether everyone who speaks is, or speaks for, a beneficiary that is no obligor. */
export function isByBeneficiaries(status: Status, { data }: Entry): boolean {
  const isBeneficiary = (party: string | undefined): boolean => {
    return party !== undefined && status.beneficiaries.has(party) && !isObligor(status, party);
  };
  return data.saidBy.every((speaker) => isBeneficiary(speaker.actor) || isBeneficiary(speaker.for));
}

/** Whether a removal is a beneficiary's waiver: it binds nobody, and holds for all who owe. */
export function isWaiver(status: Status, entry: Entry<Binding>, bound: readonly string[]): boolean {
  return bound.length === 0 && status.stage !== 'ended' && isByBeneficiaries(status, entry);
}

/** Binds a party from a day on, unless he is bound as firmly already. An amendment changes nothing for a party who is bound. */
export function bind(status: Status, party: string, to: Pick<Bound, 'stage' | 'entry'>): void {
  const before = status.bound.get(party);
  if (before?.stage === 'formalised' || before?.stage === to.stage) return;
  if (to.entry?.type === 'amended' && before && isBound(before)) return;
  status.bound.set(party, { party, ...to, since: status.day, exemptFrom: before?.exemptFrom ?? noExemptions });
}
