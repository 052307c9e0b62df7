/**
 * Captures every page of the review UI, with real data, for visual inspection:
 *
 *   node scripts/screenshots.ts [PART-OF-NAME…] [--out FOLDER] [--docs]
 *
 * FOLDER is `build/screenshots` by default; `--docs` also renews the ones in `docs/images/`.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { captureShop } from '../src/cli/demo/compare-versions.ts';
import { startShopServer } from '../src/cli/demo/shop-server.ts';
import { closePage, frames, launchBrowser, openPage } from '../test/ui/support/review-page.ts';
import { startReviewServer, type ReviewServer } from '../test/ui/support/review-server.ts';
import { sampleImages, seedRelease } from '../test/ui/support/seed.ts';

interface Scene {
  name: string;
  /** Path of the page. */
  address: string;
  server?: 'fresh' | 'shop' | 'many';
  keys?: string[];
  reach?: (page: Page) => Promise<void>;
  /** The file in `docs/images/` for the wide, light screenshot. */
  docs?: string;
}

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(import.meta.dirname, '..', 'build', 'screenshots') },
    docs: { type: 'boolean', default: false },
  },
});

const images = join(import.meta.dirname, '..', 'docs', 'images');
const release = '?id=1&name=06-16-r01&number=1';
const run = `${release}&test=products`;

const scenes: Scene[] = [
  { name: 'home-fresh', address: '/', server: 'fresh' },
  { name: 'home', address: '/' },
  { name: 'home-many', address: '/', server: 'many' },
  { name: 'new-build', address: '/new' },
  { name: 'build', address: '/build?id=1', docs: 'build.png' },
  { name: 'build-empty', address: '/build?id=1', server: 'fresh' },
  { name: 'build-many', address: '/build?id=1', server: 'many' },
  { name: 'release', address: `/release${release}`, docs: 'release.png' },
  { name: 'release-grid', address: `/release${release}`, keys: ['g'] },
  { name: 'release-first', address: '/release?id=1&name=06-12-r04&number=1' },
  { name: 'release-same', address: '/release?id=1&name=06-14-r02&number=1' },
  { name: 'release-failed', address: '/release?id=1&name=Broken&number=1', server: 'many' },
  { name: 'release-large', address: '/release?id=2&name=large&number=1', server: 'many' },
  { name: 'run', address: `/run${run}` },
  { name: 'run-moved', address: `/run${release}&test=journal&region=2`, docs: 'run.png' },
  { name: 'run-swipe', address: `/run${run}`, keys: ['w'] },
  { name: 'run-after', address: `/run${run}`, keys: ['3'] },
  { name: 'run-info', address: `/run${run}`, keys: ['i'] },
  { name: 'run-same', address: `/run${release}&test=about` },
  { name: 'image', address: `/image${run}&type=after` },
  { name: 'log', address: `/log${run}&type=after` },
  { name: 'config', address: `/config${run}&type=after` },
  { name: 'settings', address: '/settings?build_id=1' },
  {
    name: 'settings-retention',
    address: '/settings?build_id=1',
    server: 'many',
    reach: async (page) => {
      await page.getByLabel('Keep the newest').fill('10');
      await page.getByRole('button', { name: 'What would this delete?' }).click();
      await page.getByText('Would delete').waitFor();
      await page.getByRole('heading', { name: 'Retention' }).scrollIntoViewIfNeeded();
      await page.evaluate(() => {
        document.querySelector('[aria-labelledby="deleted-title"]')?.scrollIntoView({ block: 'center' });
      });
    },
  },
  {
    name: 'settings-secrets',
    address: '/settings?build_id=1',
    reach: async (page) => {
      const section = page.getByRole('region', { name: 'Secrets' });
      await section.getByRole('button', { name: 'Add a secret' }).click();
      await page.evaluate(() => {
        document.querySelector('[aria-labelledby="secrets-title"]')?.scrollIntoView({ block: 'start' });
      });
    },
  },
  {
    name: 'settings-forges',
    address: '/settings?build_id=1',
    reach: async (page) => {
      const section = page.getByRole('region', { name: 'Pull requests' });
      await section.getByText('Deliveries').click();
      await section.getByRole('button', { name: 'Connect another repository' }).click();
      await section.scrollIntoViewIfNeeded();
      await page.evaluate(() => {
        document.querySelector('[aria-labelledby="forges-title"]')?.scrollIntoView({ block: 'start' });
      });
    },
  },
  {
    name: 'settings-events',
    address: '/settings?build_id=1',
    reach: async (page) => {
      const section = page.getByRole('region', { name: 'Events' });
      await section.getByText('Sent events').click();
      await section.getByRole('button', { name: 'Add an endpoint' }).click();
      await page.evaluate(() => {
        document.querySelector('[aria-labelledby="events-title"]')?.scrollIntoView({ block: 'start' });
      });
    },
  },
  {
    name: 'delete-release',
    address: '/release?id=1&name=06-12-r04&number=1',
    reach: async (page) => {
      await page.getByRole('button', { name: 'About this release' }).click();
      await page.getByRole('button', { name: 'Delete release…' }).click();
      await page.getByText('its runs are removed').waitFor();
    },
  },
  {
    name: 'delete-build',
    address: '/settings?build_id=1',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Delete build…' }).click();
      await page.getByLabel('to confirm').fill('Kiln & Oak');
    },
  },
  {
    name: 'home-deleted',
    address: '/',
    server: 'many',
    reach: (page) => page.getByRole('heading', { name: 'Deleted builds' }).scrollIntoViewIfNeeded(),
  },
  { name: 'admins', address: '/admins?build_id=1' },
  { name: 'api-keys', address: '/api_keys?build_id=1' },
  { name: 'activity', address: '/activity?build_id=1' },
  { name: 'queues', address: '/api/work_queue' },
  { name: 'queue', address: '/api/work_queue/capture' },
  { name: 'whoami', address: '/whoami' },
  { name: 'shortcuts', address: `/run${run}`, keys: ['?'] },
  {
    name: 'menu',
    address: '/',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.waitForSelector('[role="menu"]');
    },
  },
  { name: 'not-found', address: '/nothing/here' },
];

