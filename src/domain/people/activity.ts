/** Times are epoch milliseconds. */

/** One entry of the activity log. */
export interface Activity {
  id: number;
  at: number;
  buildId: number | null;
  releaseId: number | null;
  runId: number | null;
  actor: string;
  /** `run_approved`, `release_good`, `key_created` … */
  kind: string;
  detail: Record<string, unknown>;
  /** `run:12`, `release:3` … */
  subject: string;
  /** Makes a decision idempotent: one per subject. */
  operationId: string | null;
}
