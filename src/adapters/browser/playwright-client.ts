import type { SocketWire } from './cdp-socket.ts';

/** An object of a Playwright server. */
export interface PlaywrightObject {
  guid: string;
}

/** Of a DevTools session that the server holds. */
export interface DevToolsEvent {
  method: string;
  params?: unknown;
}

interface Message {
  id?: number;
  guid?: string;
  method?: string;
  params?: { initializer?: { preLaunchedBrowser?: PlaywrightObject } } | DevToolsEvent;
  result?: unknown;
  error?: { error?: { message?: string } };
}

/** A Playwright server refused a call, with its words. */
export class PlaywrightRefusal extends Error {
  override readonly name = 'PlaywrightRefusal';
}

/**
 * As much of Playwright's protocol as reaches the DevTools sessions of a server: calls of objects by `guid`, which have
 * had the same names since Playwright 1.13. Answers with an error end nothing; the end of the socket rejects all calls.
 */
export class PlaywrightClient {
  readonly #socket: SocketWire;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #listeners = new Map<string, (event: DevToolsEvent) => void>();
  #browser: PlaywrightObject | undefined;
  #onEnd: (() => void) | undefined;
  #nextId = 1;
  #ended = false;

  constructor(socket: SocketWire) {
    this.#socket = socket;
    socket.listen(
      (text) => this.#dispatch(JSON.parse(text) as Message),
      () => this.#end(),
    );
  }

  /**
   * The browser that the server serves to this connection.
   *
   * @throws PlaywrightRefusal when none starts; Error when the connection ends, as with a server of another kind
   */
  async browser(): Promise<PlaywrightObject> {
    await this.call({ guid: '' }, 'initialize', { sdkLanguage: 'javascript' });
    if (this.#browser === undefined) throw new PlaywrightRefusal('it serves no browser');
    return this.#browser;
  }

  /** @throws PlaywrightRefusal; Error when the connection ends */
  async call<Result = unknown>(
    object: PlaywrightObject,
    method: string,
    params: object = {},
  ): Promise<Result> {
    if (this.#ended) throw gone();
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, guid: object.guid, method, params, metadata: {} }));
    return (await waiting.promise) as Result;
  }

  /** A command to a DevTools session, and its result. @throws like `call` */
  async devTools<Result = unknown>(
    session: PlaywrightObject,
    method: string,
    params: unknown = {},
  ): Promise<Result> {
    return (await this.call<{ result: Result }>(session, 'send', { method, params })).result;
  }

  /** One listener for each DevTools session. */
  onDevTools(session: PlaywrightObject, listener: (event: DevToolsEvent) => void): void {
    this.#listeners.set(session.guid, listener);
  }

  /** One listener, called once when the connection ends; immediately if it has ended. */
  onEnd(listener: () => void): void {
    if (this.#ended) listener();
    else this.#onEnd = listener;
  }

  close(): void {
    this.#socket.end();
    this.#end();
  }

  #dispatch({ id, guid = '', method, params, result, error }: Message): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new PlaywrightRefusal(error.error?.message ?? 'it refused a call'));
    } else if (method === '__create__' && params !== undefined && 'initializer' in params) {
      this.#browser = params.initializer?.preLaunchedBrowser ?? this.#browser;
    } else if (method === 'event') {
      this.#listeners.get(guid)?.(params as DevToolsEvent);
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
    this.#onEnd?.();
  }
}

function gone(): Error {
  return new Error('the connection to the Playwright server is gone');
}
