/** The releases of a build along the history of one of them. */

import { branchNameOf } from './main-branches.ts';
import { isCandidate, isOnMain, isSameCommit } from './placed-release.ts';
import type { HistoryEntry, PlacedRelease } from './placed-release.ts';
import type { BaselineSettings } from './settings.ts';

/** What of a release met the history. */
export type Match = 'commit' | 'head' | 'tree';

export interface Candidate {
  release: PlacedRelease;
  /** Index in the history, 0 is the closest. */
  position: number;
  /** The commit of the history. */
  commit: string;
  match: Match;
  /** Commits between it and the start of the history; what a merge brought is not counted. */
  commitsBefore: number;
  /** The commit came with a merge, and is no first parent. */
  isMerged: boolean;
}

/**
 * The releases that show a commit of the history, closest first; of one commit first those that checked it out, then
 * those whose head it is, then those with its tree; the newest first. Each release comes once, at its closest place.
 *
 * @param releases of one build; any order
 * @param from the release whose history it is; never part of the walk
 */
export function candidatesOf(
  history: readonly HistoryEntry[],
  releases: readonly PlacedRelease[],
  from: Pick<PlacedRelease, 'id' | 'repository'>,
): Candidate[] {
  const usable = releases.filter((release) => release.id !== from.id && isCandidate(release));
  usable.sort((a, b) => b.id - a.id);
  const byCommit = groupBy(usable, (release) => keyOf(release.commit));
  const byHead = groupBy(usable, (release) => keyOf(release.headCommit));
  const byTree = groupBy(usable, (release) => release.tree);
  const knowsTrees = history.some(({ tree }) => tree !== undefined);
  const found = new Map<number, Candidate>();
  let commitsBefore = 0;
  for (const [position, { commit, tree }] of history.entries()) {
    const isMerged = knowsTrees && tree === undefined;
    const names = (hash: string | null, release: PlacedRelease) =>
      hash !== null && isSameCommit(hash, commit, release.repository === from.repository);
    const met: [Match, PlacedRelease[]][] = [
      ['commit', (byCommit.get(keyOf(commit)!) ?? []).filter((release) => names(release.commit, release))],
      ['head', (byHead.get(keyOf(commit)!) ?? []).filter((release) => names(release.headCommit, release))],
      ['tree', tree === undefined ? [] : (byTree.get(tree) ?? [])],
    ];
    for (const [match, matching] of met) {
      for (const release of matching) {
        if (found.has(release.id)) continue;
        found.set(release.id, { release, position, commit, match, commitsBefore, isMerged });
      }
    }
    if (!isMerged) commitsBefore++;
  }
  return [...found.values()];
}

/** A release with what its client told of its commits. */
export interface WalkStart {
  release: PlacedRelease;
  history: readonly HistoryEntry[];
  /** Commits of its branch alone, newest first. */
  own: readonly string[];
}

/**
 * The walk of a release: what its branch showed earlier, where the branch is one that only the build calls main, and
 * then the releases along its history.
 *
 * @param releases of one build; any order
 */
export function walkOf(
  start: WalkStart,
  releases: readonly PlacedRelease[],
  settings: Pick<BaselineSettings, 'mainBranches'>,
): Candidate[] {
  const along = candidatesOf(start.history, releases, start.release);
  const earlier = earlierCommits(start, settings);
  if (earlier.length === 0) return along;
  const ofMain = releases.filter((release) => isOnMain(release, settings));
  const before = candidatesOf(
    earlier.map((commit) => ({ commit })),
    ofMain,
    start.release,
  );
  const seen = new Set(before.map(({ release }) => release.id));
  const further = along
    .filter(({ release }) => !seen.has(release.id))
    .map((candidate) => ({
      ...candidate,
      position: candidate.position + earlier.length,
      commitsBefore: candidate.commitsBefore + earlier.length,
    }));
  return [...before, ...further];
}

/**
 * Commits to look at before the history. A client starts a branch's history where the branch left the one that it is
 * merged into; on a branch that the build calls main, the branch's own earlier commits are closer.
 */
export function earlierCommits(
  { release, own }: Pick<WalkStart, 'release' | 'own'>,
  settings: Pick<BaselineSettings, 'mainBranches'>,
): string[] {
  const { branch, baseBranch, commit, headCommit } = release;
  if (baseBranch === null || branchNameOf(baseBranch) === branchNameOf(branch)) return [];
  if (!isOnMain(release, settings)) return [];
  return own.filter((each) => each !== commit && each !== headCommit);
}

/** Hashes that may name one commit have one key. */
function keyOf(hash: string | null): string | null {
  return hash === null ? null : hash.slice(0, 10);
}

function groupBy(
  releases: readonly PlacedRelease[],
  key: (release: PlacedRelease) => string | null,
): Map<string, PlacedRelease[]> {
  const groups = new Map<string, PlacedRelease[]>();
  for (const release of releases) {
    const value = key(release);
    if (value === null) continue;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [release]);
    else group.push(release);
  }
  return groups;
}
