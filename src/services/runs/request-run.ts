import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { BrowserName } from '../../domain/capture/capture-config.ts';
import { labelOfCapture } from '../../domain/tasks/labels.ts';
import { checkName, checkPageUrl, defaultRunName } from '../../domain/names.ts';
import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import { shotNames, shotRunName } from '../../domain/capture/steps.ts';
import { isOpen, releaseStep } from '../../domain/releases/release-lifecycle.ts';
import { restartedRun } from '../../domain/runs/run-restart.ts';
import { applyRequest, asksForAnother, newRun } from '../../domain/runs/run-request.ts';
import type { RequestOutcome, RunRequest } from '../../domain/runs/run-request.ts';
import type { ShardNumber } from '../../domain/releases/shards.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';
import type { OwnedArtifact } from '../../ports/store/artifacts.ts';
import type { Deps } from '../deps.ts';
import type { BaselineChoice } from '../../domain/baselines/choose-baseline.ts';
import { chooseForRun } from '../baselines/choose-for-run.ts';
import type { ChosenBaseline } from '../baselines/choose-for-run.ts';
import { refuseMissingRelease, requireReleaseUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { requireOwnRelease } from '../builds/own-release.ts';
import { sealText } from '../artifacts/keep-texts.ts';
import { runInShard } from '../shards/run-in-shard.ts';
import { changeRun } from './change-run.ts';
import type { WaitingShots } from './run-tasks.ts';
import { sidesBroughtBy } from './shot-runs.ts';
import type { RunDecision } from './change-run.ts';

export interface RequestRunInput extends ReleaseName {
  url: string;
  /** Default: the URL's path plus query. */
  runName?: string | undefined;
  /** A validated capture config; its `targetUrl` is overwritten with `url`. */
  config?: Readonly<Record<string, unknown>> | undefined;
  /** Together with `refConfig`, or not at all. */
  refUrl?: string | undefined;
  refConfig?: Readonly<Record<string, unknown>> | undefined;
  /** Former names of the page, tried in this order if its own has no baseline. */
  previousNames?: readonly string[] | undefined;
  /** The part of the release that the run belongs to. */
  shard?: ShardNumber | undefined;
}

export interface RequestRunResult {
  run: Run;
  release: Release;
}

/**
 * Requests a capture, and one of the baseline if `refUrl` and `refConfig` are given; without them, the ref side
 * is copied from the page's baseline. Repeating a request changes nothing while the slot is waiting or
 * filled, and recaptures a failed one; a different request empties the slot.
 */
export async function requestRun(
  deps: Deps,
  principal: Principal,
  input: RequestRunInput,
): Promise<RequestRunResult> {
  const url = checkPageUrl('url', input.url);
  const name = input.runName ?? defaultRunName(url);
  checkName('run_name', name);
  const shots = shotsOf(input);
  for (const shot of shots.all) checkName('run_name', shotRunName(name, shot));
  if ((input.refUrl === undefined) !== (input.refConfig === undefined)) {
    const missing = input.refUrl === undefined ? 'ref_url' : 'ref_config';
    throw new AppError(
      'invalid_argument',
      `ref_url and ref_config must be sent together; ${missing} is missing.`,
      {
        details: { parameter: missing },
      },
    );
  }
  if (input.refUrl !== undefined) checkPageUrl('ref_url', input.refUrl);
  requireReleaseUse(principal, input);
  const config = sealConfig(deps, input.buildId, input.url, input.config);
  const refConfig =
    input.refUrl === undefined ? undefined : sealConfig(deps, input.buildId, input.refUrl, input.refConfig);
  const request: RunRequest = {
    current: { url: input.url, config: config.artifact.sha1 },
    ref: refConfig && { url: input.refUrl!, config: refConfig.artifact.sha1 },
  };
  const asked: Asked = {
    name,
    previousNames: input.previousNames ?? [],
    request,
    shard: input.shard,
    workerLabel: labelOf(input),
    shots,
    browser: browserOf(input),
  };
  const texts = refConfig === undefined ? [config] : [config, refConfig];
  const requested = await requestOne(deps, principal, input, asked, texts);
  // After it, since they wait for its capture.
  const further = shots.all.map((shot) => requestShot(deps, principal, input, { name, shot, shots }));
  await Promise.all(further);
  return requested;
}

async function requestOne(
  deps: Deps,
  principal: Principal,
  input: RequestRunInput,
  asked: Asked,
  texts: readonly OwnedArtifact[],
): Promise<RequestRunResult> {
  const outcome = await changeRun<RequestRunResult>(deps, {
    ...input,
    runName: asked.name,
    actor: actorOf(principal),
    decide: async (tx, found) => {
      const release = found.release ?? (await refuseMissingRelease(tx, principal, input));
      await requireOwnRelease(tx, principal, release);
      const decision = await decide(deps, tx, { release, before: found.run }, asked);
      return 'change' in decision ? { ...decision, texts } : decision;
    },
  });
  return 'answer' in outcome ? outcome.answer : outcome;
}

/** The names of the further screenshots of both sides; a baseline may have fewer than the page. */
interface Shots extends WaitingShots {
  all: readonly string[];
}

function shotsOf({ config, refConfig }: RequestRunInput): Shots {
  const current = shotNames(config ?? {});
  const ref = shotNames((refConfig ?? {}) as CaptureConfig).filter((shot) => current.includes(shot));
  // A run of one further screenshot brings no others.
  return config?.['shot'] === undefined ? { all: current, current, ref } : { all: [] };
}

/** Requests the run of a further screenshot, which the capture of the run `name` brings. */
function requestShot(
  deps: Deps,
  principal: Principal,
  input: RequestRunInput,
  { name, shot, shots }: { name: string; shot: string; shots: Shots },
): Promise<RequestRunResult> {
  const config = sealConfig(deps, input.buildId, input.url, { ...input.config, shot });
  const refConfig =
    input.refUrl !== undefined && shots.ref!.includes(shot)
      ? sealConfig(deps, input.buildId, input.refUrl, { ...input.refConfig, shot })
      : undefined;
  const asked: Asked = {
    name: shotRunName(name, shot),
    previousNames: (input.previousNames ?? []).map((previous) => shotRunName(previous, shot)),
    request: {
      current: { url: input.url, config: config.artifact.sha1 },
      ref: refConfig && { url: input.refUrl!, config: refConfig.artifact.sha1 },
    },
    shard: input.shard,
    workerLabel: labelOf(input),
    visit: name,
    browser: browserOf(input),
  };
  return requestOne(deps, principal, input, asked, refConfig === undefined ? [config] : [config, refConfig]);
}

interface Asked {
  name: string;
  previousNames: readonly string[];
  request: RunRequest;
  shard: ShardNumber | undefined;
  /** Undefined: the release's. */
  workerLabel: string | undefined;
  /** Further screenshots whose runs wait for its captures. */
  shots?: WaitingShots;
  /** The run whose captures bring this one's. */
  visit?: string;
  browser: BrowserName | undefined;
}

async function decide(
  deps: Deps,
  tx: Transaction,
  { release, before }: { release: Release; before: Run | null },
  { name, previousNames, request, shard: said, workerLabel, browser, shots, visit }: Asked,
): Promise<RunDecision<RequestRunResult>> {
  const now = deps.clock.now();
  const place = { buildId: release.buildId, releaseId: release.id, name, now };
  const { shard, isReplaced } = await runInShard(deps, tx, release, { name, before, said });
  const known =
    before === null
      ? { ...newRun(place), previousNames, shard }
      : isReplaced
        ? { ...restartedRun(before, shard!, now), previousNames }
        : before;
  const draft = { ...known, workerLabel: labelOfCapture(workerLabel ?? release.workerLabel, browser) };
  const isChosen = request.ref === undefined && asksForAnother(draft, request);
  const chosen = isChosen ? await chooseForRun(deps, tx, release, [name, ...draft.previousNames]) : null;
  const outcome = applyRequest(draft, request, chosen?.run ?? null);
  if (!outcome.changed) return { answer: { run: draft, release } };
  const brought =
    visit === undefined ? new Set() : await sidesBroughtBy(tx, await tx.runs.find(release.id, visit), name);
  return {
    reopens: mustReopen(release, outcome, before),
    change: {
      before,
      run: { ...outcome.run, baselineChoice: choiceOf(request, outcome.run, chosen) },
      liveTasks: before === null ? [] : await tx.tasks.liveOfRun(before.id),
      capture: outcome.capture.filter((side) => !brought.has(side)),
      brought: outcome.capture.filter((side) => brought.has(side)),
      ...(shots !== undefined && { shots }),
    },
  };
}

/** Both captures of a run go to the same workers. */
function labelOf({ config, refConfig }: RequestRunInput): string | undefined {
  return (config?.['workerLabel'] ?? refConfig?.['workerLabel']) as string | undefined;
}

/** A worker that captures in Firefox captures in Chromium as well, so one such side decides for both. */
function browserOf({ config, refConfig }: RequestRunInput): BrowserName | undefined {
  const browsers = [config?.['browser'], refConfig?.['browser']] as (BrowserName | undefined)[];
  return browsers.find((browser) => browser === 'firefox') ?? browsers[0];
}

function choiceOf(request: RunRequest, run: Run, chosen: ChosenBaseline | null): BaselineChoice | null {
  if (request.ref !== undefined) return null;
  return chosen === null ? run.baselineChoice : chosen.choice;
}

/**
 * New runs are accepted while the release is open; during review, only failed ones may be captured again.
 *
 * @throws AppError `invalid_transition`
 */
function mustReopen(release: Release, outcome: RequestOutcome, before: Run | null): boolean {
  if (isOpen(release.status)) return false;
  releaseStep(release, 'run_requested');
  if (before !== null && outcome.repeat) return true;
  throw new AppError(
    'invalid_transition',
    `Release "${release.name}" number ${release.number} is ${release.status}: only failed runs can be requested again. ` +
      'Create a new release.',
    { details: { status: release.status } },
  );
}

function sealConfig(
  deps: Deps,
  buildId: number,
  url: string,
  config: Readonly<Record<string, unknown>> = {},
): OwnedArtifact {
  const text = JSON.stringify({ ...config, targetUrl: url });
  return sealText(deps, { buildId, text, contentType: 'application/json' });
}
