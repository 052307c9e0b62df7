import { alwaysIgnoredResources, type ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { CaptureLog } from '../browser/capture-log.ts';
import { CaptureFailed } from '../browser/failures.ts';
import { agentSource, toProtocolCookies } from '../browser/page-setup.ts';
import { BidiError } from './bidi-connection.ts';
import type { FirefoxPage } from './firefox-page.ts';

/** No window with a capture is the active one (see `seats.ts`), but pages rest when they are not looked at. */
const claimFocus = 'Document.prototype.hasFocus = function hasFocus() { return true; }';

/**
 * Configures an empty page: size, locale, time zone, user agent, cookies, page agent. Commands are sent together; Firefox
 * processes them in order.
 *
 * @throws CaptureFailed `script_error` when Firefox refuses a value of the config; BidiError when it refuses what every
 *   page needs
 */
export async function setUpPage(
  page: FirefoxPage,
  config: ResolvedCaptureConfig,
  url: string,
  log: CaptureLog,
): Promise<void> {
  const contexts = [page.context];
  const emulate = (what: string, params: object): Promise<unknown> =>
    asConfigured(page.send(`emulation.${what}`, { ...params, contexts, context: undefined }));
  const cookies = toProtocolCookies(config.cookies ?? [], url, log);
  await Promise.all([
    asConfigured(
      page.send('browsingContext.setViewport', {
        viewport: config.viewportSize,
        devicePixelRatio: config.deviceScaleFactor,
      }),
    ),
    emulate('setLocaleOverride', { locale: config.locale }),
    emulate('setTimezoneOverride', { timezone: config.timezoneId }),
    ...(config.userAgent === undefined
      ? []
      : [emulate('setUserAgentOverride', { userAgent: config.userAgent })]),
    page.send('browser.setDownloadBehavior', {
      downloadBehavior: { type: 'denied' },
      userContexts: [page.userContext],
      context: undefined,
    }),
    ...cookies.map(({ name, value, domain, url: from, path, httpOnly, secure, sameSite, expires }) =>
      asConfigured(
        page.send('storage.setCookie', {
          cookie: {
            name,
            value: { type: 'string', value },
            domain: domain ?? new URL(from!).hostname,
            path,
            httpOnly,
            secure,
            ...(sameSite === undefined ? {} : { sameSite: sameSite.toLowerCase() }),
            ...(expires === undefined ? {} : { expiry: Math.floor(expires) }),
          },
          partition: { type: 'storageKey', userContext: page.userContext },
          context: undefined,
        }),
      ),
    ),
    page.send('script.addPreloadScript', {
      functionDeclaration: `() => {${claimFocus};${agentSource(config, false)}}`,
      contexts,
      context: undefined,
    }),
  ]);
  log.add('note', `always ignored: ${alwaysIgnoredResources.join(', ')}`);
}

async function asConfigured(sent: Promise<unknown>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    if (!(error instanceof BidiError)) throw error;
    throw new CaptureFailed(
      'script_error',
      `The page cannot be prepared as the config says: ${error.message}.`,
    );
  }
}
