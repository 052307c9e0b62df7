import { afterAll, beforeAll, expect, it } from 'vitest';
import { routePath } from '../../src/http/original/define.ts';
import { allOperations } from './support/samples.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

it('every operation has a handler', () => {
  const missing = allOperations
    .filter((operation) => {
      const { method, path } = operation;
      return !server.app.fastify.hasRoute({ method, url: routePath({ path }) });
    })
    .map(({ name }) => name);
  expect(missing, 'Serve these in src/http/v1/.').toEqual([]);
});
