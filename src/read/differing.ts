/** What differs of two lists between their common beginning and end. */
export function differing<T>(one: readonly T[], other: readonly T[]): [readonly T[], readonly T[]] {
  const shorter = Math.min(one.length, other.length);
  let [start, end] = [0, 0];
  while (start < shorter && one[start] === other[start]) start++;
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return [one.slice(start, one.length - end), other.slice(start, other.length - end)];
}
