import { createCapturer, type CapturerOptions } from '../adapters/browser/capturer.ts';
import { createFirefoxCapturer, type FirefoxCapturerOptions } from '../adapters/firefox/capturer.ts';
import type { Capturer } from '../ports/capturer.ts';

type Shared = Pick<CapturerOptions, 'sandbox' | 'concurrency' | 'allowFileUrls' | 'onNotice' | 'egress'>;

export interface CapturersOptions extends Shared {
  chromium: Omit<CapturerOptions, keyof Shared>;
  firefox: Omit<FirefoxCapturerOptions, keyof Shared>;
}

/** A capturer that gives each page to the browser that its config names. A Firefox starts when a page first asks for it. */
export function createCapturers({ chromium, firefox, ...shared }: CapturersOptions): Capturer {
  const inChromium = createCapturer({ ...shared, ...chromium });
  const inFirefox = createFirefoxCapturer({ ...shared, ...firefox });
  return {
    start: () => inChromium.start?.() ?? Promise.resolve(),
    capture: (request) => (request.config.browser === 'firefox' ? inFirefox : inChromium).capture(request),
    close: async () => {
      await Promise.all([inChromium.close(), inFirefox.close()]);
    },
  };
}
