/** Days from one to another, both included; -Infinity and Infinity where there is no first or last. */
export type Days = { readonly from: number; readonly to: number };

/** The days that are left once the others are taken out. */
export function without(days: Days, others: readonly Days[]): Days[] {
  let left: Days[] = isSome(days) ? [days] : [];
  for (const { from, to } of others) {
    if (left.length === 0) break;
    if (!isSome({ from, to })) continue;
    left = left.flatMap((one) => {
      if (to < one.from || one.to < from) return [one];
      return [
        { from: one.from, to: from - 1 },
        { from: to + 1, to: one.to },
      ].filter(isSome);
    });
  }
  return left;
}

/** Whether it holds any day: none does that lies before the first or after the last of all days. */
function isSome({ from, to }: Days): boolean {
  return from <= to && from !== Infinity && to !== -Infinity;
}

/** The first day of the run that holds a day; undefined when no run holds it. */
export function startOf(runs: readonly Days[], day: number): number | undefined {
  let start: number | undefined;
  for (const { from, to } of runs.toSorted((a, b) => inOrder(b.from, a.from))) {
    if (from > day) continue;
    if (to < (start === undefined ? day : start - 1)) continue;
    start = Math.min(start ?? from, from);
  }
  return start;
}

/** Adds days in order. Days that follow directly on the last run become part of it. */
export function addDays(runs: Days[], { from, to }: Days): void {
  const before = runs.at(-1);
  if (before?.to === from - 1) runs[runs.length - 1] = { from: before.from, to };
  else runs.push({ from, to });
}

/** Also orders two infinite days, whose difference is NaN. */
export function inOrder(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
