import type { BrowserProcess } from './browser-process.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { CaptureEvents, Download, EventRoutes } from './event-routes.ts';

/** A page in a private browser context: it shares nothing with any other capture. */
export interface PageTarget {
  readonly session: CdpSession;
  /** Also the id of the page's main frame. */
  readonly targetId: string;
  /** Closes the page with everything it holds. Throws when the browser does not answer in time. */
  dispose(timeoutMs: number): Promise<void>;
}

/** A worker: its id, which is also that of the request for its script, and Chromium's word for its kind. */
export interface WorkerTarget {
  targetId: string;
  type: string;
}

export interface PageTargetEvents {
  /** A worker of the page, including shared and nested ones; it resumes after the listener returns. */
  onWorker(session: CdpSession, worker: WorkerTarget): void;
  /** The page, one of its frames or a window that it opened leads to a file; the download is denied. */
  onDownload(download: Download): void;
  /** The page crashed. `status` is Chromium's word for how, `oom` when it ran out of memory. */
  onCrash(status: string): void;
}

/** Opens an empty page, paused until it is set up. */
export async function openPage(
  browser: BrowserProcess,
  routes: EventRoutes,
  viewport: { width: number; height: number },
  events: PageTargetEvents,
): Promise<PageTarget> {
  const root = browser.connection.browser;
  const { browserContextId } = await root.send('Target.createBrowserContext', {
    disposeOnDetach: true,
    ...(browser.contextProxy !== null && {
      proxyServer: `http://${browser.contextProxy}`,
      // Otherwise Chromium bypasses the proxy for loopback addresses.
      proxyBypassList: '<-loopback>',
    }),
  });
  const page = Promise.withResolvers<{ session: CdpSession; targetId: string }>();
  let own: string | undefined;
  const heard: CaptureEvents = {
    onTarget: ({ sessionId, targetInfo }) => {
      if (targetInfo.type !== 'page') {
        // Shared workers and service workers belong to the browser context, not to the page.
        return followWorker(browser, sessionId, targetInfo, events);
      }
      if (own === undefined) {
        own = targetInfo.targetId;
        const session = browser.connection.session(sessionId);
        return page.resolve({ session, targetId: own });
      }
      // A window that the browser's popup blocker let through.
      root.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined);
      resume(browser, sessionId);
    },
    onDownload: (download) => events.onDownload(download),
    onCrash: ({ targetId, status }) => {
      if (targetId === own) events.onCrash(status);
    },
  };
  const route = routes.add(browserContextId, heard);
  const created = root.send('Target.createTarget', { url: 'about:blank', browserContextId, ...viewport });
  const { session, targetId } = await Promise.race([page.promise, created.then(() => page.promise)])
    .then(async (opened) => {
      // An answer of the page passes the Playwright server, which has then asked for its own session's end.
      if (browser.isPlaywright) await opened.session.send('Page.enable');
      return opened;
    })
    .catch((error: unknown) => {
      route.end();
      throw error;
    });
  session.on('Page.frameAttached', ({ frameId }) => route.addFrame(frameId));
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    followWorker(browser, sessionId, targetInfo, events);
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
      route.end();
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

/** Follows a worker, and those that it starts. */
function followWorker(
  browser: BrowserProcess,
  sessionId: string,
  worker: WorkerTarget,
  events: Pick<PageTargetEvents, 'onWorker'>,
): void {
  const session = browser.connection.session(sessionId);
  events.onWorker(session, worker);
  session.on('Target.attachedToTarget', ({ sessionId: childId, targetInfo }) => {
    followWorker(browser, childId, targetInfo, events);
  });
  session
    .send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
    .catch(() => undefined);
  resume(browser, sessionId);
}

/** Resumes a target that Chromium paused for us. */
export function resume(browser: BrowserProcess, sessionId: string): void {
  browser.connection
    .session(sessionId)
    .send('Runtime.runIfWaitingForDebugger')
    .catch(() => undefined);
}
