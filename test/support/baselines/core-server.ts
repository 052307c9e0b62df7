/** The real core of a server over a real database, as the cases of baselines ask it. */

import type { BaselineSettings } from '../../../src/domain/baselines/settings.ts';
import type { Run } from '../../../src/domain/runs/run.ts';
import { followUp } from '../../../src/services/baselines/follow-up.ts';
import { reviewMissing } from '../../../src/services/baselines/review-missing.ts';
import { updateBuild } from '../../../src/services/builds/update-build.ts';
import { createRelease } from '../../../src/services/releases/create-release.ts';
import { requestRun } from '../../../src/services/runs/request-run.ts';
import { reviewRelease } from '../../../src/services/releases/review-release.ts';
import { reviewRuns } from '../../../src/services/runs/review-runs.ts';
import { runDetail } from '../../../src/services/runs/run-detail.ts';
import { runsDone } from '../../../src/services/releases/runs-done.ts';
import { sweep } from '../../../src/services/upkeep/sweep.ts';
import { finish, leaseOne, openWorld, report, root, tasksOf, uploadImage } from '../server-world.ts';
import type { StoreKind, World } from '../server-world.ts';
import type { BaselineServer, NewRelease, ReleaseHandle, RunAnswer, Verdict } from './baseline-server.ts';

interface Handle extends ReleaseHandle {
  buildId: number;
}

export class CoreServer implements BaselineServer {
  readonly #world: World;
  #operations = 0;

  private constructor(world: World) {
    this.#world = world;
  }

  static async open(kind: StoreKind): Promise<CoreServer> {
    return new CoreServer(await openWorld(kind));
  }

  async configure(settings: Partial<BaselineSettings>): Promise<void> {
    const { deps, build } = this.#world;
    await updateBuild(deps, root, { buildId: build.id, ...settings });
  }

