/** The main pages and states of the review UI and of the report, for tests and people who look at all of them. */

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { DepictedClient } from '../../../src/client/index.ts';
import { aligned } from '../../support/aligned.ts';
import { startMailSink, type MailSink } from '../../support/mail-sink.ts';
import { changeOf, alignmentOf, movedColumn } from '../../support/sample-moves.ts';
import { plainPng } from '../../support/sample-pages.ts';
import { SampleReport } from '../../support/sample-report.ts';
import { longName, manyReport, mixedReport, rtlName, sameReport } from '../../support/sample-scenes.ts';
import { frames, openPage } from './review-page.ts';
import { startReviewServer, type ReviewServer } from './review-server.ts';
import { seedRuns } from './run-scenes.ts';
import { commit, seedGitRelease } from './seed-git.ts';
import { seedMany } from './seed-many.ts';
import { sampleImages, seedMixed, seedRelease } from './seed.ts';

export interface Scene {
  name: string;
  /** The whole address. */
  url: string;
  /** Cookies of the person who looks. */
  isSignedIn?: boolean;
  /** To the state, once the page is loaded. */
  reach?: (page: Page) => Promise<unknown>;
}

export interface Scenes {
  scenes: readonly Scene[];
  cookies: readonly { name: string; value: string; domain: string; path: string }[];
  close(): Promise<void>;
}

const password = 'correct horse battery';
const emojiName = '🦊🎉 '.repeat(24) + 'end';
const oneWord = 'averyverylongnamewithoutanyspace'.repeat(7).slice(0, 200);

/** Opens the servers, fills them, and writes the reports into a folder. */
export async function startScenes(browser: Browser, folder: string, manyRuns = 5_000): Promise<Scenes> {
  const sink = await startMailSink({ closes: 'by hand' });
  const [open, guarded] = await Promise.all([
    startReviewServer(),
    startReviewServer({ authentication: 'on', smtpUrl: sink.url }),
  ]);
  const reviewed = await reviewScenes(open, manyRuns);
  const people = await peopleScenes(browser, guarded, sink);
  return {
    scenes: [...reviewed, ...people.scenes, ...(await reportScenes(folder))],
    cookies: people.cookies,
    close: async () => {
      await Promise.all([open.close(), guarded.close()]);
      await sink.close();
    },
  };
}

const press =
  (...keys: string[]) =>
  async (page: Page) => {
    for (const key of keys) await page.keyboard.press(key);
    await frames(page);
  };
const click = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

