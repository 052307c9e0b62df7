/** Starts one PostgreSQL for all store tests, and reports if there is none. */

import type { TestProject } from 'vitest/node';
import { findPostgres, startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the cluster's `postgres` database; null if PostgreSQL is not installed. */
    postgresUrl: string | null;
  }
}

export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  const programs = findPostgres();
  if (programs === null) {
    const message =
      'PostgreSQL is not installed (looked under /usr/lib/postgresql): its store tests are skipped.';
    if (process.env.CI === 'true') throw new Error(message);
    console.log(message);
    project.provide('postgresUrl', null);
    return undefined;
  }
  const cluster = await startPostgres(programs);
  project.provide('postgresUrl', cluster.urlOf('postgres'));
  return () => cluster.destroy();
}
