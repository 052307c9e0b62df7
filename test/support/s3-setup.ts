/** Starts one S3 server for all tests of S3, and reports if there is none. */

import type { TestProject } from 'vitest/node';
import { hasS3Server, startS3Server } from './s3.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the S3 server; null if none is installed. */
    s3Endpoint: string | null;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!hasS3Server()) {
    console.log('OpenStack Swift is not installed: the tests of S3 are skipped. See CONTRIBUTING.md.');
    project.provide('s3Endpoint', null);
    return undefined;
  }
  const server = await startS3Server();
  project.provide('s3Endpoint', server.endpoint);
  return () => server.destroy();
}
