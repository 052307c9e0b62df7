import { vetoOf } from '../../domain/baselines/acceptance.ts';
import { chooseBaseline } from '../../domain/baselines/choose-baseline.ts';
import type {
  BaselineChoice,
  ChoiceInput,
  ChoiceOutcome,
  FoundBaseline,
  FoundScreenshot,
  Lookup,
  WalkStep,
} from '../../domain/baselines/choose-baseline.ts';
import { isCandidate, isOnMain } from '../../domain/baselines/placed-release.ts';
import type { PlacedRelease } from '../../domain/baselines/placed-release.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { Candidate } from '../../domain/baselines/walk.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { NameInRelease, StoredScreenshot } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { isStoredAccepted, judgedScreenshot } from './stored-acceptance.ts';
import { forgetWalk, walkNow } from './walks.ts';
import type { LoadedWalk } from './walks.ts';

export interface ChosenBaseline {
  choice: BaselineChoice;
  /** The run to compare with; null for a new page or one that waits for its baseline. */
  run: Run | null;
}

/** Releases per query; the first one nearly always has the page. */
const batchSizes = [1, 8, 64, 512];
/** Maximum runs of a name to search when there is no history to follow. */
const maxNameHistory = 200;
/** Maximum releases to search for one of main. */
const maxReleases = 500;

type Choice = Exclude<ChoiceOutcome, { kind: 'look_up' }>;

/** Chooses the baseline of a run: by its own name or, if that is new, by one of its former names. */
export async function chooseForRun(
  deps: Deps,
  tx: Transaction,
  release: Pick<Release, 'id' | 'buildId'>,
  names: readonly [string, ...string[]],
): Promise<ChosenBaseline> {
  const found = await walkNow(deps.store, tx, release);
  if (found === null) throw new TypeError(`Release ${release.id} is not there.`);
  const { walk, settings } = found;
  let first: Choice | null = null;
  for (const name of names) {
    const chooser = new RunChooser(deps, tx, release.buildId, walk, settings, name);
    const outcome = await chooser.choose();
    first ??= outcome;
    if (outcome.kind === 'new') continue;
    const previousName = name === names[0] ? null : name;
    const choice = { ...outcome.choice, previousName };
    return { choice, run: choice.runId === null ? null : await chooser.runOf(choice.runId) };
  }
  return { choice: first!.choice, run: null };
}

/** Looks up whatever the choice asks for until it is made. */
class RunChooser {
  readonly #deps: Deps;
  readonly #tx: Transaction;
  readonly #buildId: number;
  readonly #walk: LoadedWalk;
  readonly #settings: BaselineSettings;
  readonly #name: string;
  #newestRun: Run | null = null;

  constructor(
    deps: Deps,
    tx: Transaction,
    buildId: number,
    walk: LoadedWalk,
    settings: BaselineSettings,
    name: string,
  ) {
    this.#deps = deps;
    this.#tx = tx;
    this.#buildId = buildId;
    this.#walk = walk;
    this.#settings = settings;
    this.#name = name;
  }

  async runOf(id: number): Promise<Run | null> {
    return this.#newestRun?.id === id ? this.#newestRun : this.#tx.runs.findById(id);
  }

