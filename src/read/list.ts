import type { Commitment, Entry } from '../../domain/commitment.ts';
import { statusOn } from '../../domain/advance.ts';
import { effectDay } from '../../domain/effects.ts';
import { suspended } from '../../domain/status.ts';
import type { Stage } from '../../domain/types.ts';
import type { WarningKind } from '../../domain/warnings.ts';
import type { Cut } from '../../projections/cut.ts';
import { type Summary, summaryOf } from '../../projections/record.ts';
import { pause } from '../turns.ts';
import { partiesInWords } from '../wording/values.ts';
import { type Folded, isUnder, neighboursAt } from './folded.ts';
import type { EverHad } from './readModelRows.ts';

export type ListFilter = {
  readonly topic?: string | undefined;
  readonly party?: string | undefined;
  readonly stage?: Stage | undefined;
  readonly contested?: boolean | undefined;
  readonly warning?: WarningKind | undefined;
  readonly suspended?: boolean | undefined;
  readonly performance?: Summary['performance'] | undefined;
  /** Of what ended. */
  readonly reason?: string | undefined;
  /** Obligor. */
  readonly from?: string | undefined;
  /** Beneficiary. */
  readonly to?: string | undefined;
  /** Who spoke, was spoken for, or gives a reading. */
  readonly actor?: string | undefined;
  /** The slug of an instrument that an announcement shares. */
  readonly document?: string | undefined;
  /** Words that must all stand in the title, the parties, the terms or the summaries, in whichever case. */
  readonly q?: string | undefined;
};

/** How many commitments one page looks at: in a ledger of a hundred thousand, nobody waits while a rare one is looked for. */
const maxLookedAt = 5000;
/** How long a page may be, in characters of its JSON; one commitment may be longer. */
const maxListed = 4 * 1024 * 1024;

/**
 * A page of commitments in order of opening; `next` is the opening after which the next page begins. A page for which much had to
 * be looked at ends before it is full, even when nothing was found, and so does one whose commitments are long.
 */
export async function listAt(
  { readModel }: Folded,
  filter: ListFilter,
  cut: Cut,
  page: { after: number; limit: number },
): Promise<{ commitments: Summary[]; next: number | undefined }> {
  const had = { ...hadBy(filter), size: cut.size };
  const found: Summary[] = [];
  let length = 0;
  const neighboursOf = neighboursAt({ readModel }, cut);
  const batch = Math.max(page.limit, 100);
  for (let after = page.after, lookedAt = 0; ; lookedAt += batch) {
    if (lookedAt >= maxLookedAt) return { commitments: found, next: after };
    const openings = readModel.opened({ ...had, after, limit: batch });
    for (const opening of openings) {
      // Looking at thousands must not keep other requests waiting.
      await pause();
      const commitment = await readModel.commitment(opening.id, cut.size);
      if (!commitment || !matches(commitment, filter, cut)) continue;
      const summary = summaryOf(commitment, cut, await neighboursOf([commitment]));
      if (filter.warning !== undefined && !summary.warnings.some((one) => one.warning === filter.warning)) continue;
      length += JSON.stringify(summary).length;
      if (found.length === page.limit || (found.length > 0 && length > maxListed)) return { commitments: found, next: after };
      found.push(summary);
      after = opening.sequence;
    }
    const last = openings.at(-1);
    if (!last || openings.length < batch) return { commitments: found, next: undefined };
    after = last.sequence;
  }
}

/** What whoever matches must have had at some cut: of these alone the read model has a list. */
function hadBy({
  topic,
  party,
  from,
  to,
  stage,
  reason,
  contested,
  suspended: paused,
  performance,
  document,
}: ListFilter): EverHad {
  return {
    topic,
    party: party ?? from ?? to,
    stage: stage ?? (reason === undefined ? undefined : 'ended'),
    contested: contested || undefined,
    suspended: paused || undefined,
    performed: performance === 'partial' || performance === 'full' || undefined,
    document,
  };
}

function matches(commitment: Commitment, filter: ListFilter, cut: Cut): boolean {
  const { topic, actor, document, q } = filter;
  if (topic !== undefined && !isUnder(commitment, topic)) return false;
  const said = commitment.timeline.filter(({ day }) => day <= cut.asOf);
  if (actor !== undefined && !said.some((entry) => actorsOf(entry).includes(actor))) return false;
  if (document !== undefined && !said.some((entry) => entry.data.instrument?.document === document)) return false;
  return isSo(commitment, filter, cut) && holdsWords(commitment, q, cut);
}

/** Whether the status on the day is what is asked for. */
function isSo(commitment: Commitment, filter: ListFilter, cut: Cut): boolean {
  const { party, stage, contested, suspended: isSuspended, performance, reason, from, to } = filter;
  if ([party, stage, contested, isSuspended, performance, reason, from, to].every((one) => one === undefined)) return true;
  const { data } = commitment.opened;
  const status = statusOn(commitment, cut.asOf);
  const [obligors, beneficiaries] = [
    [...status.bound.keys(), ...data.from],
    [...status.beneficiaries, ...data.to],
  ];
  if (party !== undefined && ![...obligors, ...beneficiaries, ...leftBy(commitment, cut)].includes(party)) return false;
  if (from !== undefined && !obligors.includes(from)) return false;
  if (to !== undefined && !beneficiaries.includes(to)) return false;
  if (stage !== undefined && status.stage !== stage) return false;
  if (contested !== undefined && status.disputes.size > 0 !== contested) return false;
  if (isSuspended !== undefined && suspended(status).length > 0 !== isSuspended) return false;
  if (performance !== undefined && status.performance !== performance) return false;
  return reason === undefined || (status.stage === 'ended' && status.ended?.entry.data.reason === reason);
}

/** Who has left by a day; a beneficiary is then in the status no longer. */
function leftBy({ timeline }: Commitment, { asOf }: Cut): string[] {
  return timeline.flatMap((entry) => (entry.type === 'left' && effectDay(entry) <= asOf ? entry.data.parties : []));
}

/** Who speaks, is spoken for, or gives a reading. */
function actorsOf({ type, data }: Entry): string[] {
  const readings = type === 'disputed' ? data.readings.flatMap(({ party, by }) => [party, by?.actor ?? '']) : [];
  return [...data.saidBy.flatMap((speaker) => [speaker.actor, speaker.for ?? '']), ...readings];
}

function holdsWords({ opened: { data }, timeline }: Commitment, q: string | undefined, cut: Cut): boolean {
  const wanted = folded(q ?? '')
    .split(/\s+/)
    .filter(Boolean);
  if (wanted.length === 0) return true;
  const said = timeline
    .filter(({ day }) => day <= cut.asOf)
    .flatMap((entry) => [
      entry.data.summary ?? '',
      ...actorsOf(entry),
      ...entry.data.saidBy.map(({ name }) => name ?? ''),
      ...(entry.type === 'disputed' ? entry.data.readings.map(({ text }) => text) : []),
      ...(entry.data.terms ?? []).flatMap((term) => [term.text, term.translation ?? '']),
    ]);
  const parties = partiesInWords([...data.from, ...data.to], data.names);
  const text = folded([data.title, data.topic, parties, ...said].join('\n'));
  return wanted.every((word) => text.includes(word));
}

/** Letters compared without case and width. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
