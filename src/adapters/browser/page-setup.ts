import {
  alwaysIgnoredResources,
  type Cookie,
  type ResolvedCaptureConfig,
} from '../../domain/capture/capture-config.ts';
import type { CaptureLog } from './capture-log.ts';
import { ProtocolError, type CdpSession } from './cdp-connection.ts';
import { emulateDevice, userAgentOverride } from './emulation.ts';
import { CaptureFailed } from './failures.ts';
import { pageAgentSource, pageClockSource } from './agent/page-agent.ts';
import type { ClockOptions } from './agent/page-clock.ts';
import { applyStorageState } from './login/storage-state.ts';
import { alwaysBlockedUrls } from './request-rules.ts';

/** Where `"freezeTime": true` stops the clock. */
const defaultFrozenAt = Date.UTC(2024, 0, 1, 12);
const defaultSeed = 1;

/**
 * Configures an empty page: size, locale, time zone, colors, cookies, headers.
 * Commands are sent together; Chromium processes them in order.
 *
 * @throws CaptureFailed `script_error` when Chromium refuses a value of the config; ProtocolError when it refuses what
 *   every page needs
 */
export async function setUpPage(
  session: CdpSession,
  config: ResolvedCaptureConfig,
  url: string,
  userAgent: string,
  log: CaptureLog,
): Promise<void> {
  const cookies = toProtocolCookies(config.cookies ?? [], url, log);
  await Promise.all([
    session.send('Page.enable'),
    session.send('Page.setLifecycleEventsEnabled', { enabled: true }),
    session.send('Inspector.enable'),
    session.send('Runtime.enable'),
    session.send('Log.enable'),
    session.send('Animation.enable'),
    session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0, maxPostDataSize: 0 }),
    session.send('Network.setBlockedURLs', { urls: alwaysBlockedUrls }),
    session.send('Network.setBypassServiceWorker', { bypass: config.serviceWorkers === 'block' }),
    session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
    asConfigured(emulateDevice(session, config)),
    session.send('Emulation.setScrollbarsHidden', { hidden: true }),
    session.send('Emulation.setFocusEmulationEnabled', { enabled: true }),
    asConfigured(session.send('Emulation.setLocaleOverride', { locale: config.locale })),
    asConfigured(session.send('Emulation.setTimezoneOverride', { timezoneId: config.timezoneId })),
    asConfigured(session.send('Emulation.setUserAgentOverride', userAgentOverride(config, userAgent))),
    ...(config.ignoreTlsErrors === true
      ? [session.send('Security.setIgnoreCertificateErrors', { ignore: true })]
      : []),
    ...(typeof config.storageState === 'object'
      ? [asConfigured(applyStorageState(session, config.storageState))]
      : []),
    ...(cookies.length > 0 ? [asConfigured(session.send('Network.setCookies', { cookies }))] : []),
    session.send('Page.addScriptToEvaluateOnNewDocument', { source: agentSource(config, true) }),
    session.send('Runtime.runIfWaitingForDebugger'),
  ]);
  if (config.device !== undefined)
    log.add(
      'note',
      `device ${config.device}: its window, scale, touch and user agent; the engine stays Chromium`,
    );
  log.add('note', `always ignored: ${alwaysIgnoredResources.join(', ')}`);
}

/** Configures a frame in another process, paused until then. */
export function prepareFrame(session: CdpSession, source: string): void {
  const sent = [
    session.send('Page.enable'),
    session.send('Runtime.enable'),
    session.send('Animation.enable'),
    session.send('Page.addScriptToEvaluateOnNewDocument', { source }),
  ];
  for (const one of sent) one.catch(() => undefined);
}

async function asConfigured(sent: Promise<unknown>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new CaptureFailed(
      'script_error',
      `The page cannot be prepared as the config says: ${error.message}.`,
    );
  }
}

/**
 * The script that installs page clock and page agent in a document.
 *
 * @param hasWorkerClock whether workers get `workerClockSource` from the browser
 */
export function agentSource(config: ResolvedCaptureConfig, hasWorkerClock: boolean): string {
  const options = clockOptions(config, hasWorkerClock);
  if (hasWorkerClock) return pageAgentSource(options);
  return pageAgentSource({ ...options, workerSource: pageClockSource(options) });
}

/** The script that installs the page clock in a worker. */
export function workerClockSource(config: ResolvedCaptureConfig): string {
  return pageClockSource(clockOptions(config, true));
}

function clockOptions(config: ResolvedCaptureConfig, hasWorkerClock: boolean): ClockOptions {
  return {
    frozenAt: frozenAt(config.freezeTime),
    randomSeed:
      config.seedRandom === undefined || config.seedRandom === false
        ? null
        : config.seedRandom === true
          ? defaultSeed
          : config.seedRandom,
    timerLimitMs: config.timerLimitMs,
    hasWorkerClock,
  };
}

function frozenAt(value: ResolvedCaptureConfig['freezeTime']): number | null {
  if (value === undefined || value === false) return null;
  if (value === true) return defaultFrozenAt;
  return typeof value === 'number' ? value : Date.parse(value);
}

interface ProtocolCookie {
  name: string;
  value: string;
  url?: string;
  domain?: string;
  path: string;
  httpOnly: boolean;
  secure: boolean;
  sameSite?: 'Strict' | 'Lax' | 'None';
  expires?: number;
}

/** Cookies of the config in Chromium's format; omits those that cannot be set, with a note. */
export function toProtocolCookies(
  cookies: readonly Cookie[],
  url: string,
  log: CaptureLog,
): ProtocolCookie[] {
  if (!/^https?:/.test(url)) {
    if (cookies.length > 0) log.add('note', 'cookies are left out: only http and https pages have them');
    return [];
  }
  const names: string[] = [];
  const result = cookies.flatMap((cookie): ProtocolCookie[] => {
    const expires = expiryOf(cookie);
    if (expires !== undefined && expires * 1_000 <= Date.now()) {
      log.add(
        'note',
        `the cookie ${cookie.name} is left out: it expired on ${new Date(expires * 1_000).toISOString()}`,
      );
      return [];
    }
    names.push(cookie.name);
    return [
      {
        name: cookie.name,
        value: cookie.value,
        ...(cookie.domain === undefined ? { url } : { domain: cookie.domain }),
        path: cookie.path ?? '/',
        httpOnly: cookie.httpOnly ?? cookie.httponly ?? false,
        secure: cookie.secure ?? false,
        ...(cookie.sameSite === undefined ? {} : { sameSite: cookie.sameSite }),
        ...(expires === undefined ? {} : { expires }),
      },
    ];
  });
  if (names.length > 0) log.add('inject', `cookies ${names.join(', ')}`);
  return result;
}

/** Epoch seconds; undefined for a session cookie. */
function expiryOf({ expires: date, expiry }: Cookie): number | undefined {
  const expires = date ?? expiry;
  if (expires === undefined || expires === -1) return undefined;
  const seconds = typeof expires === 'number' ? expires : Date.parse(expires) / 1_000;
  return Number.isNaN(seconds) ? undefined : seconds;
}
