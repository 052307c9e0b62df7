import { AppError } from '../../base/errors.ts';
import { startChild } from '../browser/browser-child.ts';
import { openSocketWire } from '../browser/cdp-socket.ts';
import { launchPlans, type LaunchPlan, type SandboxMode } from '../browser/privileges.ts';
import { within } from '../browser/within.ts';
import { BidiConnection } from './bidi-connection.ts';
import { followedEvents } from './bidi-events.ts';
import { userScript, type ProcessSettings } from './preferences.ts';

/** A first start creates the profile, which a busy machine may make slow. */
const startTimeoutMs = 120_000;
/** What Firefox writes to standard error when it is ready. */
const readyLine = /WebDriver BiDi listening on (ws:\/\/\S+)/;

export interface FirefoxLaunch {
  browserPath: string;
  sandbox: SandboxMode;
  settings: ProcessSettings;
  /** Parent of the temporary profile folder. */
  tempDir?: string;
  /** Host and port of the proxy for every request. */
  proxyAddress?: string | undefined;
  /** Called with one sentence for the operator: less protection than requested, or a folder left behind. */
  onNotice: (sentence: string) => void;
}

/** A running Firefox with a temporary profile in a separate process group. */
export interface FirefoxProcess {
  /** Leader of its process group. */
  readonly pid: number;
  readonly connection: BidiConnection;
  /** For example `Firefox 153.8.0`. */
  readonly version: string;
  /** Kills the whole process group and removes its folder. Never throws; can be repeated. */
  kill(): Promise<void>;
}

/**
 * Starts Firefox with the best protection that this machine allows.
 *
 * @throws AppError `browser_missing` when it does not start, with its last output
 */
export async function launchFirefox(options: FirefoxLaunch): Promise<FirefoxProcess> {
  const problems: string[] = [];
  for (const plan of launchPlans(options.sandbox)) {
    try {
      const firefox = await start(plan, options);
      if (plan.notice !== undefined) options.onNotice(plan.notice);
      return firefox;
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new AppError(
    'browser_missing',
    `The browser ${options.browserPath} does not start: ${problems.at(-1) ?? 'unknown reason'}. Run it manually to see why, or set DPXDT_FIREFOX to another Firefox.`,
    { details: { problems } },
  );
}

async function start(plan: LaunchPlan, options: FirefoxLaunch): Promise<FirefoxProcess> {
  const child = await startChild({
    ...options,
    plan,
    pipes: 0,
    files: { 'user.js': userScript(options.settings, options.proxyAddress, plan.sandbox) },
    environment: {
      MOZ_CRASHREPORTER_DISABLE: '1',
      MOZ_HEADLESS: '1',
      ...(plan.sandbox ? {} : { MOZ_DISABLE_CONTENT_SANDBOX: '1' }),
    },
    flags: (folder) => [
      '--headless',
      '--no-remote',
      '--profile',
      folder,
      '--remote-debugging-port=0',
      'about:blank',
    ],
  });
  const { ended, output, kill } = child;
  const ready = output.lineThat(readyLine).then(([, address]) => address!);
  const gone = ended.then(async (how) => Promise.reject(new Error((await output.lastWords()) || how)));
  gone.catch(() => undefined);
  try {
    return await within(
      startTimeoutMs,
      Promise.race([ready.then((address) => connect(address, child.pid!, ended, kill)), gone]),
      () => new Error(`it did not answer within ${startTimeoutMs / 1000} seconds`),
    );
  } catch (error) {
    await kill();
    throw error;
  }
}

async function connect(
  address: string,
  pid: number,
  ended: Promise<string>,
  kill: () => Promise<void>,
): Promise<FirefoxProcess> {
  const connection = new BidiConnection(await openSocketWire(new URL('/session', address)));
  void ended.then(() => connection.close());
  const { capabilities } = await connection.send<{ capabilities: { browserVersion: string } }>(
    'session.new',
    {
      capabilities: {
        // A dialog never holds a capture up.
        alwaysMatch: { unhandledPromptBehavior: { default: 'dismiss', beforeUnload: 'accept' } },
      },
    },
  );
  await connection.send('session.subscribe', { events: followedEvents });
  return { pid, connection, version: `Firefox ${capabilities.browserVersion}`, kill };
}
