import type { CiRun } from '../ci/read-ci.ts';
import type { Commit } from './git-view.ts';

export interface TestMerge {
  /** The newest commit of the branch. */
  head: string;
  /** The base as it was merged. */
  base: string;
}

/**
 * Whether a commit is a test merge: of a pull request with its base, created by the CI system only to test the result.
 *
 * @param head the newest commit of the branch if known, possibly only its first digits
 */
export function testMergeOf(built: Commit, head: string | null, ci: CiRun): TestMerge | null {
  const [first, second, ...more] = built.parents;
  if (first === undefined || second === undefined || more.length > 0) return null;
  if (head !== null) {
    if (second.startsWith(head)) return { head: second, base: first };
    return first.startsWith(head) ? { head: first, base: second } : null;
  }
  if (ci.testMergeHead === 'second' && built.commit === ci.commit) return { head: second, base: first };
  // Jenkins merges the base into the head, under the name "nobody".
  const isOfJenkins = ci.testMergeHead === 'first' && built.author.address === 'nobody@nowhere';
  return isOfJenkins ? { head: first, base: second } : null;
}
