import type { CiRun } from '../ci/read-ci.ts';
import type { Commit } from './git-view.ts';

export interface TestMerge {
  /** The newest commit of the branch. */
  head: string;
  /** The base exactly as it was merged. */
  base: string;
}

/**
 * Whether a commit is the merge of a pull request with its base that a CI system makes to try it, and nobody else has.
 *
 * @param head the newest commit of the branch where it is known, maybe only its first digits
 */
export function testMergeOf(built: Commit, head: string | null, ci: CiRun): TestMerge | null {
  const [first, second, ...more] = built.parents;
  if (first === undefined || second === undefined || more.length > 0) return null;
  if (head !== null) {
    if (second.startsWith(head)) return { head: second, base: first };
    return first.startsWith(head) ? { head: first, base: second } : null;
  }
  if (ci.testMergeHead === 'second' && built.commit === ci.commit) return { head: second, base: first };
  // Jenkins merges the base into the head, in the name of nobody.
  const isOfJenkins = ci.testMergeHead === 'first' && built.author.address === 'nobody@nowhere';
  return isOfJenkins ? { head: first, base: second } : null;
}
