/** A server in memory that knows nothing but the rules of baselines. */

import { isAccepted, vetoOf } from '../../../src/domain/baselines/acceptance.ts';
import type { JudgedScreenshot } from '../../../src/domain/baselines/acceptance.ts';
import { chooseBaseline } from '../../../src/domain/baselines/choose-baseline.ts';
import type {
  BaselineChoice,
  ChoiceInput,
  ChoiceOutcome,
  FoundBaseline,
  FoundScreenshot,
  MissingVerdict,
} from '../../../src/domain/baselines/choose-baseline.ts';
import { whyNotGood } from '../../../src/domain/baselines/good-by-itself.ts';
import {
  expectedFrom,
  expectedWithoutHistory,
  missingNames,
} from '../../../src/domain/baselines/missing-names.ts';
import {
  followsGit,
  historyKind,
  isCandidate,
  isOnMain,
} from '../../../src/domain/baselines/placed-release.ts';
import type { HistoryEntry, PlacedRelease } from '../../../src/domain/baselines/placed-release.ts';
import { baselineSentence } from '../../../src/domain/baselines/sentence.ts';
import { defaultBaselineSettings } from '../../../src/domain/baselines/settings.ts';
import type { BaselineSettings } from '../../../src/domain/baselines/settings.ts';
import { missingVerdictsToTakeOver, verdictToTakeOver } from '../../../src/domain/baselines/taken-over.ts';
import type { JudgedMissing, TakenOver } from '../../../src/domain/baselines/taken-over.ts';
import { walkOf } from '../../../src/domain/baselines/walk.ts';
import type { RunStatus } from '../../../src/domain/runs/run.ts';
import type { Verdict as RunVerdict } from '../../../src/domain/runs/verdict.ts';
import type { BaselineServer, NewRelease, ReleaseHandle, RunAnswer } from './baseline-server.ts';

interface ModelRun {
  id: number;
  release: ModelRelease;
  name: string;
  previousNames: readonly string[];
  /** Null: the capture failed. */
  screenshot: string | null;
  choice: BaselineChoice | null;
  baseline: ModelRun | null;
  status: RunStatus;
  verdict: RunVerdict;
  verdictAt: number | null;
  takenOver: TakenOver | null;
}

interface ModelRelease extends PlacedRelease {
  historyEntries: HistoryEntry[];
  own: string[];
  historyNote: string | null;
  baselineRelease: ModelRelease | null;
  decidedByServer: boolean;
  runs: Map<string, ModelRun>;
  missing: Map<string, MissingVerdict>;
}

type Chosen = Exclude<ChoiceOutcome, { kind: 'look_up' }>;

export class ModelServer implements BaselineServer {
  #settings: BaselineSettings = defaultBaselineSettings;
  readonly #releases: ModelRelease[] = [];
  readonly #runs: ModelRun[] = [];
  readonly #judgedMissing: JudgedMissing[] = [];
  #now = 1_000_000_000_000;

