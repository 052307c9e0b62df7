import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  anySite,
  crawlAt,
  hurriedClock,
  links,
  names,
  realClock,
  site,
} from '../../../test/support/crawl-site.ts';
import type { Page } from '../../../test/support/page-server.ts';
import type { Clock } from '../../ports/clock.ts';

describe('traps', () => {
  it('end at the limit of pages, with a sentence that names what repeats', async () => {
    let day = 0;
    const server = await anySite(() => links(...Array.from({ length: 30 }, () => `/calendar/2026/${++day}`)));
    const report = await crawlAt(server, { maxPages: 25 });
    expect(report.pages).toHaveLength(25);
    expect(report.cutShort).toMatchObject({ limit: 'max_pages' });
    expect(report.cutShort!.message).toMatch(
      /^The crawl stopped at its limit of 25 pages \(--max-pages\)\. \d+ more addresses were known\. Many look like \/calendar\/<n>\/<n>: if this is a crawler trap .*--exclude\.$/,
    );
  });

  it('of endless paths end, and say it', async () => {
    const server = await anySite((path) =>
      links(...Array.from({ length: 40 }, (_none, i) => `${path}/again/again`.repeat(1) + i)),
    );
    const report = await crawlAt(`${server}/x`, { maxPages: 40 });
    expect(report.pages).toHaveLength(40);
    expect(report.cutShort!.message).toContain('--exclude');
  });

  it('of what never answers end at the limit of time', async () => {
    let endTime = (): void => undefined;
    const clock: Clock = { ...hurriedClock(), sleep: () => new Promise((resolve) => (endTime = resolve)) };
    const server = await anySite((path) => {
      if (path === '/') return links('/a', '/b');
      endTime();
      return null;
    });
    const report = await crawlAt(server, {}, clock);
    expect(names(report)).toEqual(['/']);
    expect(report.cutShort).toMatchObject({
      limit: 'max_time',
      unread: 2,
      message: 'The crawl stopped at its limit of 600 s (--max-time). 2 more addresses were known.',
    });
  });

  it('of one page that hangs cost its time limit', async () => {
    const server = await anySite((path) => (path === '/hang' ? null : links('/hang', '/a')));
    const report = await crawlAt(server, { timeoutMs: 2_000 }, realClock);
    expect(names(report)).toEqual(['/', '/a']);
    expect(report.failed).toMatchObject([{ runName: '/hang', reason: 'timed_out', status: null }]);
  });

  it('of pages without end, packed or not, are read to a limit', async () => {
    const page = Buffer.from(`${links('/linked')}${' '.repeat(2 ** 16)}`);
    let sentBytes = 0;
    const pour =
      (packed: boolean): Page =>
      (request, response) => {
        response.writeHead(200, {
          'content-type': 'text/html',
          ...(packed && { 'content-encoding': 'gzip' }),
        });
        const out = packed ? createGzip() : response;
        if (packed) out.pipe(response);
        const more = (): void => {
          while (!request.destroyed) {
            sentBytes += page.length;
            if (!out.write(page)) return void out.once('drain', more);
          }
        };
        request.on('close', () => out.destroy());
        out.on('error', () => undefined);
        more();
      };
    const server = await site({
      '/': links('/plain', '/packed'),
      '/plain': pour(false),
      '/packed': pour(true),
      '/linked': '',
    });
    const report = await crawlAt(server.url('/'), { pageBytes: 2 ** 20 });
    expect(names(report)).toEqual(['/', '/plain', '/packed', '/linked']);
    expect(report.notices).toEqual([
      `Not all links of ${server.url('/plain')} were read: it has more than 1,048,576 bytes.`,
      `Not all links of ${server.url('/packed')} were read: it has more than 1,048,576 bytes.`,
    ]);
    expect(sentBytes).toBeLessThan(2 ** 28);
  });

  it('of a million links are cut', async () => {
    const bomb = Array.from({ length: 100_000 }, (_none, i) => `<a href=/${i}>`).join('');
    const server = await site({ '/': bomb });
    const report = await crawlAt(server.url('/'), { maxPages: 1, linksPerPage: 50 });
    expect(report.notices.join()).toContain('more than 50 links');
    expect(report.cutShort).toMatchObject({ limit: 'max_pages', unread: 50 });
    const whole = await crawlAt(server.url('/'), { maxPages: 1, linksPerPage: 200_000 });
    expect(whole.cutShort!.unread).toBe(100_000);
  });
});

describe('an interruption', () => {
  it('ends the crawl with its reason', async () => {
    const server = await anySite((path) => (path === '/' ? links('/a') : null));
    const stop = new AbortController();
    const crawling = crawlAt(server, {}, realClock, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(crawling).rejects.toThrow('enough');
  });
});
