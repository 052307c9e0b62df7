/** The pages around the review: builds, settings, keys, activity, queues. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  closePage,
  expectAccessible,
  heading,
  launchBrowser,
  loaded,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { sampleImages, seedMixed, seedRelease } from './support/seed.ts';

const oddName = `50% + "odd" <img src=x onerror=alert(1)> تقرير ${'x'.repeat(200)}`;

let browser: Browser;
/** One build, nothing in it. */
let fresh: ReviewServer;
/** Two builds in use. */
let server: ReviewServer;
let page: Page | undefined;

beforeAll(async () => {
  [browser, fresh, server] = await Promise.all([launchBrowser(), startReviewServer(), startReviewServer()]);
  const { client } = server;
  await client.updateBuild({ buildId: 1, name: 'Shop' });
  await client.createBuild({ name: 'Journal', isPublic: true });
  await seedMixed(client, 1);
  const { before, after } = await sampleImages();
  const runs = [{ name: '/', before, after }];
  for (let attempt = 1; attempt <= 5; attempt++)
    await seedRelease(client, { buildId: 2, name: 'nightly', runs });
  await seedRelease(client, {
    buildId: 2,
    name: oddName,
    runs: [{ name: '/waits', after: null, waiting: 'https://shop.example/waits' }],
    done: false,
  });
});

afterEach(async () => {
  if (page !== undefined) await closePage(page);
  page = undefined;
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([fresh?.close(), server?.close()]);
});

async function open(address: string, options?: OpenOptions, at: ReviewServer = server): Promise<Page> {
  page = await openPage(browser, at.url + address, options);
  return page;
}

const path = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search;

describe('home', () => {
  test('shows what needs a decision first, with state and what is left', async () => {
    const page = await open('/');
    expect(await page.title()).toBe('Builds · Depicted');
    const titles = await page.locator('.list-title').allInnerTexts();
    expect(titles.map((title) => title.replace('\n', ' '))).toEqual(['Needs review 1', 'All other builds 1']);
    const shop = page.locator('.build-row').first();
    expect(await shop.innerText()).toMatch(/Shop[\s\S]*06-16-r01[\s\S]*Ready for review[\s\S]*3 of 6 differ/);
    await expectAccessible(page);
    await press(page, 'j', 'Enter');
    await loaded(page);
    expect(path(page)).toBe('/build?id=1');
    await expect.poll(() => heading(page)).toBe('Shop');
  });

  test('of a fresh server gives the commands of a first release, ready to copy', async () => {
    const page = await open('/', { width: 390, height: 844 }, fresh);
    const commands = await page.locator('.copy-field code').allInnerTexts();
    expect(commands[0]).toBe(`export DPXDT_SERVER=${fresh.url} DPXDT_BUILD_ID=1`);
    expect(commands.slice(1).every((command) => command.startsWith('dpxdt '))).toBe(true);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy: Settings for the shell' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(commands[0]);
    await expectAccessible(page);
    expect(await sidewaysScroll(page)).toBe(0);
  });

  test('filters many builds', async () => {
    const many = await startReviewServer();
    for (let number = 1; number <= 40; number++) await many.client.createBuild({ name: `Site ${number}` });
    const page = await open('/', {}, many);
    await press(page, '/');
    await page.keyboard.type('site 7');
    expect(await page.locator('.build-row').allInnerTexts()).toHaveLength(1);
    await press(page, 'Escape');
    await page.keyboard.type('nothing like it');
    expect(await page.locator('.no-match').innerText()).toContain('No builds match ‘nothing like it’.');
    await page.getByRole('button', { name: 'Clear filter' }).click();
    expect(await page.locator('.build-row').count()).toBe(41);
    await many.close();
  });
});

