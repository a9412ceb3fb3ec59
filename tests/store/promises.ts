import type { Reporter, TestModule } from 'vitest/node';

/** What became of one promise of the contract with one backend, in this run. */
export type Kept = { readonly backend: string; readonly promise: string; readonly state: string };

/** What the suites of `contract.ts` are called, after the name of their backend. */
export const suiteName = ' keeps the promises of a log';

/** A reporter of vitest: at the end it prints every promise of the contract against each backend that was run. */
export default class Promises implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const kept = tests.flatMap((one) => keptBy(one.fullName, one.result().state) ?? []);
    if (kept.length > 0) process.stdout.write(`\n${tableOf(kept)}\n`);
  }
}

/** Undefined for a test of something else. */
export function keptBy(fullName: string, state: string): Kept | undefined {
  const [suite = '', ...path] = fullName.split(' > ');
  if (!suite.endsWith(suiteName)) return undefined;
  return { backend: suite.slice(0, -suiteName.length), promise: path.join(' '), state };
}

const marks: Readonly<Record<string, string>> = { passed: '✓', failed: '✗' };

/** One line a promise, one column a backend: kept, broken, or `–` where it was not put to the test. */
export function tableOf(kept: readonly Kept[]): string {
  const backends = [...new Set(kept.map(({ backend }) => backend))].toSorted();
  const promises = [...Map.groupBy(kept, ({ promise }) => promise)];
  const header = [...backends, 'a log promises that'].join('  ');
  const lines = promises.map(([promise, all]) => {
    const cells = backends.map((backend) => {
      const state = all.find((one) => one.backend === backend)?.state ?? '';
      return (marks[state] ?? '–').padStart(Math.ceil(backend.length / 2)).padEnd(backend.length);
    });
    return [...cells, promise].join('  ');
  });
  const count = (state: string): number => kept.filter((one) => one.state === state).length;
  const sum = `${promises.length} promises, ${backends.length} backends: ${count('passed')} kept, ${count('failed')} broken`;
  return [header, ...lines, sum].join('\n');
}
