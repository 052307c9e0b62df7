import { describe, expect, it } from 'vitest';
import { applyReport } from './run-report.ts';
import type { RunReport } from './run-report.ts';
import { newRun } from './run-request.ts';
import { factsOf, runStatus, withKnownDiff } from './run-status.ts';
import type { Run, SlotName } from './run.ts';

const fresh = newRun({ buildId: 1, releaseId: 1, name: '/', now: 0 });
const noTasks: ReadonlySet<SlotName> = new Set();

function after(run: Run, ...reports: RunReport[]): Run {
  return reports.reduce((now, report) => withKnownDiff(applyReport(now, report, noTasks, null).run), run);
}

const statusOf = (run: Run) => runStatus(factsOf(run));

function permutations<T>(list: T[]): T[][] {
  if (list.length < 2) return [list];
  return list.flatMap((item, index) => permutations(list.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

const waiting: Run = {
  ...fresh,
  current: { ...fresh.current, state: 'requested', url: 'u', config: 'c', requests: 1 },
};

describe('reports', () => {
  it.each<[string, RunReport[], string]>([
    ['an image in parts', [{ url: 'u' }, { image: 'a' }, { log: 'l' }, { config: 'c' }], 'no_diff_needed'],
    [
      'both sides',
      [
        { image: 'a', log: 'l' },
        { refImage: 'b', refUrl: 'r' },
      ],
      'needs_diff',
    ],
    [
      'a difference',
      [{ image: 'a' }, { refImage: 'b' }, { diffImage: 'm' }, { diffLog: 'l', distortion: 0.5 }],
      'diff_found',
    ],
    [
      'no difference',
      [{ image: 'a' }, { refImage: 'b' }, { diffLog: 'l' }, { distortion: 0 }],
      'diff_not_found',
    ],
    ['a failure and a late image', [{ runFailed: true }, { image: 'a' }], 'no_diff_needed'],
    [
      'a failed diff and a late one',
      [{ image: 'a', refImage: 'b' }, { diffFailed: true }, { diffImage: 'm' }],
      'diff_found',
    ],
  ])('%s ends alike in every order and when everything is sent twice', (_, parts, status) => {
    const facts = permutations(parts).map((order) => {
      const run = after(fresh, ...order, ...order);
      expect(statusOf(run)).toBe(status);
      return JSON.stringify(factsOf(run));
    });
    expect(new Set(facts).size).toBe(1);
  });

  it('notices a repeat', () => {
    const report = { image: 'a', log: 'l', runFailed: false };
    const run = after(fresh, report);
    expect(applyReport(run, report, noTasks, null)).toEqual({ run, changed: false, ignored: false });
    expect(applyReport(run, { runFailed: true }, noTasks, null)).toEqual({
      run,
      changed: false,
      ignored: true,
    });
  });

  it('refuses another content for a filled slot, and takes what is missing', () => {
    const run = after(fresh, { image: 'a', refImage: 'b', diffImage: 'm', distortion: 0.5 });
    const refused: RunReport[] = [{ image: 'x' }, { refImage: 'x' }, { diffImage: 'x' }, { distortion: 0.6 }];
    for (const report of refused) {
      expect(() => after(run, report), JSON.stringify(report)).toThrow(/already has a different/);
    }
    expect(after(run, { log: 'l', refLog: 'k', diffLog: 'd' })).toMatchObject({
      current: { log: 'l' },
      ref: { log: 'k' },
      diff: { log: 'd' },
    });
  });

  it('keeps a failure as the attempt’s outcome while the task lives', () => {
    const live = new Set<SlotName>(['current', 'diff']);
    const failure = { reason: 'capture_timeout', message: 'too slow' };
    const { run } = applyReport(waiting, { runFailed: true, log: 'l', failure }, live, 'current');
    expect(run.current).toMatchObject({ state: 'requested', log: 'l', failure });
    const both = after(fresh, { image: 'a', refImage: 'b' });
    const diff = applyReport(both, { diffFailed: true, diffLog: 'l' }, live, 'diff').run;
    expect(statusOf(diff), 'a log alone would mean "same"').toBe('needs_diff');
    expect(diff.diff).toMatchObject({ log: null, failure: { log: 'l' } });
  });

  it('finds out which capture failed: by the lease, else by the fields that came along', () => {
    const failedSides = (report: RunReport, slot: SlotName | null) => {
      const { run } = applyReport(fresh, report, noTasks, slot);
      return [run.current.state, run.ref.state];
    };
    expect(failedSides({ runFailed: true }, null)).toEqual(['failed', 'none']);
    expect(failedSides({ runFailed: true, log: 'l' }, null)).toEqual(['failed', 'none']);
    expect(failedSides({ runFailed: true, refLog: 'l' }, null)).toEqual(['none', 'failed']);
    expect(failedSides({ runFailed: true, log: 'l', refLog: 'l' }, null)).toEqual(['failed', 'none']);
    expect(failedSides({ runFailed: true }, 'ref')).toEqual(['none', 'failed']);
  });

  it('believes a client that reports an image and says that its test failed', () => {
    const run = after(fresh, { image: 'a', runFailed: true });
    expect(statusOf(run)).toBe('failed');
    expect(run.current.image).toBe('a');
    expect(applyReport(run, { image: 'a', runFailed: true }, noTasks, null).changed).toBe(false);
    expect(statusOf(after(run, { image: 'b' }))).toBe('no_diff_needed');
  });
});
