import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import { unpackDom } from '../../src/adapters/dom/dom-file.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CapturedPage } from '../../src/domain/capture/capture.ts';
import type { DomElement } from '../../src/domain/dom/dom-snapshot.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

const page = `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0 } #gone { display: none } .unseen { visibility: hidden } .clear { opacity: 0 }
  header { padding: 10px; background: #eeeeee } header::before { content: "New " }
  iframe { border: 3px solid; padding: 5px; display: block }
</style>
<header id="top" class="bar wide"><a href="/">Sale <b>now</b> &amp; then</a></header>
<p class="unseen">not seen</p><p class="clear">see-through <i>inner</i></p><p id="gone">not there</p>
<p class="key" style="background:url(/token-4711)">The key is token-12345, keep it.</p>
<form><input value="typed-value"><textarea>typed-text</textarea><select><option>picked-option</option></select>
  <div contenteditable>edited-text</div></form>
<div class="private" id="account" style="width:200px;height:40px">
  <span style="margin-left:300px">balance-0815</span></div>
<iframe width="200" height="60" srcdoc="<body style='margin:0'><h2 id=inside style='margin:0'>In the frame</h2>
  <div style='height:500px'></div><h2>below the frame's edge</h2>"></iframe>
<div id="host"></div><div style="width:50px;height:20px;overflow:hidden;position:relative"><i style="position:absolute;left:60px">cut-off</i></div><div id="tall" style="height:2000px"></div><footer>end</footer>
<script>host.attachShadow({ mode: 'closed' }).innerHTML = '<em>in the shadow</em>'</script>`;

let site: PageServer;
let capturer: Capturer;

beforeAll(async () => {
  site = await servePages({
    '/': page,
    // Changes in the moment in which it is first seen.
    '/changing': `<body style="margin:0"><p id="bar"style="margin:0;width:100px;height:20px;background:#ff0000">before</p><script>
      new PerformanceObserver((list) => { for (const { name } of list.getEntries()) {
        if (name === 'first-contentful-paint') { bar.style.width = '200px'; bar.textContent = 'after' } }
      }).observe({ type: 'paint' })</script>`,
    '/many': `<p></p><script>document.body.innerHTML = '<b>x</b> '.repeat(9_000)</script>`,
    '/slow': `<p>x</p><script>document.createTreeWalker = () => { const end = Date.now() + 1_500; while (Date.now() < end); return { nextNode: () => null } }</script>`,
  });
  capturer = createCapturer({ concurrency: 4 });
});

afterAll(async () => {
  await capturer.close();
  await site.close();
});

async function capture(path: string, config: CaptureConfig = {}): Promise<CapturedPage> {
  const outcome = await capturer.capture({ url: site.url(path), config });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome;
}

async function record(
  config: CaptureConfig = {},
): Promise<{ elements: readonly DomElement[]; bytes: Uint8Array }> {
  const { dom } = await capture('/', config);
  return { elements: unpackDom(dom!)!.elements, bytes: dom! };
}

const find = (elements: readonly DomElement[], wanted: Partial<DomElement>) =>
  elements.find((element) => Object.entries(wanted).every(([key, value]) => element[key as 'tag'] === value));

test('elements are recorded with their text, box, styles and parents', async () => {
  const { elements, bytes } = await record();
  const header = find(elements, { tag: 'header' })!;
  expect(header).toMatchObject({
    id: 'top',
    className: 'bar',
    text: '',
    box: { left: 0, top: 0, width: 1280 },
  });
  expect(header.styles[1]).toBe('rgb(238, 238, 238)');
  expect(elements[header.parent]!.tag).toBe('body');
  const link = find(elements, { tag: 'a' })!;
  expect(link).toMatchObject({ text: 'Sale & then' });
  expect(elements[link.parent]).toBe(header);
  expect(find(elements, { tag: '::before' })).toMatchObject({ text: 'New' });
  expect(find(elements, { tag: 'em' })).toMatchObject({ text: 'in the shadow' });
  expect(find(elements, { tag: 'h2', id: 'inside' })).toMatchObject({ text: 'In the frame' });
  const frame = find(elements, { tag: 'iframe' })!.box;
  expect(find(elements, { id: 'inside' })!.box).toMatchObject({
    left: frame.left + 8,
    top: frame.top + 8,
    width: 200,
  });
  expect(find(elements, { tag: 'footer' })!.box.top).toBeGreaterThan(2000);
  const again = await record();
  expect(Buffer.from(again.bytes).equals(bytes)).toBe(true);
});

