import type { CdpSession } from './cdp-connection.ts';
import { within } from './within.ts';

/** Elements whose animations began since the last screenshot; more of them are left to the page agent alone. */
const maxElements = 200;
const longestStopMs = 2_000;

/**
 * Stops the animations that no script of the page finds: in closed shadow trees of its HTML and in `<marquee>`. Chromium
 * tells of each that begins; from its element on, the page agent knows the tree.
 */
export class RunningAnimations {
  readonly #begun = new Map<string, { session: CdpSession; backendNodeId: number }>();

  /** The caller sends `Animation.enable`. */
  watch(session: CdpSession): void {
    session.on('Animation.animationStarted', ({ animation }) => {
      const backendNodeId = animation.source?.backendNodeId;
      if (backendNodeId === undefined || this.#begun.size >= maxElements) return;
      this.#begun.set(`${session.id} ${backendNodeId}`, { session, backendNodeId });
    });
  }

  /** Stops those that began since the last call; those that are gone are forgotten. */
  async stop(): Promise<void> {
    if (this.#begun.size === 0) return;
    const begun = [...this.#begun.values()];
    this.#begun.clear();
    const stopping = Promise.all(
      begun.map(({ session, backendNodeId }) => stopIn(session, backendNodeId).catch(() => undefined)),
    );
    await within(longestStopMs, stopping, () => new Error('the page does not stop')).catch(() => undefined);
  }
}

async function stopIn(session: CdpSession, backendNodeId: number): Promise<void> {
  const { object } = await session.send('DOM.resolveNode', { backendNodeId });
  await session.send('Runtime.callFunctionOn', {
    objectId: object.objectId!,
    functionDeclaration: 'function(){globalThis.__dpxdt?.stopAround(this)}',
    returnByValue: true,
  });
}
