import type { LocalReport, LocalTestResult } from '../../src/contract/files/local-report.ts';

/** One result with every field; what matters to a test is given. */
export function sampleResult(given: Partial<LocalTestResult>): LocalTestResult {
  return {
    name: 'a',
    file: 'tests/a.yaml',
    url: 'http://x/a',
    state: 'same',
    reference: 'tests/a.png',
    before: null,
    after: null,
    mask: null,
    forgivenMask: null,
    diffPath: null,
    comparison: null,
    failure: null,
    attempts: 1,
    shots: 2,
    settled: true,
    log: '',
    durationMs: 12,
    config: {},
    ...given,
  };
}

export function sampleReport(tests: LocalTestResult[], given: Partial<LocalReport> = {}): LocalReport {
  return {
    version: 1,
    command: 'test',
    toolVersion: '0.0.0',
    folder: 'tests',
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 100,
    browserVersion: 'Chromium 1.2.3.4',
    platform: 'test',
    tests,
    unusedReferences: [],
    ...given,
  };
}
