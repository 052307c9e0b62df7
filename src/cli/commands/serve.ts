import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { startFileServer } from '../../tools/file-server/file-server.ts';
import type { CommandContext } from '../terminal/context.ts';
import { untilInterrupted } from '../terminal/interruption.ts';

export interface ServeOptions {
  host: string;
  port: string;
}

/** `dpxdt serve [DIR]`: serves until interrupted, then 0. */
export async function serveCommand(
  { currentFolder, terminal, signal, json }: CommandContext,
  folder: string,
  { host, port }: ServeOptions,
): Promise<ExitStatus> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new AppError('invalid_argument', `--port must be a number from 0 to 65535, got "${port}".`);
  }
  const server = await startFileServer({ folder: resolve(currentFolder, folder), host, port: Number(port) });
  if (json) terminal.data(`${JSON.stringify({ url: server.url })}\n`);
  terminal.say(`Serving ${folder} at ${server.url} until Ctrl-C.`);
  await untilInterrupted(signal);
  await server.stop();
  return exitStatus.ok;
}
