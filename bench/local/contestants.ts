/** The tools under test: how each is set up for a list of pages and run, and how its report is read. */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Command } from './measure.ts';

export interface Setting {
  /** An empty, separate folder. */
  folder: string;
  /** Address of the pages, without a trailing slash. */
  baseUrl: string;
  pages: number;
  /** Concurrent pages; null: the tool's default. */
  workers: number | null;
  browserPath: string;
}

export interface Verdict {
  compared: number;
  /** Names of the tests that did not pass. */
  failed: string[];
}

export interface Contestant {
  name: string;
  version: string;
  /** How it differs from the others, for readers of the table. */
  notes: string;
  prepare(setting: Setting): void;
  update(setting: Setting): Command;
  test(setting: Setting): Command;
  verdict(setting: Setting): Verdict;
}

const benchFolder = join(import.meta.dirname, '..');
const root = join(benchFolder, '..');
const require = createRequire(join(benchFolder, 'package.json'));
const viewport = { width: 1280, height: 800 };

const pageName = (index: number) => `page-${String(index).padStart(4, '0')}`;
const pageUrl = (setting: Setting, index: number) => `${setting.baseUrl}/page/${index}`;
const indexes = (setting: Setting) => Array.from({ length: setting.pages }, (_, index) => index);

function packageVersion(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** Without the peers, the cost against size can be measured all the same. */
function peerVersion(name: string): string {
  const file = join(benchFolder, 'node_modules', name, 'package.json');
  return existsSync(file) ? packageVersion(file) : 'not installed';
}

/** Chromium has no sandbox as root; every contestant that cannot drop root runs without it, with the same flag. */
const isRoot = process.getuid?.() === 0;
const launchArguments = isRoot ? ['--no-sandbox'] : [];

export const ours: Contestant = {
  name: 'dpxdt',
  version: packageVersion(join(root, 'package.json')),
  notes:
    'one screenshot when it equals the baseline, else until two are equal; perceptual stage on; sandbox on; writes the HTML report',
  prepare(setting) {
    mkdirSync(join(setting.folder, 'tests'));
    const tests = indexes(setting).map(
      (index) => `  - { name: ${pageName(index)}, url: '${pageUrl(setting, index)}', config: *all }`,
    );
    const size = `{ viewportSize: { width: ${viewport.width}, height: ${viewport.height} } }`;
    writeFileSync(
      join(setting.folder, 'tests', 'pages.yaml'),
      `x-all: &all ${size}\ntests:\n${tests.join('\n')}\n`,
    );
  },
  update: (setting) => dpxdt('update', setting),
  test: (setting) => dpxdt('test', setting),
  verdict(setting) {
    const report = JSON.parse(readFileSync(join(setting.folder, 'dpxdt-report', 'results.json'), 'utf8')) as {
      tests: { name: string; state: string; comparison: unknown }[];
    };
    return {
      compared: report.tests.filter((test) => test.comparison !== null).length,
      failed: report.tests.filter((test) => test.state !== 'same').map((test) => test.name),
    };
  },
};

function dpxdt(command: 'update' | 'test', setting: Setting): Command {
  const workers = setting.workers === null ? [] : ['--workers', String(setting.workers)];
  return {
    argv: [process.execPath, join(root, 'bin', 'dpxdt.js'), command, 'tests', ...workers],
    cwd: setting.folder,
    env: { DPXDT_BROWSER_PATH: setting.browserPath, CI: '1' },
    logFile: join(setting.folder, `${command}.log`),
  };
}

export const playwright: Contestant = {
  name: '@playwright/test',
  version: peerVersion('@playwright/test'),
  notes: 'one screenshot when it equals the baseline, threshold 0.2, no report for tests that pass',
  prepare(setting) {
    const config = {
      testDir: '.',
      outputDir: 'test-results',
      fullyParallel: true,
      timeout: 60_000,
      reporter: [['json', { outputFile: 'results.json' }]],
      ...(setting.workers === null ? {} : { workers: setting.workers }),
      use: {
        viewport,
        launchOptions: { executablePath: setting.browserPath, args: launchArguments },
      },
    };
    writeFileSync(
      join(setting.folder, 'playwright.config.cjs'),
      `module.exports = ${JSON.stringify(config)};\n`,
    );
    writeFileSync(
      join(setting.folder, 'pages.spec.cjs'),
      `const { test, expect } = require(${JSON.stringify(require.resolve('@playwright/test'))});
for (const [name, url] of ${JSON.stringify(indexes(setting).map((index) => [pageName(index), pageUrl(setting, index)]))}) {
  test(name, async ({ page }) => {
    await page.goto(url);
    await expect(page).toHaveScreenshot(name + '.png', { fullPage: true });
  });
}
`,
    );
  },
  update: (setting) => playwrightTest(setting, 'update', ['--update-snapshots']),
  test: (setting) => playwrightTest(setting, 'test', []),
  verdict(setting) {
    const report = JSON.parse(readFileSync(join(setting.folder, 'results.json'), 'utf8')) as {
      suites: { specs: { title: string; ok: boolean }[] }[];
    };
    const specs = report.suites.flatMap((suite) => suite.specs);
    return { compared: specs.length, failed: specs.filter((spec) => !spec.ok).map((spec) => spec.title) };
  },
};

function playwrightTest(setting: Setting, name: string, flags: string[]): Command {
  const program = require.resolve('@playwright/test/cli');
  return {
    argv: [process.execPath, program, 'test', '--config', 'playwright.config.cjs', ...flags],
    cwd: setting.folder,
    // Without `CI`, as on a developer's machine: in CI it would refuse to write new baselines.
    env: { CI: '', PLAYWRIGHT_BROWSERS_PATH: '0' },
    logFile: join(setting.folder, `${name}.log`),
  };
}

export const backstopPlaywright = backstop(
  'playwright',
  'BackstopJS, Playwright engine',
  'one browser, a context per page, one screenshot, mismatch threshold 0.1 %, writes its HTML report',
);
export const backstopPuppeteer = backstop(
  'puppeteer',
  'BackstopJS, Puppeteer engine',
  'its default engine: a browser per page, one screenshot, mismatch threshold 0.1 %, writes its HTML report',
);

function backstop(engine: 'playwright' | 'puppeteer', name: string, notes: string): Contestant {
  const run = (setting: Setting, command: 'reference' | 'test'): Command => ({
    argv: [
      process.execPath,
      join(benchFolder, 'node_modules', 'backstopjs', 'cli', 'index.js'),
      command,
      '--config=backstop.json',
    ],
    cwd: setting.folder,
    logFile: join(setting.folder, `${command}.log`),
  });
  return {
    name,
    version: peerVersion('backstopjs'),
    notes,
    prepare(setting) {
      const config = {
        id: 'b',
        viewports: [{ label: 'desktop', ...viewport }],
        scenarios: indexes(setting).map((index) => ({
          label: pageName(index),
          url: pageUrl(setting, index),
          selectors: ['document'],
          misMatchThreshold: 0.1,
        })),
        paths: {
          bitmaps_reference: 'data/reference',
          bitmaps_test: 'data/test',
          engine_scripts: 'data/scripts',
          html_report: 'data/html',
          ci_report: 'data/ci',
          json_report: 'data/json',
        },
        report: ['json'],
        engine,
        engineOptions: {
          executablePath: setting.browserPath,
          args: launchArguments,
          ...(engine === 'playwright' ? { browser: 'chromium' } : {}),
        },
        // 5 and 50 are what `backstop init` writes.
        asyncCaptureLimit: setting.workers ?? 5,
        asyncCompareLimit: setting.workers ?? 50,
      };
      writeFileSync(join(setting.folder, 'backstop.json'), JSON.stringify(config, null, 1));
    },
    update: (setting) => run(setting, 'reference'),
    test: (setting) => run(setting, 'test'),
    verdict(setting) {
      const json = newestJson(join(setting.folder, 'data', 'json'));
      const report = JSON.parse(readFileSync(json, 'utf8')) as {
        tests: { status: string; pair: { label: string } }[];
      };
      const failed = report.tests.filter((test) => test.status !== 'pass');
      return { compared: report.tests.length, failed: failed.map((test) => test.pair.label) };
    },
  };
}

function newestJson(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name));
  const newest = files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  if (newest === undefined) throw new Error(`BackstopJS left no JSON report in ${folder}`);
  return newest;
}
