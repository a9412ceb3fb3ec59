import { expect, test } from 'vitest';
import { MakingThread } from '../../src/report/thread.ts';

/** Answers with the number of the thread, and fails where it is asked to. */
const script = `import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', ({ id, asked }) => {
  if (asked === 'fail') throw new Error('out of memory');
  parentPort.postMessage({ id, made: threadId });
});`;

test('after a thread has failed one other makes all that follows', async () => {
  const thread = new MakingThread<string, number>(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
  const first = await thread.made('go');
  await expect(thread.made('fail')).rejects.toThrow('out of memory');
  // Asked before the end of the failed one is heard of, and after it.
  const second = await thread.made('go');
  expect(second).not.toBe(first);
  expect(await thread.made('go')).toBe(second);
});
