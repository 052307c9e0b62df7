import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Stream } from 'node:stream';
import type { MemoryReports } from './event-routes.ts';
import type { LaunchPlan } from './privileges.ts';
import { groupGone, isRunning } from './process-group.ts';

const killTimeoutMs = 1_000;
/** How long a report of exhausted memory may explain a crash. */
const memoryReportAgeMs = 5_000;
/** Further output about it within this time belongs to the same report. */
const sameReportMs = 100;
const folderPrefix = 'dpxdt-browser-';

export interface ChildOptions {
  browserPath: string;
  plan: LaunchPlan;
  /** Command line, for a temporary folder that is the browser's profile and home. */
  flags: (folder: string) => string[];
  /** Files to put into the folder first, by name. */
  files?: Readonly<Record<string, string>>;
  /** Added to its environment. */
  environment?: Readonly<Record<string, string>>;
  /** Pipes in addition to standard error, from file descriptor 3 on. */
  pipes: number;
  /** Parent of the temporary folder. */
  tempDir?: string;
  /** Called with one sentence for the operator when the folder is left behind. */
  onNotice: (sentence: string) => void;
}

/** A browser's process, in a separate process group. */
export interface BrowserChild {
  /** Leader of the process group; undefined when it could not be started. */
  readonly pid: number | undefined;
  readonly pipes: readonly (Stream | null | undefined)[];
  /** Resolves when it has ended, to how. */
  readonly ended: Promise<string>;
  readonly output: BrowserOutput;
  /** Kills the process group and removes the folder. Never throws; can be repeated. */
  readonly kill: () => Promise<void>;
}

/** Starts a browser in a separate temporary folder, with the rights that the plan says. */
export async function startChild(options: ChildOptions): Promise<BrowserChild> {
  const { plan, files = {} } = options;
  const parent = await reachableFolder(options.tempDir ?? tmpdir(), plan);
  await removeAbandonedFolders(parent);
  const folder = await mkdtemp(join(parent, `${folderPrefix}${process.pid}-`));
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o644 });
  if (plan.user !== undefined) await chown(folder, plan.user.uid, plan.user.gid);
  const child = spawn(options.browserPath, options.flags(folder), {
    ...(plan.user === undefined ? {} : plan.user),
    cwd: folder,
    detached: true,
    env: { ...browserEnvironment(folder), ...options.environment },
    stdio: ['ignore', 'ignore', 'pipe', ...Array.from({ length: options.pipes }, () => 'pipe' as const)],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  const output = watchOutput(child);
  const removeNow = (): void => {
    killGroup(child);
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // The next start tries again.
    }
  };
  process.once('exit', removeNow);
  const kill = async (): Promise<void> => {
    process.removeListener('exit', removeNow);
    killGroup(child);
    if (child.pid !== undefined) {
      await ended;
      await groupGone(child.pid, killTimeoutMs);
    }
    await removeFolder(folder, options.onNotice);
  };
  return { pid: child.pid, pipes: child.stdio.slice(3), ended, output, kill };
}

/** The folder, or `/tmp` when the browser's user has no access to it. */
async function reachableFolder(folder: string, plan: LaunchPlan): Promise<string> {
  if (plan.user === undefined) return folder;
  for (let path = resolve(folder); path !== dirname(path); path = dirname(path)) {
    const { mode, uid } = await stat(path);
    const othersMayPass = (mode & 0o001) !== 0;
    if (!othersMayPass && uid !== plan.user.uid) return '/tmp';
  }
  return folder;
}

/** Only what a browser needs to render: no secrets of this process reach it. */
function browserEnvironment(folder: string): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH', 'LD_LIBRARY_PATH'];
  const entries = kept.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return {
    ...(Object.fromEntries(entries) as NodeJS.ProcessEnv),
    HOME: folder,
    TMPDIR: folder,
    XDG_CACHE_HOME: folder,
    XDG_CONFIG_HOME: folder,
    // Keeps Chromium from looking for a session bus.
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    TZ: 'UTC',
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

export interface BrowserOutput {
  /** The line that most likely explains its exit, read to its end; empty if there is none. */
  lastWords: () => Promise<string>;
  memoryReports: MemoryReports;
  /** Resolves to the first line that matches; never when none does. */
  lineThat: (matches: RegExp) => Promise<RegExpExecArray>;
}

/** Reads the browser's standard error, the only place where it reports some problems. */
function watchOutput(child: ChildProcess): BrowserOutput {
  let tail = '';
  let open = '';
  let reports: number[] = [];
  const awaited: { matches: RegExp; resolve: (found: RegExpExecArray) => void }[] = [];
  const readToEnd = new Promise((resolve) => child.stderr?.once('end', resolve));
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    tail = (tail + text).slice(-4_000);
    const lines = (open + text).split('\n');
    open = lines.pop()!.slice(-4_000);
    for (const line of lines) {
      for (const { matches, resolve } of awaited) {
        const found = matches.exec(line);
        if (found !== null) resolve(found);
      }
      const now = performance.now();
      const isRepeat = now - (reports.at(-1) ?? -Infinity) < sameReportMs;
      if (/javascript OOM/i.test(line) || (/out of memory/i.test(line) && !isRepeat)) reports.push(now);
    }
  });
  return {
    lastWords: async () => {
      await Promise.race([readToEnd, new Promise((resolve) => setTimeout(resolve, 200))]);
      const lines = tail.split('\n').filter((line) => line.trim() !== '' && !line.includes('dbus/'));
      const telling = lines.find((line) => /FATAL|sandbox/i.test(line)) ?? lines.at(-1) ?? '';
      return firstSentence(telling);
    },
    lineThat: (matches) => new Promise((resolve) => awaited.push({ matches, resolve })),
    memoryReports: {
      claim: () => {
        reports = reports.filter((at) => performance.now() - at < memoryReportAgeMs);
        return reports.shift() !== undefined;
      },
    },
  };
}

/** Without the time and source position that Chromium puts before a line. */
function firstSentence(line: string): string {
  return (/^(?:\[[^\]]*\]\s*)?(.*?[.!?](?=\s|$)|.*)/.exec(line.trim())?.[1] ?? '').slice(0, 300);
}

/** Folders of this process that could not be removed; retried whenever a browser starts. */
const leftFolders = new Set<string>();

/** A folder that cannot be removed only costs disk space: no capture and no browser fails because of it. */
async function removeFolder(folder: string, onNotice: (sentence: string) => void): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    leftFolders.delete(folder);
  } catch (error) {
    leftFolders.add(folder);
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    onNotice(`The browser's temporary folder ${folder} cannot be removed (${code}): remove it manually.`);
  }
}

/** Removes folders of processes that were killed before they could clean up, and those that this one failed to remove. */
async function removeAbandonedFolders(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const path = join(parent, name);
    const owner = name.startsWith(folderPrefix)
      ? Number.parseInt(name.slice(folderPrefix.length), 10)
      : Number.NaN;
    if (Number.isNaN(owner) || (isRunning(owner) && !leftFolders.has(path))) continue;
    await rm(path, { recursive: true, force: true }).then(
      () => leftFolders.delete(path),
      () => undefined,
    );
  }
}
