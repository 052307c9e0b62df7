/** Sample reports: real PNGs, real masks, every state; in the format of the local tool. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type {
  LocalReport,
  LocalTestResult,
  ReportComparison,
  ReportFailure,
  ReportImage,
} from '../../src/contract/files/local-report.ts';
import type { Alignment } from '../../src/domain/comparison/alignment.ts';
import { comparisonDefaults, comparisonMetric } from '../../src/domain/comparison/comparison.ts';
import { writeHtmlReport } from '../../src/local/html-report.ts';
import { alignmentOf } from './aligned.ts';
import { comparePngs } from './sample-compare.ts';

const reportTemplatePath = join(import.meta.dirname, '..', '..', 'build', 'report.html');

/** What makes one test of a sample report. */
export interface SampleTest {
  name: string;
  before?: Buffer;
  after?: Buffer;
  url?: string;
  change?: Partial<LocalTestResult>;
  /** What moved, and the mask of what changed apart from that. */
  alignment?: Alignment;
  alignedMask?: Buffer;
}

/** Collects images and tests, then writes a report's folder. */
export class SampleReport {
  readonly #files = new Map<string, Buffer>();
  readonly report: LocalReport;

  constructor(change: Partial<LocalReport> = {}) {
    this.report = {
      version: 1,
      command: 'test',
      toolVersion: '0.1.0',
      folder: 'tests/visual',
      startedAt: '2026-11-20T09:30:00.000Z',
      durationMs: 18_400,
      browserVersion: 'Chromium 156.0.8078.79',
      platform: 'linux x64, Node 24.21.0',
      tests: [],
      unusedReferences: [],
      ...change,
    };
  }

  /** Adds a test: compared if it has both images, new or failed if not. */
  async add({
    name,
    before,
    after,
    url,
    change,
    alignment,
    alignedMask,
  }: SampleTest): Promise<LocalTestResult> {
    const compared = before !== undefined && after !== undefined ? await comparePngs(before, after) : null;
    const differs = compared !== null && compared.changedPixels > 0;
    const test: LocalTestResult = {
      name,
      file: 'tests/visual/shop.yaml',
      url: url ?? `http://localhost:8000/${encodeURIComponent(name)}`,
      state: compared === null ? (after === undefined ? 'failed' : 'new') : differs ? 'differs' : 'same',
      reference: `tests/visual/${name}.png`,
      before: before === undefined ? null : await this.#image('before', before),
      after: after === undefined ? null : await this.#image('after', after),
      mask: differs ? await this.#image('mask', compared.mask) : null,
      forgivenMask: null,
      ...(alignedMask !== undefined && { alignedMask: await this.#image('aligned', alignedMask) }),
      diffPath: null,
      comparison:
        compared === null
          ? null
          : { ...comparisonOf(compared), ...(alignment !== undefined && { alignment }) },
      failure: null,
      attempts: 1,
      shots: after === undefined ? null : 2,
      settled: after === undefined ? null : true,
      log: sampleLog,
      durationMs: 640,
      config: { viewportSize: { width: 1280, height: 1024 }, threshold: 0.05, httpPassword: '•••' },
      ...change,
    };
    this.report.tests.push(test);
    return test;
  }

  /** Adds a test that failed for a reason. */
  async addFailure(
    name: string,
    failure: ReportFailure,
    change: Partial<LocalTestResult> & { beforePng?: Buffer } = {},
  ): Promise<void> {
    const { beforePng, ...rest } = change;
    await this.add({
      name,
      ...(beforePng === undefined ? {} : { before: beforePng }),
      change: { failure, log: failedLog, attempts: 3, ...rest },
    });
  }

  /**
   * Writes images and `index.html`.
   *
   * @param embedBytes budget for images in the page; 0 leaves all of them beside it
   * @returns the path of `index.html`
   */
  async write(folder: string, embedBytes = Infinity): Promise<string> {
    for (const [path, bytes] of this.#files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'index.html');
    const template = await readFile(reportTemplatePath, 'utf8');
    await writeHtmlReport(path, template, this.report, folder, embedBytes);
    return path;
  }

  async #image(role: string, bytes: Buffer): Promise<ReportImage> {
    const sha1sum = createHash('sha1').update(bytes).digest('hex');
    const path = `${role}/${sha1sum.slice(0, 12)} #1 50%.png`;
    this.#files.set(path, bytes);
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { path, sha1sum, width, height };
  }
}

function comparisonOf(compared: Awaited<ReturnType<typeof comparePngs>>): ReportComparison {
  const { canvas, changedPixels, distortion, regions } = compared;
  return {
    same: changedPixels === 0,
    canvas,
    distortion,
    changedPixels,
    diffRatio: changedPixels / (canvas.width * canvas.height),
    allowedPixels: 0,
    antiAliasedPixels: 0,
    belowThresholdPixels: 0,
    forgivenPixels: 0,
    forgivenRegions: [],
    forgivenRegionCount: 0,
    ignored: [],
    alignment: alignmentOf(compared).alignment ?? null,
    regions,
    regionCount: regions.length,
    metric: comparisonMetric,
    settings: comparisonDefaults,
    hidden: null,
    durationMs: 11,
  };
}

const sampleLog = `   0.000  capture   http://localhost:8000/ at 1280 × 1024
   0.012  request   GET http://localhost:8000/ 200 text/html 4.1 kB 8 ms
   0.041  request   GET http://localhost:8000/shop.css 200 text/css 2.2 kB 4 ms
   0.043  request   GET http://localhost:8000/hero.jpg 200 image/jpeg 84.0 kB 12 ms
   0.118  console   warning: the cart is a demo
   0.131  stage     loading took 127 ms
   0.250  error     ReferenceError: tracker is not defined
                        at http://localhost:8000/shop.js:14:3
   0.402  stage     settling took 271 ms
   0.471  screenshot      1: 1280 × 1600, 94.0 kB, 62 ms
   0.544  screenshot      2: 1280 × 1600, 94.0 kB, 58 ms, equal to the one before
   0.558  stage     shooting took 156 ms
   0.560  result    captured 1280 × 1600 after 2 screenshots, settled
`;

const failedLog = `   0.000  capture   http://localhost:8000/cart at 1280 × 1024
   0.012  request   GET http://localhost:8000/cart 500 text/html 0.3 kB 8 ms
   0.015  stage     loading took 13 ms
   0.015  result    failed: http_status: the page answered with status 500
`;
