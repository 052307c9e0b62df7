/** Switches that every browser is started with, and what each group is for. */

/** Same pixels every time: no colour profile, hinting or subpixel order of this machine, no half-decoded images. */
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
  // their beginning. What lies below the viewport is painted too, so a surface as large as the page shows all of it
  // while the page sees its usual viewport.
  '--blink-settings=imageAnimationPolicy=2,mainFrameClipsContent=false',
  '--hide-scrollbars',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
];

/** Nothing that calls home, asks, or slows background pages down. */
const quietBrowser = [
  // A capture has no use for second windows; calls of window.open fail as under a popup blocker.
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
 * One renderer holds a page with all its frames, so one session sees every request and frame. A capture has a context
 * of its own and holds nothing of another site that isolation could protect.
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
  /** MiB that a page's JavaScript may hold before it counts as out of memory. */
  pageMemoryMb: number;
  /** `/dev/shm` is too small to draw in. */
  smallSharedMemory: boolean;
  /** Host and port of the proxy that every request passes. */
  proxyAddress?: string | undefined;
}

export function browserFlags(options: FlagOptions): string[] {
  return [
    '--headless',
    '--remote-debugging-pipe',
    `--user-data-dir=${options.userDataDir}`,
    '--lang=en-US',
    ...steadyPixels,
    ...quietBrowser,
    '--disable-site-isolation-trials',
    `--disable-features=${disabledFeatures.join(',')}`,
    `--js-flags=--max-old-space-size=${options.pageMemoryMb}`,
    ...(options.sandbox ? [] : ['--no-sandbox']),
    ...(options.smallSharedMemory ? ['--disable-dev-shm-usage'] : []),
    // Without the second switch Chromium goes to loopback addresses past the proxy.
    ...(options.proxyAddress === undefined
      ? []
      : [`--proxy-server=http://${options.proxyAddress}`, '--proxy-bypass-list=<-loopback>']),
    'about:blank',
  ];
}
