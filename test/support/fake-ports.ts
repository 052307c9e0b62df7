/** Fakes of the ports of a local run: tests define their pages and comparisons. */

import { createHash } from 'node:crypto';
import type { CaptureOutcome, FailureReason } from '../../src/domain/capture/capture.ts';
import { judge, type ComparisonResult } from '../../src/domain/comparison/comparison.ts';
import type { Capturer, CaptureRequest } from '../../src/ports/capturer.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Comparer, DiffRequest, ImageSource } from '../../src/ports/comparer.ts';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes with the header of a PNG of that size; the text makes images distinct. */
export function fakePng(text: string, width = 4, height = 2): Buffer {
  const header = Buffer.alloc(24);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  header.writeUInt32BE(13, 8);
  header.write('IHDR', 12, 'latin1');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return Buffer.concat([header, Buffer.from(text)]);
}

export function fakePage(text: string, width = 4, height = 2): CaptureOutcome {
  return {
    ok: true,
    image: fakePng(text, width, height),
    width,
    height,
    shots: 2,
    settled: true,
    dom: null,
    incomplete: [],
    incompleteCount: 0,
    warnings: [],
    log: `captured ${text}`,
    durationMs: 5,
    stages: [{ name: 'loading', durationMs: 5 }],
    browserVersion: 'Chromium 1.2.3.4',
    engine: {
      browser: 'chromium',
      version: '1.2.3.4',
      platform: 'linux x64',
      fontsDigest: 'f0',
      flagsDigest: 'a0',
    },
  };
}

export function fakeFailure(reason: FailureReason, httpStatus?: number): CaptureOutcome {
  const failure = { reason, message: `The page failed with ${reason}.` };
  return {
    ok: false,
    failure: httpStatus === undefined ? failure : { ...failure, httpStatus },
    log: `failed with ${reason}`,
    durationMs: 5,
  };
}

/** The result of a page by attempt (from 1). */
export type FakePages = (
  request: CaptureRequest,
  attempt: number,
) => CaptureOutcome | Promise<CaptureOutcome>;

export interface FakeCapturer extends Capturer {
  requests: CaptureRequest[];
  /** Largest number of concurrent captures. */
  mostAtOnce: number;
}

export function fakeCapturer(pages: FakePages): FakeCapturer {
  let open = 0;
  const attempts = new Map<string, number>();
  const capturer: FakeCapturer = {
    requests: [],
    mostAtOnce: 0,
    capture: async (request) => {
      capturer.requests.push(request);
      capturer.mostAtOnce = Math.max(capturer.mostAtOnce, ++open);
      const attempt = (attempts.get(request.url) ?? 0) + 1;
      attempts.set(request.url, attempt);
      request.onStage?.('loading');
      await Promise.resolve();
      try {
        return await pages(request, attempt);
      } finally {
        open--;
      }
    },
    close: async () => undefined,
  };
  return capturer;
}

/** Captures that begin and end when the test says so. */
export function heldCapturer(options: { ignoresAbort?: boolean } = {}) {
  const begun: (CaptureRequest & { end: () => void })[] = [];
  const capturer: Capturer = {
    capture: (request) =>
      new Promise<CaptureOutcome>((resolve, reject) => {
        begun.push({ ...request, end: () => resolve(fakePage(request.url)) });
        if (options.ignoresAbort !== true) {
          request.signal?.addEventListener('abort', () => reject(new Error('The capture was aborted.')));
        }
      }),
    close: async () => undefined,
  };
  return { capturer, begun };
}

/** Compares bytes: images with different bytes have `changedPixels` changed pixels. */
export function fakeComparer(changedPixels = 3, forgivenPixels = 0): Comparer & { requests: DiffRequest[] } {
  const requests: DiffRequest[] = [];
  return {
    requests,
    compare: async (request): Promise<ComparisonResult> => {
      requests.push(request);
      const [before, after] = [bytesOf(request.before), bytesOf(request.after)];
      const isEqual = before.equals(after);
      const sizes = [before, after].map((bytes) => ({
        width: bytes.readUInt32BE(16),
        height: bytes.readUInt32BE(20),
      }));
      const changed = isEqual ? 0 : changedPixels;
      const forgiven = isEqual ? 0 : forgivenPixels;
      return judge(
        {
          before: sizes[0]!,
          after: sizes[1]!,
          canvas: sizes[1]!,
          distortion: changed + forgiven === 0 ? 0 : 0.125,
          changedPixels: changed,
          antiAliasedPixels: forgiven,
          belowThresholdPixels: 0,
          regions: changed === 0 ? [] : [{ left: 0, top: 0, width: 3, height: 1, changedPixels: changed }],
          regionCount: changed === 0 ? 0 : 1,
          mask: changed === 0 ? null : fakePng('mask'),
          forgivenPixels: forgiven,
          forgivenRegions:
            forgiven === 0 ? [] : [{ left: 1, top: 2, width: 3, height: 4, changedPixels: forgiven }],
          forgivenRegionCount: forgiven === 0 ? 0 : 1,
          forgivenMask: forgiven === 0 ? null : fakePng('forgiven'),
          ignored: [],
          alignment: null,
          alignedMask: null,
          farthestMove: 0,
        },
        request.settings,
        1,
      );
    },
    overlay: async () => fakePng('overlay'),
    pixelsDigest: async (image) => createHash('sha256').update(bytesOf(image)).digest('hex'),
    close: async () => undefined,
  };
}

function bytesOf(source: ImageSource): Buffer {
  if ('path' in source) throw new Error('the fake differ takes bytes');
  return Buffer.from(source.bytes);
}

export const realClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
