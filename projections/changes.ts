import { z } from 'zod';
import type { Recorded } from '../domain/announcement.ts';
import { cutAnswer } from './cut.ts';
import { difference, differences } from './differences.ts';
import type { Figure } from './figures.ts';
import { allNames } from './names.ts';
import type { CommitmentRecord, StandingTerm } from './record.ts';
import { isPerformed, named, withMeasures } from './statusFields.ts';
import { total, type Total } from './total.ts';

/** What changed between two cuts, per commitment and in totals. */
const commitmentChange = z
  .object({
    commitment: z.string(),
    title: z.string(),
    topic: z.string(),
    names: z.record(z.string(), z.string()).optional().describe('How those who are no countries are called at the later cut'),
    opened: z.literal(true).optional().describe('Not known at the earlier cut'),
    events: z.array(
      z.object({
        sequence: z.int(),
        id: z.string(),
        type: z.string(),
        time: z.string(),
        recordedBy: z.string(),
        happened: z.string().optional(),
        summary: z.string().optional(),
      }),
    ),
    fields: z.array(difference),
  })
  .meta({ id: 'CommitmentChange' });
export type CommitmentChange = z.infer<typeof commitmentChange>;

const totalChange = z
  .object({
    view: z.string(),
    names: z.record(z.string(), z.string()).optional().describe('How payers who are no countries are called at the later cut'),
    before: total.optional(),
    after: total.optional(),
  })
  .meta({ id: 'TotalChange' });
export type TotalChange = z.infer<typeof totalChange>;

export const changes = z
  .object({ from: cutAnswer, to: cutAnswer, commitments: z.array(commitmentChange), totals: z.array(totalChange) })
  .meta({ id: 'Changes' });
export type Changes = z.infer<typeof changes>;

/** What changed in one commitment; undefined when nothing did. `events`: those known only at the later cut. */
export function commitmentChanges(
  before: CommitmentRecord | undefined,
  after: CommitmentRecord,
  events: readonly Recorded[],
): CommitmentChange | undefined {
  const changed = differences(before ? comparable(before, after) : new Map(), comparable(after, before));
  const fields = withMeasures(changed, (name) => byName([...after.terms, ...(after.stoodLast ?? [])]).get(name));
  const names = allNames([before?.names, after.names]);
  if (fields.length === 0 && events.length === 0) return undefined;
  return {
    commitment: after.id,
    title: after.title,
    topic: after.topic,
    ...(Object.keys(names).length > 0 && { names }),
    ...(before === undefined && { opened: true as const }),
    events: events.map(({ sequence, id, type, time, recordedBy, data }) => ({
      sequence,
      id,
      type,
      time: new Date(time).toISOString(),
      recordedBy,
      ...('happened' in data && { happened: data.happened }),
      ...('summary' in data && data.summary !== undefined && { summary: data.summary }),
    })),
    fields,
  };
}

/**
 * Whether the totals of a view of these topics, or of all, can have changed: by terms, by deliveries or payers, or by links,
 * which reach across topics.
 */
