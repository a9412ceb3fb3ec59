import type { Days } from '../domain/days.ts';

/** A name, and days in a row on which something has it. */
export type Run = { readonly name: string; readonly days: Days };
export type Runs = ReturnType<typeof runsOfNames>;

/** Collects the runs of days of names. A name that is missing on the next day taken has ended. */
export function runsOfNames(
  ended: Run[] = [],
  open = new Map<string, number>(),
): {
  readonly take: (day: number, names: readonly string[]) => void;
  readonly toEnd: () => Run[];
  readonly copy: () => Runs;
} {
  return {
    take: (day, names) => {
      const next = new Map<string, number>();
      for (const name of names) {
        next.set(name, open.get(name) ?? day);
        open.delete(name);
      }
      for (const [name, first] of open) if (first < day) ended.push({ name, days: { from: first, to: day - 1 } });
      open = next;
    },
    toEnd: () => [...ended, ...Array.from(open, ([name, first]) => ({ name, days: { from: first, to: Infinity } }))],
    copy: () => runsOfNames([...ended], new Map(open)),
  };
}
