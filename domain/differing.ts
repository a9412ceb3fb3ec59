/** What differs between two lists, between their common beginning and their common end; `first`: where it begins. */
export function differing<T>(
  one: readonly T[],
  other: readonly T[],
): { first: number; gone: readonly T[]; come: readonly T[] } {
  const shorter = Math.min(one.length, other.length);
  let [first, end] = [0, 0];
  while (first < shorter && one[first] === other[first]) first++;
  while (end < shorter - first && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return { first, gone: one.slice(first, one.length - end), come: other.slice(first, other.length - end) };
}
