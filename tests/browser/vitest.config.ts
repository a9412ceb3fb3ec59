import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The tests that need a browser, which `npm test` does not: their files are named so that it passes them over. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: { include: ['tests/browser/*.browser.ts'], testTimeout: 120_000, hookTimeout: 60_000, fileParallelism: false },
});
