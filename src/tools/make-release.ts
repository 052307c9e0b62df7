import { AppError, type DepictedClient } from '../client/index.ts';
import { shardName } from '../domain/releases/shards.ts';
import { isDecided } from '../domain/releases/release-lifecycle.ts';
import type { Clock } from '../ports/clock.ts';
import type { Shard } from './ci/ci-job.ts';
import { explainRefusedKey, type Connection } from './connection.ts';
import { createRelease, type NewRelease } from './create-release.ts';
import { shardText } from './git/git-story-fields.ts';
import type { OnToolEvent } from './events.ts';
import { inParallel } from './in-parallel.ts';
import type { PlannedRuns } from './planned-run.ts';
import type { Refusal, ReleaseOutcome, ReleaseResult, ReleaseTarget, SentTo } from './release-outcome.ts';
import { releaseAddress } from './release-address.ts';
import { ImageSender } from './send-image.ts';
import { sendRun } from './send-run.ts';
import { readResult } from './read-result.ts';
import { waitForRelease } from './wait-for-release.ts';
import { waitCommand, type WaitGoal } from './wait-goal.ts';

export interface ReleaseOptions extends NewRelease {
  /** Runs sent concurrently. */
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
  /** Called before the first run is sent; the promise fails if the server makes no release. */
  onCreation?: (creation: Promise<ReleaseTarget>) => void;
}

/** Time limit for closing a release tidily. */
const cancelMs = 10_000;

/**
 * Makes a release of the runs: creates it when the first run arrives, sends the runs concurrently, marks the release
 * all, and waits if it was asked to. When it is interrupted or cannot continue, it marks the attempt bad, unless people
 * are looking at it already.
 *
 * @throws AppError if the server refuses the whole release; the signal's reason when it is interrupted
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
    if (!making.isComplete) await making.cancel('abandoned by the client');
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

  /** Everything was sent: the server can finish the release alone. */
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
      message: `The release is unchanged. To wait longer: ${command}`,
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
      const release = await this.#created();
      const problem = await sendRun(
        {
          client: this.#client,
          release: this.#sentTo(release),
          images: this.#images!,
          signal: laneSignal,
          warn,
          env: process.env,
        },
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

  get #shard(): Shard | null {
    return this.#options.gitStory?.shard ?? null;
  }

  #sentTo(release: ReleaseTarget): SentTo {
    return this.#shard === null ? release : { ...release, shard: shardText(this.#shard) };
  }

  #created(): Promise<ReleaseTarget> {
    if (this.#creation === null) {
      this.#creation = this.#create();
      this.#parts.onCreation?.(this.#creation);
    }
    return this.#creation;
  }

  async #create(): Promise<ReleaseTarget> {
    const { connection, onEvent } = this.#parts;
    const warn = (message: string) => onEvent({ type: 'warning', message });
    const release = await createRelease(connection.hasty, this.#options, warn);
    this.#release = release;
    this.#images = new ImageSender(this.#client, this.#sentTo(release), warn);
    onEvent({ type: 'release_created', release });
    return release;
  }

  /** No runs follow: the release may end. */
  async finish(): Promise<Pick<ReleaseOutcome, 'resultsUrl' | 'result' | 'timedOut'>> {
    const { onEvent, signal, clock } = this.#parts;
    // The release waits for every shard, also for one without runs.
    if (this.#shard !== null) await this.#created();
    const release = this.#release;
    if (release === null) return { resultsUrl: null, result: null, timedOut: false };
    const { resultsUrl } = await this.#client.runsDone(this.#sentTo(release), { signal });
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

  /** The end of a release that was decided while it was made: superseded by a newer attempt, or by hand. */
  async resultIfDecided(error: unknown): Promise<{ resultsUrl: string; result: ReleaseResult } | null> {
    const release = this.#release;
    const { signal } = this.#parts;
    if (release === null || signal.aborted) return null;
    if (!(error instanceof AppError) || error.code !== 'invalid_transition') return null;
    const resultsUrl = this.#resultsUrl ?? releaseAddress(this.#client.server, release);
    const result = await readResult({ client: this.#client, release, resultsUrl, signal });
    return isDecided(result.status) ? { resultsUrl, result } : null;
  }

  /** Marks the attempt bad, if there is one and no other job has a part in it; a failure here is only a warning. */
  async cancel(note: string): Promise<void> {
    const release = await this.#creation?.catch(() => null);
    if (!release) return;
    const { connection, onEvent } = this.#parts;
    if (this.#shard !== null) {
      const name = shardName(this.#shard.index, this.#shard.total);
      onEvent({
        type: 'warning',
        message: this.isComplete
          ? `The release stays as it is: all of ${name} was sent.`
          : `The release stays open for the other shards; ${name} is missing until its job runs again.`,
      });
      return;
    }
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
