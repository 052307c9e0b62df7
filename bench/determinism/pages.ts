import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import { latePages } from './late-pages.ts';
import { page, repeat, text, words } from './writing.ts';

/** One page of the determinism study. */
export interface StudyPage {
  name: string;
  /** What it tests, in a few words. */
  about: string;
  /** Body of the page, or its request handler. */
  html: string | ((request: IncomingMessage, response: ServerResponse) => void);
  /** The documented countermeasure, for a page that is not stable by itself. */
  countermeasure?: CaptureConfig;
}

const answer =
  (
    type: string,
    make: () => string,
    delayMs = 0,
  ): ((request: IncomingMessage, response: ServerResponse) => void) =>
  (_request, response) =>
    void setTimeout(() => response.writeHead(200, { 'content-type': type }).end(make()), delayMs);

let visits = 0;

/** Resources that pages load besides images and the font. */
export const parts: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/data.json': answer('application/json', () => JSON.stringify(words), 250),
  '/ping': answer('text/plain', () => 'pong'),
  // The network is never equally fast.
  '/batch': (_request, response) =>
    void setTimeout(
      () => response.end(JSON.stringify(words.slice(0, 10))),
      20 + Math.floor(Math.random() * 140),
    ),
  '/inner.html': answer('text/html', () => page(`<div class="card">${text(30)}</div>`)),
};

