import type { ReleaseSource } from '../domain/model.ts';
import type { CrawlReport } from './crawler/crawl-types.ts';
import type { Judgement } from './judge-outcome.ts';
import type { ReleaseOutcome } from './release-outcome.ts';

/** Everything that reports of a tool are made of. */
export interface ToolReport {
  /** Name of the command. */
  tool: string;
  outcome: ReleaseOutcome;
  judgement: Judgement;
  source: ReleaseSource;
  /** How the pages were found; null where they were named. */
  crawl: CrawlReport | null;
}

/** `name` number `n` in words; null without a release. */
export function nameOfRelease({ release }: ReleaseOutcome): string | null {
  return release === null ? null : `${release.releaseName} #${release.releaseNumber}`;
}
