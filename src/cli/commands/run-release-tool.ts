/** The flow of every release tool: create the release, show progress, report, and choose the exit status. */

import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemClock } from '../../compose/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import type { DepictedClient } from '../../client/index.ts';
import { connect } from '../../tools/connection.ts';
import type { CrawlReport } from '../../tools/crawler/crawl-types.ts';
import type { OnToolEvent } from '../../tools/events.ts';
import { toJson } from '../../tools/json-report.ts';
import { toJUnitXml } from '../../tools/junit-report.ts';
import { judgeOutcome } from '../../tools/judge-outcome.ts';
import { makeRelease } from '../../tools/make-release.ts';
import type { PlannedRuns } from '../../tools/planned-run.ts';
import { defaultReleaseName } from '../../tools/release-name.ts';
import { toMarkdown } from '../../tools/summary-markdown.ts';
import type { CommandContext } from '../terminal/context.ts';
import { tellGitStory } from './tell-git-story.ts';
import { defaultServer } from '../options/server-address.ts';
import { createToolPrinter } from '../terminal/tool-printer.ts';

export interface ReleaseTool {
  /** Command name, for reports. */
  name: string;
  runs: PlannedRuns | ((flow: ToolFlow) => PlannedRuns);
  /** Release address unless the user gives one. */
  url: string | null;
  warnings?: readonly string[];
  /** How the pages were found, once known. */
  crawl?: () => CrawlReport | null;
}

/** What runs found during the crawl need. */
export interface ToolFlow {
  buildId: number;
  client: DepictedClient;
  clock: typeof systemClock;
  onEvent: OnToolEvent;
  signal: AbortSignal;
}

/** Creates a release of the runs and reports on it as configured. */
export async function runReleaseTool(context: CommandContext, tool: ReleaseTool): Promise<ExitStatus> {
  const { settings, terminal, json, signal } = context;
  const { buildId } = settings;
  if (buildId === null) {
    throw new AppError('invalid_argument', 'No build is set: use --upload-build-id 1 or DPXDT_BUILD_ID=1.');
  }
  if (settings.junit !== null && !settings.wait) {
    throw new AppError(
      'invalid_argument',
      '--junit needs --wait: results exist only when the release is done.',
    );
  }
  const gitStory = await tellGitStory(context);
  const { branch, headCommit, ciUrl } = gitStory;
  const source = { branch, commit: headCommit, ciUrl };
  const releaseName = settings.releaseName ?? defaultReleaseName(gitStory, Date.now());
  const printer = createToolPrinter(terminal, releaseName);
  for (const message of [...(tool.warnings ?? []), ...gitStory.warnings])
    printer.onEvent({ type: 'warning', message });
  const connection = connect({
    server: settings.server ?? defaultServer,
    keyId: settings.clientId ?? undefined,
    keySecret: settings.clientSecret ?? undefined,
  });
  const { onEvent } = printer;
  const flow = { buildId, client: connection.patient, clock: systemClock, onEvent, signal };
  try {
    const outcome = await makeRelease(
      {
        buildId,
        releaseName,
        url: settings.releaseUrl ?? tool.url,
        source,
        gitStory,
        concurrency: settings.sendConcurrency,
        wait: settings.wait ? { timeoutMs: settings.timeoutSeconds * 1_000 } : null,
      },
      typeof tool.runs === 'function' ? tool.runs(flow) : tool.runs,
      { connection, clock: systemClock, onEvent, signal },
    );
    printer.finish();
    const crawl = tool.crawl?.() ?? null;
    const judgement = judgeOutcome(outcome, { allowNoBaseline: settings.allowNoBaseline }, crawl);
    const report = { tool: tool.name, outcome, judgement, source, crawl };
    if (json) terminal.data(`${toJson(report)}\n`);
    if (settings.junit !== null) await write(context, settings.junit, toJUnitXml(report));
    await writeSummaries(context, toMarkdown(report));
    printer.printOutcome(outcome, judgement);
    return judgement.status;
  } finally {
    printer.finish();
  }
}

/** To the configured file, and to the file that GitHub Actions shows on the run's page. */
async function writeSummaries(context: CommandContext, markdown: string): Promise<void> {
  const { settings, env } = context;
  if (settings.summary !== null) await write(context, settings.summary, markdown);
  const stepSummary = env.GITHUB_STEP_SUMMARY;
  if (stepSummary) {
    await appendFile(stepSummary, `${markdown}\n`).catch((error: NodeJS.ErrnoException) => {
      context.terminal.complain(`Warning: the step summary could not be written (${error.code}).`);
    });
  }
}

async function write({ currentFolder }: CommandContext, file: string, text: string): Promise<void> {
  const path = resolve(currentFolder, file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError('invalid_argument', `"${file}" cannot be written (${code}).`, { cause: error });
  }
}
