import { spawn } from 'node:child_process';

export interface GitAnswer {
  /** Null if git did not run or was killed. */
  status: number | null;
  stdout: string;
  stderr: string;
  /** Why there is no answer: git is missing, or time ran out. */
  problem: 'missing' | 'timeout' | 'too_long' | null;
}

export interface GitCall {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Remaining time in milliseconds; 0: none. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  input?: string | undefined;
  /** Ends git immediately when its error output matches. */
  endAt?: RegExp | undefined;
}

/** Size limit of an answer. */
const maxOutputBytes = 32 * 1_048_576;
/** Time between SIGTERM and SIGKILL. */
const graceMs = 1_000;

/**
 * Runs git with arguments, never through a shell, in a separate session: it cannot prompt at a terminal, and its
 * child processes end with it.
 *
 * @throws the signal's reason when interrupted; nothing else
 */
export async function runGit(args: readonly string[], call: GitCall): Promise<GitAnswer> {
  call.signal?.throwIfAborted();
  if (call.timeoutMs <= 0) return { status: null, stdout: '', stderr: '', problem: 'timeout' };
  const answer = await new Promise<GitAnswer>((resolve) => start(args, call, resolve));
  call.signal?.throwIfAborted();
  return answer;
}

function start(args: readonly string[], call: GitCall, resolve: (answer: GitAnswer) => void): void {
  const child = spawn('git', args, { cwd: call.cwd, env: call.env, detached: true, stdio: 'pipe' });
  const stdout: Buffer[] = [];
  let stdoutBytes = 0;
  let stderr = '';
  let problem: GitAnswer['problem'] = null;
  let killTimer: NodeJS.Timeout | null = null;
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // It has already ended, or the system has no process groups (Windows).
      child.kill(signal);
    }
  };
  const end = (why: GitAnswer['problem']): void => {
    problem ??= why;
    if (killTimer !== null || child.pid === undefined) return;
    kill('SIGTERM');
    killTimer = setTimeout(() => kill('SIGKILL'), graceMs);
  };
  const timer = setTimeout(() => end('timeout'), call.timeoutMs);
  const onAbort = (): void => end(null);
  call.signal?.addEventListener('abort', onAbort);
  const finish = (status: number | null): void => {
    clearTimeout(timer);
    if (killTimer !== null) clearTimeout(killTimer);
    call.signal?.removeEventListener('abort', onAbort);
    const ended = problem === null ? status : null;
    resolve({ status: ended, stdout: Buffer.concat(stdout).toString('utf8'), stderr, problem });
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdoutBytes += chunk.length;
    if (stdoutBytes > maxOutputBytes) end('too_long');
    else stdout.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < 65_536) stderr += chunk.toString('utf8');
    if (call.endAt?.test(stderr) === true) end(null);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(call.input ?? '');
  child.once('error', (error: NodeJS.ErrnoException) => {
    // A missing folder gives ENOENT too; the caller has checked it.
    problem ??= error.code === 'ENOENT' || error.code === 'EACCES' ? 'missing' : 'timeout';
    finish(null);
  });
  child.once('close', finish);
}
