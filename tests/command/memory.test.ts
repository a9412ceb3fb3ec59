import { expect, test } from 'vitest';
import { bytesOf, KeptCommitments } from '../../src/command/memory.ts';
import type { Commitment, Entry } from '../../domain/commitment.ts';
import { given, opened } from '../domain/given.ts';

/** A commitment with so many announcements, each of about so many bytes. */
function commitment(id: string, announcements: number, bytes = 1000): Commitment {
  const timeline = Array.from({ length: announcements }, (_, n) => ({
    id: `${id}${n}`,
    data: { note: 'x'.repeat(bytes / 2) },
  }));
  return { ...given(opened()), id, timeline: timeline as unknown as Entry[], revision: announcements };
}

function bytesOfAll({ opened, timeline }: Commitment): number {
  return [opened, ...timeline].reduce((sum, { data }) => sum + bytesOf(JSON.stringify(data)), 0);
}

function added(before: Commitment, after: Commitment): string[] {
  return after.timeline.slice(before.timeline.length).map(({ data }) => JSON.stringify(data));
}

/** What the cache counts for an entry whose key is one letter, besides its value. */
const entryBytes = 202;

/** Three commitments with eight announcements fit, with nine they do not. */
const maxBytes = bytesOfAll(commitment('a', 0)) * 2 + bytesOfAll(commitment('a', 8)) + 3 * entryBytes + 500;

test('what was used longest ago goes first, once all together take more bytes than they may', () => {
  const kept = new KeptCommitments(maxBytes);
  kept.keep(commitment('a', 3), []);
  kept.keep(commitment('b', 3), []);
  kept.keep(commitment('a', 5), added(commitment('a', 3), commitment('a', 5)));
  expect(['b', 'a'].map((id) => kept.get(id)?.revision)).toEqual([3, 5]);
  kept.keep(commitment('c', 1), []);
  expect(['a', 'b', 'c'].map((id) => kept.get(id)?.revision)).toEqual([5, undefined, 1]);
  kept.forget('a');
  kept.keep(commitment('d', 7), []);
  expect(['a', 'c', 'd'].map((id) => kept.get(id)?.revision)).toEqual([undefined, 1, 7]);
});

test('one that alone takes too many bytes is not kept, however few its events are', () => {
  const kept = new KeptCommitments(maxBytes);
  kept.keep(commitment('a', 1, 2 * maxBytes), []);
  expect(kept.get('a')).toBeUndefined();
  expect(kept.bytes).toBe(0);
});

test('one that alone takes too many bytes drives no other out, and what was kept of it before is forgotten', () => {
  const kept = new KeptCommitments(maxBytes);
  kept.keep(commitment('a', 3), []);
  kept.keep(commitment('b', 3), []);
  kept.keep(commitment('b', 1), ['x'.repeat(maxBytes)]);
  expect(['a', 'b'].map((id) => kept.get(id)?.revision)).toEqual([3, undefined]);
});

test('what is counted is what is kept, and what it was corrected by', () => {
  const kept = new KeptCommitments(maxBytes * 100);
  const [two, six] = [commitment('a', 2), commitment('a', 6)];
  kept.keep(two, ['never looked at: nothing is kept yet']);
  expect(kept.bytes).toBe(entryBytes + bytesOfAll(two));
  kept.keep(six, added(two, six));
  expect(kept.bytes).toBe(entryBytes + bytesOfAll(six));
  kept.keep({ ...six, timeline: six.timeline.slice(1) }, ['{"mode":"retract"}']);
  expect(kept.bytes).toBe(entryBytes + bytesOfAll(six) + bytesOf('{"mode":"retract"}'));
  kept.forget('a');
  expect(kept.bytes).toBe(0);
});
