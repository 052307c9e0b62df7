import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCaptureOptions, readMaxPixels } from './capture-options.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'options-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the window', () => {
  const read = (text: string, flags: Parameters<typeof readCaptureOptions>[0] = {}) => {
    writeFileSync(join(folder, 'config.yaml'), text);
    return readCaptureOptions({ captureConfig: 'config.yaml', ...flags }, folder);
  };

  test('is that of the flags, the file, its device or the default', async () => {
    expect(await readCaptureOptions({}, folder)).toEqual({ viewportSize: { width: 1280, height: 1024 } });
    expect(await read('device: iPhone 15')).toEqual({ device: 'iPhone 15' });
    expect(await read('device: iPhone 15', { width: '400' })).toMatchObject({
      viewportSize: { width: 400, height: 659 },
    });
    const viewports = [{ width: 1, height: 2 }];
    expect(await read('viewports: [{ width: 1, height: 2 }]')).toEqual({ viewports });
    await expect(read('viewports: [{ width: 1, height: 2 }]', { height: '3' })).rejects.toThrow(
      '--width and --height do not fit a capture config with "viewports"',
    );
  });
});

describe('--max-pixels', () => {
  test('reaches the capture config, and wins over the file', async () => {
    writeFileSync(join(folder, 'config.yaml'), 'maxPixels: 7\nfullPage: false\n');
    const config = await readCaptureOptions({ maxPixels: '120000000', captureConfig: 'config.yaml' }, folder);
    expect(config).toMatchObject({ maxPixels: 120_000_000, fullPage: false });
    expect(await readCaptureOptions({}, folder)).not.toHaveProperty('maxPixels');
  });

  test.each(['0', '-1', '1.5', '1e6', '500000001', 'many', ''])('is not %j', (text) => {
    expect(() => readMaxPixels({ maxPixels: text })).toThrow(
      `--max-pixels must be a number from 1 to 500000000, such as 100000000, got "${text}".`,
    );
  });

  test.each(['1', '500000000'])('may be %s', (text) => {
    expect(readMaxPixels({ maxPixels: text })).toEqual({ maxPixels: Number(text) });
  });
});
