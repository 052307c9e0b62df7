/** Temporary sites to crawl, and a crawl of them with the defaults. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';
import { crawl, type CrawlPorts } from '../../src/tools/crawler/crawl.ts';
import { crawlDefaults, type CrawlOptions, type CrawlReport } from '../../src/tools/crawler/crawl-types.ts';
import { servePages, type Page, type PageServer } from './page-server.ts';

/** All waits end immediately, except for the time limit of the crawl. */
export const hurriedClock = (waits: number[] = []): Clock => ({
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => {
    if (ms < 100_000) {
      waits.push(ms);
      return Promise.resolve();
    }
    return new Promise((_resolve, reject) =>
      signal?.addEventListener('abort', () => reject(signal.reason as Error)),
    );
  },
});

export async function site(pages: Record<string, Page>): Promise<PageServer> {
  const server = await servePages(pages);
  onTestFinished(() => server.close());
  return server;
}

/** The defaults of a crawl, with short time limits. */
export function crawlOptions(start: string, options: Partial<CrawlOptions> = {}): CrawlOptions {
  return {
    ...crawlDefaults,
    requestsPerSecond: null,
    start,
    ignorePrefixes: [],
    keepQueryString: false,
    include: [],
    exclude: [],
    ignoreRobots: true,
    sitemaps: [],
    currentFolder: '.',
    userAgent: 'dpxdt-test',
    credentials: null,
    cookies: [],
    headers: {},
    ...options,
  };
}

export function crawlAt(
  start: string,
  options: Partial<CrawlOptions> = {},
  clock: Clock = hurriedClock(),
  ports: Partial<CrawlPorts> = {},
): Promise<CrawlReport> {
  return crawl(crawlOptions(start, options), {
    fetch: (url, init) => fetch(url, init),
    clock,
    signal: new AbortController().signal,
    ...ports,
  });
}

export const names = (report: CrawlReport): string[] => report.pages.map(({ runName }) => runName);
export const links = (...hrefs: string[]): string =>
  hrefs.map((href) => `<a href="${href}">x</a>`).join('\n');
export const redirect =
  (location: string, status = 302): Page =>
  (_request, response) =>
    void response.writeHead(status, { location }).end();

export const realClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

/** A site that generates pages from their paths; null never answers. */
export async function anySite(page: (path: string) => string | null): Promise<string> {
  const server = createServer((request, response) => {
    const html = page(request.url!);
    if (html !== null) response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
