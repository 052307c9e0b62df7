import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CaptureOutcome } from '../../src/domain/capture/capture.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage } from '../support/image.ts';
import { servePages, type Page, type PageServer } from '../support/page-server.ts';

const red = '#ff0000';
const green = '#00ff00';

/** A red page with `turn()`, which makes it green. */
const page = (script: string): string =>
  `<body style="margin:0"><div id="box" style="height:40px;background:#f00"></div>
  <script>const turn = () => { box.style.background = '#0f0' }; ${script}</script>`;
const inWorker = (script: string): string =>
  `new Worker(URL.createObjectURL(new Blob([${JSON.stringify(script)}])))`;
const frame = (script: string): string =>
  `<body style="margin:0"><iframe style="border:0;width:100%;height:40px" srcdoc="${page(script).replaceAll('"', '&quot;')}"></iframe>`;
const draw = `const x = c.getContext('2d'); const paint = (color) => { x.fillStyle = color; x.fillRect(0, 0, 400, 40) };`;
const canvas = (script: string): string =>
  `<body style="margin:0"><canvas id="c" width="400" height="40" style="display:block"></canvas><script>${draw} ${script}</script>`;

const frozenClocks = `[new Date().toISOString(), new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'full' }).format(),
  new Intl.DateTimeFormat('en', { timeStyle: 'long' }).formatToParts().map((part) => part.value).join(''),
  new Date().toLocaleString('en'), performance.timeOrigin, Date(), new Date(new File([], 'a').lastModified).getFullYear(),
  ...(globalThis.Temporal === undefined ? [] : [Temporal.Now.instant(), Temporal.Now.zonedDateTimeISO(), Temporal.Now.plainDateISO(),
    Temporal.Now.plainTimeISO(), Temporal.Now.plainDateTimeISO('UTC')].map(String)),
  ...(globalThis.document === undefined ? [] : [document.lastModified])].join('\\n')`;
const clockFile: Page = (_request, response) =>
  void response.writeHead(200, { 'content-type': 'text/javascript' })
    .end(`globalThis.onconnect = (event) => event.ports[0].postMessage(${frozenClocks});
      if (globalThis.onconnect && globalThis.postMessage) postMessage(${frozenClocks});`);

