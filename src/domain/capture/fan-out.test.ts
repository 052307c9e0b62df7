import { expect, test } from 'vitest';
import { fanOut, fanOutProblem, maxFanOut, strayList, type FannedConfig } from './fan-out.ts';

const phone = { name: 'phone', width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };

const suffixes = (config: FannedConfig): string[] => fanOut(config).map(({ suffix }) => suffix);

test('nothing to fan out is one capture under the plain name', () => {
  const config: FannedConfig = { delayMs: 1, selector: '#a' };
  expect(fanOut(config)).toMatchObject([{ suffix: '', config }]);
});

test.each<[FannedConfig, string[]]>([
  [{ viewports: [phone, desktop] }, ['@phone', '@1280x800']],
  [{ viewports: [phone] }, ['@phone']],
  [{ viewports: [{ device: 'iPhone 15' }, desktop] }, ['@iPhone 15', '@1280x800']],
  [{ colorSchemes: ['dark'] }, ['']],
  [{ colorSchemes: ['light', 'dark'] }, ['@light', '@dark']],
  [{ browsers: ['chromium'] }, ['']],
  [{ selector: ['#a', '#b'] }, ['@1', '@2']],
  [{ selector: ['#a'] }, ['']],
  [{ viewports: [desktop, { ...desktop, colorScheme: 'dark' }] }, ['@1280x800@light', '@1280x800@dark']],
  [
    {
      viewports: [phone, { ...desktop, colorScheme: 'dark' }],
      colorSchemes: ['light', 'dark'],
      selector: ['a', 'b'],
    },
    [
      '@phone@light@1',
      '@phone@light@2',
      '@phone@dark@1',
      '@phone@dark@2',
      '@1280x800@dark@1',
      '@1280x800@dark@2',
    ],
  ],
])('%j gives %j', (config, expected) => {
  expect(suffixes(config)).toEqual(expected);
  expect(fanOutProblem(config)).toBeNull();
});

test('each capture has the keys of its own, and no list', () => {
  const config: FannedConfig = {
    delayMs: 1,
    viewportSize: { width: 1, height: 2 },
    userAgent: 'me',
    viewports: [
      { ...phone, deviceScaleFactor: 2, isMobile: true },
      { device: 'Pixel 7', hasTouch: false },
    ],
    colorSchemes: ['dark'],
    selector: ['#a'],
  };
  const captures = fanOut(config);
  const shared = { delayMs: 1, colorScheme: 'dark', selector: '#a' };
  expect(captures.map((capture) => capture.config)).toEqual([
    {
      ...shared,
      userAgent: 'me',
      viewportSize: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
    },
    { ...shared, device: 'Pixel 7', hasTouch: false },
  ]);
  const [pair] = fanOut(config, { delayMs: 5, viewports: [] });
  expect(pair!.refConfig).toMatchObject({
    delayMs: 5,
    colorScheme: 'dark',
    isMobile: true,
  });
});

test('lists of the baseline that the new page does not have are found', () => {
  const config: FannedConfig = { viewports: [phone] };
  expect(strayList(config, { viewports: [{ ...phone }], selector: '#a' })).toBeNull();
  expect(strayList(config, { viewports: [desktop] })).toBe('viewports');
  expect(strayList(config, { selector: ['#a'] })).toBe('selector');
});

test('equal names and too many captures are said', () => {
  expect(fanOutProblem({ viewports: [desktop, desktop] })).toBe(
    'two captures would be named "NAME@1280x800"; give each viewport a "name"',
  );
  expect(fanOutProblem({ viewports: [desktop, { ...desktop, colorScheme: 'light' }] })).toContain('1280x800');
  const viewports = Array.from({ length: 100 }, (_, index) => ({ width: index + 1, height: 1 }));
  const selector = Array.from({ length: 6 }, (_, index) => `#a${index}`);
  expect(fanOutProblem({ viewports, selector })).toContain(
    `600 captures of each page, and the limit is ${maxFanOut}`,
  );
});

test('a viewport that Firefox does not have is said', () => {
  const viewports = [desktop, { device: 'Pixel 7' }];
  expect(fanOutProblem({ viewports, browsers: ['chromium', 'firefox'] })).toMatch(
    /^entry 2 has "device"; it does not work with "browser: firefox"/,
  );
  expect(fanOutProblem({ viewports, browsers: ['chromium'], browser: 'firefox' })).toBeNull();
});
