import { writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { parseLocalConfig } from '../../contract/files/local-config.ts';
import { hurriedClock, site } from '../../../test/support/crawl-site.ts';
import type { CommandContext } from '../terminal/context.ts';
import { pageFinder } from './find-pages.ts';

const find = async (file: Record<string, unknown>) => {
  const [source] = parseLocalConfig(file, { isShared: () => false }).sources;
  const context = { currentFolder: '.', toolVersion: '0' } as CommandContext;
  const found = await pageFinder(context, hurriedClock())(source!, new AbortController().signal);
  return { ...found, pages: found.pages.map(({ name }) => name) };
};

it('crawls a site, with the names and limits of site-diff', async () => {
  const server = await site({
    '/': '<a href="/a?x=1">a</a><a href="/b/">b</a><a href="/gone">c</a><a href="/sick">d</a>',
    '/a': '<a href="/deep">e</a>',
    '/b/': 'b',
    '/deep': 'e',
    '/sick': (_request, response) => {
      response.statusCode = 500;
      response.end();
    },
  });
  const baseUrl = server.url('/');
  expect((await find({ baseUrl, crawl: '/' })).pages).toEqual(['/', '/a', '/b/', '/deep', '/sick']);
  const some = await find({ baseUrl, crawl: { url: '/', depth: 1, exclude: ['/b/', '/sick'] } });
  expect(some.pages).toEqual(['/', '/a']);
  const none = await find({ baseUrl, crawl: { url: '/', include: ['/nowhere'] } });
  expect(none).toMatchObject({ pages: [], problem: expect.stringContaining('"include" of crawl') as string });
  const cut = await find({ baseUrl, crawl: { url: '/', maxPages: 2 } });
  expect(cut.warnings.join()).toContain('its limit of 2 pages ("maxPages" of crawl)');
});

it('reads the pages of a sitemap alone, from the site or from a file', async () => {
  const server = await site({
    '/sitemap.xml': '<urlset><url><loc>https://live.test/a</loc></url><url><loc>/b</loc></url></urlset>',
    '/a': '<a href="/c">c</a>',
    '/b': 'b',
    '/c': 'c',
  });
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dpxdt-sitemap-'));
  const path = join(folder.path, 'sitemap.txt');
  writeFileSync(path, `${server.url('/b')}\n`);
  const baseUrl = server.url('/');
  expect((await find({ baseUrl, sitemap: { url: '/sitemap.xml' } })).pages).toEqual(['/a', '/b']);
  expect((await find({ baseUrl, sitemap: pathToFileURL(path).href })).pages).toEqual(['/b']);
});
