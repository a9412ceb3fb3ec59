import { type Commitment, type Ledger, ledgerOf } from './ledger.ts';
import { answer, lastPerformance, stateAnswer } from '../plainReading.ts';
import { type TariffRow, tariffRows } from './tariffs.ts';
import type { Event } from './timeline.ts';
import { totalsOf } from './totals.ts';
import { warningsOn } from './warnings.ts';

/** Answers of the plain reading in the form that the API has, as far as it answers: for cases that ask an address. */
export type Line = { id: string; type: string; subject: string; time: string; data: Record<string, unknown> };

/** Lines of the interchange form as events. */
export function eventsOf(lines: readonly Line[]): Event[] {
  const revisions = new Map<string, number>();
  return lines.map(({ id, type, subject, time, data }, index) => {
    const revision = revisions.get(subject) ?? 0;
    revisions.set(subject, revision + 1);
    const place = { stream: subject, sequence: index + 1, revision, time: Date.parse(time) };
    return { id, type: type.replace('commitment.', ''), data, ...place };
  });
}

/** What an address answers, or undefined for one that the plain reading does not know. */
export function asked(events: readonly Event[], address: string): unknown {
  const url = new URL(address, 'http://ledger');
  const query = url.searchParams;
  const knownAt = query.get('knownAt');
  const known = knownAt === null ? events.length : events.filter(({ time }) => time <= lastInstant(knownAt)).length;
  const ledger = ledgerOf(events, query.has('size') ? Number(query.get('size')) : known);
  const asOf = query.get('asOf') ?? ledger.today;
  const [, where = '', id = '', key = ''] = url.pathname.split('/');
  if (where === 'commitments' && id !== '') return commitmentAnswer(ledger, id, asOf);
  if (where === 'figures') return figureAnswer(ledger, { id, key, asOf });
  if (['q', 'document', 'limit'].some((filter) => query.has(filter))) return undefined;
  const shown = [...ledger.commitments.values()].filter((one) => isShown(ledger, one, query, asOf));
  if (where === 'commitments') return shown.map((one) => ({ id: one.id }));
  const ids = shown.map((one) => one.id);
  return {
    totals: totalsOf(ledger, ids, asOf),
    tariffs: shown.flatMap((one) => tariffRows(one, asOf).map(tariffAnswer)),
  };
}

function lastInstant(text: string): number {
  return Date.parse(text.includes('T') ? text : `${text}T23:59:59.999Z`);
}

function commitmentAnswer(ledger: Ledger, id: string, asOf: string): unknown {
  const { inForce, terms, ...rest } = answer(ledger, id, asOf);
  const stands = new Set(terms.map(({ key }) => key));
  return {
    ...rest,
    terms: terms.map(({ term, announcement, owedBy, performance, key }) => {
      const here = inForce.find((one) => one.key === key && owedBy.includes(one.party));
      const [alone] = performance;
      return {
        ...term,
        announcement,
        owedBy,
        inForce: here ? { ...here.term, announcement: here.announcement, since: here.since } : null,
        performance: performance.every(({ party }) => party !== undefined) ? performance : alone,
      };
    }),
    inForce: inForce.filter(({ key }) => !stands.has(key)).map(({ term, ...one }) => ({ ...term, ...one })),
  };
}

function figureAnswer(ledger: Ledger, { id, key, asOf }: { id: string; key: string; asOf: string }): unknown {
  const commitment = [...ledger.commitments.values()].find(({ timeline }) => timeline.some((one) => one.id === id));
  return commitment && { performance: lastPerformance(commitment, asOf).get(key)?.[0] };
}

function isShown(ledger: Ledger, commitment: Commitment, query: URLSearchParams, asOf: string): boolean {
  const told = stateAnswer(commitment, asOf);
  const opening = commitment.opening as unknown as { topic: string };
  const past = [...told.obligors, ...told.beneficiaries, ...told.bound.map(({ party }) => party)];
  const speakers = commitment.timeline.flatMap(({ day, data }) => {
    const readings = (data.readings ?? []) as readonly { party: string; by?: { actor: string } }[];
    const names = [
      ...data.saidBy.flatMap((one) => [one.actor, one.for]),
      ...readings.flatMap((one) => [one.party, one.by?.actor]),
    ];
    return day <= asOf ? names : [];
  });
  const has: Record<string, (value: string) => boolean> = {
    topic: (value) => opening.topic === value || opening.topic.startsWith(`${value}/`),
    party: (value) => past.includes(value),
    to: (value) => told.beneficiaries.includes(value),
    actor: (value) => speakers.includes(value),
    stage: (value) => told.stage === value,
    contested: (value) => String(told.contested.length > 0) === value,
    suspended: (value) => String(told.suspended.length > 0) === value,
    performance: (value) => told.performance === value,
    reason: (value) => told.ended?.reason === value,
    warning: (value) => warningsOn(ledger, commitment, asOf).some(({ warning }) => warning === value),
  };
  return [...query].every(([name, value]) => has[name]?.(value) ?? true);
}

/** A tariff's row as it is answered. */
function tariffAnswer({ since, before, shown: { qualifier, mfn }, spans, ...row }: TariffRow): object {
  return {
    ...row,
    since: since === '' ? null : since,
    before,
    qualifier,
    mfn,
    spans: spans.map(({ until, ...span }) => ({ ...span, ...(until < '9999-12-31' && { until }) })),
  };
}