  async createRelease(given: NewRelease): Promise<Handle> {
    this.#world.clock.advance(1000);
    const place = `${given.branch ?? 'none'} ${(given.headCommit ?? given.commit ?? 'now').slice(0, 7)}`;
    const named = given.baselineRelease;
    const release = await createRelease(this.#world.deps, root, {
      buildId: this.#world.build.id,
      releaseName: given.name ?? place,
      branch: given.branch ?? undefined,
      commit: given.commit ?? undefined,
      headCommit: given.headCommit ?? undefined,
      tree: given.tree ?? undefined,
      baseBranch: given.baseBranch ?? undefined,
      pullRequest:
        given.pullRequest === null || given.pullRequest === undefined ? undefined : Number(given.pullRequest),
      repository: given.repository ?? undefined,
      headRepository: given.headRepository ?? undefined,
      history: given.history,
      own: given.own,
      historyNote: given.historyNote,
      isSubset: given.isSubset,
      skipReason: given.skipReason,
      baselineRelease: named === undefined ? undefined : `${named.name} #${named.number}`,
    });
    return release;
  }

  async run(
    handle: ReleaseHandle,
    name: string,
    screenshot: string,
    previousNames: readonly string[] = [],
  ): Promise<void> {
    const { deps } = this.#world;
    const url = `http://shop.test/${name}`;
    await requestRun(deps, root, { ...this.#named(handle), url, runName: name, previousNames });
    const task = await leaseOne(this.#world, 'capture');
    await report(this.#world, handle as never, name, {
      image: await uploadImage(this.#world, screenshot),
      ...leased(task),
    });
    await finish(this.#world, task);
    await this.#compare();
  }

  async failedRun(handle: ReleaseHandle, name: string): Promise<void> {
    await report(this.#world, { ...handle, buildId: this.#world.build.id } as never, name, {
      runFailed: true,
    });
  }

  async runsDone(handle: ReleaseHandle): Promise<void> {
    await runsDone(this.#world.deps, root, this.#named(handle));
    await this.#compare();
  }

  async judge(handle: ReleaseHandle, name: string, verdict: Run['verdict']): Promise<void> {
    this.#world.clock.advance(1000);
    const run = await this.#run(handle, name);
    const { results } = await reviewRuns(this.#world.deps, root, {
      ...this.#named(handle),
      runs: [{ runId: run.id, verdict }],
      operationId: `judge ${++this.#operations}`,
    });
    if (results[0]!.outcome !== 'changed') throw new Error(`${name}: ${results[0]!.outcome}`);
    await this.#compare();
  }

  async confirmRemoval(handle: ReleaseHandle, name: string): Promise<void> {
    await reviewMissing(this.#world.deps, root, {
      ...this.#named(handle),
      names: [name],
      verdict: 'confirmed',
    });
    await this.#compare();
  }

  async decide(handle: ReleaseHandle, decision: 'good' | 'bad' | 'reopen'): Promise<void> {
    await reviewRelease(this.#world.deps, root, { ...this.#named(handle), decision });
    await this.#compare();
  }

  async answer(handle: ReleaseHandle, name: string): Promise<RunAnswer> {
    const { store } = this.#world;
    const run = await this.#run(handle, name);
    const detail = await runDetail(this.#world.deps, root, { ...this.#named(handle), runName: name });
    return store.read(async (tx) => {
      const releaseOf = async (runId: number | null) => {
        const found = runId === null ? null : await tx.runs.findById(runId);
        return found === null ? null : tx.releases.findById(found.releaseId);
      };
      return {
        baseline: await releaseOf(run.baselineRunId),
        verdict: verdictOf(run),
        sentence: detail.baselineReason,
        takenOverFrom: await releaseOf(run.verdictOrigin?.runId ?? null),
      };
    });
  }

  async status(handle: ReleaseHandle) {
    const release = await this.#world.store.read((tx) => tx.releases.findById(handle.id));
    return release!.status;
  }

  async missing(handle: ReleaseHandle): Promise<string[]> {
    const missing = await this.#world.store.read((tx) => tx.baselines.missingOf(handle.id));
    return missing.map(({ name }) => name);
  }

  async pass(seconds: number): Promise<void> {
    this.#world.clock.advance(seconds * 1000);
    await sweep(this.#world.deps);
    await this.#compare();
  }

  #named({ name, number }: ReleaseHandle) {
    return { buildId: this.#world.build.id, releaseName: name, releaseNumber: number };
  }

  async #run(handle: ReleaseHandle, name: string): Promise<Run> {
    return (await this.#world.store.read((tx) => tx.runs.find(handle.id, name)))!;
  }

  /** Does what follows from a change and every comparison that is requested, until there is nothing more to do. */
  async #compare(): Promise<void> {
    do await followUp(this.#world.deps);
    while (await this.#compareAll());
  }

  /** As a worker does: files that are not the same differ. @returns whether there was anything to compare */
  async #compareAll(): Promise<boolean> {
    const live = (await tasksOf(this.#world, 'run-pdiff')).filter(({ status }) => status === 'live');
    for (let left = live.length; left > 0; left--) {
      const task = await leaseOne(this.#world, 'run-pdiff');
      const payload = JSON.parse(task.payload) as {
        release_name: string;
        release_number: number;
        run_name: string;
        run_sha1sum: string;
        reference_sha1sum: string;
      };
      const release = {
        buildId: this.#world.build.id,
        name: payload.release_name,
        number: payload.release_number,
      };
      const isSame = payload.run_sha1sum === payload.reference_sha1sum;
      const result = isSame
        ? { distortion: 0 }
        : { diffImage: await uploadImage(this.#world, `diff of ${payload.run_name}`), distortion: 0.5 };
      await report(this.#world, release as never, payload.run_name, { ...result, ...leased(task) });
      await finish(this.#world, task);
    }
    return live.length > 0;
  }
}

function leased(task: { leaseId: string | null }): { leaseId: string } {
  return { leaseId: task.leaseId! };
}

function verdictOf(run: Run): Verdict {
  if (run.verdict !== 'none') return run.verdict;
  switch (run.status) {
    case 'no_diff_needed':
      return 'new';
    case 'diff_not_found':
      return 'same';
    case 'data_pending':
      return 'waits';
    default:
      return 'ask';
  }
}
