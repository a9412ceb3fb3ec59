import { setImmediate as nextTurn } from 'node:timers/promises';
import { pointerTo } from '../../domain/json.ts';
import type { Cut } from '../../projections/cut.ts';
import type { View } from '../../projections/views/views.ts';
import { definitionsIn } from './definitions.ts';
import type { Folded } from './folded.ts';
import { type Reader, settleCut } from './queries.ts';
import { membersAt } from './members.ts';
import { totalsAt } from './totalsAt.ts';
import { viewAt } from './viewAt.ts';
import { openReadModel } from './readModel.ts';
import type { FoldedLog, Progress } from './readModelFolding.ts';
import { passing } from './readModelFile.ts';
import { unsound } from '../proof/walk.ts';
import type { Log } from '../store/log.ts';

/** A difference between the read model in use and the log: in a commitment (its id) or a view (its name), at a JSON pointer. */
export type Difference = { readonly of: string; readonly pointer: string; readonly detail?: string };

export type ReplayResult = { readonly commitments: number; readonly differences: readonly Difference[] };

export type ReplayOptions = {
  readonly views: readonly View[];
  /** Whether commitments whose topic no view takes are compared too. */
  readonly all: boolean;
  readonly cut: Cut;
  readonly onFolded?: Progress;
  readonly onCompared?: Progress;
};

/**
 * Folds the first events of the log from zero into a separate read model and compares it with the one in use at the same cut:
 * the rows of each commitment, and the answer of each view, whose totals are also added from the rows. Nothing is written, so
 * it may be interrupted at any time. Throws when the log is not sound, since it then proves nothing about the read model.
 */
export async function replay(inUse: Reader, options: ReplayOptions): Promise<ReplayResult> {
  const { cut, onFolded } = options;
  await assertSound(inUse);
  const log = firstOf(inUse.log, cut.size);
  const readModel = openReadModel({ log, file: passing, ...(onFolded && { onProgress: onFolded }) });
  try {
    await readModel.catchUp(cut.size);
    return await compare({ readModel }, inUse, options);
  } finally {
    await readModel.close();
  }
}

/**
 * Folds the whole log from zero into a separate read model, and does some work with a reader of it. Nothing is written. Throws
 * when the log is not sound.
 */
export async function fromZero<T>(inUse: Reader, work: (fresh: Reader) => Promise<T>, onFolded?: Progress): Promise<T> {
  await assertSound(inUse);
  const readModel = openReadModel({ log: inUse.log, file: passing, ...(onFolded && { onProgress: onFolded }) });
  try {
    await readModel.catchUp(await inUse.log.size());
    return await work({ ...inUse, readModel });
  } finally {
    await readModel.close();
  }
}

/** Replays the whole log, reports the differences from the read model in use, and replaces it by the new one. */
export async function rebuild(inUse: Reader, onCompared?: Progress): Promise<ReplayResult> {
  await assertSound(inUse);
  let result: ReplayResult = { commitments: 0, differences: [] };
  await inUse.readModel.rebuild(async (readModel) => {
    const cut = await settleCut(inUse, { size: readModel.checkpoint() });
    if ('detail' in cut) throw new Error(cut.detail);
    result = await compare({ readModel }, inUse, {
      views: definitionsIn(inUse).views,
      all: true,
      cut,
      ...(onCompared && { onCompared }),
    });
  });
  return result;
}

/** Throws where the log is not sound: its content must not replace what was folded from it before. */
async function assertSound({ log, readModel }: Reader): Promise<void> {
  const findings = await unsound(log, readModel.seen());
  if (findings.length === 0) return;
  const more = findings.length > maxListed ? [`and ${findings.length - maxListed} more: ledger check names them`] : [];
  throw new Error(
    ['the log is not sound, so nothing is compared or rebuilt:', ...findings.slice(0, maxListed), ...more].join('\n'),
  );
}

/** The maximum number of findings listed. */
const maxListed = 5;

