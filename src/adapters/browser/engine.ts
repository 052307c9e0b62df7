import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserName } from '../../domain/capture/capture-config.ts';
import type { CaptureEngine } from '../../domain/capture/environment.ts';
import { neededSwitches } from './browser-flags.ts';

/** Raise it with a change of how pages are set up that shows in screenshots and is in no switch. */
const setUpRules = 1;
const timeoutMs = 5_000;
const digestCharacters = 16;

let fonts: Promise<string | null> | undefined;

/**
 * What screenshots of a browser depend on besides the page.
 *
 * @param version for example `Chromium 156.0.8078.79`
 * @param isHere whether it runs on this machine
 * @param how the browser's name, and all that it was started with
 */
export async function engineOf(
  version: string,
  isHere: boolean,
  how: { browser: BrowserName; switches: readonly string[] } = {
    browser: 'chromium',
    switches: neededSwitches,
  },
): Promise<CaptureEngine> {
  return {
    browser: how.browser,
    version: version.replace(/^\D+/, ''),
    platform: isHere ? `${platform()} ${arch()}` : 'elsewhere',
    fontsDigest: isHere ? await (fonts ??= readFonts()) : null,
    flagsDigest: digestOf([...how.switches, `rules ${setUpRules}`]),
  };
}

/** Digest of the fonts that a browser on this machine can use; null where they cannot be listed. */
async function readFonts(): Promise<string | null> {
  const lines = (await fontsOfFontconfig()) ?? (await fontFiles());
  return lines === null || lines.length === 0 ? null : digestOf([...new Set(lines)].sort());
}

/** Families with styles and versions, and which of them the generic families are; null without fontconfig. */
async function fontsOfFontconfig(): Promise<string[] | null> {
  // The browser does not see the fonts of this process's user, either: its home folder is a temporary one.
  const options = {
    env: { ...process.env, HOME: '/nonexistent', XDG_DATA_HOME: '/nonexistent' },
    timeout: timeoutMs,
  };
  const run = async (command: string, args: string[]): Promise<string> =>
    (await promisify(execFile)(command, args, { ...options, maxBuffer: 16 * 1024 * 1024 })).stdout;
  try {
    const [list, ...generic] = await Promise.all([
      run('fc-list', ['--format', '%{family}|%{style}|%{fontversion}\n']),
      ...['sans-serif', 'serif', 'monospace'].map(async (name) => {
        return `${name} ${await run('fc-match', ['--format', '%{family}', name])}`;
      }),
    ]);
    return [...list.split('\n'), ...generic];
  } catch {
    return null;
  }
}

/** Names and sizes of the files in the font folders of macOS and Windows. */
async function fontFiles(): Promise<string[] | null> {
  const folders =
    platform() === 'darwin'
      ? ['/System/Library/Fonts', '/System/Library/Fonts/Supplemental', '/Library/Fonts']
      : platform() === 'win32'
        ? [join(process.env.WINDIR ?? 'C:\\Windows', 'Fonts')]
        : [];
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      return Promise.all(
        names.map(async (name) => `${name} ${(await stat(join(folder, name)).catch(() => null))?.size ?? 0}`),
      );
    }),
  );
  return found.length === 0 ? null : found.flat();
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, digestCharacters);
}
