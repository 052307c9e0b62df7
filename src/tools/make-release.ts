import { AppError, type DepictedClient } from '../client/index.ts';
import { camelKeys } from '../contract/letter-case.ts';
import type { ReleaseSource } from '../domain/model.ts';
import { isDecided } from '../domain/releases/release-lifecycle.ts';
import type { Clock } from '../ports/clock.ts';
import { gitStoryFields } from './git/git-story-fields.ts';
import type { GitStory } from './git/git-story.ts';
import { explainRefusedKey, type Connection } from './connection.ts';
import type { OnToolEvent } from './events.ts';
import { inParallel } from './in-parallel.ts';
import type { PlannedRuns } from './planned-run.ts';
import type { Refusal, ReleaseOutcome, ReleaseResult, ReleaseTarget } from './release-outcome.ts';
import { releaseAddress } from './release-address.ts';
import { ImageSender } from './send-image.ts';
import { sendRun } from './send-run.ts';
import { readResult, waitForRelease } from './wait-for-release.ts';
import { waitCommand, type WaitGoal } from './wait-goal.ts';

export interface ReleaseOptions {
  buildId: number;
  releaseName: string;
  /** Where the release can be looked at, for people. */
  url: string | null;
  source: ReleaseSource;
  /** What git and CI tell of the code; null: nothing. */
  gitStory: GitStory | null;
  /** Runs that are sent at a time. */
  concurrency: number;
  /** What to stay for; null: do not wait. */
  wait: { timeoutMs: number; goal: WaitGoal } | null;
  /** Address that a command to be typed later must name to reach the server; null where it is known without. */
  serverToName: string | null;
}

export interface ReleaseParts {
  connection: Connection;
  clock: Clock;
  onEvent: OnToolEvent;
  signal: AbortSignal;
}

/** Whether the server takes the whole story; until then it gets `source` alone. */
const sendsGitStory: boolean = false;

/** Time that is given to leaving a tidy release behind. */
const cancelMs = 10_000;

/**
 * Makes a release of the runs: creates it when the first run comes, sends the runs side by side, says that they are
 * all, and waits if it was asked to. When it is interrupted or cannot go on, the attempt is marked bad, unless people
 * are looking at it already.
 *
 * @throws AppError what the server refuses for the whole release; the signal's reason when it is interrupted
 */
export async function makeRelease(
  options: ReleaseOptions,
  runs: PlannedRuns,
  parts: ReleaseParts,
): Promise<ReleaseOutcome> {
  const { clock, signal } = parts;
  const startedAt = clock.monotonicMs();
  const making = new Making(options, parts);
  try {
    await making.sendAll(runs);
    const done = await making.finish();
    return { ...making.summary(), ...done, durationMs: clock.monotonicMs() - startedAt };
  } catch (error) {
    const decided = await making.resultIfDecided(error);
    if (decided !== null) {
      return {
        ...making.summary(),
        ...decided,
        timedOut: false,
        durationMs: clock.monotonicMs() - startedAt,
      };
    }
    if (signal.aborted) {
      if (making.isReadyForReview) making.tellHowToWait();
      else await making.cancel('cancelled by the client');
      throw signal.reason;
    }
    if (!making.isComplete) await making.cancel('given up by the client');
    throw explainRefusedKey(error);
  }
}

class Making {
  readonly #options: ReleaseOptions;
  readonly #parts: ReleaseParts;
  #creation: Promise<ReleaseTarget> | null = null;
  #release: ReleaseTarget | null = null;
  #images: ImageSender | null = null;
  #resultsUrl: string | null = null;
  #isReadyForReview = false;
  #sent = 0;
  readonly #refusals: Refusal[] = [];

  constructor(options: ReleaseOptions, parts: ReleaseParts) {
    this.#options = options;
    this.#parts = parts;
  }

