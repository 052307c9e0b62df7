/** A way to PostgreSQL on which notifications get lost, as behind a connection pooler in transaction mode. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface DeafProxy {
  /** Address of the database through it. */
  url: string;
  /** Breaks all connections. */
  cutAll(): void;
}

/** Stopped when the test ends. @param options `isDeaf`: false lets notifications pass */
export async function startDeafProxy(
  databaseUrl: string,
  { isDeaf = true }: { isDeaf?: boolean } = {},
): Promise<DeafProxy> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    const end = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      open.add(socket);
      socket.on('error', end).on('close', () => {
        open.delete(socket);
        end();
      });
    }
    client.pipe(database);
    let rest: Buffer = Buffer.alloc(0);
    database.on('data', (bytes) => {
      if (!isDeaf) return void client.write(bytes);
      rest = Buffer.concat([rest, bytes]);
      const { complete, left } = withoutNotifications(rest);
      rest = left;
      client.write(complete);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const cutAll = () => {
    for (const socket of open) socket.destroy();
  };
  onTestFinished(async () => {
    cutAll();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: url.href, cutAll };
}

/** Messages of PostgreSQL's protocol, without those of the kind NotificationResponse. */
function withoutNotifications(bytes: Buffer): { complete: Buffer; left: Buffer } {
  const kept: Buffer[] = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    const next = at + 1 + bytes.readUInt32BE(at + 1);
    if (next > bytes.length) break;
    if (bytes[at] !== 'A'.charCodeAt(0)) kept.push(bytes.subarray(at, next));
    at = next;
  }
  return { complete: Buffer.concat(kept), left: bytes.subarray(at) };
}
