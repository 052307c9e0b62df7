/** Runs a script of the YAML (`setup`, `waitFor`) so that nothing it started outlives it. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import { shellCall, usualShell, type ScriptShell } from './shells.ts';
import { familyMark, livingMembers, signalFamily, type ProcessFamily } from './process-family.ts';

export interface ScriptEnd {
  /** Null when a signal ended it. */
  status: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningScript {
  /** Resolves when the script itself ends; its background processes may still run. */
  ended: Promise<ScriptEnd>;
  /** Set once `ended` is. */
  end: ScriptEnd | null;
  /** The last lines of its output and error output combined, at most 16 KiB. */
  output(): string;
  /** Ends everything the script started: SIGTERM, then SIGKILL after the grace time. Never throws; can be repeated. */
  stop(): Promise<void>;
}

export interface ScriptOptions {
  /** That the file names; null: the system's usual one. */
  shell: ScriptShell | null;
  currentFolder: string;
  env: NodeJS.ProcessEnv;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  onLine?: ((line: string) => void) | undefined;
}

const keptCharacters = 16_384;
/** Delay before checking again whether a family has ended: short at first, since most servers end immediately. */
const firstPollMs = 10;
const longestPollMs = 100;
const lastWordsMs = 200;
const running = new Set<ProcessFamily>();

/** Last resort when this process exits immediately: kills every script that still runs. Synchronous. */
export function killAllScripts(): void {
  for (const family of running) signalFamily(family, 'SIGKILL');
}

/**
 * Starts a script in its shell, in a separate process group and session.
 *
 * @throws AppError `setup_failed` when the shell cannot be started
 */
export async function startScript(script: string, options: ScriptOptions): Promise<RunningScript> {
  const mark = randomUUID();
  const shell = options.shell ?? usualShell(process.platform);
  const { program, words, ...how } = shellCall(shell, script, process.platform);
  const child = spawn(program, words, {
    ...how,
    cwd: options.currentFolder,
    env: { ...options.env, [familyMark]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((started, failed) => {
    child.once('spawn', started);
    child.once('error', (error: NodeJS.ErrnoException) => {
      failed(
        new AppError(
          'setup_failed',
          `${shell} could not be started (${error.code}): install it, or name another one with "shell".`,
          { cause: error },
        ),
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
        // Its last output may still be in the pipe; a daemon that holds the pipe open must not delay this.
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
    // A member may start another one between the check and the signal: repeat until none is left.
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
