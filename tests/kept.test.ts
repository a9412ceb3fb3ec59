import { expect, test } from 'vitest';
import { KeptCommitments } from '../src/kept.ts';
import { given, opened } from './domain/given.ts';

const commitment = (id: string, revision: number) => ({ ...given(opened()), id, revision });

test('what was kept longest ago goes first, once all have more events than they may have together', () => {
  const kept = new KeptCommitments(10);
  kept.keep(commitment('a', 3));
  kept.keep(commitment('b', 3));
  kept.keep(commitment('a', 5));
  expect(['a', 'b'].map((id) => kept.get(id)?.revision)).toEqual([5, 3]);
  kept.keep(commitment('c', 0));
  expect(['a', 'b', 'c'].map((id) => kept.get(id)?.revision)).toEqual([5, undefined, 0]);
  kept.forget('a');
  kept.keep(commitment('d', 8));
  expect(['a', 'c', 'd'].map((id) => kept.get(id)?.revision)).toEqual([undefined, 0, 8]);
});

test('one that alone has too many events is not kept', () => {
  const kept = new KeptCommitments(10);
  kept.keep(commitment('a', 10));
  expect(kept.get('a')).toBeUndefined();
});
