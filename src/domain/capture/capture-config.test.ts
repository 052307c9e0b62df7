import { expect, test } from 'vitest';
import { captureDefaults, captureLimits, resolveCaptureConfig, secretConfigKeys } from './capture-config.ts';

test('an empty config gets every default', () => {
  expect(resolveCaptureConfig({})).toEqual({
    viewportSize: { width: 1280, height: 1024 },
    deviceScaleFactor: 1,
    locale: 'en-US',
    timezoneId: 'UTC',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    isMobile: false,
    hasTouch: false,
    screenSize: { width: 1280, height: 1024 },
    media: 'screen',
    forcedColors: 'none',
    contrast: 'no-preference',
    serviceWorkers: 'block',
    browser: 'chromium',
    fullPage: true,
    dom: true,
    stepTimeoutMs: 10_000,
    scroll: 'auto',
    window: 'viewport',
    expandScrollers: false,
    resourceTimeoutMs: 60_000,
    quietTimeoutMs: 3_000,
    timerLimitMs: 2_000,
    timeoutMs: 90_000,
    maxPixels: 50_000_000,
  });
});

test('what the user wrote wins, and the rest stays as it is', () => {
  const config = {
    fullPage: false,
    timeoutMs: 5_000,
    injectCss: 'a { }',
    viewportSize: { width: 1, height: 2 },
  };
  expect(resolveCaptureConfig(config)).toEqual({
    ...captureDefaults,
    ...config,
    screenSize: { width: 1, height: 2 },
  });
});

test('a device fills in what the user did not write', () => {
  const phone = resolveCaptureConfig({ device: 'Pixel 7 landscape', deviceScaleFactor: 1 });
  expect(phone).toMatchObject({
    viewportSize: { width: 863, height: 360 },
    screenSize: { width: 915, height: 412 },
    deviceScaleFactor: 1,
    isMobile: true,
    hasTouch: true,
  });
  expect(phone.userAgent).toContain('Pixel 7');
  const wide = resolveCaptureConfig({
    device: 'Pixel 7',
    viewportSize: { width: 2_000, height: 100 },
    hasTouch: false,
  });
  expect(wide).toMatchObject({ screenSize: { width: 2_000, height: 100 }, isMobile: true, hasTouch: false });
});

test('timers are not waited for longer than a page that should be quiet, unless the config says so', () => {
  expect(resolveCaptureConfig({ quietTimeoutMs: 500 }).timerLimitMs).toBe(500);
  expect(resolveCaptureConfig({ quietTimeoutMs: 500, timerLimitMs: 900 }).timerLimitMs).toBe(900);
});

test('the defaults are within the limits', () => {
  expect(captureDefaults.timeoutMs).toBeLessThan(captureLimits.timeoutMs);
  expect(captureDefaults.resourceTimeoutMs).toBeLessThan(captureDefaults.timeoutMs);
  expect(captureDefaults.maxPixels).toBeLessThan(captureLimits.maxPixels);
});

test('every key that carries a credential is a secret', () => {
  expect([...secretConfigKeys].sort()).toEqual([
    'cookies',
    'extraHeaders',
    'httpPassword',
    'injectHeaders',
    'secrets',
    'storageState',
  ]);
});
