import type { BrowserLease } from './browser-pool.ts';
import { resume } from './browser-pool.ts';
import type { CdpSession } from './cdp-connection.ts';

/** A page in a browser context of its own: nothing is shared with any other capture. */
export interface PageTarget {
  readonly session: CdpSession;
  /** Also the id of the page's main frame. */
  readonly targetId: string;
  /** Ends the page with everything it holds. Throws when the browser does not answer in time. */
  dispose(timeoutMs: number): Promise<void>;
}

export interface PageTargetEvents {
  /** A worker of the page; it runs on once the listener returned. */
  onWorker(session: CdpSession): void;
}

export async function openPage(
  lease: BrowserLease,
  viewport: { width: number; height: number },
  events: PageTargetEvents,
): Promise<PageTarget> {
  const { browser } = lease;
  const root = browser.connection.browser;
  const { browserContextId } = await root.send('Target.createBrowserContext', { disposeOnDetach: true });
  let stopRouting = (): unknown => undefined;
  const attached = new Promise<{ session: CdpSession; targetId: string }>((resolve) => {
    let own: string | undefined;
    stopRouting = lease.onTarget(browserContextId, ({ sessionId, targetInfo }) => {
      if (targetInfo.type !== 'page') return resume(browser, sessionId);
      if (own === undefined) {
        own = targetInfo.targetId;
        return resolve({ session: browser.connection.session(sessionId), targetId: own });
      }
      // A window that the browser's own popup blocker let through.
      root.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined);
      resume(browser, sessionId);
    });
  });
  const created = root.send('Target.createTarget', { url: 'about:blank', browserContextId, ...viewport });
  const { session, targetId } = await Promise.race([attached, created.then(() => attached)]);
  session.on('Target.attachedToTarget', ({ sessionId }) => {
    events.onWorker(browser.connection.session(sessionId));
    resume(browser, sessionId);
  });
  const denied = root.send('Browser.setDownloadBehavior', {
    behavior: 'deny',
    browserContextId,
    eventsEnabled: true,
  });
  denied.catch(() => undefined);
  return {
    session,
    targetId,
    dispose: async (timeoutMs) => {
      stopRouting();
      if (browser.connection.closed) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('the browser does not close the page')), timeoutMs);
      });
      await Promise.race([root.send('Target.disposeBrowserContext', { browserContextId }), late]).finally(
        () => clearTimeout(timer),
      );
    },
  };
}
