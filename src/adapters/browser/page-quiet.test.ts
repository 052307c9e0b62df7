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
  holdsMessages: false,
};

/** @param secondsPerAsking of the processor that the page uses between two questions */
async function settle(secondsPerAsking: number): Promise<{ questions: number; log: CaptureLog }> {
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
    hasWorkerClock: true,
    processorMs: () => Promise.resolve((processorMs += secondsPerAsking * 1_000)),
    call: <T>(call: string) => {
      questions++;
      const awaitsWorkers = call.includes('"awaitsWorkers":true');
      return Promise.resolve((awaitsWorkers ? computing : { ...computing, quiet: true, busy: [] }) as T);
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
      sentence: expect.stringContaining('took more than 10 seconds of the processor, so the screenshot did not wait') as string,
    },
  ]);
});

test('P132: on a busy machine, where it gets less of the processor, it is asked more often', async () => {
  const { questions } = await settle(0.1);
  expect(questions).toBe(1 + 100 + 1);
});
