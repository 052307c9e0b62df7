import { devices } from 'playwright-core';
import { expect, test } from 'vitest';
import { deviceNames, findDevice } from './devices.ts';

test('the table has the devices of Playwright (otherwise: node scripts/make-devices.ts)', () => {
  expect(deviceNames().sort()).toEqual(Object.keys(devices).sort());
  for (const [name, { viewport, deviceScaleFactor, isMobile, hasTouch, userAgent }] of Object.entries(
    devices,
  ))
    expect(findDevice(name), name).toMatchObject({
      viewportSize: viewport,
      deviceScaleFactor,
      isMobile,
      hasTouch,
      userAgent,
    });
});
