import { expect, test } from 'vitest';
import { resolveCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { QuietResult } from './agent/quiet.ts';
import { CaptureLog } from './capture-log.ts';
import { PageQuiet } from './page-quiet.ts';

const computing: QuietResult = {
  quiet: false,
  busy: ['a worker computes'],
  spentMs: 0,
  wasQuiet: false,
  hasForeignFrames: false,
  sharedWorkers: 0,
  computing: true,
  sharesMemory: false,
  holdsMessages: false,
};

/** @param secondsPerAsking of the processor that the page uses between two questions */
async function settle(
  secondsPerAsking: number,
  sharesMemory = false,
): Promise<{ questions: number; log: CaptureLog }> {
  const log = new CaptureLog({});
  let questions = 0;
  let processorMs = 0;
  const quiet = new PageQuiet({
    config: resolveCaptureConfig({ resourceTimeoutMs: 40_000 }),
    log,
    network: {
      whenIdle: () => Promise.resolve(),
      isBusy: () => false,
      lastFinishedAt: -Infinity,
      openUrls: () => [],
    },
    frames: { inner: [] } as never,
    serviceWorkers: undefined,
    processorMs: () => Promise.resolve((processorMs += secondsPerAsking * 1_000)),
    call: <T>(call: string) => {
      questions++;
      const isAwaited =
        call.includes('"awaitsWorkers":true') && (!sharesMemory || call.includes('"awaitsSharing":true'));
      const idle = { ...computing, quiet: true, busy: [], computing: false };
      return Promise.resolve((isAwaited ? { ...computing, sharesMemory } : idle) as T);
    },
    assertStill: () => undefined,
  });
  await quiet.settle();
  return { questions, log };
}

test('P132: a worker that never stops computing costs a quarter of resourceTimeoutMs of the processor, and a warning', async () => {
  const { questions, log } = await settle(1);
  // The first answer says where the processor stood; the last question waits for no worker.
  expect(questions).toBe(1 + 10 + 1);
  expect(log.warnings).toMatchObject([
    {
      code: 'worker_restless',
      sentence: expect.stringContaining(
        'took more than 10 seconds of the processor, so the screenshot did not wait',
      ) as string,
    },
  ]);
});

test('P132: on a busy machine, where it gets less of the processor, it is asked more often', async () => {
  const { questions } = await settle(0.1);
  expect(questions).toBe(1 + 100 + 1);
});

test('P132: a worker that shares memory is waited for while the page uses the processor, two seconds of it', async () => {
  expect((await settle(0.1, true)).questions).toBe(1 + 20 + 1);
  // It waits in that memory, perhaps for good.
  expect((await settle(0.001, true)).questions).toBe(1 + 2 + 1);
});
