import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CapturedPage } from '../../src/domain/capture/capture.ts';
import type { CaptureWarningCode } from '../../src/domain/capture/capture-warning.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage } from '../support/image.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

const green = '#00ff00';
const red = '#ff0000';
const window = { width: 300, height: 200 };

const page = (body: string, style = ''): string =>
  `<!doctype html><style>body { margin: 0; background: #fff } .room { height: 300px; box-shadow: inset -1px 0 #888 } .box { height: 100px; background: #f00 }
  ul { margin: 0; padding: 0 } li { display: block; height: 100px; background: #0f0; margin: 0 } ${style}</style>${body}`;
/** Room, then what is seen once the page is scrolled. */
const below = (body: string, style = ''): string => page(`<div class="room"></div>${body}`, style);
const whenSeen = (call: string): string =>
  `new IntersectionObserver((all) => all.forEach(({ target, isIntersecting: isSeen }) => { ${call} })).observe(box)`;
const atDepth = (call: string): string =>
  `addEventListener('scroll', () => { if (scrollY > 150) { ${call} } })`;
const feed = (add: string, extra = ''): string =>
  page(`<ul id="list">${extra}</ul><div id="end" style="height:10px"></div><script>let n = 0; let isBusy = false;
    const more = async () => { if (isBusy || n > 20) return; isBusy = true;
      const items = await (await fetch('/batch?' + n++)).json(); ${add}; isBusy = false; seen.unobserve(end); seen.observe(end) };
    const seen = new IntersectionObserver((all) => { if (all.some((one) => one.isIntersecting)) more() }); seen.observe(end)</script>`);
const each = (call: string): string => `for (const item of items) { ${call} }`;

/** The server's other name is another origin. */
const foreignFrame = `<script>document.write('<iframe style="display:block;border:0;height:100px" src="http://localhost:' + location.port + '/green.svg"></iframe>')</script>`;

interface Case {
  page: string;
  config?: CaptureConfig;
  height: number;
  /** A color that the image shows at `[x, y]`. */
  shows?: [x: number, y: number, color: string][];
  warns?: CaptureWarningCode;
}

const spacer = '<div class="room"></div>';
const bottom: [number, number, string][] = [[10, 350, green]];