export function canMoveTotals(changes: readonly CommitmentChange[], wanted: readonly string[] | undefined): boolean {
  const hasLinks = (links: unknown): boolean => Object.keys(links ?? {}).length > 0;
  return changes.some((change) => {
    const topics = [change.topic, ...change.fields.flatMap(({ field, before }) => (field === 'topic' ? [String(before)] : []))];
    const isOfView = wanted === undefined || topics.some((one) => wanted.some((topic) => `${one}/`.startsWith(`${topic}/`)));
    return change.fields.some(({ field, before, after }) => {
      if (field === 'links') return hasLinks(before) || hasLinks(after);
      // A new commitment counts by its terms alone.
      const isOther = change.opened === undefined && (field === 'topic' || field === 'from');
      return isOfView && (isOther || /^(terms|performance)\//.test(field));
    });
  });
}

/** The totals of a view that changed, appeared or disappeared, or of which a different amount was delivered. */
export function totalChanges(view: string, before: readonly Total[], after: readonly Total[]): TotalChange[] {
  const unit = ({ payer, currency, per }: Total): string => JSON.stringify([payer, currency, per]);
  const byUnit = (totals: readonly Total[]): Map<string, Total> => new Map(totals.map((one) => [unit(one), one]));
  const sum = ({ min, max, about, delivered }: Total): string => JSON.stringify([min, max, about, delivered]);
  const [old, now] = [byUnit(before), byUnit(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [one, other] = [old.get(key), now.get(key)];
    if (one === other || (one && other && sum(one) === sum(other))) return [];
    return [{ view, ...(one && { before: one }), ...(other && { after: other }) }];
  });
}

/**
 * A record as flat fields that can be compared with another: terms by key, everything else by its subject. The announcements
 * themselves are listed as events.
 */
function comparable(record: CommitmentRecord, other: CommitmentRecord | undefined): Map<string, unknown> {
  const { id: _, cut: _cut, revision: _revision, terms, stoodLast = [], inForce, contested, warnings, ...more } = record;
  const {
    names: _names,
    bound,
    suspended,
    notices,
    asked: _asked,
    observed: _observed,
    asserted: _asserted,
    delivered: _delivered,
    ...plain
  } = more;
  const fields = new Map<string, unknown>(Object.entries(plain));
  for (const [code, name] of sharedNames(record, other)) fields.set(`names/${code}`, name);
  for (const { party, ...one } of bound) fields.set(`bound/${party}`, one);
  for (const [name, { performance: _performance, ...term }] of byName(terms)) fields.set(`terms/${name}`, term);
  for (const [name, { performance: done = {} }] of byName([...terms, ...stoodLast])) {
    if (isPerformed(done)) fields.set(`performance/${name}`, done);
  }
  for (const { key, ...one } of inForce) {
    fields.set(fields.has(`inForce/${key}`) ? `inForce/${key}/${one.inForceFor.join('+')}` : `inForce/${key}`, one);
  }
  for (const { dispute, ...one } of contested) fields.set(`contested/${dispute}`, one);
  for (const { suspension, ...one } of suspended) fields.set(`suspended/${suspension}`, one);
  for (const { announcement, ...one } of notices) fields.set(`notices/${announcement}`, one);
  const isShared = sharing(warnings, other?.warnings ?? []);
  for (const one of warnings) {
    const { warning: _warning, ...rest } = one;
    const name = nameOfWarning(one);
    fields.set(isShared(name) ? `${name}/${one.announcement}` : name, rest);
  }
  return fields;
}

type Warning = CommitmentRecord['warnings'][number];

function nameOfWarning({ warning, commitment, term, announcement, party }: Warning): string {
  const about = [commitment, term ?? announcement, party].filter((part) => part !== undefined);
  return `warnings/${[warning, ...about].join('/')}`;
}

/** Whether several warnings of either record have this name, as where figures of one key stand side by side. */
function sharing(...records: readonly (readonly Warning[])[]): (name: string) => boolean {
  const shared = records.flatMap((warnings) => {
    const names = warnings.map(nameOfWarning);
    return names.filter((name, index) => names.indexOf(name) !== index);
  });
  return (name) => shared.includes(name);
}

/** Terms by name; see `named`. */
function byName<One extends Figure | StandingTerm>(terms: readonly One[]): Map<string, One & { owedBy: string[] }> {
  return named(
    terms.map((one) => ({ ...one, owedBy: one.owedBy ?? [] })),
    ({ key }) => key,
  );
}

/** The names of those who are in both records: a party that appears for the first time is not renamed. */
function sharedNames({ names = {} }: CommitmentRecord, other: CommitmentRecord | undefined): [string, string][] {
  if (other === undefined) return [];
  const parties = [...other.from, ...other.to, ...other.bound.map(({ party }) => party)];
  const known = new Set([...Object.keys(other.names ?? {}), ...parties]);
  return Object.entries(names).filter(([code]) => known.has(code));
}
