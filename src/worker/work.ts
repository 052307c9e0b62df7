import type { CaptureConfig, ComparisonKeys } from '../domain/capture/capture-config.ts';
import type { RunFailure } from '../domain/model.ts';
import type { Capturer } from '../ports/capturer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Comparer } from '../ports/comparer.ts';
import type { Logger } from '../ports/logger.ts';
import type { WorkerSettings } from './settings.ts';
import type { LeasedTask, TaskServer } from './task-server.ts';

/** What a worker is built from. */
export interface WorkerParts {
  server: TaskServer;
  capturer: Capturer;
  comparer: Comparer;
  clock: Clock;
  logger: Logger;
  /**
   * Checks a capture config as it was stored.
   *
   * @throws AppError `config_invalid`
   */
  readConfig(json: string): CaptureConfig;
  /** Of a config that may be a client's own: what cannot be read as ours has its default, which is the strict one. */
  readComparisonKeys(text: string): ComparisonKeys;
  settings: WorkerSettings;
}

/** One task at work. */
export interface WorkContext {
  parts: WorkerParts;
  task: LeasedTask;
  /** Aborted when the work is not wanted any more or took too long. */
  signal: AbortSignal;
  /** Tells people how far it is. */
  say: (message: string) => void;
  /** A request that is repeated until the server answers or the signal aborts. */
  ask: <T>(request: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** Does the work of one task and reports it. @returns why it failed, or null */
export type Work = (context: WorkContext) => Promise<RunFailure | null>;
