import { describe, expect, test } from 'vitest';
import { captureLimits } from '../domain/capture/capture-config.ts';
import { AppError } from '../base/errors.ts';
import { comparisonSettings } from '../domain/comparison/comparison.ts';
import { captureConfigSchema, parseCaptureConfig, patternProblem } from './capture-config.ts';
import { readComparisonKeys } from './comparison-keys.ts';

function sentence(config: unknown): string {
  try {
    parseCaptureConfig(config);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('config_invalid');
    return error.message;
  }
  throw new Error('should have been refused');
}

/** One valid value for every key. */
const whole = {
  targetUrl: 'http://localhost/',
  viewportSize: { width: 1024, height: 768 },
  deviceScaleFactor: 2,
  device: 'iPhone 15',
  isMobile: true,
  hasTouch: false,
  userAgent: 'Mozilla/5.0',
  locale: 'de-DE',
  timezoneId: 'Europe/Berlin',
  colorScheme: 'dark',
  reducedMotion: 'no-preference',
  media: 'print',
  forcedColors: 'active',
  contrast: 'more',
  browser: 'chromium',
  fullPage: false,
  clipRect: { left: 1, top: 2, width: 3, height: 4 },
  selector: '#main',
  cookies: [
    { name: 'a', value: 'b' },
    {
      name: 'c',
      value: '',
      domain: '.example.com',
      path: '/x',
      httponly: true,
      secure: false,
      expires: 'Fri, 01 Jan 2100 00:00:00 GMT',
      expiry: 4_102_444_800,
    },
    { name: 'd', value: 'e', httpOnly: true, sameSite: 'Lax', expires: 4_102_444_800 },
  ],
  httpUserName: 'u',
  httpPassword: 'p',
  injectHeaders: { 'api\\.example\\.com': { Authorization: 'Bearer x' } },
  extraHeaders: { 'X-Test': '1' },
  resourcesToIgnore: ['ads/.*', 'http://host/a?b=(c'],
  allowHttpErrors: true,
  failOnIncomplete: true,
  ignoreTlsErrors: true,
  serviceWorkers: 'allow',
  injectCss: '#foobar { background-color: lime',
  injectJs: "document.getElementById('foobar').innerText = 'bar';",
  hideSelectors: ['.clock'],
  removeSelectors: ['.banner'],
  mask: ['img'],
  dom: false,
  waitForSelector: '.ready',
  waitForFunction: 'window.ready',
  steps: [
    { click: '#menu' },
    { fill: { selector: '#name', value: 'Ada' } },
    { press: 'Control+A' },
    { press: { selector: '#name', key: 'Shift+Tab' } },
    { select: { selector: 'select', label: 'Red' } },
    { waitFor: 100 },
    { waitFor: { url: '**/cart' } },
    { waitFor: { hidden: '.spinner' } },
    { scrollTo: 'bottom' },
    { shot: 'open' },
  ],
  shot: 'open',
  login: { url: '/login', steps: [{ fill: { selector: '#password', value: '${secret:PASSWORD}' } }] },
  storageState: {
    cookies: [{ name: 'a', value: 'b', domain: 'localhost', path: '/', expires: -1 }],
    origins: [{ origin: 'http://localhost', localStorage: [{ name: 'a', value: 'b' }] }],
  },
  secrets: { PASSWORD: { value: 'x', origins: ['http://localhost'] } },
  stepTimeoutMs: 1_000,
  delayMs: 100,
  freezeTime: '2024-01-01T12:00:00Z',
  seedRandom: 7,
  workerLabel: 'vpn',
  scroll: false,
  window: 'viewport',
  expandScrollers: true,
  resourceTimeoutMs: 1_000,
  quietTimeoutMs: 0,
  timerLimitMs: 5_000,
  timeoutMs: 110_000,
  maxPixels: 1_000,
  threshold: 0.1,
  antialiasing: 'count',
  includeAA: true,
  maxDiffPixels: 5,
  maxDiffPixelRatio: 0.01,
  failOnForgiven: true,
  moves: 'tolerate',
  maxMove: 2,
};

test('every key is known and taken as it is', () => {
  expect(Object.keys(whole).sort()).toEqual(Object.keys(captureConfigSchema.shape).sort());
  expect(parseCaptureConfig(whole)).toEqual(whole);
  expect(parseCaptureConfig({})).toEqual({});
});

test('freezeTime and seedRandom take their other forms', () => {
  expect(parseCaptureConfig({ freezeTime: true, seedRandom: true })).toEqual({
    freezeTime: true,
    seedRandom: true,
  });
  expect(parseCaptureConfig({ freezeTime: 0 })).toEqual({ freezeTime: 0 });
});

