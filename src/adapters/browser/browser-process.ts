import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '../../base/errors.ts';
import { browserFlags } from './browser-flags.ts';
import { CdpConnection } from './cdp-connection.ts';
import { pipeWire } from './cdp-pipe.ts';
import { versionOf } from './browser-version.ts';
import type { MemoryReports } from './event-routes.ts';
import { launchPlans, type LaunchPlan, type SandboxMode } from './privileges.ts';
import { groupGone, isRunning } from './process-group.ts';
import { within } from './within.ts';

const startTimeoutMs = 20_000;
const killTimeoutMs = 1_000;
/** How long a report of exhausted memory may explain a crash. */
const memoryReportAgeMs = 5_000;
/** Further output about it within this time belongs to the same report. */
const sameReportMs = 100;
const folderPrefix = 'dpxdt-browser-';

export interface LaunchOptions {
  browserPath: string;
  sandbox: SandboxMode;
  pageMemoryMb: number;
  /** Parent of the browser's temporary profile folder. */
  tempDir?: string;
  /** Host and port of the proxy for every request. */
  proxyAddress?: string | undefined;
  /** Called with one sentence for the operator: less protection than requested, or a folder left behind. */
  onNotice: (sentence: string) => void;
}

/** A running Chromium: a process with a temporary profile in a separate process group, or one at an endpoint. */
export interface BrowserProcess {
  /** Leader of its process group; null at an endpoint. */
  readonly pid: number | null;
  /** Host and port of the proxy that each context must be given; null: the browser has it already, or needs none. */
  readonly contextProxy: string | null;
  readonly connection: CdpConnection;
  /** For example `Chromium 156.0.8078.79`. */
  readonly version: string;
  /** The user agent that servers see, without the word "Headless". */
  readonly userAgent: string;
  /** True when it runs as a different user than this process and may not be able to read this user's files. */
  readonly otherUser: boolean;
  /** Its reports of exhausted memory, at most five seconds old. */
  readonly memoryReports: MemoryReports;
  /** Kills the whole process group and removes its folder; leaves an endpoint. Never throws; can be repeated. */
  kill(): Promise<void>;
}

/**
 * Starts Chromium with the best protection that this machine allows.
 *
 * @throws AppError `browser_missing` when it does not start, with its last output
 */
export async function launchBrowser(options: LaunchOptions): Promise<BrowserProcess> {
  const problems: string[] = [];
  for (const plan of launchPlans(options.sandbox)) {
    try {
      const browser = await start(plan, options);
      if (plan.notice !== undefined) {
        options.onNotice(problems[0] === undefined ? plan.notice : `${plan.notice} (${problems[0]})`);
      }
      return browser;
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new AppError(
    'browser_missing',
    `The browser ${options.browserPath} does not start: ${problems.at(-1) ?? 'unknown reason'}. Run it manually to see why, or set DPXDT_BROWSER_PATH to another one.`,
    { details: { problems } },
  );
}

async function start(plan: LaunchPlan, options: LaunchOptions): Promise<BrowserProcess> {
  const parent = await reachableFolder(options.tempDir ?? tmpdir(), plan);
  await removeAbandonedFolders(parent);
  const folder = await mkdtemp(join(parent, `${folderPrefix}${process.pid}-`));
  if (plan.user !== undefined) await chown(folder, plan.user.uid, plan.user.gid);
  const child = spawn(
    options.browserPath,
    browserFlags({
      userDataDir: folder,
      sandbox: plan.sandbox,
      pageMemoryMb: options.pageMemoryMb,
      smallSharedMemory: await hasSmallSharedMemory(),
      localhost: process.env.DPXDT_LOCALHOST,
      proxyAddress: options.proxyAddress,
    }),
    {
      ...(plan.user === undefined ? {} : plan.user),
      cwd: folder,
      detached: true,
      env: browserEnvironment(folder),
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
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

  try {
    const connection = new CdpConnection(pipeWire(child.stdio[3] as Writable, child.stdio[4] as Readable));
    const answered = connection.browser.send('Browser.getVersion').catch(async () => {
      const how = await ended;
      throw new Error((await output.lastWords()) || how);
    });
    const version = await within(
      startTimeoutMs,
      answered,
      () => new Error(`it did not answer within ${startTimeoutMs / 1000} seconds`),
    );
    void ended.then(() => connection.close());
    return {
      pid: child.pid!,
      contextProxy: null,
      connection,
      ...versionOf(version),
      otherUser: plan.user !== undefined,
      memoryReports: output.memoryReports,
      kill,
    };
  } catch (error) {
    await kill();
    throw error;
  }
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

interface BrowserOutput {
  /** The line that most likely explains its exit, read to its end; empty if there is none. */
  lastWords: () => Promise<string>;
  memoryReports: MemoryReports;
}

/** Reads the browser's standard error, the only place where it reports some problems. */
function watchOutput(child: ChildProcess): BrowserOutput {
  let tail = '';
  let open = '';
  let reports: number[] = [];
  const readToEnd = new Promise((resolve) => child.stderr?.once('end', resolve));
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    tail = (tail + text).slice(-4_000);
    const lines = (open + text).split('\n');
    open = lines.pop()!.slice(-4_000);
    for (const line of lines) {
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

async function hasSmallSharedMemory(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    const { bsize, blocks } = await statfs('/dev/shm');
    return bsize * blocks < 512 * 1024 * 1024;
  } catch {
    return true;
  }
}
