import { statfs } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '../../base/errors.ts';
import { browserFlags } from './browser-flags.ts';
import { startChild } from './browser-child.ts';
import { CdpConnection } from './cdp-connection.ts';
import { pipeWire } from './cdp-pipe.ts';
import { versionOf } from './browser-version.ts';
import type { MemoryReports } from './event-routes.ts';
import { launchPlans, type LaunchPlan, type SandboxMode } from './privileges.ts';
import { within } from './within.ts';

const startTimeoutMs = 20_000;

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
  /** A Playwright server attaches to each page, too, and takes back what has been emulated when it leaves it at once. */
  readonly isPlaywright: boolean;
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
  const smallSharedMemory = await hasSmallSharedMemory();
  const child = await startChild({
    ...options,
    plan,
    pipes: 2,
    flags: (folder) =>
      browserFlags({
        userDataDir: folder,
        sandbox: plan.sandbox,
        pageMemoryMb: options.pageMemoryMb,
        smallSharedMemory,
        localhost: process.env.DPXDT_LOCALHOST,
        proxyAddress: options.proxyAddress,
      }),
  });
  const { ended, output, kill } = child;
  try {
    const [toBrowser, fromBrowser] = child.pipes;
    const connection = new CdpConnection(pipeWire(toBrowser as Writable, fromBrowser as Readable));
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
      isPlaywright: false,
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

async function hasSmallSharedMemory(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    const { bsize, blocks } = await statfs('/dev/shm');
    return bsize * blocks < 512 * 1024 * 1024;
  } catch {
    return true;
  }
}
