/**
 * The folder of a report: `index.html`, `results.json`, `images/`. A run writes into a hidden folder inside it and
 * replaces the old report at the end, so an interrupted run leaves the old report unchanged. Other files in the folder
 * are never touched.
 */

import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalReport } from '../contract/files/local-report.ts';
import { AppError } from '../base/errors.ts';
import { explainWriteError, makeFolder, removeStaleTemporaries } from './atomic-file.ts';

export const resultsFile = 'results.json';
export const htmlFile = 'index.html';
export const imagesFolder = 'images';
/** Written by `dpxdt approve --change`; gone with the run that it belongs to. */
export const approvedChangesFile = 'approved-changes.json';

export interface ReportStage {
  /** Where the run writes; laid out like the finished report. */
  path: string;
  /** Replaces the old report with the new one. */
  publish(): Promise<void>;
  /** Deletes what was written; no effect after `publish`. */
  discard(): Promise<void>;
}

/**
 * @param folder of the report; made when missing
 * @throws AppError `invalid_argument` when the folder is not writable or holds files that are not a report
 */
export async function openReportStage(folder: string): Promise<ReportStage> {
  await makeFolder(folder);
  await refuseForeignFiles(folder);
  await removeStaleTemporaries(folder);
  const path = join(folder, `.run.tmp-${process.pid}`);
  const old = join(folder, `.old.tmp-${process.pid}`);
  try {
    await rm(path, { recursive: true, force: true });
    await mkdir(join(path, imagesFolder), { recursive: true });
  } catch (error) {
    throw explainWriteError(folder, error);
  }
  const discard = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  };
  return {
    path,
    discard,
    publish: async () => {
      try {
        await replaceReport();
      } catch (error) {
        throw explainWriteError(folder, error);
      }
    },
  };

  async function replaceReport(): Promise<void> {
    await mkdir(old, { recursive: true });
    // The results go first and come last: while they are missing, a mixture is not mistaken for a report.
    for (const name of [resultsFile, approvedChangesFile, htmlFile, imagesFolder]) {
      await rename(join(folder, name), join(old, name)).catch(ignoreMissing);
    }
    for (const name of [imagesFolder, htmlFile, resultsFile]) {
      await rename(join(path, name), join(folder, name)).catch(ignoreMissing);
    }
    await discard();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** A mistyped `--report` must not overwrite a website's `index.html` or a user's folder of images. */
async function refuseForeignFiles(folder: string): Promise<void> {
  const names: string[] = await readdir(folder).catch(() => []);
  if (names.includes(resultsFile)) {
    await readReport(folder);
    return;
  }
  const foreign = [htmlFile, imagesFolder].find((name) => names.includes(name));
  if (foreign !== undefined) {
    throw new AppError(
      'invalid_argument',
      `${join(folder, foreign)} is not part of a dpxdt report and would be replaced: choose another folder with --report, or remove it.`,
    );
  }
}

/**
 * The results of the last run.
 *
 * @throws AppError `not_found` without a report; `invalid_argument` when the file is not a report
 */
export async function readReport(folder: string): Promise<LocalReport> {
  const path = join(folder, resultsFile);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new AppError('not_found', `There is no report in ${folder}: run "dpxdt test DIR" first.`, {
      cause: error,
    });
  }
  try {
    const report = JSON.parse(text) as Partial<LocalReport>;
    if (report.version === 1 && Array.isArray(report.tests)) return report as LocalReport;
  } catch {
    // Falls through to the same error: the file is not a report.
  }
  throw new AppError(
    'invalid_argument',
    `${path} is not a report that this version of dpxdt can read: run "dpxdt test DIR" again into another folder, or remove it.`,
  );
}
