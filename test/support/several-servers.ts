/** Several servers of one PostgreSQL database in this process, composed as users run them. */

import { onTestFinished } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../src/compose/server.ts';
import { readChanges, type ChangeReader } from './change-reader.ts';
import { newFolder } from './running-server.ts';
import { plainServer } from './server-options.ts';

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
      ...plainServer,
      dataFolder,
      databaseUrl,
      durability: 'full',
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
