import type { Readable, Writable } from 'node:stream';
import type { CDPSession } from 'playwright-core';
import type { CdpEvent, CdpEvents } from './cdp-events.ts';

interface Message {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string };
}

type Listener = (params: never) => void;

/** The browser or the page went away while a command was pending. */
export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError';
}

/** Chromium refused a command. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/**
 * The DevTools protocol over a pair of pipes (`--remote-debugging-pipe`): JSON messages that end with a zero byte.
 * No port is opened, so no page can reach it.
 */
export class CdpConnection {
  /** The session of the browser itself. */
  readonly browser: CdpSession;
  readonly #output: Writable;
  readonly #sessions = new Map<string, CdpSession>();
  readonly #waiting = new Map<number, { session: CdpSession; settle: (message: Message) => void }>();
  #nextId = 1;
  #chunks: Buffer[] = [];
  #closed = false;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    this.browser = new CdpSession(this, undefined);
    input.on('data', (chunk: Buffer) => this.#read(chunk));
    input.on('error', () => this.close());
    input.on('close', () => this.close());
    output.on('error', () => this.close());
  }

  get closed(): boolean {
    return this.#closed;
  }

  session(sessionId: string): CdpSession {
    let session = this.#sessions.get(sessionId);
    if (session === undefined) {
      session = new CdpSession(this, sessionId);
      this.#sessions.set(sessionId, session);
    }
    return session;
  }

  /** Rejects all pending and future commands. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { settle } of this.#waiting.values()) settle({});
    this.#waiting.clear();
    for (const session of this.#sessions.values()) session.markClosed();
    this.#sessions.clear();
    this.browser.markClosed();
  }

  request(session: CdpSession, method: string, params: unknown): Promise<unknown> {
    if (this.#closed || session.closed) {
      return Promise.reject(new ConnectionClosedError(`${method}: the browser or page is gone`));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const settle = (message: Message): void => {
        if (message.error !== undefined) reject(new ProtocolError(`${method}: ${message.error.message}`));
        else if ('result' in message) resolve(message.result);
        else reject(new ConnectionClosedError(`${method}: the browser or page is gone`));
      };
      this.#waiting.set(id, { session, settle });
      this.#output.write(`${JSON.stringify({ id, method, params, sessionId: session.id })}\0`);
    });
  }

  #read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      this.#chunks.push(chunk.subarray(start, end));
      const text = Buffer.concat(this.#chunks).toString('utf8');
      this.#chunks = [];
      start = end + 1;
      this.#dispatch(JSON.parse(text) as Message);
    }
    if (start < chunk.length) this.#chunks.push(chunk.subarray(start));
  }

  #dispatch(message: Message): void {
    if (message.id !== undefined) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      waiting?.settle(message);
      return;
    }
    if (message.method === 'Target.detachedFromTarget') {
      this.#dropSession((message.params as { sessionId: string }).sessionId);
    }
    const session = message.sessionId === undefined ? this.browser : this.#sessions.get(message.sessionId);
    session?.emit(message.method as CdpEvent, message.params);
  }

  #dropSession(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    this.#sessions.delete(sessionId);
    session.markClosed();
    for (const [id, waiting] of this.#waiting) {
      if (waiting.session !== session) continue;
      this.#waiting.delete(id);
      waiting.settle({});
    }
  }
}

/** Commands to and events from one target: the browser, a page or a worker. */
export class CdpSession {
  readonly id: string | undefined;
  readonly #connection: CdpConnection;
  readonly #listeners = new Map<CdpEvent, Set<Listener>>();
  readonly #closeListeners = new Set<() => void>();
  #closed = false;

  constructor(connection: CdpConnection, id: string | undefined) {
    this.#connection = connection;
    this.id = id;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a command.
   *
   * @throws ProtocolError when Chromium refuses it; ConnectionClosedError when page or browser go away
   */
  readonly send: CDPSession['send'] = (method, params) =>
    this.#connection.request(this, method, params ?? {}) as never;

  /** Listens for an event; call the returned function to stop. */
  on<Event extends CdpEvent>(event: Event, listener: (params: CdpEvents[Event]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Called once when page or browser are gone; immediately if they already are. */
  onClosed(listener: () => void): void {
    if (this.#closed) listener();
    else this.#closeListeners.add(listener);
  }

  emit(event: CdpEvent, params: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(params as never);
  }

  markClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closeListeners) listener();
    this.#closeListeners.clear();
    this.#listeners.clear();
  }
}
