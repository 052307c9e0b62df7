/** What a client tells of git, read from a real repository in the plainest way. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GitPlace, HistoryEntry } from '../../../src/domain/baselines/placed-release.ts';
import { git, temporaryFolder } from './git-repository.ts';
import type { GitRepository } from './git-repository.ts';

export interface GitStory extends GitPlace {
  history: HistoryEntry[];
  /** Commits of the branch alone. */
  own: string[];
  historyNote: string;
}

/** What CI says beside the clone. */
export interface CiJob {
  branch: string | null;
  /** The branch that it will be merged into; absent on a main branch. */
  base?: string;
  pullRequest?: string;
  /** The newest commit of the branch, where CI checked out a test merge. */
  head?: string;
  repository?: string;
  headRepository?: string;
  /** A shallow clone that cannot reach its remote. */
  offline?: boolean;
}

const repository = 'git.example/shop';
const maxHistory = 500;

export function gitStory(clone: GitRepository, ci: CiJob): GitStory {
  const [tree, ...parents] = commitLinks(clone);
  const dirty = clone.git('status', '--porcelain') !== '';
  const commit = clone.head;
  const head = ci.head ?? commit;
  const isShallow = existsSync(join(clone.folder, '.git', 'shallow'));
  const place = {
    branch: ci.branch,
    baseBranch: ci.base ?? null,
    commit: dirty ? `${commit}+dirty` : commit,
    headCommit: head,
    tree: dirty ? null : tree!,
    pullRequest: ci.pullRequest ?? null,
    repository: ci.repository ?? repository,
    headRepository: ci.headRepository ?? null,
  };
  const isTestMerge = parents.length === 2 && parents.includes(head);
  const otherParent = isTestMerge ? parents.find((parent) => parent !== head)! : null;
  if (isShallow && ci.offline === true) {
    const known = ci.base === undefined ? parents.slice(0, 1) : otherParent === null ? [] : [otherParent];
    return {
      ...place,
      history: known.map((each) => ({ commit: each })),
      own: [],
      historyNote: 'shallow: the remote could not be reached',
    };
  }
  const commits = isShallow ? fetchCommits(clone, [head, ...parents], ci.base) : clone.folder;
  const start =
    otherParent ?? (ci.base === undefined ? (parents[0] ?? null) : mergeBase(commits, head, ci.base));
  if (start === null && ci.base !== undefined) {
    return {
      ...place,
      history: [],
      own: [],
      historyNote: `none: ${ci.base} and this branch have no commit in common`,
    };
  }
  return {
    ...place,
    history: start === null ? [] : walkFrom(commits, start),
    own: start === null ? [] : lines(git(commits, 'rev-list', '-100', head, `^${start}`)),
    historyNote: isShallow ? 'fetched' : 'full',
  };
}

/** Of no git at all. */
export function noStory(branch: string | null = null): GitStory {
  return {
    branch,
    baseBranch: null,
    commit: null,
    headCommit: null,
    tree: null,
    pullRequest: null,
    repository: null,
    headRepository: null,
    history: [],
    own: [],
    historyNote: 'none: this is not a git work tree',
  };
}

/** Tree and parents of the checked-out commit; they stand in it at any depth. */
function commitLinks(clone: GitRepository): string[] {
  const text = clone.git('cat-file', '-p', 'HEAD');
  return [...text.matchAll(/^(?:tree|parent) ([0-9a-f]+)$/gm)].map(([, hash]) => hash!);
}

/** Commits only, beside the clone. @returns the bare repository that has them */
function fetchCommits(clone: GitRepository, hashes: string[], base: string | undefined): string {
  const scratch = temporaryFolder();
  git(scratch, 'init', '-q', '--bare');
  const url = clone.git('remote', 'get-url', 'origin');
  const refs = base === undefined ? [] : [`refs/heads/${base}:refs/remotes/origin/${base}`];
  git(scratch, 'fetch', '-q', '--depth=1000', url, ...hashes, ...refs);
  return scratch;
}

function mergeBase(folder: string, head: string, base: string): string | null {
  for (const name of [`origin/${base}`, base]) {
    try {
      return git(folder, 'merge-base', head, name);
    } catch {
      continue;
    }
  }
  return null;
}

/** First parents, each with its tree; what a merge brought comes after it, without. */
function walkFrom(folder: string, start: string): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const line of lines(
    git(folder, 'log', '--first-parent', '--format=%H %T %P', `-${maxHistory}`, start),
  )) {
    const [commit, tree, , ...merged] = line.split(' ');
    entries.push({ commit: commit!, tree: tree! });
    entries.push(...merged.map((each) => ({ commit: each })));
  }
  return entries.slice(0, maxHistory);
}

function lines(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}
