/** The flow of every release tool: create the release, show progress, report, and choose the exit status. */

import { systemClock } from '../../compose/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import type { DepictedClient } from '../../client/index.ts';
import { connect } from '../../tools/connection.ts';
import type { CrawlReport } from '../../tools/crawler/crawl-types.ts';
import type { OnToolEvent } from '../../tools/events.ts';
import { judgeOutcome } from '../../tools/judge-outcome.ts';
import { makeRelease } from '../../tools/make-release.ts';
import type { PlannedRuns } from '../../tools/planned-run.ts';
import type { ReleaseTarget } from '../../tools/release-outcome.ts';
import { defaultReleaseName } from '../../tools/release-name.ts';
import type { WaitGoal } from '../../tools/wait-goal.ts';
import type { CommandContext } from '../terminal/context.ts';
import { reportOutcome } from './report-outcome.ts';
import { tellGitStory } from './tell-git-story.ts';
import { clientOptionsOf } from '../options/client-options.ts';
import { serverToName } from '../options/server-address.ts';
import { createToolPrinter } from '../terminal/tool-printer.ts';

export interface ReleaseTool {
  /** Command name, for reports. */
  name: string;
  runs: PlannedRuns | ((flow: ToolFlow) => PlannedRuns);
  /** Release address unless the user gives one. */
  url: string | null;
  warnings?: readonly string[];
  /** Pages were left out, so those without a run are not missing. */
  isSubset?: boolean;
  /** How the pages were found, once known. */
  crawl?: () => CrawlReport | null;
}

/** What runs found during the crawl need. */
export interface ToolFlow {
  client: DepictedClient;
  /** The release, once a run has been asked for; fails if it cannot be made. */
  release: () => Promise<ReleaseTarget>;
  clock: typeof systemClock;
  onEvent: OnToolEvent;
  signal: AbortSignal;
}

/** Creates a release of the runs and reports on it as configured. */
export async function runReleaseTool(context: CommandContext, tool: ReleaseTool): Promise<ExitStatus> {
  const { settings, terminal, signal } = context;
  const { buildId } = settings;
  if (buildId === null) {
    throw new AppError('invalid_argument', 'No build is set: use --upload-build-id 1 or DPXDT_BUILD_ID=1.');
  }
  const goal = goalOf(context);
  if (settings.junit !== null && goal === null) {
    throw new AppError(
      'invalid_argument',
      '--junit needs --wait: results exist only when the release is done.',
    );
  }
  const told = await tellGitStory(context);
  const gitStory = { ...told, subset: told.subset || tool.isSubset === true };
  const { branch, headCommit, ciUrl } = gitStory;
  const source = { branch, commit: headCommit, ciUrl };
  const releaseName = settings.releaseName ?? defaultReleaseName(gitStory, Date.now());
  const printer = createToolPrinter(terminal, releaseName);
  for (const message of [...(tool.warnings ?? []), ...gitStory.warnings])
    printer.onEvent({ type: 'warning', message });
  const connection = connect(clientOptionsOf(context));
  const { onEvent } = printer;
  const creation = Promise.withResolvers<ReleaseTarget>();
  // The caller that needs the release gets its error; otherwise the tool itself reports it.
  creation.promise.catch(() => undefined);
  const flow = {
    client: connection.patient,
    release: () => untilAborted(creation.promise, signal),
    clock: systemClock,
    onEvent,
    signal,
  };
  try {
    const outcome = await makeRelease(
      {
        buildId,
        releaseName,
        url: settings.releaseUrl ?? tool.url,
        source,
        gitStory,
        concurrency: settings.sendConcurrency,
        wait: goal === null ? null : { timeoutMs: settings.timeoutSeconds * 1_000, goal },
        serverToName: serverToName(context),
      },
      typeof tool.runs === 'function' ? tool.runs(flow) : tool.runs,
      { connection, clock: systemClock, onEvent, signal, onCreation: creation.resolve },
    );
    printer.finish();
    const crawl = tool.crawl?.() ?? null;
    const rules = {
      allowNoBaseline: settings.allowNoBaseline,
      exitZeroOnChanges: settings.exitZeroOnChanges,
      ...(goal !== null && { goal }),
      server: serverToName(context),
    };
    const judgement = judgeOutcome(outcome, rules, crawl);
    return await reportOutcome(context, { tool: tool.name, outcome, judgement, source, crawl }, printer);
  } finally {
    printer.finish();
  }
}

/** @throws the signal's reason when it aborts first */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What to wait for; null: nothing. A flag stands before what environment and file say. */
function goalOf({ settings, settingSources }: CommandContext): WaitGoal | null {
  const { wait, waitGoal } = settings;
  const isFlag = (source: string) => source.startsWith('flag ');
  if (waitGoal !== null && !wait && isFlag(settingSources.wait)) {
    if (!isFlag(settingSources.waitGoal)) return null;
    throw new AppError('invalid_argument', 'Use only one of --no-wait and --wait-for.');
  }
  return waitGoal ?? (wait ? 'compared' : null);
}
