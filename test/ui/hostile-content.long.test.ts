/** What strangers wrote, seen in a real browser: text and nothing else. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePages } from '../support/page-server.ts';
import { hostileNames, hostileStrings } from '../support/hostile-strings.ts';
import { closePage, heading, launchBrowser, openPage } from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { sampleImages, seedRelease, type SeededRelease } from './support/seed.ts';

const buildId = 1;
const script = 'https://shop.example/?x=javascript:window.hacked=1//"><script>window.hacked=1</script>';
const breakout =
  '</pre></title></textarea><script>window.hacked=1</script><img src=x onerror="window.hacked=1">';
/** What a page could write into its log, with everything that a terminal or a browser might take for more than text. */
const log = hostileStrings
  .map(({ what, text }) => `   0.1  console  ${what}: ${text.toWellFormed()}`)
  .join('\n');

/** For these, the run's page is checked, too. */
const shownAlone =
  /handler|is a script|entities|everything|right to left|without width|unnormalised|beyond|blanks/;

let browser: Browser;
let server: ReviewServer;
let release: SeededRelease;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startReviewServer()]);
  const { client } = server;
  await client.updateBuild({ buildId, name: breakout });
  const { before, after } = await sampleImages();
  release = await seedRelease(client, {
    buildId,
    name: breakout,
    url: script,
    runs: [
      ...hostileNames.map(({ text }) => ({
        name: text,
        before,
        after,
        url: script,
        log,
        config: { injectJs: breakout },
      })),
      {
        name: `failed ${breakout}`,
        after: null,
        url: script,
        log,
        failure: { reason: 'script_error', message: breakout },
      },
    ],
  });
  for (const { text } of hostileNames)
    await client.createRelease({ buildId, releaseName: text, branch: text });
  await client.createKey({ buildId, purpose: breakout });
  await client.addTask({
    queueName: breakout.slice(0, 100),
    payload: JSON.stringify({ text: log }),
    taskId: breakout,
  });
  await client.leaseTasks({ queueName: breakout.slice(0, 100), owner: breakout });
  const { runs } = await client.listRuns(release);
  await client.reviewRun({
    ...release,
    runId: runs.id[0]!,
    verdict: 'rejected',
    operationId: 'one',
    note: breakout,
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens an address of the UI, and fails if anything in it ran, asked, or led where no page is. */
async function openUnharmed(
  address: string,
  use: (page: Page) => Promise<void> = async () => {},
): Promise<void> {
  const page = await openPage(browser, server.url + address, { expectErrors: /status of 40[04]/ });
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await use(page);
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked), address).toBeUndefined();
  const links = await page.$$eval('a', (anchors) =>
    anchors.map(({ protocol, href }) => `${protocol} ${href}`),
  );
  expect(
    links.filter((link) => !/^(https?|blob):/.test(link)),
    address,
  ).toEqual([]);
  expect(await page.locator('script:not([src])').count(), address).toBe(0);
  expect(dialogs, address).toEqual([]);
  await closePage(page);
}

const query = (more: Record<string, string> = {}) =>
  new URLSearchParams({ id: String(buildId), name: breakout, number: '1', ...more }).toString();