describe('a build', () => {
  test('lists releases by name with their attempts, and marks the baseline', async () => {
    const page = await open('/build?id=1');
    expect(await page.title()).toBe('Shop · Depicted');
    expect(await page.locator('.baseline').innerText()).toMatch(/Baseline\s+06-12-r04\s*#1/);
    expect(await page.locator('.release-row', { hasText: '06-12-r04' }).innerText()).toMatch(
      /Baseline[\s\S]*Good/,
    );
    await expectAccessible(page);
    const other = await open('/build?id=2', { width: 390, height: 844 });
    expect(await other.getByRole('button', { name: '2 earlier attempts' }).count()).toBe(1);
    await other.getByRole('button', { name: '2 earlier attempts' }).click();
    expect(await other.locator('.release-row').count()).toBe(6);
    expect(await sidewaysScroll(other)).toBe(0);
    await expectAccessible(other);
  });

  test('is filtered by state and searched, and the address says so', async () => {
    const page = await open('/build?id=2');
    await page.getByRole('button', { name: 'Receiving' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.release-row').length === 1);
    expect(path(page)).toBe('/build?id=2&show=receiving');
    await page.getByRole('button', { name: 'All' }).click();
    await page.getByRole('searchbox', { name: 'Search releases' }).fill('NIGHT');
    await page.waitForFunction(() => document.querySelectorAll('.release-row').length === 4);
    await page.getByRole('searchbox', { name: 'Search releases' }).fill('chekout');
    await page.getByText('No releases match ‘chekout’.').waitFor();
  });

  test('takes names that users made up: they are text, and their links lead to them', async () => {
    const page = await open('/build?id=2');
    const link = page.locator('.release-row a[data-row]').first();
    const address = new URL((await link.getAttribute('href'))!, server.url);
    expect(address.searchParams.get('name')).toBe(oddName);
    await link.click();
    await page.waitForFunction(() => location.pathname === '/release');
    await loaded(page);
    expect(new URL(page.url()).searchParams.get('name')).toBe(oddName);
    await page.reload();
    await loaded(page);
    expect(await page.title()).toContain('50% + "odd" <img src=x');
    await press(page, 'u');
    expect(path(page)).toBe('/build?id=2');
  });

  test('that is not there says so', async () => {
    const page = await open('/build?id=99', { expectErrors: /404/ });
    await page.getByText('Build 99 does not exist, or you do not have access to it.').waitFor();
    await expectAccessible(page);
  });

  test('is made with a name, and shows how to send its first release', async () => {
    const page = await open('/new', {}, fresh);
    expect(await page.getByRole('button', { name: 'Create build' }).isDisabled()).toBe(true);
    await page.getByLabel('Name').fill('Docs & more');
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await page.getByText('No releases yet').waitFor();
    expect(await heading(page)).toBe('Docs & more');
    expect(await page.locator('.copy-field code').first().innerText()).toContain('DPXDT_BUILD_ID=2');
  });
});

describe('settings', () => {
  test('are saved by section; what is not saved yet is marked', async () => {
    const page = await open('/settings?build_id=1', {}, fresh);
    const mail = page.locator('form', { hasText: 'One mail per release' });
    await mail.getByLabel('Address').fill('team@shop.example');
    await mail.getByText('Unsaved changes').waitFor();
    await expectAccessible(page);
    await mail.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Mail saved.').first().waitFor();
    await mail.getByText('Unsaved changes').waitFor({ state: 'detached' });
    await page.reload();
    await loaded(page);
    expect(await mail.getByLabel('Address').inputValue()).toBe('team@shop.example');
  });

  test('of baselines are in words, with their defaults, and a wrong value is named at its field', async () => {
    const page = await open('/settings?build_id=1', { expectErrors: /400/ }, fresh);
    const baselines = page.locator('form', {
      has: page.getByRole('heading', { name: 'Baselines', exact: true }),
    });
    const main = baselines.getByLabel('Main branches');
    expect(await main.inputValue()).toBe('main\nmaster\ntrunk');
    await baselines.getByText('Default: main, master, trunk.').waitFor();
    const wait = baselines.getByLabel('Wait for an unfinished release of main');
    await wait.fill('90000');
    await main.fill('main\nrelease/*\n\n');
    await baselines.getByRole('button', { name: 'Save' }).click();
    const field = page.getByLabel('Wait for an unfinished release of main');
    const error = baselines.locator('.form-field', { has: field }).getByRole('alert');
    await error.getByText('Not saved: it must be').waitFor();
    expect(await wait.getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    await wait.fill('');
    expect(await baselines.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await wait.fill('60');
    await baselines.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Baselines saved.').first().waitFor();
    const pages = page.locator('form', { hasText: 'New and missing pages' });
    await pages.getByLabel('New pages on other branches').selectOption('Let them pass');
    await pages.getByRole('button', { name: 'Save' }).click();
    await page.getByText('New and missing pages saved.').first().waitFor();
    await page.reload();
    await loaded(page);
    expect(await main.inputValue()).toBe('main\nrelease/*');
    expect(await wait.inputValue()).toBe('60');
    expect(await pages.getByLabel('New pages on other branches').inputValue()).toBe('pass');
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await sidewaysScroll(page)).toBe(0);
    await page.goto(`${fresh.url}/activity?build_id=1`);
    await page.getByText('main branches, wait for main').waitFor();
  });
});

describe('API keys', () => {
  test('show their secret once, work, and are revoked for good', async () => {
    const page = await open('/api_keys?build_id=1', {}, fresh);
    await page.getByText('No API keys yet').waitFor();
    await page.getByLabel('What is the key for?').fill('CI');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('region', { name: 'New key' });
    await panel.waitFor();
    const [id, secret] = await panel.locator('.copy-field code').allInnerTexts();
    const answer = await fetch(`${fresh.url}/api/v1/builds`, {
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    });
    expect(answer.status).toBe(200);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Revoke “CI”' }).click();
    await page.getByRole('button', { name: 'Revoke permanently' }).click();
    await page.getByText('1 revoked key').waitFor();
    await page.reload();
    await loaded(page);
    expect(await page.locator('main').innerText()).not.toContain(secret);
  });
});

describe('activity', () => {
  test('says who did what, links to it, and is filtered', async () => {
    const page = await open('/activity?build_id=1');
    const row = page.locator('.activity-row', { hasText: 'marked good' });
    expect(await row.innerText()).toMatch(/06-12-r04/);
    await expectAccessible(page);
    await page.getByLabel('Kind').selectOption('build_changed');
    await page.waitForFunction(() => document.querySelectorAll('.activity-row').length === 1);
    expect(path(page)).toBe('/activity?build_id=1&kind=build_changed');
    await page.getByLabel('Kind').selectOption('key_revoked');
    await page.getByText('No activity matches.').waitFor();
  });
});

describe('work queues', () => {
  test('say what waits; a task is deleted in two presses', async () => {
    const page = await open('/api/work_queue');
    expect(await page.locator('tbody tr', { hasText: 'capture' }).innerText()).toMatch(/capture\s+1/);
    await expectAccessible(page);
    await press(page, 'j', 'o');
    await loaded(page);
    expect(await heading(page)).toBe('capture');
    await expectAccessible(page);
    await page.getByText('Payload').click();
    expect(await page.locator('pre').innerText()).toContain('"run_name": "/waits"');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete permanently' }).click();
    await page.getByText('No tasks waiting').waitFor();
  });
});

describe('a server that goes away', () => {
  test('is said, keeps what is shown, and is noticed when it is back', async () => {
    const own = await startReviewServer();
    const page = await open('/', { expectErrors: /ERR_CONNECTION|Failed to load/ }, own);
    await own.stop();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText('No connection to the server.').first().waitFor({ timeout: 60_000 });
    expect(await page.locator('.build-row').count()).toBe(1);
    await own.restart();
    await page.locator('.connection-bar').waitFor({ state: 'detached' });
    await own.close();
  });
});

test('a server with logins says that people cannot sign in yet', async () => {
  const own = await startReviewServer({ authentication: 'on' });
  const page = await open('/settings?build_id=1', { expectErrors: /401/ }, own);
  await page.getByText('Sign in to see this').waitFor();
  await expectAccessible(page);
  await own.close();
});
