/** Builds, releases and runs made through the API, as a worker and a client would make them. */

import type { DepictedClient } from '../../../src/client/index.ts';
import type { Alignment } from '../../../src/domain/comparison/alignment.ts';
import type { BeyondMaxMove } from '../../../src/domain/comparison/comparison.ts';
import type { CaptureWarning } from '../../../src/domain/capture/capture-warning.ts';
import type { IncompletePart } from '../../../src/domain/capture/capture.ts';
import { pngSize } from '../../../src/local/images.ts';
import { comparePngs } from '../../support/sample-compare.ts';
import { alignmentOf } from '../../support/aligned.ts';
import { shopPng } from '../../support/sample-pages.ts';
import { sha1 } from './review-server.ts';

export interface SeedRun {
  name: string;
  /** PNG of this release; null with `failure` or while it is waited for. */
  after: Buffer | null;
  /** PNG of the baseline; without it the run is new. */
  before?: Buffer | null;
  /** Ends as failed for this reason. */
  failure?: { reason: string; message: string; http_status?: number };
  /** Not captured yet: the requested address. */
  waiting?: string;
  url?: string;
  log?: string;
  /** Parts of its page, and of the baseline's, that did not load. */
  incomplete?: IncompletePart[];
  refIncomplete?: IncompletePart[];
  /** Of the capture, with what it was made with; the baseline's is from `Chromium 1`. */
  warned?: { warnings: CaptureWarning[]; browserVersion: string };
  config?: Record<string, unknown>;
  refConfig?: Record<string, unknown>;
  /** What moved, as the image engine reports it. */
  alignment?: Alignment;
  beyondMaxMove?: BeyondMaxMove;
}

export interface SeedRelease {
  buildId: number;
  name: string;
  runs: readonly SeedRun[];
  url?: string;
  /** False: more may come. */
  done?: boolean;
  /** What people decided about it. */
  decision?: 'good' | 'bad';
}

export interface SeededRelease {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
  /** Addresses of its page and of its runs' pages, from the server's root. */
  address: string;
  runAddress(name: string): string;
}

/** Ids of what was uploaded already, per build: the same image is sent once. */
const uploads = new WeakMap<DepictedClient, Map<string, Promise<string>>>();
/** Comparing images takes longer than anything else here. */
const comparisons = new Map<string, ReturnType<typeof comparePngs>>();

export async function seedRelease(client: DepictedClient, seed: SeedRelease): Promise<SeededRelease> {
  const { buildId } = seed;
  const { releaseNumber } = await client.createRelease({
    buildId,
    releaseName: seed.name,
    ...(seed.url !== undefined && { url: seed.url }),
  });
  const release = { buildId, releaseName: seed.name, releaseNumber };
  for (const run of seed.runs) await seedRun(client, release, run);
  if (seed.done !== false) await client.runsDone(release);
  if (seed.decision !== undefined) await client.reviewRelease({ ...release, decision: seed.decision });
  const query = { id: String(buildId), name: seed.name, number: String(releaseNumber) };
  return {
    ...release,
    address: `/release?${new URLSearchParams(query).toString()}`,
    runAddress: (test) => `/run?${new URLSearchParams({ ...query, test }).toString()}`,
  };
}

function takenWithout(png: Buffer, incomplete: IncompletePart[]) {
  const size = pngSize(png)!;
  const taken = {
    width: size.width,
    height: size.height,
    shots: 2,
    settled: true,
    browserVersion: 'Chromium 1',
    durationMs: 5,
  };
  return { ...taken, stages: [], incomplete: incomplete.slice(0, 50), incompleteCount: incomplete.length };
}

/** Reports a run whose differences were all forgiven: 12 pixels in two regions. */
export async function seedForgiven(
  client: DepictedClient,
  release: { buildId: number; releaseName: string; releaseNumber: number },
  runName: string,
): Promise<void> {
  const { buildId } = release;
  const { before, after } = await sampleImages();
  const { canvas, mask } = await comparePngs(before, after);
  const [image, refImage, forgivenMask, diffLog] = await Promise.all([
    send(client, buildId, after, 'page.png'),
    send(client, buildId, before, 'page.png'),
    send(client, buildId, mask, 'forgiven.png'),
    send(client, buildId, Buffer.from('all was forgiven\n'), 'comparison.log'),
  ]);
  const region = { width: 40, height: 20, changedPixels: 6 };
  await client.reportRun({ ...release, runName, image, refImage });
  await client.reportRun({
    ...release,
    runName,
    forgivenMask,
    diffLog,
    distortion: 0.001,
    comparison: {
      changedPixels: 0,
      diffRatio: 0,
      regions: [],
      regionCount: 0,
      canvas,
      forgivenPixels: 12,
      forgivenRegions: [
        { ...region, left: 40, top: 40 },
        { ...region, left: 40, top: 200 },
      ],
      forgivenRegionCount: 2,
      antiAliasedPixels: 12,
      hidden: 'Hidden: 12 pixels as anti-aliasing; distortion 0.001000.',
      metric: { name: 'yiq+rmse', version: 2 },
    },
  });
}

