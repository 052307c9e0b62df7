import { describe, expect, it } from 'vitest';
import { crawlOptions, hurriedClock, links, site } from '../../test/support/crawl-site.ts';
import { DepictedClient } from '../client/index.ts';
import type { CrawlOptions, CrawlReport } from './crawler/crawl-types.ts';
import type { ToolEvent } from './events.ts';
import { siteRuns, type SiteOptions } from './site-runs.ts';

/** A server whose newest good release has runs of these names; null: it has no good release. Without `list_missing` if old. */
function clientWith(baseline: readonly string[] | null, isOld = false): DepictedClient {
  const answer = (status: number, body: object) => new Response(JSON.stringify(body), { status });
  return new DepictedClient({
    server: 'http://server.example',
    maxAttempts: 1,
    fetch: async (url) => {
      if (url.includes('/api/v1/') && url.includes('missing') && !isOld) {
        return answer(200, { missing: (baseline ?? []).map((name) => ({ name, verdict: 'undecided' })) });
      }
      if (url.includes('missing') || baseline === null)
        return answer(404, { error: 'No good release.', code: 'not_found' });
      if (url.endsWith('/api/find_run')) return answer(200, { release_name: 'r', release_number: 1 });
      return answer(200, { runs: { name: baseline } });
    },
  });
}

async function runsOf(
  start: string,
  baseline: readonly string[] | null,
  more: Partial<CrawlOptions> & { missing?: SiteOptions['missing']; isOld?: boolean } = {},
) {
  const { missing = 'capture', isOld = false, ...options } = more;
  const events: ToolEvent[] = [];
  const reports: CrawlReport[] = [];
  const runs = siteRuns(
    { crawl: crawlOptions(start, options), config: { delayMs: 1 }, missing },
    {
      fetch: (url, init) => fetch(url, init),
      clock: hurriedClock(),
      signal: new AbortController().signal,
      client: clientWith(baseline, isOld),
      release: () => Promise.resolve({ buildId: 1, releaseName: 'r', releaseNumber: 2 }),
      onEvent: (event) => events.push(event),
    },
    (report) => reports.push(report),
  );
  const names: string[] = [];
  for await (const { name, url, config } of runs) {
    expect(url.startsWith(start)).toBe(true);
    expect(config).toEqual({ delayMs: 1 });
    names.push(name);
  }
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(reports).toHaveLength(1);
  return { names, warnings, report: reports[0]! };
}

const pages = {
  '/': links('/a', '/dead', '/sick'),
  '/a': '',
  '/unlinked': '',
  '/sick': (_request: unknown, response: { writeHead(status: number): { end(): void } }) =>
    response.writeHead(500).end(),
};

describe('the runs of a site', () => {
  it('are its pages and what fails in its server, not its dead links', async () => {
    const server = await site(pages);
    const { names, warnings, report } = await runsOf(server.url('/'), null);
    expect(names).toEqual(['/', '/a', '/sick']);
    expect(report.failed.map(({ runName }) => runName)).toEqual(['/dead', '/sick']);
    expect(warnings).toEqual([]);
  });

  it('are also pages of the baseline that were not found', async () => {
    const server = await site(pages);
    const baseline = ['/', '/sick', '/unlinked', '/dead', 'An image', '/b/../a', '/excluded'];
    const more = { exclude: ['/excluded'] };
    const { names, warnings } = await runsOf(server.url('/'), baseline, more);
    expect(names).toEqual(['/', '/a', '/sick', '/unlinked', '/dead']);
    expect(warnings).toEqual([
      '2 pages of the baseline were not found by the crawl, first /unlinked: captured anyway (use --forget-missing to leave them out).',
    ]);
    expect((await runsOf(server.url('/'), baseline, { ...more, isOld: true })).names).toEqual(names);
  });

  it('are no more than what was found where the rest is forgotten, which is told, or ignored', async () => {
    const server = await site(pages);
    const forgetful = await runsOf(server.url('/'), ['/', '/unlinked'], { missing: 'forget' });
    expect(forgetful.names).toEqual(['/', '/a', '/sick']);
    expect(forgetful.warnings).toEqual([
      '1 page of the baseline was not found by the crawl, first /unlinked: left out, because of --forget-missing.',
    ]);
    const ignorant = await runsOf(server.url('/'), ['/', '/unlinked'], { missing: 'ignore' });
    expect(ignorant).toMatchObject({ names: forgetful.names, warnings: [] });
  });

  it('are no more than asked for where the depth is limited', async () => {
    const server = await site(pages);
    const { names, warnings } = await runsOf(server.url('/'), ['/', '/a'], { crawlDepth: 0 });
    expect(names).toEqual(['/']);
    expect(warnings).toEqual([
      '1 page of the baseline was not found by the crawl, first /a: left out, because --crawl-depth is limited. Without --subset they count as missing.',
    ]);
  });

  it('are none where nothing could be read', async () => {
    const server = await site({ '/sick': pages['/sick'] });
    expect((await runsOf(server.url('/sick'), ['/sick'])).names).toEqual([]);
  });
});

it('each page is captured in each way that the config names, a page of the baseline in the way that it names', async () => {
  const server = await site({ '/': '', '/unlinked': '', '/plain': '' });
  const runs = siteRuns(
    {
      crawl: crawlOptions(server.url('/')),
      config: {
        viewports: [
          { name: 'phone', width: 1, height: 2 },
          { width: 3, height: 4 },
        ],
      },
      missing: 'capture',
    },
    {
      fetch: (url, init) => fetch(url, init),
      clock: hurriedClock(),
      signal: new AbortController().signal,
      client: clientWith(['/@phone', '/unlinked@3x4', '/plain']),
      release: () => Promise.resolve({ buildId: 1, releaseName: 'r', releaseNumber: 2 }),
      onEvent: () => undefined,
    },
    () => undefined,
  );
  const found: unknown[] = [];
  for await (const { name, url, config } of runs) found.push([name, url, config.viewportSize?.width]);
  expect(found).toEqual([
    ['/@phone', server.url('/'), 1],
    ['/@3x4', server.url('/'), 3],
    ['/unlinked@3x4', server.url('/unlinked'), 3],
  ]);
});

it('the crawl ends when nobody wants more of its pages', async () => {
  const server = await site({ '/': links('/a'), '/a': () => undefined });
  const runs = siteRuns(
    { crawl: crawlOptions(server.url('/')), config: {}, missing: 'capture' },
    {
      fetch: (url, init) => fetch(url, init),
      clock: hurriedClock(),
      signal: new AbortController().signal,
      client: clientWith(null),
      release: () => expect.unreachable(),
      onEvent: () => undefined,
    },
    () => expect.unreachable(),
  );
  expect((await runs.next()).value).toMatchObject({ name: '/' });
  await runs.return(undefined);
});