const looks = [
  { width: 1440, height: 900, scheme: 'light' },
  { width: 1440, height: 900, scheme: 'dark' },
  { width: 390, height: 844, scheme: 'light' },
  { width: 390, height: 844, scheme: 'dark' },
] as const;

const chosen = scenes.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const ending: (() => Promise<unknown>)[] = [];
try {
  const browser = await launchBrowser();
  ending.push(() => browser.close());
  const servers: Partial<Record<NonNullable<Scene['server']>, ReviewServer>> = {};
  await mkdir(options.out, { recursive: true });
  for (const scene of chosen) {
    const kind = scene.server ?? 'shop';
    servers[kind] ??= await startServerFor(kind);
    await takeScreenshots(browser, servers[kind], scene);
  }
} finally {
  for (const end of ending.reverse()) await end();
}

async function takeScreenshots(browser: Browser, server: ReviewServer, scene: Scene): Promise<void> {
  for (const look of looks) {
    const page = await openPage(browser, server.url + scene.address, { ...look, expectErrors: /404/ });
    for (const key of scene.keys ?? []) await page.keyboard.press(key);
    await scene.reach?.(page);
    await imagesLoaded(page);
    const path = join(options.out, `${scene.name}-${look.width}-${look.scheme}.png`);
    await page.screenshot({ path });
    await closePage(page);
    if (options.docs && scene.docs !== undefined && look.width === 1440 && look.scheme === 'light')
      await copyFile(path, join(images, scene.docs));
    console.log(path);
  }
}

/** Waits until everything in the viewport is drawn. */
async function imagesLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isSeen = (element: Element) => element.getBoundingClientRect().top < innerHeight;
    const isWaiting = document.querySelector('[aria-busy="true"]') !== null;
    return !isWaiting && [...document.images].every((image) => image.complete || !isSeen(image));
  });
  await frames(page);
}

async function startServerFor(kind: NonNullable<Scene['server']>): Promise<ReviewServer> {
  const server = await startReviewServer(kind === 'shop' ? { workers: 2 } : {});
  ending.push(() => server.close());
  if (kind === 'shop') await captureExampleShop(server);
  if (kind === 'many') await fillWithMany(server);
  return server;
}

