/** What git and the CI system know about the code: gathered once, before a release is created. */

import { readCi, type CiRun } from '../ci/read-ci.ts';
import type { Environment, ReadEvent, Shard } from '../ci/ci-job.ts';
import { readEventFile } from '../ci/read-event.ts';
import { shortText } from '../short-text.ts';
import { findBase, isOnMain } from './base-branch.ts';
import { isWholeHash } from './commit-hash.ts';
import { gatherHistory, type HistoryPlan, type ToldHistory } from './gather-history.ts';
import type { GitStory } from './git-story.ts';
import type { Commit, Deadline } from './git-view.ts';
import { chooseRemote, parseConfig, type ConfigEntry } from './handed-config.ts';
import { isClone, openClone, type Clone } from './open-clone.ts';
import { repositoryAddress } from './repository-address.ts';
import { testMergeOf } from './test-merge.ts';

/** What the user says; it overrides everything that is found. Null: not given. */
export interface StoryFlags {
  /** False: git is not used. */
  git: boolean;
  branch: string | null;
  commit: string | null;
  headCommit: string | null;
  baseBranch: string | null;
  pullRequest: number | null;
  baselineCommit: string | null;
  baselineBranch: string | null;
  baselineRelease: string | null;
  ciUrl: string | null;
  shard: Shard | null;
  shardId: string | null;
  subset: boolean;
  freshReview: boolean;
}

export const noFlags: StoryFlags = {
  git: true,
  branch: null,
  commit: null,
  headCommit: null,
  baseBranch: null,
  pullRequest: null,
  baselineCommit: null,
  baselineBranch: null,
  baselineRelease: null,
  ciUrl: null,
  shard: null,
  shardId: null,
  subset: false,
  freshReview: false,
};

export interface StoryOptions {
  cwd: string;
  environment: Environment;
  flags: StoryFlags;
  /** Time limit for everything; default 60,000. */
  deadlineMs?: number;
  signal?: AbortSignal;
  readEvent?: ReadEvent;
}

/** Longest names that the API accepts. */
const maxNameLength = 255;
const defaultDeadlineMs = 60_000;

/**
 * Gathers the story. What git cannot provide is left out, with a note and a warning; problems of git are not failures.
 *
 * @throws the signal's reason when interrupted
 */
export async function gatherGitStory(options: StoryOptions): Promise<GitStory> {
  const { cwd, environment, flags, deadlineMs = defaultDeadlineMs, signal } = options;
  const endsAt = performance.now() + deadlineMs;
  const deadline: Deadline = { leftMs: () => Math.max(0, Math.round(endsAt - performance.now())), signal };
  const ci = readCi(environment, options.readEvent ?? readEventFile);
  const said = whatIsSaid(flags, ci);
  if (!flags.git) return { ...said, historyNote: 'none: switched off' };
  const env = { ...environment };
  const found = await openClone({ cwd, env, isInCi: ci.system !== null }, deadline);
  if (!isClone(found)) {
    const isAmiss = found.remedy !== null || ci.system !== null;
    const warning = [`No git history: ${found.why}.`, found.remedy].filter(Boolean).join(' ');
    return {
      ...said,
      historyNote: `none: ${found.why}`,
      warnings: [...said.warnings, ...(isAmiss ? [warning] : [])],
    };
  }
  return new Telling(found, { ci, flags, said, env, deadline }).tell();
}

/** Everything that does not need git. */
function whatIsSaid(flags: StoryFlags, ci: CiRun): GitStory {
  const commit = flags.commit ?? ci.commit;
  const headCommit = flags.headCommit ?? (flags.commit === null ? ci.headCommit : null) ?? commit;
  // `1/1`, given by the user, excludes a job from what its CI system calls parallel.
  const shard = flags.shard ?? ci.shard;
  const isAlone = shard === null || shard.total === 1;
  return {
    commit,
    tree: null,
    headCommit,
    branch: flags.branch ?? ci.branch,
    baseBranch: flags.baseBranch ?? ci.baseBranch ?? ci.defaultBranch,
    pullRequest: flags.pullRequest ?? ci.pullRequest,
    repository: ci.repository,
    headRepository: ci.headRepository ?? ci.repository,
    history: [],
    own: [],
    author: null,
    ciUrl: flags.ciUrl ?? ci.ciUrl,
    historyNote: 'none',
    dirty: false,
    baselineRelease: flags.baselineRelease,
    shard: isAlone ? null : shard,
    shardId: isAlone ? null : (flags.shardId ?? ci.shardId),
    subset: flags.subset,
    freshReview: flags.freshReview,
    system: ci.system,
    tag: ci.tag,
    warnings:
      flags.shard === null && ci.shard !== null && ci.countsOtherSteps
        ? [
            `This job counts as shard ${ci.shard.index} of ${ci.shard.total}, because ${ci.system} runs it in parallel with others. Use --shard 1/1 if it sends everything.`,
          ]
        : [],
    refusal: null,
  };
}

