import type { DueItem } from '../../projections/asked.ts';
import type { Cut } from '../../projections/cut.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Line } from '../../projections/record.ts';
import { type MarksAsked, marksAsked } from '../../projections/timedMarks.ts';
import type { AnyAnswer } from '../../projections/views/view.ts';
import type { View } from '../../projections/views/views.ts';
import { dueAt, nextDue } from './dueAt.ts';
import { countOf, firstIn, without } from './bits.ts';
import { type Counted, countingAt, findingAt } from './counts.ts';
import { linesAmong, linesFound, linesOnce, type Lines } from './linesFound.ts';
import type { Reader } from './queries.ts';
import { linesBeside, maxWhole, viewAt } from './viewAt.ts';

/** What the front page shows. */
export type Home = {
  readonly all: Lines;
  readonly views: readonly HomeView[];
  /** What no view takes, by the first segment of its topic: the first few topics, and all others together. */
  readonly topics: readonly HomeTopic[];
  readonly due: {
    readonly first: readonly DueItem[];
    readonly names: Readonly<Record<string, string>>;
    readonly count: number | undefined;
  };
};

/** A view that holds something, with its answer where that is made whole. */
export type HomeView = {
  readonly view: View;
  readonly count: number;
  readonly lines: Lines;
  readonly answer: AnyAnswer | undefined;
};

/** `topic` undefined: all further topics, with their number where that is known. */
export type HomeTopic = { readonly topic: string | undefined; readonly topics: number | undefined; readonly lines: Lines };

/** The maximum number of days ahead, and of lines up to which a ledger or view is folded whole. */
type Bounds = { readonly maxDue: number; readonly whole?: number };

/** The maximum number of topics shown individually. */
const maxTopics = 8;

/**
 * The front page at a cut. A ledger of up to 200 commitments is folded whole. So is one whose views combine several conditions,
 * or that has long commitments without marks at this size.
 */
export async function homeAt(
  reader: Reader,
  views: readonly View[],
  cut: Cut,
  { maxDue, whole = maxWhole }: Bounds,
): Promise<Home> {
  const { readModel } = reader;
  const beside = besideAll(views);
  const isShort = readModel.opened({ size: cut.size, limit: whole + 1 }).length <= whole;
  if (isShort || !beside || readModel.unsure(cut).length > 0) return wholeHome(reader, views, cut, maxDue);
  const lineOf = linesOnce(reader, cut);
  const finding = findingAt(reader, cut);
  const counting = countingAt(reader, cut, finding);
  const linesOf = (filters: readonly Filter[], also: readonly MarksAsked[], counted: Counted): Lines =>
    linesFound(reader, { filters, also, lineOf, counted, finding });
  const of = async (filters: readonly Filter[], also: readonly MarksAsked[] = []): Promise<Lines> =>
    linesOf(filters, also, await counting(filters, also));
  const shown: HomeView[] = [];
  for (const view of views) {
    const count = countOf(await finding([view.filter]));
    const answer = count <= whole ? await viewAt(reader, view, cut) : undefined;
    shown.push({ view, count, answer, lines: answer ? linesAmong(answer.lines) : await of([view.filter]) });
  }
  const topics: HomeTopic[] = [];
  const rest = [...beside];
  for (let left = await finding([], beside); ;) {
    const [first] = reader.readModel.openedAt(firstIn(left, 1));
    const topic = first && (await lineOf.line(first.id))?.topic.split('/')[0];
    if (topic === undefined) break;
    if (topics.length === maxTopics) {
      topics.push({ topic: undefined, topics: undefined, lines: await of([], rest) });
      break;
    }
    const filters: Filter[] = [{ topic: [topic] }];
    const counted = await counting(filters, beside);
    topics.push({ topic, topics: 1, lines: linesOf(filters, beside, counted) });
    rest.push({ marks: [`topic ${topic}`], isNot: true });
    left = without(left, counted.openings);
  }
  return { all: await of([]), views: shown, topics, due: await nextDue(reader, cut, maxDue) };
}

/** The marks that find commitments that no view takes; undefined where a view combines several conditions. */
function besideAll(views: readonly View[]): MarksAsked[] | undefined {
  const asked = views.map(({ filter }) => marksAsked(filter));
  if (asked.some((one) => !one.isExact || one.asked.length !== 1)) return undefined;
  return asked.flatMap((one) => one.asked.map(({ marks }): MarksAsked => ({ marks, isNot: true })));
}

async function wholeHome(reader: Reader, views: readonly View[], cut: Cut, maxDue: number): Promise<Home> {
  const shown: HomeView[] = [];
  for (const view of views) {
    const answer = await viewAt(reader, view, cut);
    shown.push({ view, count: answer.count, answer, lines: linesAmong(answer.lines) });
  }
  // A commitment may be in several views of a desk.
  const inViews = new Map<string, Line>();
  for (const { answer } of shown) for (const line of answer?.lines ?? []) inViews.set(line.commitment, line);
  const beside = await linesBeside(reader, new Set(inViews.keys()), cut);
  const { due, names } = await dueAt(reader, { filter: {}, span: { from: cut.asOf, to: undefined }, cut });
  return {
    all: linesAmong([...inViews.values(), ...beside]),
    views: shown,
    topics: topicsOf(beside),
    due: { first: due.slice(0, maxDue), names, count: due.length },
  };
}

function topicsOf(beside: readonly Line[]): HomeTopic[] {
  const topics = [...Map.groupBy(beside, ({ topic }) => topic.split('/')[0] ?? topic)];
  const rest = topics.slice(maxTopics);
  const further = { topic: undefined, topics: rest.length, lines: linesAmong(rest.flatMap(([, lines]) => lines)) };
  return [
    ...topics.slice(0, maxTopics).map(([topic, lines]) => ({ topic, topics: 1, lines: linesAmong(lines) })),
    ...(rest.length > 0 ? [further] : []),
  ];
}
