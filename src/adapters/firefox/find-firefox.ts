import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { isExecutable, pathsInPath } from '../process/find-program.ts';

/** Debian's `firefox-esr` in PATH is a script around the first of these. */
const debianBinaries = ['/usr/lib/firefox-esr/firefox-esr', '/usr/lib/firefox/firefox'];

const commandNames = ['firefox', 'firefox-esr', 'firefox-developer-edition', 'firefox.exe'];

const applicationPaths = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  join(homedir(), 'Applications/Firefox.app/Contents/MacOS/firefox'),
  '/Applications/Firefox Developer Edition.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  'C:\\Program Files (x86)\\Mozilla Firefox\\firefox.exe',
];

/**
 * Finds a Firefox: the given path, then Debian's, then PATH, then where macOS and Windows have it.
 *
 * @param wanted path from a setting; it must exist
 * @returns the path of its binary
 * @throws AppError `browser_missing` with what to do
 */
export async function findFirefox(wanted = process.env.DPXDT_FIREFOX): Promise<string> {
  if (wanted !== undefined && wanted !== '') {
    if (await isExecutable(wanted)) return wanted;
    throw new AppError('browser_missing', `The Firefox "${wanted}" does not exist or is not executable.`);
  }
  for (const path of [...debianBinaries, ...pathsInPath(commandNames), ...applicationPaths]) {
    if (await isExecutable(path)) return path;
  }
  throw new AppError(
    'browser_missing',
    'No Firefox was found. Install it (Debian: apt-get install firefox-esr; elsewhere: https://www.mozilla.org/firefox/), or set DPXDT_FIREFOX, or leave "browser: firefox" out to capture in Chromium.',
  );
}
