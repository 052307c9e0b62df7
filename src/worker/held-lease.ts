import { AppError } from '../base/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { DeadlinePassed, isOver, LeaseLost } from './endings.ts';
import type { WorkerSettings } from './settings.ts';
import type { LeasedTask, TaskServer } from './task-server.ts';

/** A lease that is kept alive by heartbeats until `end`. */
export interface HeldLease {
  /** Aborted with `LeaseLost` or `DeadlinePassed`. */
  signal: AbortSignal;
  /** What the next heartbeats say. */
  say: (message: string) => void;
  end(): void;
}

/**
 * Keeps a lease: a heartbeat at every interval, each with a higher index. The lease counts as lost when the server
 * says so, or when the server was not reached for the lease's whole length.
 */
export function holdLease(
  parts: { server: TaskServer; clock: Clock; settings: WorkerSettings },
  task: LeasedTask,
): HeldLease {
  const { server, clock, settings } = parts;
  const lease = new AbortController();
  const ended = new AbortController();
  const leasedAt = clock.monotonicMs();
  let message = 'Started.';
  let lastHeard = leasedAt;

  const abort = (reason: Error) => {
    if (!ended.signal.aborted) lease.abort(reason);
    ended.abort();
  };

  async function beat(index: number): Promise<boolean> {
    const sentAt = clock.monotonicMs();
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(settings.heartbeatMs)]);
    try {
      await server.heartbeat(task, { message, index }, signal);
      lastHeard = sentAt;
      return true;
    } catch (error) {
      if (ended.signal.aborted) return false;
      if (isOver(error) || isForgotten(error)) {
        abort(new LeaseLost((error as Error).message));
      } else if (clock.monotonicMs() - lastHeard >= settings.leaseMs) {
        abort(new LeaseLost('The server was unreachable for the length of the lease.'));
      }
      return false;
    }
  }

  async function keep(): Promise<void> {
    let wait = settings.heartbeatMs;
    for (let index = 1; !ended.signal.aborted; index++) {
      await clock.sleep(wait, ended.signal);
      wait = (await beat(index)) ? settings.heartbeatMs : Math.min(settings.heartbeatMs, settings.retryMs);
    }
  }

  void keep().catch(() => undefined);
  void clock
    .sleep(settings.deadlineMs, ended.signal)
    .then(() => abort(new DeadlinePassed(settings.deadlineMs)))
    .catch(() => undefined);
  return {
    signal: lease.signal,
    say: (text) => (message = text),
    end: () => ended.abort(),
  };
}

function isForgotten(error: unknown): boolean {
  return error instanceof AppError && error.code === 'not_found';
}
