/** Makes the images of the last run the baselines. */

import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { LocalReport, LocalTestResult } from '../contract/files/local-report.ts';
import { AppError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { sha1Of, writeFileAtomically } from './atomic-file.ts';
import { BaselineRecords } from './baseline-records.ts';
import { keepBaselineDom } from './doms.ts';
import { readBaseline } from './images.ts';
import { readReport } from './report-folder.ts';
import { matchesPattern } from './test-filter.ts';

export interface ApproveOptions {
  folder: string;
  /** Names or patterns with `*` and `?`; empty: every test that is different or new. */
  names: readonly string[];
  currentFolder: string;
  reportFolder: string;
}

export interface Approval {
  name: string;
  /** Relative to the current folder. */
  reference: string;
  /** `already`: the baseline is this image. */
  outcome: 'approved' | 'already';
}

/**
 * Copies images of the last `dpxdt test` over the baselines. Checks everything before it writes anything.
 *
 * @throws AppError `not_found` without a report or a test of that name; `invalid_argument` when the report belongs to
 *   another folder or command, a named test has no image, or an image or baseline has changed since the run
 */
export async function approve(options: ApproveOptions): Promise<Approval[]> {
  const { report, reportFolder } = await openRun(options);
  return replaceBaselines(chooseTests(report, options.names), options.currentFolder, reportFolder);
}

/**
 * The last run.
 *
 * @throws AppError `not_found` without a report; `invalid_argument` when it belongs to another folder or command
 */
export async function openRun(
  options: Omit<ApproveOptions, 'names'>,
): Promise<{ report: LocalReport; reportFolder: string }> {
  const reportFolder = resolve(options.currentFolder, options.reportFolder);
  const report = await readReport(reportFolder);
  refuseOtherRun(report, options);
  return { report, reportFolder };
}

/**
 * Makes the tests' images their baselines, after everything was checked.
 *
 * @param beforeWriting called between the checks and the first write
 * @throws AppError `invalid_argument` when a test has no image, or an image or baseline has changed since the run
 */
export async function replaceBaselines(
  tests: readonly LocalTestResult[],
  currentFolder: string,
  reportFolder: string,
  beforeWriting: () => Promise<void> = () => Promise.resolve(),
): Promise<Approval[]> {
  const plans: { test: LocalTestResult; bytes: Uint8Array; outcome: Approval['outcome'] }[] = [];
  for (const test of tests) {
    const bytes = await readCaptured(test, reportFolder);
    plans.push({ test, bytes, outcome: await checkBaseline(test, currentFolder) });
  }
  await beforeWriting();
  const approvals: Approval[] = [];
  const folder = dirname(resolve(currentFolder, tests[0]?.reference ?? '.'));
  const records = await BaselineRecords.read(folder);
  for (const { test, bytes, outcome } of plans) {
    if (outcome === 'approved') {
      const path = resolve(currentFolder, test.reference);
      await writeFileAtomically(path, bytes);
      await keepDom(test, bytes, path, reportFolder);
    }
    if (test.environment !== undefined)
      records.note(basename(test.reference), sha1Of(bytes), test.environment);
    approvals.push({ name: test.name, reference: test.reference, outcome });
  }
  await records.save();
  return approvals;
}

async function keepDom(
  { dom = null }: LocalTestResult,
  image: Uint8Array,
  baselinePath: string,
  reportFolder: string,
): Promise<void> {
  if (dom === null) return;
  const bytes = await readFile(join(reportFolder, dom)).catch(() => null);
  if (bytes === null) return;
  await keepBaselineDom(dirname(baselinePath), basename(baselinePath, '.png'), image, bytes);
}

function refuseOtherRun(report: LocalReport, { folder, currentFolder }: Omit<ApproveOptions, 'names'>): void {
  if (resolve(currentFolder, report.folder) !== resolve(currentFolder, folder)) {
    throw new AppError(
      'invalid_argument',
      `The last run was of the folder "${report.folder}", not of "${folder}": run "dpxdt test ${folder}" first, or name its report with --report.`,
    );
  }
  if (report.command !== 'test') {
    throw new AppError(
      'invalid_argument',
      `The last run was "dpxdt update ${report.folder}": its images are already the baselines. Run "dpxdt test ${folder}" first.`,
    );
  }
}

function chooseTests(report: LocalReport, names: readonly string[]): LocalTestResult[] {
  if (names.length === 0) return report.tests.filter(({ state }) => state === 'differs' || state === 'new');
  const chosen = new Set<LocalTestResult>();
  for (const name of names) {
    const exact = report.tests.filter((test) => test.name === name);
    const found = exact.length > 0 ? exact : report.tests.filter((test) => matchesPattern(name, test.name));
    if (found.length === 0) {
      const known = report.tests.map((test) => test.name);
      throw new AppError('not_found', `The last run has no test "${name}".${didYouMean(name, known)}`);
    }
    // A pattern selects only tests with an image; an exact name without one is an error.
    for (const test of exact.length > 0 ? found : found.filter(({ after }) => after !== null))
      chosen.add(test);
  }
  return report.tests.filter((test) => chosen.has(test));
}

async function readCaptured(test: LocalTestResult, reportFolder: string): Promise<Uint8Array> {
  if (test.after === null) {
    const why = test.failure === null ? '' : ` (${test.failure.reason})`;
    throw new AppError(
      'invalid_argument',
      `"${test.name}" was not captured in the last run${why}: there is no image to approve.`,
    );
  }
  const path = join(reportFolder, test.after.path);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new AppError('not_found', `The image ${path} of "${test.name}" is missing: run the test again.`, {
      cause: error,
    });
  });
  if (sha1Of(bytes) !== test.after.sha1sum) {
    throw new AppError(
      'invalid_argument',
      `The image ${path} of "${test.name}" is not the one that was captured: run the test again.`,
    );
  }
  return bytes;
}

/** Whether the test's image is its baseline already. */
export async function isBaseline(test: LocalTestResult, currentFolder: string): Promise<boolean> {
  const baseline = await readBaseline(resolve(currentFolder, test.reference));
  return baseline !== null && test.after !== null && sha1Of(baseline) === test.after.sha1sum;
}

/** A baseline that was replaced after the run is not what the reviewer saw. */
async function checkBaseline(test: LocalTestResult, currentFolder: string): Promise<Approval['outcome']> {
  const baseline = await readBaseline(resolve(currentFolder, test.reference));
  const current = baseline === null ? null : sha1Of(baseline);
  if (current === test.after!.sha1sum) return 'already';
  const seen = test.before?.sha1sum ?? null;
  if (seen !== null && current !== null && current !== seen) {
    throw new AppError(
      'invalid_argument',
      `The baseline ${test.reference} has changed since the last run: run the test again.`,
    );
  }
  return 'approved';
}
