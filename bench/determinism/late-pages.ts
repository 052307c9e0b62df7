import type { StudyPage } from './pages.ts';
import { page, repeat, text } from './writing.ts';

const blob = (script: string): string =>
  `new Worker(URL.createObjectURL(new Blob([${JSON.stringify(script)}])))`;
const tall = repeat(30, (i) => `<p>${text(40, i)}</p>`);
const boxes = (count: number): string => repeat(count, (i) => `<div class="card">${text(20, i)}</div>`);

/** Pages that show what they are late, or only where they are looked at. None needs a countermeasure. */
export const latePages: readonly StudyPage[] = [
  {
    name: 'late-fetch',
    about: 'data fetched 300 ms after load',
    html: page(
      `<ul id="l"></ul><script>addEventListener('load', () => setTimeout(async () => { for (const w of await (await fetch('/data.json')).json()) l.innerHTML += '<li>' + w }, 300))</script>`,
    ),
  },
  {
    name: 'late-parts',
    about: 'content put in bit by bit',
    html: page(
      `<div id="d"></div><script>let n = 0; (function add() { d.insertAdjacentHTML('beforeend', '<p class="card">part ' + n + '</p>'); if (++n < 9) setTimeout(add, 80) })()</script>`,
    ),
  },
  {
    name: 'components',
    about: 'custom elements rendered in promises',
    html: page(
      `${repeat(30, (i) => `<x-card n="${i}"></x-card>`)}<script>customElements.define('x-card', class extends HTMLElement { async connectedCallback() { await null; const r = this.attachShadow({ mode: 'open' }); await new Promise((f) => setTimeout(f, 20 * (this.getAttribute('n') % 5))); r.innerHTML = '<p style="border:1px solid">card ' + this.getAttribute('n') + '</p>' } })</script>`,
    ),
  },
  {
    name: 'polling',
    about: 'a page that never stops asking',
    html: page(
      `<h1>polling</h1><p>${text(60)}</p><script>setInterval(() => fetch('/ping?' + performance.now()), 100)</script>`,
    ),
  },
  {
    name: 'banner',
    about: 'a banner after 1.3 s',
    html: page(
      `<h1>Shop</h1>${tall}<script>setTimeout(() => document.body.insertAdjacentHTML('afterbegin', '<div style="background:#fc0;padding:30px">We use cookies</div>'), 1300)</script>`,
    ),
  },
  {
    name: 'chat',
    about: 'a chat button after 2.4 s, which is never seen',
    html: page(
      `${tall}<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<div style="position:fixed;right:20px;bottom:20px;background:#06c;padding:30px">Chat</div>'), 2400)</script>`,
    ),
  },
  {
    name: 'timer-chain',
    about: 'parts that set a timer for the next, five of which are in time',
    html: page(
      `<div id="d"></div><script>let n = 0; (function add() { d.insertAdjacentHTML('beforeend', '<p class="card">part ' + n++ + '</p>'); setTimeout(add, 390) })()</script>`,
    ),
  },
  {
    name: 'feed',
    about: 'an endless list behind an unsteady network',
    html: page(
      `<ul id="l"></ul><div id="end" style="height:10px"></div><style>li { height: 120px; border-bottom: 1px solid #999 }</style><script>let n = 0, busy = false;
      async function more() { if (busy || n > 30) return; busy = true; const r = await (await fetch('/batch?n=' + n++)).json(); for (const t of r) l.insertAdjacentHTML('beforeend', '<li>' + t); busy = false; o.unobserve(end); o.observe(end) }
      const o = new IntersectionObserver((e) => { if (e.some((x) => x.isIntersecting)) more() }); o.observe(end)</script>`,
    ),
  },
  {
    name: 'feed-scroll',
    about: 'a list that grows with scrolling',
    html: page(
      `<main id="m">${boxes(20)}</main><script>let n = 0; addEventListener('scroll', async () => { if (innerHeight + scrollY < document.documentElement.scrollHeight - 300 || n > 9) return;
      n++; const r = await (await fetch('/batch?n=' + n)).json(); for (const t of r) { const e = document.createElement('div'); e.className = 'card'; e.textContent = t; m.append(e) } })</script>`,
    ),
  },
  {
    name: 'fade-interval',
    about: 'faded in by an interval, after a delay',
    html: page(
      `<div id="b" class="card" style="opacity:0;background:#0a0">${text(30)}</div><script>onload = () => { const s = Date.now() + 300; const i = setInterval(() => { const k = Math.min(1, Math.max(0, (Date.now() - s) / 600)); b.style.opacity = k; if (k >= 1) clearInterval(i) }, 13) }</script>`,
    ),
  },
  {
    name: 'count-up',
    about: 'a number that counts up by an interval',
    html: page(
      `<h1 id="n">0</h1><script>let v = 0; const i = setInterval(() => { n.textContent = v += 7; if (v >= 420) clearInterval(i) }, 20)</script>`,
    ),
  },
  {
    name: 'typing',
    about: 'text typed letter by letter',
    html: page(
      `<h2 id="t"></h2><script>const all = 'Always the same picture'; let i = 0; (function type() { t.textContent = all.slice(0, ++i); if (i < all.length) setTimeout(type, 45) })()</script>`,
    ),
  },
  {
    name: 'ticker',
    about: 'an interval that moves something for ever',
    html: page(
      `<div style="overflow:hidden"><span id="t" style="display:inline-block;white-space:nowrap">${text(60)}</span></div><script>let x = 0; setInterval(() => t.style.transform = 'translateX(' + -(x += 3) + 'px)', 50)</script>`,
    ),
  },
  {
    name: 'chart',
    about: 'a chart that begins to draw after 400 ms',
    html: page(
      `<canvas id="c" width="600" height="300"></canvas><script>const x = c.getContext('2d'); let s; function f(t) { s ??= t; const k = Math.min(1, Math.max(0, (t - s - 400) / 800)); x.clearRect(0, 0, 600, 300); x.fillStyle = '#06c'; [1, 2, 3, 4, 5].forEach((v, i) => x.fillRect(20 + i * 110, 300 - v * 50 * k, 80, v * 50 * k)); if (k < 1) requestAnimationFrame(f) } requestAnimationFrame(f)</script>`,
    ),
  },
  {
    name: 'frames-svg',
    about: 'an SVG drawn in animation frames for 1.5 s',
    html: page(
      `<svg width="600" height="200"><circle id="o" r="10" cx="20" cy="100" fill="#c06"/></svg><script>let s; requestAnimationFrame(function f(t) { s ??= t; const k = Math.min(1, (t - s) / 1500); o.setAttribute('cx', 20 + 560 * k); o.setAttribute('r', 10 + 40 * k); if (k < 1) requestAnimationFrame(f) })</script>`,
    ),
  },
  {
    name: 'worker',
    about: 'the result of a worker that computes',
    html: page(
      `<h1 id="o">computing…</h1><script>${blob('const e = performance.now() + 400; while (performance.now() < e); postMessage("done")')}.onmessage = (e) => o.textContent = e.data</script>`,
    ),
  },
  {
    name: 'worker-talk',
    about: 'a worker that is asked and fetches',
    html: page(
      `<ul id="l"></ul><script>const w = ${blob('onmessage = async ({ data }) => { for (const t of await (await fetch(data)).json()) { postMessage(t); await new Promise((f) => setTimeout(f, 30)) } }')}; w.onmessage = (e) => l.innerHTML += '<li>' + e.data; w.postMessage(location.origin + '/data.json')</script>`,
    ),
  },
  {
    name: 'idle',
    about: 'hydrated in idle time',
    html: page(
      `<h1 id="o">not hydrated</h1><script>requestIdleCallback(() => setTimeout(() => requestIdleCallback(() => { const i = new Image; i.onload = () => o.replaceWith(i); i.src = '/slow.jpg?idle' }), 200))</script>`,
    ),
  },
  {
    name: 'slices',
    about: 'rendered in slices, by messages',
    html: page(
      `<div id="d"></div><script>const { port1, port2 } = new MessageChannel(); let n = 0; const made = document.createElement('div'); port2.onmessage = () => { const e = performance.now() + 5; while (performance.now() < e); made.insertAdjacentHTML('beforeend', '<p class="card">' + n + '</p>'); if (++n < 40) port1.postMessage(0); else d.append(made) }; port1.postMessage(0)</script>`,
    ),
  },
  {
    name: 'skeletons',
    about: 'placeholders replaced when they are seen',
    html: page(
      `${repeat(8, (i) => `<div class="card wait" data-n="${i}" style="height:300px;background:#eee"></div>`)}<script>const o = new IntersectionObserver((es) => es.forEach(async (e) => { if (!e.isIntersecting) return; o.unobserve(e.target); await (await fetch('/batch?n=' + e.target.dataset.n)).json(); const c = document.createElement('div'); c.className = 'card'; c.style.height = '340px'; c.textContent = 'loaded ' + e.target.dataset.n; e.target.replaceWith(c) })); document.querySelectorAll('.wait').forEach((e) => o.observe(e))</script>`,
    ),
  },
  {
    name: 'reveal-both',
    about: 'parts that show only inside the window',
    html: page(
      `<style>.card { opacity: 0; transition: opacity .5s; height: 300px } .card.seen { opacity: 1 }</style>${boxes(10)}<script>const o = new IntersectionObserver((es) => es.forEach((e) => e.target.classList.toggle('seen', e.isIntersecting))); document.querySelectorAll('.card').forEach((c) => o.observe(c))</script>`,
    ),
  },
  {
    name: 'skipped',
    about: 'content-visibility: auto',
    html: page(
      `<style>section { content-visibility: auto; contain-intrinsic-size: auto 500px }</style>${repeat(10, (i) => `<section><h2>${text(3, i)}</h2><p>${text(200, i)}</p></section>`)}`,
    ),
  },
  {
    name: 'fixed-background',
    about: 'fixed backgrounds',
    html: page(
      repeat(
        5,
        (i) =>
          `<p>${text(80, i)}</p><div style="height:400px;background:url(/photo.jpg?fixed) fixed center/cover"></div>`,
      ),
    ),
  },
  {
    name: 'hiding-header',
    about: 'a header that hides on the way down, and a pop-up half way',
    html: page(
      `<style>#h { position: sticky; top: 0; background: #246; color: #fff; padding: 12px; transition: transform .3s } #h.up { transform: translateY(-100%) } #m { display: none; position: fixed; inset: 20%; background: #fc6 } #m.on { display: block }</style><header id="h">head</header><div id="m">Subscribe!</div>${tall}${tall}<script>let y = 0; addEventListener('scroll', () => { h.classList.toggle('up', scrollY > y); y = scrollY; if (scrollY > 900) m.classList.add('on') })</script>`,
    ),
  },
  {
    name: 'shell',
    about: 'a page that scrolls inside',
    html: page(
      `<style>body { margin: 0 } main { height: 100vh; overflow: auto }</style><main>${tall}</main>`,
    ),
  },
  {
    name: 'dialog',
    about: 'a modal dialog and a popover, opened late',
    html: page(
      `<p>${text(90)}</p><dialog id="g"><p>${text(12)}</p></dialog><div id="v" popover>${text(6)}</div><script>setTimeout(() => g.showModal(), 500); setTimeout(() => v.showPopover(), 700)</script>`,
    ),
  },
  {
    name: 'frames-late',
    about: 'frames that change late, in a shadow tree too',
    html: page(
      `<iframe width="500" srcdoc="<h1 id=o>wait</h1><script>setTimeout(() => o.textContent = 'frame is ready', 900)</script>"></iframe><div id="s"></div><script>s.attachShadow({ mode: 'closed' }).innerHTML = '<iframe srcdoc="<p>in a shadow tree</p>"></iframe><p>x</p>'</script>`,
    ),
  },
  {
    name: 'polling-chain',
    about: 'asks again and again, and shows the answer',
    html: page(
      `<h1 id="o">…</h1><p>${text(60)}</p><script>(async function ask() { o.textContent = await (await fetch('/ping')).text(); setTimeout(ask, 300) })()</script>`,
    ),
  },
];
