import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { HttpSettings } from './settings.ts';

/**
 * Takes no new connections, and answers what has reached this process or the system before: proxies repeat no POST.
 *
 * @param unused connections without a request, which get a moment to send it
 */
export async function closeGently(
  app: FastifyInstance,
  unused: ReadonlySet<Socket>,
  { closeUnusedMs, closeTimeoutMs }: HttpSettings,
): Promise<void> {
  await acceptWaiting(app);
  const closed = app.server.listening
    ? new Promise((resolve) => app.server.close(resolve))
    : Promise.resolve();
  const cuts = [
    setTimeout(() => unused.forEach((socket) => socket.destroy()), closeUnusedMs),
    setTimeout(() => app.server.closeAllConnections(), closeTimeoutMs),
  ];
  await closed;
  await app.close();
  for (const cut of cuts) clearTimeout(cut);
}

/**
 * The system has accepted connections that this process has not seen yet, and closing would reset them. Node takes one
 * per turn of its event loop; a few turns without any mean that none is left.
 */
async function acceptWaiting({ server }: FastifyInstance): Promise<void> {
  let quietTurns = 0;
  const onConnection = () => (quietTurns = 0);
  server.on('connection', onConnection);
  for (let turns = 0; quietTurns < 3 && turns < 1_000; turns += 1) {
    quietTurns += 1;
    await turn();
  }
  server.off('connection', onConnection);
}

/** Connections opened ahead of a first request, which closing would otherwise wait for. */
export function trackUnused({ server }: FastifyInstance): Set<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  return unused;
}