  get #client(): DepictedClient {
    return this.#parts.connection.patient;
  }

  /** Everything was sent: the server can bring the release to its end alone. */
  get isComplete(): boolean {
    return this.#resultsUrl !== null;
  }

  /** The tool only waits for a decision. */
  get isReadyForReview(): boolean {
    return this.#isReadyForReview;
  }

  tellHowToWait(): void {
    const command = waitCommand(this.#release!, 'decision', this.#options.serverToName);
    this.#parts.onEvent({
      type: 'warning',
      message: `The release stays as it is. To wait longer: ${command}`,
    });
  }

  summary(): Pick<ReleaseOutcome, 'release' | 'resultsUrl' | 'sent' | 'refusals'> {
    return {
      release: this.#release,
      resultsUrl: this.#resultsUrl,
      sent: this.#sent,
      refusals: this.#refusals,
    };
  }

  async sendAll(runs: PlannedRuns): Promise<void> {
    const { onEvent, signal } = this.#parts;
    const warn = (message: string) => onEvent({ type: 'warning', message });
    const names = new Set<string>();
    await inParallel(runs, this.#options.concurrency, signal, async (run, laneSignal) => {
      if (names.has(run.name)) {
        throw new AppError(
          'config_invalid',
          `Two runs are named "${run.name}". Names must be unique in a release.`,
        );
      }
      names.add(run.name);
      const release = await (this.#creation ??= this.#create());
      const problem = await sendRun(
        { client: this.#client, release, images: this.#images!, signal: laneSignal, warn },
        run,
      );
      this.#sent++;
      if (problem === null) {
        onEvent({ type: 'run_sent', name: run.name, sent: this.#sent });
      } else {
        this.#refusals.push({ name: run.name, message: problem });
        onEvent({ type: 'run_refused', name: run.name, message: problem });
      }
    });
  }

  async #create(): Promise<ReleaseTarget> {
    const { buildId, releaseName, url, source, gitStory } = this.#options;
    const { connection, onEvent } = this.#parts;
    // Not ended by an interruption: an attempt whose number never arrives could not be marked bad.
    const { releaseNumber } = await connection.hasty.createRelease({
      buildId,
      releaseName,
      ...(url !== null && { url }),
      ...(source.branch !== null && { branch: source.branch }),
      ...(source.commit !== null && { commit: source.commit }),
      ...(source.ciUrl !== null && { ciUrl: source.ciUrl }),
      ...(sendsGitStory && gitStory !== null && (camelKeys(gitStoryFields(gitStory)) as object)),
    });
    const release = { buildId, releaseName, releaseNumber };
    this.#release = release;
    this.#images = new ImageSender(this.#client, release, (message) => onEvent({ type: 'warning', message }));
    onEvent({ type: 'release_created', release });
    return release;
  }

  /** Nothing follows: the release may end. */
  async finish(): Promise<Pick<ReleaseOutcome, 'resultsUrl' | 'result' | 'timedOut'>> {
    const { onEvent, signal, clock } = this.#parts;
    const release = this.#release;
    if (release === null) return { resultsUrl: null, result: null, timedOut: false };
    const { resultsUrl } = await this.#client.runsDone(release, { signal });
    this.#resultsUrl = resultsUrl;
    const { uploaded, known } = this.#images!.counts;
    const files = uploaded + known === 0 ? null : { uploaded, known };
    onEvent({ type: 'all_sent', sent: this.#sent, resultsUrl, files });
    const { wait } = this.#options;
    if (wait === null) return { resultsUrl, result: null, timedOut: false };
    const waited = await waitForRelease({
      client: this.#client,
      release,
      resultsUrl,
      ...wait,
      clock,
      signal,
      onEvent: (event) => {
        if (event.type === 'progress') this.#isReadyForReview = event.status === 'reviewing';
        onEvent(event);
      },
    });
    return { resultsUrl, ...waited };
  }

  /** The end of a release that someone decided while it was made: superseded by a newer attempt, or by hand. */
  async resultIfDecided(error: unknown): Promise<{ resultsUrl: string; result: ReleaseResult } | null> {
    const release = this.#release;
    const { signal } = this.#parts;
    if (release === null || signal.aborted) return null;
    if (!(error instanceof AppError) || error.code !== 'invalid_transition') return null;
    const resultsUrl = this.#resultsUrl ?? releaseAddress(this.#client.server, release);
    const result = await readResult({ client: this.#client, release, resultsUrl, signal });
    return isDecided(result.status) ? { resultsUrl, result } : null;
  }

  /** Marks the attempt bad, if there is one; what fails here was not worth more than a warning. */
  async cancel(note: string): Promise<void> {
    const release = await this.#creation?.catch(() => null);
    if (!release) return;
    const { connection, onEvent } = this.#parts;
    try {
      const signal = AbortSignal.timeout(cancelMs);
      await connection.hasty.reviewRelease({ ...release, decision: 'bad', note }, { signal });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      onEvent({
        type: 'warning',
        message: `Release "${release.releaseName}" number ${release.releaseNumber} could not be marked bad: ${why}`,
      });
    }
  }
}
