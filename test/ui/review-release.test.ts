import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  frames,
  leaveBrowser,
  sharedBrowser,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';
import { sampleImages, seedMixed, seedRelease, seedRun, type SeededRelease } from './support/seed.ts';
import { seedMany } from './support/seed-many.ts';

let browser: Browser;
let server: ReviewServer;
const pages: Page[] = [];

beforeAll(async () => {
  browser = await sharedBrowser();
  server = await startReviewServer();
});
afterAll(async () => {
  await leaveBrowser(browser);
  await server.close();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await closePage(page);
});

async function open(address: string, options: OpenOptions = {}): Promise<Page> {
  const page = await openPage(browser, server.url + address, options);
  pages.push(page);
  return page;
}

async function newBuild(name: string, isPublic = false): Promise<number> {
  return (await server.client.createBuild({ name, isPublic })).build.id;
}

/** Names of the rows in the page, from top to bottom. */
function names(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.runs-place')]
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((row) => row.querySelector<HTMLElement>('.run-name .cut')!.title),
  );
}

function row(page: Page, name: string) {
  return page.locator('.run-item', { has: page.locator(`.run-name [title="${name}"]`) });
}

const stateIs = (page: Page, name: string, state: string) =>
  row(page, name).locator('.state-mark', { hasText: state }).waitFor();

async function verdictsOf(release: SeededRelease): Promise<Map<string, string>> {
  const { runs } = await server.client.listRuns(release);
  return new Map(runs.name.map((name, index) => [name, runs.verdict[index]!]));
}

/** Until the server has these verdicts. */
async function expectVerdicts(release: SeededRelease, wanted: Record<string, string>): Promise<void> {
  await expect
    .poll(async () => {
      const all = await verdictsOf(release);
      return Object.fromEntries(Object.keys(wanted).map((name) => [name, all.get(name)]));
    })
    .toEqual(wanted);
}

const toast = (page: Page, text: string) => page.locator('.toast-card', { hasText: text }).waitFor();
const chip = (page: Page, name: string) => page.locator('.count-chip', { hasText: name });

describe('reviewing', () => {
  test('100 runs with 10 differences take 10 keys and no mouse, and no row moves', async () => {
    const release = await seedMany(server.client, await newBuild('Ten'), 'r01', {
      differences: 10,
      same: 90,
    });
    const page = await open(release.address);
    const before = await names(page);
    expect(before.slice(0, 2)).toEqual(['/products/00001', '/products/00002']);
    let decisions = 0;
    await press(page, 'Shift+J');
    for (
      ;
      (await page.locator('.progress-headline').innerText()) !== '10 of 100 differ, all decided';
      decisions++
    )
      await press(page, decisions === 4 ? 'n' : 'y');
    expect(decisions).toBe(10);
    expect(await names(page)).toEqual(before);
    await page.getByText('All decisions made: 9 approved, 1 rejected.').waitFor();
    await expectVerdicts(release, { '/products/00001': 'approved', '/products/00005': 'rejected' });

    const markGood = async () => {
      await press(page, 'm');
      await page.getByRole('dialog', { name: 'Verdict on this release' }).waitFor();
      await press(page, 'Enter');
    };
    await markGood();
    await page.getByRole('dialog', { name: 'Mark this release good?' }).waitFor();
    await page.getByText('1 run is rejected').waitFor();
    await press(page, 'Enter');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await markGood();
    await page.getByRole('dialog').getByRole('button', { name: 'Good except rejected' }).click();
    await toast(page, 'Marked good. It is now the baseline, except for rejected pages.');
    await page.locator('.frame-state', { hasText: 'Good' }).waitFor();
    await press(page, 'Control+z');
    await page.locator('.frame-state', { hasText: 'Ready for review' }).waitFor();
  });

  test('many at once are one operation and one undo, also after a reload', async () => {
    const release = await seedMany(server.client, await newBuild('Bulk'), 'r01', {
      differences: 12,
      same: 4,
    });
    const page = await open(release.address);
    let requests = 0;
    page.on('request', (request) => (requests += Number(request.url().endsWith('/verdicts'))));
    await press(page, 'j', 'n', 'k', 'x', 'j', 'j', 'j', 'j', 'Shift+X');
    await page.getByText('5 runs selected').waitFor();
    await page.getByRole('button', { name: 'Approve 5' }).click();
    await toast(page, 'Approved 5 runs.');
    await expectVerdicts(release, {
      '/products/00001': 'approved',
      '/products/00005': 'approved',
      '/products/00006': 'none',
    });
    expect(requests).toBe(2);
    await page.reload();
    await stateIs(page, '/products/00001', 'Approved');
    await press(page, 'Control+z');
    await stateIs(page, '/products/00001', 'Rejected');
    await stateIs(page, '/products/00005', 'Differs');
    await expectVerdicts(release, { '/products/00001': 'rejected', '/products/00005': 'none' });
    await press(page, 'Control+z');
    await expectVerdicts(release, { '/products/00001': 'none' });
    await press(page, 'Control+z');
    await toast(page, 'Nothing to undo.');
  });

  test('E approves what has the same changes, after asking with the count', async () => {
    const { release } = await seedMixed(server.client, await newBuild('Places'));
    const page = await open(release.address);
    await press(page, 'j', 'j', 'e');
    await page.getByRole('dialog', { name: 'Approve 2 runs with exactly the same changes?' }).waitFor();
    await press(page, 'Enter');
    await expectVerdicts(release, {
      '/checkout?step=1': 'approved',
      '/checkout?step=2': 'approved',
      '/home': 'none',
    });
  });
});

