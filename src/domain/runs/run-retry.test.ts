import { describe, expect, it } from 'vitest';
import type { CaptureSlot, Run } from './run.ts';
import { newRun } from './run-request.ts';
import { retryRun } from './run-retry.ts';
import { emptyCaptureSlot } from './run-status.ts';

const place = { buildId: 1, releaseId: 2, name: '/', now: 0 };
const failure = { reason: 'http_status', message: 'The page returned status 404.', httpStatus: 404 };

function slot(state: CaptureSlot['state'], more: Partial<CaptureSlot> = {}): CaptureSlot {
  const image = state === 'done' ? 'a'.repeat(40) : null;
  return {
    ...emptyCaptureSlot(),
    state,
    image,
    url: 'https://site.example/',
    config: 'c'.repeat(40),
    requests: 1,
    failure: state === 'failed' ? failure : null,
    ...more,
  };
}

const failedRun = (parts: Partial<Run>): Run => ({ ...newRun(place), status: 'failed', ...parts });

describe('capture again', () => {
  it('asks for the side that failed and keeps the other', () => {
    const run = failedRun({ current: slot('failed', { log: 'd'.repeat(40) }), ref: slot('done') });
    const again = retryRun(run);
    expect(again).toMatchObject({ outcome: 'requested', capture: ['current'] });
    expect(again.run.current).toEqual({ ...slot('requested'), requests: 2 });
    expect(again.run.ref).toEqual(run.ref);
  });

  it('makes a comparison that failed once more', () => {
    const run = failedRun({
      current: slot('done'),
      ref: slot('done'),
      diff: { ...newRun(place).diff, failed: true, failure, log: 'e'.repeat(40), requests: 2 },
    });
    const again = retryRun(run);
    expect(again).toMatchObject({ outcome: 'requested', capture: [] });
    expect(again.run.diff).toEqual({ ...newRun(place).diff, requests: 2 });
  });

  it('leaves alone what did not fail, and what only the client can take again', () => {
    const fine = { ...newRun(place), current: slot('done') };
    expect(retryRun(fine)).toEqual({ outcome: 'not_failed', run: fine, capture: [] });
    const uploaded = failedRun({ current: slot('failed', { config: null }), ref: slot('failed') });
    expect(retryRun(uploaded)).toEqual({ outcome: 'not_captured_here', run: uploaded, capture: [] });
  });
});
