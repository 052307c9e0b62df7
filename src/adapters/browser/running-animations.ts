import type { CdpSession } from './cdp-connection.ts';
import { within } from './within.ts';

/** Of the animations that began since the last screenshot; more of them are left to the page agent alone. */
const maxStopped = 200;
const longestStopMs = 2_000;

/**
 * Stops the animations that no script of the page reaches: in closed shadow trees and in `<marquee>`. Chromium tells when
 * each begins.
 */
export class RunningAnimations {
  readonly #begun = new Map<string, { session: CdpSession; id: string }>();

  /** The caller sends `Animation.enable`. */
  watch(session: CdpSession): void {
    session.on('Animation.animationStarted', ({ animation: { id } }) => {
      if (this.#begun.size < maxStopped) this.#begun.set(`${session.id} ${id}`, { session, id });
    });
  }

  /** Stops those that began since the last call; those that are gone are forgotten. */
  async stop(): Promise<void> {
    if (this.#begun.size === 0) return;
    const begun = [...this.#begun.values()];
    this.#begun.clear();
    const stopping = Promise.all(begun.map(({ session, id }) => stopOne(session, id).catch(() => undefined)));
    await within(longestStopMs, stopping, () => new Error('the page does not stop')).catch(() => undefined);
  }
}

async function stopOne(session: CdpSession, id: string): Promise<void> {
  const { remoteObject } = await session.send('Animation.resolveAnimation', { animationId: id });
  await session.send('Runtime.callFunctionOn', {
    objectId: remoteObject.objectId!,
    functionDeclaration: 'function(){globalThis.__dpxdt?.stopAnimation(this)}',
    returnByValue: true,
  });
}
