/** A release with its place in git: what the choice of baselines and the taking over of verdicts ask about it. */

import type { ReleaseStatus } from '../releases/release.ts';
import { branchNameOf, isMainBranch } from './main-branches.ts';
import type { BaselineSettings } from './settings.ts';

/** Where the code of a release stands in git, as its client said. */
export interface GitPlace {
  branch: string | null;
  baseBranch: string | null;
  /** What was checked out; ends with `+dirty` where files differed from it. */
  commit: string | null;
  /** The branch's own newest commit; another one than `commit` where CI built a test merge. */
  headCommit: string | null;
  /** Hash of the checked-out tree. */
  tree: string | null;
  pullRequest: string | null;
  /** Host and path. */
  repository: string | null;
  /** Where the branch lives: that of a fork, or the same. */
  headRepository: string | null;
}

export interface PlacedRelease extends GitPlace {
  id: number;
  name: string;
  number: number;
  status: ReleaseStatus;
  createdAt: number;
  isSuperseded: boolean;
  /** Shows a part of the pages only. */
  isSubset: boolean;
  /** Made to say that there was nothing to show. */
  isSkipped: boolean;
  history: HistoryKind;
}

/** One commit that a release builds on. Commits behind a merge, other than its first parent, come without a tree. */
export interface HistoryEntry {
  commit: string;
  tree?: string | undefined;
}

/**
 * How much of git's history a release brought: `absent`: the field was not sent at all; `none`: there was none to
 * read; `cut`: the clone was shallow and more could not be fetched; `read`: all that was asked for.
 */
export type HistoryKind = 'absent' | 'none' | 'cut' | 'read';

/**
 * @param length commits in the history that was sent; null: none was sent
 * @param note `full`, `fetched`, `shallow: …`, `none: …`
 */
export function historyKind(length: number | null, note: string | null): HistoryKind {
  if (length === null) return 'absent';
  if (note?.startsWith('none') === true) return 'none';
  if (note?.startsWith('shallow') === true) return length === 0 ? 'none' : 'cut';
  return length === 0 && note !== 'full' && note !== 'fetched' ? 'none' : 'read';
}

/** Whether the release follows git: it becomes good by itself, and what is new on main may be accepted. */
export function followsGit(
  { history }: Pick<PlacedRelease, 'history'>,
  { baseline }: Pick<BaselineSettings, 'baseline'>,
): boolean {
  return baseline === 'auto' && (history === 'read' || history === 'cut');
}

/** Whether the release shows what a main branch looks like: not a pull request, not a fork's branch of that name. */
export function isOnMain(
  release: Pick<GitPlace, 'branch' | 'pullRequest' | 'repository' | 'headRepository'>,
  { mainBranches }: Pick<BaselineSettings, 'mainBranches'>,
): boolean {
  return (
    release.pullRequest === null &&
    !isOfFork(release) &&
    isMainBranch(branchNameOf(release.branch), mainBranches)
  );
}

function isOfFork({ repository, headRepository }: Pick<GitPlace, 'repository' | 'headRepository'>): boolean {
  return headRepository !== null && headRepository !== repository;
}

const dirtyMark = '+dirty';

/** Whether files differed from the commit, so that no commit says what was shown. */
export function isDirty({ commit }: Pick<GitPlace, 'commit'>): boolean {
  return commit?.endsWith(dirtyMark) ?? false;
}

/** Whether the release may be chosen or searched at all. */
export function isCandidate(release: PlacedRelease): boolean {
  return !release.isSuperseded && !release.isSkipped && !isDirty(release);
}

/** Shortest abbreviation of a commit that counts. */
const minCommitPrefix = 10;

/**
 * Whether two hashes name one commit. Within a repository one may be the other's beginning, as some CI systems give
 * 10 to 12 characters only.
 */
export function isSameCommit(one: string, other: string, isSameRepository: boolean): boolean {
  if (one === other) return true;
  if (!isSameRepository || one.length === other.length) return false;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= minCommitPrefix && /^[0-9a-f]+$/.test(short) && long.startsWith(short);
}

/**
 * Whether the pages of the release are all that there are at its commit, so that a page it does not have was not
 * there.
 */
export function isComplete(release: PlacedRelease): boolean {
  return (
    isCandidate(release) && !release.isSubset && release.status !== 'receiving' && release.status !== 'bad'
  );
}
