/** Downloads the pinned browser with `@puppeteer/browsers`, an optional package. */

import { mkdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type * as Installer from '@puppeteer/browsers';
import { AppError } from '../../base/errors.ts';
import {
  browserCacheFolder,
  pinnedBuild,
  readInstalledBrowser,
  recordPath,
  type InstalledBrowser,
} from './browser-cache.ts';

const packageCommand = 'npm install --save-dev @puppeteer/browsers@3 yauzl@3';

/**
 * Brings the pinned browser into the cache; nothing is downloaded if it is there.
 *
 * @param options `from`: a mirror of Chrome for Testing; null: Google's. `onProgress` receives bytes
 * @throws AppError `browser_missing` without the package, or if the download fails
 */
export async function installBrowser({
  from,
  folder = browserCacheFolder(),
  onProgress = () => undefined,
}: {
  from: string | null;
  folder?: string;
  onProgress?: (receivedBytes: number, totalBytes: number) => void;
}): Promise<InstalledBrowser & { isNew: boolean }> {
  const present = await readInstalledBrowser(folder);
  const { Browser, detectBrowserPlatform, install, getInstalledBrowsers } = await loadInstaller();
  const platform = detectBrowserPlatform();
  if (platform === undefined) {
    throw new AppError(
      'browser_missing',
      `There is no build of Chrome for Testing for ${process.platform} ${process.arch}: install a Chromium with the system's own packages.`,
    );
  }
  if (present?.buildId === pinnedBuild) {
    const all = await getInstalledBrowsers({ cacheDir: folder }).catch(() => []);
    if (all.some(({ executablePath }) => executablePath === present.path))
      return { ...present, isNew: false };
  }
  // Node asks the proxy of the environment only when told, from some version 24 on.
  const { setGlobalProxyFromEnv } = http as Partial<typeof http>;
  const restore = setGlobalProxyFromEnv?.();
  try {
    await mkdir(folder, { recursive: true });
    const { executablePath } = await install({
      browser: Browser.CHROMEHEADLESSSHELL,
      buildId: pinnedBuild,
      cacheDir: folder,
      platform,
      unpack: true,
      downloadProgressCallback: onProgress,
      ...(from === null ? {} : { baseUrl: from.replace(/\/$/, '') }),
    });
    const installed = { buildId: pinnedBuild, path: executablePath };
    await writeFile(recordPath(folder), `${JSON.stringify(installed, null, 2)}\n`);
    return { ...installed, isNew: true };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // The package lists what each of its sources said; there is one.
    const why = text
      .trim()
      .split('\n')
      .at(-1)!
      .replace(/^\s*-\s*(\w+: )?/, '');
    throw new AppError(
      'browser_missing',
      `The browser ${pinnedBuild} could not be installed: ${why.replace(/\.$/, '')}. Check the network, or name a mirror with --from.`,
      { cause: error },
    );
  } finally {
    restore?.();
  }
}

async function loadInstaller(): Promise<typeof Installer> {
  try {
    return await import('@puppeteer/browsers');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new AppError(
      'browser_missing',
      code === 'ERR_MODULE_NOT_FOUND'
        ? `The package that downloads browsers is not installed: run "${packageCommand}" once, then this again.`
        : `The package that downloads browsers does not work: ${message}.`,
      { cause: error },
    );
  }
}
