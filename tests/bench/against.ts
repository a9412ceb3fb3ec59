import { answered } from '../helpers/answered.ts';
import { pathToFileURL } from 'node:url';
import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { decide } from '../../domain/decide.ts';
import { judgeAtDoor } from '../../domain/door.ts';
import { type Judgements, noJudgements } from '../../domain/judge.ts';
import type { Rejection } from '../../domain/rejection.ts';
import { type Milestones, milestones } from '../../projections/derived/warnings.ts';
import { historyInSteps } from '../../projections/history.ts';
import type { Cut } from '../../projections/cut.ts';
import { situationOf } from '../../projections/figures.ts';
import { type Around, recordOf, viewedIn } from '../../projections/record.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { generate } from './generate.ts';
import { timedOnThread } from './measure.ts';
import type { Edition } from './tale.ts';

/**
 * Measures the pure code against that of commit c866b26: `node --expose-gc tests/bench/against.ts CHECKOUT`, the folder of a worktree of
 * that commit with its packages. Both run in turn in this process, over the first 6,000 events of seed 5 in memory. Each figure is the
 * processor time of that commit, with events of the first edition, divided by ours: medians of 7, after 12 that do not count.
 */
const checkout = process.argv[2] ?? '';
const theirs = async <Module>(file: string): Promise<Module> => {
  return (await import(pathToFileURL(`${checkout}/${file}`).href)) as Module;
};
const before = {
  ...(await theirs<{ decide: typeof decide }>('domain/decide.ts')),
  ...(await theirs<{ fold: typeof fold }>('domain/commitment.ts')),
  ...(await theirs<{ milestones: typeof milestones }>('domain/warnings.ts')),
  ...(await theirs<{ recordOf: typeof recordOf; viewed: typeof viewed }>('projections/record.ts')),
  ...(await theirs<{ historyOf: typeof historyOf }>('projections/history.ts')),
};
const ours = { decide, fold, milestones, recordOf, viewed, historyOf };
type Code = typeof ours;

function viewed(commitment: Commitment, { asOf }: Cut, around: Around): object {
  return viewedIn(situationOf(commitment, asOf), around);
}

function historyOf(events: readonly Recorded[], at: Cut): object {
  return answered(historyInSteps(events, at));
}

const cut = { asOf: 20_000, knownAt: null, size: 6000 };

function folded({ fold: folding, milestones: of }: Code, events: ReturnType<typeof eventsOf>) {
  const known = new Map<string, Milestones>();
  const commitments = Map.groupBy(events, ({ stream }) => stream).values();
  const all = Array.from(commitments, (own) => folding(own.map(parseRecorded)) as Commitment);
  for (const one of all) known.set(one.id, of(one));
  // Of the other commit this is the function that finds milestones.
  const find = (id: string): Milestones | undefined => known.get(id);
  return { all, around: Object.assign(find, { milestones: find, exchangedFor: () => [], called: () => undefined }) };
}

function eventsOf(edition: Edition) {
  return [...generate({ seed: 5, events: 6000, edition })];
}

const events = { first: eventsOf('first'), second: eventsOf('second') };

/** Each work is prepared once for a code and an edition, and then run again and again. */
const works: Record<string, (code: Code, edition: Edition) => () => void> = {
  '`decide` alone, at the door': (code, edition) =>
    decided(edition, (commitment, event, judgements) => {
      return (code === ours ? judgeAtDoor(commitment, event) : undefined) ?? code.decide(commitment, event, { judgements });
    }),
  '`decide` alone, restored': (code, edition) =>
    decided(edition, (commitment, event, judgements) => {
      return code.decide(commitment, event, { isRestored: true, judgements });
    }),
  'parsing and folding': (code, edition) => () => void folded(code, events[edition]),
  'parsing, folding and making every record': (code, edition) => () => {
    const { all, around } = folded(code, events[edition]);
    for (const one of all) code.recordOf(one, cut, around);
  },
  'every view line': (code, edition) => {
    const { all, around } = folded(code, events[edition]);
    return () => all.forEach((one) => code.viewed(one, cut, around));
  },
  'every history': (code, edition) => {
    const streams = [...Map.groupBy(events[edition].map(parseRecorded), ({ stream }) => stream).values()];
    return () => streams.forEach((own) => code.historyOf(own, cut));
  },
};

type Judge = (commitment: Commitment | undefined, event: Recorded, judgements: Judgements) => Commitment | Rejection;

function decided(edition: Edition, judge: Judge) {
  const parsed = events[edition].map(parseRecorded);
  return (): void => {
    const commitments = new Map<string, Commitment>();
    const judgements = noJudgements();
    for (const event of parsed) {
      const result = judge(commitments.get(event.stream), event, judgements);
      if ('reason' in result) throw new Error(JSON.stringify(result));
      commitments.set(event.stream, result);
    }
  };
}

for (const [name, work] of Object.entries(works)) {
  const runs = [work(before, 'first'), work(ours, 'first'), work(ours, 'second')];
  const taken = runs.map((): number[] => []);
  for (let round = 0; round < 19; round++) runs.forEach((run, index) => taken[index]?.push(timedOnThread(run)));
  const [base = 0, first = 1, second = 1] = taken.map((times) => times.slice(12).toSorted((a, b) => a - b)[3] ?? 0);
  process.stdout.write(`| ${name} | ${(base / first).toFixed(2)} | ${(base / second).toFixed(2)} |\n`);
}
