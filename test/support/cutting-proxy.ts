/** A connection to PostgreSQL that breaks at the moment of a commit. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface CuttingProxy {
  /** Address of the database through it. */
  url: string;
  /**
   * Breaks the connections of the next commits: `before` the database hears of it, `after` it has committed, but before
   * anybody else hears of that; null: no more.
   */
  cut: 'before' | 'after' | null;
  /** Commits that were cut. */
  cuts: number;
}

/** Gone when the test ends. */
export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    let isCommitting = false;
    const end = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      open.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (bytes) => {
      if (proxy.cut !== null && /\bcommit\b/.test(bytes.toString('latin1'))) {
        proxy.cuts++;
        if (proxy.cut === 'before') return end();
        isCommitting = true;
      }
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      // Its answer to the commit: nobody gets it.
      if (isCommitting) end();
      else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const proxy: CuttingProxy = { url: url.href, cut: null, cuts: 0 };
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return proxy;
}
