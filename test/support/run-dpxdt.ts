/** Runs the real command as a separate process. */

import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface DpxdtResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface DpxdtOptions {
  currentFolder: string;
  env?: Record<string, string>;
  /** `bin/dpxdt.js` of another version. */
  binary?: string | undefined;
}

const ownBinary = fileURLToPath(new URL('../../bin/dpxdt.js', import.meta.url));

export interface RunningDpxdt {
  process: ChildProcess;
  /** Resolves with the first output that matches. */
  untilOutput(pattern: RegExp): Promise<string>;
  result: Promise<DpxdtResult>;
}

/** This process's environment without `CI` and settings, except the path of the browser. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => name !== 'CI' && (!name.startsWith('DPXDT_') || name === 'DPXDT_BROWSER_PATH'),
    ),
  );
}

/** Starts `dpxdt …args` in the inherited environment. */
export function startDpxdt(
  args: string[],
  { currentFolder, env = {}, binary = ownBinary }: DpxdtOptions,
): RunningDpxdt {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: currentFolder,
    env: { ...inheritedEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  const result = new Promise<DpxdtResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
  return {
    process: child,
    result,
    untilOutput: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(stdout + stderr);
          if (found === null) return;
          waiting.delete(look);
          resolve(found[0]);
        };
        waiting.add(look);
        void result.then(() => reject(new Error(`dpxdt ended without ${pattern}:\n${stdout}${stderr}`)));
        look();
      }),
  };
}

export function runDpxdt(args: string[], options: DpxdtOptions): Promise<DpxdtResult> {
  return startDpxdt(args, options).result;
}
