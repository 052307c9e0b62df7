/** Downloads that are redirected to the bucket (`DPXDT_S3_PRESIGNED`). */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { expect, inject, it } from 'vitest';
import sharp from 'sharp';
import { DepictedClient } from '../../src/client/index.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';
import { s3Keys } from '../support/s3.ts';
import { newBucket, noS3Server } from './blobs-world.ts';

const follows = { 'x-dpxdt-redirect': 'follow' };

async function startServer(presigned: boolean) {
  const server = await startServerProcess(newFolder(), ['--workers', '0'], {
    DPXDT_S3_ENDPOINT: inject('s3Endpoint')!,
    DPXDT_S3_BUCKET: await newBucket(),
    DPXDT_S3_ACCESS_KEY: s3Keys.accessKey,
    DPXDT_S3_SECRET_KEY: s3Keys.secretKey,
    DPXDT_CACHE_DIR: newFolder(),
    ...(presigned && { DPXDT_S3_PRESIGNED: 'true' }),
  });
  const noise = { create: { width: 40, height: 40, channels: 3 as const, background: '#36c' } };
  const image = new Uint8Array(await sharp(noise).png().toBuffer());
  const client = new DepictedClient({ server: server.url });
  const { sha1sum } = await client.upload({ buildId: 1, content: image, fileName: 'a.png' });
  const ask = (headers: Record<string, string>, query = `build_id=1&sha1sum=${sha1sum}`) =>
    fetch(`${server.url}/api/download?${query}`, { headers, redirect: 'manual' });
  return { server, client, image, sha1sum, ask };
}

it('P87: images come from the bucket for those who follow, after the same check, for a minute', async (context) => {
  if (inject('s3Endpoint') === null) return context.skip(noS3Server);
  const { server, client, image, sha1sum, ask } = await startServer(true);

  const sent = await ask(follows);
  expect(sent.status).toBe(302);
  expect(sent.headers.get('cache-control')).toBe('no-store');
  const address = new URL(sent.headers.get('location')!);
  expect(address.origin).toBe(inject('s3Endpoint'));
  expect(address.searchParams.get('X-Amz-Expires')).toBe('60');
  const stored = await fetch(address);
  expect(stored.status).toBe(200);
  expect(stored.headers.get('content-type')).toBe('image/png');
  expect(stored.headers.get('content-disposition')).toBe(`inline; filename="${sha1sum}.png"`);
  expect(new Uint8Array(await stored.arrayBuffer())).toEqual(image);

  // The address is for that artifact alone, and for reading.
  const other = new URL(address);
  other.pathname = address.pathname.replace(/[^/]+\/[^/]+$/, 'store.json');
  expect((await fetch(other)).status).toBe(403);
  expect((await fetch(address, { method: 'PUT', body: 'x' })).status).toBe(403);
  const longer = new URL(address);
  longer.searchParams.set('X-Amz-Expires', '600');
  expect((await fetch(longer)).status).toBe(403);

  // A caller that may not read it is not sent anywhere.
  const { build } = await client.createBuild({ name: 'Another' });
  expect((await ask(follows, `build_id=${build.id}&sha1sum=${sha1sum}`)).status).toBe(404);

  // Programs of old, and images in pages, get the bytes from the server; a browser that opens one is sent on.
  const direct = await ask({});
  expect(direct.status).toBe(200);
  expect(direct.headers.get('content-security-policy')).toContain('sandbox');
  expect((await ask({ 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' })).status).toBe(200);
  const opened = await new Promise<number>((resolve) =>
    request(
      `${server.url}/api/download?build_id=1&sha1sum=${sha1sum}`,
      { headers: { 'sec-fetch-mode': 'navigate' } },
      (answer) => resolve(answer.resume().statusCode!),
    ).end(),
  );
  expect(opened).toBe(302);

  // Texts and configs are never there, since they may be masked.
  const config = await client.upload({
    buildId: 1,
    content: new TextEncoder().encode('{}'),
    fileName: 'a.json',
  });
  expect((await ask(follows, `build_id=1&sha1sum=${config.sha1sum}`)).status).toBe(200);

  const following = new DepictedClient({ server: server.url, followsDownloads: true });
  const bytes = await (await following.download({ buildId: 1, sha1sum })).bytes();
  expect(createHash('sha1').update(bytes).digest('hex')).toBe(sha1sum);
});

it('P87: a client that cannot read from the bucket reads from the server; other bytes are refused', async (context) => {
  if (inject('s3Endpoint') === null) return context.skip(noS3Server);
  const { server, image, sha1sum } = await startServer(true);
  const at = (answerOf: () => Promise<Response>) =>
    new DepictedClient({
      server: server.url,
      followsDownloads: true,
      maxAttempts: 1,
      fetch: (url, init) => (init.redirect === 'follow' ? answerOf() : fetch(url, init)),
    });
  const away = at(() => Promise.reject(new TypeError('fetch failed')));
  expect(await (await away.download({ buildId: 1, sha1sum })).bytes()).toEqual(image);
  const wrong = at(async () => {
    const answer = new Response('other bytes');
    Object.defineProperty(answer, 'redirected', { value: true });
    return answer;
  });
  await expect((await wrong.download({ buildId: 1, sha1sum })).bytes()).rejects.toThrow(
    /the bytes have the digest/,
  );
});

it('P87: no caller is sent to the bucket unless it was chosen', async (context) => {
  if (inject('s3Endpoint') === null) return context.skip(noS3Server);
  const { ask } = await startServer(false);
  expect((await ask(follows)).status).toBe(200);
});
