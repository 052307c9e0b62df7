/**
 * Varied pages generated from their number: ten kinds in turn, with different texts, colors and lengths. All of them
 * settle by themselves (no clock, no endless random content), some of them slowly.
 */
import { randomFrom } from './images.ts';

type Random = () => number;

const words =
  'quiet harbour glass lantern river copper window orchard letter stone garden signal paper winter bridge market silver thread kitchen morning engine field shadow ticket cloud barrel candle valley mirror anchor'.split(
    ' ',
  );

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const between = (random: Random, low: number, high: number) => low + Math.floor(random() * (high - low + 1));

function sentence(random: Random, length = between(random, 8, 18)): string {
  const text = Array.from({ length }, () => pick(random, words)).join(' ');
  return text[0]!.toUpperCase() + text.slice(1) + '.';
}

const paragraph = (random: Random) =>
  `<p>${Array.from({ length: between(random, 3, 6) }, () => sentence(random)).join(' ')}</p>`;

const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join('\n');

interface Kind {
  name: string;
  body: (random: Random, seed: number) => string;
  style?: string;
}

const kinds: readonly Kind[] = [
  {
    name: 'article',
    body: (random) =>
      repeat(
        between(random, 3, 7),
        () => `<h2>${sentence(random, 4)}</h2>${repeat(between(random, 2, 4), () => paragraph(random))}`,
      ),
  },
  {
    name: 'lazy shop',
    style:
      '.grid{display:grid;grid-template-columns:repeat(4,1fr);gap:20px}.grid img{width:100%;aspect-ratio:3/2;background:#eee}',
    body: (random, seed) =>
      `<div class="grid">${repeat(between(random, 16, 28), (i) => `<div><img loading="lazy" src="/photo/${(seed + i) % 6}.png?delay=${between(random, 0, 120)}&n=${i}"><b>${sentence(random, 2)}</b><br>€${between(random, 5, 90)}</div>`)}</div>`,
  },
  {
    name: 'dashboard',
    style:
      'table{width:100%;border-collapse:collapse;margin-top:20px}td,th{border-bottom:1px solid #ddd;padding:6px;text-align:left}.charts{display:flex;gap:20px}svg{flex:1;background:#f4f6f8;border-radius:8px}',
    body: (random) =>
      `<div class="charts">${repeat(3, () => `<svg viewBox="0 0 300 120"><polyline fill="none" stroke="#0a6" stroke-width="2" points="${repeat(30, (i) => `${i * 10},${between(random, 10, 110)}`)}"/></svg>`)}</div><table><tr><th>Name<th>Place<th>Value<th>Change</tr>${repeat(between(random, 25, 60), () => `<tr><td>${sentence(random, 2)}<td>${pick(random, words)}<td>${between(random, 100, 9999)}<td>${between(random, -40, 40)} %</tr>`)}</table>`,
  },
  {
    name: 'animated landing',
    style:
      '@keyframes pulse{50%{transform:scale(1.15);opacity:.6}}@keyframes turn{to{transform:rotate(360deg)}}@keyframes rise{from{opacity:0;transform:translateY(40px)}}.dot{width:80px;height:80px;border-radius:40px;background:#b4532a;animation:pulse 1.3s infinite}.wheel{width:60px;height:60px;border:6px dashed #468;border-radius:50%;animation:turn 2s linear infinite}section{animation:rise .6s ease-out both}section:nth-of-type(2){animation-delay:.2s}section:nth-of-type(3){animation-delay:.4s}',
    body: (random) =>
      `<div class="dot"></div><div class="wheel"></div>${repeat(3, () => `<section><h2>${sentence(random, 4)}</h2>${paragraph(random)}</section>`)}`,
  },
  {
    name: 'form with caret',
    style:
      'label{display:block;margin:12px 0}input,textarea{display:block;width:420px;padding:8px;font:16px sans-serif}',
    body: (random) =>
      `<form>${repeat(between(random, 4, 9), (i) => `<label>${sentence(random, 2)}<input ${i === 0 ? 'autofocus' : ''} value="${pick(random, words)}"></label>`)}<textarea rows="5">${sentence(random)}</textarea><p><button>${pick(random, words)}</button></p></form>`,
  },
  {
    name: 'photo gallery',
    style: '.photos{columns:3;gap:14px}.photos img{width:100%;margin-bottom:14px;border-radius:8px}',
    body: (random, seed) =>
      `<div class="photos">${repeat(between(random, 9, 15), (i) => `<img src="/photo/${(seed + i) % 6}.png?n=${i}">`)}</div><img src="/blink.gif" width="40" height="40">`,
  },
  {
    name: 'late data',
    style: 'li.skeleton{background:#e8e8e8;height:22px;margin:6px 0;list-style:none}',
    body: (random) => {
      const rows = between(random, 12, 30);
      const delay = between(random, 120, 380);
      return `<ul id="list">${repeat(8, () => '<li class="skeleton"></li>')}</ul>
<script>addEventListener('load',()=>fetch('/data.json?rows=${rows}&delay=${delay}').then(r=>r.json()).then(rows=>{
document.getElementById('list').innerHTML=rows.map(row=>'<li>'+row+'</li>').join('')}))</script>`;
    },
  },
  {
    name: 'long page with a sticky header',
    style:
      'nav{position:sticky;top:0;background:#223;color:#fff;padding:14px;z-index:2}.up{position:fixed;right:20px;bottom:20px;background:#b4532a;color:#fff;padding:10px}',
    body: (random) =>
      `<nav>${sentence(random, 5)}</nav>${repeat(between(random, 14, 24), () => `<h2>${sentence(random, 3)}</h2>${paragraph(random)}${paragraph(random)}`)}<div class="up">Up</div>`,
  },
  {
    name: 'fade in on scroll',
    style:
      '.card{opacity:0;transform:translateY(30px);transition:all .5s;padding:30px;margin:24px 0;background:#f2ede4;border-radius:12px}.card.seen{opacity:1;transform:none}',
    body: (random) =>
      `${repeat(between(random, 6, 11), () => `<div class="card"><h3>${sentence(random, 3)}</h3>${paragraph(random)}</div>`)}
<script>const watch=new IntersectionObserver(entries=>entries.forEach(entry=>{if(entry.isIntersecting)entry.target.classList.add('seen')}));
document.querySelectorAll('.card').forEach(card=>watch.observe(card))</script>`,
  },
  {
    name: 'numbers that count up',
    style:
      '.numbers{display:flex;gap:40px;font-size:48px;font-family:monospace}.bar{height:16px;background:#5e7a66;margin:10px 0}',
    body: (random) =>
      `<div class="numbers">${repeat(3, () => `<span data-to="${between(random, 100, 9000)}">0</span>`)}</div>${repeat(6, () => `<div class="bar" style="width:${between(random, 10, 95)}%"></div>`)}${repeat(4, () => paragraph(random))}
<script>const start=performance.now();const spans=[...document.querySelectorAll('[data-to]')];
(function step(now){const part=Math.min(1,(now-start)/${between(random, 300, 700)});
spans.forEach(span=>span.textContent=Math.round(span.dataset.to*Math.max(0,part)));if(part<1)requestAnimationFrame(step)})(start)</script>`,
  },
];

/** The HTML of page `index` (0 …); deterministic. */
export function pageHtml(index: number): string {
  const kind = kinds[index % kinds.length]!;
  const random = randomFrom(index + 1);
  const title = sentence(random, 3);
  const hue = between(random, 0, 359);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">
<style>body{margin:0;font:16px/1.55 sans-serif;color:#222}header{padding:36px 60px;background:hsl(${hue} 45% 88%)}main{padding:24px 60px}h1{margin:0}
${kind.style ?? ''}</style></head>
<body><header><h1>${title}</h1>${kind.name}, page ${index}</header><main>
${kind.body(random, index)}
</main></body></html>
`;
}
