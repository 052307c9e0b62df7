import type { CdpWire } from './cdp-connection.ts';

/** A DevTools socket. */
export interface SocketWire extends CdpWire {
  end(): void;
}

interface SocketOptions {
  headers?: Record<string, string>;
  /** Closes the socket. */
  signal?: AbortSignal;
}

/** @throws Error when there is no socket at the address; the signal's reason */
export async function openSocketWire(
  url: URL,
  { headers = {}, signal }: SocketOptions = {},
): Promise<SocketWire> {
  signal?.throwIfAborted();
  // Node's takes headers; the type is that of pages, which cannot give any.
  const socket = new WebSocket(url, { headers } as never);
  signal?.addEventListener('abort', () => socket.close(), { once: true });
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
