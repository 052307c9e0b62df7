import { defineConfig } from 'vitest/config';
import { SkipReporter } from './test/support/skip-reporter.ts';

/**
 * `unit` (fast, no browser) stands beside the code; `store` runs one suite over SQLite and a throw-away PostgreSQL; `api`
 * talks to the real server, alone or with workers; `browser` captures with a real Chromium, `ui` drives the pages in one,
 * `e2e` runs real processes. Files of a worker share their modules, which are loaded once, where no test minds.
 */
export default defineConfig({
  test: {
    reporters: ['default', new SkipReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/{golden,docs,cli}/**/*.test.ts'],
          testTimeout: 20_000,
          maxWorkers: 2,
          isolate: false,
        },
      },
      {
        test: {
          name: 'store',
          include: ['test/store/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
          isolate: false,
        },
      },
      {
        test: {
          name: 'api',
          include: ['test/{api,worker}/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
          isolate: false,
        },
      },
      ...['browser', 'ui', 'e2e'].map((name) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Real processes spend much of their time waiting for each other.
          maxWorkers: name === 'e2e' ? 3 : 2,
        },
      })),
    ],
  },
});
