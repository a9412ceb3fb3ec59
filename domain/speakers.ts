import { isByBeneficiaries, isReported, speaking, speaks } from './binding.ts';
import type { Entry } from './commitment.ts';
import { reject, type Rejection } from './rejection.ts';
import { boundParties, obligors, type Status } from './status.ts';

/** Who must speak by an announcement, at its place: judged once, when it is recorded or corrected. */
export function wrongSpeaker(status: Status, entry: Entry): Rejection | undefined {
  switch (entry.type) {
    case 'proposed':
    case 'disputed':
    case 'observed':
      return undefined;
    case 'pledged':
      if (speaksOf(entry, obligors(status)) || isReported(status, entry)) return undefined;
      return notByObligor(status, entry, reportedOnly(status, entry));
    case 'formalised':
      if (isOfInstrument(entry, obligors(status), { orSpeaks: true })) return undefined;
      return notByObligor(status, entry, entry.data.instrument.parties?.length ? 'among the parties of the instrument' : '');
    case 'amended':
      return wrongAmender(status, entry);
    case 'fulfilled':
      if (isByParty(status, entry) || bodyOf(entry) || isReported(status, entry)) return undefined;
      return notByParty(status, entry, 'a court, parliament or org');
    case 'reaffirmed':
      return isByParty(status, entry) || isReported(status, entry) ? undefined : notByParty(status, entry);
    case 'suspended':
      return wrongByInstrument(status, entry);
    case 'resumed':
      return isByGiver(status, entry) ? undefined : wrongByInstrument(status, entry);
    case 'joined': {
      const { parties, reported } = entry.data;
      if (reported === true || speaksOf(entry, parties) || isOfInstrument(entry, parties)) return undefined;
      return reject('not-by-party', '/saidBy', `expected one who joins (${parties.join(', ')}) to speak, ${foundIn(entry)}`);
    }
    case 'left':
      return entry.data.reported === true || isByParty(status, entry) ? undefined : notByParty(status, entry);
    case 'ended':
      return wrongByInstrument(status, entry) ?? endedAlone(status, entry);
    default:
      return entry satisfies never;
  }
}

function speaksOf(entry: Entry, parties: Iterable<string>): boolean {
  for (const party of parties) if (speaks(entry, party)) return true;
  return false;
}

function isByParty(status: Status, entry: Entry): boolean {
  return speaksOf(entry, obligors(status)) || speaksOf(entry, status.beneficiaries);
}

/** Whether the instrument names one of the parties; with `orSpeaks`, also whether one speaks where it names nobody. */
function isOfInstrument(entry: Entry, parties: readonly string[], { orSpeaks = false } = {}): boolean {
  const named = entry.data.instrument?.parties ?? [];
  return named.length > 0 ? parties.some((party) => named.includes(party)) : orSpeaks && speaksOf(entry, parties);
}

/** The first speaker who is, or speaks for, a court, a parliament or an org. */
function bodyOf(entry: Entry): string | undefined {
  return [...speaking(entry)].find((actor) => /^(court|parliament|org):/.test(actor));
}

function wrongAmender(status: Status, entry: Extract<Entry, { type: 'amended' }>): Rejection | undefined {
  const ofTheDay = obligors(status);
  if (speaksOf(entry, ofTheDay) || isOfInstrument(entry, ofTheDay) || isReported(status, entry)) return undefined;
  if (!isByBeneficiaries(status, entry)) return notByObligor(status, entry);
  if (!entry.data.terms?.length) return undefined;
  return notByObligor(status, entry, 'since a beneficiary alone may only remove terms');
}

/** A party, or reported; a court, parliament or org by an instrument. */
function wrongByInstrument(
  status: Status,
  entry: Extract<Entry, { type: 'suspended' | 'resumed' | 'ended' }>,
): Rejection | undefined {
  if (isByParty(status, entry) || isReported(status, entry)) return undefined;
  const body = bodyOf(entry);
  if (body === undefined) return notByParty(status, entry, 'a court, parliament or org by an instrument');
  if (entry.data.instrument) return undefined;
  return reject(
    'not-by-party',
    '/instrument',
    `expected the judgment or act by which ${body} speaks as the instrument, found none`,
  );
}

/** Whether a speaker gave a notice that is revoked. The notice must be named, since by default only suspensions end. */
function isByGiver(status: Status, entry: Extract<Entry, { type: 'resumed' }>): boolean {
  const named = entry.data.resumes ?? [];
  return [...status.notices.values()].some((notice) => {
    return named.includes(notice.id) && speaksOf(entry, speaking(notice.entry));
  });
}

/** When several are bound, one of them alone uses `left`; of two that owe each other, either may end it. */
function endedAlone(status: Status, entry: Extract<Entry, { type: 'ended' }>): Rejection | undefined {
  const bound = boundParties(status);
  if (bound.length < 2 || isReported(status, entry)) return undefined;
  if (bound.length === 2 && bound.every((party) => status.beneficiaries.has(party))) return undefined;
  const own = obligors(status).filter((party) => speaksOf(entry, [party]));
  const isWithOthers =
    own.length !== 1 ||
    speaksOf(
      entry,
      [...status.beneficiaries].filter((party) => !own.includes(party)),
    );
  if (isWithOthers || (entry.data.instrument && bodyOf(entry) !== undefined)) return undefined;
  const expected = `expected more than one of those who are bound (${bound.join(', ')})`;
  return reject('not-by-party', '/saidBy', `${expected}, found ${own[0]} alone, who uses left`);
}

function reportedOnly(status: Status, entry: Extract<Entry, { type: 'pledged' }>): string {
  return entry.data.reported && isByBeneficiaries(status, entry) ? 'or, as it is reported, one besides the beneficiary' : '';
}

function notByObligor(status: Status, entry: Entry, more = ''): Rejection {
  const expected = `expected a speaker who is, or speaks for, an obligor (${obligors(status).join(', ')})`;
  return reject('not-by-obligor', '/saidBy', `${expected}${more && ` ${more}`}, ${foundIn(entry)}`);
}

function notByParty(status: Status, entry: Entry, or = ''): Rejection {
  const parties = [...new Set([...obligors(status), ...status.beneficiaries])].join(', ');
  const expected = `expected a speaker who is, or speaks for, a party (${parties})${or && `, or ${or}`}, or reported`;
  return reject('not-by-party', '/saidBy', `${expected}, ${foundIn(entry)}`);
}

function foundIn({ data }: Entry): string {
  return `found ${data.saidBy.map((speaker) => speaker.actor + (speaker.for ? ` for ${speaker.for}` : '')).join(', ')}`;
}