async function compare(
  fresh: Folded,
  inUse: Folded,
  { views: those, all, cut, onCompared }: ReplayOptions,
): Promise<ReplayResult> {
  const topics = all ? [undefined] : those.flatMap((view): (string | undefined)[] => [...(view.topics ?? [undefined])]);
  const differences: Difference[] = [];
  const [expected, found] = [
    commitmentsOf(fresh, topics, cut.size),
    await answered(() => commitmentsOf(inUse, topics, cut.size)),
  ];
  if ('detail' in found) differences.push({ of: 'the read model', pointer: '', detail: found.detail });
  const ids = [...new Set([...expected, ...('detail' in found ? [] : found.answer)])];
  for (const [index, id] of ids.entries()) {
    differences.push(...(await differencesOf(id, [fresh, inUse], ({ readModel }) => readModel.kept(id, cut.size))));
    onCompared?.(index + 1, ids.length);
    if (index % 100 === 99) await nextTurn();
  }
  const marks = await answered(() => differentMarks([fresh, inUse], ids, cut));
  differences.push(...('detail' in marks ? [{ of: 'the read model', pointer: '/marks', detail: marks.detail }] : marks.answer));
  for (const view of those) {
    differences.push(
      ...(await differencesOf(view.name, [fresh, inUse], async (one) => {
        const answer = await viewAt(one, view, cut);
        // Both fold its lines from the log; the one in use finds them by marks and adds its totals from rows.
        return one === fresh
          ? answer
          : { ...answer, totals: await totalsAt(one, await membersAt(one, [view.filter], cut), cut) };
      })),
    );
  }
  return { commitments: ids.length, differences };
}

/** The log as it was when it held `size` events. */
function firstOf(log: Log, size: number): FoldedLog {
  return {
    ledger: log.ledger,
    size: () => Promise.resolve(size),
    read: (after, limit, reading) =>
      after >= size ? Promise.resolve([]) : log.read(after, Math.min(limit, size - after), reading),
    readStreams: (streams, upTo = size, reading) => log.readStreams(streams, Math.min(upTo, size), reading),
    leaves: (after, limit) => (after >= size ? Promise.resolve([]) : log.leaves(after, Math.min(limit, size - after))),
    readStream: (stream, upTo = size) => log.readStream(stream, Math.min(upTo, size)),
    streamsChanged: (after, upTo) => log.streamsChanged(after, Math.min(upTo, size)),
  };
}

function commitmentsOf({ readModel }: Folded, topics: readonly (string | undefined)[], size: number): string[] {
  return topics.flatMap((topic) => readModel.opened({ topic, size })).map(({ id }) => id);
}

/** The marks that differ, in days or at all, between the two; without commitments that are unsure in either. */
function differentMarks([fresh, inUse]: readonly [Folded, Folded], ids: readonly string[], cut: Cut): Difference[] {
  const unsure = new Set([fresh, inUse].flatMap(({ readModel }) => readModel.unsure(cut)));
  const named = new Map<number, string>();
  for (const { readModel } of [inUse, fresh]) {
    for (const id of ids) {
      const opened = unsure.has(id) ? undefined : readModel.kept(id, cut.size)?.opened;
      if (opened !== undefined) named.set(opened, id);
    }
  }
  const marks = new Set([fresh, inUse].flatMap(({ readModel }) => readModel.marks()));
  return [...marks].flatMap((mark) => {
    const [expected, found] = [fresh, inUse].map(({ readModel }) => readModel.having(mark, cut.size));
    const having = new Set([...(expected?.keys() ?? []), ...(found?.keys() ?? [])]);
    const others = [...having].filter((one) => named.has(one) && expected?.get(one) !== found?.get(one));
    return others.map((one): Difference => ({ of: named.get(one) ?? '', pointer: pointerTo(['marks', mark]) }));
  });
}

/** Asks both the same. Where the read model in use cannot answer, that is a difference too. */
async function differencesOf(
  of: string,
  [fresh, inUse]: readonly [Folded, Folded],
  ask: (reader: Folded) => unknown,
): Promise<Difference[]> {
  const expected = await ask(fresh);
  const found = await answered(() => ask(inUse));
  if ('detail' in found) return [{ of, pointer: '', detail: found.detail }];
  return differing(expected, found.answer).map((pointer) => ({ of, pointer }));
}

/** The answer of the read model in use, or why it cannot answer: it may be damaged in any way. */
async function answered<Answer>(ask: () => Answer | Promise<Answer>): Promise<{ answer: Answer } | { detail: string }> {
  try {
    return { answer: await ask() };
  } catch (error) {
    return { detail: error instanceof Error ? error.message : String(error) };
  }
}

/** JSON pointers to where two values differ, at the greatest common depth; an undefined member counts as absent. */
export function differing(one: unknown, other: unknown, pointer = ''): string[] {
  if (Object.is(one, other)) return [];
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return [pointer];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differing(one[key], other[key], pointer + pointerTo([key])));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
