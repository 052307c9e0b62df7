import { ConnectionClosedError, ProtocolError, type CdpWire } from '../browser/cdp-connection.ts';
import type { BidiEvents } from './bidi-events.ts';

interface Message {
  type: 'success' | 'error' | 'event';
  id?: number | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: string;
  message?: string;
}

type Listener = (params: never) => void;

/** Firefox refused a command. */
export class BidiError extends ProtocolError {
  /** The protocol's word for the kind of error, such as `no such frame`. */
  readonly code: string;
  /** Firefox's own words. */
  readonly words: string;

  constructor(method: string, code: string, words: string) {
    super(`${method}: ${words || code}`);
    this.code = code;
    this.words = words;
  }
}

/** WebDriver BiDi: commands, answers and events of one Firefox. */
export class BidiConnection {
  readonly #wire: CdpWire;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #closeListeners = new Set<() => void>();
  #nextId = 1;
  #closed = false;

  constructor(wire: CdpWire) {
    this.#wire = wire;
    wire.listen(
      (text) => this.#dispatch(JSON.parse(text) as Message),
      () => this.close(),
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a command. The caller knows the shape of its answer.
   *
   * @throws BidiError when Firefox refuses it; ConnectionClosedError when Firefox goes away
   */
  send<T = unknown>(method: string, params: object = {}): Promise<T> {
    if (this.#closed) return Promise.reject(goneWhile(method));
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, ({ type, result, error = '', message = '' }) => {
        if (type === 'success') resolve(result as T);
        else if (type === 'error') reject(new BidiError(method, error, message));
        else reject(goneWhile(method));
      });
      this.#wire.send(JSON.stringify({ id, method, params }));
    });
  }

  /** Listens for an event of any page; call the returned function to stop. */
  on<Event extends keyof BidiEvents>(
    event: Event,
    listener: (params: BidiEvents[Event]) => void,
  ): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Called once when Firefox is gone. @returns stops listening */
  onClosed(listener: () => void): () => void {
    if (this.#closed) listener();
    else this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /** Rejects all pending and future commands. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const settle of this.#waiting.values()) settle({ type: 'event' });
    this.#waiting.clear();
    for (const listener of this.#closeListeners) listener();
    this.#closeListeners.clear();
    this.#listeners.clear();
  }

  #dispatch(message: Message): void {
    if (message.type === 'event') {
      for (const listener of this.#listeners.get(message.method ?? '') ?? [])
        listener(message.params as never);
      return;
    }
    const id = message.id ?? 0;
    const settle = this.#waiting.get(id);
    this.#waiting.delete(id);
    settle?.(message);
  }
}

function goneWhile(method: string): ConnectionClosedError {
  return new ConnectionClosedError(`${method}: Firefox is gone`);
}
