/** Approves changes of the last run; a baseline is replaced when all changes of its test are approved. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalReport, LocalTestResult } from '../contract/files/local-report.ts';
import { changedTest, changesOfReport } from '../contract/files/report-changes.ts';
import { AppError } from '../base/errors.ts';
import {
  groupsWithId,
  isDecidedByChanges,
  openChanges,
  type ChangeGroup,
} from '../domain/changes/change-groups.ts';
import { isBaseline, openRun, replaceBaselines, type Approval, type ApproveOptions } from './approve.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { approvedChangesFile } from './report-folder.ts';

export interface ApproveChangesOptions extends Omit<ApproveOptions, 'names'> {
  /** IDs of changes, or other beginnings of their fingerprints. */
  changes: readonly string[];
}

export interface ChangeApproval {
  /** What was approved now. */
  changes: ChangeGroup[];
  /** Tests with such a change whose changes are all approved. */
  approvals: Approval[];
  /** Tests with an approved change that have others. */
  waiting: { name: string; changes: ChangeGroup[] }[];
  /** Tests with such a change that can only be approved by name. */
  wholeOnly: string[];
}

/**
 * Keeps the approvals beside the run's results, so that several calls add up; the next run forgets them. Checks
 * everything before it writes anything.
 *
 * @throws AppError as {@link replaceBaselines} and {@link openRun}; `not_found` for an ID that no change or that
 *   several changes have
 */
export async function approveChanges(options: ApproveChangesOptions): Promise<ChangeApproval> {
  const { report, reportFolder } = await openRun(options);
  const groups = changesOfReport(report);
  const byFingerprint = new Map(groups.map((group) => [group.fingerprint, group]));
  const changes = [...new Set(options.changes.map((id) => findChange(groups, id)))];
  const chosen = new Set(changes.map(({ fingerprint }) => fingerprint));
  const approved = new Set([...(await readApproved(report, reportFolder)), ...chosen]);
  const isSettled = (test: LocalTestResult) =>
    isDecidedByChanges(changedTest(test)) && openChanges(changedTest(test), approved).length === 0;
  const hasChosen = (test: LocalTestResult) => hasOneOf(test, chosen);
  const settled = report.tests.filter((test) => hasChosen(test) && isSettled(test));
  const approvals = await replaceBaselines(settled, options.currentFolder, reportFolder, () =>
    writeApproved(approved, report, reportFolder),
  );
  const waiting: ChangeApproval['waiting'] = [];
  const wholeOnly: string[] = [];
  for (const test of report.tests) {
    if (!hasOneOf(test, approved) || isSettled(test)) continue;
    if (await isBaseline(test, options.currentFolder)) continue;
    if (isDecidedByChanges(changedTest(test)))
      waiting.push({
        name: test.name,
        changes: openChanges(changedTest(test), approved).map((fingerprint) =>
          byFingerprint.get(fingerprint)!,
        ),
      });
    else if (hasChosen(test)) wholeOnly.push(test.name);
  }
  return { changes, approvals, waiting, wholeOnly };
}

function hasOneOf(test: LocalTestResult, fingerprints: ReadonlySet<string>): boolean {
  const { alignment } = changedTest(test);
  return alignment?.changes.some(({ fingerprint }) => fingerprints.has(fingerprint)) ?? false;
}

/** The most changes that an error lists. */
const maxListed = 10;

function findChange(groups: readonly ChangeGroup[], id: string): ChangeGroup {
  const [found, ...others] = groupsWithId(groups, id);
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined)
    throw new AppError(
      'not_found',
      `The ID "${id}" could be any of these: ${listOf([found, ...others])}; give more of it.`,
    );
  throw new AppError(
    'not_found',
    groups.length === 0
      ? `The last run has no change "${id}": it has no changes with an ID, so name the tests to approve instead.`
      : `The last run has no change "${id}"; it has ${listOf(groups)}.`,
  );
}

function listOf(groups: readonly ChangeGroup[]): string {
  const shown = groups.slice(0, maxListed).map(({ id, words }) => `${id} (${words})`);
  const more = groups.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

/** `startedAt` is that of the run: approvals never count for another one. */
interface ApprovedChanges {
  version: 1;
  startedAt: string;
  fingerprints: string[];
}

async function readApproved(report: LocalReport, reportFolder: string): Promise<string[]> {
  const path = join(reportFolder, approvedChangesFile);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  try {
    const { version, startedAt, fingerprints } = JSON.parse(text) as Partial<ApprovedChanges>;
    if (version === 1 && Array.isArray(fingerprints))
      return startedAt === report.startedAt ? fingerprints.filter((each) => typeof each === 'string') : [];
  } catch {
    // Falls through to the same error.
  }
  throw new AppError('invalid_argument', `${path} is no list of approved changes: remove it.`);
}

async function writeApproved(
  approved: ReadonlySet<string>,
  { startedAt }: LocalReport,
  reportFolder: string,
): Promise<void> {
  const content: ApprovedChanges = { version: 1, startedAt, fingerprints: [...approved].sort() };
  await writeFileAtomically(
    join(reportFolder, approvedChangesFile),
    Buffer.from(`${JSON.stringify(content, null, 2)}\n`),
  );
}
