import { readdir } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootCodeOf, type AppError } from '../../src/base/errors.ts';
import { makeBombs } from '../support/png-bombs.ts';
import { basic, startServer, type Key, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** A page of colour bands, so that its parts can be told apart. */
async function page(width: number, height: number, shade = 0): Promise<Uint8Array> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let row = 0; row < height; row++) {
    pixels.fill((Math.floor(row / 100) * 20 + shade) % 256, row * width * 3, (row + 1) * width * 3);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

const uploaded = async (content: Uint8Array, buildId = server.buildA) =>
  (await server.client().upload({ buildId, content: new Uint8Array(content), fileName: 'page.png' })).sha1sum;

interface Reported {
  runId: number;
  factsVersion: number;
}

let releases = 0;
/** A run of a release of its own. */
async function reported(fields: Record<string, unknown>, buildId = server.buildA): Promise<Reported> {
  const client = server.client();
  const { releaseName, releaseNumber } = await client.createRelease({
    buildId,
    releaseName: `images ${++releases}`,
  });
  const release = { buildId, releaseName, releaseNumber };
  await client.reportRun({ ...release, runName: '/', ...fields });
  const { run } = await client.runDetail({ ...release, runName: '/' });
  return { runId: run.id, factsVersion: run.factsVersion };
}

function get(path: string, key: Key | null = server.keyA, headers: Record<string, string> = {}) {
  const url = `${server.url}/api/v1/builds/${path}`;
  return fetch(url, { headers: { ...(key === null ? {} : basic(key)), ...headers } });
}

const thumbnailPath = ({ runId, factsVersion }: Reported, buildId = server.buildA) =>
  `${buildId}/runs/${runId}/thumbnail?facts_version=${factsVersion}`;

async function shown(
  response: Response,
): Promise<{ width: number; height: number; grey: number; format: string }> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const { width, height, format } = await sharp(bytes).metadata();
  const { channels } = await sharp(bytes).stats();
  return { width, height, format, grey: Math.round(channels[0]!.mean) };
}

describe('the thumbnail of a run', () => {
  it('shows the biggest changed region, under an address that never changes', async () => {
    const image = await uploaded(await page(1_000, 3_000));
    const refImage = await uploaded(await page(1_000, 3_000, 5));
    const run = await reported({
      image,
      refUrl: 'https://site.example/',
      refImage,
      diffImage: await uploaded(await page(10, 10)),
      comparison: {
        regions: [
          { left: 0, top: 0, width: 10, height: 10, changedPixels: 5 },
          { left: 500, top: 2_940, width: 20, height: 20, changedPixels: 300 },
        ],
      },
    });
    const response = await get(thumbnailPath(run));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, max-age=31536000, immutable',
      vary: 'Authorization, Cookie',
      'x-content-type-options': 'nosniff',
    });
    const { width, height, format, grey } = await shown(response);
    expect({ width, height, format }).toEqual({ width: 240, height: 150, format: 'webp' });
    expect(grey, 'rows 2,700 to 3,000 of the page').toBeGreaterThan(27 * 20 - 512 - 5);

    const etag = response.headers.get('etag')!;
    const again = await get(thumbnailPath(run), server.keyA, { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    const stale = await get(thumbnailPath({ ...run, factsVersion: 0 }));
    expect(stale.headers.get('cache-control')).toBe('private, no-cache');
    expect(stale.headers.get('etag')).toBe(etag);
  });

  it('shows the top of a page without regions, the baseline where that is all there is, else 404', async () => {
    const image = await uploaded(await page(400, 2_000, 40));
    const top = await shown(await get(thumbnailPath(await reported({ image }))));
    expect(top.grey).toBeGreaterThan(35);
    expect(top.grey).toBeLessThan(85);
    const onlyRef = await reported({ refUrl: 'https://site.example/', refImage: image });
    expect((await shown(await get(thumbnailPath(onlyRef)))).width).toBe(240);
    const none = await reported({ url: 'https://site.example/' });
    expect((await get(thumbnailPath(none))).status).toBe(404);
  });

  it('shows the side that is asked for, around the same place, else 404', async () => {
    const [image, refImage, diffImage, forgivenMask] = await Promise.all(
      [20, 90, 150, 190].map(async (shade) => uploaded(await page(400, 300, shade))),
    );
    const regions = [{ left: 10, top: 120, width: 20, height: 20, changed_pixels: 9 }];
    const differs = await reported({
      image,
      refImage,
      diffImage,
      forgivenMask,
      distortion: 0.1,
      comparison: { regions },
    });
    const grey = async (run: Reported, side: string) =>
      (await shown(await get(`${thumbnailPath(run)}&side=${side}`))).grey;
    const shades = [await grey(differs, 'after'), await grey(differs, 'before'), await grey(differs, 'diff')];
    expect(shades).toEqual(shades.toSorted((a, b) => a - b));
    expect(shades[1]! - shades[0]!).toBeGreaterThan(50);
    const same = await reported({ image, refImage, forgivenMask, diffLog: undefined, distortion: 0 });
    expect(await grey(same, 'diff')).toBeGreaterThan(shades[2]! + 10);
    const alone = await reported({ image });
    for (const side of ['before', 'diff'])
      expect((await get(`${thumbnailPath(alone)}&side=${side}`)).status).toBe(404);
    expect((await get(`${thumbnailPath(alone)}&side=left`)).status).toBe(400);
  });
});

/** 81 megapixels are within what a page with `maxPixels` may have; of the other, one pixel is read. */
const decoded = ['81 megapixels', '1 × 1 whose pixels inflate to 200 MB'];

