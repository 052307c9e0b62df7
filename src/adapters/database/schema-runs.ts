import type { Generated } from 'kysely';
import type { ChangeVerdict } from '../../domain/changes/decided-changes.ts';
import type { AlignmentSummary, ChangeKind } from '../../domain/comparison/alignment.ts';
import type { CaptureState, RunStatus } from '../../domain/runs/run.ts';
import type { Verdict, VerdictSource } from '../../domain/runs/verdict.ts';
import type { Flag } from './flag.ts';

export interface RunsTable {
  id: Generated<number>;
  build_id: number;
  release_id: number;
  name: string;
  run_state: CaptureState;
  url: string | null;
  image: string | null;
  log: string | null;
  config: string | null;
  run_failure: string | null;
  run_requests: number;
  ref_state: CaptureState;
  ref_url: string | null;
  ref_image: string | null;
  ref_log: string | null;
  ref_config: string | null;
  ref_failure: string | null;
  ref_requests: number;
  baseline_run_id: number | null;
  diff_failed: Flag;
  diff_image: string | null;
  forgiven_mask: string | null;
  aligned_mask: string | null;
  fail_on_forgiven: Flag;
  diff_log: string | null;
  distortion: number | null;
  diff_failure: string | null;
  diff_requests: number;
  status: RunStatus;
  verdict: Verdict;
  verdict_by: string | null;
  verdict_at: number | null;
  version: number;
  facts_version: number;
  created_at: number;
  updated_at: number;
  changed_pixels: number | null;
  forgiven_pixels: number | null;
  diff_ratio: number | null;
  region_count: number | null;
  width: number | null;
  height: number | null;
  /** The whole of `ComparisonDetails`. */
  comparison: string | null;
  /** What its captures ask for; empty: any worker. */
  worker_label: string;
  /** `CaptureDetails`. */
  capture_facts: string | null;
  ref_capture_facts: string | null;
  /** Missing parts in both captures. */
  incomplete_count: number;
  warning_count: number;
  /** JSON. */
  environment_change: string | null;
  /** `BaselineChoice`. */
  baseline_choice: string | null;
  /** The unfinished release that the run waits for to learn its baseline. */
  awaited_release_id: number | null;
  awaited_until: number | null;
  /** SHA-256 of width, height and RGBA; null if no worker computed it. */
  pixels_sha256: string | null;
  /** Former names of the page, a list. */
  previous_names: string | null;
  shard: number | null;
  shard_attempt: number | null;
  /** `EarlierVerdict`. */
  earlier_verdict: string | null;
  /** The run that the verdict was taken over from. */
  origin_run_id: number | null;
  /** The activity that records the person's verdict. */
  origin_decision_id: number | null;
  /** Null: there is no verdict, or it is older than the column. */
  verdict_source: VerdictSource | null;
  /** The reason that was given with the verdict. */
  verdict_note: string | null;
  /** JSON: who approved it, where several people must; null: no one. */
  approvals: string | null;
  /** Distinct fingerprints of its changes. */
  change_count: number;
  /** Those of them that no decision covers. */
  open_changes: number;
  /** Its changes explain every difference. */
  changes_complete: Flag;
  /** Digest of its fingerprints; null unless they are complete. */
  change_set: string | null;
  content_pixels: number | null;
  move_summary: AlignmentSummary | null;
}

/** What changed in runs that differ. */
export interface RunChangesTable {
  run_id: number;
  /** As listed by the comparison, from 0. */
  n: number;
  build_id: number;
  release_id: number;
  fingerprint: string;
  /** 0: the run has the same change at an earlier place, too. Null: its changes do not explain every difference. */
  is_first: Flag | null;
  kind: ChangeKind;
  /** A box; JSON. */
  before_box: string | null;
  after_box: string | null;
  pixels: number;
  place: string;
  /** `ChangeName`; JSON. */
  name: string | null;
}

/** What was decided about changes, in the order of the ids. */
export interface ChangeDecisionsTable {
  id: Generated<number>;
  build_id: number;
  release_id: number;
  /** Empty: whatever of the run its changes do not explain. */
  fingerprint: string;
  /** Null: all runs of the release that have the change. */
  run_id: number | null;
  verdict: ChangeVerdict;
  actor: string;
  at: number;
  note: string | null;
  /** The release's with this decision. */
  version: number;
  /** The run on the decider's screen. */
  seen_run_id: number | null;
  /** The person's decision that this one repeats. */
  origin_decision_id: number | null;
  /** The run with that decision. */
  origin_run_id: number | null;
  operation_id: string;
  undone_by: string | null;
  undone_at: number | null;
}
