/** The real server with the built review UI, for tests that look at it through a browser. */

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DepictedClient } from '../../../src/client/index.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../../src/compose/server.ts';
import { plainServer } from '../../support/server-options.ts';

export interface ReviewServer {
  url: string;
  client: DepictedClient;
  /** Makes the first superuser, where people sign in. */
  setUpLink: string | null;
  /** Makes it unreachable, as when its machine restarts. */
  stop(): Promise<void>;
  /** Starts it again, at the same address and with the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a server on a free port with a new data folder. It has no worker by default: most tests report
 * finished results, which takes milliseconds.
 */
export async function startReviewServer(options: Partial<ServerOptions> = {}): Promise<ReviewServer> {
  const folder = await mkdtemp(join(tmpdir(), 'dpxdt-ui-'));
  const webFolder = process.env['DPXDT_WEB_FOLDER'];
  const start = (port: number) =>
    startServer({
      ...plainServer,
      port,
      dataFolder: folder,
      durability: 'relaxed',
      ...(webFolder !== undefined && { webFolder }),
      ...options,
    });
  let running: RunningServer | null = await start(0);
  const { url, setUpLink } = running;
  const stop = async () => {
    const stopping = running;
    running = null;
    await stopping?.stop();
  };
  return {
    url,
    client: new DepictedClient({ server: url }),
    setUpLink,
    stop,
    restart: async () => {
      running = await start(Number(new URL(url).port));
    },
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}
