import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { FlakyReporter } from './test/support/flaky-reporter.ts';
import { SkipReporter } from './test/support/skip-reporter.ts';

// Node keeps what it compiled, types stripped: for each process that a test starts, about half of its start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'node');

/** Waiting for a state, never for a time: only a test that would fail anyway waits this long. */
const expectWithPatience = { poll: { timeout: 30_000 } };
/** For what starts processes and browsers: on a machine where memory is slow to get, a flow of a minute takes two. */
const processTimeoutMs = 300_000;
/** What `npm test` leaves out; the project `long` has it. */
const longTests = '**/*.long.test.ts';
const excluding = ['**/node_modules/**', longTests];
/** In CI, tests with real browsers and processes get a second try; `FlakyReporter` names those that needed it. */
const retry = process.env.CI === undefined ? 0 : 1;

/**
 * `unit` (fast, no browser) stands beside the code; `store` runs one suite over SQLite and a throw-away PostgreSQL; `api`
 * talks to the real server, alone or with workers; `browser` captures with a real Chromium, `ui` drives the pages in one,
 * `e2e` runs real processes. `long` has what takes long and few changes break, from every room: it kills processes,
 * packs and installs the package, tries hostile texts everywhere; `s3` runs one suite over a folder and
 * a throw-away S3 server, `deploy` runs what is in `deploy/`, `image` builds the image and reviews a release in it. Files
 * of a worker share their modules, which are loaded once, where no test minds.
 */
export default defineConfig({
  test: {
    reporters: ['default', new SkipReporter(), new FlakyReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          exclude: excluding,
          expect: expectWithPatience,
          include: ['src/**/*.test.ts', 'test/{golden,docs,cli}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          isolate: false,
        },
      },
      {
        test: {
          name: 'store',
          exclude: excluding,
          expect: expectWithPatience,
          include: ['test/store/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          isolate: false,
        },
      },
      {
        test: {
          name: 'api',
          exclude: excluding,
          expect: expectWithPatience,
          retry,
          include: ['test/{api,forges,worker}/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          isolate: false,
        },
      },
      {
        test: {
          name: 's3',
          expect: expectWithPatience,
          include: ['test/s3/**/*.test.ts'],
          globalSetup: ['test/support/s3-setup.ts', 'test/support/postgres-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'upgrade',
          expect: expectWithPatience,
          include: ['test/upgrade/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'deploy',
          expect: expectWithPatience,
          include: ['test/deploy/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          retry,
          testTimeout: 120_000,
          maxWorkers: 1,
        },
      },
      {
        test: { name: 'image', include: ['test/image/**/*.test.ts'], testTimeout: 1_800_000, maxWorkers: 1 },
      },
      ...['browser', 'ui', 'e2e', 'long'].map((name) => ({
        test: {
          name,
          expect: expectWithPatience,
          retry,
          include:
            name === 'long'
              ? ['test/long/**/*.test.ts', `test/${longTests}`, `src/${longTests}`]
              : [`test/${name}/**/*.test.ts`],
          exclude: name === 'long' ? ['**/node_modules/**'] : excluding,
          globalSetup: name === 'e2e' || name === 'long' ? ['test/support/postgres-setup.ts'] : [],
          testTimeout: processTimeoutMs,
          hookTimeout: processTimeoutMs,
          isolate: name === 'long',
          // Real processes spend much of their time waiting for each other.
          maxWorkers: name === 'e2e' || name === 'long' ? 3 : 2,
        },
      })),
    ],
  },
});
