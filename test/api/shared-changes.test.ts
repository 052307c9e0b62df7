import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSharedChanges } from '../../src/tools/read-shared-changes.ts';
import { aligned } from '../support/aligned.ts';
import type { MadeUpChange } from '../support/aligned.ts';
import { plainPng } from '../support/sample-pages.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const header: MadeUpChange = {
  word: 'header',
  name: {
    selector: 'header > a',
    kind: 'changed',
    facts: [{ what: 'text', before: 'Sale', after: 'Clearance' }],
  },
};

it('tools say in how many runs a change is, however many there are', async () => {
  const client = server.client(server.keyA);
  const buildId = server.buildA;
  const release = { buildId, releaseName: 'shared', releaseNumber: 1 };
  await client.createRelease({ buildId, releaseName: 'shared' });
  const send = async (color: string) =>
    (
      await client.upload({
        buildId,
        content: new Uint8Array(await plainPng(1280, 3000, color)),
        fileName: 'a.png',
      })
    ).sha1sum;
  const [refImage, image] = [await send('#dde4f0'), await send('#f4d9c8')];
  for (let number = 0; number < 70; number++) {
    const own = number < 2 ? ['both'] : number < 4 ? [`own ${number}`] : [];
    await client.reportRun({
      ...{ ...release, runName: `/${String(number).padStart(2, '0')}`, image, refImage, diffImage: image },
      ...{ distortion: 0.1, comparison: aligned([header, ...own]) },
    });
  }
  await client.runsDone(release);
  const releaseId = (await client.listRuns(release)).release.id;
  const signal = new AbortController().signal;
  const changes = await readSharedChanges(client, releaseId, signal);
  expect(changes.map(({ words, runs }) => [words, runs.length])).toEqual([
    ['header > a: text "Sale" → "Clearance"', 70],
    ['Changed, 200 × 60', 2],
  ]);
  expect(changes[1]!.runs).toEqual(['/00', '/01']);
  const { fingerprint } = (await client.listChanges({ releaseId, limit: 1 })).changes[0]!;
  await client.reviewChange({ releaseId, fingerprint, verdict: 'approved', operationId: 'header' });
  expect((await readSharedChanges(client, releaseId, signal)).map(({ runs }) => runs)).toEqual([
    ['/00', '/01'],
  ]);
});
