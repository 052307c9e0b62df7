import type { ReleaseStatus, StatusCounts } from '../domain/model.ts';
import type { CrawlReport } from './crawler/crawl-types.ts';
import type { ListedRun, ReleaseTarget } from './release-outcome.ts';
import type { WaitGoal } from './wait-goal.ts';

/** What happens while a tool makes a release, for whoever shows it. */
export type ToolEvent =
  | {
      type: 'crawl_progress';
      /** Pages that were read. */
      pages: number;
      /** Addresses that are known and not read yet. */
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
      /** Files that were uploaded, and files that the server had already; null where none were needed. */
      files: { uploaded: number; known: number } | null;
    }
  | {
      type: 'progress';
      status: ReleaseStatus;
      goal: WaitGoal;
      counts: StatusCounts;
      elapsedMs: number;
      /** Null while nobody can tell. */
      leftMs: number | null;
      /** Runs that have finished since the last event, as far as they are known. */
      finished: readonly ListedRun[];
    };

export type OnToolEvent = (event: ToolEvent) => void;