  async choose(): Promise<Choice> {
    const { release, origin, candidates } = this.#walk;
    const steps: WalkStep[] = [];
    let looked = 0;
    let batch = 0;
    let input: ChoiceInput = {
      release,
      settings: this.#settings,
      now: this.#deps.clock.now(),
      named: origin.baselineReleaseId === null ? undefined : await this.#named(origin.baselineReleaseId),
      walk: steps,
      isWalkCut: candidates.length > 0,
    };
    for (;;) {
      const outcome = chooseBaseline(input, origin.historyNote);
      if (outcome.kind !== 'look_up') return outcome;
      if (outcome.what === 'walk') {
        const size = batchSizes[Math.min(batch++, batchSizes.length - 1)]!;
        steps.push(...(await this.#steps(candidates.slice(looked, looked + size))));
        looked += size;
        input = { ...input, walk: steps, isWalkCut: looked < candidates.length };
      } else {
        input = { ...input, ...(await this.#lookUp(outcome.what)) };
      }
    }
  }

  async #lookUp(what: Exclude<Lookup, 'walk'>): Promise<Partial<ChoiceInput>> {
    switch (what) {
      case 'newest_good':
        return { newestGood: await this.#newestGood() };
      case 'same_commit':
        return { sameCommit: await this.#sameCommit() };
      case 'newest_accepted':
        return { newestAccepted: await this.#newestAccepted(), hasMain: await this.#hasMain() };
    }
  }

  /** @returns undefined when that release was deleted: the server chooses as if none was named */
  async #named(releaseId: number): Promise<ChoiceInput['named']> {
    const found = await this.#tx.baselines.find(releaseId);
    if (found === null) return undefined;
    const [there] = await this.#tx.baselines.nameIn(this.#name, [releaseId]);
    return {
      release: found.release,
      screenshot: await this.#found(found.release, there?.screenshot ?? null),
    };
  }

  /** With their current statuses. */
  async #steps(candidates: readonly Candidate[]): Promise<WalkStep[]> {
    const ids = candidates.map(({ release }) => release.id);
    const there = new Map<number, NameInRelease>();
    for (const entry of await this.#tx.baselines.nameIn(this.#name, ids)) there.set(entry.releaseId, entry);
    const without = ids.filter((id) => there.get(id)?.screenshot === null);
    const missing = await this.#tx.baselines.missingIn(this.#name, without);
    const steps: WalkStep[] = [];
    for (const candidate of candidates) {
      const entry = there.get(candidate.release.id);
      if (entry === undefined) {
        // It was read in a transaction that was rolled back.
        forgetWalk(this.#deps.store, this.#walk.release.id);
        continue;
      }
      if (entry.isSuperseded) continue;
      const release: PlacedRelease = { ...candidate.release, status: entry.status };
      const screenshot = await this.#found(release, entry.screenshot);
      steps.push({ ...candidate, release, screenshot, missing: missing.get(release.id) ?? null });
    }
    return steps;
  }

  async #found(
    release: PlacedRelease,
    screenshot: Omit<StoredScreenshot, 'release'> | null,
  ): Promise<FoundScreenshot | null> {
    if (screenshot === null) return null;
    const stored = { ...screenshot, release };
    return {
      runId: screenshot.runId,
      veto: vetoOf(judgedScreenshot(stored, this.#settings)),
      isAccepted: await isStoredAccepted(this.#tx, stored, this.#settings),
    };
  }

  async #newestGood(): Promise<FoundBaseline | null> {
    const { baselines, runs } = this.#tx;
    const [newest, run] = await Promise.all([
      baselines.newestGood(this.#buildId),
      runs.newestBaseline(this.#buildId, this.#name),
    ]);
    if (newest === null || run === null) return null;
    this.#newestRun = run;
    const release = run.releaseId === newest.id ? newest : (await baselines.find(run.releaseId))?.release;
    return release === undefined ? null : { release, runId: run.id };
  }

  #newestAccepted(): Promise<FoundBaseline | null> {
    return this.#firstAccepted(({ release }) => release.branch === null || isOnMain(release, this.#settings));
  }

  async #firstAccepted(fits: (screenshot: StoredScreenshot) => boolean): Promise<FoundBaseline | null> {
    const screenshots = await this.#tx.baselines.nameHistory(this.#buildId, this.#name, maxNameHistory);
    for (const screenshot of screenshots) {
      const { release } = screenshot;
      if (release.id === this.#walk.release.id || !isCandidate(release) || !fits(screenshot)) continue;
      if (await isStoredAccepted(this.#tx, screenshot, this.#settings))
        return { release, runId: screenshot.runId };
    }
    return null;
  }

  async #sameCommit(): Promise<FoundBaseline | null> {
    const { commit } = this.#walk.release;
    return this.#firstAccepted(({ release }) => release.commit === commit);
  }

  async #hasMain(): Promise<boolean> {
    const releases = await this.#tx.baselines.newest(this.#buildId, maxReleases);
    return releases.some((release) => {
      if (release.id === this.#walk.release.id || !isCandidate(release) || release.status === 'bad')
        return false;
      return release.branch === null ? release.status === 'good' : isOnMain(release, this.#settings);
    });
  }
}
