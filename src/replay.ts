import { pointerTo } from '../domain/json.ts';
import type { Cut } from '../projections/cut.ts';
import type { View } from '../projections/views.ts';
import { type Folded, type Reader, viewAt } from './queries.ts';
import { type FoldedLog, openReadModel, passing, type Progress } from './readModel.ts';
import type { Log } from './store/log.ts';

/** What the read model in use says otherwise than the log: of a commitment (its id) or a view (its name), at a JSON pointer. */
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
 * Folds the first events of the log from zero into a read model of its own and compares it with the one in use at
 * the same cut: each commitment, and each view's answer. Nothing is written, so it may be interrupted at any time.
 */
export async function replay(inUse: Reader, { views, all, cut, onFolded, onCompared }: ReplayOptions): Promise<ReplayResult> {
  const log = firstOf(inUse.log, cut.size);
  const readModel = openReadModel({ log, file: passing, ...(onFolded && { onProgress: onFolded }) });
  const fresh = { readModel };
  try {
    await readModel.catchUp(cut.size);
    const ids = commitmentsOf([fresh, inUse], all ? [undefined] : views.map(({ topic }) => topic), cut.size);
    const differences: Difference[] = [];
    for (const [index, id] of ids.entries()) {
      differences.push(...(await differencesOf(id, [fresh, inUse], ({ readModel: one }) => one.commitment(id, cut.size))));
      onCompared?.(index + 1, ids.length);
    }
    for (const view of views) {
      differences.push(...(await differencesOf(view.name, [fresh, inUse], (one) => viewAt(one, view, cut))));
    }
    return { commitments: ids.length, differences };
  } finally {
    await readModel.close();
  }
}

/** The log as it was when it held `size` events. */
function firstOf(log: Log, size: number): FoldedLog {
  return {
    ledger: log.ledger,
    size: () => Promise.resolve(size),
    read: (after, limit) => (after >= size ? Promise.resolve([]) : log.read(after, Math.min(limit, size - after))),
    readStreams: (streams, upTo = size) => log.readStreams(streams, Math.min(upTo, size)),
    streamsChanged: (after, upTo) => log.streamsChanged(after, Math.min(upTo, size)),
  };
}

/** Every commitment that either of the read models knows of, each once. */
function commitmentsOf(readers: readonly Folded[], topics: readonly (string | undefined)[], size: number): string[] {
  const openings = readers.flatMap(({ readModel }) => topics.flatMap((topic) => readModel.opened({ topic, size })));
  return [...new Set(openings.map(({ id }) => id))];
}

/** Asks both the same; an answer that cannot be made from what the read model in use holds is a difference too. */
async function differencesOf(
  of: string,
  [fresh, inUse]: readonly [Folded, Folded],
  ask: (reader: Folded) => Promise<unknown>,
): Promise<Difference[]> {
  const expected = await ask(fresh);
  try {
    return differing(expected, await ask(inUse)).map((pointer) => ({ of, pointer }));
  } catch (error) {
    return [{ of, pointer: '', detail: error instanceof Error ? error.message : String(error) }];
  }
}

/** JSON pointers to where two values differ, as deep as both have the place; a member that is undefined is not there. */
export function differing(one: unknown, other: unknown, pointer = ''): string[] {
  if (Object.is(one, other)) return [];
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return [pointer];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differing(one[key], other[key], pointer + pointerTo([key])));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
