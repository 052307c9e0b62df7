/** `update` and `test` of a folder: reads it, runs file after file, and publishes the report. */

import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { BaselineRule } from '../contract/files/local-config.ts';
import type { LocalReport, LocalTestResult } from '../contract/files/local-report.ts';
import { changesOfReport } from '../contract/files/report-changes.ts';
import { summarizeEnvironments } from '../domain/capture/environment.ts';
import type { DomSnapshot } from '../domain/dom/dom-snapshot.ts';
import { combineExitStatuses, exitStatus, type ExitStatus } from '../base/exit-status.ts';
import type { Capturer } from '../ports/capturer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Comparer } from '../ports/comparer.ts';
import { BaselineRecords } from './baseline-records.ts';
import { explainWriteError, makeFolder, removeStaleTemporaries, writeFileAtomically } from './atomic-file.ts';
import type { RunListener } from './events.ts';
import { fileNameKey, sharedFileName } from './file-name.ts';
import { KnownTests, type FindPages } from './found-tests.ts';
import { readTemplate, writeHtmlReport } from './html-report.ts';
import { toJUnitXml } from './junit.ts';
import { readBaseline } from './images.ts';
import { chooserOf, chooseTests, unknownTags, type TestChoice } from './choose-tests.ts';
import { describeOtherPlatform } from './other-platform.ts';
import { baselineName, readFiles, type LocalSuite, type LocalTest } from './read-files.ts';
import { htmlFile, openReportStage, resultsFile } from './report-folder.ts';
import { runSuite, type SuiteContext } from './run-suite.ts';
import { withSecretsOf } from '../domain/capture/secrets.ts';
import type { StorageState } from '../domain/capture/storage-state.ts';
import { stateFilesOf, writeStateFile } from './storage-files.ts';
import { Visits } from './shots.ts';
import { Slots } from './slots.ts';
import { describeResult } from './words.ts';

export interface RunOptions {
  command: 'test' | 'update';
  /** The folder with the YAML files and baselines, or some of its files, as the user gave them. */
  paths: readonly string[];
  currentFolder: string;
  reportFolder: string;
  /** Where to write the JUnit XML; null: nowhere. */
  junitFile: string | null;
  choice: TestChoice;
  /** Instead of each file's `baseUrl`; null: the file's. */
  baseUrl: string | null;
  /** Instead of each file's `references`; null: the file's. */
  baselineRule: BaselineRule | null;
  /** Concurrent captures. */
  workers: number;
  runScripts: boolean;
  allowNoBaseline: boolean;
  /** Whether forgiven pixels count as a difference if the test's config does not say. */
  failOnForgiven: boolean;
  /** How often a difference is captured again, in a fresh browser context. */
  retries: number;
  /** Whether a page that never settled fails its test. */
  failUnsettled: boolean;
  /** Whether `update` writes the screenshot of a page that never settled. */
  allowUnsettled: boolean;
  /** `update` captures only tests without a baseline. */
  onlyMissing: boolean;
  /** Budget of the HTML page for images, in bytes of their files. */
  embedBytes: number;
  /** The built report page. */
  templatePath: string | URL;
  toolVersion: string;
  platform: string;
  env: NodeJS.ProcessEnv;
  /** Time between SIGTERM and SIGKILL for the processes that `setup` started. */
  graceMs: number;
  implicitWaitMs: number;
}

export interface RunParts {
  capturer: Capturer;
  comparer: Comparer;
  clock: Clock;
  /** Reads the recorded structure of a page; null if it cannot be read. */
  readDom: (bytes: Uint8Array) => DomSnapshot | null;
  findPages: FindPages;
}

export interface LocalRun {
  report: LocalReport;
  status: ExitStatus;
  /** Tests that the filter excluded. */
  filteredOut: number;
  /** Tests that `onlyMissing` excluded. */
  alreadyThere: number;
}

/**
 * Runs a folder's tests and writes the report.
 *
 * @throws AppError for a usage or configuration error, a missing browser, a full disk; the signal's reason when
 *   interrupted, after everything that was started has ended and with the earlier report unchanged
 */
