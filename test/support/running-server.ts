/** `dpxdt server` as a separate process, in a dedicated folder. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { startDpxdt, type RunningDpxdt } from './run-dpxdt.ts';

export interface ServerProcess extends RunningDpxdt {
  url: string;
  client: DepictedClient;
}

/** Removed when the test ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Starts a server on a free port and waits until it answers; kills it when the test ends, if it still runs. */
export async function startServerProcess(
  currentFolder: string,
  args: string[] = [],
  env: Record<string, string> = {},
  binary?: string,
): Promise<ServerProcess> {
  const running = startDpxdt(['server', '--port', '0', '--json', '--log-level', 'warn', ...args], {
    currentFolder,
    env,
    binary,
  });
  killAtEnd(running);
  const line = await running.untilOutput(/\{"url".*\}/);
  const { url } = JSON.parse(line) as { url: string };
  return { ...running, url, client: new DepictedClient({ server: url }) };
}

export function startWorkerProcess(
  currentFolder: string,
  server: string,
  env: Record<string, string> = {},
  captures = 2,
): RunningDpxdt {
  const args = ['worker', '--server', server, '--workers', String(captures), '--log-level', 'warn'];
  const running = startDpxdt(args, { currentFolder, env });
  killAtEnd(running);
  return running;
}

function killAtEnd(running: RunningDpxdt): void {
  onTestFinished(async () => {
    running.process.kill('SIGKILL');
    await running.result;
  });
}
