import type { CdpWire } from './cdp-connection.ts';

/** A DevTools socket. */
export interface SocketWire extends CdpWire {
  end(): void;
}

/** @throws Error when there is no socket at the address */
export async function openSocketWire(url: URL): Promise<SocketWire> {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('it accepts no connection')), { once: true });
  });
  return {
    send: (text) => socket.send(text),
    listen(onMessage, onEnd) {
      socket.addEventListener('message', ({ data }) => onMessage(String(data)));
      socket.addEventListener('close', onEnd);
      socket.addEventListener('error', onEnd);
      if (socket.readyState !== WebSocket.OPEN) onEnd();
    },
    end: () => socket.close(),
  };
}