test('what is typed, hidden or not drawn is not recorded', async () => {
  const { elements } = await record();
  const all = JSON.stringify(elements);
  for (const text of [
    'typed-',
    'picked-option',
    'edited-',
    'not seen',
    'see-through',
    'inner',
    'not there',
    "frame's edge",
    'cut-off',
  ])
    expect(all).not.toContain(text);
  expect(find(elements, { tag: 'input' })).toMatchObject({ text: '' });
});

test('of a masked element, only the box is recorded, and nothing of what it holds', async () => {
  const { elements } = await record({ mask: ['.private'] });
  const masked = elements.filter(({ tag }) => tag === '');
  expect(masked).toHaveLength(1);
  expect(masked[0]).toMatchObject({
    id: '',
    className: '',
    text: '',
    styles: [],
    box: { width: 200, height: 40 },
  });
  expect(JSON.stringify(elements)).not.toContain('balance-0815');
  // The boxes that cover it are no part of the page.
  expect(elements.some(({ styles }) => styles[1] === 'rgb(255, 0, 255)')).toBe(false);
  expect(JSON.stringify((await record()).elements)).toContain('balance-0815');
});

test('secrets of the config are masked as in the log', async () => {
  const { elements } = await record({ injectHeaders: { nowhere: { 'X-Key': 'token-12345' } } });
  expect(find(elements, { className: 'key' })!.text).toBe('The key is •••, keep it.');
});

test('a secret that is a word of CSS hides no styles, but what they lead to', async () => {
  const plain = (await record()).elements;
  const { elements } = await record({
    injectHeaders: { nowhere: { 'X-Key': 'none', 'X-Other': 'token-4711' } },
  });
  const styles = (all: readonly DomElement[]) => all.map((one) => one.styles);
  expect(styles(elements).flat()).toContain(`url("${site.url('/•••')}")`);
  const masked = styles(plain).map((list) => list.map((style) => style.replace('token-4711', '•••')));
  expect(styles(elements)).toEqual(masked);
});

test('boxes are those of the screenshot: scale, window, rectangle, element', async () => {
  const link = find((await record()).elements, { tag: 'a' })!.box;
  const twice = (await record({ deviceScaleFactor: 2 })).elements;
  expect(find(twice, { tag: 'header' })!.box).toMatchObject({ left: 0, top: 0, width: 2560 });
  expect(Math.abs(find(twice, { tag: 'a' })!.box.left - 2 * link.left)).toBeLessThanOrEqual(1);
  const window = (await record({ fullPage: false, viewportSize: { width: 800, height: 300 } })).elements;
  expect(find(window, { tag: 'footer' })).toBeUndefined();
  const part = (await record({ clipRect: { left: 20, top: 5, width: 300, height: 20 } })).elements;
  expect(find(part, { tag: 'a' })!.box).toEqual({ ...link, left: link.left - 20, top: link.top - 5 });
  expect(find(part, { tag: 'form' })).toBeUndefined();
  const frame = find((await record()).elements, { tag: 'iframe' })!.box;
  const element = (await record({ selector: 'iframe' })).elements;
  expect(find(element, { tag: 'iframe' })!.box).toEqual({ ...frame, left: 0, top: 0 });
});

test('P133: a page that changes beside its first screenshot is recorded as the last one shows it', async () => {
  const { image, dom } = await capture('/changing');
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  const isRed = (x: number) => data.readUIntBE(x * info.channels, 3) === 0xff0000;
  let width = 0;
  while (isRed(width)) width++;
  const bar = find(unpackDom(dom!)!.elements, { id: 'bar' })!;
  expect([bar.box.width, bar.text]).toEqual([width, width === 200 ? 'after' : 'before']);
});

test('nothing is recorded if the config says so, or the page is too large or too slow for it', async () => {
  expect((await capture('/', { dom: false })).dom).toBeNull();
  const [many, slow] = await Promise.all([capture('/many'), capture('/slow')]);
  expect(many).toMatchObject({ ok: true, dom: null });
  expect(many.log).toContain('the structure of the page was not recorded: it has more than 25,000 nodes');
  expect(slow).toMatchObject({ ok: true, dom: null });
  expect(slow.log).toContain('the structure of the page was not recorded: it took more than 1 second');
});