/** What each page shows when it is captured. */
const pages: Record<string, { page: string; shows: string; config?: CaptureConfig }> = {
  'a timer of 1.3 s': { page: page('setTimeout(turn, 1300)'), shows: green },
  'a timer of 2.5 s': { page: page('setTimeout(turn, 2500)'), shows: red },
  'a timer of 2.5 s with a higher limit': {
    page: page('setTimeout(turn, 2500)'),
    config: { timerLimitMs: 2_600 },
    shows: green,
  },
  'a timer of 0.6 s with a lower limit': {
    page: page('setTimeout(turn, 600)'),
    config: { timerLimitMs: 500 },
    shows: red,
  },
  'a chain of timers of 1.4 s in all': {
    page: page('setTimeout(() => setTimeout(turn, 700), 700)'),
    shows: green,
  },
  'a chain of timers of 2.2 s in all': {
    page: page('setTimeout(() => setTimeout(turn, 1100), 1100)'),
    shows: red,
  },
  'a chain of promises of 2.2 s in all': {
    page: page(`const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
      (async () => { for (let i = 0; i < 11; i++) { await sleep(200); await null; await null; await null; await null } turn() })()`),
    shows: red,
  },
  'a slow image and a timer of 2.5 s': {
    page: page('setTimeout(turn, 2500)') + '<img src="/slow">',
    shows: red,
  },
  'a timer as text': { page: page('setTimeout("turn()", 400)'), shows: green },
  'a timer that is cleared': {
    page: page('const id = setTimeout(turn, 300); setTimeout(() => clearInterval(id), 100)'),
    shows: red,
  },
  'a task with a delay': { page: page('scheduler.postTask(turn, { delay: 500 })'), shows: green },
  'exactly 20 ticks of 100 ms': {
    page: page(
      'let n = 0; setInterval(() => { n++; box.style.background = n === 20 ? "#0f0" : "#f00" }, 100)',
    ),
    shows: green,
  },
  'a fade by interval after a delay': {
    page: page(`onload = () => { const start = Date.now() + 300; const id = setInterval(() => {
      const part = Math.min(1, Math.max(0, (Date.now() - start) / 600)); box.style.background = 'rgb(' + (255 - 255 * part) + ',' + 255 * part + ',0)';
      if (part >= 1) clearInterval(id) }, 13) }`),
    shows: green,
  },
  'frames that begin to draw after 400 ms': {
    page: canvas(
      `let start; (function step(at) { start ??= at; paint(at - start < 1200 ? '#f00' : '#0f0'); if (at - start < 1200) requestAnimationFrame(step) })(performance.now())`,
    ),
    shows: green,
  },
  'frames that do nothing for 700 ms': {
    page: canvas(
      `paint('#f00'); let start; requestAnimationFrame(function step(at) { start ??= at; if (at - start < 700) requestAnimationFrame(step); else paint('#0f0') })`,
    ),
    shows: green,
  },
  'a worker that computes for 400 ms': {
    page: page(
      `${inWorker('const end = performance.now() + 400; while (performance.now() < end); postMessage(1)')}.onmessage = turn`,
    ),
    shows: green,
  },
  'a worker in a worker with a timer': {
    page: page(
      `${inWorker(`const inner = ${inWorker('setTimeout(() => postMessage(1), 500)')}; inner.onmessage = (event) => postMessage(event.data)`)}.onmessage = turn`,
    ),
    shows: green,
  },
  'a worker with a timer of 2.5 s': {
    page: page(`${inWorker('setTimeout(() => postMessage(1), 2500)')}.onmessage = turn`),
    shows: red,
  },
  'a worker with a timer of 2.5 s and a wait for it': {
    page: page(
      `${inWorker('setTimeout(() => postMessage(1), 2500)')}.onmessage = () => { turn(); box.className = 'ready' }`,
    ),
    config: { waitForSelector: '.ready' },
    shows: green,
  },
  'a shared worker that computes for 400 ms': {
    page: page(
      `const shared = new SharedWorker(URL.createObjectURL(new Blob(['onconnect = (event) => { const end = performance.now() + 400; while (performance.now() < end); event.ports[0].postMessage(1) }'])));
      shared.port.onmessage = turn`,
    ),
    shows: green,
  },
  'a frame with a timer of 1.3 s': { page: frame('setTimeout(turn, 1300)'), shows: green },
  'a frame with a timer of 2.5 s': { page: frame('setTimeout(turn, 2500)'), shows: red },
  'a frame of another origin with a timer of 1.3 s': {
    page: '<body style="margin:0"><iframe style="border:0;width:100%;height:40px" src="OTHER/frame?1300"></iframe>',
    shows: green,
  },
  'a frame of another origin with a timer of 2.5 s': {
    page: '<body style="margin:0"><iframe style="border:0;width:100%;height:40px" src="OTHER/frame?2500"></iframe>',
    shows: red,
  },
  'a frame of another origin and a wait for its timer': {
    page: `<body style="margin:0"><iframe style="border:0;width:100%;height:40px" src="OTHER/frame?2500"></iframe>
      <script>onmessage = () => { document.body.className = 'ready' }</script>`,
    config: { waitForSelector: '.ready' },
    shows: green,
  },
  'a refresh after 1 s that leads elsewhere': {
    page: `<meta http-equiv="Refresh" content="1; URL='/turned'">` + page(''),
    shows: green,
  },
  'a request every 500 ms, five in all': {
    page: page(`let n = 0; const ask = async () => { await (await fetch('/answer')).json(); n++; box.style.background = n === 5 ? '#0f0' : '#f00'; setTimeout(ask, 500) };
      ask()`),
    shows: green,
  },
  'a request of the older kind every 500 ms, five in all': {
    page: page(`let n = 0; const ask = () => { const request = new XMLHttpRequest(); request.open('GET', '/answer');
      request.onload = () => { n++; box.style.background = n === 5 ? '#0f0' : '#f00'; setTimeout(ask, 500) }; request.send() };
      ask()`),
    shows: green,
  },
  'a request of a worker every 500 ms, five in all': {
    page: page(`let n = 0; ${inWorker(
      `const ask = async () => { await (await fetch(ORIGIN + '/answer')).json(); postMessage(1); setTimeout(ask, 500) }; ask()`,
    ).replace(
      /^new Worker\(URL\.createObjectURL\(new Blob\(\[/,
      '$&"const ORIGIN = " + JSON.stringify(location.origin) + ";" + ',
    )}
      .onmessage = () => { n++; box.style.background = n === 5 ? '#0f0' : '#f00' }`),
    shows: green,
  },
  'a hash every 500 ms, five in all': {
    page: page(`let n = 0; const ask = async () => { await crypto.subtle.digest('SHA-256', new Uint8Array(9)); n++; box.style.background = n === 5 ? '#0f0' : '#f00'; setTimeout(ask, 500) };
      ask()`),
    shows: green,
  },
  'idle callbacks and a timer': {
    page: page('requestIdleCallback(() => setTimeout(() => requestIdleCallback(turn), 200))'),
    shows: green,
  },
  'five images, each asked for after the one before': {
    page: page(`let n = 0; (function next() { if (++n > 5) return turn(); const image = new Image();
      image.onerror = () => setTimeout(next, 80); image.src = '/gone?' + n })()`),
    shows: green,
  },
  'slices of work by messages': {
    page: page(`const { port1, port2 } = new MessageChannel(); let left = 60; port2.onmessage = () => {
      const end = performance.now() + 5; while (performance.now() < end); if (--left > 0) port1.postMessage(0); else turn() }; port1.postMessage(0)`),
    shows: green,
  },
  'a wait for what a timer of 2.5 s brings': {
    page: page(`setTimeout(() => { turn(); box.className = 'ready' }, 2500)`),
    config: { waitForSelector: '.ready' },
    shows: green,
  },
  'a timer that a long one sets, after a wait': {
    page: page(`setTimeout(() => { box.className = 'ready'; setTimeout(turn, 300) }, 2200)`),
    config: { waitForFunction: 'box.className === "ready"' },
    shows: green,
  },
  'a delay longer than the timer': {
    page: page('setTimeout(turn, 2500)'),
    config: { delayMs: 2_600 },
    shows: green,
  },
  'a script of the config that waits for 2.6 s': {
    page: page(''),
    config: { injectJs: 'await new Promise((done) => setTimeout(done, 2600)); turn()' },
    shows: green,
  },
  'two seconds of frames of a frozen page': {
    page: page(
      `let n = 0; requestAnimationFrame(function step(at) { if (++n === 120 && Math.round(at) === 2000) turn(); if (n > 120) box.remove(); requestAnimationFrame(step) })`,
    ),
    config: { freezeTime: true },
    shows: green,
  },
};

