/** Motion is stopped in every frame and tree, and a selector reaches into all of them. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage, type Image } from '../support/image.ts';
import { boxesIn, movingParts, otherPages, scrolledParts, turningSvg } from '../support/moving-pages.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

const tree = `<x-shop></x-shop><script>
  const shop = document.querySelector('x-shop').attachShadow({ mode: 'open' });
  shop.innerHTML = '<div class=list><x-card></x-card></div>';
  shop.querySelector('x-card').attachShadow({ mode: 'open' }).innerHTML = '<p class=price style="margin:0;width:50px;height:20px;background:#00ff00">';
</script>`;
const card = '<div class=card style="width:60px;height:30px;background:#00ff00"></div>';
const payment = `<body style="margin:0"><div style="height:500px"></div>${card}<div style="height:500px"></div>`;
const green = { width: 60, height: 30, all: ['#00ff00'] };

const selected: Record<string, string> = {
  '/shadow': tree,
  '/pay': `<body style="margin:0"><div style="height:900px"></div><iframe id=pay src="OTHER/pay" width=200 height=100 style="border:0"></iframe>`,
  '/first-visible': `<details><summary>closed</summary><p class=card>no</p></details><p class=card hidden></p><p class=card style="visibility:hidden">no</p>${card}${card}`,
  '/scroller': `<div style="overflow:auto;height:90px"><div style="height:700px"></div>${card}<div style="height:700px"></div></div>`,
  '/hidden': '<p class=card hidden></p><p class=card hidden></p><p id=one style="visibility:hidden">x</p>',
  '/paused': `<body style="margin:0"><style>@keyframes grow { from { width: 0 } to { width: 300px } }
    p { margin: 0; height: 20px; background: #06c; animation: grow 10s -3s linear both paused }</style><p></p><p id=went style="animation-play-state:running"></p>
    <script>onload = () => setTimeout(() => { went.style.animationPlayState = 'paused' }, 100)</script>`,
  '/late': `<p id=late hidden>x</p><script>setTimeout(() => (late.hidden = false), 300)</script>`,
  // The window of a frame stays when its first document arrives.
  '/touched': `<body style="margin:0"><iframe src="/slow-inner" width=200 height=100 style="border:0;display:block"></iframe>
    <script>frames[0].early = 1; frames[0].document.title</script>`,
  '/gone': `<div id=here></div><script>
    let count = 0;
    const timer = setInterval(() => {
      here.innerHTML = count++ < 30 ? '<iframe src="OTHER/boxes"></iframe>' : '<p>done</p>';
      if (count > 31) clearInterval(timer);
    }, 5);
  </script>`,
};
const slowInner = `<body style="margin:0"><style>@keyframes turn { from { background: #f00 } to { background: #0f0 } } p { margin: 0; height: 20px }</style>
  <p style="animation: turn 60s 1s both"></p><p class=card style="background:#0f0"></p><p id=late></p>
  <script>let n = 0; const turn = () => { late.style.background = ++n < 8 ? '#f00' : '#0f0'; if (n < 8) setTimeout(turn, 50) }; turn()</script>`;

let capturer: Capturer;
let other: PageServer;
let site: PageServer;

beforeAll(async () => {
  other = await servePages({ ...otherPages, '/pay': payment });
  const pages = { ...boxesIn, ...movingParts, ...scrolledParts, ...selected };
  const written = Object.entries(pages).map(([path, html]) => [path, html.replaceAll('OTHER', other.origin)]);
  site = await servePages({
    ...(Object.fromEntries(written) as Record<string, string>),
    '/turning.svg': (_request, response) =>
      void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(turningSvg()),
    '/slow-inner': (_request, response) =>
      void setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(slowInner), 250),
  });
  capturer = createCapturer({ concurrency: 4 });
});

afterAll(async () => {
  await capturer.close();
  await Promise.all([site.close(), other.close()]);
});

async function capture(path: string, config: CaptureConfig = {}) {
  const outcome = await capturer.capture({
    url: site.url(path),
    config: { viewportSize: { width: 320, height: 200 }, dom: false, ...config },
  });
  if (!outcome.ok) throw new Error(`${path}: ${outcome.failure.message}\n${outcome.log}`);
  return { ...outcome, decoded: await decodeImage(outcome.image) };
}

/** Every color of an image, once, in the order of its rows. */
function colorsOf(image: Image, left = 0, right = image.width): string[] {
  const colors = new Set<string>();
  for (let y = 0; y < image.height; y++) for (let x = left; x < right; x++) colors.add(image.colour(x, y));
  return [...colors];
}