const cases: Record<string, Case> = {
  'a feed': {
    page: feed(each(`list.insertAdjacentHTML('beforeend', '<li>' + item)`)),
    height: 310,
    warns: 'growth_left_out',
  },
  'a feed with an end inside its list': {
    page: feed(
      each(`const one = document.createElement('li'); list.lastElementChild.before(one)`),
      '<i></i>',
    ).replace(
      '<i></i></ul><div id="end" style="height:10px"></div>',
      '<div id="end" style="height:10px"></div></ul>',
    ),
    height: 310,
    warns: 'growth_left_out',
  },
  'a feed that writes its list anew': {
    page: feed(`list.innerHTML += items.map((item) => '<li>' + item + '</li>').join('')`),
    height: 310,
    warns: 'growth_left_out',
  },
  'a feed that makes everything anew': {
    page: feed(`all.push(...items); main.innerHTML = '<ul>' + all.map(() => '<li>').join('') + '</ul>'`)
      .replace('<ul id="list"></ul>', '<main id="main"><ul></ul></main>')
      .replace('let n', 'const all = []; let n'),
    height: 310,
    warns: 'growth_left_out',
  },
  'a feed that empties its list first': {
    page: feed(
      `all.push(...items); list.replaceChildren(); for (const item of all) list.append(document.createElement('li'))`,
    ).replace('let n', 'const all = []; let n'),
    height: 310,
    warns: 'growth_left_out',
  },
  'images that get their height': {
    page: below('<img loading="lazy" src="/tall.svg" style="display:block">'),
    height: 700,
  },
  'a placeholder that is replaced': {
    page: below(
      `<div id="box" class="box"></div><script>${whenSeen(`if (isSeen) { const made = document.createElement('div'); made.style.cssText = 'height:150px;background:#0f0'; target.replaceWith(made) }`)}</script>`,
    ),
    height: 450,
    shows: bottom,
  },
  'an empty part that is filled': {
    page: below(
      `<section id="box" style="min-height:10px"></section><script>${whenSeen(`if (isSeen) target.innerHTML = '<ul><li>1<li>2</ul>'`)}</script>`,
    ),
    height: 500,
    shows: bottom,
  },
  'a pop-up that is shown at some depth': {
    page: page(
      `${spacer}${spacer}<div id="pop" style="display:none;position:fixed;inset:0;background:#f00"></div><script>${atDepth('pop.style.display = "block"; document.body.className = "locked"')}</script>`,
      '.locked { overflow: hidden }',
    ),
    height: 600,
    shows: [[10, 10, '#ffffff']],
    warns: 'scroll_side_effect',
  },
  'a pop-up that is put in at some depth': {
    page: page(
      `${spacer}${spacer}<script>let isOpen; ${atDepth(`if (!isOpen) { isOpen = true; setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<div><div style="position:fixed;inset:0;background:#f00"></div></div>'), 200) }`)}</script>`,
    ),
    height: 600,
    shows: [[10, 10, '#ffffff']],
    warns: 'scroll_side_effect',
  },
  'a dialog that opens at some depth': {
    page: page(
      `${spacer}${spacer}<dialog id="pop" style="inset:0;background:#f00">Hello</dialog><script>${atDepth('if (!pop.open) pop.showModal()')}</script>`,
    ),
    height: 600,
    shows: [[150, 2, '#ffffff']],
    warns: 'scroll_side_effect',
  },
  'a header that hides on the way down': {
    page: page(
      `<header id="head" style="position:sticky;top:0;height:20px;background:#0f0;transition:transform .2s"></header>${spacer}${spacer}<script>${atDepth('head.classList.add("up")')}</script>`,
      '.up { transform: translateY(-100px) }',
    ),
    height: 620,
    shows: [[10, 10, green]],
    warns: 'scroll_side_effect',
  },
  'a part that shows only inside the window': {
    page: below(
      `<div id="box" class="hidden" style="height:100px;background:#0f0;transition:opacity .3s"></div><script>${whenSeen('target.classList.toggle("hidden", !isSeen)')}</script>`,
      '.hidden { opacity: 0 }',
    ),
    height: 400,
    shows: bottom,
  },
  'parts that the window cuts, one shown there and one not': {
    page: page(
      `<div style="height:100px"></div><div style="display:flex"><div id="box" class="hidden"></div><div id="low" class="hidden"></div></div><div class="room"></div>
      <script>const seen = new IntersectionObserver((all) => all.forEach(({ target, intersectionRatio: part }) => target.classList.toggle('hidden', part < (target === box ? 0.3 : 0.9))), { threshold: [0, 0.3, 0.9] });
        seen.observe(box); seen.observe(low)</script>`,
      '#box, #low { flex: 1; height: 150px; background: #0f0; transition: opacity .3s } .hidden { opacity: 0 }',
    ),
    height: 550,
    shows: [
      [10, 110, green],
      [290, 110, green],
    ],
  },
  'a part that shows only away from the edge of the window': {
    page: page(
      `<div style="height:160px"></div><div id="box" class="hidden"></div><div class="room"></div>
      <script>new IntersectionObserver(([one]) => { if (one.isIntersecting) box.className = '' }, { rootMargin: '0px 0px -50px' }).observe(box)</script>`,
      '#box { height: 30px; background: #0f0 } .hidden { opacity: 0 }',
    ),
    height: 490,
    shows: [[10, 170, green]],
  },
  'a revealed part with something sticky inside': {
    page: below(
      `<section id="box" class="wait" style="height:200px"><div style="position:sticky;top:0;height:100px;background:#0f0"></div></section><script>${whenSeen('if (isSeen) target.className = ""')}</script>`,
      '.wait { transform: translateX(200px); opacity: 0 }',
    ),
    height: 500,
    shows: bottom,
  },
  'a filled part with something sticky and something fixed inside': {
    page: below(
      `<section id="box" style="min-height:100px"></section><script>${whenSeen(`if (isSeen) target.innerHTML = '<div style="position:sticky;top:0;height:100px;background:#0f0"></div><i style="position:fixed;top:0;left:0;width:50px;height:50px;background:#f00"></i>'`)}</script>`,
    ),
    height: 400,
    shows: [...bottom, [10, 10, '#ffffff']],
    warns: 'scroll_side_effect',
  },
  'a feed that asks early': {
    page: feed(each(`list.insertAdjacentHTML('beforeend', '<li>' + item)`)).replace(
      'more() });',
      "more() }, { rootMargin: '150px' });",
    ),
    height: 610,
    warns: 'growth_left_out',
  },
  'a body that scrolls': {
    page: page(
      `${spacer}<div style="height:100px;background:#0f0"></div>`,
      'html { height: 100%; overflow: hidden } body { height: 100%; overflow: auto }',
    ),
    config: { expandScrollers: true },
    height: 400,
    shows: bottom,
  },
  'a list of sections that marks the one in view': {
    page: page(
      `<nav style="position:sticky;top:0;height:40px"><a id="a" class="on"></a><a id="b"></a></nav><section class="room" data-a="a"></section><section class="room" data-a="b"></section>
      <script>const seen = new IntersectionObserver((all) => all.forEach((one) => document.getElementById(one.target.dataset.a).classList.toggle('on', one.isIntersecting)));
      document.querySelectorAll('section').forEach((one) => seen.observe(one))</script>`,
      'a { display: inline-block; width: 40px; height: 40px; background: #f00 } .on { background: #0f0 }',
    ),
    height: 640,
    shows: [
      [10, 10, green],
      [60, 10, red],
    ],
  },
  'a part without a class that shows only inside the window': {
    page: below(
      `<div id="box" style="height:100px;background:#0f0"></div><script>box.removeAttribute('class'); ${whenSeen('target.classList.toggle("seen", isSeen)')}</script>`,
      '#box { opacity: 0 } #box.seen { opacity: 1 }',
    ),
    height: 400,
    shows: bottom,
  },
  'a pop-up in the tree of an element that is put in at some depth': {
    page: page(
      `${spacer}${spacer}<script>let isOpen; ${atDepth(`if (!isOpen) { isOpen = true; const made = document.body.appendChild(document.createElement('x-news'));
        made.attachShadow({ mode: 'closed' }).innerHTML = '<div style="position:fixed;inset:0;background:#f00"></div>' }`)}</script>`,
    ),
    height: 600,
    shows: [[10, 10, '#ffffff']],
    warns: 'scroll_side_effect',
  },
  'a pop-up in the tree of an element that opens at some depth': {
    page: page(
      `${spacer}${spacer}<x-news id="news"></x-news><script>news.attachShadow({ mode: 'open' }).innerHTML =
        '<style>div { display: none; position: fixed; inset: 0; background: #f00 } :host([open]) div { display: block }</style><div></div>';
        ${atDepth('news.setAttribute("open", "")')}</script>`,
    ),
    height: 600,
    shows: [[10, 10, '#ffffff']],
    warns: 'scroll_side_effect',
  },
  'a dialog in a tree that opens at some depth': {
    page: page(
      `${spacer}${spacer}<x-news id="news"></x-news><script>const tree = news.attachShadow({ mode: 'open' });
        tree.innerHTML = '<dialog style="inset:0;background:#f00">Hello</dialog>';
        ${atDepth('if (!tree.firstChild.open) tree.firstChild.showModal()')}</script>`,
    ),
    height: 600,
    shows: [[150, 2, '#ffffff']],
    warns: 'scroll_side_effect',
  },
  'a part to the right of the window that shows when it is seen': {
    page: page(
      `<div style="width:900px;height:100px"><div id="box" class="wait" style="width:100px;height:100px;margin-left:800px;background:#0f0"></div></div>
      <script>${whenSeen('if (isSeen) target.className = ""')}</script>`,
      '.wait { opacity: 0 }',
    ),
    height: 200,
    shows: [[850, 50, green]],
  },
  'content that is skipped in a frame below the window': {
    page: below(
      `<iframe style="display:block;border:0;height:900px" srcdoc="<body style='margin:0'><div style='height:700px'></div><div style='content-visibility:auto;contain-intrinsic-size:300px 100px'><div style='height:100px;background:#0f0'></div></div>"></iframe>`,
    ),
    height: 1200,
    shows: [[10, 1050, green]],
  },
  'a fixed background of a pseudo-element': {
    page: below(
      '<div style="height:400px"></div><div class="far"></div>',
      '.far::before { content: ""; display: block; height: 100px; background: url(/green.svg) fixed no-repeat center/cover }',
    ),
    height: 800,
    shows: [[10, 750, green]],
  },
  'content that is skipped outside the window': {
    page: below(
      '<div style="height:400px"></div><div style="content-visibility:auto;contain-intrinsic-size:300px 100px"><div style="height:100px;background:#0f0"></div></div>',
    ),
    height: 800,
    shows: [[10, 750, green]],
  },
  'a fixed background': {
    page: below(
      '<div style="height:400px"></div><div style="height:100px;background:url(/green.svg) fixed no-repeat center/cover"></div>',
    ),
    height: 800,
    shows: [[10, 750, green]],
  },
  'a page that scrolls inside': {
    page: page(
      `<main style="height:100vh;overflow:auto">${spacer}<div style="height:100px;background:#0f0"></div></main>`,
    ),
    height: 200,
    warns: 'scroller_cut',
  },
  'a page that scrolls inside, expanded': {
    page: page(
      `<div style="position:fixed;inset:0;display:flex;flex-direction:column"><header style="height:40px"></header><main style="flex:1;min-height:0;overflow:auto">${spacer}<div style="height:100px;background:#0f0"></div></main></div>`,
      'html, body { height: 100%; overflow: hidden }',
    ),
    config: { expandScrollers: true },
    height: 440,
    shows: [[10, 430, green]],
  },
  'a body that a dialog has locked': {
    page: page(spacer + spacer, 'html, body { height: 100%; overflow: hidden }'),
    height: 200,
    warns: 'scroller_cut',
  },
  'a body that a dialog has locked, expanded': {
    page: page(
      `${spacer}<div style="height:100px;background:#0f0"></div>`,
      'html, body { height: 100%; overflow: hidden }',
    ),
    config: { expandScrollers: true },
    height: 400,
    shows: bottom,
  },
  'a window as tall as the page': {
    page: page(
      `${spacer}${spacer}<div style="position:fixed;inset:0;background:#0f0;z-index:-1"></div><script>addEventListener('scroll', () => console.log('scrolled'))</script>`,
      'body { background: none }',
    ),
    config: { window: 'page' },
    height: 600,
    shows: [
      [10, 10, green],
      [10, 590, green],
    ],
  },
  'a page that grows with its window': {
    page: page(
      '<div style="height:100vh;background:#0f0"></div><div class="room"></div><div style="height:50vh"></div>',
    ),
    config: { window: 'page' },
    height: 600,
    shows: [
      [10, 190, green],
      [10, 210, '#ffffff'],
    ],
    warns: 'window_kept',
  },
  'a frame of another origin below the window': {
    page: below(foreignFrame),
    height: 400,
    shows: [[10, 350, green]],
  },
  'a frame of another origin below a part as high as the window': {
    page: page(
      `<div style="height:100vh"></div><div class="room" style="background:#0f0"></div>${foreignFrame}`,
    ),
    height: 600,
    warns: 'frame_not_drawn',
  },
  'a page that does not read what it fetches': {
    page: page(`<div id="box" class="box"></div><script>
      fetch('/batch').then((answer) => { if (answer.ok) box.style.background = '#0f0' }); fetch('/batch', { method: 'POST' })</script>`),
    height: 200,
    shows: [[10, 50, green]],
  },
  'a page that is not scrolled': {
    page: below(
      `<div id="box" class="box"></div><script>addEventListener('scroll', () => console.log('scrolled')); ${whenSeen('if (isSeen) target.style.background = "#0f0"')}</script>`,
    ),
    config: { scroll: false },
    height: 400,
    shows: [[10, 350, red]],
  },
  'a window that is not scrolled': {
    page: page(
      `${spacer}${spacer}<script>addEventListener('scroll', () => console.log('scrolled'))</script>`,
    ),
    config: { fullPage: false },
    height: 200,
  },
  'a window that is scrolled because it is asked for': {
    page: page(
      `<div id="top" class="box"></div>${spacer}${spacer}<script>addEventListener('scroll', () => top.style && (document.getElementById('top').style.background = '#0f0'))</script>`,
    ).replaceAll('top.style && ', ''),
    config: { fullPage: false, scroll: true },
    height: 200,
    shows: [[10, 50, green]],
  },
};

const names = Object.keys(cases);
const repeats = 4;
let site: PageServer;
let capturer: Capturer;
const captured = new Map<string, CapturedPage[]>();

beforeAll(async () => {
  const svg = (height: number): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="${height}"><rect width="100%" height="100%" fill="#0f0"/></svg>`;
  const svgPage = (height: number) => (_request: unknown, response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(svg(height));
  let batches = 0;
  site = await servePages({
    '/page': (request, response) => {
      const name = decodeURIComponent(request.url!.split('?')[1]!);
      response.writeHead(200, { 'content-type': 'text/html' }).end(cases[name]!.page);
    },
    '/batch': (_request, response) =>
      // The network is never equally fast.
      void setTimeout(() => response.end('[1,2,3]'), 10 + ((batches++ * 37) % 120)),
    '/tall.svg': svgPage(400),
    '/green.svg': svgPage(100),
  });
  capturer = createCapturer({ concurrency: 8 });
  const again = (name: string): number => (name.startsWith('a feed') ? repeats : 1);
  await Promise.all(
    names.flatMap((name) =>
      Array.from({ length: again(name) }, async () => {
        const outcome = await capturer.capture({
          url: site.url(`/page?${encodeURIComponent(name)}`),
          config: { viewportSize: window, ...cases[name]!.config },
        });
        if (!outcome.ok) throw new Error(`${name}: ${outcome.failure.message}\n${outcome.log}`);
        captured.set(name, [...(captured.get(name) ?? []), outcome]);
      }),
    ),
  );
  // All captures of this file are made here: on a slow machine they take more than a minute.
});

afterAll(async () => {
  await capturer.close();
  await site.close();
});

describe('the whole page', () => {
  test.each(names)('nothing is lost and nothing is added: %s', async (name) => {
    const { height, shows = [], warns } = cases[name]!;
    const all = captured.get(name)!;
    const [first] = all;
    const image = await decodeImage(first!.image);
    expect(image.height, first!.log).toBe(height);
    for (const [x, y, color] of shows) expect(image.colour(x, y), first!.log).toBe(color);
    // Some of these pages have one color.
    const codes = first!.warnings.map(({ code }) => code).filter((code) => code !== 'blank');
    expect(codes).toEqual(warns === undefined ? [] : [warns]);
    expect(first!.log).not.toContain('log: scrolled');
    const digests = all.map(({ image: bytes }) => createHash('sha1').update(bytes).digest('hex'));
    expect(new Set(digests).size).toBe(1);
  });
});
