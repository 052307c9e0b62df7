/** An S3 server for tests: OpenStack Swift of the Debian packages `swift-proxy`, `swift-account`, `swift-container`, `swift-object`. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';

export interface S3Server {
  /** `http://127.0.0.1:…` */
  endpoint: string;
  /** Again, with the same address and content. */
  start(): Promise<void>;
  /** At once, as by kill -9. */
  stop(): Promise<void>;
  /** Stops it and removes its files. */
  destroy(): Promise<void>;
}

export const s3Keys = { accessKey: 'test:tester', secretKey: 'testing' };

const python = '/usr/bin/python3';
const script = join(import.meta.dirname, 'swift', 'serve.py');

/** Whether all of Swift that is needed is installed. */
export function hasS3Server(): boolean {
  const needed = ['proxy', 'account', 'container', 'object'].map((kind) => `/usr/bin/swift-${kind}-server`);
  return existsSync(python) && needed.every(existsSync);
}

export async function startS3Server(): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-s3-'));
  const port = await freePort();
  let process: ChildProcess | null = null;
  const server: S3Server = {
    endpoint: `http://127.0.0.1:${port}`,
    async start() {
      // It ends when its standard input does, and so when this process does.
      const started = spawn(python, [script, folder, String(port)], { stdio: ['pipe', 'pipe', 'pipe'] });
      const problems: string[] = [];
      started.stderr.on('data', (text: Buffer) => void problems.push(text.toString()));
      process = started;
      const lines = createInterface(started.stdout);
      const isReady = await Promise.race([
        once(lines, 'line').then(() => true),
        once(started, 'exit').then(() => false),
      ]);
      if (!isReady) throw new Error(`Swift does not start: ${problems.join('').slice(-2_000)}`);
    },
    async stop() {
      const running = process;
      process = null;
      if (running === null || running.exitCode !== null) return;
      const ended = once(running, 'exit');
      running.kill('SIGKILL');
      await ended;
    },
    async destroy() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await server.start();
  } catch (error) {
    await server.destroy();
    throw error;
  }
  return server;
}
