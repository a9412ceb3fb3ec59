import { expect, test } from 'vitest';
import type { Recorded } from '../../domain/announcement.ts';
import { type Commitment, fold } from '../../domain/commitment.ts';
import { decide } from '../../domain/decide.ts';
import { noJudgements } from '../../domain/judge.ts';
import { parseRecorded } from '../../src/command/fold.ts';
import { generate } from '../bench/generate.ts';
import { randomOf } from '../bench/random.ts';

/** The events of a long generated commitment of all types, in another order of recording: most are late finds. */
function shuffled(seed: number): Recorded[] {
  const all = generate({ seed, edition: 'second', events: 1000, lengthOf: (n) => (n === 0 ? 800 : 2) });
  const streams = [...Map.groupBy(all, ({ stream }) => stream).values()].toSorted((a, b) => b.length - a.length);
  const [opened, ...events] = (streams[0] ?? []).slice(0, 400).map(parseRecorded);
  const random = randomOf(seed);
  const places = new Map(events.map((event, index) => [event, random.oneIn(3) ? index : random.below(events.length)]));
  const time = events.at(-1)?.time ?? 0;
  const later = events.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)).map((event) => ({ ...event, time }));
  return opened ? [opened, ...later] : [];
}

/** Corrects the day of an announcement to that of another. */
function redated(event: Recorded, corrects: Recorded, other: Recorded): Recorded {
  const { happened } = other.data as { happened: string };
  const data = {
    corrects: corrects.id,
    mode: 'refine',
    changes: { happened },
    reason: 'r',
    sources: [{ publisher: 'P', tier: 'memory' }],
  };
  return { ...event, id: `${event.id}-redated`, type: 'corrected', data } as Recorded;
}

test.for([
  [1, true],
  [2, true],
  [3, false],
  [4, false],
] as const)(
  'what is judged from its place on is judged as when all of the timeline is read again (%i)',
  ([seed, isRestored]) => {
    const recorded: Recorded[] = [];
    const judgements = noJudgements();
    let commitment: Commitment | undefined;
    let [taken, refused] = [0, 0];
    const record = (event: Recorded): void => {
      const own = { ...event, revision: recorded.length };
      const anew = decide(fold(recorded), own, { isRestored });
      const decided = decide(commitment, own, { isRestored, judgements });
      expect(decided).toEqual(anew);
      if ('reason' in decided) return void refused++;
      taken++;
      commitment = decided;
      recorded.push(own);
    };
    for (const [index, event] of shuffled(seed).entries()) {
      record(event);
      const { timeline = [] } = commitment ?? {};
      const [one, other] = [timeline[(7 * index) % timeline.length], timeline[(13 * index) % timeline.length]];
      if (index % 5 === 4 && one && other) record(redated(event, one, other));
    }
    expect(taken).toBeGreaterThan(150);
    expect(refused).toBeGreaterThan(20);
  },
);
