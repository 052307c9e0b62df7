/** Runs a bash script of the YAML (`setup`, `waitFor`) so that nothing it started outlives it. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import { familyMark, livingMembers, signalFamily, type ProcessFamily } from './process-family.ts';

export interface ScriptEnd {
  /** Null when a signal ended it. */
  status: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningScript {
  /** When the script itself ended; what it left in the background may still run. */
  ended: Promise<ScriptEnd>;
  /** Set once `ended` is. */
  end: ScriptEnd | null;
  /** The last lines of its output and error output together, at most 16 KiB. */
  output(): string;
  /** Ends everything the script started: SIGTERM, and after the grace time SIGKILL. Never throws; repeatable. */
  stop(): Promise<void>;
}

export interface ScriptOptions {
  currentFolder: string;
  env: NodeJS.ProcessEnv;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  onLine?: ((line: string) => void) | undefined;
}

const keptCharacters = 16_384;
/** Between two looks whether a family is gone: short at first, since most servers end at once. */
const firstPollMs = 10;
const longestPollMs = 100;
const lastWordsMs = 200;
const running = new Set<ProcessFamily>();

/** The last resort of a process that ends at once: kills every script that still runs. Synchronous. */
export function killAllScripts(): void {
  for (const family of running) signalFamily(family, 'SIGKILL');
}

/**
 * Starts `bash -c script` in a process group and session of its own.
 *
 * @throws AppError `setup_failed` when bash cannot be started
 */
export async function startScript(script: string, options: ScriptOptions): Promise<RunningScript> {
  const mark = randomUUID();
  const child = spawn('bash', ['-c', script], {
    cwd: options.currentFolder,
    env: { ...options.env, [familyMark]: mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((started, failed) => {
    child.once('spawn', started);
    child.once('error', (error: NodeJS.ErrnoException) => {
      failed(
        new AppError('setup_failed', `bash could not be started (${error.code}): install bash.`, {
          cause: error,
        }),
      );
    });
  });
  const family: ProcessFamily = { leader: child.pid!, leaderEnded: false, mark };
  running.add(family);
  const tail = collectTail([child.stdout, child.stderr], options.onLine);
  let stopping: Promise<void> | null = null;
  const handle: RunningScript = {
    end: null,
    ended: new Promise((resolve) => {
      child.once('exit', (status, signal) => {
        family.leaderEnded = true;
        // Its last words may still be in the pipe; a daemon that holds the pipe open must not hold this up.
        const timer = setTimeout(settle, lastWordsMs);
        child.once('close', settle);
        function settle(): void {
          clearTimeout(timer);
          handle.end ??= { status, signal };
          resolve(handle.end);
        }
      });
    }),
    output: tail,
    stop: () => (stopping ??= stop()),
  };
  return handle;

  async function stop(): Promise<void> {
    signalFamily(family, 'SIGTERM');
    await untilGone(family, options.graceMs);
    // A member may start another one between the look and the signal: repeat until none is left.
    for (let round = 0; round < 50 && livingMembers(family).length > 0; round++) {
      signalFamily(family, 'SIGKILL');
      await untilGone(family, 200);
    }
    running.delete(family);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

async function untilGone(family: ProcessFamily, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (
    let pollMs = firstPollMs;
    livingMembers(family).length > 0;
    pollMs = Math.min(pollMs * 1.5, longestPollMs)
  ) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return;
    await sleep(Math.min(pollMs, leftMs));
  }
}

function collectTail(
  streams: readonly NodeJS.ReadableStream[],
  onLine: ((line: string) => void) | undefined,
): () => string {
  let kept = '';
  for (const stream of streams) {
    let open = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      kept = (kept + text).slice(-keptCharacters);
      if (onLine === undefined) return;
      const lines = (open + text).split('\n');
      open = lines.pop()!.slice(-keptCharacters);
      for (const line of lines) onLine(line);
    });
    stream.on('error', () => undefined);
  }
  return () => kept.trimEnd();
}

/** The last lines of an output, for a message. */
export function lastLines(text: string, count: number): string {
  return text.split('\n').slice(-count).join('\n');
}
