import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pages } from '../../bench/determinism/pages.ts';
import { startStudySite, type StudySite } from '../../bench/determinism/site.ts';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { Capturer } from '../../src/ports/capturer.ts';

/** The restless ones; the whole study is `bench/determinism/run.ts`. */
const restless = ['photos', 'font-late', 'web-animation', 'reveal', 'late-fetch', 'gif', 'canvas', 'clock'];
const repeats = 3;

let site: StudySite;
let capturer: Capturer;

beforeAll(async () => {
  site = await startStudySite();
  capturer = createCapturer();
});

afterAll(async () => {
  await capturer.close();
  await site.close();
});

async function digests(
  name: string,
  config: CaptureConfig,
): Promise<{ different: number; settled: boolean }> {
  const results = await Promise.all(
    Array.from({ length: repeats }, () => capturer.capture({ url: site.url(name), config })),
  );
  const images = results.map((result) => {
    if (!result.ok) throw new Error(`${name}: ${result.failure.message}\n${result.log}`);
    return result;
  });
  const unique = new Set(images.map(({ image }) => createHash('sha1').update(image).digest('hex')));
  return { different: unique.size, settled: images.every(({ settled }) => settled) };
}

test.each(restless)('%s: every capture has the same bytes', async (name) => {
  const { countermeasure = {} } = pages.find((page) => page.name === name)!;
  expect(await digests(name, countermeasure)).toEqual({ different: 1, settled: true });
});

test('a page that never stands still says so in its result and its log', async () => {
  const result = await capturer.capture({ url: site.url('canvas'), config: {} });
  expect(result).toMatchObject({ ok: true, settled: false, shots: 8 });
  expect(result.log).toMatch(/never settled: no two of 8 screenshots in a row were equal/);
});
