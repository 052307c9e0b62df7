import type { CaptureLog } from '../browser/capture-log.ts';
import { alwaysIgnoredHost, type RequestRules } from '../browser/request-rules.ts';
import type { BidiEvents, Header } from './bidi-events.ts';
import type { FirefoxNetwork } from './firefox-network.ts';
import type { FirefoxPage } from './firefox-page.ts';

type Blocked = BidiEvents['network.beforeRequestSent'];

/** Intercepts every request of a page, decides, and continues it. */
export async function interceptRequests(
  page: FirefoxPage,
  rules: RequestRules,
  { network, log }: { network: FirefoxNetwork; log: CaptureLog },
): Promise<void> {
  const noted = new Set<string>();
  const answer = (method: string, params: object): void => {
    // The page may be gone before the answer is sent.
    page.send(method, params).catch(() => undefined);
  };
  page.on('network.beforeRequestSent', (event) => {
    if (event.isBlocked) decide(event);
  });
  page.on('network.authRequired', ({ isBlocked, request }) => {
    if (!isBlocked) return;
    const credentials = rules.answerChallenge({
      requestId: request.request,
      authChallenge: { origin: request.url },
    });
    answer('network.continueWithAuth', {
      request: request.request,
      ...(credentials === undefined
        ? { action: 'cancel' }
        : { action: 'provideCredentials', credentials: { type: 'password', ...credentials } }),
    });
  });

  function decide({ context, navigation, request }: Blocked): void {
    const { request: id, url, headers: own } = request;
    const isMainDocument = context === page.context && navigation !== null;
    const decision = rules.decide(url, isMainDocument);
    const why = 'block' in decision ? decision.block : alwaysIgnoredHost(url) ? 'always ignored' : undefined;
    if (why !== undefined && !isMainDocument) {
      network.noteBlocked(id, why);
      return answer('network.failRequest', { request: id });
    }
    const added = 'headers' in decision ? decision.headers : {};
    const names = Object.keys(added);
    if (names.length === 0) return answer('network.continueRequest', { request: id });
    const note = `header ${names.join(', ')} for requests to ${new URL(url).origin}`;
    if (!noted.has(note)) log.add('inject', note);
    noted.add(note);
    answer('network.continueRequest', { request: id, headers: mergedHeaders(own, added) });
  }

  await page.send('network.addIntercept', {
    phases: ['beforeRequestSent', 'authRequired'],
    contexts: [page.context],
    context: undefined,
  });
}

function mergedHeaders(own: readonly Header[], added: Record<string, string>): Header[] {
  const replaced = new Set(Object.keys(added).map((name) => name.toLowerCase()));
  return [
    ...own.filter(({ name }) => !replaced.has(name.toLowerCase())),
    ...Object.entries(added).map(([name, value]) => ({ name, value: { type: 'string' as const, value } })),
  ];
}
