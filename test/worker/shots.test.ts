import { expect, it } from 'vitest';
import type { CaptureOutcome, CapturedPage, NamedShot } from '../../src/domain/capture/capture.ts';
import { fakeCapturer, fakeComparer, fakeFailure, fakePage, fakePng } from '../support/fake-ports.ts';
import { openWorkerWorld, requestRelease, runOf, settled, withoutWaits } from '../support/worker-world.ts';

const steps = [{ shot: 'first' }, { click: '#a' }, { shot: 'second' }];

function named(name: string, text: string): NamedShot {
  const page = fakePage(text) as CapturedPage;
  return { ...page, name };
}

const visit = (url: string): CaptureOutcome => ({
  ...(fakePage(`${url} end`) as CapturedPage),
  named: [named('first', `${url} first`), named('second', `${url} second`)],
});

it('one visit brings the runs of all its shots, on both sides', async () => {
  const world = await openWorkerWorld();
  const capturer = fakeCapturer(({ url }) => visit(url));
  world.work({ capturer, comparer: fakeComparer() });
  const { client, buildId } = world;
  const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r' });
  const release = { buildId, releaseName: 'r', releaseNumber };
  const page = { url: 'http://shop.test/', config: { steps }, refUrl: 'http://shop.test/old' };
  await client.requestRun({ ...release, ...page, runName: 'home', refConfig: { steps: steps.slice(0, 1) } });
  await client.runsDone(release);
  expect(await settled(world, release)).toEqual({
    home: 'diff_found',
    'home/first': 'diff_found',
    // The baseline's page has no such shot.
    'home/second': 'no_diff_needed',
  });
  expect(capturer.requests).toHaveLength(2);
  const first = await runOf(world, release, 'home/first');
  const bytes = await (await client.download({ buildId, sha1sum: first.ref.image! })).bytes();
  expect(Buffer.from(bytes)).toEqual(fakePng('http://shop.test/old first'));
});

it('a step that fails keeps earlier shots, fails later ones, and shows the window', async () => {
  const world = await openWorkerWorld();
  const failure = fakeFailure('step_failed') as CaptureOutcome & { ok: false };
  let isBroken = true;
  const capturer = fakeCapturer(({ url, config }, attempt) =>
    !isBroken
      ? fakePage(`${url} ${config.shot ?? 'end'}`)
      : { ...failure, image: fakePng('window'), named: [named('first', `first ${attempt}`)] },
  );
  world.work({ capturer });
  const release = await requestRelease(world, { home: { url: 'http://shop.test/', config: { steps } } });
  const { result } = await withoutWaits(world, settled(world, release));
  expect(result).toEqual({ home: 'failed', 'home/first': 'no_diff_needed', 'home/second': 'failed' });
  expect(capturer.requests).toHaveLength(3);
  for (const name of ['home', 'home/second']) {
    const { current } = await runOf(world, release, name);
    expect(current.failure).toMatchObject({ reason: 'step_failed' });
    const image = await world.client.download({
      buildId: world.buildId,
      sha1sum: current.failure!.image!,
    });
    expect(Buffer.from(await image.bytes())).toEqual(fakePng('window'));
  }

  isBroken = false;
  await world.client.retryRuns(release);
  await settled(world, release);
  expect(capturer.requests.slice(3).map(({ config }) => config.shot)).toEqual(
    expect.arrayContaining([undefined, 'second']),
  );
  const { current } = await runOf(world, release, 'home/second');
  expect(current).toMatchObject({ state: 'done', failure: null });
});

it('a shot whose visit is canceled is captured by itself', async () => {
  const world = await openWorkerWorld();
  const release = await requestRelease(world, { home: { url: 'http://shop.test/', config: { steps } } });
  const page = { ...release, runName: 'home', url: 'http://shop.test/' };
  await world.client.requestRun({ ...page, config: { steps: steps.slice(0, 1) } });
  const capturer = fakeCapturer(({ url, config }) =>
    config.shot === undefined ? visit(url) : fakePage(config.shot),
  );
  world.work({ capturer });
  expect(await settled(world, release)).toEqual({
    home: 'no_diff_needed',
    'home/first': 'no_diff_needed',
    'home/second': 'no_diff_needed',
  });
  expect(capturer.requests.map(({ config }) => config.shot ?? '').sort()).toEqual(['', 'second']);
});