export async function runLocal(
  options: RunOptions,
  parts: RunParts,
  signal: AbortSignal,
  onEvent: RunListener,
): Promise<LocalRun> {
  const startedAt = new Date(parts.clock.now()).toISOString();
  const start = parts.clock.monotonicMs();
  const files = await readFiles(options.paths, { ...options, environment: options.env });
  const { folder, suites } = files;
  for (const message of [
    ...suites.flatMap(({ hints }) => hints),
    ...unknownTags(suites, options.choice.tags),
  ]) {
    onEvent({ type: 'warning', message });
  }
  const baselineFolder = resolve(options.currentFolder, folder);
  await removeStaleTemporaries(baselineFolder);
  const known = new KnownTests(suites.flatMap((suite) => suite.tests));
  let selected = chooseTests(suites, options.choice);
  let wanted = countTests(selected);
  if (options.onlyMissing) {
    for (const entry of selected) entry.tests = await withoutBaseline(entry.tests, baselineFolder);
    selected = selected.filter(({ suite, tests }) => tests.length + suite.sources.length > 0);
  }
  let count = countTests(selected);
  const chooseFound = async (found: LocalTest[]): Promise<LocalTest[]> => {
    const chosen = found.filter(chooserOf(options.choice, found));
    const remaining = options.onlyMissing ? await withoutBaseline(chosen, baselineFolder) : chosen;
    wanted += chosen.length;
    count += remaining.length;
    return remaining;
  };

  const finish = async (tests: LocalTestResult[], browserVersion: string | null): Promise<LocalRun> => {
    const report: LocalReport = {
      version: 1,
      command: options.command,
      toolVersion: options.toolVersion,
      folder,
      startedAt,
      durationMs: Math.round(parts.clock.monotonicMs() - start),
      browserVersion,
      platform: options.platform,
      tests,
      changes: changesOfReport({ command: options.command, tests }),
      environment: summarizeEnvironments(
        tests.map(({ state, environmentChange = null }) => ({
          change: environmentChange,
          differs: state === 'differs',
        })),
      ),
      unusedReferences:
        files.isWholeFolder && !known.isIncomplete
          ? await findUnusedBaselines(known.all, folder, options.currentFolder)
          : [],
    };
    // The other shards have the tests.
    const isEmptyShard =
      options.choice.shard !== null &&
      known.all.some(chooserOf({ ...options.choice, shard: null }, known.all));
    const status = statusOf(report, options, wanted - count, isEmptyShard);
    return { report, status, filteredOut: known.all.length - wanted, alreadyThere: wanted - count };
  };
  if (selected.length === 0) {
    known.isIncomplete ||= suites.some(({ sources }) => sources.length > 0);
    // With nothing to run, the earlier report remains. A JUnit file is still written, since CI expects one.
    const run = await finish([], null);
    await writeJUnit(run.report, options);
    return run;
  }

  const records = await BaselineRecords.read(baselineFolder);
  if (options.command === 'test') {
    const tests = selected.flatMap((entry) => entry.tests);
    const message = await describeOtherPlatform(tests, baselineFolder, records);
    if (message !== null) onEvent({ type: 'warning', message });
  }
  const stage = await openReportStage(resolve(options.currentFolder, options.reportFolder));
  try {
    parts.capturer.start?.().catch(() => undefined);
    const { tests, browserVersion } = await runSuites(selected, options, parts, {
      baselineFolder,
      stagePath: stage.path,
      signal,
      onEvent,
      records,
      known,
      chooseFound,
    }).finally(() => records.save());
    signal.throwIfAborted();
    const run = await finish(tests, browserVersion);
    if (tests.length === 0) {
      await writeJUnit(run.report, options);
      return run;
    }
    await writeReport(run.report, stage.path, options, onEvent);
    await stage.publish();
    return run;
  } finally {
    await stage.discard();
  }
}

async function runSuites(
  selected: readonly { suite: LocalSuite; tests: LocalTest[] }[],
  options: RunOptions,
  parts: RunParts,
  places: Pick<
    SuiteContext,
    'baselineFolder' | 'stagePath' | 'signal' | 'onEvent' | 'records' | 'known' | 'chooseFound'
  >,
): Promise<{ tests: LocalTestResult[]; browserVersion: string | null }> {
  const captures = new Slots(options.workers);
  const flights = new Slots(options.workers * 2);
  let browserVersion: string | null = null;
  const withState = stateFilesOf(options.currentFolder);
  const capturer: Capturer = {
    capture: async (request) => {
      const { storageState } = request.config;
      const config = await withState(withSecretsOf(request.config, options.env));
      let written: Promise<void> | undefined;
      const onLogin = (state: StorageState): void => {
        if (typeof storageState === 'string')
          written = writeStateFile(storageState, state, options.currentFolder);
      };
      const outcome = await parts.capturer.capture({ ...request, config, onLogin });
      await written;
      if (outcome.ok) browserVersion = outcome.browserVersion;
      return outcome;
    },
    close: () => parts.capturer.close(),
  };
  const context: SuiteContext = {
    ...options,
    ...parts,
    ...places,
    capturer,
    visits: new Visits(),
    inCaptureSlot: (work) => captures.run(work),
    inFlight: (work) => flights.run(work),
  };
  const tests: LocalTestResult[] = [];
  for (const { suite, tests: wanted } of selected) tests.push(...(await runSuite(suite, wanted, context)));
  return { tests, browserVersion };
}

