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

/** Carries messages to and from a browser. */
export interface CdpWire {
  send(text: string): void;
  /** Called once, before anything is sent. */
  listen(onMessage: (text: string) => void, onEnd: () => void): void;
}

/** The DevTools protocol: commands, answers and events, by session. */
export class CdpConnection {
  /** The session of the browser itself. */
  readonly browser: CdpSession;
  readonly #wire: CdpWire;
  readonly #sessions = new Map<string, CdpSession>();
  readonly #waiting = new Map<number, { session: CdpSession; settle: (message: Message) => void }>();
  #nextId = 1;
  #closed = false;

  constructor(wire: CdpWire) {
    this.#wire = wire;
    this.browser = new CdpSession(this, undefined);
    wire.listen(
      (text) => this.#dispatch(JSON.parse(text) as Message),
      () => this.close(),
    );
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
      this.#wire.send(JSON.stringify({ id, method, params, sessionId: session.id }));
    });
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
