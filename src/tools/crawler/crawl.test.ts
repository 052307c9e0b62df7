import { describe, expect, it } from 'vitest';
import { crawlAt, hurriedClock, links, names, redirect, site } from '../../../test/support/crawl-site.ts';
import type { Page } from '../../../test/support/page-server.ts';
import type { Clock } from '../../ports/clock.ts';

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
      '/': links('/picture', '/none', '/empty', '/download', '/untyped', '/login', '/xhtml'),
      '/picture': answer(200, { 'content-type': 'image/png' }),
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
      'redirects to file:///etc/passwd, which is no web page',
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

describe('politeness', () => {
  it('keeps to robots.txt', async () => {
    const pages = {
      '/robots.txt': (_request: unknown, response: { end(text: string): void }) =>
        response.end(
          'User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /private\nAllow: /private/but\nCrawl-delay: 0.2',
        ),
      '/': links('/private/1', '/private/but', '/a', '/moved'),
      '/a': '',
      '/private/1': '',
      '/private/but': '',
      '/moved': redirect('/private/1'),
    };
    const server = await site(pages);
    const waits: number[] = [];
    const report = await crawlAt(
      server.url('/'),
      { ignoreRobots: false, concurrency: 1 },
      hurriedClock(waits),
    );
    expect(names(report)).toEqual(['/', '/private/but', '/a']);
    expect(report.skippedCounts.robots).toBe(1);
    expect(report.skipped.at(-1)!.detail).toContain('which robots.txt forbids');
    expect(waits.filter((ms) => ms > 50)).not.toEqual([]);
    expect(names(await crawlAt(server.url('/'))).toSorted()).toEqual([
      '/',
      '/a',
      '/private/1',
      '/private/but',
    ]);
  });

  it('says that robots.txt forbids the start', async () => {
    const server = await site({
      '/robots.txt': (_request, response) => void response.end('User-agent: *\nDisallow: /'),
      '/': '',
    });
    const report = await crawlAt(server.url('/'), { ignoreRobots: false });
    expect(report.pages).toEqual([]);
    expect(report.notices.join()).toContain('--ignore-robots');
  });

  it('reads nothing where robots.txt fails, and everything where there is none', async () => {
    const server = await site({
      '/robots.txt': (_request, response) => void response.writeHead(503).end(),
      '/': '',
    });
    await expect(crawlAt(server.url('/'), { ignoreRobots: false })).rejects.toMatchObject({
      code: 'unprocessable',
    });
    const open = await site({ '/': '' });
    expect(names(await crawlAt(open.url('/'), { ignoreRobots: false }))).toEqual(['/']);
  });

  it('tries again what is busy, as long as it asks to be left alone', async () => {
    let asked = 0;
    const server = await site({
      '/': (_request, response) => {
        asked++;
        if (asked === 3) response.writeHead(200, { 'content-type': 'text/html' }).end();
        else response.writeHead(503, asked === 1 ? { 'retry-after': '7' } : {}).end();
      },
    });
    const waits: number[] = [];
    const report = await crawlAt(server.url('/'), {}, hurriedClock(waits));
    expect(names(report)).toEqual(['/']);
    expect(waits).toContain(7_000);
    expect(waits).toContain(2_000);
  });

  it('sends at most so many requests a second', async () => {
    const server = await site({ '/': links('/a', '/b', '/c'), '/a': '', '/b': '', '/c': '' });
    let now = 0;
    const starts: number[] = [];
    const clock: Clock = {
      now: () => now,
      monotonicMs: () => now,
      sleep: (ms, signal) => {
        if (ms > 100_000) return hurriedClock().sleep(ms, signal);
        now += ms;
        return Promise.resolve();
      },
    };
    await crawlAt(server.url('/'), { requestsPerSecond: 4, concurrency: 1 }, clock, {
      fetch: (url, init) => {
        starts.push(now);
        return fetch(url, init);
      },
    });
    expect(starts).toEqual([0, 250, 500, 750]);
  });
});

describe('credentials', () => {
  it('go to the origin of the start only; cookies where they belong', async () => {
    const other = await site({ '/sitemap.xml': (_request, response) => void response.end('') });
    const server = await site({ '/': links('/a'), '/a': '' });
    await crawlAt(server.url('/'), {
      credentials: { userName: 'me', password: 'sécret' },
      cookies: [
        { name: 'a', value: '1' },
        { name: 'b', value: '2', path: '/a' },
        { name: 'c', value: '3', domain: 'elsewhere.example' },
        { name: 'd', value: '4', secure: true },
        { name: 'e', value: '5', expires: 1 },
        { name: 'f', value: '6', expires: -1 },
      ],
    });
    const authorization = `Basic ${Buffer.from('me:sécret').toString('base64')}`;
    expect(
      server.seen.map(({ headers }) => [headers.authorization, headers.cookie, headers['user-agent']]),
    ).toEqual([
      [authorization, 'a=1; f=6', 'dpxdt-test'],
      [authorization, 'a=1; b=2; f=6', 'dpxdt-test'],
    ]);
    await crawlAt(server.url('/'), {
      credentials: { userName: 'me', password: 'x' },
      sitemaps: [other.url('/sitemap.xml')],
    }).catch(() => undefined);
    expect(other.seen[0]!.headers.authorization).toBeUndefined();
  });
});
