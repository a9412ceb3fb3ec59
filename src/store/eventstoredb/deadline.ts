import { LogFault } from '../log.ts';

/** The result, or a rejection once time is up; a later result or error is ignored. */
export function within<Result>(work: Promise<Result>, ms: number, what: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const say = (): void => reject(new LogFault(`expected ${what} within ${Math.round(ms)} ms, found silence`));
    const timer = setTimeout(say, ms);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
