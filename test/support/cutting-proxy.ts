/** A connection to PostgreSQL that breaks at a commit and counts its round trips. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface CuttingProxy {
  /** Address of the database through it. */
  url: string;
  /**
   * Breaks the connections of the next commits: `before` they reach the database, or `after` it has committed, but before
   * the client receives the answer; null: no more.
   */
  cut: 'before' | 'after' | null;
  /** Commits that were cut. */
  cuts: number;
  /** Times that a client sent something after it had received something. */
  roundTrips: number;
  /** What clients sent, message by message. */
  sent: string[];
}

/** Stopped when the test ends. */
export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    let isCommitting = false;
    let hasReceived = true;
    const end = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      open.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (bytes) => {
      if (hasReceived) proxy.roundTrips++;
      hasReceived = false;
      proxy.sent.push(bytes.toString('latin1'));
      if (proxy.cut !== null && /\bcommit\b/.test(bytes.toString('latin1'))) {
        proxy.cuts++;
        if (proxy.cut === 'before') return end();
        isCommitting = true;
      }
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      hasReceived = true;
      // The answer to the commit is dropped.
      if (isCommitting) end();
      else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const proxy: CuttingProxy = { url: url.href, cut: null, cuts: 0, roundTrips: 0, sent: [] };
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return proxy;
}
