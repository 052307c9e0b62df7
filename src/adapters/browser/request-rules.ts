import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import { fileContentType } from '../../domain/artifacts/file-content-type.ts';
import type { CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { CdpEvents } from './cdp-events.ts';
import type { NetworkWatch } from './network-watch.ts';
import { UrlPattern } from './url-pattern.ts';

type PausedRequest = CdpEvents['Fetch.requestPaused'];

interface Challenge {
  requestId: string;
  /** The address or origin that asks, and what it is: a proxy, or a server. */
  authChallenge: { origin: string; source?: string | undefined };
}

export type RequestDecision = { block: string } | { headers: Record<string, string> };

/** Headers that grant access: sent to another host only if the pattern spells that host out. */
const accessHeaders = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** `alwaysIgnoredResources` in Chromium's syntax, so that no request has to be intercepted for them. */
export const alwaysBlockedUrls = ['*://*.google-analytics.com/*', '*://analytics.google.com/*'];

/** Whether an address is one of `alwaysIgnoredResources`. */
export function alwaysIgnoredHost(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return host.endsWith('.google-analytics.com') || host === 'analytics.google.com';
}

/** What the config says about single requests: which are blocked, and which headers they carry. */
export class RequestRules {
  readonly #origin: string;
  readonly #ignored: UrlPattern[];
  readonly #injected: { pattern: UrlPattern; headers: [string, string][] }[];
  readonly #extra: [string, string][];
  readonly #credentials: { username: string; password: string } | undefined;
  readonly #challenged = new Set<string>();

  constructor(config: CaptureConfig, targetUrl: string) {
    this.#origin = new URL(targetUrl).origin;
    this.#ignored = (config.resourcesToIgnore ?? []).map((text) => new UrlPattern(text));
    this.#injected = Object.entries(config.injectHeaders ?? {}).map(([text, headers]) => ({
      pattern: new UrlPattern(text),
      headers: Object.entries(headers),
    }));
    this.#extra = Object.entries(config.extraHeaders ?? {});
    this.#credentials =
      config.httpUserName === undefined && config.httpPassword === undefined
        ? undefined
        : { username: config.httpUserName ?? '', password: config.httpPassword ?? '' };
  }

  /** Whether requests have to be intercepted at all; that takes time, so it is avoided. */
  get needed(): boolean {
    return (
      this.#ignored.length > 0 ||
      this.#injected.length > 0 ||
      this.#extra.length > 0 ||
      this.#credentials !== undefined
    );
  }

  get hasCredentials(): boolean {
    return this.#credentials !== undefined;
  }

  /** Decides about a request: blocks it, or adds these headers to its own. */
  decide(url: string, isMainDocument: boolean): RequestDecision {
    const ignoredBy = isMainDocument ? undefined : this.#ignored.find((pattern) => pattern.matches(url));
    if (ignoredBy !== undefined) return { block: `ignored by resourcesToIgnore "${ignoredBy.text}"` };
    const sameOrigin = originOf(url) === this.#origin;
    const headers: Record<string, string> = {};
    if (sameOrigin) for (const [name, value] of this.#extra) headers[name] = value;
    for (const { pattern, headers: injected } of this.#injected) {
      if (!pattern.matches(url)) continue;
      for (const [name, value] of injected) {
        const allowed =
          sameOrigin || !accessHeaders.has(name.toLowerCase()) || pattern.namesHost(new URL(url).hostname);
        if (allowed) headers[name] = value;
      }
    }
    return { headers };
  }

  /** User name and password for a challenge; none for another origin, a proxy, or when they were refused before. */
  answerChallenge(challenge: Challenge): { username: string; password: string } | undefined {
    const { source, origin } = challenge.authChallenge;
    if (source === 'Proxy' || originOf(origin) !== this.#origin) return undefined;
    if (this.#challenged.has(challenge.requestId)) return undefined;
    this.#challenged.add(challenge.requestId);
    return this.#credentials;
  }
}

/** Intercepts every request of a page, decides, and continues it. */
export function interceptRequests(
  session: CdpSession,
  rules: RequestRules,
  context: { mainFrameId: string; watch: NetworkWatch; log: CaptureLog; serveFiles: boolean },
): Promise<unknown> {
  const noted = new Set<string>();
  session.on('Fetch.requestPaused', (paused) => {
    const isMainDocument = paused.resourceType === 'Document' && paused.frameId === context.mainFrameId;
    const url = paused.request.url;
    if (context.serveFiles && url.startsWith('file:')) return void serveFile(session, paused);
    const decision = rules.decide(url, isMainDocument);
    if ('block' in decision) {
      context.watch.noteBlocked(paused.networkId ?? '', decision.block);
      return void ignoreGone(
        session.send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'BlockedByClient' }),
      );
    }
    const names = Object.keys(decision.headers);
    if (names.length > 0) {
      const note = `header ${names.join(', ')} for requests to ${originOf(url)}`;
      if (!noted.has(note)) context.log.add('inject', note);
      noted.add(note);
    }
    void ignoreGone(
      session.send('Fetch.continueRequest', {
        requestId: paused.requestId,
        ...(names.length === 0 ? {} : { headers: mergeHeaders(paused.request.headers, decision.headers) }),
      }),
    );
  });
  session.on('Fetch.authRequired', (challenge) => {
    const credentials = rules.answerChallenge(challenge);
    void ignoreGone(
      session.send('Fetch.continueWithAuth', {
        requestId: challenge.requestId,
        authChallengeResponse:
          credentials === undefined
            ? { response: 'CancelAuth' }
            : { response: 'ProvideCredentials', ...credentials },
      }),
    );
  });
  const patterns = rules.needed ? [{ urlPattern: '*' }] : [{ urlPattern: 'file://*' }];
  return session.send('Fetch.enable', { handleAuthRequests: rules.hasCredentials, patterns });
}

function mergeHeaders(
  own: Record<string, string>,
  added: Record<string, string>,
): { name: string; value: string }[] {
  const replaced = new Set(Object.keys(added).map((name) => name.toLowerCase()));
  return [
    ...Object.entries(own).filter(([name]) => !replaced.has(name.toLowerCase())),
    ...Object.entries(added),
  ].map(([name, value]) => ({ name, value }));
}

/** The browser runs as a user that may not be able to read this user's files, so they are read here. */
async function serveFile(session: CdpSession, paused: PausedRequest): Promise<void> {
  const requestId = paused.requestId;
  try {
    const path = fileURLToPath(new URL(paused.request.url));
    const bytes = await readFile(path);
    const type = fileContentType(path);
    await ignoreGone(
      session.send('Fetch.fulfillRequest', {
        requestId,
        responseCode: 200,
        responseHeaders: type === null ? [] : [{ name: 'Content-Type', value: type }],
        body: bytes.toString('base64'),
      }),
    );
  } catch {
    await ignoreGone(session.send('Fetch.continueRequest', { requestId }));
  }
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}

/** The page may be gone before the answer is sent; ignore that. */
function ignoreGone(sent: Promise<unknown>): Promise<unknown> {
  return sent.catch(() => undefined);
}
