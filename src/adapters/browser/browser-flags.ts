/** Switches for every browser, and the purpose of each group. */

/** The same pixels every time: no color profile, hinting or subpixel order of this machine, no half-decoded images. */
const steadyPixels = [
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--disable-checker-imaging',
  '--disable-partial-raster',
  '--disable-skia-runtime-opts',
  '--disable-threaded-animation',
  '--disable-threaded-scrolling',
  '--disable-image-animation-resync',
  // Animation policy 2 is "none": animated GIF, WebP and PNG stay at their first frame, animation elements of SVG at
  // their beginning. Content below the viewport is painted too, so a surface as large as the page shows all of it
  // while the page sees its usual viewport.
  // A desktop has a mouse, whatever this machine has: hover type 2 is "hover", pointer type 4 is "fine". Emulated touch
  // screens override it.
  '--blink-settings=imageAnimationPolicy=2,mainFrameClipsContent=false,primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4',
  '--hide-scrollbars',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
];

/** No background traffic, no prompts, no slowed background pages. */
const quietBrowser = [
  // A capture does not need second windows; calls of window.open fail as under a popup blocker.
  '--block-new-web-contents',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--disable-client-side-phishing-detection',
  '--disable-component-update',
  '--disable-component-extensions-with-background-pages',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-field-trial-config',
  '--disable-hang-monitor',
  '--disable-print-preview',
  '--disable-prompt-on-repost',
  '--disable-search-engine-choice-screen',
  '--disable-sync',
  '--metrics-recording-only',
  '--mute-audio',
  '--no-pings',
  '--no-service-autorun',
  '--password-store=basic',
  '--use-mock-keychain',
  '--autoplay-policy=user-gesture-required',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-quic',
];

/**
 * One renderer holds a page with all its frames, so one session sees every request and frame. A capture has a private
 * context and holds nothing of another site that isolation could protect.
 */
const disabledFeatures = [
  'IsolateOrigins',
  'site-per-process',
  'IsolateSandboxedIframes',
  'AutofillServerCommunication',
  'BackForwardCache',
  'CertificateTransparencyComponentUpdater',
  'DestroyProfileOnBrowserClose',
  'DialMediaRouteProvider',
  'GlobalMediaControls',
  'HttpsUpgrades',
  'LazyFrameLoading',
  'MediaRouter',
  'OptimizationHints',
  'PaintHolding',
  'Prerender2',
  'RenderDocument',
  'Translate',
];

export interface FlagOptions {
  userDataDir: string;
  sandbox: boolean;
  /** MiB of a page's JavaScript above which it counts as out of memory. */
  pageMemoryMb: number;
  /** `/dev/shm` is too small for rendering. */
  smallSharedMemory: boolean;
  /** Host and port of the proxy for every request. */
  proxyAddress?: string | undefined;
  /** The host that pages reach as `localhost`, where the browser runs in a container. */
  localhost?: string | undefined;
}

/** What every browser that captures needs, wherever it runs. */
export const neededSwitches: readonly string[] = [
  '--lang=en-US',
  ...steadyPixels,
  ...quietBrowser,
  '--disable-site-isolation-trials',
  `--disable-features=${disabledFeatures.join(',')}`,
];

/** The needed switches, with their values, that a browser was started without. @param commandLine as Chromium tells it */
export function missingSwitches(commandLine: string): string[] {
  const given = new Map<string, string>();
  for (const [, name, value = ''] of commandLine.matchAll(/(?<=\s)--([\w-]+)(?:=("[^"]*"|\S*))?/g)) {
    given.set(name!, value.replaceAll('"', ''));
  }
  return neededSwitches.filter((text) => {
    const [name, value = ''] = text.slice(2).split(/=(.*)/s);
    const found = given.get(name!);
    if (found === undefined) return true;
    const has = found.split(',');
    return !value.split(',').every((part) => has.includes(part));
  });
}

export function browserFlags(options: FlagOptions): string[] {
  return [
    '--headless',
    '--remote-debugging-pipe',
    `--user-data-dir=${options.userDataDir}`,
    ...neededSwitches,
    `--js-flags=--max-old-space-size=${options.pageMemoryMb}`,
    ...(options.sandbox ? [] : ['--no-sandbox']),
    ...(options.smallSharedMemory ? ['--disable-dev-shm-usage'] : []),
    ...(options.localhost === undefined || !/^[\w.-]+$/.test(options.localhost)
      ? []
      : [`--host-resolver-rules=MAP localhost ${options.localhost}, MAP 127.0.0.1 ${options.localhost}`]),
    // Without the second switch Chromium bypasses the proxy for loopback addresses.
    ...(options.proxyAddress === undefined
      ? []
      : [`--proxy-server=http://${options.proxyAddress}`, '--proxy-bypass-list=<-loopback>']),
    'about:blank',
  ];
}
