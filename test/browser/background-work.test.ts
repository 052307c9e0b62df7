/** What the browser itself does for a page or its workers is waited for, as long as it may end. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage } from '../support/image.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

const green = '#00ff00';

/** Scripts that call `turn()` in the end, in a page or in a worker, and need nothing of either. */
const works: Record<string, string> = {
  'a database': `const open = indexedDB.open('shop', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('items');
    open.onsuccess = () => { let left = 150; (function next() {
      const work = open.result.transaction('items', 'readwrite'); work.objectStore('items').put('x'.repeat(20000), left);
      work.oncomplete = () => { if (--left > 0) next(); else turn() } })() };`,
  'a database that is read in one transaction': `const open = indexedDB.open('big', 1);
    open.onupgradeneeded = () => { const store = open.result.createObjectStore('items'); for (let i = 0; i < 3000; i++) store.put('x'.repeat(3000), i) };
    open.onsuccess = () => { const all = open.result.transaction('items').objectStore('items').openCursor(); let n = 0;
      all.onsuccess = () => { if (all.result === null) turn(); else all.result.continue() } };`,
  hashing: `(async () => { const key = await crypto.subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits']);
    await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(8), iterations: 1500000 }, key, 512); turn() })()`,
  'many hashes': `(async () => { let bits = new Uint8Array(3e6); for (let i = 0; i < 60; i++) bits.set(new Uint8Array(await crypto.subtle.digest('SHA-512', bits))); turn() })()`,
  'image bitmaps': `(async () => { const canvas = new OffscreenCanvas(1500, 1500); canvas.getContext('2d').fillRect(0, 0, 900, 900); const blob = await canvas.convertToBlob();
    for (let i = 0; i < 30; i++) { const map = await createImageBitmap(blob, { resizeWidth: 900, resizeHeight: 900, resizeQuality: 'high' }); map.close() } turn() })()`,
  'a cache': `(async () => { const cache = await caches.open('a'); for (let i = 0; i < 60; i++) { await cache.put(ORIGIN + '/' + i, new Response('x'.repeat(50000))); await (await cache.match(ORIGIN + '/' + i)).text() } turn() })()`,
  'compressed data': `(async () => { const blob = new Blob([new Uint8Array(6e6)]); for (let i = 0; i < 8; i++) {
    const packed = await new Response(blob.stream().pipeThrough(new CompressionStream('gzip'))).blob();
    await new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer() } turn() })()`,
  'an answer in pieces': `(async () => { const reader = (await fetch(ORIGIN + '/pieces')).body.getReader(); let size = 0;
    for (;;) { const { done, value } = await reader.read(); if (done) break; size += value.length; await crypto.subtle.digest('SHA-512', new Uint8Array(1e6)) } if (size === 2e6) turn() })()`,
  'a private file': `(async () => { const folder = await navigator.storage.getDirectory(); for (let i = 0; i < 40; i++) {
    const file = await folder.getFileHandle('f' + i, { create: true }); const to = await file.createWritable(); await to.write('x'.repeat(10000)); await to.close(); await (await file.getFile()).text() } turn() })()`,
  'a file that is read': `let left = 40; (function next() { const reader = new FileReader(); reader.onload = () => { if (--left > 0) next(); else turn() };
    reader.readAsDataURL(new Blob([new Uint8Array(2e6)])) })()`,
  'slices of work': `(async () => { for (let i = 0; i < 30; i++) { let x = 1; for (let i = 0; i < 2e7; i++) x = (x * 1103515245 + 12345) & 0x7fffffff; await scheduler.yield() } turn() })()`,
  'tasks in the background': `(async () => { for (let i = 0; i < 20; i++) await scheduler.postTask(() => { let x = 1; for (let i = 0; i < 2e7; i++) x = (x * 1103515245 + 12345) & 0x7fffffff; globalThis.last = x }, { priority: 'background' }); turn() })()`,
};
const inPage = (
  script: string,
): string => `<body style="margin:0"><div id="box" style="height:40px;background:#f00"></div>
  <script>const ORIGIN = location.origin; const turn = () => { box.style.background = '#0f0' }; ${script}</script>`;
const inWorker = (script: string): string =>
  inPage(`const worker = new Worker(URL.createObjectURL(new Blob(['const ORIGIN = ' + JSON.stringify(ORIGIN) + '; const turn = () => postMessage(1); ' + ${JSON.stringify(script)}])));
    worker.onmessage = turn`);

/** What never ends costs a while, and no more. */
const endless: Record<string, { script: string; config?: CaptureConfig }> = {
  'an image bitmap in every frame': {
    script: `turn(); const canvas = new OffscreenCanvas(40, 40); canvas.getContext('2d').fillRect(0, 0, 9, 9);
      (async function next() { const map = await createImageBitmap(canvas); map.close(); requestAnimationFrame(next) })()`,
  },
  'a database that is read for ever': {
    script: `turn(); const open = indexedDB.open('a', 1); open.onupgradeneeded = () => open.result.createObjectStore('items');
      open.onsuccess = () => (function next() { open.result.transaction('items').oncomplete = next })()`,
  },
  'a stream that a script fills and never ends': {
    script: `turn(); new Response(new ReadableStream({ start(to) { to.enqueue(new Uint8Array(3)) } })).body.getReader().read().then(() => 0)`,
  },
};

let site: PageServer;
let capturer: Capturer;
const pages: Record<string, string> = {};
for (const [name, script] of Object.entries(works)) {
  pages[`${name}, in the page`] = inPage(script);
  pages[`${name}, in a worker`] = inWorker(script);
}
const small = { viewportSize: { width: 400, height: 60 }, dom: false };

beforeAll(async () => {
  site = await servePages({
    '/page': (request, response) => {
      const name = decodeURIComponent(request.url!.split('?')[1]!);
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(pages[name] ?? inPage(endless[name]!.script));
    },
    '/pieces': (_request, response) => {
      response.writeHead(200);
      for (let i = 0; i < 40; i++) response.write(Buffer.alloc(50_000));
      response.end();
    },
  });
  capturer = createCapturer({ concurrency: 8 });
});

afterAll(async () => {
  await capturer.close();
  await site.close();
});

test.concurrent.each(Object.keys(pages))(
  'P131: what the browser does for a page is waited for: %s',
  async (name) => {
    const outcome = await capturer.capture({
      url: site.url(`/page?${encodeURIComponent(name)}`),
      config: small,
    });
    if (!outcome.ok) throw new Error(`${outcome.failure.message}\n${outcome.log}`);
    expect((await decodeImage(outcome.image)).colour(1, 1), outcome.log).toBe(green);
    expect(outcome.warnings, outcome.log).toEqual([]);
  },
  90_000,
);

test.concurrent.each(Object.keys(endless))(
  'P131: what never ends is not waited for long: %s',
  async (name) => {
    const { config } = endless[name]!;
    const outcome = await capturer.capture({
      url: site.url(`/page?${encodeURIComponent(name)}`),
      config: { ...small, ...config },
    });
    if (!outcome.ok) throw new Error(`${outcome.failure.message}\n${outcome.log}`);
    expect((await decodeImage(outcome.image)).colour(1, 1), outcome.log).toBe(green);
    expect(outcome.warnings, outcome.log).toEqual([]);
    expect(outcome.settled, outcome.log).toBe(true);
  },
  90_000,
);
