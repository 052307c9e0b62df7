import { Agent, get } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { startServer } from './support/server.ts';

interface Raw {
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

function ask(url: string, headers: Record<string, string>): Promise<Raw> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: new Agent() }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(chunks) }));
    }).on('error', reject);
  });
}

it('large answers are compressed for who asks, small ones never', async () => {
  const server = await startServer({ authentication: 'off' });
  onTestFinished(() => server.close());
  const client = new DepictedClient({ server: server.url });
  const release = { buildId: server.buildA, releaseName: 'large', releaseNumber: 1 };
  await client.createRelease({ buildId: server.buildA, releaseName: 'large' });
  for (let i = 0; i < 200; i++)
    await client.reportRun({ ...release, runName: `/page/with/a/long/name/number/${i}` });
  const path = `${server.url}/api/v1/builds/${server.buildA}/runs?release_name=large&release_number=1`;

  const plain = await ask(path, {});
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.headers['vary']).toBe('Authorization, Cookie, Accept-Encoding');
  const brotli = await ask(path, { 'accept-encoding': 'gzip, br' });
  expect(brotli.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
  expect(brotli.body.length).toBeLessThan(plain.body.length / 5);
  const gzipped = await ask(path, { 'accept-encoding': 'gzip, br;q=0' });
  expect(gzipped.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gzipped.body)).toEqual(plain.body);
  expect(
    (await ask(path, { 'accept-encoding': 'identity, gzip;q=0.0' })).headers['content-encoding'],
  ).toBeUndefined();

  const small = await ask(`${server.url}/api/v1/builds`, { 'accept-encoding': 'br' });
  expect(small.headers['content-encoding']).toBeUndefined();
  const same = await ask(path, { 'accept-encoding': 'br', 'if-none-match': String(plain.headers['etag']) });
  expect(same.body.length).toBe(0);
});
