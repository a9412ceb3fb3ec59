/**
 * The longest that `work` kept the event loop at once, in milliseconds of this thread's own processor time: what other processes
 * and threads do meanwhile counts for nothing.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const spent = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let longest = 0;
  const over = new AbortController();
  const counting = (async (): Promise<void> => {
    for (let before = spent(); !over.signal.aborted;) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = spent();
      longest = Math.max(longest, now - before);
      before = now;
    }
  })();
  try {
    await work();
  } finally {
    over.abort();
    await counting;
  }
  return longest;
}
