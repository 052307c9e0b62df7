import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pngSize } from '../../src/adapters/browser/screenshot.ts';
import { createComparer } from '../../src/adapters/pixels/comparer.ts';
import { AppError } from '../../src/base/errors.ts';
import { fakeCapturer, fakeComparer, fakeFailure, fakePage, fakePng } from '../support/fake-ports.ts';
import { writePng } from '../support/png-writer.ts';
import { stripPage } from '../support/strip-page.ts';
import { openWorkerWorld, requestRelease, runOf, settled, withoutWaits } from '../support/worker-world.ts';
import { until } from '../support/until.ts';

describe('results of a worker', () => {
  it('captures, compares with the last good release, and reports what differs', async () => {
    const world = await openWorkerWorld();
    let version = 1;
    const comparer = fakeComparer();
    const capturer = fakeCapturer(({ url }) =>
      fakePage(url.endsWith('/news') ? `news ${version}` : 'never changes'),
    );
    world.work({ capturer, comparer });
    const pages = { home: { url: 'http://shop.test/' }, news: { url: 'http://shop.test/news' } };
    const first = await requestRelease(world, pages);
    expect(await settled(world, first)).toEqual({ home: 'no_diff_needed', news: 'no_diff_needed' });
    await world.client.reviewRelease({ ...first, decision: 'good' });

    version = 2;
    const second = await requestRelease(world, pages);
    expect(await settled(world, second)).toEqual({ home: 'diff_not_found', news: 'diff_found' });
    expect(comparer.requests, 'equal digests need no comparison').toHaveLength(1);
    const news = await runOf(world, second, 'news');
    expect(news.diff).toMatchObject({
      failed: false,
      distortion: 0.125,
      facts: {
        changedPixels: 3,
        diffRatio: 3 / 8,
        regionCount: 1,
        regions: [{ left: 0, top: 0, width: 3, height: 1, changedPixels: 3 }],
        canvas: { width: 4, height: 2 },
      },
    });
    const taken = { width: 4, height: 2, shots: 2, settled: true, browserVersion: 'Chromium 1.2.3.4' };
    expect(news.current.facts).toMatchObject({ ...taken, stages: [{ name: 'loading', durationMs: 5 }] });
    expect(news.ref.facts, 'of the baseline, when it was taken').toEqual(news.current.facts);
    const { sizes } = await world.client.runDetail({ ...second, runName: 'home' });
    expect(sizes).toEqual({ current: { width: 4, height: 2 }, ref: { width: 4, height: 2 } });
    const log = await world.client.download({ buildId: world.buildId, sha1sum: news.diff.log! });
    expect(new TextDecoder().decode(await log.bytes())).toContain('changed pixels: 3 of 8, allowed: 0');
    const captureLog = await world.client.download({ buildId: world.buildId, sha1sum: news.current.log! });
    expect(new TextDecoder().decode(await captureLog.bytes())).toBe('captured news 2');
  });

  it('says in the log what the files differ in and no comparison looks at', async () => {
    const world = await openWorkerWorld();
    const { buildId, client } = world;
    const comparer = createComparer();
    onTestFinished(() => comparer.close());
    world.work({ comparer });
    const photo = sharp({ create: { width: 8, height: 6, channels: 3, background: '#b91c1c' } });
    const send = async (orientation: number) => {
      const content = new Uint8Array(await photo.clone().withMetadata({ orientation }).jpeg().toBuffer());
      return (await client.upload({ buildId, content, fileName: 'page.jpg' })).sha1sum;
    };
    const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r1' });
    const release = { buildId, releaseName: 'r1', releaseNumber };
    await client.reportRun({ ...release, runName: 'photo', image: await send(1), refImage: await send(6) });
    await client.runsDone(release);
    expect(await settled(world, release)).toEqual({ photo: 'diff_not_found' });
    const { diff } = await runOf(world, release, 'photo');
    const sentence = 'The EXIF orientation differs (6 before, 1 after); pixels are compared as stored.';
    expect(diff.facts?.ignored).toEqual([sentence]);
    const log = await client.download({ buildId, sha1sum: diff.log! });
    expect(new TextDecoder().decode(await log.bytes())).toContain(`\n${sentence}\nresult: same\n`);
  });

  it('says what moved in images that a client sent, in the report and in the log', async () => {
    const world = await openWorkerWorld();
    const { buildId, client } = world;
    const comparer = createComparer();
    onTestFinished(() => comparer.close());
    world.work({ comparer });
    const send = async (seeds: number[]) => {
      const page = stripPage(
        200,
        seeds.map((seed) => ({ height: 60, seed })),
      );
      const content = new Uint8Array(writePng(page));
      return (await client.upload({ buildId, content, fileName: 'page.png' })).sha1sum;
    };
    const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r1' });
    const release = { buildId, releaseName: 'r1', releaseNumber };
    const images = { image: await send([1, 2, 9, 3, 4]), refImage: await send([1, 2, 3, 4]) };
    await client.reportRun({ ...release, runName: 'moved', ...images });
    await client.runsDone(release);
    expect(await settled(world, release)).toEqual({ moved: 'diff_found' });
    const { diff } = await runOf(world, release, 'moved');
    const { alignment } = diff.facts!;
    expect(alignment).toMatchObject({ summary: 'moved_and_changed', complete: true, blockCount: 1 });
    expect(alignment!.changes).toMatchObject([{ kind: 'added', before: null }]);
    const mask = await client.download({ buildId, sha1sum: diff.alignedMask! });
    expect(pngSize(await mask.bytes())).toEqual(diff.facts!.after);
    const log = await client.download({ buildId, sha1sum: diff.log! });
    expect(new TextDecoder().decode(await log.bytes())).toContain(
      '\naligned: moved down 60 px, 1 added, 0 changed\n',
    );
  });

  it('captures both sides of a pair and judges by the config of the new one', async () => {
    const world = await openWorkerWorld();
    const comparer = fakeComparer();
    world.work({ comparer });
    const release = await requestRelease(world, {
      strict: { url: 'http://shop.test/new', refUrl: 'http://shop.test/old' },
      lenient: {
        url: 'http://shop.test/new?l',
        refUrl: 'http://shop.test/old',
        config: { maxDiffPixels: 10, threshold: 0.2 },
      },
    });
    expect(await settled(world, release)).toEqual({ strict: 'diff_found', lenient: 'diff_not_found' });
    const { diff } = await runOf(world, release, 'lenient');
    expect(diff).toMatchObject({ image: null, distortion: 0.125 });
    expect(diff.facts?.hidden).toBe('Forgiven: 3 pixels within the allowed 10 pixels; distortion 0.125000.');
    expect(comparer.requests.map(({ settings }) => settings.threshold).sort()).toEqual([0, 0.2]);
  });

  it('reports forgiven pixels with a mask of their own, which is no diff image', async () => {
    const world = await openWorkerWorld();
    world.work({ comparer: fakeComparer(0, 12) });
    const refUrl = 'http://shop.test/old';
    const release = await requestRelease(world, {
      silent: { url: 'http://shop.test/new', refUrl },
      lenient: { url: 'http://shop.test/new?l', refUrl, config: { failOnForgiven: false } },
    });
    await settled(world, release);
    const { diff } = await runOf(world, release, 'silent');
    expect(diff).toMatchObject({
      image: null,
      facts: {
        changedPixels: 0,
        forgivenPixels: 12,
        forgivenRegions: [{ left: 1, top: 2, width: 3, height: 4, changedPixels: 12 }],
        forgivenRegionCount: 1,
        hidden: 'Forgiven: 12 pixels as anti-aliasing; distortion 0.125000.',
      },
    });
    expect(diff.facts).not.toHaveProperty('failOnForgiven');
    expect((await runOf(world, release, 'lenient')).diff.facts?.failOnForgiven).toBe(false);
    const mask = fakePng('forgiven');
    const digest = (name: 'sha1' | 'sha256') => createHash(name).update(mask).digest('hex');
    const { owned } = await world.client.findArtifacts({
      buildId: world.buildId,
      artifacts: [{ sha1sum: digest('sha1'), sha256sum: digest('sha256') }],
    });
    expect(owned).toEqual([digest('sha1')]);
  });

  it.each(['{"viewport": 3, "threshold": "much", "maxDiffPixels": 10}', 'no JSON at all', '[1]', 'null'])(
    'compares what a client reported with a config of its own: %s',
    async (text) => {
      const world = await openWorkerWorld();
      const comparer = fakeComparer();
      world.work({ comparer });
      const { client, buildId } = world;
      const upload = async (content: string | Uint8Array, fileName: string) =>
        (await client.upload({ buildId, content: Buffer.from(content), fileName })).sha1sum;
      const { releaseName, releaseNumber } = await client.createRelease({ buildId, releaseName: 'own' });
      const release = { buildId, releaseName, releaseNumber };
      await client.reportRun({
        ...release,
        runName: 'mine',
        image: await upload(fakePng('new'), 'new.png'),
        refImage: await upload(fakePng('old'), 'old.png'),
        config: await upload(text, 'config.json'),
      });
      await client.runsDone(release);
      const allowed = text.includes('maxDiffPixels');
      expect(await settled(world, release)).toEqual({ mine: allowed ? 'diff_not_found' : 'diff_found' });
      expect(comparer.requests.map(({ settings }) => settings.threshold)).toEqual([0]);
    },
  );

  it('D12: a page that cannot be captured fails with its reason and log, and blocks nothing', async () => {
    const world = await openWorkerWorld();
    const capturer = fakeCapturer(({ url }) =>
      url.endsWith('/gone') ? fakeFailure('http_status', 404) : fakePage(url),
    );
    world.work({ capturer });
    const release = await requestRelease(world, {
      a: { url: 'http://shop.test/a' },
      b: { url: 'http://shop.test/gone' },
      c: { url: 'http://shop.test/c' },
    });
    expect(await settled(world, release)).toMatchObject({ a: 'no_diff_needed', b: 'failed' });
    const { current } = await runOf(world, release, 'b');
    expect(current.failure).toMatchObject({
      reason: 'http_status',
      httpStatus: 404,
      message: 'The page failed with http_status.',
    });
    expect(current.log).not.toBeNull();
    expect(capturer.requests.filter(({ url }) => url.endsWith('/gone'))).toHaveLength(1);
  });

  it('D11: a passing failure is tried three times, 10 s and 60 s later', async () => {
    const world = await openWorkerWorld();
    const attempts: number[] = [];
    const capturer = fakeCapturer((_request, attempt) => {
      attempts.push(attempt);
      return fakeFailure('connection_failed');
    });
    world.work({ capturer }, { leaseMs: 600_000 });
    const release = await requestRelease(world, { a: { url: 'http://shop.test/a' } });
    const { result, waits } = await withoutWaits(world, settled(world, release));
    expect(result).toEqual({ a: 'failed' });
    expect(attempts).toEqual([1, 2, 3]);
    expect(waits).toHaveLength(2);
    // With a little chance in them, and a busy machine sees less than the whole.
    expect(waits[0]).toBeLessThanOrEqual(12_000);
    expect(waits[1]).toBeLessThanOrEqual(72_000);
    expect((await runOf(world, release, 'a')).current.failure?.reason).toBe('connection_failed');
  });

  it.each([
    { timeouts: 2, status: 'diff_found', failure: null },
    { timeouts: 3, status: 'failed', failure: 'comparison_timeout' },
  ])('a comparison that takes too long $timeouts times is tried three times', async (given) => {
    const world = await openWorkerWorld();
    const { client, buildId } = world;
    const comparer = fakeComparer();
    const compare = comparer.compare.bind(comparer);
    let compared = 0;
    comparer.compare = (request) => {
      if (++compared > given.timeouts) return compare(request);
      return Promise.reject(new AppError('unprocessable', 'The comparison took longer than 60 s.'));
    };
    world.work({ comparer }, { leaseMs: 600_000 });
    const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r1' });
    const release = { buildId, releaseName: 'r1', releaseNumber };
    const upload = async (name: string) =>
      (await client.upload({ buildId, fileName: 'a.png', content: new Uint8Array(fakePng(name)) })).sha1sum;
    await client.reportRun({
      ...release,
      runName: 'a',
      image: await upload('one'),
      refImage: await upload('two'),
    });
    await client.runsDone(release);
    for (let waits = 0; waits < 2; waits++) {
      await until(async () => {
        const { tasks } = await client.listTasks({ queueName: 'run-pdiff' });
        const waitMs = tasks[0]!.error === null ? 0 : tasks[0]!.eta - world.clock.now();
        if (waitMs > 0) world.clock.shift(waitMs);
        return waitMs > 0;
      });
    }
    await settled(world, release);
    const { diff, status } = await runOf(world, release, 'a');
    expect(compared).toBe(3);
    expect(diff.failure?.reason ?? null).toBe(given.failure);
    expect(status).toBe(given.status);
  });

  it('P23: images that cannot be compared fail the run with the reason', async () => {
    const world = await openWorkerWorld();
    const comparer = {
      ...fakeComparer(),
      compare: () =>
        Promise.reject(new AppError('image_too_large', 'The after image has 900 million pixels.')),
    };
    const worker = world.work({ comparer }, { diffs: 0 });
    const release = await requestRelease(world, {
      large: { url: 'http://shop.test/new', refUrl: 'http://shop.test/old' },
      lost: { url: 'http://shop.test/lost', refUrl: 'http://shop.test/old' },
    });
    let image: string | null = null;
    while (image === null) image = (await runOf(world, release, 'lost')).current.image;
    await worker.stop();
    rmSync(join(world.world.blobFolder, image.slice(0, 2), image));
    world.work({ comparer });
    expect(await settled(world, release)).toEqual({ large: 'failed', lost: 'failed' });
    expect((await runOf(world, release, 'large')).diff).toMatchObject({
      failed: true,
      failure: { reason: 'image_too_large', message: 'The after image has 900 million pixels.' },
    });
    expect((await runOf(world, release, 'lost')).diff.failure?.reason).toBe('artifact_corrupt');
  });
});
