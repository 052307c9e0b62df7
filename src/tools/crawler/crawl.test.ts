import { describe, expect, it } from 'vitest';
import { crawlAt, links, names, redirect, site } from '../../../test/support/crawl-site.ts';
import type { Page } from '../../../test/support/page-server.ts';
import { explainEmptyCrawl, hasOnlyFailures, warnAboutCrawl } from './describe-crawl.ts';

describe('what belongs to a crawl', () => {
  it('is what begins with the address of the start, as plain text', async () => {
    const server = await site({
      '/docs': links('/docs/a', '/docs2', '/doc', '/', 'https://elsewhere.example/docs/b'),
      '/docs/a': '',
      '/docs2': '',
    });
    const report = await crawlAt(server.url('/docs'));
    expect(names(report)).toEqual(['/docs', '/docs/a', '/docs2']);
    expect(report.cutShort).toBeNull();
  });

  it('is found as a browser resolves links', async () => {
    const server = await site({
      '/': `<base href="/deep/er/"><base href="/ignored/">
        <a href="one?a=1&amp;b=2#part">1</a> <a href=" ../two ">2</a> <a href="//${'HOST'}/three">3</a>
        <area href="./four"> <iframe src="five"></iframe>
        <meta http-equiv="refresh" content="30; url='six'">
        <!-- <a href="/comment"> --> <script>'<a href="/script">'</script> <template><a href="/template"></a></template>
        <a href="mailto:a@b.example">m</a> <a href="javascript:void(0)">j</a> <a href="tel:1">t</a> <a href="http://[">b</a>
        <link rel="canonical" href="/canonical"> <img srcset="/image 2x" src="/image"> <a download href="/file">d</a>
        <A HREF=/upper/%7euser>u</A>`,
      '/deep/er/one': '',
      '/deep/two': '',
      '/three': '',
      '/deep/er/four': '',
      '/deep/er/five': '',
      '/deep/er/six': '',
      '/upper/%7euser': '',
    });
    const report = await crawlAt(server.url('/'), { keepQueryString: true });
    expect(names(report)).toEqual([
      '/',
      '/deep/er/one?a=1&b=2',
      '/deep/two',
      '/deep/er/four',
      '/deep/er/five',
      '/deep/er/six',
      '/upper/%7euser',
    ]);
    expect(report.failed).toEqual([]);
    expect(server.seen).toHaveLength(7);
  });

  it('has each page once, without fragment, and without query unless it is kept', async () => {
    const pages = { '/': links('/a?x=1', '/a?x=2', '/a#top', './a', '/'), '/a': '' };
    const server = await site(pages);
    expect(names(await crawlAt(server.origin))).toEqual(['/', '/a']);
    const kept = await crawlAt(server.origin, { keepQueryString: true });
    expect(names(kept)).toEqual(['/', '/a?x=1', '/a?x=2', '/a']);
  });

  it('is as deep as asked', async () => {
    const server = await site({ '/': links('/a'), '/a': links('/b'), '/b': links('/c'), '/c': '' });
    expect(names(await crawlAt(server.url('/'), { crawlDepth: 0 }))).toEqual(['/']);
    expect(names(await crawlAt(server.url('/'), { crawlDepth: 1 }))).toEqual(['/', '/a']);
    expect(names(await crawlAt(server.url('/')))).toEqual(['/', '/a', '/b', '/c']);
  });

  it('leaves out prefixes and globs', async () => {
    const server = await site({
      '/': links('/a/1', '/b/1', '/b/2', '/c/x/1'),
      '/a/1': '',
      '/b/1': '',
      '/b/2': '',
      '/c/x/1': '',
    });
    const ignorePrefixes = ['/a', server.url('/b/1')];
    expect(names(await crawlAt(server.url('/'), { ignorePrefixes }))).toEqual(['/', '/b/2', '/c/x/1']);
    expect(names(await crawlAt(server.url('/'), { exclude: ['/*/1'] }))).toEqual(['/', '/b/2', '/c/x/1']);
    expect(names(await crawlAt(server.url('/'), { exclude: ['/**/1'] }))).toEqual(['/', '/b/2']);
    expect(names(await crawlAt(server.url('/'), { include: ['/b/**', '/c'] }))).toEqual(['/b/1', '/b/2']);
  });

  it('is HTML that answers with success; the rest is said', async () => {
    const answer =
      (status: number, headers: Record<string, string> = {}): Page =>
      (_request, response) =>
        void response.writeHead(status, headers).end('<html>');
    const server = await site({
      '/': links('/image', '/none', '/empty', '/download', '/untyped', '/login', '/xhtml'),
      '/image': answer(200, { 'content-type': 'image/png' }),
      '/empty': answer(204),
      '/download': answer(200, { 'content-type': 'text/html', 'content-disposition': 'attachment' }),
      '/untyped': answer(200),
      '/login': answer(401),
      '/xhtml': answer(200, { 'content-type': 'application/xhtml+xml; charset=utf-8' }),
    });
    const report = await crawlAt(server.url('/'));
    expect(names(report)).toEqual(['/', '/untyped', '/xhtml']);
    expect(report.skippedCounts.not_html).toBe(3);
    expect(
      report.failed.map(({ runName, reason, status, foundOn }) => [runName, reason, status, foundOn]),
    ).toEqual([
      ['/none', 'http_status', 404, server.url('/')],
      ['/login', 'http_auth_required', 401, server.url('/')],
    ]);
  });
});

