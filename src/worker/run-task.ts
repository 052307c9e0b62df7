import { AppError, rootCodeOf } from '../base/errors.ts';
import type { RootErrorCode } from '../base/errors.ts';
import type { RunFailure } from '../domain/runs/run.ts';
import { captureQueue, maxTaskAttempts } from '../domain/tasks/tasks.ts';
import { DeadlinePassed, isOver, isPassing, LeaseLost, WorkerStops } from './endings.ts';
import { holdLease } from './held-lease.ts';
import { untilAnswered } from './patience.ts';
import type { LeasedTask } from './task-server.ts';
import type { Work, WorkContext, WorkerParts } from './work.ts';

/** If the server cannot be notified of a task's end within this time, the lease expires instead. */
const partingMs = 5_000;
/** Delay before a task that this worker could not do is tried again, here or elsewhere. */
const giveBackDelayMs = 5_000;

/**
 * Carries one task from its lease to its end. Always resolves: to why it was not done, null when it was.
 *
 * @param stopping aborted with `WorkerStops` when the worker can no longer wait for the task
 */
export async function runTask(
  parts: WorkerParts,
  task: LeasedTask,
  work: Work,
  stopping: AbortSignal,
): Promise<unknown> {
  const { clock, logger, server } = parts;
  const fields = { queue: task.queue, taskId: task.id, attempt: task.attempts };
  const lease = holdLease(parts, task);
  const signal = AbortSignal.any([lease.signal, stopping]);
  const startedAt = clock.monotonicMs();
  const span = parts.tracer.begin({
    name: `task ${task.queue}`,
    kind: 'consumer',
    parent: task.traceparent,
    attributes: { 'dpxdt.queue': task.queue, 'dpxdt.task_id': task.id, 'dpxdt.attempt': task.attempts },
  });
  const context: WorkContext = {
    parts,
    task,
    signal,
    say: lease.say,
    ask: (request) => untilAnswered(parts, signal, () => request(signal)),
  };
  return span.run(async () => {
    try {
      const failure = await endInTime(parts, signal, work(context));
      await context.ask((inTime) => server.finish(task, failure, inTime));
      span.end(failure?.reason);
      logger.info(failure === null ? 'task done' : 'task failed', {
        ...fields,
        durationMs: Math.round(clock.monotonicMs() - startedAt),
        ...(failure !== null && { reason: failure.reason, problem: failure.message }),
      });
      return null;
    } catch (error) {
      const problem: unknown = signal.aborted ? signal.reason : error;
      await endUndone(parts, task, problem).catch((next: unknown) => {
        logger.warn('task left until its lease expires', { ...fields, problem: wordsOf(next) });
      });
      span.end(problem instanceof LeaseLost || isOver(problem) ? undefined : 'undone');
      return problem;
    } finally {
      lease.end();
    }
  });
}

/** Abandons aborted work that does not end in time. */
async function endInTime<T>(
  { clock, settings }: WorkerParts,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const overdue = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => {
      clock
        .sleep(settings.abortGraceMs, ended.signal)
        .then(() => reject(signal.reason as Error))
        .catch(() => undefined);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, overdue]);
  } finally {
    ended.abort();
  }
}

/** Reports to the server what becomes of an unfinished task. */
async function endUndone(parts: WorkerParts, task: LeasedTask, error: unknown): Promise<void> {
  const { logger, server } = parts;
  const fields = { queue: task.queue, taskId: task.id, attempt: task.attempts, problem: wordsOf(error) };
  const part = (request: (signal: AbortSignal) => Promise<void>) => {
    const signal = AbortSignal.timeout(partingMs);
    return untilAnswered(parts, signal, () => request(signal));
  };
  if (error instanceof AppError && error.code === 'run_already_reported') {
    logger.info('task was done by another worker', fields);
    return part((signal) => server.finish(task, null, signal)).catch((next: unknown) => {
      if (!isOver(next)) throw next;
    });
  }
  if (error instanceof LeaseLost || isOver(error)) {
    logger.info('task is no longer needed', fields);
    return;
  }
  if (error instanceof WorkerStops) {
    logger.info('task given back', fields);
    return part((signal) => server.giveBack(task, 0, signal));
  }
  const failure = ownFailure(error, task);
  if (failure === null && (isPassing(error) || task.attempts < maxTaskAttempts)) {
    logger.warn('task given back', fields);
    return part((signal) => server.giveBack(task, giveBackDelayMs, signal));
  }
  logger.warn('task failed', fields);
  return part((signal) => server.finish(task, failure ?? workerFailure(error), signal));
}

/** Errors that any other worker would also hit. */
const ownRoots: readonly RootErrorCode[] = ['invalid_argument', 'not_found', 'too_large', 'unprocessable'];

/** Why the task itself cannot be done; null when this worker is the cause. */
function ownFailure(error: unknown, task: LeasedTask): RunFailure | null {
  if (error instanceof DeadlinePassed) {
    const reason = task.queue === captureQueue ? 'capture_timeout' : 'comparison_timeout';
    return { reason, message: error.message };
  }
  if (!(error instanceof AppError) || error.code === 'browser_missing') return null;
  const isOwn = ownRoots.includes(rootCodeOf(error.code)) || error.code === 'artifact_corrupt';
  return isOwn ? { reason: error.code, message: error.message } : null;
}

function workerFailure(error: unknown): RunFailure {
  const message = error instanceof AppError ? error.message : 'The worker failed unexpectedly; see its log.';
  return { reason: 'worker_error', message };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
