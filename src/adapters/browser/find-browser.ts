import { access, constants, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { AppError } from '../../base/errors.ts';

export interface FoundBrowser {
  /** Absolute path of the binary, never of a wrapper script. */
  path: string;
  /** `headless-shell` is twice as fast as a full Chromium and draws the same. */
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
];

const applicationPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Finds a Chromium: the given path, then headless shells, then full browsers.
 *
 * @param wanted path from a setting; it must exist
 * @throws AppError `browser_missing` with what to do
 */
export async function findBrowser(wanted = process.env.DPXDT_BROWSER_PATH): Promise<FoundBrowser> {
  if (wanted !== undefined && wanted !== '') {
    if (await isExecutable(wanted)) return { path: wanted, kind: kindOf(wanted) };
    throw new AppError('browser_missing', `The browser "${wanted}" does not exist or is not executable.`);
  }
  for (const path of await candidatePaths()) {
    if (await isExecutable(path)) return { path, kind: kindOf(path) };
  }
  throw new AppError(
    'browser_missing',
    'No Chromium was found. Install one (Debian: apt-get install chromium-headless-shell; elsewhere: npx playwright-core install chromium-headless-shell) or set DPXDT_BROWSER_PATH.',
  );
}

async function candidatePaths(): Promise<string[]> {
  const playwright = await playwrightBinaries();
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const commands = commandNames.flatMap((name) => folders.map((folder) => join(folder, name)));
  const candidates = [...debianBinaries, ...playwright, ...commands, ...applicationPaths];
  return candidates.sort(
    (a, b) => Number(kindOf(b) === 'headless-shell') - Number(kindOf(a) === 'headless-shell'),
  );
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

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
