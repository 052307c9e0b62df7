import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { isExecutable, pathsInPath, programFile } from '../process/find-program.ts';
import { readInstalledBrowser } from './browser-cache.ts';

export interface FoundBrowser {
  /** Absolute path of the binary, never of a wrapper script. */
  path: string;
  /** `headless-shell` is twice as fast as a full Chromium and renders the same. */
  kind: 'headless-shell' | 'full';
}

/** Debian's `chromium-headless-shell` in PATH is a wrapper script around the first of these. */
const debianBinaries = ['/usr/lib/chromium/chromium-headless-shell', '/usr/lib/chromium/chromium'];

const commandNames = [
  'chrome-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

const macApplications = ['Google Chrome', 'Chromium', 'Google Chrome for Testing', 'Microsoft Edge'];
const windowsPrograms = ['Google\\Chrome', 'Chromium', 'Microsoft\\Edge'];

/** Browsers where their installers put them. */
export function applicationPaths(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string[] {
  if (platform === 'darwin') {
    return ['/Applications', posix.join(home, 'Applications')].flatMap((folder) =>
      macApplications.map((name) => posix.join(folder, `${name}.app`, 'Contents/MacOS', name)),
    );
  }
  if (platform !== 'win32') return [];
  const folders = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter((path) => path);
  return windowsPrograms.flatMap((name) =>
    folders.map((folder) =>
      win32.join(folder!, name, 'Application', name.endsWith('Edge') ? 'msedge.exe' : 'chrome.exe'),
    ),
  );
}

/**
 * Finds a Chromium: the given path, then the one that `dpxdt install-browser` brought, then headless shells, then full
 * browsers.
 *
 * @param wanted path from a setting; it must exist
 * @throws AppError `browser_missing` with what to do
 */
export async function findBrowser(wanted = process.env.DPXDT_BROWSER_PATH): Promise<FoundBrowser> {
  if (wanted !== undefined && wanted !== '') {
    if (await isExecutable(wanted)) return { path: wanted, kind: kindOf(wanted) };
    throw new AppError('browser_missing', `The browser "${wanted}" does not exist or is not executable.`);
  }
  const installed = await readInstalledBrowser();
  for (const path of [...(installed === null ? [] : [installed.path]), ...(await candidatePaths())]) {
    if (await isExecutable(path)) return { path, kind: kindOf(path) };
  }
  throw new AppError(
    'browser_missing',
    'No Chromium was found. Install one (Debian: apt-get install chromium-headless-shell; anywhere: dpxdt install-browser) or set DPXDT_BROWSER_PATH.',
  );
}

async function candidatePaths(): Promise<string[]> {
  const playwright = await playwrightBinaries();
  const commands = pathsInPath(commandNames.map(programFile));
  const applications = applicationPaths(process.platform, process.env, homedir());
  const puppeteer = await puppeteerBinaries();
  const candidates = [...debianBinaries, ...playwright, ...puppeteer, ...commands, ...applications];
  return candidates.sort(
    (a, b) => Number(kindOf(b) === 'headless-shell') - Number(kindOf(a) === 'headless-shell'),
  );
}

/** Builds of Chrome for Testing that Puppeteer downloaded, newest first. */
async function puppeteerBinaries(): Promise<string[]> {
  const cache = process.env.PUPPETEER_CACHE_DIR ?? join(homedir(), '.cache', 'puppeteer');
  const found: string[] = [];
  for (const name of ['chrome-headless-shell', 'chrome']) {
    const builds = await readdir(join(cache, name)).catch(() => []);
    const newestFirst = builds.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    for (const build of newestFirst) {
      const [folder] = await readdir(join(cache, name, build)).catch(() => []);
      if (folder === undefined) continue;
      const place = join(cache, name, build, folder);
      found.push(join(place, name), join(place, `${name}.exe`));
      found.push(join(place, 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'));
    }
  }
  return found;
}

/** Browsers that Playwright downloaded, newest first. */
async function playwrightBinaries(): Promise<string[]> {
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    join(homedir(), process.platform === 'darwin' ? 'Library/Caches/ms-playwright' : '.cache/ms-playwright');
  const names = await readdir(cache).catch(() => []);
  const newestFirst = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return newestFirst.flatMap((name) => {
    if (name.startsWith('chromium_headless_shell-')) {
      return [
        'chrome-linux',
        'chrome-headless-shell-linux64',
        'chrome-mac',
        'chrome-headless-shell-mac-arm64',
      ].flatMap((folder) =>
        ['headless_shell', 'chrome-headless-shell'].map((binary) => join(cache, name, folder, binary)),
      );
    }
    if (/^chromium-\d/.test(name)) {
      return ['chrome-linux', 'chrome-linux64'].map((folder) => join(cache, name, folder, 'chrome'));
    }
    return [];
  });
}

function kindOf(path: string): FoundBrowser['kind'] {
  return /headless[-_]shell/.test(path) ? 'headless-shell' : 'full';
}
