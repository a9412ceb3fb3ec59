import { expect, test } from 'vitest';
import { bytesOf, KeptCommitments } from '../../src/command/memory.ts';
import type { Commitment, Entry } from '../../domain/commitment.ts';
import { given, opened } from '../domain/given.ts';

const { opened: opening } = given(opened());

/** A commitment with so many announcements, each of about so many bytes. */
function commitment(id: string, announcements: number, bytes = 1000): Commitment {
  const timeline = Array.from({ length: announcements }, (_, n) => ({ id: `${id}${n}`, note: 'x'.repeat(bytes / 2) }));
  return { ...given(opened()), id, timeline: timeline as unknown as Entry[], revision: announcements };
}

/** Three commitments with eight announcements fit, with nine they do not. */
const maxBytes = bytesOf(opening) * 3 + bytesOf(commitment('a', 1).timeline[0]) * 8.5;

test('what was kept longest ago goes first, once all together take more bytes than they may', () => {
  const kept = new KeptCommitments(maxBytes);
  kept.keep(commitment('a', 3));
  kept.keep(commitment('b', 3));
  kept.keep(commitment('a', 5));
  expect(['a', 'b'].map((id) => kept.get(id)?.revision)).toEqual([5, 3]);
  kept.keep(commitment('c', 1));
  expect(['a', 'b', 'c'].map((id) => kept.get(id)?.revision)).toEqual([5, undefined, 1]);
  kept.forget('a');
  kept.keep(commitment('d', 7));
  expect(['a', 'c', 'd'].map((id) => kept.get(id)?.revision)).toEqual([undefined, 1, 7]);
});

test('one that alone takes too many bytes is not kept, however few its events are', () => {
  const kept = new KeptCommitments(maxBytes);
  kept.keep(commitment('a', 1, 2 * maxBytes));
  expect(kept.get('a')).toBeUndefined();
  expect(kept.bytes).toBe(0);
});

test('what is counted is what is kept, whether it grew at its end, inside or by a correction', () => {
  const kept = new KeptCommitments(maxBytes * 100);
  const all = commitment('a', 6).timeline;
  const [first, second, third, ...rest] = all;
  if (!first || !second || !third) throw new Error('expected three entries');
  const base = commitment('a', 0);
  for (const timeline of [[], [second], [second, third], [first, second, third], all, rest, [{ ...first, day: 1 }, ...rest]]) {
    kept.keep({ ...base, timeline });
    expect(kept.bytes).toBe([base.opened, ...timeline].reduce<number>((sum, one) => sum + bytesOf(one), 0));
  }
  kept.forget('a');
  expect(kept.bytes).toBe(0);
});
