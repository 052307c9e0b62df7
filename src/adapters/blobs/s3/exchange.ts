/** One HTTP request and its answer, without retries. */

import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface RequestBody {
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** The content from its start, each time it is called; a list if it is in memory. */
  read(): AsyncIterable<Uint8Array> | readonly Uint8Array[];
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Fails when the answer breaks off or no byte arrives for too long. */
  content: AsyncIterable<Uint8Array>;
  /** Gives up the connection. */
  abandon: () => void;
}

export interface Sending {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: RequestBody | null;
  /** Longest silence of the server before and during its answer. */
  idleMs: number;
  /** Ends the waiting for the answer; its content may take longer. */
  signal: AbortSignal;
}

const maxSockets = 64;

/** Keeps connections open; idle ones do not keep the process alive. */
export class Connections {
  readonly #lookup: LookupFunction | undefined;
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets, scheduling: 'lifo' });
  readonly #secure = new https.Agent({ keepAlive: true, maxSockets, scheduling: 'lifo' });

  constructor(lookup?: LookupFunction) {
    this.#lookup = lookup;
  }

  async exchange({ method, url, headers, body, idleMs, signal }: Sending): Promise<Answer> {
    const isSecure = url.protocol === 'https:';
    const request = (isSecure ? https : http).request(url, {
      method,
      headers: {
        ...headers,
        ...(method === 'PUT' && { 'content-length': String(body?.size ?? 0) }),
        'accept-encoding': 'identity',
      },
      ...(this.#lookup !== undefined && { lookup: this.#lookup }),
      agent: isSecure ? this.#secure : this.#plain,
      // From the start, so that it holds for connecting, too.
      timeout: idleMs,
    });
    const stop = () => request.destroy(new Error('it took too long'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    request.on('timeout', () => request.destroy(silence(idleMs)));
    const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject);
    });
    answered.catch(() => undefined);
    send(request, body?.read() ?? []);
    const message = await answered.finally(() => signal.removeEventListener('abort', stop));
    request.setTimeout(0);
    return {
      status: message.statusCode ?? 0,
      headers: message.headers,
      content: chunksOf(message, idleMs),
      abandon: () => void message.destroy(new Error('it took too long')),
    };
  }
}

function send(request: http.ClientRequest, content: ReturnType<RequestBody['read']>): void {
  if (Array.isArray(content)) {
    for (const chunk of content as readonly Uint8Array[]) request.write(chunk);
    request.end();
    return;
  }
  // An answer that comes before the end of the content says more than the connection that closes after it.
  pipeline(Readable.from(content, { objectMode: false }), request).catch((error: unknown) => {
    request.destroy(error instanceof Error ? error : undefined);
  });
}

async function* chunksOf(message: http.IncomingMessage, idleMs: number): AsyncGenerator<Uint8Array> {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      // Only while waiting for the server: a slow reader may take its time.
      const timer = setTimeout(() => message.destroy(silence(idleMs)), idleMs);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!message.complete) message.destroy();
  }
}

function silence(idleMs: number): Error {
  return new Error(`no answer for ${idleMs} ms`);
}
