import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  launchBrowser,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';
import { sampleImages, type SeededRelease } from './support/seed.ts';
import { commit, seedGitRelease, type GitRelease } from './support/seed-git.ts';

let browser: Browser;
let server: ReviewServer;
let images: Awaited<ReturnType<typeof sampleImages>>;
const pages: Page[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  server = await startReviewServer();
  images = await sampleImages();
});
afterAll(async () => {
  await browser.close();
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

async function newBuild(name: string): Promise<number> {
  return (await server.client.createBuild({ name, isPublic: false })).build.id;
}

const base = commit('4f2c1aa');
const shop = {
  repository: 'github.com/shop/web',
  headRepository: 'github.com/shop/web',
  ciUrl: 'https://github.com/shop/web/actions/runs/1',
  author: { name: 'Ada Lovelace', address: 'ada@example.com' },
};
const onMain = { ...shop, name: 'main 4f2c1aa', branch: 'main', commit: base, history: [] };
const onBranch = {
  ...shop,
  name: 'checkout-v2 9b1e204',
  branch: 'checkout-v2',
  baseBranch: 'main',
  pullRequest: 214,
  commit: commit('9b1e204'),
  history: [{ commit: base }],
  own: [commit('9b1e204')],
};

function seed(buildId: number, release: GitRelease): Promise<SeededRelease> {
  return seedGitRelease(server.client, buildId, release);
}

async function judge(release: SeededRelease, name: string, verdict: 'approved' | 'rejected'): Promise<void> {
  const { run } = await server.client.runDetail({ ...release, runName: name });
  await server.client.reviewRun({ ...release, runId: run.id, verdict, operationId: `${name} ${verdict}` });
}

const runOf = (release: SeededRelease, runName: string) => server.client.runDetail({ ...release, runName });
const toast = (page: Page, text: string) => page.locator('.toast-card', { hasText: text }).waitFor();

/** Main, a branch whose first page was approved there, and the next push of that branch. */
async function seedPushes(name: string) {
  const buildId = await newBuild(name);
  const { before, after, other } = images;
  const main = await seed(buildId, { ...onMain, pages: { '/': before, '/cart': before } });
  const first = await seed(buildId, { ...onBranch, pages: { '/': after, '/cart': before } });
  await judge(first, '/', 'approved');
  await server.client.reviewRelease({ ...first, decision: 'reopen' }).catch(() => undefined);
  const second = await seed(buildId, {
    ...onBranch,
    name: 'checkout-v2 c0ffee1',
    commit: commit('c0ffee1'),
    own: [commit('c0ffee1'), commit('9b1e204')],
    pages: { '/': after, '/cart': other },
  });
  return { buildId, main, first, second };
}

describe('a release', () => {
  test('says what it is compared with, where its code is, and how far main has moved', async () => {
    const { buildId, second } = await seedPushes('Header');
    const page = await open(second.address);
    const line = page.locator('.compared-with');
    await line.getByText('where this branch began').waitFor();
    expect(await line.locator('.compared-name').innerText()).toBe('main 4f2c1aa #1');
    const links = line.locator('.source-links a');
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
      'https://github.com/shop/web/tree/checkout-v2',
      'https://github.com/shop/web/pull/214',
      `https://github.com/shop/web/commit/${commit('c0ffee1')}`,
      'https://github.com/shop/web/actions/runs/1',
    ]);
    expect(await line.getByText('ahead').count()).toBe(0);
    await seed(buildId, {
      ...onMain,
      name: 'main 5a5a5a5',
      commit: commit('5a5a5a5'),
      history: [{ commit: base }],
      pages: { '/': images.before, '/cart': images.before },
    });
    await page.reload();
    await line.getByText('main is 1 ahead').waitFor();
  });

  test('warns of a shallow clone with the line that helps, and compares again', async () => {
    const buildId = await newBuild('Shallow');
    await seed(buildId, { ...onMain, pages: { '/': images.before } });
    const release = await seed(buildId, {
      ...onBranch,
      history: [],
      historyNote: 'shallow: the server refused',
      subset: true,
      pages: { '/': images.after },
    });
    const page = await open(release.address);
    await page.getByRole('button', { name: 'Shallow clone' }).click();
    const dialog = page.getByRole('dialog', { name: 'About this release' });
    await dialog.getByText('The clone is shallow').waitFor();
    await dialog.getByText('fetch-depth: 0', { exact: true }).waitFor();
    await dialog.getByText('Ada Lovelace, ada@example.com').waitFor();
    await dialog.getByText('a part of them; the others are not missing').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Compare again' }).click();
    await toast(page, 'Every baseline stays as it was.');
    const main = await seed(buildId, {
      ...onMain,
      name: 'main 5a5a5a5',
      commit: commit('5a5a5a5'),
      history: [{ commit: base }],
      pages: { '/': images.after },
    });
    await judge(main, '/', 'approved');
    await dialog.getByRole('button', { name: 'Compare again' }).click();
    await toast(page, '1 run has another baseline and is compared again.');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('whose shards do not all come says which never reported', async () => {
    const buildId = await newBuild('Shards');
    const name = 'nightly';
    const shard = '1/2';
    const started = { buildId, releaseName: name, shard, shardId: 'nightly-1' };
    const { releaseNumber } = await server.client.createRelease(started);
    const key = { buildId, releaseName: name, releaseNumber };
    const query = new URLSearchParams({ id: String(buildId), name, number: String(releaseNumber) });
    await server.client.requestRun({ ...key, shard, runName: '/', url: 'https://shop.example/' });
    const page = await open(`/release?${query.toString()}`);
    await page.getByText('Runs are still arriving, in 2 shards.').waitFor();
    await server.client.runsDone({ ...key, shard });
    await server.client.finalizeRelease({ buildId, shardId: 'nightly-1' });
    await page.getByText('Shard 2 of 2 never reported.').waitFor();
    await expectAccessible(page);
  });

  test('that was skipped says why', async () => {
    const buildId = await newBuild('Skipped');
    const release = await seed(buildId, {
      ...onBranch,
      skipReason: 'Only documents changed',
      done: false,
      pages: {},
    });
    const page = await open(release.address);
    await page.getByText('Skipped: Only documents changed').waitFor();
  });
});

describe('a run', () => {
  test('shows where its verdict was taken over from; the undo key takes it back', async () => {
    const { first, second } = await seedPushes('Taken over');
    const page = await open(second.runAddress('/'));
    const bar = page.locator('.decision-bar');
    await bar.getByText('approved earlier in').waitFor();
    const link = bar.locator('.decision-origin a');
    expect(await link.getAttribute('href')).toContain(
      encodeURIComponent(first.releaseName).replaceAll('%20', '+'),
    );
    await expectAccessible(page);
    await press(page, 'Control+z');
    await bar.getByText('Differs').waitFor();
    await expect.poll(async () => (await runOf(second, '/')).run.verdict).toBe('none');
    expect(await bar.getByText('approved earlier in').count()).toBe(0);
    await press(page, 'Control+z');
    await expect.poll(async () => (await runOf(second, '/')).run.verdict).toBe('approved');
  });

  test('says why it has its baseline, and is compared with another, without its verdict', async () => {
    const { buildId, second } = await seedPushes('Another');
    await seed(buildId, {
      ...onMain,
      name: 'main 5a5a5a5',
      commit: commit('5a5a5a5'),
      history: [{ commit: base }],
      pages: { '/': images.other, '/cart': images.before },
    });
    const page = await open(second.runAddress('/'));
    await press(page, 'i');
    const details = page.getByRole('complementary', { name: 'Details' });
    await details
      .getByText('Compared with main at 4f2c1aa (release "main 4f2c1aa" #1), where this branch began.')
      .waitFor();
    await details.getByRole('button', { name: 'Compare with another…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Compare with another release' });
    await dialog.getByText('its verdict (approved) is cleared').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('searchbox').fill('nothing like it');
    await dialog.getByText('No release matches ‘nothing like it’.').waitFor();
    await dialog.getByRole('searchbox').fill('5a5a5a5');
    await dialog.getByText('main 5a5a5a5 #1').click();
    await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
    await toast(page, 'Compared with main 5a5a5a5 #1 now.');
    await expect
      .poll(async () => {
        const { run, baselineRelease } = await runOf(second, '/');
        return [run.verdict, baselineRelease?.name];
      })
      .toEqual(['none', 'main 5a5a5a5']);
  });

  test('names the candidates that were not chosen, and says that its baseline was marked bad later', async () => {
    const buildId = await newBuild('Candidates');
    const { before, after, other } = images;
    const oldest = await seed(buildId, { ...onMain, pages: { '/': before } });
    const second = await seed(buildId, {
      ...onMain,
      name: 'main 5a5a5a5',
      commit: commit('5a5a5a5'),
      history: [{ commit: base }],
      pages: { '/': other },
    });
    await judge(second, '/', 'rejected');
    const release = await seed(buildId, {
      ...onBranch,
      history: [{ commit: commit('5a5a5a5') }, { commit: base }],
      pages: { '/': after },
    });
    await judge(release, '/', 'approved');
    await expect.poll(async () => (await runOf(release, '/')).release.status).toBe('good');
    await server.client.reviewRelease({ ...oldest, decision: 'reopen' });
    await server.client.reviewRelease({ ...oldest, decision: 'bad' });
    const page = await open(release.runAddress('/'));
    await page.locator('.run-note', { hasText: 'was later marked bad' }).waitFor();
    await press(page, 'i');
    const rejected = page.locator('.run-candidates li', { hasText: 'main 5a5a5a5 #1' });
    await rejected.getByText('main at 5a5a5a5: the image was rejected').waitFor();
    await rejected.getByRole('link').click();
    await page.waitForURL((url) => url.searchParams.get('name') === 'main 5a5a5a5');
  });

  test('that waits for its baseline, and one that is new, say so', async () => {
    const buildId = await newBuild('Waiting');
    const { before, after } = images;
    await seed(buildId, { ...onMain, pages: { '/': before } });
    const fresh = await seed(buildId, { ...onBranch, pages: { '/': before, '/offers': after } });
    const page = await open(fresh.runAddress('/offers'));
    await page.locator('.run-note', { hasText: 'New: main at 4f2c1aa had no page of this name.' }).waitFor();
    await seed(buildId, {
      ...onMain,
      name: 'main 5a5a5a5',
      commit: commit('5a5a5a5'),
      history: [{ commit: base }],
      pages: { '/': null },
      done: false,
    });
    const waiting = await server.client.createRelease({
      buildId,
      releaseName: 'search 77aa77a',
      branch: 'search',
      commit: commit('77aa77a'),
      history: [{ commit: commit('5a5a5a5') }, { commit: base }],
      historyNote: 'full',
    });
    const key = { buildId, releaseName: 'search 77aa77a', releaseNumber: waiting.releaseNumber };
    await server.client.requestRun({ ...key, runName: '/', url: 'https://shop.example/' });
    const query = new URLSearchParams({ id: String(buildId), name: key.releaseName, number: '1', test: '/' });
    await page.goto(`${server.url}/run?${query.toString()}`);
    await page
      .getByText('Waiting for main at 5a5a5a5 (release "main 5a5a5a5" #1) to finish.')
      .first()
      .waitFor();
  });
});

describe('a build', () => {
  test('shows branches, commits and authors, and the releases of one branch, by address too', async () => {
    const { buildId } = await seedPushes('Branches');
    await seed(buildId, {
      ...onBranch,
      name: 'docs',
      branch: 'docs',
      skipReason: 'No pages',
      done: false,
      pages: {},
    });
    await seed(buildId, {
      ...onBranch,
      name: 'part',
      branch: 'part',
      subset: true,
      pages: { '/': images.before },
    });
    const page = await open(`/build?id=${buildId}`);
    const names = () =>
      page
        .locator('.release-row a[data-row] .cut')
        .evaluateAll((all) => all.map((name) => name.getAttribute('title')));
    await page.getByText('Part of the pages').waitFor();
    await page.getByText('Skipped', { exact: true }).waitFor();
    const row = page.locator('.release-row', { hasText: 'c0ffee1' });
    for (const text of ['checkout-v2', '#214', 'Ada Lovelace']) await row.getByText(text).first().waitFor();
    await expectAccessible(page);
    const branch = page.getByRole('combobox', { name: 'Branch' });
    expect(await branch.locator('option').allInnerTexts()).toEqual([
      'All branches',
      'main',
      'part',
      'docs',
      'checkout-v2',
    ]);
    await branch.selectOption('checkout-v2');
    await page.waitForURL(/branch=checkout-v2/);
    await expect.poll(names).toEqual(['checkout-v2 c0ffee1', 'checkout-v2 9b1e204']);
    await page.reload();
    await expect.poll(names).toEqual(['checkout-v2 c0ffee1', 'checkout-v2 9b1e204']);
    await page.goto(`${server.url}/build?id=${buildId}&branch=gone`);
    await page.getByText('No releases of ‘gone’.').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await expect.poll(names).toContain('main 4f2c1aa');
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await sidewaysScroll(page)).toBe(0);
    await expectAccessible(page);
  });
});
