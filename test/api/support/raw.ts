import { connect, type Socket } from 'node:net';

/** A connection on which every byte is the test's own. */
export interface RawConnection {
  socket: Socket;
  /** Everything that came, once the other side has closed. */
  closed: Promise<string>;
  /** Resolves once what came contains the text. */
  until(text: string): Promise<string>;
}

export function openRaw(url: string): RawConnection {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  const watchers = new Set<() => void>();
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    for (const watch of watchers) watch();
  });
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
  return {
    socket,
    closed,
    until: (text) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          if (received.includes(text)) resolve(received);
        };
        watchers.add(watch);
        watch();
        void closed.then(() => reject(new Error(`closed without ${JSON.stringify(text)}: ${received}`)));
      }),
  };
}
