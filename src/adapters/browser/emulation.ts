import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { CdpSession } from './cdp-connection.ts';

/**
 * What kind of machine the page sees: window, screen, scale, touch, media and user agent. Commands are sent together;
 * they hold in every frame of the page.
 */
export function emulateDevice(session: CdpSession, config: ResolvedCaptureConfig): Promise<unknown> {
  return Promise.all([
    emulateWindow(session, config, config.viewportSize.height),
    ...(config.hasTouch
      ? [session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 })]
      : []),
    session.send('Emulation.setEmulatedMedia', { media: config.media, features: mediaFeatures(config) }),
  ]);
}

/** @param height of the window in CSS pixels, which may differ from the config's */
export function emulateWindow(
  session: CdpSession,
  config: ResolvedCaptureConfig,
  height: number,
): Promise<unknown> {
  const { width } = config.viewportSize;
  const { width: screenWidth, height: screenHeight } = config.screenSize;
  const isLandscape = width > config.viewportSize.height;
  return session.send('Emulation.setDeviceMetricsOverride', {
    width,
    height,
    screenWidth,
    screenHeight,
    deviceScaleFactor: config.deviceScaleFactor,
    mobile: config.isMobile,
    ...(config.isMobile && {
      screenOrientation: isLandscape
        ? { angle: 90, type: 'landscapePrimary' }
        : { angle: 0, type: 'portraitPrimary' },
    }),
  });
}

function mediaFeatures(config: ResolvedCaptureConfig): { name: string; value: string }[] {
  return [
    { name: 'prefers-color-scheme', value: config.colorScheme === 'no-preference' ? '' : config.colorScheme },
    { name: 'prefers-reduced-motion', value: config.reducedMotion },
    { name: 'prefers-contrast', value: config.contrast },
    { name: 'forced-colors', value: config.forcedColors },
  ];
}

/** What scripts and servers read of the browser, from its version and the user agent. */
export function userAgentOverride(config: ResolvedCaptureConfig, browserUserAgent: string) {
  const userAgent = config.userAgent ?? browserUserAgent;
  return {
    userAgent,
    acceptLanguage: config.locale,
    ...(config.isMobile && { platform: platformOf(userAgent) }),
    userAgentMetadata: clientHints(
      userAgent,
      config.isMobile,
      /Chrome\/(\d+)/.exec(browserUserAgent)?.[1] ?? '0',
    ),
  };
}

/** `navigator.platform`. */
function platformOf(userAgent: string): string {
  if (/iPhone/.test(userAgent)) return 'iPhone';
  if (/iPad/.test(userAgent)) return 'iPad';
  return 'Linux armv81';
}

/** Systems in user agents, most telling first: the version is the first group. */
const systems: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Android', /\bAndroid(?: ([\d.]+))?/],
  ['iOS', /\b(?:iPhone OS|CPU OS) ([\d_]+)/],
  ['Windows', /\bWindows(?: NT ([\d.]+))?/],
  ['macOS', /\bMac OS X ([\d_.]+)/],
];

/** What `navigator.userAgentData` and the headers `Sec-CH-UA…` tell. */
function clientHints(userAgent: string, mobile: boolean, browserMajor: string) {
  const [platform, pattern] = systems.find(([, found]) => found.test(userAgent)) ?? ['Linux', null];
  const platformVersion = pattern?.exec(userAgent)?.[1]?.replaceAll('_', '.') ?? '';
  const model = /Android[^;)]*; ([^;)]+?)(?: Build\/[^;)]*)?\)/.exec(userAgent)?.[1] ?? '';
  return {
    brands: [
      { brand: 'Chromium', version: browserMajor },
      { brand: 'Not?A_Brand', version: '24' },
    ],
    platform,
    platformVersion,
    architecture: '',
    model: mobile ? model : '',
    mobile,
  };
}
