import type { CaptureConfig, ComparisonKeys } from '../domain/capture/capture-config.ts';
import type { DomSnapshot } from '../domain/dom/dom-snapshot.ts';
import type { RunFailure } from '../domain/runs/run.ts';
import type { Capturer } from '../ports/capturer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Comparer } from '../ports/comparer.ts';
import type { Logger } from '../ports/logger.ts';
import type { Tracer } from '../ports/tracer.ts';
import type { WorkerSettings } from './settings.ts';
import type { LeasedTask, TaskServer } from './task-server.ts';

/** What a worker is built from. */
export interface WorkerParts {
  server: TaskServer;
  capturer: Capturer;
  comparer: Comparer;
  clock: Clock;
  logger: Logger;
  tracer: Tracer;
  /**
   * Checks a stored capture config.
   *
   * @throws AppError `config_invalid`
   */
  readConfig(json: string): CaptureConfig;
  /** Reads a config that may come from another client: keys that cannot be read get their default, which is strict. */
  readComparisonKeys(text: string): ComparisonKeys;
  /** Reads the recorded structure of a page; null if it cannot be read: it may come from another client. */
  readDom(bytes: Uint8Array): DomSnapshot | null;
  settings: WorkerSettings;
}

/** One task in progress. */
export interface WorkContext {
  parts: WorkerParts;
  task: LeasedTask;
  /** Aborted when the work is no longer wanted or took too long. */
  signal: AbortSignal;
  /** Reports progress to people. */
  say: (message: string) => void;
  /** Repeats a request until the server answers or the signal aborts. */
  ask: <T>(request: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** Does the work of one task and reports it. @returns why it failed, or null */
export type Work = (context: WorkContext) => Promise<RunFailure | null>;