/** Work that takes the same number of steps everywhere, about half a second of an idle processor. */
const compute = 'let x = 1; for (let i = 0; i < 3e8; i++) x = (x * 1103515245 + 12345) & 0x7fffffff; ';
const computingWorkers: Record<
  string,
  { page: string; shows: string; warns?: boolean; config?: CaptureConfig }
> = {
  'a blob worker': { page: page(`${inWorker(`${compute} postMessage(x)`)}.onmessage = turn`), shows: green },
  'a module worker, asked by a message': {
    page: page(`const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(`onmessage = () => { ${compute} postMessage(x) }`)}], { type: 'text/javascript' })), { type: 'module' });
      worker.onmessage = turn; worker.postMessage(1)`),
    shows: green,
  },
  'a worker in a worker': {
    page: page(
      `${inWorker(`const inner = ${inWorker(`${compute} postMessage(x)`)}; inner.onmessage = (event) => postMessage(event.data)`)}.onmessage = turn`,
    ),
    shows: green,
  },
  'a shared worker': {
    page: page(`const shared = new SharedWorker(URL.createObjectURL(new Blob([${JSON.stringify(`onconnect = (event) => { ${compute} event.ports[0].postMessage(x) }`)}])));
      shared.port.onmessage = turn`),
    shows: green,
  },
  'a worker of a frame': {
    page: frame(`${inWorker(`${compute} postMessage(x)`)}.onmessage = turn`),
    shows: green,
  },
  'a worker of a frame of another origin': {
    page: '<body style="margin:0"><iframe style="border:0;width:100%;height:40px" src="OTHER/computing"></iframe>',
    shows: green,
  },
  'slices of work, by messages to itself': {
    page: page(
      `${inWorker(`const { port1, port2 } = new MessageChannel(); let left = 40; port2.onmessage = () => {
        let x = 1; for (let i = 0; i < 8e6; i++) x = (x * 1103515245 + 12345) & 0x7fffffff; if (left-- > 0) port1.postMessage(x); else postMessage(x) }; port1.postMessage(1)`)}.onmessage = turn`,
    ),
    shows: green,
  },
  'results one after another': {
    page: page(
      `let n = 0; ${inWorker(`for (let n = 0; n < 8; n++) { let x = 1; for (let i = 0; i < 4e7; i++) x = (x * 1103515245 + 12345) & 0x7fffffff; postMessage(x) }`)}
        .onmessage = () => { box.textContent += n; if (++n === 8) { turn(); setTimeout(() => box.textContent = '', 300) } }`,
    ),
    shows: green,
  },
  'a page that moves meanwhile': {
    page: page(
      `let done = false; ${inWorker(`${compute} postMessage(x)`)}.onmessage = () => { done = true; turn(); box.textContent = '' };
      requestAnimationFrame(function step(at) { if (done) return; box.textContent = at; requestAnimationFrame(step) })`,
    ),
    shows: green,
  },
  'a canvas that the worker draws': {
    page: canvas('')
      .replace('<script>', '<script>/*')
      .replace(
        '</script>',
        `*/ const off = c.transferControlToOffscreen();
      const worker = ${inWorker(`onmessage = ({ data }) => { const d = data.getContext('2d'); d.fillStyle = '#f00'; d.fillRect(0, 0, 400, 40); ${compute} d.fillStyle = '#0f0'; d.fillRect(0, 0, 400, 40) }`)};
      worker.postMessage(off, [off])</script>`,
      ),
    shows: green,
  },
  'a worker that goes on after an error': {
    page: page(
      `${inWorker(`onmessage = () => { ${compute} postMessage(x) }; setTimeout(() => { throw new Error('once') })`)}.onmessage = turn`
        .replace(/^/, 'const worker = ')
        .replace(
          '.onmessage = turn',
          '; worker.onmessage = turn; worker.onerror = () => worker.postMessage(1)',
        ),
    ),
    shows: green,
  },
  'a worker that closes itself': {
    page: page(`${inWorker('postMessage(1); close()')}.onmessage = turn`),
    shows: green,
  },
  'a worker that is ended while it computes': {
    page: page(
      `const worker = ${inWorker('for (;;);')}; setTimeout(() => { worker.terminate(); turn() }, 300)`,
    ),
    shows: green,
  },
  'a worker with a mistake in its script': { page: page(`${inWorker('let let')}; turn()`), shows: green },
  'a worker without a script': { page: page(`new Worker('/gone'); turn()`), shows: green },
  'a worker that computes for ever': {
    page: page(`${inWorker('postMessage(1); for (;;);')}.onmessage = turn`),
    config: { resourceTimeoutMs: 6_000 },
    shows: green,
    warns: true,
  },
  'a worker that sends messages for ever': {
    page: page(
      `let n = 0; ${inWorker('for (;;) postMessage(1)')}.onmessage = () => { if (++n === 10000) turn(); if (n > 10000) box.remove() }`,
    ),
    shows: green,
    warns: true,
  },
  'a worker that answers every message, for ever': {
    page: page(
      `let n = 0; const worker = ${inWorker('onmessage = () => postMessage(1)')}; worker.onmessage = () => { if (++n === 10000) turn(); if (n > 10000) box.remove(); worker.postMessage(1) }; worker.postMessage(1)`,
    ),
    shows: green,
    warns: true,
  },
  'a worker with a permanent ticker': {
    page: page(
      `let n = 0; ${inWorker('setInterval(() => postMessage(1), 100)')}.onmessage = () => { if (++n === 20) turn(); if (n > 20) box.remove() }`,
    ),
    shows: green,
  },
};

