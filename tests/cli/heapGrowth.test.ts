import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const module = join(import.meta.dirname, '../../src/cli/heapGrowth.ts');

/** How many times as large as what is needed the heap becomes at most, while ten times as much goes by. */
function growth(first: string): number {
  // Each part stays long enough to be moved among what is old.
  const script = `
    const { keepHeapSmall } = await import(${JSON.stringify(module)});
    ${first}
    const part = () => Array.from({ length: 10_000 }, (_, n) => ({ n, text: [n, n] }));
    const needed = Array.from({ length: 40 }, part);
    globalThis.gc();
    const least = process.memoryUsage().heapUsed;
    let most = 0;
    for (let n = 0; n < 400; n++) {
      needed[n % 40] = part();
      most = Math.max(most, process.memoryUsage().heapUsed);
    }
    process.stdout.write(String(most / least));`;
  const options = ['--expose-gc', '--max-semi-space-size=4', '--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return Number(stdout);
}

test('the heap of a service grows by about a half before it is collected, where it grew to several times what is needed', () => {
  expect(growth('keepHeapSmall();')).toBeLessThan(1.9);
  expect(growth('')).toBeGreaterThan(2);
});

test('whichever way a service is started, Node is given the same room for short-lived objects', () => {
  const read = (file: string): string => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
  const option = /^#!\S+ -S node (\S+)$/m.exec(read('src/bin.js'))?.[1];
  expect(option).toMatch(/^--max-semi-space-size=\d+$/);
  expect(read('src/operations/ledger.service')).toContain(`node ${option} `);
  const starts = [...read('docker-compose.yml').matchAll(/\bnode,?\s+(?:- )?([^\s,]+),?\s+(?:- )?([^\s,]+),?\s+(?:- )?serve/g)];
  expect(starts.map(([, ...given]) => given)).toEqual([
    [option, 'src/bin.js'],
    [option, 'src/bin.js'],
  ]);
});
