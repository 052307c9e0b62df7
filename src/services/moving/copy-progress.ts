/** How far a step of a copy is. */
export interface CopyProgress {
  step: 'copy_rows' | 'verify_rows' | 'copy_files' | 'check_files';
  /** Rows or files. */
  done: number;
  of: number;
  /** Of files. */
  bytes?: { done: number; of: number };
}
