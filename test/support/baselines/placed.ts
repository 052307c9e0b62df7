/** Releases with a place in git, for tests of the rules. */

import type { HistoryEntry, PlacedRelease } from '../../../src/domain/baselines/placed-release.ts';

/** A full commit hash or tree hash that begins with a readable name of hexadecimal letters. */
export function hash(name: string): string {
  return name.padEnd(40, '0');
}

/** Of main, in review, following git, complete. */
export function placed(id: number, fields: Partial<PlacedRelease> = {}): PlacedRelease {
  return {
    id,
    name: `release ${id}`,
    number: 1,
    status: 'reviewing',
    createdAt: id * 1000,
    branch: 'main',
    baseBranch: null,
    commit: null,
    headCommit: null,
    tree: null,
    pullRequest: null,
    repository: 'git.example/shop',
    headRepository: null,
    isSuperseded: false,
    isSubset: false,
    isSkipped: false,
    history: 'read',
    ...fields,
  };
}

/** Closest first; `commit` or `commit:tree`. */
export function historyOf(...entries: string[]): HistoryEntry[] {
  return entries.map((entry) => {
    const [commit, tree] = entry.split(':');
    return tree === undefined ? { commit: hash(commit!) } : { commit: hash(commit!), tree: hash(tree) };
  });
}