describe('with others', () => {
  test('what a colleague decides appears in place, and one who sees an old state is told', async () => {
    const { release } = await seedMixed(server.client, await newBuild('Two'));
    const [mine, theirs] = [
      await open(release.address, { expectErrors: /409/ }),
      await open(release.address),
    ];
    await press(theirs, 'j', 'j', 'y');
    await stateIs(mine, '/checkout?step=1', 'Approved');

    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await mine.route('**/verdicts', async (route) => {
      await held;
      await route.continue();
    });
    await press(mine, 'j', 'j', 'j', 'n');
    await stateIs(mine, '/checkout?step=2', 'Rejected');
    await press(theirs, 'y');
    await expectVerdicts(release, { '/checkout?step=2': 'approved' });
    letGo();
    await toast(mine, 'approved /checkout?step=2');
    await stateIs(mine, '/checkout?step=2', 'Approved');
    await mine.getByRole('button', { name: 'Reject anyway' }).click();
    await expectVerdicts(release, { '/checkout?step=2': 'rejected' });
    await stateIs(theirs, '/checkout?step=2', 'Rejected');
  });

  test('decisions made without a server arrive when it is back', async () => {
    const { release } = await seedMixed(server.client, await newBuild('Offline'));
    const page = await open(release.address, { expectErrors: /Failed to load resource/ });
    await server.stop();
    try {
      await press(page, 'j', 'j', 'y', 'n');
      await stateIs(page, '/checkout?step=2', 'Rejected');
      await page.getByText('No connection to the server.').first().waitFor();
    } finally {
      await server.restart();
    }
    await expectVerdicts(release, { '/checkout?step=1': 'approved', '/checkout?step=2': 'rejected' });
  });

  test('who may only look sees the marks and no buttons', async () => {
    const closed = await startReviewServer({ authentication: 'off' });
    const buildId = (await closed.client.createBuild({ name: 'Open to all', isPublic: true })).build.id;
    const { release } = await seedMixed(closed.client, buildId);
    const page = await openPage(browser, closed.url + release.address);
    await page.route('**/api/v1/session*', async (route) => {
      const response = await route.fetch();
      const session = (await response.json()) as { build: object };
      await route.fulfill({
        json: { ...session, build: { ...session.build, may_review: false, may_manage: false } },
      });
    });
    await page.reload();
    await stateIs(page, '/home', 'Differs');
    await page.getByText('Read-only: only reviewers can decide.').waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
    expect(await page.getByRole('button', { name: /^(Mark|Approve|Capture again)/ }).count()).toBe(0);
    await press(page, 'j', 'y');
    await stateIs(page, '/checkout?step=1', 'Differs');
    await closePage(page);
    await closed.close();
  });
});

