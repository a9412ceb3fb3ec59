import { type Standing, standingUnder } from '../../domain/accounts.ts';
import type { Days } from '../../domain/days.ts';
import { type Segment, touchedIn } from './segments.ts';

/** A term, how long it stood as it is, and what stood beside it under its key. */
export type Stood = { readonly days: Days; readonly standing: Standing; readonly beside: readonly Standing[] };

/** Follows how long each term stood. It looks only at the keys that may have changed, and at the totals whose parts did. */
export function termsInTime(
  stood: Stood[] = [],
  now = new Map<string, { readonly terms: readonly Standing[]; readonly from: number }>(),
): {
  readonly take: (segment: Segment) => void;
  readonly until: (to: number) => Stood[];
  readonly copy: () => ReturnType<typeof termsInTime>;
} {
  const close = (key: string, to: number): void => {
    const before = now.get(key);
    for (const standing of before?.terms ?? [])
      stood.push({ days: { from: before?.from ?? to, to }, standing, beside: before?.terms ?? [] });
    now.delete(key);
  };
  return {
    take: (segment) => {
      const { status, from } = segment;
      const keys =
        touchedIn(segment) ??
        new Set([...now.keys(), ...[...status.accounts.values()].flatMap((account) => [...account.keys()])]);
      for (const key of keys) {
        const terms = status.stage === 'ended' ? [] : standingUnder(status.accounts, key);
        for (const { term } of [...terms, ...(now.get(key)?.terms ?? [])]) if (term.partOf !== undefined) keys.add(term.partOf);
        close(key, from - 1);
        if (terms.length > 0) now.set(key, { terms, from });
      }
    },
    until: (to) => {
      for (const key of now.keys()) close(key, to);
      return stood;
    },
    copy: () => termsInTime([...stood], new Map(now)),
  };
}
