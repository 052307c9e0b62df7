import type { LocalTestResult } from '../contract/files/local-report.ts';
import type { Failure } from '../domain/capture/capture.ts';

/** What a run reports while it is in progress; the command line turns it into text. */
export type RunEvent =
  | { type: 'warning'; message: string }
  | { type: 'suite_started'; file: string; testCount: number }
  | { type: 'setup_started'; file: string; script: string }
  | { type: 'setup_output'; file: string; line: string }
  | { type: 'waiting'; what: string }
  | { type: 'wait_succeeded'; what: string; isUrl: boolean }
  | { type: 'tests_found'; file: string; what: string; pageCount: number }
  | { type: 'tests_added'; count: number }
  | { type: 'suite_failed'; file: string; message: string }
  | { type: 'test_started'; name: string }
  | { type: 'test_stage'; name: string; stage: string }
  | { type: 'test_retried'; name: string; attempt: number; failure: Failure }
  | { type: 'difference_retried'; name: string; number: number; total: number }
  | { type: 'test_finished'; result: LocalTestResult };

export type RunListener = (event: RunEvent) => void;
