import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { killAllScripts } from '../../local/bash-script.ts';

/** The abort reason of an interrupted command. */
export class InterruptedError extends Error {
  readonly status: ExitStatus;

  constructor(signal: string) {
    super(`Interrupted by ${signal}.`);
    this.name = 'InterruptedError';
    this.status = statusOf(signal);
  }
}

function statusOf(signal: string): ExitStatus {
  return signal === 'SIGTERM' ? exitStatus.terminated : exitStatus.interrupted;
}

/** The exit status of a command whose signal was aborted. */
export function interruptedStatus({ reason }: AbortSignal): ExitStatus {
  return reason instanceof InterruptedError ? reason.status : exitStatus.interrupted;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal aborted by Ctrl-C, SIGTERM and SIGHUP. The first one lets the command clean up; the second
 * one kills it.
 *
 * @param onFirst called once, to tell the user
 */
export function listenForInterruption(onFirst: (signal: string) => void): AbortSignal {
  const controller = new AbortController();
  const interrupt = (signal: string): void => {
    if (controller.signal.aborted) {
      killAllScripts();
      process.exit(statusOf(signal));
    }
    onFirst(signal);
    controller.abort(new InterruptedError(signal));
  };
  for (const signal of signals) process.on(signal, interrupt);
  process.on('exit', killAllScripts);
  for (const stream of [process.stdout, process.stderr]) {
    // The reader of the pipe has exited (`dpxdt test … | head`): stop.
    stream.on('error', () => {
      if (!controller.signal.aborted) controller.abort(new InterruptedError('a closed pipe'));
    });
  }
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
