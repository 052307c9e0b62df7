import { Script } from 'node:vm';
import { ScriptThrew, type ScriptRunner } from '../browser/evaluate.ts';
import type { Rect } from '../browser/agent/geometry.ts';
import { within } from '../browser/within.ts';
import { BidiError, type BidiConnection } from './bidi-connection.ts';
import type { BidiEvents, RemoteValue } from './bidi-events.ts';
import { fromRemote } from './remote-value.ts';
import type { Seats, SendBidi } from './seats.ts';

export interface PageIdentity {
  ignoreTlsErrors: boolean;
  /** Called for a window that the page opened; it is closed. */
  onPopup: (url: string) => void;
}

type PageEvent = Exclude<keyof BidiEvents, 'browsingContext.contextCreated'>;

/** A page in a separate user context: it shares nothing with any other capture. */
export interface FirefoxPage extends ScriptRunner {
  /** Also the id of the page's main frame. */
  readonly context: string;
  readonly userContext: string;
  /** @throws BidiError when Firefox refuses it; ConnectionClosedError when Firefox goes away */
  send<T = unknown>(method: string, params?: object): Promise<T>;
  /** Listens for an event of the page and its frames. */
  on<Event extends PageEvent>(event: Event, listener: (params: BidiEvents[Event]) => void): void;
  /** Called for each frame of the page, with the frame that holds it. */
  onFrame(listener: (frame: string, parent: string) => void): void;
  /** Called once when Firefox is gone. */
  onClosed(listener: () => void): void;
  /** As {@link ScriptRunner.runScript}, in a frame of the page. */
  runInFrame(frame: string, expression: string): Promise<unknown>;
  /** A part of the document or of its window, as base64 of a PNG. */
  screenshot(origin: 'document' | 'viewport', area: Rect): Promise<string>;
  /** Closes the page with everything it holds. Throws when Firefox does not answer in time. */
  dispose(timeoutMs: number): Promise<void>;
}

/**
 * Opens an empty page in a window that no other capture uses.
 *
 * @param send with a time limit
 */
export async function openPage(
  connection: BidiConnection,
  seats: Seats,
  identity: PageIdentity,
  send: SendBidi,
): Promise<FirefoxPage> {
  const seat = await seats.take();
  const { userContext } = await send<{ userContext: string }>('browser.createUserContext', {
    acceptInsecureCerts: identity.ignoreTlsErrors,
  });
  const { context } = await send<{ context: string }>('browsingContext.create', {
    type: 'tab',
    referenceContext: seat,
    userContext,
  });
  await seats.leave();
  const frames = new Set([context]);
  const frameListeners: ((frame: string, parent: string) => void)[] = [];
  const stops: (() => void)[] = [];
  stops.push(
    connection.on('browsingContext.contextCreated', (created) => {
      if (created.userContext !== userContext || created.context === context) return;
      if (created.parent === null) {
        identity.onPopup(created.url);
        connection.send('browsingContext.close', { context: created.context }).catch(() => undefined);
        return;
      }
      frames.add(created.context);
      for (const listener of frameListeners) listener(created.context, created.parent);
    }),
  );
  const belongsHere = (params: BidiEvents[PageEvent]): boolean => {
    const frame = 'source' in params ? params.source.context : params.context;
    return frame !== undefined && frame !== null && frames.has(frame);
  };
  return {
    context,
    userContext,
    send: (method, params = {}) => connection.send(method, { context, ...params }),
    on: (event, listener) => {
      stops.push(
        connection.on(event, (params) => {
          if (belongsHere(params)) listener(params);
        }),
      );
    },
    onFrame: (listener) => void frameListeners.push(listener),
    onClosed: (listener) => void stops.push(connection.onClosed(listener)),
    runScript: (expression) => runScript(connection, context, expression),
    runInFrame: (frame, expression) => runScript(connection, frame, expression),
    compileError: (source) => Promise.resolve(compileError(source)),
    screenshot: async (origin, area) => {
      const { data } = await connection.send<{ data: string }>('browsingContext.captureScreenshot', {
        context,
        origin,
        clip: { type: 'box', ...area },
      });
      return data;
    },
    dispose: async (timeoutMs) => {
      for (const stop of stops) stop();
      if (connection.closed) return;
      const removed = connection.send('browser.removeUserContext', { userContext });
      await within(timeoutMs, removed, () => new Error('Firefox does not close the page'));
      seats.giveBack(seat);
    },
  };
}

interface ScriptAnswer {
  type: 'success' | 'exception';
  result?: RemoteValue;
  exceptionDetails?: { text: string };
}

/** What Firefox says of an error without a stack, such as one that rejects a promise. */
const withoutStack = /unable to build exceptionDetails for exception: (.*)/s;

async function runScript(connection: BidiConnection, context: string, expression: string): Promise<unknown> {
  const answer = await connection
    .send<ScriptAnswer>('script.evaluate', { expression, target: { context }, awaitPromise: true })
    .catch((error: unknown) => {
      const thrown = error instanceof BidiError ? withoutStack.exec(error.words)?.[1] : undefined;
      throw thrown === undefined ? error : new ScriptThrew(firstLine(thrown));
    });
  if (answer.type === 'exception') throw new ScriptThrew(firstLine(answer.exceptionDetails?.text ?? ''));
  return answer.result === undefined ? undefined : fromRemote(answer.result);
}

/** Firefox compiles only what it runs. Both browsers have the same grammar, so Node's answer is theirs. */
function compileError(source: string): string | undefined {
  try {
    new Script(source);
    return undefined;
  } catch (error) {
    return firstLine(String(error));
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0]!.slice(0, 500);
}