describe('what is shown', () => {
  test('a decided run stays under a filter until it is pressed again; search and groups', async () => {
    const { release } = await seedMixed(server.client, await newBuild('Filters'));
    const page = await open(release.address);
    await chip(page, 'undecided').click();
    const undecided = ['/checkout?step=1', '/checkout?step=2', '/home'];
    expect(await names(page)).toEqual(undecided);
    await press(page, 'j', 'y');
    await stateIs(page, '/checkout?step=1', 'Approved');
    expect(await names(page)).toEqual(undecided);
    await chip(page, 'undecided').click();
    await chip(page, 'undecided').click();
    expect(await names(page)).toEqual(undecided.slice(1));
    await page.waitForURL(/show=undecided/);
    await page.reload();
    await stateIs(page, '/home', 'Differs');
    expect(await names(page)).toEqual(undecided.slice(1));

    await press(page, '/');
    await page.keyboard.type('chekout');
    await page.getByText('No runs match ‘chekout’.').waitFor();
    await press(page, 'Escape');
    await stateIs(page, '/about', 'Same');
    await page.getByRole('combobox', { name: 'Group' }).selectOption('By name prefix');
    await page.getByRole('heading', { name: '/checkout' }).waitFor();
    await press(page, 'g');
    await page.locator('.runs[data-shape="card"]').waitFor();
  });

  test('failures are said in words; late differences wait behind a pill for who is at work', async () => {
    const buildId = await newBuild('Late');
    const { before, after } = await sampleImages();
    const release = await seedRelease(server.client, {
      buildId,
      name: 'r01',
      done: false,
      runs: [
        { name: '/a', before, after },
        { name: '/z', before, after: before },
        {
          name: '/cart',
          after: null,
          failure: { reason: 'http_status', message: 'The page returned status 500.', http_status: 500 },
        },
      ],
    });
    const page = await open(release.address);
    await page.getByText('/cart: The page returned status 500.').waitFor();
    await seedRun(server.client, release, { name: '/b', before, after });
    await stateIs(page, '/b', 'Differs');
    expect(await names(page)).toEqual(['/cart', '/a', '/b', '/z']);
    await press(page, 'j');
    await seedRun(server.client, release, { name: '/aa', before, after });
    const pill = page.getByRole('button', { name: '1 new difference' });
    await pill.waitFor();
    expect(await names(page)).toEqual(['/cart', '/a', '/b', '/z']);
    await pill.click();
    expect(await names(page)).toEqual(['/cart', '/a', '/aa', '/b', '/z']);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    expect(await names(page)).toEqual(['/cart']);
    await page.getByRole('button', { name: 'Capture again' }).click();
    await toast(page, 'uploaded by a client');
  });

  test('empty, new and all the same', async () => {
    const buildId = await newBuild('States');
    const { before } = await sampleImages();
    const first = await seedRelease(server.client, {
      buildId,
      name: 'first',
      runs: ['/a', '/b'].map((name) => ({ name, after: before })),
    });
    const page = await open(first.address, { expectErrors: /404/ });
    await page.getByText('Nothing to compare with yet. If these 2 images look right').waitFor();
    await press(page, 'Shift+Y');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Accept all' }).click();
    await toast(page, 'Marked good. It is now the baseline.');
    const same = await seedMany(server.client, buildId, 'same', { differences: 0, same: 3 });
    await page.goto(server.url + same.address);
    await page.getByText('All 3 runs look the same as').first().waitFor();
    const none = await seedRelease(server.client, { buildId, name: 'none', runs: [] });
    await page.goto(server.url + none.address);
    await page.getByText('This release has no runs. Nothing was compared.').waitFor();
    await page.goto(`${server.url}/release?id=${buildId}&name=none&number=9`);
    await page.getByText('Not found', { exact: true }).first().waitFor();
  });
});