describe('a start that is the only page', () => {
  it('is told with where to start instead', async () => {
    const server = await site({
      '/a/index.html': links('b.html', '/c', 'https://elsewhere.example/'),
      '/a/only': '',
    });
    expect(warnAboutCrawl(await crawlAt(server.url('/a/index.html')))).toEqual([
      `${server.url('/a/index.html')} is the only page that begins with ${server.url('/a/index.html')}. Its 2 links lead to other pages of the host: start at ${server.url('/a/')} to follow them.`,
    ]);
    expect(warnAboutCrawl(await crawlAt(server.url('/a/only'))).join()).toContain('--sitemap');
    expect(warnAboutCrawl(await crawlAt(server.url('/a/only'), { crawlDepth: 0 }))).toEqual([]);
  });

  it('and does not answer is told with why', async () => {
    const server = await site({});
    await server.close();
    const crawling = crawlAt(server.url('/'), { ignoreRobots: false });
    await expect(crawling).rejects.toThrow(`${server.origin} could not be read: connect ECONNREFUSED`);
    const report = await crawlAt(server.url('/'));
    expect(explainEmptyCrawl(report)).toMatch(/^No page could be read: .*ECONNREFUSED/);
    expect(hasOnlyFailures(report)).toBe(true);
  });
});

describe('redirects', () => {
  it('are followed inside the prefix; the page is where they end', async () => {
    const server = await site({
      '/s/': links('/s/old', '/s/older', '/s/same', '/s/query', '/s/away', '/s/file'),
      '/s/old': redirect('new'),
      '/s/older': redirect('/s/old', 301),
      '/s/new': links('/s/behind'),
      '/s/behind': '',
      '/s/same': redirect('/s/'),
      '/s/query': redirect('/s/shown?id=1'),
      '/s/shown': '',
      '/s/away': redirect('https://elsewhere.example/s/'),
      '/s/file': redirect('file:///etc/passwd'),
    });
    const report = await crawlAt(server.url('/s/'));
    expect(names(report)).toEqual(['/s/', '/s/new', '/s/query', '/s/behind']);
    expect(report.skipped.map(({ detail }) => detail)).toEqual([
      `redirects to https://elsewhere.example/s/, which does not begin with ${server.url('/s/')}`,
      'redirects to file:///etc/passwd, which is not a web page',
    ]);
  });

  it('in a circle end', async () => {
    const server = await site({ '/': links('/a'), '/a': redirect('/b'), '/b': redirect('/a') });
    const report = await crawlAt(server.url('/'));
    expect(report.failed).toMatchObject([{ runName: '/a', reason: 'too_many_redirects' }]);
    expect(server.seen).toHaveLength(22);
  });
});

describe('order', () => {
  it('is breadth first, however quickly which page answers', async () => {
    const delayed =
      (ms: number, ...hrefs: string[]): Page =>
      (_request, response) =>
        void setTimeout(
          () => response.writeHead(200, { 'content-type': 'text/html' }).end(links(...hrefs)),
          ms,
        );
    const server = await site({
      '/': links('/slow', '/quick', '/middle'),
      '/slow': delayed(60, '/slow/1', '/shared'),
      '/quick': delayed(0, '/shared', '/quick/1'),
      '/middle': delayed(20),
      '/slow/1': delayed(10),
      '/shared': delayed(0),
      '/quick/1': delayed(5),
    });
    const expected = ['/', '/slow', '/quick', '/middle', '/slow/1', '/shared', '/quick/1'];
    expect(names(await crawlAt(server.url('/')))).toEqual(expected);
    expect(names(await crawlAt(server.url('/'), { concurrency: 1 }))).toEqual(expected);
    expect(names(await crawlAt(server.url('/'), { concurrency: 3, maxPages: 5 }))).toEqual(
      expected.slice(0, 5),
    );
  });
});
