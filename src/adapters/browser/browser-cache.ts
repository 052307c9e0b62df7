/** The folder of the browser that `dpxdt install-browser` brought. */

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The pinned browser: a build of Chrome for Testing, the same for every system. A newer one is a change of every
 * baseline, so it is raised on purpose only.
 */
export const pinnedBuild = '159.0.8154.6';

const recordFile = 'installed.json';

/** Of this user; `DPXDT_BROWSER_CACHE` replaces it. */
export function browserCacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  if (env.DPXDT_BROWSER_CACHE) return env.DPXDT_BROWSER_CACHE;
  if (platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'dpxdt', 'browsers');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'dpxdt', 'browsers');
  return join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'dpxdt', 'browsers');
}

export interface InstalledBrowser {
  buildId: string;
  path: string;
}

export function recordPath(folder: string): string {
  return join(folder, recordFile);
}

/** What was installed last; null without it. */
export async function readInstalledBrowser(folder = browserCacheFolder()): Promise<InstalledBrowser | null> {
  try {
    const record = JSON.parse(await readFile(recordPath(folder), 'utf8')) as Partial<InstalledBrowser>;
    const { buildId, path } = record;
    return typeof buildId === 'string' && typeof path === 'string' ? { buildId, path } : null;
  } catch {
    return null;
  }
}