describe('size and shape', () => {
  test('2,000 runs: few rows in the page, an honest scroll bar, the same order to the end', async () => {
    const release = await seedMany(server.client, await newBuild('Many'), 'r01', {
      differences: 500,
      same: 1_500,
    });
    const page = await open(release.address);
    const scroller = page.locator('.release-scroller');
    const height = await scroller.evaluate((element) => element.scrollHeight);
    expect(height).toBeGreaterThan(2_000 * 64);
    expect(await page.locator('.runs-place').count()).toBeLessThanOrEqual(30);
    await scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await stateIs(page, '/products/02000', 'Same');
    expect(await page.locator('.runs-place').count()).toBeLessThanOrEqual(30);
    expect(await scroller.evaluate((element) => element.scrollHeight)).toBe(height);
    await page.getByRole('searchbox').fill('00499');
    await frames(page);
    expect(await names(page)).toEqual(['/products/00499']);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('combobox', { name: 'Group' }).selectOption('By same changes');
    await page.getByRole('heading', { name: 'Exactly the same changes' }).first().waitFor();
  });

  test('nothing shifts while it loads and while runs come in', async () => {
    const buildId = await newBuild('Shift');
    const { before, after } = await sampleImages();
    const runs = Array.from({ length: 30 }, (_, index) => ({
      name: `/p${String(index).padStart(2, '0')}`,
      after: null,
      waiting: `https://shop.example/p${index}`,
    }));
    const release = await seedRelease(server.client, { buildId, name: 'r01', runs });
    const page = await open('/');
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
          shifts.push(entry.value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(server.url + release.address);
    await page.getByText('0 of 30 compared · 30 waiting').waitFor();
    await press(page, 'j');
    for (const index of [3, 1, 2]) {
      await seedRun(server.client, release, { name: `/p0${index}`, before, after });
      await stateIs(page, `/p0${index}`, 'Differs');
    }
    await page.getByText('3 of 30 compared · 27 waiting').waitFor();
    // A thousandth of what counts as good: below it the browser only rounds the width of a figure.
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    expect(shifts.filter((shift) => shift > 1e-4)).toEqual([]);
  });

  test('axe finds nothing, wide and narrow, with dialogs; odd names keep their place', async () => {
    const { before, after } = await sampleImages();
    const odd = [
      'x'.repeat(255),
      '/très/' + 'long/'.repeat(40) + 'end',
      'تقرير شهري عن المبيعات والمشتريات في المتجر',
      '👩‍👩‍👧‍👦🚀',
      '<img src=x onerror=alert(1)>',
      'צילום gnp.exe',
    ];
    const buildId = await newBuild('Odd');
    await seedMixed(server.client, buildId);
    const release = await seedRelease(server.client, {
      buildId,
      name: `odd ${'n'.repeat(240)}`,
      runs: [
        ...odd.map((name) => ({ name, before, after })),
        { name: '/same', before, after: before },
        {
          name: '/failed',
          after: null,
          failure: { reason: 'tls_error', message: 'The certificate expired.' },
        },
      ],
    });
    const wide = await open(release.address);
    await expectAccessible(wide);
    expect(await wide.locator('img[src="x"]').count()).toBe(0);
    await press(wide, 'j', 'x', 'j');
    await expectAccessible(wide);
    await press(wide, 'Escape', 'm');
    await expectAccessible(wide);
    await press(wide, 'Enter');
    await wide.getByRole('dialog', { name: 'Mark this release good?' }).waitFor();
    await expectAccessible(wide);
    await press(wide, 'Escape', 'g');
    await expectAccessible(wide);

    const narrow = await open(release.address, { width: 390, height: 844, hasTouch: true });
    expect(await sidewaysScroll(narrow)).toBe(0);
    const inner = narrow.locator('.release-scroller');
    expect(await inner.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await expectAccessible(narrow);
    const bar = await narrow.getByRole('button', { name: 'Mark good' }).boundingBox();
    expect(bar!.height).toBeGreaterThanOrEqual(44);
    expect(bar!.y + bar!.height).toBeLessThanOrEqual(844);
  });
});

test('says that no worker asks for what waits, until one does', async () => {
  const release = await seedRelease(server.client, {
    buildId: await newBuild('Without a worker'),
    name: 'r1',
    runs: [
      { name: '/', after: null, waiting: 'https://shop.example/' },
      { name: '/cart', after: null, waiting: 'https://shop.example/cart' },
    ],
  });
  const page = await open(release.address);
  const step = page.locator('.next-step');
  await step.getByText('No worker has asked for').waitFor({ timeout: 40_000 });
  expect(await step.innerText()).toMatch(
    /^No worker has asked for .+\. 2 runs wait for one: start a worker with dpxdt worker\.$/,
  );
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await frames(page);
  expect(await sidewaysScroll(page)).toBe(0);
  await server.client.leaseTasks({ queueName: 'capture', owner: 'late worker', timeout: 60 });
  await step.getByText('No worker has asked for').waitFor({ state: 'detached', timeout: 40_000 });
});

test('the command for a missing worker has its label, and is not cut on a phone', async () => {
  const release = await seedRelease(server.client, {
    buildId: await newBuild('Inside a VPN'),
    name: 'r1',
    runs: [{ name: '/', after: null, waiting: 'https://shop.example/' }],
  });
  const page = await open(release.address, { width: 390, height: 844 });
  // A worker counts as absent only after ten seconds.
  await page.route(/\/runs\?/, async (route) => {
    const response = await route.fetch();
    const worker_absence = { kind: 'captures', label: 'vpn', since: null };
    await route.fulfill({ response, json: { ...((await response.json()) as object), worker_absence } });
  });
  await page.reload();
  const step = page.locator('.next-step');
  await step.getByText('dpxdt worker --label vpn').waitFor();
  const code = (await step.locator('code').boundingBox())!;
  const box = (await step.boundingBox())!;
  expect(code.y + code.height, 'the command is in sight').toBeLessThanOrEqual(box.y + box.height);
  expect(await sidewaysScroll(page)).toBe(0);
});
