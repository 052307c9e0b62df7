import { describe, expect, it } from 'vitest';
import { crawlAt, hurriedClock, links, names, redirect, site } from '../../../test/support/crawl-site.ts';
import type { Clock } from '../../ports/clock.ts';

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
