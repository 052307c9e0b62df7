import type { CdpSession } from './cdp-connection.ts';

/** States of a service worker that end soon; `installed` may wait for the page to be closed. */
const passingStates = new Set(['new', 'installing', 'activating']);

/** Follows the service workers that a page registers, so that a page waits for one that is about to answer its requests. */
export class ServiceWorkerWatch {
  readonly #session: CdpSession;
  readonly #states = new Map<string, string>();
  readonly #waiters = new Set<() => void>();

  constructor(session: CdpSession) {
    this.#session = session;
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, status } of versions) this.#states.set(versionId, status);
      if (!this.#isBusy) for (const wake of this.#waiters) wake();
    });
  }

  start(): Promise<unknown> {
    return this.#session.send('ServiceWorker.enable');
  }

  /** Resolves when no service worker is being installed or activated, at the latest at `cutoff` (`performance.now()`). */
  async whenReady(cutoff: number): Promise<void> {
    const leftMs = cutoff - performance.now();
    if (!this.#isBusy || leftMs <= 0) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(end);
        resolve();
      };
      const timer = setTimeout(end, leftMs);
      this.#waiters.add(end);
    });
  }

  get #isBusy(): boolean {
    return [...this.#states.values()].some((state) => passingStates.has(state));
  }
}
