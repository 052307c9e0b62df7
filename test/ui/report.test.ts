import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { startReportServer } from '../../src/local/serve-report.ts';
import { plainPng } from '../support/sample-pages.ts';
import { SampleReport } from '../support/sample-report.ts';
import {
  hostileName,
  longName,
  manyReport,
  mixedReport,
  rtlName,
  sameReport,
  updateReport,
} from '../support/sample-scenes.ts';
import { drawn, heading, openReport, press, rowNames } from './report-page.ts';
import { leaveBrowser, sharedBrowser } from './support/review-page.ts';
import { givePage } from './support/page-pool.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let folder: string;
let mixed: string;
let page: Page | undefined;

const testHash = (name: string) => `#test=${encodeURIComponent(name)}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-report-'));
  [browser, mixed] = await Promise.all([
    sharedBrowser(),
    mixedReport().then((sample) => sample.write(join(folder, 'mixed'))),
  ]);
});

afterEach(async () => {
  if (page !== undefined) await givePage(page);
  page = undefined;
});

afterAll(async () => {
  await leaveBrowser(browser);
  await rm(folder, { recursive: true, force: true });
});

async function open(path: string, options?: Parameters<typeof openReport>[2]): Promise<Page> {
  page = await openReport(browser, path, options);
  return page;
}

describe('a served report', () => {
  test('approves at once, says so, and says why it cannot', async () => {
    const asked: (readonly string[])[] = [];
    const server = await startReportServer({
      reportFolder: dirname(mixed),
      approve: async (names) => {
        if (asked.push(names) > 1) throw new AppError('invalid_argument', 'The baseline has changed.');
        return names.map((name) => ({ name, reference: 'x.png', outcome: 'approved' as const }));
      },
    });
    const context = await browser.newContext({ viewport: { width: 390, height: 700 } });
    const served = await context.newPage();
    try {
      await served.goto(`${server.url}${testHash('catalogue')}`);
      await served.getByRole('button', { name: 'Approve', exact: true }).waitFor();
      await served.keyboard.press('y');
      await served.getByText('Approved 1 test.').first().waitFor();
      expect(asked).toEqual([['catalogue']]);
      await served.keyboard.press('u');
      await served.getByRole('button', { name: 'Approve all' }).click();
      await served.getByText('Not approved. The baseline has changed.').first().waitFor();
    } finally {
      await context.close();
      await server.stop();
    }
  });
});

describe('the list', () => {
  test('says what happened, differences first and by name', async () => {
    const page = await open(mixed);
    expect(await heading(page)).toBe('11 of 21 differ, 2 failed, 2 new');
    expect(await page.locator('.subline strong').innerText()).toBe('6 of 21 passed');
    expect(await page.locator('.list-heading h2').allInnerTexts()).toEqual(
      expect.arrayContaining(['Differences']),
    );
    expect((await rowNames(page)).slice(1, 4)).toEqual(['cart, narrower and shorter', 'catalogue', longName]);
    expect(await page.locator('.unused summary').innerText()).toBe('2 baseline files that no test uses');
  });

  test('is filtered by state and by text, and the address keeps it', async () => {
    const page = await open(mixed);
    await page.getByRole('button', { name: '2 Failed' }).click();
    expect(await rowNames(page)).toEqual(['cart', 'checkout?step=2']);
    await press(page, '/');
    await page.keyboard.type('check');
    expect(await rowNames(page)).toEqual(['checkout?step=2']);
    expect(page.url()).toMatch(/#show=failed&q=check$/);
    await page.keyboard.type('x');
    expect(await page.locator('.empty').innerText()).toContain('No tests match ‘checkx’.');
    await page.getByRole('button', { name: 'Clear filter' }).click();
    expect((await rowNames(page)).length).toBeGreaterThan(10);
  });

  test('is walked with J, K and Enter; U comes back to the same row', async () => {
    const page = await open(mixed, { hash: '#q=journal' });
    await press(page, 'j', 'j', 'k', 'j', 'Enter');
    expect(await heading(page)).toBe('journal/autumn');
    await press(page, 'j');
    expect(await heading(page)).toBe('journal/winter');
    await press(page, 'u');
    expect(await page.locator('#tests [aria-current]').getAttribute('href')).toContain('winter');
    await page.goBack();
    expect(await heading(page)).toBe('journal/winter');
  });

  test('5,000 tests: few rows in the page, the end is reached, filtering is quick', async () => {
    const many = await (await manyReport(5_000)).write(join(folder, 'many'));
    const page = await open(many);
    expect((await rowNames(page)).length).toBeLessThan(40);
    await page.locator('#tests a[tabindex="0"]').focus();
    await press(page, 'End');
    expect(await rowNames(page)).toContain('section 39/page 4999');
    expect(await page.locator(':focus').getAttribute('href')).toContain('4999');
    const ms = await page.evaluate(async () => {
      const start = performance.now();
      location.hash = '#q=page 49';
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - start;
    });
    const found = await rowNames(page);
    expect(found.length).toBeGreaterThan(10);
    expect(found.every((name) => name.includes('page 49'))).toBe(true);
    expect(ms).toBeLessThan(500);
  });

  test('has words for a run in which all is the same, nothing ran, or baselines were written', async () => {
    const same = await open(await (await sameReport()).write(join(folder, 'same')));
    expect(await heading(same)).toBe('All 3 tests look the same');
    expect(await same.locator('.command').count()).toBe(0);
    await givePage(same);
    const empty = await open(await new SampleReport().write(join(folder, 'empty')));
    expect(await heading(empty)).toBe('Nothing was compared');
    await givePage(empty);
    const update = await open(await (await updateReport()).write(join(folder, 'update')));
    expect(await heading(update)).toBe('2 baselines of 3 were written');
    expect(await rowNames(update)).toEqual(['home', 'landing', 'about']);
  });

  test('the template without data says how to make a report', async () => {
    const template = join(import.meta.dirname, '..', '..', 'build', 'report.html');
    const page = await open(template);
    expect(await heading(page)).toBe('This report is empty');
    const html = await readFile(template, 'utf8');
    expect(
      html.split('<script type="application/json" id="dpxdt-report">null</script>'),
      'one place for the data',
    ).toHaveLength(2);
  });
});

describe('picking for approval', () => {
  test('Y picks and goes on, X takes out, Ctrl+Z undoes, and the command has the names', async () => {
    const page = await open(mixed, { hash: '#show=differs&test=catalogue' });
    await press(page, 'y');
    expect(await heading(page)).not.toBe('catalogue');
    await press(page, 'k', 'x', 'x', 'j', 'y', 'Control+z', 'u');
    expect(await page.locator('.next-step .command-text').innerText()).toBe(
      'dpxdt approve tests/visual catalogue',
    );
    await page.reload();
    expect(await page.locator('.next-step-label').innerText()).toBe('Approve the 1 picked test');
  });

  test('E picks everything with the same changes, quoted for the shell', async () => {
    const page = await open(mixed, { hash: testHash('journal') });
    await press(page, 'e', 'u');
    const command = await page.locator('.next-step .command-text').innerText();
    expect(command).toContain('\'</script><img src=x onerror="window.hacked=1">');
    expect(command).toContain(' journal journal/autumn journal/winter');
  });

  test('what is the same cannot be picked', async () => {
    const page = await open(mixed, { hash: testHash('about') });
    await press(page, 'y');
    expect(await heading(page)).toBe('about');
    expect(await page.locator('.toast').innerText()).toBe('There is nothing to approve.');
  });
});

describe('one test', () => {
  test('a failure is explained, with what to do and the end of its log', async () => {
    const page = await open(mixed, { hash: testHash('checkout?step=2') });
    const text = await page.locator('.failure').innerText();
    expect(text).toContain('The page was not ready in time');
    expect(text).toContain('The page was not ready after 90 seconds.');
    expect(text).toContain('raise timeoutMs');
    expect(text).toContain("dpxdt test tests/visual --test_filter='checkout?step=2'");
    expect(text).toContain('GET http://localhost:8000/cart 500');
    await press(page, 'k');
    expect(await page.locator('canvas[data-pane]').count(), 'the baseline is shown').toBe(1);
  });

  test('details tell sizes, screenshots, settings and what a setting hid', async () => {
    const page = await open(mixed, { hash: testHash('catalogue') });
    await press(page, 'i');
    const details = page.locator('.details');
    expect(await details.innerText()).toContain('1,280 × 1,656 · 56 px taller');
    expect(await details.innerText()).toContain('Never: no two screenshots in a row were equal.');
    await details.getByText('Config', { exact: true }).click();
    expect(await details.innerText()).toContain('•••');
    await press(page, 'i');
    expect(await details.count()).toBe(0);
    await page.goto(`file://${mixed}${testHash('terms')}`);
    await drawn(page);
    expect(await page.locator('.verdict-bar').innerText()).toMatch(
      /^Forgiven: [\d,]+ pixels below the threshold/,
    );
    await press(page, 'i');
    expect(await page.locator('.details').innerText()).toMatch(/Forgiven regions · \d/);
    await press(page, 'i');
    await page.goto(`file://${mixed}#show=forgiven`);
    const chip = page.getByRole('button', { name: '1 Same, with forgiven pixels' });
    expect(await chip.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.test-row').count()).toBe(1);
    expect(await page.locator('.test-row').innerText()).toMatch(/terms[^]*px forgiven/);
    await page.goto(`file://${mixed}${testHash('about')}`);
    expect(await page.locator('.verdict-bar').innerText()).toBe('Identical to the baseline, byte for byte.');
  });

  test('the capture log opens with L, is filtered by kind and text', async () => {
    const page = await open(mixed, { hash: testHash('home') });
    await press(page, 'l');
    const log = page.getByRole('dialog');
    expect(await log.locator('.stages li').count()).toBe(3);
    await log.getByRole('button', { name: 'error 1' }).click();
    expect(await log.locator('.log-lines').innerText()).toContain('tracker is not defined\n');
    expect(await log.locator('.log-lines li').count()).toBe(1);
    await log.getByRole('button', { name: /^All/ }).click();
    await log.getByLabel('Filter the log').fill('hero.jpg');
    expect(await log.locator('.log-lines li').count()).toBe(1);
    await log.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Escape');
    expect(await log.count()).toBe(0);
    expect(await heading(page)).toBe('home');
  });

  test('keys are not taken in text fields, with Ctrl, or when switched off', async () => {
    const page = await open(mixed, { hash: testHash('home') });
    await page.locator('.sidebar input').focus();
    await page.keyboard.type('j');
    expect(await heading(page)).toBe('home');
    await page.locator('.sidebar input').fill('');
    await page.keyboard.press('Escape');
    await press(page, '?');
    await page.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
    await page.keyboard.press('Escape');
    await press(page, 'j');
    expect(await heading(page)).toBe('home');
  });

  test('keys work on a layout without Latin letters', async () => {
    const page = await open(mixed, { hash: testHash('home') });
    await page.evaluate(() =>
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'о', code: 'KeyJ', bubbles: true })),
    );
    expect(await heading(page)).toBe('home@phone');
  });
});

