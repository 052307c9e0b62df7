import { isAgentAbsent } from './agent/page-agent.ts';
import type { CdpSession } from './cdp-connection.ts';
import { evaluate } from './evaluate.ts';
import { within } from './within.ts';

/** A frame with the world in which its scripts run. */
export interface PageFrame {
  readonly frameId: string;
  readonly parentId: string | undefined;
  readonly session: CdpSession;
  /** Undefined until its document has a world; the page's own is the default one. */
  readonly contextId: number | undefined;
}

interface FollowedFrame extends PageFrame {
  parentId: string | undefined;
  session: CdpSession;
  contextId: number | undefined;
  /** It did not answer in time, and is left alone from then on. */
  isDeaf: boolean;
}

interface FrameOptions {
  session: CdpSession;
  mainFrameId: string;
  /** The script that installs the page agent. */
  agentSource: string;
}

/** A frame in another process may hang; those of the page's own hang it as a whole. */
const longestCallMs = 2_000;
const absent = 'dpxdt: absent';

/** Calls into the frames of a page. */
export type FrameCalls = Pick<PageFrames, 'main' | 'inner' | 'find' | 'call' | 'objects'>;

/** Follows the frames of a page, of every origin, and calls the page agent in them. */
export class PageFrames {
  readonly main: PageFrame;
  readonly #options: FrameOptions;
  readonly #inner = new Map<string, FollowedFrame>();

  constructor(options: FrameOptions) {
    const { session, mainFrameId } = options;
    this.#options = options;
    this.main = { frameId: mainFrameId, parentId: undefined, session, contextId: undefined };
    this.watch(session);
  }

  /** The frames in the page, without the page itself. */
  get inner(): readonly PageFrame[] {
    return [...this.#inner.values()];
  }

  find(frameId: string): PageFrame | undefined {
    return frameId === this.main.frameId ? this.main : this.#inner.get(frameId);
  }

  /** Follows the frames that a session tells of; the caller sends `Page.enable` and `Runtime.enable`. */
  watch(session: CdpSession): void {
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) => {
      this.#follow(frameId, session).parentId = parentFrameId;
    });
    session.on('Page.frameDetached', ({ frameId }) => {
      // A frame that moved to another process belongs to that one's session already, or soon.
      if (this.#inner.get(frameId)?.session === session) this.#forget(frameId);
    });
    session.on('Page.frameNavigated', ({ frame }) => this.#forgetBelow(frame.id));
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId, isDefault } = context.auxData ?? {};
      if (frameId === undefined || isDefault !== true || frameId === this.main.frameId) return;
      this.#follow(frameId, session).contextId = context.id;
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      for (const frame of this.#inner.values()) {
        if (frame.session === session && frame.contextId === executionContextId) frame.contextId = undefined;
      }
    });
    session.on('Runtime.executionContextsCleared', () => {
      for (const frame of this.#inner.values()) if (frame.session === session) frame.contextId = undefined;
    });
    session.onClosed(() => {
      for (const frame of this.#inner.values()) if (frame.session === session) this.#forget(frame.frameId);
    });
  }

  /**
   * Calls the page agent; installs it first in a document that has none.
   *
   * @returns undefined when a frame in the page is gone or does not answer
   * @throws in the page itself: ScriptThrew, ProtocolError
   */
  async call<T>(frame: PageFrame, call: string): Promise<T | undefined> {
    return this.#attempt(frame, async (contextId) => {
      const guarded = `${isAgentAbsent}?${JSON.stringify(absent)}:globalThis.__dpxdt.${call}`;
      const result = await evaluate<T>(frame.session, guarded, contextId);
      if (result !== absent) return result;
      const installed = `${this.#options.agentSource};globalThis.__dpxdt.${call}`;
      return evaluate<T>(frame.session, installed, contextId);
    });
  }

  /**
   * The objects of an array that the page agent returns, as ids of remote objects.
   *
   * @returns none when the frame is gone, or does not answer
   */
  async objects(frame: PageFrame, call: string): Promise<string[]> {
    // Installs the agent first.
    if ((await this.call<boolean>(frame, 'isTop')) === undefined) return [];
    const found = await this.#attempt(frame, async (contextId) => {
      const { result } = await frame.session.send('Runtime.evaluate', {
        expression: `globalThis.__dpxdt.${call}`,
        ...(contextId === undefined ? {} : { contextId }),
      });
      if (result.objectId === undefined) return [];
      const { result: properties } = await frame.session.send('Runtime.getProperties', {
        objectId: result.objectId,
        ownProperties: true,
      });
      return properties
        .filter(({ name, enumerable }) => enumerable && /^\d+$/.test(name))
        .flatMap(({ value }) => value?.objectId ?? []);
    });
    return found ?? [];
  }

  async #attempt<T>(
    frame: PageFrame,
    act: (contextId: number | undefined) => Promise<T>,
  ): Promise<T | undefined> {
    if (frame.frameId === this.main.frameId) return act(undefined);
    const followed = this.#inner.get(frame.frameId);
    if (followed === undefined || followed.isDeaf) return undefined;
    try {
      const acting = (async () => act(followed.contextId ?? (await this.#makeWorld(followed))))();
      return await within(longestCallMs, acting, () => {
        followed.isDeaf = followed.session !== this.main.session;
        return new Error('the frame does not answer');
      });
    } catch {
      // It is gone, has another document now or broke the agent; the next screenshot tries again.
      return undefined;
    }
  }

  /** A document without scripts may have no world. */
  async #makeWorld(frame: FollowedFrame): Promise<number> {
    const { frameId, session } = frame;
    const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId });
    frame.contextId ??= executionContextId;
    return frame.contextId;
  }

  #follow(frameId: string, session: CdpSession): FollowedFrame {
    const known = this.#inner.get(frameId);
    if (known?.session === session) return known;
    const frame = { frameId, parentId: known?.parentId, session, contextId: undefined, isDeaf: false };
    this.#inner.set(frameId, frame);
    return frame;
  }

  #forget(frameId: string): void {
    this.#inner.delete(frameId);
    this.#forgetBelow(frameId);
  }

  #forgetBelow(frameId: string): void {
    for (const frame of [...this.#inner.values()])
      if (frame.parentId === frameId) this.#forget(frame.frameId);
  }
}