async function reviewScenes(server: ReviewServer, manyRuns: number): Promise<Scene[]> {
  const { client, url } = server;
  const { before, after, other } = await sampleImages();
  const newBuild = async (name: string) => (await client.createBuild({ name })).build.id;
  const home: Scene = { name: 'home-fresh', url: `${url}/` };

  const shopId = await newBuild('Kiln & Oak');
  const runs = await seedRuns(client, shopId);
  const mixed = (await seedMixed(client, await newBuild('Mixed'))).release;
  await client.createKey({ buildId: mixed.buildId, purpose: 'CI of the shop' });
  await client.createEventEndpoint({ buildId: mixed.buildId, kind: 'webhook', address: `${url}/hook` });
  await client.createForgeConnection({
    buildId: mixed.buildId,
    kind: 'github',
    baseUrl: 'http://127.0.0.1:9',
    repository: 'kiln/shop',
    token: 't',
  });
  await client.setBuildSecret({
    buildId: mixed.buildId,
    name: 'SHOP_PASSWORD',
    value: 'for screenshots',
    origins: ['https://staging.kiln.example'],
  });

  const attempts = await newBuild('Attempts');
  const older = await seedRelease(client, {
    buildId: attempts,
    name: 'nightly',
    runs: [{ name: '/', before, after }],
  });
  await seedRelease(client, {
    buildId: attempts,
    name: 'nightly',
    runs: [{ name: '/', before, after: other }],
  });
  const first = await seedRelease(client, {
    buildId: await newBuild('First'),
    name: 'v1',
    runs: ['/', '/about', '/cart'].map((name) => ({ name, after })),
  });
  const states = await newBuild('States');
  const same = await seedRelease(client, {
    buildId: states,
    name: 'same',
    runs: ['/', '/about'].map((name) => ({ name, before, after: before })),
    decision: 'good',
  });
  const missing = await seedRelease(client, {
    buildId: states,
    name: 'missing',
    runs: [{ name: '/', before, after }],
  });
  const empty = await seedRelease(client, { buildId: states, name: 'empty', runs: [] });
  const failed = await seedRelease(client, {
    buildId: states,
    name: 'failed',
    runs: [
      ['http_status', 'The page returned status 500.'],
      ['tls_error', 'The certificate of shop.test is not valid: expired on 3 May.'],
      ['page_too_large', 'The page is 1280 × 61,000 pixels. The limit is 50 million pixels.'],
    ].map(([reason, message]) => ({
      name: `/${reason}`,
      before,
      after: null,
      failure: { reason: reason!, message: message! },
    })),
  });
  const variants = await seedRelease(client, {
    buildId: await newBuild('Variants'),
    name: 'r01',
    runs: [
      { name: 'cart@desktop', before, after },
      { name: 'cart@phone@dark', before, after },
      { name: 'cart@phone@light', before, after: before },
      { name: 'home', before, after },
      { name: 'other', before, after: other },
    ],
  });
  const moves = await seedRelease(client, {
    buildId: await newBuild('Moves'),
    name: 'r01',
    runs: [{ name: 'column', ...(await movedColumn()) }],
  });
  const git = await seedGit(server, await newBuild('Header'));
  const changes = await seedChanges(server, await newBuild('Changes'));
  const many = await seedMany(client, await newBuild('Large'), 'large', {
    differences: Math.round(manyRuns / 4),
    waiting: Math.round(manyRuns / 100),
    failed: Math.round(manyRuns / 100),
    same: manyRuns - Math.round(manyRuns / 4) - 2 * Math.round(manyRuns / 100),
  });
  const oddId = await newBuild(oneWord);
  const odd = await seedRelease(client, {
    buildId: oddId,
    name: oneWord,
    runs: [oneWord, rtlName, emojiName, longName].map((name) => ({ name, before, after })),
  });
  const gone = await newBuild('Gone');
  await client.deleteBuild({ buildId: gone, confirm: 'Gone' });

  const at = (name: string, path: string, reach?: Scene['reach']): Scene => ({
    name,
    url: url + path,
    ...(reach && { reach }),
  });
  const settings = `/settings?build_id=${mixed.buildId}`;
  return [
    home,
    at('home-menu', '/', click('Menu')),
    at('palette', '/', press('Control+k')),
    at('new-build', '/new'),
    at('build', `/build?id=${mixed.buildId}`),
    at('build-empty', '/build?id=1'),
    at('build-odd', `/build?id=${oddId}`),
    at('build-branches', `/build?id=${git.buildId}`),
    at('release', mixed.address),
    at('release-grid', mixed.address, press('g')),
    at('release-selected', mixed.address, press('j', 'x')),
    at('release-good-dialog', mixed.address, click('Mark good')),
    at('release-comments', mixed.address, press('Shift+C')),
    at('release-about', git.address, click('About this release')),
    at('release-first', first.address),
    at('release-same', same.address),
    at('release-missing', missing.address),
    at('release-empty', empty.address),
    at('release-failed', failed.address),
    at('release-older', older.address),
    at('release-variants', variants.address),
    at('release-variants-grid', variants.address, press('g')),
    at('release-git', git.address),
    at('release-changes', changes.address, press('Shift+G')),
    at('release-change-group', changes.address, press('Shift+G', 'j', 'Enter')),
    at('release-odd', odd.address),
    at('release-odd-grid', odd.address, press('g')),
    at('release-many', many.address),
    at('run', runs.runAddress('/checkout?step=1')),
    at('run-details', runs.runAddress('/checkout?step=1'), press('i')),
    at('run-comments', runs.runAddress('/checkout?step=1'), press('Shift+C')),
    at('run-swipe', runs.runAddress('/checkout?step=1'), press('w')),
    at('run-shortcuts', runs.runAddress('/checkout?step=1'), press('?')),
    at('run-taller', runs.runAddress('/home')),
    at('run-same', runs.runAddress('/same')),
    at('run-new', runs.runAddress('/new')),
    at('run-failed', runs.runAddress('/cart')),
    at('run-waiting', runs.runAddress('/waiting')),
    at('run-variant', variants.runAddress('cart@desktop')),
    at('run-aligned', moves.runAddress('column')),
    at('run-older', older.runAddress('/')),
    at('run-git', git.runAddress('/')),
    at('run-changes', changes.runAddress('/c')),
    at('run-odd', odd.runAddress(oneWord)),
    at('run-emoji', odd.runAddress(emojiName)),
    at('run-rtl', odd.runAddress(rtlName)),
    at('run-odd-details', odd.runAddress(oneWord), press('i')),
    at('image', runs.runAddress('/home').replace('/run', '/image') + '&type=after'),
    at('log', runs.runAddress('/cart').replace('/run', '/log') + '&type=after'),
    at('config', runs.runAddress('/cart').replace('/run', '/config') + '&type=after'),
    at('settings', settings),
    at('settings-forge-form', settings, click('Connect another repository')),
    at('settings-event-form', settings, click('Add an endpoint')),
    at('settings-secret-form', settings, click('Add a secret')),
    at('settings-delete', settings, click('Delete build…')),
    at('admins-open', `/admins?build_id=${mixed.buildId}`),
    at('api-keys', `/api_keys?build_id=${mixed.buildId}`),
    at('activity', `/activity?build_id=${mixed.buildId}`),
    at('queues', '/api/work_queue'),
    at('queue', '/api/work_queue/capture'),
    at('whoami-open', '/whoami'),
    at('not-found', '/nothing/here'),
    at('release-not-found', '/release?id=1&name=none&number=9'),
    at('build-deleted', `/build?id=${gone}`),
  ];
}