describe('D20, T14: pages about hostile content', () => {
  test('release: every name is shown as it was given', async () => {
    await openUnharmed(release.address, async (page) => {
      expect(await heading(page)).toContain('<script>window.hacked=1</script>');
    });
  });

  test.each([
    ['home', '/'],
    ['build', `/build?id=${buildId}`],
    ['settings', `/settings?build_id=${buildId}`],
    ['keys', `/api_keys?build_id=${buildId}`],
    ['activity', `/activity?build_id=${buildId}`],
    ['queues', '/api/work_queue'],
    ['queue', `/api/work_queue/${encodeURIComponent(breakout.slice(0, 100))}`],
    ['a name that is not there', `/build?id=${encodeURIComponent(breakout)}`],
    ['an address that is not there', `/${encodeURIComponent(breakout)}?${breakout}`],
  ])('%s', async (_what, address) => {
    await openUnharmed(address);
  });

  test.each(hostileNames.filter(({ what }) => shownAlone.test(what)))('run: $what', async ({ text }) => {
    await openUnharmed(release.runAddress(text), async (page) => {
      const shown = (await heading(page)).replaceAll(/⟨U\+([0-9A-F]+)⟩/g, (_all, code: string) =>
        String.fromCodePoint(Number.parseInt(code, 16)),
      );
      expect(shown).toBe(text);
    });
  });

  test('a failed run, its log with </pre><script>, and its config', async () => {
    const failed = `failed ${breakout}`;
    await openUnharmed(release.runAddress(failed), async (page) => {
      await page.getByText('<img src=x onerror=').first().waitFor();
    });
    const of = (test: string) => query({ test, type: 'after' });
    await openUnharmed(`/log?${of(failed)}`, async (page) => {
      await page.getByText('</pre><script>window.hacked=1</script><!--').first().waitFor();
      expect(await page.locator('body').innerText()).not.toMatch(/[\u0000-\u0008\u000e-\u001f\u007f]/);
    });
    const named = hostileNames[0]!.text;
    for (const page of ['log', 'config', 'image']) await openUnharmed(`/${page}?${of(named)}`);
  });
});

describe('D21, T15: uploaded files, opened and included', () => {
  const files = {
    'image.svg':
      '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=1"><script>window.hacked=1</script></svg>',
    'page.html': '<!doctype html><script>window.hacked=1</script>',
    'page.xhtml': '<html xmlns="http://www.w3.org/1999/xhtml"><script>window.hacked=1</script></html>',
    'page.mhtml': 'MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>window.hacked=1</script>',
    'paper.pdf': '%PDF-1.4 1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj',
    'script.js': 'window.hacked=1',
    'data.json': '{"a":"</script><script>window.hacked=1</script>"}',
    'polyglot.png': 'GIF89a/*\u0001\u0001*/=1;window.hacked=1',
    'unknown.bin': '\u0000\u0001<script>window.hacked=1</script>',
  };

  test.each(Object.entries(files))('%s', async (fileName, text) => {
    const { client } = server;
    const content = new Uint8Array(Buffer.from(text, 'latin1'));
    const { sha1sum, contentType } = await client.upload({ buildId, content, fileName });
    const address = `/api/download?build_id=${buildId}&sha1sum=${sha1sum}`;
    const { headers } = await fetch(server.url + address);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; sandbox;/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toContain('private');
    expect(headers.get('content-disposition')).toMatch(
      contentType === 'image/gif' ? /^inline/ : /^attachment/,
    );

    const page = await openPage(browser, `${server.url}/`, { expectErrors: /./ });
    // As a script, a worker and a style of our pages: not even where the policy allows the address.
    const included = await page.evaluate(async (source) => {
      const outcome = (element: HTMLScriptElement | HTMLLinkElement) =>
        new Promise<string>((resolve) => {
          element.onload = () => resolve('loaded');
          element.onerror = () => resolve('refused');
          document.head.append(element);
        });
      const script = Object.assign(document.createElement('script'), { src: source });
      const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: source });
      const worker = await new Promise<string>((resolve) => {
        try {
          const started = new Worker(source);
          started.onerror = () => resolve('refused');
          started.onmessage = () => resolve('loaded');
        } catch {
          resolve('refused');
        }
      });
      return [await outcome(script), await outcome(style), worker];
    }, address);
    expect(included).toEqual(['refused', 'refused', 'refused']);
    // Opened by itself: shown as an image, or saved, never run.
    await page.goto(server.url + address).catch(() => undefined);
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
    expect(new URL(page.url()).origin).toBe(server.url);
    await page.context().close();
  });
});

test('T29: another site cannot frame a page', async () => {
  const framed = [`${server.url}/`, server.url + release.address, `${server.url}/static/dummy/index.html`];
  const site = await servePages({
    '/': framed.map((source) => `<iframe src="${source}"></iframe>`).join(''),
  });
  const page = await browser.newPage();
  await page.goto(site.origin.replace('127.0.0.1', 'localhost'));
  await page.waitForLoadState('networkidle');
  const [, ...frames] = page.frames();
  expect(frames.map((frame) => frame.url())).toEqual(framed.map(() => 'chrome-error://chromewebdata/'));
  await page.close();
  await site.close();
});
