/** Several servers of one PostgreSQL database in this process, composed as users run them. */

import { onTestFinished } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../src/compose/server.ts';
import { readChanges, type ChangeReader } from './change-reader.ts';
import { newFolder } from './running-server.ts';

export interface OneOfServers extends RunningServer {
  client: DepictedClient;
  dataFolder: string;
}

/** Personal servers without workers, unless `options` say otherwise, in one data folder; stopped when the test ends. */
export async function startServers(
  databaseUrls: readonly string[],
  options: Partial<ServerOptions> = {},
  dataFolder = newFolder(),
): Promise<OneOfServers[]> {
  const servers: OneOfServers[] = [];
  for (const databaseUrl of databaseUrls) {
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      authentication: 'off',
      publicUrl: null,
      dataFolder,
      databaseUrl,
      durability: 'full',
      maxImageBytes: 2 ** 27,
      maxArtifactBytes: 2 ** 24,
      workers: 0,
      leaseSeconds: 60,
      browserPath: null,
      browserSandbox: 'auto',
      trustedProxies: [],
      captureAllow: [],
      secretKey: null,
      smtpUrl: null,
      mailFrom: null,
      logLevel: 'error',
      version: 'test',
      ...options,
    });
    onTestFinished(() => server.stop());
    servers.push({ ...server, dataFolder, client: new DepictedClient({ server: server.url }) });
  }
  return servers;
}

/** As {@link readChanges}, until the test ends. */
export async function watchStream(
  serverUrl: string,
  place: { buildId: number; releaseName: string },
  headers: Record<string, string> = {},
): Promise<ChangeReader> {
  const reader = await readChanges(serverUrl, place, headers);
  onTestFinished(() => reader.stop());
  return reader;
}