/** Reports one run; also to add a run, or the image of a waiting one, while a test looks. */
export async function seedRun(
  client: DepictedClient,
  release: { buildId: number; releaseName: string; releaseNumber: number },
  run: SeedRun,
): Promise<void> {
  const { buildId } = release;
  const named = { ...release, runName: run.name };
  const url = run.url ?? `https://shop.example/${encodeURIComponent(run.name)}`;
  if (run.waiting !== undefined) {
    await client.requestRun({ ...named, url: run.waiting });
    return;
  }
  const sendOr = (bytes: Buffer | null, fileName: string) =>
    bytes === null ? Promise.resolve(null) : send(client, buildId, bytes, fileName);
  const [image, refImage, log, config, refConfig] = await Promise.all([
    sendOr(run.after, 'page.png'),
    sendOr(run.before ?? null, 'page.png'),
    sendOr(run.log === undefined ? null : Buffer.from(run.log), 'capture.log'),
    sendOr(jsonOf(run.config), 'config.json'),
    sendOr(jsonOf(run.refConfig), 'config.json'),
  ]);
  await client.reportRun({
    ...named,
    url,
    ...(image !== null && { image }),
    ...(refImage !== null && { refImage, refUrl: url }),
    ...(log !== null && { log }),
    ...(config !== null && { config }),
    ...(refConfig !== null && { refConfig }),
    ...(run.failure && { runFailed: run.failure.message, failure: run.failure }),
  });
  if (run.incomplete !== undefined && image !== null)
    await client.reportRun({
      ...named,
      image,
      capture: { ...takenWithout(run.after!, run.incomplete), ...run.warned },
    });
  if (run.refIncomplete !== undefined && refImage !== null)
    await client.reportRun({ ...named, refImage, capture: takenWithout(run.before!, run.refIncomplete) });
  const { after, before } = run;
  if (after === null || !before || image === refImage) return;
  const comparison = await compare(before, after);
  const diff = await send(client, buildId, comparison.mask, 'diff.png');
  const { canvas, changedPixels, regions, distortion } = comparison;
  await client.reportRun({
    ...named,
    diffImage: diff,
    distortion,
    comparison: {
      changedPixels,
      diffRatio: changedPixels / (canvas.width * canvas.height),
      regions,
      regionCount: regions.length,
      canvas,
      metric: { name: 'dpxdt', version: 1 },
      ...alignmentOf(comparison),
      ...(run.alignment !== undefined && {
        before: pngSize(before)!,
        after: pngSize(after)!,
        alignment: run.alignment,
        ...(run.beyondMaxMove !== undefined && { beyondMaxMove: run.beyondMaxMove }),
      }),
    },
  });
}

function jsonOf(value: Record<string, unknown> | undefined): Buffer | null {
  return value === undefined ? null : Buffer.from(JSON.stringify(value));
}

function compare(before: Buffer, after: Buffer): ReturnType<typeof comparePngs> {
  const key = `${sha1(before)} ${sha1(after)}`;
  const known = comparisons.get(key) ?? comparePngs(before, after);
  comparisons.set(key, known);
  return known;
}

async function send(
  client: DepictedClient,
  buildId: number,
  bytes: Buffer,
  fileName: string,
): Promise<string> {
  const known = uploads.get(client) ?? new Map<string, Promise<string>>();
  uploads.set(client, known);
  const key = `${buildId} ${sha1(bytes)}`;
  const sending =
    known.get(key) ??
    client
      .upload({ buildId, content: new Uint8Array(bytes), fileName })
      .then(({ sha1sum }: { sha1sum: string }) => sha1sum);
  known.set(key, sending);
  return sending;
}

/** Images that most tests need, drawn once. Small, so that hundreds of them take no time. */
export async function sampleImages() {
  const page = { width: 640, height: 800, rows: 1 };
  const [before, after, other, taller] = await Promise.all([
    shopPng(page),
    shopPng({ ...page, title: 'Summer collection' }),
    shopPng({ ...page, accent: '#be123c' }),
    shopPng({ ...page, height: 960 }),
  ]);
  return { before, after, other, taller };
}

/** A baseline marked good, and a release with one run of every state: differs (twice the same way), same, new, failed. */
export async function seedMixed(
  client: DepictedClient,
  buildId: number,
  names: { baseline?: string; release?: string } = {},
): Promise<{ baseline: SeededRelease; release: SeededRelease }> {
  const { before, after, taller } = await sampleImages();
  const baseline = await seedRelease(client, {
    buildId,
    name: names.baseline ?? '06-12-r04',
    runs: ['/about', '/cart', '/checkout?step=1', '/checkout?step=2', '/home'].map((name) => ({
      name,
      after: before,
    })),
    decision: 'good',
  });
  const release = await seedRelease(client, {
    buildId,
    name: names.release ?? '06-16-r01',
    url: 'https://shop.example/?preview=06-16',
    runs: [
      { name: '/about', before, after: before },
      { name: '/checkout?step=1', before, after },
      { name: '/checkout?step=2', before, after },
      { name: '/home', before, after: taller },
      { name: '/new-page', after },
      {
        name: '/cart',
        before,
        after: null,
        failure: {
          reason: 'http_status',
          message: 'The page returned status 500.',
          http_status: 500,
        },
      },
    ],
  });
  return { baseline, release };
}
