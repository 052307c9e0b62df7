import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const digests = (content: string) => ({
  sha1sum: createHash('sha1').update(content).digest('hex'),
  sha256sum: createHash('sha256').update(content).digest('hex'),
});

it('tells a build what it has, and nothing of what others have', async () => {
  const [clientA, clientB] = [server.client(server.keyA), server.client(server.keyB)];
  const own = digests('own');
  const foreign = digests('foreign');
  await clientA.upload({ buildId: server.buildA, content: Buffer.from('own'), fileName: 'a.txt' });
  await clientB.upload({ buildId: server.buildB, content: Buffer.from('foreign'), fileName: 'b.txt' });
  const ask = { buildId: server.buildA, artifacts: [own, foreign, digests('nobody')] };
  expect(await clientA.findArtifacts(ask)).toEqual({ owned: [own.sha1sum] });
  expect(await server.client().findArtifacts(ask)).toEqual({ owned: [own.sha1sum] });
});

it('takes other bytes with the same SHA-1 for another file', async () => {
  const client = server.client(server.keyA);
  const own = digests('own');
  const forged = { ...own, sha256sum: digests('other').sha256sum };
  expect(await client.findArtifacts({ buildId: server.buildA, artifacts: [forged] })).toEqual({ owned: [] });
});

it.each([[[]], [[{ sha1sum: 'x', sha256sum: 'y' }]], [Array.from({ length: 1_001 }, () => digests('a'))]])(
  'refuses a question that is none',
  async (artifacts) => {
    const asking = server.client(server.keyA).findArtifacts({ buildId: server.buildA, artifacts });
    await expect(asking).rejects.toMatchObject({ code: 'invalid_argument' });
  },
);