interface Circumstances {
  ci: CiRun;
  flags: StoryFlags;
  said: GitStory;
  env: NodeJS.ProcessEnv;
  deadline: Deadline;
}

/** What is built, and the newest commit of its branch. */
interface Identity {
  built: string;
  builtCommit: Commit | null;
  head: string;
  /** The base as merged by a test merge. */
  mergedBase: string | null;
}

class Telling {
  readonly #clone: Clone;
  readonly #around: Circumstances;

  constructor(clone: Clone, around: Circumstances) {
    this.#clone = clone;
    this.#around = around;
  }

  async tell(): Promise<GitStory> {
    const { ci, flags, said, env, deadline } = this.#around;
    const clone = this.#clone;
    const identity = await this.#identify();
    if (typeof identity === 'string') {
      return {
        ...said,
        historyNote: `none: ${identity}`,
        warnings: [...said.warnings, `No git history: ${identity}.`],
      };
    }
    const refusal = refusalOf(identity, this.#around);
    const isDirty = await this.#isDirty();
    const config = await this.#config();
    const branch = said.branch ?? (await this.#currentBranch());
    const remote = chooseRemote(config, branch);
    const place = { clone, config, remote, env, deadline };
    const base = await findBase(place, { said: said.baseBranch, branch });
    const isPullRequest = said.pullRequest !== null || ci.baseBranch !== null;
    const plan: HistoryPlan = {
      ...identity,
      start: flags.baselineCommit === null ? (ci.startCommit ?? identity.mergedBase) : null,
      isOnMain: !isPullRequest && isOnMain(branch, base),
      isDirty,
      baseline: { commit: flags.baselineCommit, branch: flags.baselineBranch },
      base,
      refs: likelyRefs(said, branch, ci),
    };
    const told = await gatherHistory(plan, place);
    const repository = said.repository ?? repositoryAddress(remoteUrl(config, remote));
    const marked = (hash: string) => (isDirty ? `${hash}+dirty` : hash);
    return {
      ...said,
      commit: marked(identity.built),
      tree: isDirty ? null : (identity.builtCommit?.tree ?? told.tree),
      headCommit: marked(identity.head),
      branch: shortText(branch, maxNameLength),
      baseBranch: shortText(base, maxNameLength),
      repository,
      headRepository: said.headRepository ?? repository,
      history: told.history,
      own: told.own,
      author: told.author,
      historyNote: told.note,
      dirty: isDirty,
      warnings: [
        ...said.warnings,
        ...(isDirty && env.CI ? [changedInUnknownCi] : []),
        ...warningsOf(told, ci, flags),
      ],
      refusal,
    };
  }

  /** @returns why the commit that the user named cannot be identified, in a few words */
  async #identify(): Promise<Identity | string> {
    const { ci, flags } = this.#around;
    const { view, head: checkedOut } = this.#clone;
    const named = flags.commit ?? (ci.isOfEarlierJob ? ci.commit : null);
    const built = named === null ? checkedOut : ((await view.resolve(named)) ?? named);
    if (!isWholeHash(built)) return `this clone has no commit ${JSON.stringify(built)}`;
    const builtCommit = await view.commit(built);
    const saidHead = await this.#whole(flags.headCommit ?? ci.headCommit);
    const merge = builtCommit === null ? null : testMergeOf(builtCommit, saidHead, ci);
    if (merge !== null) return { built, builtCommit, head: merge.head, mergedBase: merge.base };
    // Commits that the job itself has made come after the branch's.
    const isBehind =
      saidHead !== null &&
      isWholeHash(saidHead) &&
      (flags.headCommit !== null || (await view.isAncestor(saidHead, built)));
    return { built, builtCommit, head: isBehind ? saidHead : built, mergedBase: null };
  }

  async #whole(hash: string | null): Promise<string | null> {
    return hash === null || isWholeHash(hash) ? hash : ((await this.#clone.view.resolve(hash)) ?? hash);
  }

  /** Whether there are uncommitted changes on a developer's machine; what a CI job changes is part of the job. */
  async #isDirty(): Promise<boolean> {
    const { ci, flags } = this.#around;
    if (ci.system !== null || flags.commit !== null) return false;
    const changes = await this.#clone.view.read([
      '-c',
      'core.fsmonitor=false',
      'status',
      '--porcelain',
      '--untracked-files=no',
    ]);
    // An unknown state must not become a baseline.
    return changes !== '';
  }

  async #config(): Promise<ConfigEntry[]> {
    return parseConfig((await this.#clone.view.read(['config', '--list', '--null', '--includes'])) ?? '');
  }

  async #currentBranch(): Promise<string | null> {
    const { ci, said } = this.#around;
    const isNone =
      ci.tag !== null || said.pullRequest !== null || ci.isOfEarlierJob || ci.startCommit !== null;
    if (isNone) return null;
    return (
      (await this.#clone.view.read(['symbolic-ref', '--quiet', 'HEAD']))
        ?.trim()
        .replace(/^refs\/heads\//, '') || null
    );
  }
}

function remoteUrl(config: readonly ConfigEntry[], remote: string | null): string | null {
  return remote === null ? null : (config.find(({ key }) => key === `remote.${remote}.url`)?.value ?? null);
}

/** A job, according to `CI`, of an unknown system: a build step may have changed files. */
const changedInUnknownCi =
  'Files that git tracks were changed before this command ran: the commit is marked +dirty, and its screenshots never become baselines. Undo the changes, or use --commit to say which commit the screenshots show.';

/** A `pull_request_target` workflow that did not check out the pull request would show the base in its place. */
function refusalOf({ built, head }: Identity, { ci, flags }: Circumstances): string | null {
  if (!ci.mayHoldBase || ci.headCommit === null || flags.commit !== null) return null;
  if (built === ci.headCommit || head === ci.headCommit) return null;
  return `This pull_request_target workflow has checked out ${built.slice(0, 8)}, not the pull request's ${ci.headCommit.slice(0, 8)}: its screenshots would be stored as those of the pull request. Check out github.event.pull_request.head.sha, or use --commit to say which commit the screenshots show.`;
}

/** Where a server that gives no bare hashes has the commits. */
function likelyRefs({ pullRequest, baseBranch }: GitStory, branch: string | null, ci: CiRun): string[] {
  const isFork = ci.headRepository !== null && ci.headRepository !== ci.repository;
  return [
    ...(branch === null || isFork ? [] : [`refs/heads/${branch}`]),
    ...(pullRequest === null
      ? []
      : [
          `refs/pull/${pullRequest}/head`,
          `refs/merge-requests/${pullRequest}/head`,
          `refs/pull-requests/${pullRequest}/from`,
        ]),
    ...(baseBranch === null ? [] : [`refs/heads/${baseBranch}`]),
    ...(ci.tag === null ? [] : [`refs/tags/${ci.tag}`]),
  ];
}

function warningsOf(told: ToldHistory, ci: CiRun, flags: StoryFlags): string[] {
  if (told.note === 'full' || told.note === 'fetched') return [];
  if (told.note.startsWith('shallow')) {
    const remedy = ci.fullClone ?? 'Run: git fetch --unshallow';
    return [`The clone is shallow, and its history could not be fetched: ${told.why}. ${remedy}`];
  }
  const named = flags.baselineCommit ?? flags.baselineBranch;
  return [
    named === null
      ? `No git history: ${told.why}.`
      : `The baseline cannot start at ${JSON.stringify(named)}: ${told.why}.`,
  ];
}
