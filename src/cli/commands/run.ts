/** `dpxdt update DIR` and `dpxdt test DIR`. */

import { join } from 'node:path';
import { composeLocal } from '../../compose.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { chooseTests, parseShard, parseTag, unknownTags, type TestChoice } from '../../local/choose-tests.ts';
import type { FindPages } from '../../local/found-tests.ts';
import { readEnvFiles } from '../../local/env-files.ts';
import { readFiles } from '../../local/read-files.ts';
import { htmlFile, resultsFile } from '../../local/report-folder.ts';
import { explainEmptySelection, runLocal } from '../../local/run.ts';
import type { CommandContext } from '../terminal/context.ts';
import { changeLines } from '../terminal/change-lines.ts';
import { createRunPrinter, isFine, summarise } from '../terminal/run-printer.ts';
import { printable } from '../terminal/terminal.ts';

export interface RunCommandOptions {
  testFilter?: string;
  listTests?: boolean;
  updateMissing?: boolean;
  allowUnsettled?: boolean;
  tag?: string[];
  shard?: string;
  envFile?: string[];
  docker?: boolean;
  dockerImage?: string;
  quiet?: boolean;
  verbose?: boolean;
}

/** How long to wait for the first page's server when there is no `waitFor`. */
const implicitWaitMs = 10_000;

export async function runCommand(
  command: 'test' | 'update',
  context: CommandContext,
  paths: readonly string[],
  options: RunCommandOptions,
  words: readonly string[],
): Promise<ExitStatus> {
  if (options.docker === true) {
    const { runInContainer } = await import('../docker/run-in-container.ts');
    return (await runInContainer(context, words, paths, options.dockerImage)) as ExitStatus;
  }
  const { settings, terminal } = context;
  const choice: TestChoice = {
    filter: options.testFilter ?? '',
    tags: (options.tag ?? []).map(parseTag),
    shard: options.shard === undefined ? null : parseShard(options.shard),
  };
  const env = await readEnvFiles(options.envFile ?? [], context.currentFolder, context.env);
  if (options.listTests === true) return listTests(context, paths, choice, env);
  const printer = createRunPrinter(terminal, {
    command,
    reportFolder: settings.report,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
  });
  const parts = composeLocal({
    browserPath: settings.browserPath,
    firefoxPath: settings.firefoxPath,
    browserSandbox: settings.browserSandbox,
    workers: settings.workers,
    warn: (message) => printer.onEvent({ type: 'warning', message }),
  });
  try {
    const run = await runLocal(
      {
        command,
        paths,
        currentFolder: context.currentFolder,
        reportFolder: settings.report,
        junitFile: settings.junit,
        choice,
        baseUrl: settings.baseUrl,
        baselineRule: settings.baselineRule,
        workers: settings.workers,
        runScripts: settings.setup,
        allowNoBaseline: settings.allowNoBaseline,
        failOnForgiven: settings.failOnForgiven,
        retries: settings.retries,
        failUnsettled: settings.failUnsettled,
        allowUnsettled: options.allowUnsettled === true,
        onlyMissing: options.updateMissing === true,
        embedBytes: settings.reportEmbedMegabytes * 1_000_000,
        templatePath: new URL('../../../build/report.html', import.meta.url),
        toolVersion: context.toolVersion,
        platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
        env,
        graceMs: settings.setupGraceMs,
        implicitWaitMs,
      },
      { ...parts, findPages: findPagesOf(context) },
      context.signal,
      printer.onEvent,
    );
    printer.finish();
    const { report } = run;
    if (context.json) terminal.data(`${JSON.stringify(report, null, 2)}\n`);
    if (report.tests.length === 0) {
      terminal.say(explainEmptySelection(run, choice));
      return run.status;
    }
    for (const line of changeLines(report.changes ?? [], report.folder)) terminal.say(printable(line));
    const summary = summarise(report.tests, report);
    for (const line of summary.lines) terminal.say(printable(line));
    terminal.say(`Report: ${join(settings.report, htmlFile)}, data: ${join(settings.report, resultsFile)}`);
    if (report.tests.every((test) => test.state === 'new') && settings.allowNoBaseline) {
      terminal.say('No test has a baseline yet; use --allow-no-baseline to accept that.');
    }
    const { colors } = terminal;
    terminal.say((report.tests.every(isFine) ? colors.green : colors.red)(summary.verdict));
    return run.status;
  } finally {
    printer.finish();
    await parts.close();
  }
}

/** The crawler is loaded for files that have a sitemap or a crawl. */
function findPagesOf(context: CommandContext): FindPages {
  return async (source, signal) => {
    const { pageFinder } = await import('./find-pages.ts');
    return pageFinder(context)(source, signal);
  };
}

async function listTests(
  context: CommandContext,
  paths: readonly string[],
  choice: TestChoice,
  environment: NodeJS.ProcessEnv,
): Promise<ExitStatus> {
  const { currentFolder, settings } = context;
  const { suites } = await readFiles(paths, { currentFolder, environment, baseUrl: settings.baseUrl });
  for (const { file, sources } of suites) {
    for (const { kind } of sources) {
      context.terminal.complain(printable(`${file}: The tests of "${kind}" are found when they run.`));
    }
  }
  const chosen = chooseTests(suites, choice);
  const names = chosen.flatMap(({ tests }) => tests.map((test) => test.name));
  if (chosen.length === 0) {
    for (const warning of unknownTags(suites, choice.tags)) context.terminal.complain(`Warning: ${warning}`);
    const filteredOut = suites.reduce((sum, { tests }) => sum + tests.length, 0);
    const empty = { status: exitStatus.nothingCompared, alreadyThere: 0, filteredOut };
    context.terminal.complain(printable(explainEmptySelection(empty, choice)));
  }
  if (context.json) context.terminal.data(`${JSON.stringify(names, null, 2)}\n`);
  else for (const name of names) context.terminal.say(printable(name));
  return names.length === 0 ? exitStatus.nothingCompared : exitStatus.ok;
}
