import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Every import of every source file: the file, and what it imports (a path from the top, or a package). */
async function importsOf(): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const file of glob('{src,domain,projections}/**/*.{ts,js}', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:^| )(?:from|import\() ?'([^'\n]+)'\)?;$/gm)) {
      found.push([file, specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier]);
    }
  }
  return found;
}

const valueLibraries = ['zod', 'big.js', 'currency-codes', 'iso-3166'];

test('domain imports zod, small value libraries and itself', async () => {
  const wrong = (await importsOf()).filter(
    ([file, target]) => file.startsWith('domain/') && !target.startsWith('domain/') && !valueLibraries.includes(target),
  );
  expect(wrong).toEqual([]);
});

test('projections import domain, zod, decimals and themselves', async () => {
  const wrong = (await importsOf()).filter(
    ([file, target]) =>
      file.startsWith('projections/') && !/^(domain|projections)\//.test(target) && !['zod', 'big.js'].includes(target),
  );
  expect(wrong).toEqual([]);
});

test('only open.ts chooses a store, and nothing but the store knows sqlite as a log', async () => {
  const wrong = (await importsOf()).filter(
    ([file, target]) =>
      /^src\/store\/(sqlite|memory|eventstoredb)/.test(target) && !file.startsWith('src/store/') && file !== 'src/open.ts',
  );
  expect(wrong).toEqual([]);
});

test('no clock, randomness or environment below the edges', async () => {
  const edges = ['src/open.ts', 'src/cli.ts', 'src/demo.ts', 'src/main.ts', 'src/serve.ts', 'src/bin.js'];
  for await (const file of glob('{src,domain,projections}/**/*.ts', { cwd: root })) {
    if (edges.includes(file) || file.startsWith('src/store/')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    expect(`${file}: ${/Date\.now|new Date\(\)|Math\.random|process\.env/.exec(text)?.[0] ?? 'pure'}`).toBe(`${file}: pure`);
  }
});
