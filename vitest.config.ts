import { defineConfig } from 'vitest/config';

// `unit` needs no server. `system` runs on real MySQL or MariaDB and real Redis, whose addresses scripts/test.ts hands over.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.unit.test.ts', 'test/architecture.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.unit.test.ts', 'test/architecture.test.ts', '**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          pool: 'forks',
        },
      },
    ],
  },
});
