import { cpus } from 'node:os';

/** Answers the milliseconds it took, so that what it prepares is not counted. */
export type Work = () => number | Promise<number>;

/** How many record at once, and how much both sides have recorded before the first round counts: a process that has been running. */
export const recorders = 64;
export const recordedBefore = 20_000;

/** What belongs to one commitment is said one after the other, that of 64 at once; the last streams begin. */
export async function atOnce<E>(streams: E[][], say: (event: E) => Promise<unknown>): Promise<void> {
  const recorder = async (): Promise<void> => {
    for (let stream = streams.pop(); stream; stream = streams.pop()) for (const event of stream) await say(event);
  };
  await Promise.all(Array.from({ length: recorders }, recorder));
}

/** Prints the machine and the head of the table that `row` fills. */
export function printHead(what: string): void {
  process.stdout.write(
    `${what}, node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${new Date().toISOString()}\n\n`,
  );
  print(['work', 'at least', 'ratio', 'ours', 'baseline']);
  print(['---', '---', '---', '---', '---']);
}

/**
 * Prints one row: the median of the baseline's time divided by ours, both taken in turn, so 1 is as fast and 0.5 half as fast.
 * The first rounds may be left uncounted, where what is measured is a process that has been running.
 */
export async function row(
  name: string,
  atLeast: string,
  ours: Work,
  baseline: Work,
  rounds: number,
  uncounted = 0,
): Promise<void> {
  const taken: { ours: number; baseline: number }[] = [];
  for (let round = 0; round < uncounted + rounds; round++) taken.push({ baseline: await baseline(), ours: await ours() });
  taken.splice(0, uncounted);
  const ratio = median(taken.map((one) => one.baseline / one.ours));
  const [base, own] = [median(taken.map((one) => one.baseline)), median(taken.map((one) => one.ours))];
  print([name, atLeast, ratio.toFixed(2), `${own.toFixed(1)} ms`, `${base.toFixed(1)} ms`]);
}

/** What is told beside the table. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** The milliseconds of processor time that some work takes in this process: what else the machine does counts for little. */
export async function timedOnProcessor(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The microseconds of processor time that some work takes on this thread, the garbage before it collected where that is allowed. */
export function timedOnThread(work: () => void): number {
  globalThis.gc?.();
  const before = process.threadCpuUsage();
  work();
  return process.threadCpuUsage(before).user;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
