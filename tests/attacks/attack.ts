import type { Service } from '../faults/service.ts';

/** One thing that someone may try against a running service, and what must still be so afterwards. */
export type Attack = {
  /** What is tried, in words: it is a row of the table. */
  readonly name: string;
  /** Tries it. Answers in one line what held; throws when something fell, saying what was expected and what was found. */
  readonly run: (target: Target) => Promise<string>;
};

/** What an attack is given: a service of its own group of attacks, over a fresh folder. */
export type Target = {
  readonly service: Service;
  /** The folder of the service, for what someone with access to the disk could do. */
  readonly data: string;
};

/** Throws unless it is so. */
export function hold(isSo: boolean, expected: string, found: unknown): void {
  if (!isSo) throw new Error(`expected ${expected}, found ${typeof found === 'string' ? found : JSON.stringify(found)}`);
}

/** The longest of the times that `GET /health` took while `work` was under way, asked every 20 ms on a connection of its own. */
export async function slowestHealth({ url }: Service, work: () => Promise<unknown>): Promise<number> {
  let slowest = 0;
  const over = new AbortController();
  const asking = (async (): Promise<void> => {
    while (!over.signal.aborted) {
      const started = performance.now();
      const { status } = await fetch(`${url}/health`, { headers: { Connection: 'close' } });
      hold(status === 200, 'GET /health to answer 200', status);
      slowest = Math.max(slowest, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    await Promise.race([work(), asking]);
  } finally {
    over.abort();
  }
  await asking;
  return slowest;
}