/** The example shop, captured in both versions, as in `dpxdt demo`. */
async function captureExampleShop({ client }: ReviewServer): Promise<void> {
  const shop = await startShopServer();
  ending.push(() => shop.close());
  const site = join(import.meta.dirname, '..', 'examples', 'demo-site');
  const never = new AbortController().signal;
  await client.updateBuild({ buildId: 1, name: 'Kiln & Oak' });
  await client.createBuild({ name: 'Journal', isPublic: true });
  const capture = async (releaseName: string, version: string) => {
    shop.show(join(site, version));
    return captureShop(client, { buildId: 1, releaseName, origin: shop.origin }, never);
  };
  await capture('06-12-r04', 'before');
  await client.reviewRelease({ buildId: 1, releaseName: '06-12-r04', releaseNumber: 1, decision: 'good' });
  await capture('06-14-r02', 'before');
  // Nothing answers there: it shows what a forge that is down looks like.
  const nowhere = {
    kind: 'github',
    baseUrl: 'http://127.0.0.1:9',
    repository: 'kiln/shop',
    token: 't',
  } as const;
  await client.createForgeConnection({ buildId: 1, ...nowhere });
  const origins = ['https://staging.kiln.example', 'https://login.kiln.example'];
  for (const name of ['SHOP_PASSWORD', 'SHOP_USER']) {
    await client.setBuildSecret({ buildId: 1, name, value: 'for screenshots', origins });
  }
  for (const kind of ['webhook', 'slack'] as const) {
    await client.createEventEndpoint({ buildId: 1, kind, address: `http://127.0.0.1:9/${kind}` });
  }
  await client.createRelease({
    buildId: 1,
    releaseName: 'checkout',
    headCommit: 'c'.repeat(40),
    pullRequest: 12,
  });
  const { release, runs } = await capture('06-16-r01', 'after');
  const decided = runs.name.flatMap((name, index) =>
    runs.status[index] === 'diff_found' && name.startsWith('index') ? [runs.id[index]!] : [],
  );
  await client.reviewRuns({
    buildId: 1,
    releaseName: release.name,
    releaseNumber: release.number,
    runs: decided.map((runId) => ({ runId, verdict: 'approved' })),
    operationId: 'screenshots',
  });
  await client.createKey({ buildId: 1, purpose: 'CI of the shop' });
  const { key } = await client.createKey({ buildId: 1, purpose: 'An old laptop' });
  await client.revokeKey({ buildId: 1, keyId: key.id });
}

/** Many builds, many attempts, every kind of failure, a large release, names of maximum length. */
async function fillWithMany({ client }: ReviewServer): Promise<void> {
  const { before, after } = await sampleImages();
  await client.createBuild({ name: 'Large' });
  for (let number = 1; number <= 38; number++) await client.createBuild({ name: `Site ${number}` });
  for (let attempt = 1; attempt <= 30; attempt++) {
    await seedRelease(client, {
      buildId: 1,
      name: 'nightly',
      runs: [{ name: '/', before, after: attempt % 3 === 0 ? after : before }],
      ...(attempt % 4 === 0 && { decision: 'bad' as const }),
    });
  }
  await client.deleteRelease({ buildId: 1, releaseName: 'nightly', releaseNumber: 3, confirm: 'nightly' });
  await client.deleteBuild({ buildId: 40, confirm: 'Site 38' });
  const odd = `50% + "odd" <b>name</b> تقرير 🚀 ${'very-long-'.repeat(18)}end`;
  await seedRelease(client, { buildId: 1, name: odd, runs: [{ name: odd, before, after }] });
  const failures = [
    ['http_status', 'The page returned status 500.'],
    ['capture_timeout', 'The page was not ready after 120 seconds.'],
    ['tls_error', 'The certificate of shop.test is not valid: expired on 3 May.'],
    ['too_many_redirects', 'The page keeps redirecting; stopped after 20 hops.'],
    ['page_too_large', 'The page is 1280 × 61,000 pixels. The limit is 50 million pixels.'],
    ['script_error', 'injectJs threw: x is not defined.'],
    ['egress_blocked', 'This server may not access 10.9.9.9. An operator can allow it.'],
    ['page_crashed', 'The browser ran out of memory on this page.'],
  ] as const;
  await seedRelease(client, {
    buildId: 1,
    name: 'Broken',
    runs: failures.map(([reason, message]) => ({
      name: `/${reason}`,
      before,
      after: null,
      failure: { reason, message },
    })),
  });
  await seedRelease(client, {
    buildId: 2,
    name: 'large',
    runs: Array.from({ length: 1_000 }, (_, index) => ({
      name: `/product/${index}`,
      before,
      after: index % 40 === 0 ? after : before,
    })),
  });
}
