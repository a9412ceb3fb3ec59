import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The tests that need a container engine, which `npm test` does not: their files are named so that it passes them over. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['tests/containers/*.containers.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    // The container that clears up after a killed run would have to be pulled: these tests remove what they started.
    env: { TESTCONTAINERS_RYUK_DISABLED: 'true' },
  },
});
