import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { crawlAt, links, names, site } from '../../../test/support/crawl-site.ts';
import type { Page } from '../../../test/support/page-server.ts';

describe('sitemaps', () => {
  const urls = (...addresses: string[]): string =>
    `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="i">${addresses
      .map(
        (address) =>
          `<url><loc> ${address} </loc><image:image><image:loc>${address}.png</image:loc></image:image></url>`,
      )
      .join('')}</urlset>`;
  const send =
    (body: string | Buffer): Page =>
    (_request, response) =>
      void response.end(body);

  it('give pages that nothing links to, from an index and packed', async () => {
    const pages: Record<string, Page> = { '/': '', '/a': links('/b'), '/b': '', '/c': '' };
    const server = await site(pages);
    pages['/index.xml'] = send(
      `<sitemapindex><sitemap><loc>${server.url('/one.xml.gz')}</loc></sitemap><sitemap><loc>${server.url('/gone.xml')}</loc></sitemap><sitemap><loc>https://elsewhere.example/s.xml</loc></sitemap></sitemapindex>`,
    );
    pages['/one.xml.gz'] = send(gzipSync(urls(server.url('/a'), server.url('/c'), `${server.url('/c')}#x`)));
    const report = await crawlAt(server.url('/'), { sitemaps: [server.url('/index.xml')], crawlDepth: 0 });
    expect(names(report)).toEqual(['/', '/a', '/c']);
    expect(report.notices).toHaveLength(2);
    expect(report.notices.join()).toMatch(/gone\.xml could not be read: It returned status 404/);
  });

  it('of the public site fit a copy of it; files and plain lists are fine', async () => {
    const server = await site({ '/': '', '/a': '', '/c': '' });
    const folder = mkdtempSync(join(tmpdir(), 'dpxdt-sitemap-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, 'map.txt'),
      'https://www.example.com/a\r\n\r\nhttps://www.example.com/c\nno address\n',
    );
    const report = await crawlAt(server.url('/'), { sitemaps: ['map.txt'], currentFolder: folder });
    expect(names(report)).toEqual(['/', '/a', '/c']);
    expect(report.notices).toEqual([
      `The sitemap names https://www.example.com; its pages are read from ${server.origin}.`,
    ]);
  });

  it('whose index is of the public site, and relative addresses, are read from the copy', async () => {
    const index = ['/one.xml', '/two.xml'].map(
      (path) => `<sitemap><loc>https://www.example.com${path}</loc></sitemap>`,
    );
    const server = await site({
      '/': '',
      '/a': '',
      '/b': '',
      '/index.xml': send(`<sitemapindex>${index.join('')}</sitemapindex>`),
      '/one.xml': send(urls('/a')),
      '/two.xml': send('/b\n'),
    });
    const report = await crawlAt(server.url('/'), { sitemaps: [server.url('/index.xml')], crawlDepth: 0 });
    expect(names(report)).toEqual(['/', '/a', '/b']);
    expect(report.notices).toEqual([
      `The index names sitemaps on https://www.example.com; they are read from ${server.origin}.`,
    ]);
  });

  it.each([
    ['is missing', null, /status 404/],
    ['has no address', send('<html></html>'), /no address/],
    ['is a bomb', send(gzipSync(Buffer.alloc(60 * 2 ** 20, 32))), /larger than 50 MiB/],
    ['is broken', send(gzipSync('x'.repeat(1_000)).subarray(0, 20)), /unexpected end/],
  ])('that %s is an error with its address', async (_what, page, message) => {
    const server = await site({ '/': '', ...(page !== null && { '/map': page }) });
    const crawling = crawlAt(server.url('/'), { sitemaps: [server.url('/map')] });
    await expect(crawling).rejects.toMatchObject({
      code: 'unprocessable',
      message: expect.stringMatching(message) as string,
    });
  });
});