test('animations end, or stand at their beginning, in every frame and tree', async () => {
  const captured = await Promise.all(
    Object.keys(boxesIn).map(async (path) => {
      const { settled, decoded } = await capture(path);
      const seen = colorsOf(decoded).filter((color) => color === '#0066cc' || color === '#00aa00');
      const far = colorsOf(decoded, 60).includes('#0066cc');
      return [path, { settled, seen, far }];
    }),
  );
  const still = { settled: true, seen: ['#0066cc', '#00aa00'], far: false };
  expect(Object.fromEntries(captured)).toEqual(
    Object.fromEntries(Object.keys(boxesIn).map((path) => [path, still])),
  );
});

test('what moves by itself stands still, with the same bytes every time', async () => {
  const captured = await Promise.all(
    Object.keys(movingParts).map(async (path) => {
      const [first, second] = await Promise.all([capture(path), capture(path)]);
      const isEqual = Buffer.from(first.image).equals(Buffer.from(second.image));
      return [path, { settled: first.settled && second.settled, isEqual }];
    }),
  );
  expect(Object.fromEntries(captured)).toEqual(
    Object.fromEntries(Object.keys(movingParts).map((path) => [path, { settled: true, isEqual: true }])),
  );
  const drawings = (await capture('/svg-images')).decoded;
  expect([drawings.colour(10, 10), drawings.colour(10, 40)]).toEqual(['#0066cc', '#00aa00']);
  const parts = (await capture('/svg-images-of-parts')).decoded;
  expect([parts.colour(10, 26), parts.colour(10, 56)]).toEqual(['#0066cc', '#00aa00']);
  expect((await capture('/view-transition')).decoded.colour(300, 150)).toBe('#ccffcc');
});

test('an animation that the page itself has paused stays where its delay puts it', async () => {
  const { decoded } = await capture('/paused');
  const widths = [10, 30].map((y) => {
    let width = 0;
    while (decoded.colour(width, y) === '#0066cc') width++;
    return width;
  });
  expect(widths).toEqual([90, 300]);
});

test('what follows scrolling is shown, also below the window', async () => {
  const captured = await Promise.all(
    Object.keys(scrolledParts).map(async (path) => {
      const { decoded } = await capture(path);
      return [path, [75, 225, 375, 525].map((y) => decoded.colour(300, y))];
    }),
  );
  expect(Object.fromEntries(captured)).toEqual(
    Object.fromEntries(
      Object.keys(scrolledParts).map((path) => [path, Array.from({ length: 4 }, () => '#cc6600')]),
    ),
  );
});

test('frames that come and go do not end a capture', async () => {
  expect(await capture('/gone')).toMatchObject({ ok: true });
});

describe('selectors', () => {
  const shown = async (path: string, selector: string) => {
    const { width, height, decoded, log } = await capture(path, { selector });
    return { width, height, all: colorsOf(decoded), log };
  };

  test('see into shadow trees, and across their edges', async () => {
    expect(await shown('/shadow', 'x-shop .list > x-card > .price')).toMatchObject({
      width: 50,
      height: 20,
      all: ['#00ff00'],
    });
  });

  test('enter frames with ">>", of any origin and far below the window', async () => {
    expect(await shown('/pay', 'iframe#pay >> .card')).toMatchObject(green);
    expect(await shown('/first-visible', 'body >> .card')).toMatchObject(green);
  });

  test('mean the first element that can be seen; the log says how many match', async () => {
    const { log, ...rest } = await shown('/first-visible', '.card');
    expect(rest).toEqual(green);
    expect(log).toContain('selector: 5 elements match ".card"; the first that can be seen is captured');
  });

  test('scroll the scroller around their element', async () => {
    expect(await shown('/scroller', '.card')).toMatchObject(green);
  });

  test.each([
    ['.card', 'selector: 2 elements match ".card", but none of them can be seen.'],
    ['#one', 'selector: "#one" matches an element that is hidden.'],
    ['body >> p[', 'selector: "body >> p[" is not a valid CSS selector.'],
  ])('%s fails with a sentence', async (selector, message) => {
    const outcome = await capturer.capture({ url: site.url('/hidden'), config: { selector } });
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'selector_missing', message } });
  });

  test('waits end when an element can be seen, also in a frame', async () => {
    expect((await capture('/late', { waitForSelector: '#late' })).log).toContain('"#late" matches');
    expect((await capture('/pay', { waitForSelector: '#pay >> .card' })).log).toContain('.card" matches');
  });
});

test('P121: a frame whose window the page used before its document came is like any other', async () => {
  const { decoded, log } = await capture('/touched', { mask: ['.card'] });
  const colors = [10, 30, 50].map((y) => decoded.colour(10, y));
  expect(colors, log).toEqual(['#00ff00', '#ff00ff', '#00ff00']);
});
