/** Commitments as bits: the one opened at a sequence has the bit of that number. A hundred thousand are counted in a moment. */
export type Bits = Uint32Array;

const perWord = 32;

/** The bits of openings up to `size`. */
export function bitsOf(sequences: Iterable<number>, size: number): Bits {
  const bits = new Uint32Array(Math.floor(size / perWord) + 1);
  for (const sequence of sequences) setBit(bits, sequence, true);
  return bits;
}

/** A copy with room for openings up to `size`. */
export function grown(bits: Bits, size: number): Bits {
  const more = new Uint32Array(Math.max(bits.length, Math.floor(size / perWord) + 1));
  more.set(bits);
  return more;
}

export function setBit(bits: Bits, sequence: number, isSet: boolean): void {
  const word = Math.floor(sequence / perWord);
  const bit = 1 << (sequence % perWord);
  const before = bits[word] ?? 0;
  bits[word] = isSet ? before | bit : before & ~bit;
}

/** Those in both. */
export function both(one: Bits, other: Bits): Bits {
  return one.subarray(0, Math.min(one.length, other.length)).map((word, index) => word & (other[index] ?? 0));
}

/** Those in the first that are not in the other. */
export function without(one: Bits, other: Bits): Bits {
  return one.map((word, index) => word & ~(other[index] ?? 0));
}

/** How many there are, or how many are in both of two. */
export function countOf(one: Bits, other: Bits = one): number {
  let count = 0;
  for (let index = Math.min(one.length, other.length) - 1; index >= 0; index--) {
    // The number of ones in a word, added up in pairs, fours and bytes.
    let word = (one[index] ?? 0) & (other[index] ?? 0);
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** The first sequences after one, in order, at most `limit`. */
export function firstIn(bits: Bits, limit = Infinity, after = 0): number[] {
  const found: number[] = [];
  const first = Math.floor((after + 1) / perWord);
  for (let index = first; index < bits.length && found.length < limit; index++) {
    const word = bits[index] ?? 0;
    // Of the first word only those after it.
    const left = index === first ? word & (-1 << ((after + 1) % perWord)) : word;
    for (let rest = left; rest !== 0 && found.length < limit; rest &= rest - 1) {
      found.push(index * perWord + perWord - 1 - Math.clz32(rest & -rest));
    }
  }
  return found;
}

export function hasBit(bits: Bits, sequence: number): boolean {
  return (((bits[Math.floor(sequence / perWord)] ?? 0) >>> (sequence % perWord)) & 1) === 1;
}
