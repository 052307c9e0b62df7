import type { ReleaseSource } from '../domain/releases/release.ts';
import type { CrawlReport } from './crawler/crawl-types.ts';
import type { Judgement } from './judge-outcome.ts';
import type { ReleaseOutcome } from './release-outcome.ts';

/** The data of a tool's reports. */
export interface ToolReport {
  /** Name of the command. */
  tool: string;
  outcome: ReleaseOutcome;
  judgement: Judgement;
  source: ReleaseSource;
  /** How the pages were found; null if they were named. */
  crawl: CrawlReport | null;
}

/** `name` number `n`, as text; null without a release. */
export function nameOfRelease({ release }: ReleaseOutcome): string | null {
  return release === null ? null : `${release.releaseName} #${release.releaseNumber}`;
}