let site: PageServer;
let other: PageServer;
let capturer: Capturer;
const outcomes = new Map<string, CaptureOutcome>();
const names = Object.keys(pages);

let answers = 0;

beforeAll(async () => {
  other = await servePages(
    {
      '/computing': page(`${inWorker(`${compute} postMessage(x)`)}.onmessage = turn`),
      '/frame': (request, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(
            page(
              `setTimeout(() => { turn(); parent.postMessage('turned', '*') }, ${request.url!.split('?')[1]!})`,
            ),
          ),
    },
    { host: '127.0.0.2' },
  );
  site = await servePages({
    '/page': (request, response) => {
      const name = decodeURIComponent(request.url!.split('?')[1]!);
      const shown = pages[name] ?? computingWorkers[name]!;
      response.writeHead(200, { 'content-type': 'text/html' }).end(shown.page.replace('OTHER', other.origin));
    },
    '/turned': page('turn()'),
    // The network is never equally fast.
    '/answer': (_request, response) =>
      void setTimeout(() => response.end('[]'), 20 + ((answers++ * 37) % 200)),
    '/slow': (_request, response) => void setTimeout(() => response.writeHead(404).end(), 2_700),
    '/clock.js': clockFile,
    '/performance': `<p>measured</p><script>
      const waited = performance.now();
      for (let i = 0; i < 3e7; i++) Math.sqrt(i);
      onload = () => setTimeout(() => {
        const measured = [performance.measure('a'), performance.measure('b', { start: 0 }), performance.measure('c', 'domLoading'),
          performance.measure('d', { start: 2, duration: 5 }), performance.measure('e', { start: 2, end: 5 }), performance.measure('f', undefined, 'mine')];
        const refused = (() => { try { performance.measure('g', { detail: 1 }) } catch (error) { return error.name } })();
        console.log(JSON.stringify({ waited, measured: measured.map(({ startTime, duration }) => [startTime, Math.round(duration)]), refused,
          timing: [...new Set(Object.values(performance.timing.toJSON()))].sort(), whole: performance.toJSON().timing.navigationStart,
          marks: [performance.getEntriesByName('mine')[0].startTime, new PerformanceMark('x').startTime].map(Math.round),
          entries: performance.getEntries().filter((one) => !/mark|measure/.test(one.entryType)).flatMap((one) => Object.entries(one.toJSON()))
            .filter(([name, value]) => /Start|End|Time|duration|domComplete/.test(name) && value > 0) }));
      }, 40);
      performance.mark('mine');
    </script><img src="/slow">`,
    '/clocks': `<pre id="all"></pre><script>
      const add = (name) => (event) => { all.textContent += name + '\\n' + event.data + '\\n'; console.log(name + ' ' + event.data) };
      add('page')({ data: ${frozenClocks} });
      new Worker('/clock.js').onmessage = add('worker');
      new Worker('/clock.js', { type: 'module' }).onmessage = add('module');
      ${inWorker(`postMessage(${frozenClocks})`)}.onmessage = add('blob');
      const shared = new SharedWorker('/clock.js'); shared.port.onmessage = add('shared'); shared.port.start();
      onmessage = add('frame');
      </script><iframe srcdoc="<script>parent.postMessage(${frozenClocks.replaceAll('"', '&quot;')}, '*')</script>"></iframe>`,
  });
  // All at once, so that the machine is busy and pages get to run late.
  capturer = createCapturer({ concurrency: 14 });
  const small = { viewportSize: { width: 400, height: 60 } };
  await Promise.all(
    names.map(async (name) => {
      const config = { ...small, ...pages[name]!.config };
      outcomes.set(
        name,
        await capturer.capture({ url: site.url(`/page?${encodeURIComponent(name)}`), config }),
      );
    }),
  );
});

afterAll(async () => {
  await capturer.close();
  await site.close();
  await other.close();
});

describe('page time', () => {
  test.each(names)('on a busy machine as on an idle one: %s', async (name) => {
    const outcome = outcomes.get(name)!;
    if (!outcome.ok) throw new Error(`${outcome.failure.message}\n${outcome.log}`);
    const image = await decodeImage(outcome.image);
    expect(image.colour(1, 1), outcome.log).toBe(pages[name]!.shows);
  });
});

describe('workers', () => {
  const small = { viewportSize: { width: 400, height: 60 } };
  test.concurrent.each(Object.keys(computingWorkers))(
    'P125: what computes in a worker is waited for: %s',
    async (name) => {
      const { config, shows, warns = false } = computingWorkers[name]!;
      const outcome = await capturer.capture({
        url: site.url(`/page?${encodeURIComponent(name)}`),
        config: { ...small, ...config },
      });
      if (!outcome.ok) throw new Error(`${outcome.failure.message}\n${outcome.log}`);
      expect((await decodeImage(outcome.image)).colour(1, 1), outcome.log).toBe(shows);
      expect(outcome.settled, outcome.log).toBe(true);
      expect(
        outcome.warnings.some(({ code }) => code === 'worker_restless'),
        outcome.log,
      ).toBe(warns);
    },
    90_000,
  );
});

test('freezeTime stops every clock of pages, frames and workers', async () => {
  const outcome = await capturer.capture({
    url: site.url('/clocks'),
    config: { freezeTime: '2030-05-06T07:08:09Z', viewportSize: { width: 400, height: 60 } },
  });
  const scopes = outcome.log.split(/console +log: /).slice(1);
  expect(scopes.map((text) => text.split(' ')[0]).sort()).toEqual([
    'blob',
    'frame',
    'module',
    'page',
    'shared',
    'worker',
  ]);
  const year = new Date().getFullYear();
  for (const text of scopes) {
    expect(text).toContain('2030-05-06T07:08:09');
    expect(text).not.toContain(String(year));
  }
});

test('P124: freezeTime: what the page measures is page time, what the browser measures is the one moment', async () => {
  const at = Date.UTC(2030, 4, 6);
  const outcome = await capturer.capture({ url: site.url('/performance'), config: { freezeTime: at } });
  const [, logged] = /console +log: (\{.*\})/.exec(outcome.log) ?? [];
  expect(JSON.parse(logged ?? '{}'), outcome.log).toEqual({
    waited: 0,
    measured: [
      [0, 40],
      [0, 40],
      [0, 40],
      [2, 5],
      [2, 3],
      [0, 0],
    ],
    refused: 'TypeError',
    timing: [0, at],
    whole: at,
    marks: [0, 40],
    entries: [],
  });
});
