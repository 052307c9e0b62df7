import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseCaptureConfig } from '../../src/contract/capture-config.ts';
import { fannedConfigSchema, viewportKeys } from '../../src/contract/fanned-config.ts';
import { deviceNames } from '../../src/domain/capture/devices.ts';
import { captureWarningCodes } from '../../src/domain/capture/capture-warning.ts';
import { captureDefaults, captureLimits } from '../../src/domain/capture/capture-config.ts';
import {
  isTransient,
  permanentFailureReasons,
  transientFailureReasons,
} from '../../src/domain/capture/capture.ts';

const tableSource = readFileSync(
  join(import.meta.dirname, '../../src/domain/capture/device-table.ts'),
  'utf8',
);
const page = readFileSync(join(import.meta.dirname, '../../docs/capture.md'), 'utf8');

/** The table row that begins with a name in code. */
function rowOf(name: string): string | undefined {
  return page.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]!.includes(`\`${name}\``));
}

test.each(Object.keys(fannedConfigSchema.shape))('the key %s has a row', (key) => {
  expect(rowOf(key)).toBeDefined();
});

test.each(viewportKeys)('the row of viewports has %s', (key) => {
  expect(rowOf('viewports')).toContain(`\`${key}\``);
});

test.each([
  'resourceTimeoutMs',
  'quietTimeoutMs',
  'timeoutMs',
  'maxPixels',
  'locale',
  'timezoneId',
  'colorScheme',
] as const)('the default of %s is right', (key) => {
  expect(rowOf(key)).toContain(String(captureDefaults[key]));
});

test('every device is listed, with the version of the list', () => {
  const section = /### Devices\n([^]*?)\n### /.exec(page)![1]!;
  const listed = section
    .split('\n\n')
    .at(-1)!
    .replace(/\.\s*$/, '')
    .replaceAll('\n', ' ')
    .split(', ');
  expect(listed).toEqual(deviceNames().filter((name) => !name.endsWith(' landscape')));
  expect(section).toContain(/Playwright ([\d.]+)/.exec(tableSource)![1]);
});

test('limits are right', () => {
  expect(rowOf('timeoutMs')).toContain(`≤ ${captureLimits.timeoutMs}`);
  expect(rowOf('maxPixels')).toContain(captureLimits.maxPixels.toLocaleString('en-US'));
});

describe('failures', () => {
  /** Reasons that come with later parts, not with a capture by this engine. */
  const later = ['image_invalid', 'image_too_large'];
  const reasons = [...transientFailureReasons, ...permanentFailureReasons].filter(
    (reason) => !later.includes(reason),
  );

  test.each(reasons)('%s has a row with its kind', (reason) => {
    const kind = isTransient({ reason, message: '' }) ? 'transient' : 'permanent';
    expect(rowOf(reason)?.split('|')[2]?.trim()).toBe(kind);
  });
});

test.each(captureWarningCodes)('the warning %s has a row', (code) => {
  expect(rowOf(code)).toBeDefined();
});

test('the example is a valid config', () => {
  const example = /```yaml\n([^]*?)```/.exec(page)![1]!;
  const { config } = parse(example) as { config: unknown };
  expect(Object.keys(parseCaptureConfig(config))).not.toEqual([]);
});
