import { canonicalJson } from '../../domain/json.ts';
import { exportLine, type RecordedEvent } from '../../src/store/log.ts';
import { randomOf } from './random.ts';
import { story } from './story.ts';
import type { Edition } from './tale.ts';

/**
 * Ledgers as they grow on a desk, of any length up to about two million events: the same seed gives the same events, and a
 * shorter ledger is the beginning of a longer one. What is made here breaks no rule; tests/generate.test.ts holds it to that.
 */
export type GenerateOptions = {
  readonly seed: number;
  readonly events: number;
  /** The topic of the n-th commitment; by default every view has its share. */
  readonly topicOf?: (n: number) => string;
  /** Which types and fields it has: all, by default, or those that commit c866b26 can fold and record. */
  readonly edition?: Edition;
  /** How many events the n-th commitment has, at least 2; undefined, and by default: mostly few, seldom many, never more than 40. */
  readonly lengthOf?: (n: number) => number | undefined;
  /**
   * How many commitments make a circle, at most `atOnce`: each is part of the next one, and the last of the first. By default a few
   * name one that was opened before, and none make a circle.
   */
  readonly circle?: number;
};

export const generatedLedger = '/ledgers/generated';

/** Commitments that are under way at the same time: all are brought to their end before the next ones are opened. */
export const atOnce = 100;

const start = Date.parse('1990-01-01T08:00:00Z');

const topics = ['alliance/cost-sharing', 'trade/tariffs', 'north-korea/denuclearisation', 'japan/summitry', 'climate/finance'];

export function* generate(options: GenerateOptions) {
  const { seed, events, edition = 'second', topicOf = (n) => topics[n % topics.length] ?? '' } = options;
  const { lengthOf = () => undefined, circle } = options;
  const random = randomOf(seed);
  let time = start;
  let sequence = 0;
  let count = 0;
  let before: string[] = [];
  while (true) {
    const open: ReturnType<typeof story>[] = [];
    for (let place = 0; place < atOnce; place++, count++) {
      const id = random.id(time);
      const length = lengthOf(count) ?? 2 + Math.floor(39 * random.fraction() ** 4);
      const opened = { topic: topicOf(count), sameTopic: before[place], length, edition };
      open.push(story(random, id, { ...opened, next: () => (circle ? ids[nextInCircle(place, circle)] : undefined) }));
    }
    const ids = open.map((one) => one.id);
    before = ids;
    while (open.length > 0) {
      const index = random.below(open.length);
      const stream = open[index];
      if (!stream || sequence === events) return;
      time += random.below(960_000);
      const id = random.id(time);
      const { type, data } = stream.next(id, time);
      sequence++;
      const event: RecordedEvent = {
        id,
        type,
        data: canonicalJson(data),
        time,
        recordedBy: 'desk',
        sequence,
        stream: stream.id,
        revision: stream.made - 1,
      };
      yield event;
      if (stream.made === stream.length) open.splice(index, 1);
    }
  }
}

function nextInCircle(place: number, circle: number): number {
  const first = place - (place % circle);
  return first + ((place + 1 - first) % Math.min(circle, atOnce - first));
}

/** The same as the interchange's lines, each with its line feed, in chunks as a file gives them. */
export async function* generateLines(options: GenerateOptions): AsyncGenerator<Uint8Array> {
  let lines: string[] = [];
  for (const event of generate(options)) {
    lines.push(`${exportLine(generatedLedger, event)}\n`);
    if (lines.length === 200) {
      yield Buffer.from(lines.join(''));
      lines = [];
    }
  }
  yield Buffer.from(lines.join(''));
}

/** The events of one commitment with more than `length` of them, in a ledger of its own. */
export function generateLong(length: number, edition: Edition): RecordedEvent[] {
  const lengthOf = (n: number): number => (n === 0 ? 2 * length : 2);
  const most = generate({ seed: 4, edition, events: 2 * length + 400, lengthOf });
  const [own = []] = [...Map.groupBy(most, ({ stream }) => stream).values()].toSorted((a, b) => b.length - a.length);
  return own.map((event, index) => ({ ...event, sequence: index + 1 }));
}
