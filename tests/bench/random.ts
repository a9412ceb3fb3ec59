export type Random = ReturnType<typeof randomOf>;

/** Mulberry32 (public domain, Tommy Ettinger), and the few draws that a generated ledger is made of. */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  const of = <T>(list: readonly T[]): T => {
    const one = list[below(list.length)];
    if (one === undefined) throw new Error('expected something to choose from, found nothing');
    return one;
  };
  const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const fiveBits = (bits: number, digits: number): string => {
    let text = '';
    for (let digit = digits - 1; digit >= 0; digit--) text += crockford[Math.floor(bits / 32 ** digit) % 32];
    return text;
  };
  return {
    below,
    of,
    fraction: () => next() / 2 ** 32,
    oneIn: (n: number) => below(n) === 0,
    twoOf(list: readonly string[]): [string, string] {
      const first = of(list);
      return [first, of(list.filter((one) => one !== first))];
    },
    /** A ULID of that time. */
    id: (time: number) => fiveBits(time, 10) + fiveBits(next(), 6) + fiveBits(next(), 6) + fiveBits(next(), 4),
  };
}
