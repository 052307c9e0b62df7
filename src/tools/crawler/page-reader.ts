/** Reads one page of the site: redirects inside the site, HTML only, never more than the limits. */

import { describeFailure, type FetchFailure, type SiteRequests } from './site-requests.ts';
import { LinkReader } from './link-reader.ts';

export interface PageLimits {
  /** Bytes of HTML, unpacked, that are read for links. */
  pageBytes: number;
  /** Links that one page may add. */
  linksPerPage: number;
  timeoutMs: number;
}

export type PageOutcome =
  | {
      kind: 'page';
      /** Where the redirects ended, as the server named it. */
      url: URL;
      links: URL[];
      /** Why links beyond are not known; null when all are. */
      cut: string | null;
    }
  | { kind: 'skipped'; reason: 'not_html' | 'redirects_away'; detail: string }
  | {
      kind: 'failed';
      reason: 'http_status' | 'http_auth_required' | 'too_many_redirects' | FetchFailure['reason'];
      message: string;
      /** HTTP status, null without an answer. */
      status: number | null;
    };

const maxRedirects = 20;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/**
 * @param whyNotFollow why a redirect's target is not followed, in words that follow "which"; null when it may be
 * @throws the crawl's signal's reason
 */
export async function readPage(
  start: URL,
  requests: SiteRequests,
  limits: PageLimits,
  whyNotFollow: (target: URL) => string | null,
): Promise<PageOutcome> {
  let url = start;
  for (let hops = 0; ; hops++) {
    const { response, failure } = await requests.get(url);
    if (response === null) return { kind: 'failed', ...failure, status: null };
    const target = redirectTarget(response, url);
    if (target === null) return readAnswer(response, url, requests, limits);
    discard(response);
    const reason = whyNotFollow(target);
    if (reason !== null) {
      return { kind: 'skipped', reason: 'redirects_away', detail: `redirects to ${target.href}, ${reason}` };
    }
    if (hops === maxRedirects) {
      return {
        kind: 'failed',
        reason: 'too_many_redirects',
        message: `There were more than ${maxRedirects} redirects, the last one to ${target.href}.`,
        status: response.status,
      };
    }
    url = target;
  }
}

/** Where an answer sends its reader; null when it does not. */
export function redirectTarget(response: Response, url: URL): URL | null {
  const location = response.headers.get('location');
  if (location === null || !redirectStatuses.has(response.status)) return null;
  return URL.parse(location, url);
}

async function readAnswer(
  response: Response,
  url: URL,
  requests: SiteRequests,
  limits: PageLimits,
): Promise<PageOutcome> {
  const { status } = response;
  if (status === 401 || status === 407) {
    discard(response);
    const message = `It requires a login (status ${status}): set --http-username and --http-password.`;
    return { kind: 'failed', reason: 'http_auth_required', message, status };
  }
  if (status < 200 || status > 299) {
    discard(response);
    return { kind: 'failed', reason: 'http_status', message: `It returned status ${status}.`, status };
  }
  const contentType = response.headers.get('content-type');
  const isDownload = /^\s*attachment/i.test(response.headers.get('content-disposition') ?? '');
  if (status === 204 || isDownload || !mayBeHtml(contentType)) {
    discard(response);
    const detail = status === 204 ? 'is empty' : isDownload ? 'is a download' : `is ${contentType}`;
    return { kind: 'skipped', reason: 'not_html', detail };
  }
  return readHtml(response, url, contentType, requests, limits);
}

async function readHtml(
  response: Response,
  url: URL,
  contentType: string | null,
  requests: SiteRequests,
  limits: PageLimits,
): Promise<PageOutcome> {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType ?? '')?.[1] ?? null;
  const reader = new LinkReader(charset, limits.linksPerPage);
  let bytes = 0;
  let cut: string | null = null;
  try {
    for await (const chunk of response.body ?? []) {
      if (bytes === 0 && contentType === null && !looksLikeHtml(chunk)) {
        return { kind: 'skipped', reason: 'not_html', detail: 'has no content type' };
      }
      const rest = limits.pageBytes - bytes;
      bytes += chunk.length;
      reader.write(bytes > limits.pageBytes ? chunk.subarray(0, rest) : chunk);
      if (bytes > limits.pageBytes) {
        cut = `it has more than ${limits.pageBytes.toLocaleString('en-US')} bytes`;
        break;
      }
    }
  } catch (error) {
    requests.throwIfOver();
    const failure = describeFailure(error, limits.timeoutMs);
    return { kind: 'failed', ...failure, status: response.status };
  }
  const { links, isCut } = reader.end(url);
  if (isCut) cut ??= `it has more than ${limits.linksPerPage.toLocaleString('en-US')} links`;
  return { kind: 'page', url, links, cut };
}

function mayBeHtml(contentType: string | null): boolean {
  return contentType === null || /^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/i.test(contentType);
}

function looksLikeHtml(start: Uint8Array): boolean {
  const text = Buffer.from(start.subarray(0, 256)).toString('latin1');
  return /^(\u00ef\u00bb\u00bf)?\s*<(!doctype html|html|head|body|!--)/i.test(text);
}

/** Ends the connection instead of reading what nobody needs. */
function discard(response: Response): void {
  void response.body?.cancel().catch(() => undefined);
}
