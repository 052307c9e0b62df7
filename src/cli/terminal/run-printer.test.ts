import { describe, expect, it } from 'vitest';
import { sampleResult } from '../../../test/support/sample-local-report.ts';
import type { LocalTestResult, ReportComparison } from '../../contract/files/local-report.ts';
import { createRunPrinter, summarise, type PrinterOptions } from './run-printer.ts';
import { createTerminal } from './terminal.ts';

/** A stream that remembers what was written. */
function fakeStream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = { isTTY, columns: 60, write: (part: string) => ((text += part), true) };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

function printer(
  options: Partial<PrinterOptions> & { isTTY?: boolean; env?: NodeJS.ProcessEnv; json?: boolean } = {},
) {
  const { isTTY = false, env = {}, json = false, ...rest } = options;
  const stdout = fakeStream(isTTY);
  const stderr = fakeStream(isTTY);
  const terminal = createTerminal({ stdout: stdout.stream, stderr: stderr.stream, env }, json);
  const made = createRunPrinter(terminal, {
    command: 'test',
    reportFolder: 'out',
    quiet: false,
    verbose: false,
    ...rest,
  });
  const print = (result: Partial<LocalTestResult>): void => {
    const full = sampleResult(result);
    made.onEvent({ type: 'test_started', name: full.name });
    made.onEvent({ type: 'test_finished', result: full });
  };
  return { ...made, print, stdout: stdout.text, stderr: stderr.text };
}

const image = (path: string) => ({ path, sha1sum: '', width: 4, height: 2 });
const comparison: ReportComparison = {
  same: false,
  canvas: { width: 4, height: 2 },
  distortion: 0.25,
  changedPixels: 1_234,
  diffRatio: 0.5,
  allowedPixels: 0,
  antiAliasedPixels: 0,
  belowThresholdPixels: 0,
  forgivenPixels: 0,
  forgivenRegions: [],
  forgivenRegionCount: 0,
  ignored: [],
  alignment: null,
  regions: [],
  regionCount: 2,
  metric: { name: 'yiq+rmse', version: 1 },
  settings: { threshold: 0, antialiasing: 'slight' },
  hidden: null,
  durationMs: 1,
};
const differing: Partial<LocalTestResult> = {
  state: 'differs',
  comparison,
  before: image('images/a.ref.png'),
  after: { ...image('images/a.run.png'), height: 3 },
  diffPath: 'images/a.diff.png',
};

describe('the printer', () => {
  it('says per test whether it passed, the distortion, and where the images are', () => {
    const { print, stdout } = printer();
    print(differing);
    print({
      name: 'b',
      state: 'same',
      comparison: { ...comparison, distortion: 0, hidden: 'Forgiven: 3 pixels.' },
    });
    expect(stdout()).toBe(
      [
        'a: Running webpage capture process',
        'a: Test failed. Distortion 0.250000: 1,234 pixels (50.00 %) in 2 regions changed. The size changed from 4×2 to 4×3.',
        '  ref:  tests/a.png',
        '  run:  out/images/a.run.png',
        '  diff: out/images/a.diff.png',
        'b: Running webpage capture process',
        'b: Test passed. Distortion 0.',
        '  Forgiven: 3 pixels.',
        '',
      ].join('\n'),
    );
  });

  it('says what update did', () => {
    const { print, stdout } = printer({ command: 'update' });
    print({ state: 'updated' });
    print({ state: 'unchanged', settled: false });
    expect(stdout()).toContain('a: Updated tests/a.png\n');
    expect(stdout()).toContain(
      'a: Unchanged tests/a.png\n  The page never settled: no two screenshots in a row were equal',
    );
  });

  it('names what of a page did not arrive, the first five', () => {
    const { print, stdout } = printer({});
    const parts = [1, 2, 3, 4, 5, 6].map((index) => ({
      url: `http://x/${index}\u001b[31m`,
      why: 'status 404',
    }));
    print({ name: 'a', incomplete: parts, incompleteCount: 60 });
    print({ name: 'b', incomplete: parts.slice(0, 1), incompleteCount: 1 });
    const text = stdout();
    expect(text).toContain('  60 parts of the page did not load:\n    http://x/1');
    expect(text).toContain('(status 404)\n    … and 55 more\n');
    expect(text).not.toContain('http://x/6');
    expect(text).toContain('  1 part of the page did not load:\n');
    expect(text).not.toContain('\u001b[31m');
  });

  it('leaves what passed without a warning out when quiet', () => {
    const { print, stdout } = printer({ quiet: true });
    print({ name: 'b' });
    print({ name: 'c', warnings: [{ code: 'blank', sentence: 'One color\u001b[31m.' }] });
    print(differing);
    expect(stdout()).toMatch(/^c: Test passed\..*\n {2}Warning: One color[^\u001b]*\na: Test failed\./);
  });

  it('keeps standard output for JSON', () => {
    const { print, stdout, stderr } = printer({ json: true });
    print(differing);
    expect(stdout()).toBe('');
    expect(stderr()).toContain('Test failed.');
  });

  it('has colours and a live line only on a terminal that nobody switched off', () => {
    const hasEscapes = (isTTY: boolean, env: NodeJS.ProcessEnv): boolean => {
      const { print, finish, stdout } = printer({ isTTY, env });
      print(differing);
      finish();
      return stdout().includes('\u001b');
    };
    expect(hasEscapes(true, {})).toBe(true);
    expect(hasEscapes(true, { CI: 'true' })).toBe(false);
    expect(hasEscapes(true, { TERM: 'dumb' })).toBe(false);
    expect(hasEscapes(false, {})).toBe(false);
    const { print, stdout } = printer({ isTTY: true, env: { NO_COLOR: '1' } });
    print(differing);
    expect(stdout()).not.toContain('\u001b[3');
  });

  it('lets nobody else drive the terminal', () => {
    const { print, stdout } = printer();
    print({
      name: 'a\u001b[2J',
      state: 'failed',
      failure: { reason: 'internal', message: 'x\u001b]0;y\u0007' },
    });
    expect(stdout()).not.toMatch(/[\u0007\u001b]/);
  });
});

describe('the summary', () => {
  const context = { command: 'test' as const, unusedReferences: ['tests/old.png'], durationMs: 1_234 };

  it('ends with the verdict', () => {
    expect(summarise([sampleResult({})], context).verdict).toBe('All tests passed!');
    const failed = [
      sampleResult({}),
      sampleResult(differing),
      sampleResult({ state: 'new', failure: { reason: 'reference_missing', message: '' } }),
    ];
    expect(summarise(failed, context)).toEqual({
      verdict: '2 test(s) failed.',
      lines: ['Baselines without a test: tests/old.png', '1 same, 1 differs, 1 without baseline in 1.2 s'],
    });
    const two = [sampleResult(differing), sampleResult(differing)];
    expect(summarise(two, { ...context, unusedReferences: [] }).lines).toEqual(['2 differ in 1.2 s']);
  });
});
