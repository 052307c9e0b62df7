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
