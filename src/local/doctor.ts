/** Checks whether this machine can run local tests, and says how to fix what is missing. */

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { AppError } from '../base/errors.ts';
import type { Capturer } from '../ports/capturer.ts';
import { fontPage, readMissingFonts } from './missing-fonts.ts';

export interface Finding {
  /** What was checked: `browser`, `fonts` … */
  subject: string;
  state: 'ok' | 'warning' | 'problem';
  /** The finding and, unless it is ok, the remedy. */
  message: string;
}

export interface DoctorOptions {
  currentFolder: string;
  reportFolder: string;
  findBrowser: () => Promise<{ path: string; kind: string }>;
  /** Path of the Firefox for `browser: firefox`. */
  findFirefox: () => Promise<string>;
  /** Whether a setting names it. */
  isFirefoxNamed: boolean;
  capturer: Capturer;
}

const run = promisify(execFile);

/** Every check of this machine, in reading order. Never throws. */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  return [
    {
      subject: 'node',
      state: 'ok',
      message: `Node ${process.versions.node} on ${process.platform} ${process.arch}.`,
    },
    ...(await examineBrowser(options)),
    await examineFirefox(options),
    await examineFonts(),
    await examineBash(),
    await examineFolder('report folder', resolve(options.currentFolder, options.reportFolder)),
    await examineFolder('temporary folder', tmpdir()),
  ];
}

async function examineBrowser({ findBrowser, capturer }: DoctorOptions): Promise<Finding[]> {
  const subject = 'browser';
  let found: { path: string; kind: string };
  try {
    found = await findBrowser();
  } catch (error) {
    return [{ subject, state: 'problem', message: messageOf(error) }];
  }
  const findings: Finding[] = [
    found.kind === 'headless-shell'
      ? { subject, state: 'ok', message: `${found.path}.` }
      : {
          subject,
          state: 'warning',
          message: `${found.path} is a full browser: a headless shell captures the same twice as fast (Debian: apt-get install chromium-headless-shell).`,
        },
  ];
  findings.push(...(await examineCapture(capturer)));
  return findings;
}

/** Only pages with `browser: firefox` need it, so only one that was named must exist. */
async function examineFirefox({ findFirefox, isFirefoxNamed }: DoctorOptions): Promise<Finding> {
  const subject = 'firefox';
  try {
    return {
      subject,
      state: 'ok',
      message: `${await findFirefox()} captures pages with "browser: firefox".`,
    };
  } catch (error) {
    if (isFirefoxNamed) return { subject, state: 'problem', message: messageOf(error) };
    return {
      subject,
      state: 'ok',
      message:
        'None was found; only pages with "browser: firefox" need it (Debian: apt-get install firefox-esr).',
    };
  }
}

/** Captures a real page, which proves more than checking files, and tells which scripts have no font. */
async function examineCapture(capturer: Capturer): Promise<Finding[]> {
  const subject = 'capture';
  let folder: string | null = null;
  try {
    folder = await mkdtemp(join(tmpdir(), 'dpxdt-doctor-'));
    // The browser may run as a different user than this process.
    await chmod(folder, 0o755);
    const page = join(folder, 'page.html');
    await writeFile(page, fontPage, { mode: 0o644 });
    const url = pathToFileURL(page).href;
    const outcome = await capturer.capture({ url, config: { timeoutMs: 30_000 } });
    if (!outcome.ok) {
      const message = `A simple page could not be captured: ${outcome.failure.message}`;
      return [{ subject, state: 'problem', message }];
    }
    const { browserVersion, width, height, durationMs } = outcome;
    const message = `${browserVersion} captured a page of ${width}×${height} in ${Math.round(durationMs)} ms.`;
    return [{ subject, state: 'ok', message }, ...scriptsWithoutFont(outcome.log)];
  } catch (error) {
    return [{ subject, state: 'problem', message: messageOf(error) }];
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

function scriptsWithoutFont(log: string): Finding[] {
  const missing = readMissingFonts(log);
  if (missing === null) return [];
  const subject = 'scripts';
  const { names, debianPackages } = missing;
  if (names.length === 0)
    return [{ subject, state: 'ok', message: 'Every script that was tried has a font.' }];
  const advice = `Debian: apt-get install ${debianPackages.join(' ')}; elsewhere, the Noto fonts`;
  const message = `There is no font for ${names.join(', ')}: such text is drawn as boxes (${advice}).`;
  return [{ subject, state: 'warning', message }];
}

async function examineFonts(): Promise<Finding> {
  const subject = 'fonts';
  try {
    const { stdout } = await run('fc-list', [':', 'family']);
    const families = new Set(stdout.split('\n').filter((line) => line.trim() !== ''));
    return families.size > 0
      ? { subject, state: 'ok', message: `${families.size} font families are installed.` }
      : {
          subject,
          state: 'problem',
          message:
            'No font is installed, so text is not rendered (Debian: apt-get install fonts-liberation).',
        };
  } catch {
    return process.platform === 'linux'
      ? {
          subject,
          state: 'warning',
          message: 'fc-list is missing, so the fonts were not checked (Debian: apt-get install fontconfig).',
        }
      : { subject, state: 'ok', message: "The system's own fonts are used." };
  }
}

async function examineBash(): Promise<Finding> {
  const subject = 'bash';
  try {
    const { stdout } = await run('bash', ['-c', 'echo $BASH_VERSION']);
    return { subject, state: 'ok', message: `bash ${stdout.trim()} for setup and waitFor.` };
  } catch {
    return {
      subject,
      state: 'warning',
      message: 'bash is missing: setup and waitFor scripts cannot run. Install bash.',
    };
  }
}

async function examineFolder(subject: string, path: string): Promise<Finding> {
  let existing = path;
  while (!(await exists(existing)) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    await access(existing, constants.W_OK | constants.X_OK);
    const isFolder = (await stat(existing)).isDirectory();
    return isFolder
      ? { subject, state: 'ok', message: `${path} is writable.` }
      : { subject, state: 'problem', message: `${existing} is not a folder: choose another one.` };
  } catch {
    return {
      subject,
      state: 'problem',
      message: `${existing} is not writable by this user: check its owner.`,
    };
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function messageOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return `Unexpected: ${error instanceof Error ? error.message : String(error)}`;
}