async function seedGit({ client }: ReviewServer, buildId: number) {
  const { before, after } = await sampleImages();
  const base = commit('4f2c1aa');
  const shop = {
    repository: 'github.com/shop/web',
    headRepository: 'github.com/shop/web',
    ciUrl: 'https://github.com/shop/web/actions/runs/1',
    author: { name: 'Ada Lovelace', address: 'ada@example.com' },
  };
  await seedGitRelease(client, buildId, {
    ...{ ...shop, name: 'main 4f2c1aa', branch: 'main', commit: base, history: [] },
    pages: { '/': before, '/cart': before, '/old-offer': before },
  });
  return seedGitRelease(client, buildId, {
    ...{ ...shop, name: 'checkout-v2 9b1e204', branch: 'feature/checkout-with-a-rather-long-branch-name' },
    ...{ baseBranch: 'main', pullRequest: 214, commit: commit('9b1e204'), history: [{ commit: base }] },
    own: [commit('9b1e204')],
    pages: { '/': after, '/cart': before },
  });
}

/** Four pages with the change of a header; one has another change, too. */
async function seedChanges({ client }: ReviewServer, buildId: number) {
  const release = { buildId, releaseName: 'v12', releaseNumber: 1 };
  const send = async (content: Buffer) =>
    (await client.upload({ buildId, content: new Uint8Array(content), fileName: 'a.png' })).sha1sum;
  const refImage = await send(await plainPng(1280, 3000, '#dde4f0'));
  const image = await send(await plainPng(1280, 3000, '#f4d9c8'));
  const header = {
    word: 'header',
    name: {
      selector: 'body > main > section.catalogue > article:nth-of-type(3) > header > a.offer',
      kind: 'changed' as const,
      facts: [{ what: 'text', before: 'Everything for the summer at half its price', after: 'Clearance' }],
    },
  };
  await client.createRelease({ buildId, releaseName: 'v12' });
  for (const [runName, list] of [
    ['/a', [header]],
    ['/b', [header]],
    ['/c', [header, { word: 'own', kind: 'added' as const, before: null, top: 1500 }]],
    ['/d', [{ ...header, top: 2900 }]],
  ] as const) {
    await client.reportRun({
      ...{ ...release, runName, image, refImage, diffImage: image, distortion: 0.1 },
      comparison: aligned(list),
    });
  }
  await client.runsDone(release);
  const query = { id: String(buildId), name: 'v12', number: '1' };
  return {
    address: `/release?${new URLSearchParams(query).toString()}`,
    runAddress: (test: string) => `/run?${new URLSearchParams({ ...query, test }).toString()}`,
  };
}

