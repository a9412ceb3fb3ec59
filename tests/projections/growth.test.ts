import { answered } from '../helpers/answered.ts';
import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { statusOn } from '../../domain/advance.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { decide } from '../../domain/decide.ts';
import { noJudgements } from '../../domain/judge.ts';
import { inForceSpans } from '../../projections/derived/inForce.ts';
import { milestones, warningsOn } from '../../projections/derived/warnings.ts';
import { figureForEver } from '../../projections/figure.ts';
import { historyInSteps } from '../../projections/history.ts';
import { situationOf } from '../../projections/figures.ts';
import { recordOf, viewedIn } from '../../projections/record.ts';
import { markingOf } from '../../projections/timedMarks.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { generate } from '../bench/generate.ts';

/** Work is counted by how often a field of an announcement's data is read: it does not depend on the machine. */

const around = { milestones: () => undefined, exchangedFor: () => [], called: () => undefined };
const cut = { asOf: 20_000, knownAt: null, size: 1 };

type Long = { readonly events: readonly Recorded[]; readonly commitment: Commitment; readonly reads: () => number };

/** A generated commitment of so many events, none of which corrects another or was found late. */
function long(length: number): Long {
  let reads = 0;
  const count = (data: object): object =>
    new Proxy(data, {
      get: (of, field) => {
        reads++;
        return Reflect.get(of, field);
      },
    });
  // Of 100 commitments that begin together this one alone is long.
  const all = generate({ seed: 10, events: 2 * length + 400, lengthOf: (n) => (n === 0 ? 2 * length : 2) });
  const streams = Map.groupBy(all, ({ stream }) => stream);
  const own = [...streams.values()].find((events) => events.length > length) ?? [];
  const events = own
    .filter(({ type }) => type !== 'corrected')
    .slice(0, length)
    .map((event, revision) => ({ ...parseRecorded({ ...event, revision }) }))
    .map((event) => ({ ...event, data: count(event.data) }) as Recorded);
  const commitment = fold(events);
  if (!commitment) throw new Error('expected a commitment, found none');
  return { events, commitment, reads: () => reads };
}

const works: Record<string, (long: Long) => unknown> = {
  'its fold': ({ events }) => fold(events),
  'its status': ({ commitment }) => statusOn(commitment),
  'what is in force': ({ commitment }) => inForceSpans(commitment),
  'its warnings': ({ commitment }) => warningsOn(commitment, cut.asOf, around),
  'its milestones': ({ commitment }) => milestones(commitment),
  'its line in a view': ({ commitment }) => viewedIn(situationOf(commitment, cut.asOf), around),
  'its record': ({ commitment }) => recordOf(commitment, cut, around),
  'its history': ({ events }) => answered(historyInSteps(events, cut)),
  'one figure of it': ({ events, commitment }) => {
    const first = commitment.timeline.find(({ type }) => type === 'proposed');
    return figureForEver('/ledgers/test', events, { announcement: first?.id ?? '', key: 'total' }, { cut, ...around });
  },
  recording: ({ events }) => {
    let commitment: Commitment | undefined;
    const judgements = noJudgements();
    for (const event of events) {
      const decided = decide(commitment, event, { judgements });
      if ('reason' in decided) throw new Error(JSON.stringify(decided));
      commitment = decided;
    }
  },
};

test.for(Object.entries(works))('%s takes as much work an announcement, however long a commitment is', ([, work]) => {
  const [short, tenTimes] = [100, 500].map((length) => {
    const one = long(length);
    const before = one.reads();
    work(one);
    return (one.reads() - before) / length;
  });
  expect(tenTimes).toBeLessThan(1.5 * (short ?? 0));
});

test('the marks of a commitment that goes on are made without reading all of it again', () => {
  const [short, fiveTimes] = [100, 500].map((length) => {
    const { events, commitment, reads } = long(length);
    const marking = markingOf(fold(events.slice(0, -20)) ?? commitment);
    const before = reads();
    for (const entry of commitment.timeline.slice(-20)) {
      marking.take(entry);
      marking.marks(commitment);
    }
    return reads() - before;
  });
  expect(fiveTimes).toBeLessThan(2 * (short ?? 0));
});

const because = { mode: 'refine', reason: 'r', sources: [{ publisher: 'P', url: 'https://example.org/' }] };

/** How many more fields the history of a commitment of some length reads once one more event is recorded. */
function readsOfOneMore(one: (events: readonly Recorded[]) => object): (length: number) => number {
  return (length) => {
    const { events, reads } = long(length);
    const [, first] = events;
    const more = { ...first, revision: length, ...one(events) } as Recorded;
    const readsOf = (all: readonly Recorded[]): number => {
      const before = reads();
      answered(historyInSteps(all, cut));
      return reads() - before;
    };
    return readsOf([...events, more]) - readsOf(events);
  };
}

test('a history reads nothing again after a correction of a note, however long a commitment is', () => {
  const readsAfter = readsOfOneMore(([, first]) => {
    const data = { ...because, corrects: first?.id, changes: { note: 'again' } };
    return { id: 'correction', type: 'corrected', data };
  });
  expect(readsAfter(500)).toBe(readsAfter(100));
});

test('a history reads nothing again after a late find that only asks or reports', () => {
  const readsAfter = readsOfOneMore((events) => {
    const proposal = events.find(({ type }) => type === 'proposed');
    return { id: 'late', type: 'proposed', data: { ...proposal?.data } };
  });
  expect(readsAfter(500)).toBe(readsAfter(100));
});

test.for([
  ['a note', (id: string) => ({ corrects: id, changes: { note: 'again' } })],
  ['the title', (_: string, opened: string) => ({ corrects: opened, changes: { title: 'Another' } })],
] as const)('correcting %s judges nothing again, however long a commitment is', ([, changing]) => {
  const [short, tenTimes] = [100, 500].map((length) => {
    const { events, reads } = long(length);
    let commitment: Commitment | undefined;
    const judgements = noJudgements();
    const record = (event: Recorded): void => {
      const decided = decide(commitment, event, { judgements });
      if ('reason' in decided) throw new Error(JSON.stringify(decided));
      commitment = decided;
    };
    events.forEach(record);
    const [opened, first] = events as [Recorded, Recorded];
    const before = reads();
    record({
      ...opened,
      id: 'correction',
      type: 'corrected',
      data: { ...because, ...changing(first.id, opened.id) },
    } as Recorded);
    return reads() - before;
  });
  expect(tenTimes).toBe(short);
});

test('a late find is judged from its place on, and no further than something changes', () => {
  const [short, fiveTimes] = [200, 1000].map((length) => {
    const { events, reads } = long(length);
    let commitment: Commitment | undefined;
    const judgements = noJudgements();
    const record = (event: Recorded): void => {
      const decided = decide(commitment, event, { judgements });
      if ('reason' in decided) throw new Error(JSON.stringify(decided));
      commitment = decided;
    };
    events.forEach(record);
    const plain = events.filter(({ type, data }) => type === 'observed' && !('resolves' in data)).slice(0, 20);
    const finds = plain.map((event, index) => ({ ...events.at(-1), ...event, id: `late-${index}`, revision: length + index }));
    const before = reads();
    for (const find of finds) record(find);
    return reads() - before;
  });
  expect(fiveTimes).toBeLessThan(1.5 * (short ?? 0));
});
