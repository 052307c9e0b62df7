import { describe, expect, it } from 'vitest';
import {
  emptyCaptureSlot,
  emptyDiffSlot,
  factsOf,
  runStatus,
  withCheckedImage,
  withKnownDiff,
} from './run-status.ts';
import type { RunFacts } from './run-status.ts';
import { newRun } from './run-request.ts';
import { runStatuses } from './run.ts';
import { verdicts } from './verdict.ts';
import type { RunStatus } from './run.ts';

const states = ['none', 'requested', 'done', 'failed'] as const;
const digests = [null, 'a', 'b'];

function* everyInput(): Generator<RunFacts> {
  for (const captureState of states)
    for (const refState of states)
      for (const image of digests)
        for (const refImage of digests)
          for (const diffFailed of [false, true])
            for (const diffImage of [null, 'm'])
              for (const diffLog of [null, 'l'])
                for (const distortion of [null, 0, 0.5])
                  for (const verdict of verdicts)
                    for (const forgivenPixels of [0, 1])
                      for (const failOnForgiven of [false, true])
                        for (const awaitsBaseline of [false, true])
                          yield {
                            captureState,
                            refState,
                            image,
                            refImage,
                            diffFailed,
                            diffImage,
                            diffLog,
                            distortion,
                            forgivenPixels,
                            failOnForgiven,
                            verdict,
                            awaitsBaseline,
                          };
}

/** The rule again, written down as the list of the contract: the first line that holds. */
const rules: [RunStatus, (facts: RunFacts) => boolean][] = [
  ['failed', (f) => [f.captureState, f.refState].includes('failed')],
  ['data_pending', (f) => !f.image || [f.captureState, f.refState].includes('requested')],
  ['data_pending', (f) => f.awaitsBaseline],
  ['failed', (f) => f.diffFailed],
  ['diff_approved', (f) => f.diffImage !== null && f.verdict === 'approved'],
  ['diff_found', (f) => f.diffImage !== null],
  ['no_diff_needed', (f) => !f.refImage],
  ['diff_not_found', (f) => f.image === f.refImage && f.distortion !== null],
  ['diff_approved', (f) => f.failOnForgiven && f.forgivenPixels > 0 && f.verdict === 'approved'],
  ['diff_found', (f) => f.failOnForgiven && f.forgivenPixels > 0],
  ['diff_not_found', (f) => f.diffLog !== null],
  ['diff_not_found', (f) => f.distortion === 0],
  ['needs_diff', () => true],
];

describe('run status', () => {
  it('is the first rule that holds, over every input', () => {
    const seen = new Set<RunStatus>();
    let inputs = 0;
    for (const facts of everyInput()) {
      const [expected] = rules.find(([, holds]) => holds(facts))!;
      const status = runStatus(facts);
      if (status !== expected) expect(status, JSON.stringify(facts)).toBe(expected);
      seen.add(status);
      inputs++;
    }
    expect(inputs).toBe(4 * 4 * 3 * 3 * 2 * 2 * 2 * 3 * 3 * 2 * 2 * 2);
    expect([...seen].sort()).toEqual([...runStatuses].sort());
  });

  it('knows that equal images differ by 0, and adds nothing to what was reported', () => {
    const run = newRun({ buildId: 1, releaseId: 1, name: '/', now: 0 });
    const filled = (image: string) => ({ ...emptyCaptureSlot(), state: 'done' as const, image });
    const uploaded = { ...run, current: filled('a'), ref: filled('a') };
    const details = {
      width: 1,
      height: 1,
      shots: 2,
      settled: true,
      browserVersion: '1',
      durationMs: 1,
      stages: [],
    };
    for (const side of ['current', 'ref'] as const) {
      const captured = { ...uploaded, [side]: { ...filled('a'), details } };
      expect(withKnownDiff(captured).diff.distortion).toBe(0);
      const other = side === 'ref' ? 'current' : 'ref';
      expect(withKnownDiff({ ...captured, [other]: filled('b') }).diff.distortion).toBeNull();
      const reported = { ...captured, diff: { ...emptyDiffSlot(), image: 'm', distortion: 0.1 } };
      expect(withKnownDiff(reported)).toBe(reported);
    }
    expect(withKnownDiff(uploaded), 'an upload may be anything').toBe(uploaded);
    expect(runStatus(factsOf(uploaded))).toBe('needs_diff');
    expect(withCheckedImage(uploaded, null).diff.distortion).toBe(0);
    const failure = { reason: 'image_invalid', message: 'The before image is broken.' };
    const broken = withCheckedImage(uploaded, failure);
    expect(broken.diff).toMatchObject({ failed: true, failure, distortion: null });
    expect(runStatus(factsOf(broken))).toBe('failed');
    const different = { ...uploaded, ref: filled('b') };
    expect(withCheckedImage(different, failure), 'of other files nothing is known').toBe(different);
  });
});
