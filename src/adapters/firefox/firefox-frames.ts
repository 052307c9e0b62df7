import { isAgentAbsent } from '../browser/agent/page-agent.ts';
import type { FrameCalls, PageFrame } from '../browser/page-frames.ts';
import { within } from '../browser/within.ts';
import type { FirefoxPage } from './firefox-page.ts';

/** A frame in another process may hang; those of the page's own hang it as a whole. */
const longestCallMs = 10_000;

/** Follows the frames of a page, of every origin, and calls the page agent in them. */
export class FirefoxFrames implements FrameCalls {
  readonly main: PageFrame;
  readonly #page: FirefoxPage;
  readonly #agentSource: string;
  readonly #inner = new Map<string, PageFrame>();
  /** Those that did not answer in time, and are left alone from then on. */
  readonly #deaf = new Set<string>();

  constructor(page: FirefoxPage, agentSource: string) {
    this.#page = page;
    this.#agentSource = agentSource;
    this.main = frameOf(page.context, undefined);
    page.onFrame((frame, parent) => this.#inner.set(frame, frameOf(frame, parent)));
    page.on('browsingContext.contextDestroyed', ({ context }) => this.#inner.delete(context));
  }

  get inner(): readonly PageFrame[] {
    return [...this.#inner.values()];
  }

  find(frameId: string): PageFrame | undefined {
    return frameId === this.main.frameId ? this.main : this.#inner.get(frameId);
  }

  /** As {@link FrameCalls.call}. */
  async call<T>({ frameId }: PageFrame, call: string): Promise<T | undefined> {
    const asked = `if (${isAgentAbsent}) { ${this.#agentSource} } globalThis.__dpxdt.${call}`;
    const answer = this.#page.runInFrame(frameId, asked) as Promise<T>;
    if (frameId === this.main.frameId) return answer;
    if (this.#deaf.has(frameId)) return undefined;
    try {
      return await within(longestCallMs, answer, () => {
        this.#deaf.add(frameId);
        return new Error('the frame does not answer');
      });
    } catch {
      // It is gone, or has another document now; the next screenshot tries again.
      return undefined;
    }
  }

  /** None: selectors do not enter frames in Firefox. */
  objects(): Promise<string[]> {
    return Promise.resolve([]);
  }
}

function frameOf(frameId: string, parentId: string | undefined): PageFrame {
  return {
    frameId,
    parentId,
    contextId: undefined,
    get session(): never {
      throw new Error('Firefox has no sessions of frames');
    },
  };
}
