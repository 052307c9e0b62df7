import { systemClock } from '../../compose/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import { connect, explainRefusedKey } from '../../tools/connection.ts';
import { findRelease } from '../../tools/find-release.ts';
import { judgeOutcome } from '../../tools/judge-outcome.ts';
import { releaseAddress } from '../../tools/release-address.ts';
import { waitForRelease } from '../../tools/wait-for-release.ts';
import type { WaitGoal } from '../../tools/wait-goal.ts';
import { readNumber } from '../options/read-number.ts';
import { clientOptionsOf } from '../options/client-options.ts';
import { serverToName } from '../options/server-address.ts';
import type { CommandContext } from '../terminal/context.ts';
import { createToolPrinter } from '../terminal/tool-printer.ts';
import { reportOutcome } from './report-outcome.ts';

export interface WaitOptions {
  number?: string;
  for?: string;
}

const maxReleaseNumber = 2_147_483_647;

/** `dpxdt wait`: waits for a release that exists, and tells what became of it as the tools do. */
export async function waitCommand(context: CommandContext, options: WaitOptions): Promise<ExitStatus> {
  const { settings, terminal, signal } = context;
  const { buildId, releaseName } = settings;
  if (buildId === null) throw usage('Name the build: --build 1, or DPXDT_BUILD_ID=1.');
  if (releaseName === null) throw usage('Name the release: --release NAME, or DPXDT_RELEASE_NAME=NAME.');
  const goal = readGoal(options.for ?? 'decision');
  const number =
    options.number === undefined ? undefined : readNumber('--number', options.number, 1, maxReleaseNumber);
  const { hasty, patient } = connect(clientOptionsOf(context));
  const printer = createToolPrinter(terminal, releaseName);
  const { onEvent } = printer;
  const startedAt = systemClock.monotonicMs();
  try {
    const { release: found, runCount } = await findRelease(hasty, { buildId, releaseName, number }, signal);
    const release = { buildId, releaseName, releaseNumber: found.number };
    const resultsUrl = releaseAddress(patient.server, release);
    onEvent({ type: 'waiting', release, resultsUrl });
    const waited = await waitForRelease({
      client: patient,
      release,
      resultsUrl,
      goal,
      clock: systemClock,
      timeoutMs: settings.timeoutSeconds * 1_000,
      onEvent,
      signal,
    });
    printer.finish();
    const durationMs = systemClock.monotonicMs() - startedAt;
    const sent = waited.result?.counts.total ?? runCount;
    const outcome = { release, resultsUrl, sent, refusals: [], ...waited, durationMs };
    const { allowNoBaseline, exitZeroOnChanges } = settings;
    const rules = { allowNoBaseline, exitZeroOnChanges, goal, server: serverToName(context) };
    const judgement = judgeOutcome(outcome, rules);
    const { branch, headCommit, commit, ciUrl } = found;
    const source = { branch, commit: headCommit ?? commit, ciUrl };
    return await reportOutcome(context, { tool: 'wait', outcome, judgement, source, crawl: null }, printer);
  } catch (error) {
    throw explainRefusedKey(error);
  } finally {
    printer.finish();
  }
}

function readGoal(text: string): WaitGoal {
  if (text === 'compared' || text === 'decision') return text;
  throw usage(`--for is ${JSON.stringify(text)}: it must be compared or decision.`);
}

function usage(message: string): AppError {
  return new AppError('invalid_argument', message);
}
