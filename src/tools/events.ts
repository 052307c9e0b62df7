import type { ReleaseStatus } from '../domain/releases/release.ts';
import type { StatusCounts } from '../domain/releases/status-counts.ts';
import type { CrawlReport } from './crawler/crawl-types.ts';
import type { ListedRun, ReleaseTarget } from './release-outcome.ts';
import type { WaitGoal } from './wait-goal.ts';

/** What happens while a tool makes a release, for the code that shows it. */
export type ToolEvent =
  | {
      type: 'crawl_progress';
      /** Pages that were read. */
      pages: number;
      /** Addresses that are known but not read yet. */
      waiting: number;
    }
  | { type: 'crawled'; report: CrawlReport }
  | { type: 'warning'; message: string }
  | { type: 'release_created'; release: ReleaseTarget }
  /** For a release that was there before. */
  | { type: 'waiting'; release: ReleaseTarget; resultsUrl: string }
  | { type: 'run_sent'; name: string; sent: number }
  | { type: 'run_refused'; name: string; message: string }
  | {
      type: 'all_sent';
      sent: number;
      resultsUrl: string;
      /** Files that were uploaded, and files that the server already had; null if none were needed. */
      files: { uploaded: number; known: number } | null;
    }
  | {
      type: 'progress';
      status: ReleaseStatus;
      goal: WaitGoal;
      counts: StatusCounts;
      elapsedMs: number;
      /** Null while it cannot be estimated. */
      leftMs: number | null;
      /** Known runs that have finished since the last event. */
      finished: readonly ListedRun[];
    };

export type OnToolEvent = (event: ToolEvent) => void;
