/** Connecting a build with a forge, and a decision that reaches it. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startForge } from '../forges/support/recording-forge.ts';
import { closePage, expectAccessible, launchBrowser, openPage } from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { sampleImages, seedRun } from './support/seed.ts';

const place = { commit: 'a'.repeat(40), pullRequest: 7 };

let browser: Browser;
let server: ReviewServer;
let page: Page | undefined;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startReviewServer()]);
});

afterEach(async () => {
  if (page !== undefined) await closePage(page);
  page = undefined;
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function open(address: string, width = 1440): Promise<Page> {
  page = await openPage(browser, server.url + address, { width, expectErrors: /400/ });
  return page;
}

test('P99: a build is connected, and an approval turns the commit green without another run', async () => {
  const forge = await startForge('github');
  const { client } = server;
  const { before, after } = await sampleImages();
  const page = await open('/settings?build_id=1', 1_000);
  const section = page.getByRole('region', { name: 'Pull requests' });
  await section.getByRole('button', { name: 'Connect a forge' }).click();
  await section.getByLabel('Address').fill('ftp://nowhere');
  await section.getByLabel('Repository', { exact: true }).fill('acme/shop');
  await section.getByLabel('Token').fill(forge.token);
  await expectAccessible(page);
  await section.getByRole('button', { name: 'Connect', exact: true }).click();
  await section.getByText('base_url must be an address').waitFor();
  await section.getByLabel('Address').fill(forge.url);
  await section.getByRole('button', { name: 'Connect', exact: true }).click();
  const row = section.getByRole('article', { name: 'GitHub acme/shop' });
  await row.getByRole('button', { name: 'Test' }).click();
  await row.getByText('Nothing was posted.').waitFor();
  await row.getByLabel('CI jobs of this repository need no key').click();
  await expect.poll(async () => (await client.listCiTrusts({ buildId: 1 })).trusts.length).toBe(1);
  expect(forge.statuses).toEqual([]);
  await row.getByRole('button', { name: 'Change' }).click();
  await row.getByLabel('Show small images').check();
  await expectAccessible(page);
  await row.getByRole('button', { name: 'Save' }).click();
  await row.getByText('comment with images on the pull request').waitFor();

  const key = { buildId: 1, releaseName: 'feature', releaseNumber: 1 };
  await client.createRelease({ ...key, headCommit: place.commit, pullRequest: place.pullRequest });
  await seedRun(client, key, { name: '/', before, after });
  await client.runsDone(key);
  const { runs } = await client.listRuns(key);
  await expect.poll(() => forge.shown(place).status).toBe('failure');
  const images = () => [
    ...forge
      .shown(place)
      .comments.join('')
      .matchAll(/!\[.*?\]\((\S+?)\)/g),
  ];
  await expect.poll(() => images().length).toBe(1);
  const shown = await fetch(images()[0]![1]!);
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/webp']);
  const start = performance.now();
  const decided = { runId: runs.id[0]!, verdict: 'approved', operationId: 'o1' } as const;
  await client.reviewRun({ ...key, ...decided });
  await expect.poll(() => forge.shown(place).status, { interval: 5 }).toBe('success');
  expect(performance.now() - start).toBeLessThan(5_000);
  await expect.poll(() => forge.shown(place).comments.join('')).toContain('is approved');

  await section.getByText('Deliveries').click();
  await section.getByText('Comment of #7').waitFor();
  await expectAccessible(page);
  expect(forge.strange).toEqual([]);
});

test('a project of CircleCI or Buildkite is trusted by its ids, and no longer once it is removed', async () => {
  const { client } = server;
  const { id: buildId } = (await client.createBuild({ name: 'Trusting' })).build;
  const trusts = async () => (await client.listCiTrusts({ buildId })).trusts;
  for (const [width, system, projectLabel] of [
    [1_440, 'CircleCI', 'Project ID'],
    [390, 'Buildkite', 'Pipeline ID'],
  ] as const) {
    const page = await open(`/settings?build_id=${buildId}`, width);
    const section = page.getByRole('region', { name: 'CI jobs without a key' });
    await section.getByRole('button', { name: 'Trust a project' }).click();
    await section.getByLabel('CI system').selectOption(system);
    const trust = section.getByRole('button', { name: 'Trust', exact: true });
    expect(await trust.isDisabled()).toBe(true);
    await section.getByLabel('Organization ID').fill('acme/../other <b>');
    await section.getByLabel(projectLabel).fill('0b1c-2d');
    await expectAccessible(page);
    await trust.click();
    await section.getByText('organization must be its id').waitFor();
    await section.getByLabel('Organization ID').fill(' 7e8f-9a ');
    await trust.click();
    const row = section.getByRole('article', { name: `${system} 0b1c-2d` });
    await row.getByText('7e8f-9a').waitFor();
    expect(await trusts()).toMatchObject([
      { kind: system.toLowerCase(), organization: '7e8f-9a', project: '0b1c-2d', connectionId: null },
    ]);
    await expectAccessible(page);
    await row.getByRole('button', { name: 'Remove' }).click();
    await row.getByRole('button', { name: 'Remove trust' }).click();
    await row.waitFor({ state: 'detached' });
    expect(await trusts()).toEqual([]);
    await closePage(page);
  }
  page = undefined;
});

test('an endpoint for events is added, tested, and its events are listed', async () => {
  const received: string[] = [];
  const receiver = createServer((request, response) => {
    received.push(String(request.headers['webhook-id']));
    request.resume().on('end', () => response.writeHead(received.length === 1 ? 500 : 204).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const { id: buildId } = (await server.client.createBuild({ name: 'Told' })).build;
  const page = await open(`/settings?build_id=${buildId}`, 390);
  const section = page.getByRole('region', { name: 'Events' });
  await section.getByRole('button', { name: 'Add an endpoint' }).click();
  await section.getByLabel('Address').fill(address);
  await expectAccessible(page);
  await section.getByRole('button', { name: 'Add', exact: true }).click();
  await section.getByText('shown only once').waitFor();
  const row = section.getByRole('article', { name: `Webhook ${address}` });
  await row.getByRole('button', { name: 'Send a test' }).click();
  await row.getByText('answered with status 500').waitFor();
  await section.getByText('Sent events').click();
  await section.getByRole('button', { name: 'Send again: Test' }).click();
  await expect.poll(() => received.length).toBe(2);
  expect(received[1]).toBe(received[0]);
  await expectAccessible(page);
  receiver.close();
});

test('a refused token is said where it can be changed, and what waited is sent then', async () => {
  const forge = await startForge('gitlab');
  const { client } = server;
  const { id: buildId } = (await client.createBuild({ name: 'Docs' })).build;
  forge.token = 'wrong';
  forge.faults.push({ what: 401, body: { message: '401 Unauthorized' } });
  const connected = { buildId, kind: 'gitlab', repository: 'acme/shop', baseUrl: forge.url } as const;
  await client.createForgeConnection({ ...connected, token: 'wrong' });
  await client.createRelease({ buildId, releaseName: 'r', headCommit: place.commit });
  const read = async () => (await client.listForgeConnections({ buildId })).connections[0]!.stopped;
  await expect.poll(read).toBe(true);
  const page = await open(`/settings?build_id=${buildId}`, 390);
  const row = page.getByRole('article', { name: 'GitLab acme/shop' });
  await row.getByRole('alert').getByText('Nothing is sent: the token is refused.').waitFor();
  await expectAccessible(page);
  forge.token = 'another';
  await row.getByRole('button', { name: 'Change' }).click();
  await row.getByLabel('Token').fill('another');
  await row.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => forge.shown(place).status).toBe('running');
  await row.getByRole('button', { name: 'Remove' }).click();
  await row.getByRole('button', { name: 'Remove connection' }).click();
  await row.waitFor({ state: 'detached' });
  expect(JSON.stringify(await client.listForgeConnections({ buildId }))).not.toContain('another');
});