  configure(settings: Partial<BaselineSettings>): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    return Promise.resolve();
  }

  createRelease(given: NewRelease): Promise<ReleaseHandle> {
    this.#now += 1000;
    const name =
      given.name ?? `${given.branch ?? 'none'} ${(given.headCommit ?? given.commit ?? 'now').slice(0, 7)}`;
    const earlier = this.#releases.filter((release) => release.name === name);
    for (const release of earlier) {
      if (release.status !== 'receiving' && release.status !== 'processing') continue;
      release.status = 'bad';
      release.isSuperseded = true;
    }
    const isSkipped = given.skipReason !== undefined;
    const release: ModelRelease = {
      id: this.#releases.length + 1,
      name,
      number: earlier.length + 1,
      status: isSkipped ? 'good' : 'receiving',
      createdAt: this.#now,
      branch: given.branch ?? null,
      baseBranch: given.baseBranch ?? null,
      commit: given.commit ?? null,
      headCommit: given.headCommit ?? null,
      tree: given.tree ?? null,
      pullRequest: given.pullRequest ?? null,
      repository: given.repository ?? null,
      headRepository: given.headRepository ?? null,
      isSuperseded: false,
      isSubset: given.isSubset ?? false,
      isSkipped,
      history: historyKind(given.history?.length ?? null, given.historyNote ?? null),
      historyEntries: given.history ?? [],
      own: given.own ?? [],
      historyNote: given.historyNote ?? null,
      baselineRelease: given.baselineRelease === undefined ? null : this.#release(given.baselineRelease),
      decidedByServer: isSkipped,
      runs: new Map(),
      missing: new Map(),
    };
    this.#releases.push(release);
    return Promise.resolve(release);
  }

  run(
    handle: ReleaseHandle,
    name: string,
    screenshot: string,
    previousNames: readonly string[] = [],
  ): Promise<void> {
    this.#compare(this.#newRun(handle, name, screenshot, previousNames));
    return Promise.resolve();
  }

  failedRun(handle: ReleaseHandle, name: string): Promise<void> {
    this.#newRun(handle, name, null, []);
    return Promise.resolve();
  }

  runsDone(handle: ReleaseHandle): Promise<void> {
    const release = this.#release(handle);
    release.status = 'processing';
    if (!release.isSubset) {
      const expected = this.#expected(release).map(({ id }) => {
        const { runs, missing } = this.#releases[id - 1]!;
        const gone = [...missing];
        return {
          releaseId: id,
          present: [...runs.keys()],
          missing: gone.filter(([, verdict]) => verdict !== 'confirmed').map(([name]) => name),
          removed: gone.filter(([, verdict]) => verdict === 'confirmed').map(([name]) => name),
        };
      });
      const own = [...release.runs.values()].flatMap(({ name, previousNames }) => [name, ...previousNames]);
      const names = missingNames(expected, own);
      const lastShown = new Map<string, number>();
      for (const { releaseId, present, missing } of expected) {
        for (const name of [...present, ...missing]) {
          lastShown.set(name, Math.max(releaseId, lastShown.get(name) ?? 0));
        }
      }
      const asking = { release, history: release.historyEntries, own: release.own };
      const before = missingVerdictsToTakeOver(
        asking,
        this.#judgedMissing,
        lastShown,
        this.#settings,
        this.#now,
      );
      for (const name of names) {
        const isAsking = release.history !== 'absent';
        release.missing.set(name, (isAsking ? before.get(name)?.verdict : undefined) ?? 'undecided');
      }
    }
    this.#settle();
    return Promise.resolve();
  }

  judge(handle: ReleaseHandle, name: string, verdict: RunVerdict): Promise<void> {
    this.#now += 1000;
    const run = this.#release(handle).runs.get(name)!;
    if (!['diff_found', 'diff_approved', 'no_diff_needed'].includes(run.status)) {
      throw new Error(`${name} is ${run.status}`);
    }
    this.#give(run, verdict);
    run.takenOver = null;
    this.#settle();
    return Promise.resolve();
  }

  confirmRemoval(handle: ReleaseHandle, name: string): Promise<void> {
    const { missing } = this.#release(handle);
    if (!missing.has(name)) throw new Error(`${name} is not missing`);
    missing.set(name, 'confirmed');
    const judged = { name, verdict: 'confirmed', verdictBy: 'user:ann', verdictAt: this.#now } as const;
    this.#judgedMissing.push({ ...judged, release: this.#release(handle) });
    this.#settle();
    return Promise.resolve();
  }

  decide(handle: ReleaseHandle, decision: 'good' | 'bad' | 'reopen'): Promise<void> {
    const release = this.#release(handle);
    release.status = decision === 'reopen' ? 'reviewing' : decision;
    release.decidedByServer = false;
    if (decision !== 'reopen') this.#settle();
    return Promise.resolve();
  }

  answer(handle: ReleaseHandle, name: string): Promise<RunAnswer> {
    const run = this.#release(handle).runs.get(name)!;
    return Promise.resolve({
      baseline: run.baseline?.release ?? null,
      verdict: verdictOf(run),
      sentence: baselineSentence(run.choice!),
      takenOverFrom: run.takenOver === null ? null : this.#releases[run.takenOver.from.release.id - 1]!,
    });
  }

  status(handle: ReleaseHandle) {
    return Promise.resolve(this.#release(handle).status);
  }

  missing(handle: ReleaseHandle): Promise<string[]> {
    return Promise.resolve([...this.#release(handle).missing.keys()]);
  }

  pass(seconds: number): Promise<void> {
    this.#now += seconds * 1000;
    this.#settle();
    return Promise.resolve();
  }

  #expected(release: ModelRelease): PlacedRelease[] {
    if (followsGit(release, this.#settings)) return expectedFrom(this.#walk(release), this.#settings);
    const others = this.#releases.filter(({ id }) => id !== release.id).reverse();
    const found = expectedWithoutHistory(others, release.history === 'absent' ? null : this.#settings);
    return found === null ? [] : [found];
  }

  #walk(release: ModelRelease) {
    const { historyEntries: history, own } = release;
    return walkOf({ release, history, own }, this.#releases, this.#settings);
  }

  #release({ id }: ReleaseHandle): ModelRelease {
    return this.#releases[id - 1]!;
  }

  #newRun(
    handle: ReleaseHandle,
    name: string,
    screenshot: string | null,
    previousNames: readonly string[],
  ): ModelRun {
    const release = this.#release(handle);
    const run: ModelRun = {
      id: this.#runs.length + 1,
      release,
      name,
      previousNames,
      screenshot,
      choice: null,
      baseline: null,
      status: screenshot === null ? 'failed' : 'data_pending',
      verdict: 'none',
      verdictAt: null,
      takenOver: null,
    };
    this.#runs.push(run);
    release.runs.set(name, run);
    return run;
  }

  #compare(run: ModelRun): void {
    let first: Chosen | null = null;
    let chosen: Chosen | null = null;
    for (const name of [run.name, ...run.previousNames]) {
      const outcome = this.#choose(run.release, name);
      first ??= outcome;
      if (outcome.kind === 'new') continue;
      chosen = outcome;
      if (name !== run.name) chosen.choice.previousName = name;
      break;
    }
    const { kind, choice } = chosen ?? first!;
    run.choice = choice;
    run.baseline = choice.runId === null ? null : this.#runs[choice.runId - 1]!;
    if (kind === 'wait') run.status = 'data_pending';
    else if (run.baseline === null) run.status = 'no_diff_needed';
    else run.status = run.baseline.screenshot === run.screenshot ? 'diff_not_found' : 'diff_found';
    const isForPeople = run.status === 'diff_found' || run.status === 'no_diff_needed';
    // A verdict is one on the image, which is still the same.
    if (isForPeople && run.verdict !== 'none') this.#give(run, run.verdict);
    else if (isForPeople) this.#takeOver(run);
    else run.verdict = 'none';
  }

  #choose(release: ModelRelease, name: string): Chosen {
    const input: ChoiceInput = {
      release,
      settings: this.#settings,
      now: this.#now,
      named:
        release.baselineRelease === null
          ? undefined
          : { release: release.baselineRelease, screenshot: this.#screenshot(release.baselineRelease, name) },
      walk: this.#walk(release).map((candidate) => ({
        ...candidate,
        screenshot: this.#screenshot(candidate.release as ModelRelease, name),
        missing: (candidate.release as ModelRelease).missing.get(name) ?? null,
      })),
      isWalkCut: false,
      newestAccepted: this.#newest(
        release,
        name,
        (other, screenshot) =>
          screenshot.isAccepted && (other.branch === null || isOnMain(other, this.#settings)),
      ),
      hasMain: this.#releases.some(
        (other) =>
          other !== release &&
          isCandidate(other) &&
          ((other.branch === null && other.status === 'good') ||
            (isOnMain(other, this.#settings) && other.status !== 'bad')),
      ),
      newestGood: this.#newest(release, name, (other) => other.status === 'good'),
      sameCommit: this.#newest(
        release,
        name,
        (other, screenshot) => screenshot.isAccepted && other.commit === release.commit,
      ),
    };
    const outcome = chooseBaseline(input, release.historyNote);
    if (outcome.kind === 'look_up') throw new Error(`everything is known, yet ${outcome.what} is asked for`);
    return outcome;
  }

  #newest(
    release: ModelRelease,
    name: string,
    fits: (other: ModelRelease, screenshot: FoundScreenshot) => boolean,
  ): FoundBaseline | null {
    for (const other of this.#releases.toReversed()) {
      const screenshot = this.#screenshot(other, name);
      if (other === release || !isCandidate(other) || screenshot === null || screenshot.veto !== null)
        continue;
      if (fits(other, screenshot)) return { release: other, runId: screenshot.runId };
    }
    return null;
  }

  #screenshot(release: ModelRelease, name: string): FoundScreenshot | null {
    const run = release.runs.get(name);
    if (run === undefined) return null;
    return { runId: run.id, veto: vetoOf(this.#judged(run)), isAccepted: this.#isAccepted(run) };
  }

  #isAccepted(run: ModelRun): boolean {
    const chain: JudgedScreenshot[] = [];
    for (let at: ModelRun | null = run; at !== null; at = at.baseline) chain.push(this.#judged(at));
    return isAccepted(chain, this.#settings);
  }

  #judged({ release, screenshot, status, verdict }: ModelRun): JudgedScreenshot {
    return {
      hasImage: screenshot !== null,
      status,
      verdict,
      releaseStatus: release.status,
      isOnGitMain: followsGit(release, this.#settings) && isOnMain(release, this.#settings),
    };
  }

  #takeOver(run: ModelRun): void {
    const equal = this.#runs.filter(
      (other) => other !== run && other.name === run.name && other.screenshot === run.screenshot,
    );
    const { release } = run;
    run.takenOver = verdictToTakeOver(
      { release, history: release.historyEntries, own: release.own },
      equal.map((other) => ({
        runId: other.id,
        release: other.release,
        verdict: other.verdict,
        verdictBy: 'user:ann',
        verdictAt: other.verdictAt,
        isTakenOver: other.takenOver !== null,
        isAccepted: this.#isAccepted(other),
      })),
      this.#settings,
      this.#now,
    );
    if (run.takenOver !== null) this.#give(run, run.takenOver.verdict);
  }

  #give(run: ModelRun, verdict: RunVerdict): void {
    run.verdict = verdict;
    run.verdictAt = verdict === 'none' ? null : this.#now;
    if (run.status !== 'no_diff_needed') run.status = verdict === 'approved' ? 'diff_approved' : 'diff_found';
  }

  /** Moves everything on until nothing moves any more. */
  #settle(): void {
    for (let moved = true; moved;) {
      moved = this.#chooseAgain();
      for (const release of this.#releases) {
        const { status } = release;
        if (status === 'processing' && ![...release.runs.values()].some(isPending))
          release.status = 'reviewing';
        if (release.status === 'reviewing' && this.#isGood(release)) {
          release.status = 'good';
          release.decidedByServer = true;
        }
        if (release.status !== status) moved = true;
      }
    }
  }

  /** Runs of open releases that wait for a baseline, or whose baseline is none any more. */
  #chooseAgain(): boolean {
    let changed = false;
    for (const run of this.#runs) {
      const { release, baseline, status } = run;
      if (release.status === 'good' || release.status === 'bad' || status === 'failed') continue;
      const isLost = baseline !== null && vetoOf(this.#judged(baseline)) !== null;
      if (status !== 'data_pending' && !isLost) continue;
      this.#compare(run);
      if (run.status !== status || run.baseline !== baseline) changed = true;
    }
    return changed;
  }

  #isGood(release: ModelRelease): boolean {
    const runs = [...release.runs.values()].map((run) => ({
      status: run.status,
      verdict: run.verdict,
      isBaselineAccepted: run.baseline !== null && this.#isAccepted(run.baseline),
    }));
    const missing = release.missing.values();
    return whyNotGood({ release, settings: this.#settings, runs, missing }) === null;
  }
}

function isPending({ status }: ModelRun): boolean {
  return status === 'data_pending' || status === 'needs_diff';
}

function verdictOf(run: ModelRun): RunAnswer['verdict'] {
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
