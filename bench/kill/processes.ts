/** The processes of the benchmark: each can be killed at any moment and is started again with what it left. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresCluster } from '../../test/support/postgres.ts';
import type { S3Server } from '../../test/support/s3.ts';

const binary = join(import.meta.dirname, '../../bin/dpxdt.js');

export interface Mortal {
  /** `server`, `worker`, `PostgreSQL` or `S3`. */
  kind: string;
  name: string;
  /** As by kill -9, and only then again: after `restMs`. */
  killAndRestart(restMs: number): Promise<void>;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** `dpxdt …args`, started again whenever it ends, as a service manager would. */
export class Service implements Mortal {
  readonly kind: string;
  readonly name: string;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  #child: ChildProcess | null = null;
  #isOver = false;

  constructor(
    kind: string,
    name: string,
    options: { args: readonly string[]; env: Record<string, string>; folder: string },
  ) {
    this.kind = kind;
    this.name = name;
    this.#args = options.args;
    this.#folder = join(options.folder, name);
    mkdirSync(this.#folder, { recursive: true });
    const inherited = Object.entries(process.env).filter(
      ([key]) => key !== 'CI' && !key.startsWith('DPXDT_'),
    );
    this.#env = { ...Object.fromEntries(inherited), ...options.env };
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  start(): void {
    if (this.#isOver) return;
    const child = spawn(process.execPath, [binary, ...this.#args], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.pipe(createWriteStream(join(this.#folder, 'log'), { flags: 'a' }));
    this.#child = child;
    child.once('exit', () => {
      if (this.#child === child && !this.#isOver) setTimeout(() => this.start(), 500);
    });
  }

  async killAndRestart(restMs: number): Promise<void> {
    await this.#end('SIGKILL');
    await sleep(restMs);
    this.start();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const cut = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await ended;
    clearTimeout(cut);
  }
}

export function mortalS3(server: S3Server): Mortal {
  return {
    kind: 'S3',
    name: 'S3',
    async killAndRestart(restMs) {
      await server.stop();
      await sleep(restMs);
      await untilDone(() => server.start());
    },
  };
}

/** Kills the postmaster, whose children then end by themselves. */
export function mortalPostgres(cluster: PostgresCluster): Mortal {
  const port = new URL(cluster.urlOf('postgres')).port;
  return {
    kind: 'PostgreSQL',
    name: 'PostgreSQL',
    async killAndRestart(restMs) {
      const pid = postmaster(port);
      if (pid !== null) process.kill(pid, 'SIGKILL');
      await sleep(restMs);
      await untilDone(() => cluster.start());
    },
  };
}

/** Tries for ten seconds: an address may still be in use. */
export async function untilDone<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 20) throw error;
      await sleep(500);
    }
  }
}

/** The process that was started with `-p PORT`. */
export function postmaster(port: string): number | null {
  return processWith((words) => {
    const at = words.indexOf('-p');
    return words[0]!.endsWith('/postgres') && (words[at + 1] === port || words.includes(`-p ${port}`));
  });
}

/** The process that serves S3 on this port. */
export function s3Process(port: string): number | null {
  return processWith((words) => words.includes(port) && words.some((word) => word.endsWith('serve.py')));
}

function processWith(isMeant: (words: readonly string[]) => boolean): number | null {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (isMeant(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'))) return Number(pid);
    } catch {
      // It has ended.
    }
  }
  return null;
}
