/** One HTTP/1.1 keep-alive connection, as cheap as possible, because load generator and server share the same cores. */
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  /** Lower-case names. */
  headers: Map<string, string>;
  body: Buffer;
  /** Size of the body in bytes, even if it was discarded. */
  bytes: number;
}

export interface Ask {
  method: 'GET' | 'POST';
  path: string;
  contentType?: string;
  body?: string | Buffer | readonly Buffer[];
  /** Counts the body of the answer and discards it. */
  dropBody?: boolean;
}

interface Pending {
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
  dropBody: boolean;
}

export class Connection {
  readonly #host: string;
  readonly #port: number;
  readonly #common: string;
  #socket: Socket | null = null;
  #pending: Pending | null = null;
  #head: Buffer = Buffer.alloc(0);
  #answer: Answer | null = null;
  #left = 0;
  #chunks: Buffer[] = [];

  /** @param key id and secret of an API key, as `id:secret` */
  constructor(url: string, key: string | null) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    const authorization =
      key === null ? '' : `Authorization: Basic ${Buffer.from(key).toString('base64')}\r\n`;
    this.#common = `Host: ${hostname}:${port}\r\n${authorization}`;
  }

  /** One request at a time. @throws Error if the connection breaks; the next call opens another */
  async request(ask: Ask): Promise<Answer> {
    const socket = (this.#socket ??= await this.#open());
    const parts = typeof ask.body === 'string' ? [Buffer.from(ask.body)] : [ask.body ?? []].flat();
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const type = ask.contentType === undefined ? '' : `Content-Type: ${ask.contentType}\r\n`;
    const size = ask.method === 'GET' ? '' : `Content-Length: ${length}\r\n`;
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject, dropBody: ask.dropBody === true };
      socket.cork();
      socket.write(`${ask.method} ${ask.path} HTTP/1.1\r\n${this.#common}${type}${size}\r\n`);
      for (const part of parts) socket.write(part);
      socket.uncork();
    });
  }

  /** Fails the current request; the next call opens another connection. */
  close(): void {
    const socket = this.#socket;
    if (socket !== null) this.#break(socket, new Error('The connection was closed.'));
    socket?.destroy();
  }

  async #open(): Promise<Socket> {
    const socket = connect(this.#port, this.#host);
    socket.setNoDelay(true);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.removeAllListeners('error');
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#break(socket, error));
    socket.on('close', () => this.#break(socket, new Error('The server closed the connection.')));
    return socket;
  }

  #break(socket: Socket, error: Error): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    const pending = this.#pending;
    this.#pending = null;
    this.#answer = null;
    this.#head = Buffer.alloc(0);
    pending?.reject(error);
  }

  #take(chunk: Buffer): void {
    if (this.#answer !== null) return this.#takeBody(chunk);
    const received = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) {
      this.#head = received;
      return;
    }
    this.#head = Buffer.alloc(0);
    this.#answer = parseHead(received.toString('latin1', 0, end));
    const length = this.#answer.headers.get('content-length');
    if (length === undefined && this.#answer.status !== 304 && this.#answer.status !== 204) {
      this.#socket?.destroy(new Error('An answer without Content-Length is not understood here.'));
      return;
    }
    this.#left = Number(length ?? 0);
    this.#chunks = [];
    this.#takeBody(received.subarray(end + 4));
  }

  #takeBody(chunk: Buffer): void {
    const answer = this.#answer!;
    this.#left -= chunk.length;
    answer.bytes += chunk.length;
    if (this.#pending?.dropBody === false && chunk.length > 0) this.#chunks.push(chunk);
    if (this.#left > 0) return;
    const pending = this.#pending;
    this.#answer = null;
    this.#pending = null;
    answer.body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    if (answer.headers.get('connection') === 'close') {
      const socket = this.#socket;
      this.#socket = null;
      socket?.end();
    }
    pending?.resolve(answer);
  }
}

function parseHead(text: string): Answer {
  const lines = text.split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(lines[0]!.slice(9, 12)), headers, body: Buffer.alloc(0), bytes: 0 };
}