function countTests(selected: readonly { tests: readonly LocalTest[] }[]): number {
  return selected.reduce((sum, { tests }) => sum + tests.length, 0);
}

async function withoutBaseline(tests: readonly LocalTest[], baselineFolder: string): Promise<LocalTest[]> {
  const missing: LocalTest[] = [];
  for (const test of tests) {
    if ((await readBaseline(join(baselineFolder, baselineName(test)))) === null) missing.push(test);
  }
  return missing;
}

async function findUnusedBaselines(
  tests: readonly LocalTest[],
  folder: string,
  currentFolder: string,
): Promise<string[]> {
  const keyOf = (fileName: string): string => fileNameKey(sharedFileName(fileName));
  const used = new Set(tests.map(({ fileName }) => fileNameKey(fileName)));
  // The other platforms' baselines of a test are used there.
  const elsewhere = new Set(
    tests
      .filter(({ fileName }) => sharedFileName(fileName) !== fileName)
      .map(({ fileName }) => keyOf(fileName)),
  );
  const isUsed = (name: string): boolean =>
    used.has(fileNameKey(name)) || (sharedFileName(name) !== name && elsewhere.has(keyOf(name)));
  const names = await readdir(resolve(currentFolder, folder));
  return names
    .filter((name) => /\.png$/i.test(name) && !name.startsWith('.') && !isUsed(name.slice(0, -4)))
    .sort()
    .map((name) => join(folder, name));
}

async function writeReport(
  report: LocalReport,
  stagePath: string,
  options: RunOptions,
  onEvent: RunListener,
): Promise<void> {
  try {
    await writeFile(join(stagePath, resultsFile), `${JSON.stringify(report, null, 2)}\n`);
    const template = await readTemplate(options.templatePath);
    if (template === null) {
      onEvent({
        type: 'warning',
        message: `The HTML report was not written: its page is not built (npm run build:web). ${resultsFile} and the images are there.`,
      });
    } else {
      await writeHtmlReport(join(stagePath, htmlFile), template, report, stagePath, options.embedBytes);
    }
    await writeJUnit(report, options);
  } catch (error) {
    throw explainWriteError(relative(options.currentFolder, stagePath) || stagePath, error);
  }
}

async function writeJUnit(
  report: LocalReport,
  { junitFile, currentFolder, reportFolder }: RunOptions,
): Promise<void> {
  if (junitFile === null) return;
  const path = resolve(currentFolder, junitFile);
  await makeFolder(dirname(path));
  await writeFileAtomically(path, toJUnitXml(report, describeResult, reportFolder));
}

/** The exit status of a finished run. */
function statusOf(
  { tests, command }: Pick<LocalReport, 'tests' | 'command'>,
  { allowNoBaseline }: Pick<RunOptions, 'allowNoBaseline'>,
  alreadyThere: number,
  isEmptyShard: boolean,
): ExitStatus {
  if (tests.length === 0) {
    return alreadyThere > 0 || isEmptyShard ? exitStatus.ok : exitStatus.nothingCompared;
  }
  const statuses: ExitStatus[] = tests.map(({ state, failure }) => {
    if (failure !== null) return exitStatus.failed;
    return state === 'differs' ? exitStatus.differences : exitStatus.ok;
  });
  const nothingCompared = command === 'test' && tests.every((test) => test.state === 'new');
  if (nothingCompared && !allowNoBaseline) statuses.push(exitStatus.nothingCompared);
  return combineExitStatuses(statuses);
}

/** Why a run had no test. */
export function explainEmptySelection(
  run: Omit<LocalRun, 'report'>,
  { filter, tags, shard }: TestChoice,
): string {
  if (run.alreadyThere > 0) return 'Every test has a baseline: nothing to update.';
  if (shard !== null && run.status === exitStatus.ok) {
    return `No test ran: shard ${shard.index}/${shard.total} has none of the tests.`;
  }
  if (filter === '' && tags.length === 0) return 'No test ran: the files have no tests.';
  if (tags.length > 0) {
    const [more, leave] = filter === '' ? ['', 'leaves'] : [` and the filter "${filter}"`, 'leave'];
    return `No test ran: --tag ${tags.join(' --tag ')}${more} ${leave} none of ${run.filteredOut} tests.`;
  }
  const dash = filter.includes('-') ? ' Names after "-" are left out; use "?" for a dash in a name.' : '';
  return `No test ran: the filter "${filter}" matches none of ${run.filteredOut} tests.${dash}`;
}
