import { z } from 'zod';
import type { Recorded } from '../domain/announcement.ts';
import { apply, type Commitment, type Entry } from '../domain/commitment.ts';
import { removedKeys, standingUnder } from '../domain/accounts.ts';
import { advance, statusOn } from '../domain/advance.ts';
import { emptyStatus, standing, type Status } from '../domain/status.ts';
import { stages } from '../domain/types.ts';
import { answerCut, type Cut, cutAnswer } from './cut.ts';
import { type Difference, difference, differences } from './differences.ts';

/** Every event of a commitment as recorded, in recording order: what it changed, what corrected it, and where that left things. */
export const history = z
  .object({
    id: z.string(),
    title: z.string(),
    events: z.array(
      z.object({
        sequence: z.int(),
        revision: z.int(),
        id: z.string(),
        type: z.string(),
        time: z.string().describe('When it was recorded'),
        recordedBy: z.string(),
        data: z.record(z.string(), z.unknown()).describe('As recorded'),
        corrected: z.array(difference).optional().describe('Of a correction: the fields of what it corrects, before and after'),
        changed: z.array(difference).describe('What it changed in the status, as known then'),
        state: z
          .object({ stage: z.enum(stages), performance: z.enum(['none', 'partial', 'full']), contested: z.array(z.string()) })
          .describe('The status after it, as known then, of all that had been announced'),
        correctedBy: z.array(z.string()).describe('The corrections of it, in recording order'),
      }),
    ),
    cut: cutAnswer,
  })
  .meta({ id: 'History' });
export type History = z.infer<typeof history>;

/** `events`: all of one stream that are known at the cut. A day never shortens a history. */
export function historyOf(events: readonly Recorded[], cut: Cut): History {
  const corrections = Map.groupBy(
    events.filter((event) => event.type === 'corrected'),
    (event) => event.data.corrects,
  );
  let commitment: Commitment | undefined;
  const running = runningStatus();
  const rows = events.map((event) => {
    const before = commitment;
    commitment = apply(before, event);
    const { sequence, revision, id, type, time, recordedBy, data } = event;
    const changed = running.take(commitment, event);
    const { stage, performance, disputes } = running.status();
    return {
      sequence,
      revision,
      id,
      type,
      time: new Date(time).toISOString(),
      recordedBy,
      data,
      ...(event.type === 'corrected' && { corrected: correctedFields(before, commitment, event.data) }),
      changed,
      state: { stage, performance, contested: [...disputes.keys()] },
      correctedBy: (corrections.get(id) ?? []).map((correction) => correction.id),
    };
  });
  return { id: commitment?.id ?? '', title: commitment?.opened.data.title ?? '', events: rows, cut: answerCut(cut) };
}

/** What an event changed in the status, of all that had been announced. */
export function changedBetween(before: Commitment | undefined, after: Commitment): Difference[] {
  return differences(before ? statusFields(statusOn(before)) : new Map(), statusFields(statusOn(after)));
}

/**
 * The status after each event of a commitment. An announcement that lands behind all others is taken into the status that was, and
 * only what it touches is compared; after a late find or a correction the whole timeline is read again.
 */
function runningStatus(): { take: (commitment: Commitment, event: Recorded) => Difference[]; status: () => Status } {
  let status: Status | undefined;
  /** Where a field stands among the others: its place when it last appeared. */
  let places = new Map<string, number>();
  let count = 0;
  const placed = (names: Iterable<string>): void => {
    for (const name of names) if (!places.has(name)) places.set(name, count++);
  };
  const takeLast = (known: Status, entry: Entry): Difference[] => {
    const touched = touchedBy(known, entry);
    const inOrder = (): Map<string, unknown> => {
      const there = [...touched].map((name): [string, unknown] => [name, fieldOf(known, name)]);
      const fields = there.filter(([, value]) => value !== undefined);
      return new Map(fields.toSorted(([a], [b]) => (places.get(a) ?? 0) - (places.get(b) ?? 0)));
    };
    const before = inOrder();
    advance(known, entry);
    for (const name of touched) if (fieldOf(known, name) === undefined) places.delete(name);
    placed([...touched].filter((name) => fieldOf(known, name) !== undefined));
    return differences(before, inOrder());
  };
  return {
    take: (commitment, event) => {
      const last = commitment.timeline.at(-1);
      if (status && last?.id === event.id && !isWide(status, last)) return takeLast(status, last);
      const before = status ? statusFields(status) : new Map<string, unknown>();
      status = statusOn(commitment);
      const after = statusFields(status);
      places = new Map();
      placed(after.keys());
      return differences(before, after);
    },
    status: () => status ?? emptyStatus({ from: [], to: [] }),
  };
}

/** Whether an announcement, or an effect that is due by its day, may change anything. */
function isWide(status: Status, { type }: Entry): boolean {
  return status.notices.size > 0 || ['ended', 'left', 'joined'].includes(type);
}

/** The names of the fields that an announcement may change. */
function touchedBy(status: Status, entry: Entry): Set<string> {
  const { terms = [], resolves = [] } = entry.data;
  const keys = new Set(terms.map(({ key }) => key));
  if (entry.type === 'amended') for (const key of removedKeys(status.accounts, entry.data.removes ?? [])) keys.add(key);
  const disputes = [
    ...resolves,
    entry.id,
    ...(entry.type === 'disputed' && entry.data.joins !== undefined ? [entry.data.joins] : []),
  ];
  return new Set([
    'stage',
    'performance',
    ...Array.from(keys, (key) => `terms/${key}`),
    ...disputes.map((id) => `contested/${id}`),
  ]);
}

/** Stage, performance, the terms that stand and the open disputes as flat fields. */
function statusFields(status: Status): Map<string, unknown> {
  const names = [
    'stage',
    'performance',
    ...standing(status).map(({ term }) => `terms/${term.key}`),
    ...[...status.disputes.keys()].map((id) => `contested/${id}`),
  ];
  return new Map(names.map((name) => [name, fieldOf(status, name)]));
}

/** A field by its name; undefined when it is not there. */
function fieldOf(status: Status, name: string): unknown {
  const [field = '', inside = ''] = name.split('/');
  switch (field) {
    case 'stage':
      return status.stage;
    case 'performance':
      return status.performance;
    case 'terms':
      return status.stage === 'ended' ? undefined : standingUnder(status.accounts, inside)[0]?.term;
    default:
      return status.disputes.get(inside)?.readings.map(({ reading }) => reading);
  }
}

/** The corrected announcement or opening, field by field; after a retraction nothing of it is left. */
function correctedFields(
  before: Commitment | undefined,
  after: Commitment,
  { corrects, changes }: { corrects: string; changes?: Record<string, unknown> | undefined },
): Difference[] {
  const fieldsOf = (commitment: Commitment | undefined): Map<string, unknown> => {
    const target =
      commitment?.opened.id === corrects ? commitment.opened : commitment?.timeline.find(({ id }) => id === corrects);
    const fields = Object.entries(target?.data ?? {});
    return new Map(fields.filter(([field]) => changes === undefined || field in changes));
  };
  return differences(fieldsOf(before), fieldsOf(after));
}
