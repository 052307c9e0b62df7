/** Preferences of every Firefox that captures, and the purpose of each group. */

import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';

type Preferences = Readonly<Record<string, string | number | boolean>>;

/** What holds for a whole Firefox: captures that differ in it need two. */
export type ProcessSettings = Pick<ResolvedCaptureConfig, 'colorScheme' | 'reducedMotion'>;

/** The same pixels every time. */
const steadyPixels: Preferences = {
  // Otherwise scrollbars take 12 px of the page's width.
  'ui.useOverlayScrollbars': 1,
  'ui.caretBlinkTime': 0,
  'image.animation_mode': 'none',
  'gfx.webrender.software': true,
  'layers.acceleration.disabled': true,
  'gfx.color_management.mode': 0,
  'general.smoothScroll': false,
  'browser.display.use_system_colors': false,
  'layout.css.devPixelsPerPx': '1.0',
  // A mouse: fine (2), and able to hover (4).
  'ui.primaryPointerCapabilities': 6,
  'ui.allPointerCapabilities': 6,
};

/** No slowed timers and no windows that a capture does not need. */
const steadyPages: Preferences = {
  'dom.min_background_timeout_value': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
  'dom.ipc.processPriorityManager.enabled': false,
  'dom.disable_open_during_load': true,
  'dom.popup_allowed_events': '',
  'dom.serviceWorkers.enabled': false,
  'dom.webnotifications.enabled': false,
  'media.autoplay.default': 1,
  'media.autoplay.blocking_policy': 2,
  'pdfjs.disabled': true,
  'browser.download.open_pdf_attachments_inline': false,
  'dom.max_script_run_time': 0,
  'dom.ipc.processHangMonitor': false,
};

/** No background traffic, no first-run pages. */
const quietBrowser: Preferences = {
  'browser.startup.page': 0,
  'browser.startup.homepage': 'about:blank',
  'browser.newtabpage.enabled': false,
  'browser.newtab.preload': false,
  'browser.chrome.site_icons': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.search.update': false,
  'browser.region.network.url': '',
  'browser.topsites.contile.enabled': false,
  'app.update.disabledForTesting': true,
  'app.normandy.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': '',
  'extensions.update.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.prefetch-next': false,
  'network.predictor.enabled': false,
  'network.http.speculative-parallel-limit': 0,
  'network.http.http3.enable': false,
  'network.trr.mode': 5,
  'dom.security.https_first': false,
  'dom.security.https_first_schemeless': false,
  'media.peerconnection.ice.proxy_only': true,
  'media.gmp-manager.updateEnabled': false,
  'signon.autofillForms': false,
  'remote.log.level': 'Warn',
};

/** The preferences that show in screenshots, as text. */
export const visiblePreferences: readonly string[] = Object.entries({ ...steadyPixels, ...steadyPages }).map(
  ([name, value]) => `${name}=${value}`,
);

/** @param proxyAddress host and port of the proxy for every request; loopback addresses pass it as well */
function proxyPreferences(proxyAddress: string): Preferences {
  const { hostname, port } = new URL(`http://${proxyAddress}`);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  return {
    'network.proxy.type': 1,
    'network.proxy.http': to.host,
    'network.proxy.http_port': to.port,
    'network.proxy.ssl': to.host,
    'network.proxy.ssl_port': to.port,
    'network.proxy.no_proxies_on': '',
    'network.proxy.allow_hijacking_localhost': true,
    // Without the proxy there is no way to the network.
    'network.proxy.failover_direct': false,
  };
}

const schemes: Record<ProcessSettings['colorScheme'], number> = { dark: 0, light: 1, 'no-preference': 1 };

/** The text of a profile's `user.js`. */
export function userScript(
  settings: ProcessSettings,
  proxyAddress: string | undefined,
  isSandboxed: boolean,
): string {
  const preferences: Preferences = {
    ...steadyPixels,
    ...steadyPages,
    ...quietBrowser,
    ...(proxyAddress === undefined ? { 'network.proxy.type': 0 } : proxyPreferences(proxyAddress)),
    'layout.css.prefers-color-scheme.content-override': schemes[settings.colorScheme],
    'ui.prefersReducedMotion': settings.reducedMotion === 'reduce' ? 1 : 0,
    ...(isSandboxed ? {} : { 'security.sandbox.content.level': 0 }),
  };
  return Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('');
}