export const pages: readonly StudyPage[] = [
  // Still
  {
    name: 'text',
    about: 'plain text',
    html: page(repeat(12, (i) => `<h2>${text(3, i)}</h2><p>${text(80, i)}</p>`)),
  },
  {
    name: 'cards',
    about: 'grid, borders, shadows',
    html: page(`<div class="grid">${repeat(40, (i) => `<div class="card">${text(20, i)}</div>`)}</div>`),
  },
  {
    name: 'table',
    about: 'table of 200 rows',
    html: page(
      `<table border="1">${repeat(200, (i) => `<tr><td>${i}<td>${text(4, i)}<td>${i * 37}</tr>`)}</table>`,
    ),
  },
  {
    name: 'form',
    about: 'form controls',
    html: page(
      '<form><input value="a"><input type="checkbox" checked><input type="radio" checked><input type="range"><input type="color" value="#3366ff"><select><option>one</select><textarea>x</textarea><progress value=".4"></progress><meter value=".7"></meter><button>ok</button></form>',
    ),
  },
  {
    name: 'svg',
    about: 'inline SVG',
    html: page(
      `<svg width="900" height="600">${repeat(60, (i) => `<circle cx="${40 + (i % 12) * 72}" cy="${60 + Math.floor(i / 12) * 110}" r="${20 + (i % 7) * 4}" fill="hsl(${i * 17} 70% 50%)" opacity=".7"/>`)}</svg>`,
    ),
  },
  {
    name: 'gradients',
    about: 'gradients and shadows',
    html: page(
      repeat(
        12,
        (i) =>
          `<div class="card" style="height:120px;background:linear-gradient(${i * 30}deg,hsl(${i * 40} 80% 60%),#fff),radial-gradient(#000,#fff)"></div>`,
      ),
    ),
  },
  {
    name: 'filters',
    about: 'filters, blending, clip paths',
    html: page(
      repeat(
        8,
        (i) =>
          `<div style="height:120px;margin:10px;background:hsl(${i * 45} 80% 50%);filter:blur(${i}px) hue-rotate(${i * 20}deg);mix-blend-mode:multiply;clip-path:polygon(0 0,100% 10%,90% 100%,5% 90%);transform:rotate(${i - 4}deg)">${text(20, i)}</div>`,
      ),
    ),
  },
  {
    name: 'scripts',
    about: 'writing systems and emoji',
    html: page(
      '<p dir="rtl">שלום עולם مرحبا بالعالم</p><p>日本語 中文 한국어 ελληνικά русский</p><p>😀 👩‍🚀 ❤️ 🏳️‍🌈 → ∑ ∫ √</p><p style="writing-mode:vertical-rl;height:200px">vertical 縦書き</p>',
    ),
  },
  {
    name: 'columns',
    about: 'columns and hyphens',
    html: page(`<div style="columns:4;hyphens:auto">${text(600)}</div>`),
  },
  {
    name: 'tall',
    about: '12,000 px tall',
    html: page(
      repeat(
        240,
        (i) => `<div style="height:50px;background:hsl(${i * 11} 60% 80%)">${i} ${text(6, i)}</div>`,
      ),
    ),
  },
  {
    name: 'wide',
    about: 'wider than the viewport',
    html: page(`<div style="width:2600px;background:linear-gradient(90deg,red,blue)">${text(60)}</div>`),
  },
  {
    name: 'frames',
    about: 'frames',
    html: page(
      '<iframe src="/inner.html" width="600" height="200"></iframe><iframe srcdoc="<h1>srcdoc</h1>" sandbox></iframe>',
    ),
  },

  // Images
  {
    name: 'photos',
    about: 'scaled photos (JPEG)',
    html: page(
      `<div class="grid">${repeat(12, (i) => `<img src="/photo.jpg?${i}" width="${180 + i * 11}">`)}</div>`,
    ),
  },
  {
    name: 'images',
    about: 'PNG, WebP and background images',
    html: page(
      `<img src="/photo.png" width="333"><img src="/photo.webp" width="411"><div style="height:300px;background:url(/photo.jpg?bg) center/cover"></div>`,
    ),
  },
  {
    name: 'slow-image',
    about: 'an image that comes after 600 ms',
    html: page('<img src="/slow.jpg" width="500"><p>below</p>'),
  },
  {
    name: 'lazy',
    about: 'loading="lazy" far below',
    html: page(
      repeat(
        8,
        (i) =>
          `<div style="height:900px">${text(20, i)}</div><img loading="lazy" src="/photo.jpg?lazy${i}" width="400" height="300">`,
      ),
    ),
  },
  {
    name: 'lazy-observer',
    about: 'images put in by an IntersectionObserver',
    html: page(
      `${repeat(8, (i) => `<div style="height:900px">${text(20, i)}</div><img data-src="/photo.jpg?seen${i}" width="400" height="300">`)}<script>const o = new IntersectionObserver((entries) => entries.forEach((e) => { if (e.isIntersecting) { e.target.src = e.target.dataset.src; o.unobserve(e.target); } })); document.querySelectorAll('[data-src]').forEach((i) => o.observe(i))</script>`,
    ),
  },
  {
    name: 'gif',
    about: 'animated GIF',
    html: page('<img src="/moving.gif" width="300"><img src="/moving.webp" width="300">'),
  },
  {
    name: 'video',
    about: 'video with a poster',
    html: page(
      '<video poster="/photo.jpg?poster" width="640" height="360" controls muted autoplay loop></video><video width="320" height="180" controls></video>',
    ),
  },

  // Fonts
  {
    name: 'font',
    about: 'web font, swapped in',
    html: page(
      `<style>@font-face { font-family: study; src: url(/font.ttf?delay=300); font-display: swap } h1 { font: 60px study }</style><h1>${text(12)}</h1>`,
    ),
  },
  {
    name: 'font-late',
    about: 'web font first used by a script',
    html: page(
      `<style>@font-face { font-family: study; src: url(/font.ttf?delay=100) } .on { font: 40px study }</style><p id="p">${text(12)}</p><script>setTimeout(() => p.className = 'on', 400)</script>`,
    ),
  },

  // Movement
  {
    name: 'spinner',
    about: 'endless CSS animation',
    html: page(
      '<style>@keyframes turn { to { transform: rotate(1turn) } } @keyframes pulse { 50% { opacity: .2 } } .s { width: 80px; height: 80px; border: 8px solid #ccc; border-top-color: #06c; border-radius: 50%; animation: turn 1s linear infinite } .p { animation: pulse 2s infinite }</style><div class="s"></div><p class="p">loading</p>',
    ),
  },
  {
    name: 'fade-in',
    about: 'CSS animations that end',
    html: page(
      `<style>@keyframes in { from { opacity: 0; transform: translateY(40px) } } .card { animation: in 2s both }</style>${repeat(8, (i) => `<div class="card" style="animation-delay:${i * 0.3}s">${text(15, i)}</div>`)}`,
    ),
  },
  {
    name: 'transition',
    about: 'transitions started by load',
    html: page(
      `<style>.card { transition: all 3s; background: #fff } .on .card { background: #fc6; margin-left: 200px }</style>${repeat(6, (i) => `<div class="card">${text(15, i)}</div>`)}<script>addEventListener('load', () => requestAnimationFrame(() => document.body.className = 'on'))</script>`,
    ),
  },
  {
    name: 'web-animation',
    about: 'Web Animations, also in a shadow tree',
    html: page(
      `<div id="a" class="card">${text(10)}</div><x-box></x-box><script>a.animate([{ marginLeft: 0 }, { marginLeft: '500px' }], { duration: 1500, iterations: Infinity, direction: 'alternate' }); const r = document.querySelector('x-box').attachShadow({ mode: 'open' }); r.innerHTML = '<style>@keyframes k { to { background: red } } div { height: 60px; background: blue; animation: k 1s infinite }</style><div></div>'</script>`,
    ),
  },
  {
    name: 'smil',
    about: 'SVG animation',
    html: page(
      '<svg width="400" height="200"><rect width="40" height="40"><animate attributeName="x" from="0" to="360" dur="2s" repeatCount="indefinite"/></rect></svg><svg width="400" height="200"><circle r="5" cx="100" cy="100"><animate attributeName="r" from="5" to="90" dur="1s" fill="freeze"/></circle></svg>',
    ),
  },
  {
    name: 'caret',
    about: 'focused field with a caret',
    html: page(
      '<input autofocus value="typing"><textarea>x</textarea><div contenteditable>edit</div><style>input { font-size: 40px }</style>',
    ),
  },
  {
    name: 'sticky',
    about: 'sticky header, fixed footer',
    html: page(
      `<div style="position:sticky;top:0;background:#fff;padding:12px;border-bottom:1px solid">head</div>${repeat(40, (i) => `<p>${text(40, i)}</p>`)}<div style="position:fixed;bottom:0;left:0;right:0;background:#246;color:#fff;padding:12px">foot</div>`,
    ),
  },
  {
    name: 'reveal',
    about: 'parts revealed by scrolling, with transitions',
    html: page(
      `<style>.card { opacity: 0; transform: translateY(60px); transition: all 1s; height: 400px } .card.seen { opacity: 1; transform: none }</style>${repeat(10, (i) => `<div class="card">${text(20, i)}</div>`)}<script>const o = new IntersectionObserver((es) => es.forEach((e) => e.isIntersecting && e.target.classList.add('seen'))); document.querySelectorAll('.card').forEach((c) => o.observe(c))</script>`,
    ),
  },
  {
    name: 'parallax',
    about: 'a script that follows scrolling',
    html: page(
      `<div id="b" style="height:300px;background:linear-gradient(90deg,#fc0,#06f)"></div>${repeat(30, (i) => `<p>${text(40, i)}</p>`)}<script>addEventListener('scroll', () => b.style.marginLeft = scrollY / 10 + 'px')</script>`,
    ),
  },

  // Late content
  ...latePages,

  // Not stable by themselves
  {
    name: 'clock',
    about: 'shows the time',
    html: page(
      `<h1 id="t"></h1><script>const show = () => t.textContent = new Date().toISOString(); show(); setInterval(show, 10)</script>`,
    ),
    countermeasure: { freezeTime: true },
  },
  {
    name: 'random',
    about: 'random content',
    html: page(
      `<div id="r" class="grid"></div><script>for (let i = 0; i < 40; i++) r.innerHTML += '<div class="card" style="background:hsl(' + Math.random() * 360 + ' 60% 80%)">' + crypto.randomUUID() + '</div>'</script>`,
    ),
    countermeasure: { seedRandom: true },
  },
  {
    name: 'canvas',
    about: 'canvas drawn in animation frames',
    html: page(
      `<canvas id="c" width="600" height="400"></canvas><script>const x = c.getContext('2d'); (function draw(now) { x.fillStyle = 'hsl(' + now / 10 + ' 80% 60%)'; x.fillRect((now / 3) % 560, 100 + 80 * Math.sin(now / 200), 40, 40); requestAnimationFrame(draw) })(0)</script>`,
    ),
    countermeasure: { freezeTime: true },
  },
  {
    name: 'frames-script',
    about: 'elements moved in animation frames',
    html: page(
      `<div id="m" style="position:absolute;width:60px;height:60px;background:#c06"></div><script>const start = performance.now(); (function step() { m.style.left = ((performance.now() - start) / 4) % 900 + 'px'; requestAnimationFrame(step) })()</script>`,
    ),
    countermeasure: { freezeTime: true },
  },
  {
    name: 'carousel',
    about: 'carousel that moves on by itself',
    html: page(
      `<style>#w { width: 600px; overflow: hidden } #s { display: flex; transition: transform .3s } #s div { flex: 0 0 600px; height: 300px; font-size: 80px }</style><div id="w"><div id="s">${repeat(5, (i) => `<div style="background:hsl(${i * 70} 70% 70%)">${i}</div>`)}</div></div><script>let i = 0; setInterval(() => s.style.transform = 'translateX(' + -600 * (++i % 5) + 'px)', 150)</script>`,
    ),
    countermeasure: { freezeTime: true },
  },
  {
    name: 'counter',
    about: 'the server counts visits',
    html: (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(page(`<p>Visits: <b id="n">${++visits}</b></p><p>${text(60)}</p>`)),
    countermeasure: { mask: ['#n'], injectCss: '#n { display: inline-block; width: 4em }' },
  },
];
