import { expect, it } from 'vitest';
import { fakeCapturer, fakeComparer, fakePage, fakePng } from '../support/fake-ports.ts';
import { aligning, sampleDom } from '../support/sample-dom.ts';
import { openWorkerWorld, requestRelease, runOf, settled } from '../support/worker-world.ts';

const pages = { home: { url: 'http://shop.test/' } };

/** A worker of a shop whose link has another text in each version. */
async function openShop(version: { text: string; dom?: Uint8Array | null }) {
  const world = await openWorkerWorld();
  const capturer = fakeCapturer(() => {
    const page = fakePage(version.text);
    return page.ok
      ? { ...page, dom: version.dom === undefined ? sampleDom(version.text) : version.dom }
      : page;
  });
  world.work({ capturer, comparer: aligning(fakeComparer()) });
  return world;
}

it('names what changed, from the structures of both pages', async () => {
  const version = { text: 'Sale' };
  const world = await openShop(version);
  const { client, buildId } = world;
  const first = await requestRelease(world, pages);
  await settled(world, first);
  await client.reviewRelease({ ...first, decision: 'good' });
  version.text = 'Clearance';
  const second = await requestRelease(world, pages);
  expect(await settled(world, second)).toEqual({ home: 'diff_found' });
  const run = await runOf(world, second, 'home');
  const [change] = run.diff.facts!.alignment!.changes;
  expect(change!.name).toEqual({
    selector: 'header > a',
    kind: 'changed',
    facts: [{ what: 'text', before: 'Sale', after: 'Clearance' }],
  });
  const log = await client.download({ buildId, sha1sum: run.diff.log! });
  expect(new TextDecoder().decode(await log.bytes())).toContain('  header > a: text "Sale" → "Clearance"\n');
  // The structure travels with the baseline, and is used by both runs.
  const baseline = await runOf(world, first, 'home');
  expect(run.ref.facts!.dom).toBe(baseline.current.facts!.dom);
  const dom = await client.download({ buildId, sha1sum: run.current.facts!.dom! });
  expect(Buffer.from(await dom.bytes())).toEqual(Buffer.from(sampleDom('Clearance')));
  const digests = [run.ref.facts!.dom!, run.current.facts!.dom!];
  const soon = world.clock.now() + 7 * 86_400_000;
  await world.core.store.transaction((tx) => tx.artifactUses.dropUnused(soon, 1_000));
  const owned = await world.core.store.read((tx) => tx.artifacts.owned(buildId, digests));
  expect([...owned.keys()].sort()).toEqual(digests.sort());
});

it.each<[string, Uint8Array | null]>([
  ['there is none', null],
  ['it cannot be read', new Uint8Array([1, 2, 3])],
])('compares without names where %s', async (_why, dom) => {
  const version: { text: string; dom?: Uint8Array | null } = { text: 'Sale', dom };
  const world = await openShop(version);
  const first = await requestRelease(world, pages);
  await settled(world, first);
  await world.client.reviewRelease({ ...first, decision: 'good' });
  version.text = 'Clearance';
  delete version.dom;
  const second = await requestRelease(world, pages);
  expect(await settled(world, second)).toEqual({ home: 'diff_found' });
  const run = await runOf(world, second, 'home');
  expect(run.diff.facts!.alignment!.changes[0]).not.toHaveProperty('name');
});

it('compares uploaded images without names', async () => {
  const world = await openShop({ text: 'unused' });
  const { client, buildId } = world;
  const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r' });
  const release = { buildId, releaseName: 'r', releaseNumber };
  const send = async (text: string) => {
    const content = new Uint8Array(fakePng(text));
    return (await client.upload({ buildId, content, fileName: 'a.png' })).sha1sum;
  };
  await client.reportRun({ ...release, runName: 'a', image: await send('one'), refImage: await send('two') });
  await client.runsDone(release);
  expect(await settled(world, release)).toEqual({ a: 'diff_found' });
});

it('refuses the structure of a page that the build does not own', async () => {
  const { client, buildId } = await openWorkerWorld();
  const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r' });
  const content = new Uint8Array(fakePng('one'));
  const image = (await client.upload({ buildId, content, fileName: 'a.png' })).sha1sum;
  const capture = {
    width: 4,
    height: 2,
    shots: 2,
    settled: true,
    browserVersion: 'x',
    durationMs: 1,
    stages: [],
  };
  const run = { buildId, releaseName: 'r', releaseNumber, runName: 'a', image };
  await expect(
    client.reportRun({ ...run, capture: { ...capture, dom: 'a'.repeat(40) } }),
  ).rejects.toMatchObject({ code: 'artifact_not_found', details: { parameter: 'capture' } });
  await expect(client.reportRun({ ...run, capture: { ...capture, dom: 'no digest' } })).rejects.toMatchObject(
    {
      code: 'invalid_argument',
    },
  );
});