describe('the sizes of a run', () => {
  it('are those of the files where nobody measured them, and null for what is no image', async () => {
    const client = server.client();
    const release = { buildId: server.buildA, releaseName: 'sizes', releaseNumber: 1 };
    await client.createRelease(release);
    const text = await client.upload({
      buildId: server.buildA,
      content: new TextEncoder().encode('no image'),
      fileName: 'a.txt',
    });
    await client.reportRun({
      ...release,
      runName: '/',
      image: await uploaded(await page(300, 70)),
      refUrl: 'https://site.example/',
      refImage: text.sha1sum,
    });
    for (let time = 0; time < 2; time++) {
      const { sizes } = await client.runDetail({ ...release, runName: '/' });
      expect(sizes).toEqual({ current: { width: 300, height: 70 }, ref: null });
    }
  });
});

describe('overviews and strips', () => {
  it('show a tall image whole and in parts', async () => {
    const sha1sum = await uploaded(await page(100, 5_000));
    const path = `${server.buildA}/pictures/${sha1sum}`;
    const overview = await get(`${path}/overview`);
    expect(overview.headers.get('cache-control')).toContain('immutable');
    expect(await shown(overview)).toMatchObject({ width: 41, height: 2_048, format: 'webp' });
    const strips = await Promise.all([0, 1, 4].map((index) => get(`${path}/strips/${index}`)));
    expect(strips.map((strip) => strip.headers.get('content-type'))).toEqual(Array(3).fill('image/png'));
    expect((await Promise.all(strips.map(shown))).map(({ height }) => height)).toEqual([1_024, 1_024, 904]);
    expect((await get(`${path}/strips/5`)).status).toBe(404);
    expect((await get(`${path}/strips/-1`)).status).toBe(400);
    const client = server.client(server.keyA);
    const viaClient = await client.imageStrip({ buildId: server.buildA, sha1sum, index: 4 });
    expect(viaClient.contentType).toBe('image/png');
    expect((await viaClient.bytes()).length).toBe(viaClient.size);
  });

  it('answer 422 to what is no image and to images that are too large to decode', async () => {
    const text = await server.client().upload({
      buildId: server.buildA,
      content: new TextEncoder().encode('no image'),
      fileName: 'a.txt',
    });
    const bombs = await Promise.all(
      (await makeBombs())
        .filter(({ name }) => !decoded.includes(name))
        .map(async ({ name, bytes }) => [name, await uploaded(bytes)] as const),
    );
    for (const [name, sha1sum] of [['text', text.sha1sum] as const, ...bombs]) {
      for (const kind of ['overview', 'strips/0']) {
        const response = await get(`${server.buildA}/pictures/${sha1sum}/${kind}`);
        const { code } = (await response.json()) as { code: AppError['code'] };
        expect({ name, status: response.status, root: rootCodeOf(code) }).toEqual({
          name,
          status: 422,
          root: 'unprocessable',
        });
      }
    }
  });
});

describe('access', () => {
  it('is that of a download, also for what the caller has already', async () => {
    const sha1sum = await uploaded(await page(50, 50));
    const run = await reported({ image: sha1sum });
    const paths = (buildId: number) => [
      thumbnailPath(run, buildId),
      `${buildId}/pictures/${sha1sum}/overview`,
      `${buildId}/pictures/${sha1sum}/strips/0`,
    ];
    for (const path of paths(server.buildA)) {
      const etag = (await get(path)).headers.get('etag')!;
      for (const [key, status] of [
        [null, 401],
        [server.keyB, 404],
        [server.keyA, 304],
      ] as const) {
        const response = await get(path, key, { 'if-none-match': etag });
        expect(response.status, `${path} ${status}`).toBe(status);
      }
    }
    // Build B names what only build A has.
    for (const path of paths(server.buildB)) expect((await get(path, server.keyB)).status, path).toBe(404);
  });
});

describe('many at once', () => {
  it('are made once each, and do not crowd out the API', async () => {
    const busy = await startServer({ http: { maxRequestsAtWork: 4 } });
    try {
      const client = busy.client();
      const { sha1sum: image } = await client.upload({
        buildId: busy.buildA,
        content: new Uint8Array(await page(1_280, 4_000)),
        fileName: 'page.png',
      });
      const { releaseName, releaseNumber } = await client.createRelease({
        buildId: busy.buildA,
        releaseName: 'r',
      });
      const release = { buildId: busy.buildA, releaseName, releaseNumber };
      const names = Array.from({ length: 30 }, (_, index) => `/${index}`);
      for (const [index, runName] of names.entries()) {
        const region = { left: index * 10, top: index * 100, width: 50, height: 50, changedPixels: 9 };
        await client.reportRun({
          ...release,
          runName,
          image,
          refUrl: 'https://site.example/',
          refImage: image,
          distortion: 0,
          comparison: { regions: [region] },
        });
      }
      const { runs } = await client.listRuns(release);
      const urls = runs.id.map(
        (id, index) =>
          `${busy.url}/api/v1/builds/${busy.buildA}/runs/${id}/thumbnail?facts_version=${runs.factsVersion[index]}`,
      );
      const headers = basic(busy.keyA);
      const thumbnails = Promise.all([...urls, ...urls].map((url) => fetch(url, { headers })));
      // With four places for requests, these are answered while sixty thumbnails wait.
      for (let time = 0; time < 5; time++) expect((await client.listRuns(release)).runs.id.length).toBe(30);
      const statuses = (await thumbnails).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([200]));
      const kept = await readdir(`${busy.folder}/derived`, { recursive: true, withFileTypes: true });
      expect(kept.filter((entry) => entry.isFile()).length).toBe(30);
    } finally {
      await busy.close();
    }
  });
});
