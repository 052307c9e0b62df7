/** What the cases of baselines ask of a server, so that they run against any that can answer. */

import type { ReleaseStatus } from '../../../src/domain/releases/release.ts';
import type { BaselineSettings } from '../../../src/domain/baselines/settings.ts';
import type { GitStory } from './git-story.ts';

export interface ReleaseHandle {
  id: number;
  name: string;
  number: number;
}

export interface NewRelease extends Partial<GitStory> {
  /** Default: the branch and its commit, so that each push is a separate release. */
  name?: string;
  isSubset?: boolean;
  skipReason?: string;
  /** `--baseline-release`. */
  baselineRelease?: ReleaseHandle;
}

export type Verdict =
  /** Compared, nothing differs. */
  | 'same'
  | 'new'
  /** Differs, and a person must look. */
  | 'ask'
  | 'approved'
  | 'rejected'
  /** The baseline is not finished. */
  | 'waits';

export interface RunAnswer {
  /** The release that it is compared with. */
  baseline: ReleaseHandle | null;
  verdict: Verdict;
  sentence: string;
  /** The release that the verdict was taken over from. */
  takenOverFrom: ReleaseHandle | null;
}

export interface BaselineServer {
  configure(settings: Partial<BaselineSettings>): Promise<void>;
  createRelease(release: NewRelease): Promise<ReleaseHandle>;
  /** Reports one page. */
  run(
    release: ReleaseHandle,
    name: string,
    screenshot: string,
    previousNames?: readonly string[],
  ): Promise<void>;
  /** A page that could not be captured. */
  failedRun(release: ReleaseHandle, name: string): Promise<void>;
  runsDone(release: ReleaseHandle): Promise<void>;
  judge(release: ReleaseHandle, name: string, verdict: 'approved' | 'rejected' | 'none'): Promise<void>;
  confirmRemoval(release: ReleaseHandle, name: string): Promise<void>;
  decide(release: ReleaseHandle, decision: 'good' | 'bad' | 'reopen'): Promise<void>;
  answer(release: ReleaseHandle, name: string): Promise<RunAnswer>;
  status(release: ReleaseHandle): Promise<ReleaseStatus>;
  missing(release: ReleaseHandle): Promise<string[]>;
  /** Lets time pass. */
  pass(seconds: number): Promise<void>;
}