describe('safety and reach', () => {
  test('hostile names are text, and nothing is asked from the network', async () => {
    const context = await browser.newContext();
    const requests: string[] = [];
    context.on('request', (request) => requests.push(request.url()));
    const tab = await context.newPage();
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(error.message));
    for (const name of [hostileName, longName, rtlName]) {
      await tab.goto(`file://${mixed}${testHash(name)}`);
      await drawn(tab);
      await tab.keyboard.press('i');
      expect(await tab.locator('h1 .cut').count()).toBe(1);
      expect(
        await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        'no sideways scroll',
      ).toBe(true);
    }
    expect(await tab.evaluate(() => 'hacked' in window)).toBe(false);
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([]);
    await context.close();
  });

  test('an injected script cannot run: the policy knows only the built one', async () => {
    const page = await open(mixed);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 2';
      document.body.append(script);
    });
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  });

  test('T62: the page’s own policy lets it reach nothing and run nothing but what was built in', async () => {
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(request.url!);
      response.end('x');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const page = await open(mixed);
    const refused = await page.evaluate(async (origin) => {
      const directives = new Set<string>();
      document.addEventListener('securitypolicyviolation', (event) =>
        directives.add(event.effectiveDirective),
      );
      const add = (name: string, attributes: Record<string, string>) => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        document.body.append(element);
      };
      add('img', { src: `${origin}/img` });
      add('img', { src: 'data:,x', onerror: 'window.hacked = 3' });
      add('script', { src: `${origin}/script` });
      add('link', { rel: 'stylesheet', href: `${origin}/style` });
      add('iframe', { src: `${origin}/frame` });
      add('object', { data: `${origin}/object` });
      add('video', { src: `${origin}/video` });
      add('p', { style: 'color: red' });
      await fetch(`${origin}/fetch`).catch(() => {});
      navigator.sendBeacon(`${origin}/beacon`, 'x');
      for (const make of [
        () => new WebSocket(origin.replace('http', 'ws')),
        () => new EventSource(`${origin}/events`),
        () => new Worker(URL.createObjectURL(new Blob(['']))),
        () => new FontFace('x', `url(${origin}/font)`).load().catch(() => {}),
      ]) {
        try {
          void make();
        } catch {
          // Refused in the moment.
        }
      }
      const form = document.createElement('form');
      form.action = `${origin}/form`;
      document.body.append(form);
      form.submit();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return [...directives].toSorted();
    }, origin);
    expect(refused).toEqual([
      'connect-src',
      'font-src',
      'form-action',
      'frame-src',
      'img-src',
      'media-src',
      'object-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-attr',
      'style-src-elem',
      'worker-src',
    ]);
    expect(asked).toEqual([]);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  test('images in files beside the report are shown too; a missing one is told', async () => {
    const sample = new SampleReport();
    const before = await plainPng(300, 200, '#1d4ed8');
    await sample.add({ name: 'files', before, after: await plainPng(300, 200, '#b91c1c') });
    const path = await sample.write(join(folder, 'files'), 0);
    const page = await open(path, { hash: testHash('files') });
    const screenshot = await page.locator('canvas[data-pane="0"]').screenshot();
    expect(screenshot.length).toBeGreaterThan(0);
    await rm(join(folder, 'files', 'before'), { recursive: true });
    await page.reload();
    await page.getByText('An image could not be loaded.').waitFor();
  });

  test.each([
    ['light', 1440, ''],
    ['dark', 390, ''],
    ['light', 390, testHash('journal')],
    ['dark', 1440, testHash('catalogue')],
    ['light', 1440, testHash('cart')],
  ] as const)('axe finds nothing: %s, %i px, %s', async (scheme, width, hash) => {
    const page = await open(mixed, { hash, width, scheme });
    if (hash !== '' && width > 1000) await press(page, 'i');
    // The page's own policy rightly refuses a script element; the debugger's door does not ask it.
    await page.evaluate(await readFile(axePath, 'utf8'));
    const findings = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
        };
      };
      const { violations } = await axe.run({ resultTypes: ['violations'] });
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 160)}`);
    });
    expect(findings).toEqual([]);
  });

  test('Tab reaches list, toolbar, images and decision in that order', async () => {
    const page = await open(mixed, { hash: testHash('home') });
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    const places: string[] = [];
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press('Tab');
      const place = await page.evaluate(
        () =>
          document.activeElement?.closest('header, nav.sidebar, .toolbar, .stage, .pick-bar')?.className ??
          '',
      );
      if (place !== '' && places.at(-1) !== place) places.push(place);
      if (place === 'pick-bar') break;
    }
    expect(places).toEqual(['top-bar', 'sidebar', 'toolbar', 'stage', 'pick-bar']);
  });
});