async function peopleScenes(browser: Browser, server: ReviewServer, sink: MailSink) {
  const home = `http://localhost:${new URL(server.url).port}`;
  const ada = await openPage(browser, server.setUpLink!);
  await ada.getByLabel('Your name').fill('Ada Lovelace');
  await ada.getByLabel('E-mail address').fill('ada@example.org');
  await ada.getByLabel('Password').fill(password);
  await ada.getByRole('button', { name: 'Done' }).click();
  await ada.waitForURL(`${home}/`);
  const secret = await ada.evaluate(async () => {
    const session = (await (await fetch('/api/v1/session')).json()) as { csrf_token: string };
    const answer = await fetch('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token },
      body: '{"purpose":"seed"}',
    });
    return (await answer.json()) as { key: { id: string }; secret: string };
  });
  const client = new DepictedClient({
    server: server.url,
    keyId: secret.key.id,
    keySecret: secret.secret,
  });
  const { build } = await client.createBuild({ name: 'Shop' });
  const { before, after } = await sampleImages();
  const release = await seedRelease(client, {
    buildId: build.id,
    name: 'r1',
    runs: [{ name: '/cart', before, after }],
  });
  await ada.goto(`${home}/admins?build_id=${build.id}`);
  for (const email of ['mia@example.org', `${'a.very.long.name'.repeat(3)}@mail.example.org`]) {
    await ada.getByLabel('E-mail address').fill(email);
    await ada.getByRole('button', { name: 'Invite' }).click();
    await ada.getByRole('button', { name: `Revoke the invitation for ${email}` }).waitFor();
  }
  const cookies = await ada.context().cookies();
  await ada.context().close();
  sink.mails.splice(0);
  const signedIn = (name: string, path: string, reach?: Scene['reach']): Scene => ({
    name,
    url: home + path,
    isSignedIn: true,
    ...(reach && { reach }),
  });
  const scenes: Scene[] = [
    { name: 'login', url: `${home}/login` },
    { name: 'forgot', url: `${home}/forgot` },
    { name: 'accept-invalid', url: `${home}/accept#token=none` },
    { name: 'release-anonymous', url: home + release.address },
    signedIn('home-signed-in', '/'),
    signedIn('admins', `/admins?build_id=${build.id}`),
    signedIn('release-ask', release.address),
    signedIn('whoami', '/whoami'),
    signedIn('superusers', '/superusers'),
    signedIn('logout', '/logout'),
  ];
  return { scenes, cookies };
}

async function reportScenes(folder: string): Promise<Scene[]> {
  const box = { left: 10, top: 10, width: 40, height: 12 };
  const header = changeOf({
    ...{ kind: 'changed', before: box, after: box },
    name: {
      selector: 'header > a',
      kind: 'changed',
      facts: [{ what: 'text', before: 'Sale', after: 'Clearance' }],
    },
  });
  const changes = new SampleReport();
  const [before, after] = await Promise.all([plainPng(120, 80, '#ffffff'), plainPng(120, 80, '#ddeeff')]);
  const alignment = alignmentOf([], [{ ...header, fingerprint: `fp1:3f9c2a${'0'.repeat(26)}` }]);
  for (const name of ['home', 'search']) await changes.add({ name, before, after, alignment });
  const [mixed, many, same, grouped] = await Promise.all([
    mixedReport().then((sample) => sample.write(join(folder, 'mixed'))),
    manyReport(300).then((sample) => sample.write(join(folder, 'many'))),
    sameReport().then((sample) => sample.write(join(folder, 'same'))),
    changes.write(join(folder, 'changes')),
  ]);
  const at = (name: string, path: string, test?: string, reach?: Scene['reach']): Scene => ({
    name,
    url: `file://${path}${test === undefined ? '' : `#test=${encodeURIComponent(test)}`}`,
    ...(reach && { reach }),
  });
  return [
    at('report', mixed),
    at('report-many', many),
    at('report-same', same),
    at('report-changes', grouped, undefined, press('Shift+G')),
    at('report-test', mixed, 'home'),
    at('report-test-details', mixed, 'home', press('i')),
    at('report-test-long', mixed, longName),
    at('report-test-failed', mixed, 'cart'),
    at('report-test-new', mixed, 'landing'),
    at('report-shortcuts', mixed, 'home', press('?')),
  ];
}