describe('mistakes are named', () => {
  test.each([
    [
      { device: 'iphone15' },
      '"device" is invalid: there is no device of this name; did you mean "iPhone 15"? (got "iphone15").',
    ],
    [
      { viewports: [{ width: 1, height: 1 }] },
      '"viewports" is a list for more than one run: local tests and the tools make one run of each entry; request a run for each, under different names.',
    ],
    [
      { selector: ['#a', '#b'] },
      '"selector" is invalid: a list is for more than one run: local tests and the tools make one run of each entry; request a run for each, under different names (got ["#a","#b"]).',
    ],
    [{ viewportSze: {} }, '"viewportSze" is not a known key. Did you mean "viewportSize"?'],
    [{ viewportSize: { widht: 1 } }, '"viewportSize.widht" is not a known key. Did you mean "width"?'],
    [
      { cookies: [{ name: 'a', vaule: 'b' }] },
      '"cookies[0].vaule" is not a known key. Did you mean "value"?',
    ],
    [{ zzzzzzzzzzzzzzz: 1 }, '"zzzzzzzzzzzzzzz" is not a known key.'],
    [{ steps: [{ clik: '#a' }] }, '"steps[0].clik" is not a known key. Did you mean "click"?'],
    [
      { steps: [{ fill: { selector: '#a', vlue: 'b' } }] },
      '"steps[0].fill.vlue" is not a known key. Did you mean "value"?',
    ],
    [
      { steps: [{ click: '#a', hover: '#b' }] },
      '"steps[0]" is invalid: a step has one key; make "click" and "hover" separate steps (got {"click":"#a","hover":"#b"}).',
    ],
    [
      { steps: ['click'] },
      '"steps[0]" is invalid: a step is an object with one key, such as {click: "#menu"} (got "click").',
    ],
    [
      { steps: [{ press: 'Control+Entr' }] },
      '"steps[0].press" is invalid: "Entr" is not a key by Playwright\'s names. Did you mean "Enter"? (got "Control+Entr").',
    ],
    [
      { steps: [{ select: { selector: 'select' } }] },
      '"steps[0].select" is invalid: needs either "value" or "label" (got {"selector":"select"}).',
    ],
    [
      { steps: [{ shot: 'a' }, { shot: 'A' }] },
      '"steps[1].shot" is invalid: another shot has this name (got "A").',
    ],
    [
      { steps: [{ waitFor: {} }] },
      '"steps[0].waitFor" is invalid: must be a selector, milliseconds up to 110000, {url: GLOB} or {hidden: SELECTOR} (got {}).',
    ],
  ])('an unknown key: %j', (config, expected) => {
    expect(sentence(config)).toBe(expected);
  });

  test.each<[unknown, RegExp]>([
    [
      { viewportSize: { width: 0, height: 1 } },
      /^"viewportSize\.width" is invalid: it must be at least 1 \(got 0\)\.$/,
    ],
    [
      { viewportSize: { width: 100 } },
      /^"viewportSize\.height" is invalid: it must be a number \(it is missing\)\.$/,
    ],
    [{ viewportSize: { width: 16_385, height: 1 } }, /it must be at most 16384 \(got 16385\)/],
    [{ timeoutMs: 110_001 }, /^"timeoutMs" is invalid: it must be at most 110000 \(got 110001\)\.$/],
    [{ timeoutMs: '90' }, /^"timeoutMs" is invalid: it must be a number \(got "90"\)\.$/],
    [{ storageState: [1] }, /^"storageState" is invalid: it must be a file, or what such a file holds/],
    [{ seedRandom: 'seven' }, /^"seedRandom" is invalid: it must be true, false or a number/],
    [
      { cookies: [{ name: 'a', value: 'b', expires: true }] },
      /^"cookies\[0\]\.expires" is invalid: it must be seconds since 1970, or a date/,
    ],
    [{ browser: 'opera' }, /^"browser" is invalid: it must be "chromium" or "firefox" \(got "opera"\)\.$/],
    [{ browser: 'webkit' }, /"webkit" is not supported: .* Capture in "chromium" and "firefox"/],
    [{ browser: 'chrome' }, /"chrome" is not a name here: "chromium" captures in Chrome, too/],
    [{ threshold: 2 }, /^"threshold" is invalid: it must be at most 1 \(got 2\)\.$/],
    [
      { colorScheme: 'blue' },
      /^"colorScheme" is invalid: it must be "light", "dark" or "no-preference" \(got/,
    ],
    [{ timezoneId: 'Mars/Base' }, /must be an IANA time zone such as "Europe\/Berlin" \(got "Mars\/Base"\)/],
    [{ locale: 'not a tag' }, /must be a BCP 47 language tag such as "en-US"/],
    [{ window: 'page', fullPage: false }, /^"window" is invalid: it has no effect with "fullPage: false"/],
    [{ scroll: 'yes' }, /^"scroll" is invalid: it must be .*\(got "yes"\)\.$/],
    [{ freezeTime: 'next week' }, /^"freezeTime" is invalid/],
    [{ extraHeaders: { 'X Y': 'z' } }, /must be an HTTP header name/],
    [{ extraHeaders: { 'X-Y': 'a\r\nb: c' } }, /must not contain line breaks/],
    [{ resourcesToIgnore: ['a(?=b)'] }, /look-ahead and look-behind are not supported in patterns/],
    [{ resourcesToIgnore: ['*.gif'] }, /is not a valid RE2 pattern/],
    [{ injectHeaders: { '(': { a: 'b' } } }, /is not a valid RE2 pattern/],
    ['a text', /^The capture config is invalid: it must be an object \(got "a text"\)\.$/],
    [null, /^The capture config is invalid: it must be an object/],
    [[], /^The capture config is invalid: it must be an object/],
  ])('a wrong value: %j', (config, expected) => {
    expect(sentence(config)).toMatch(expected);
  });
});

describe('limits', () => {
  test.each<[string, unknown]>([
    ['patterns', { resourcesToIgnore: Array(captureLimits.patterns + 1).fill('a') }],
    ['injectHeaders', { injectHeaders: Object.fromEntries(many(101).map((name) => [name, { a: 'b' }])) }],
    ['extraHeaders', { extraHeaders: Object.fromEntries(many(101).map((name) => [name, 'b'])) }],
    ['cookies', { cookies: Array(captureLimits.cookies + 1).fill({ name: 'a', value: 'b' }) }],
    ['selectors', { mask: Array(captureLimits.selectors + 1).fill('a') }],
    ['a script', { injectJs: 'x'.repeat(captureLimits.scriptBytes + 1) }],
    ['a pattern', { resourcesToIgnore: ['ä'.repeat(600)] }],
  ])('%s', (_name, config) => {
    expect(sentence(config).length).toBeLessThan(300);
  });

  test('a shower of nested quantifiers is refused or harmless, and quick', () => {
    const start = performance.now();
    expect(patternProblem('(a+)+$')).toBeNull();
    expect(patternProblem('(a{1,1000}){1,1000}')).not.toBeNull();
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

test('prototype names are keys like any other', () => {
  expect(sentence(JSON.parse('{"__proto__": {"x": 1}}'))).toMatch(/"__proto__" is not a known key/);
  expect(sentence({ constructor: { prototype: { x: 1 } } })).toMatch(/"constructor" is not a known key/);
  expect(({} as { x?: number }).x).toBeUndefined();
});

function many(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `x${i}`);
}

test.each([
  [{}, 'slight'],
  [{ includeAA: true }, 'count'],
  [{ includeAA: false }, 'forgive'],
  [{ antialiasing: 'slight' }, 'slight'],
  [{ antialiasing: 'forgive', includeAA: false }, 'forgive'],
  [{ antialiasing: 'count', includeAA: true }, 'count'],
])('the anti-aliasing rule of %j is %s', (config, rule) => {
  expect(comparisonSettings(parseCaptureConfig(config)).antialiasing).toBe(rule);
  expect(comparisonSettings(readComparisonKeys(JSON.stringify(config))).antialiasing).toBe(rule);
});

test.each([{ maxMove: 2 }, { maxMove: 2, moves: 'differ' }])('%j limits nothing', (config) => {
  expect(sentence(config)).toBe(
    '"maxMove" is invalid: it has no effect without "moves: tolerate"; add that key, or remove this one (got 2).',
  );
  expect(parseCaptureConfig({ ...config, moves: 'tolerate' })).toEqual({ maxMove: 2, moves: 'tolerate' });
});

test.each([
  [{ antialiasing: 'slight', includeAA: true }, '"includeAA: true" means "antialiasing: count"'],
  [{ antialiasing: 'slight', includeAA: false }, '"includeAA: false" means "antialiasing: forgive"'],
  [{ antialiasing: 'count', includeAA: false }, '"includeAA: false" means "antialiasing: forgive"'],
  [{ antialiasing: 'forgive', includeAA: true }, '"includeAA: true" means "antialiasing: count"'],
])('%j says two things', (config, words) => {
  expect(sentence(config)).toContain(`"antialiasing" is invalid: ${words}; keep one of the two keys`);
  // A foreign config is not refused: it has the default.
  expect(comparisonSettings(readComparisonKeys(JSON.stringify(config))).antialiasing).toBe('slight');
});
