/** Masks cover what can be seen of what they name, and only that; what is hidden or removed is gone. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage } from '../support/image.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

const styles = `<style>
  body { margin: 10px }
  .secret { width: 60px; height: 30px; background: #00ff00 }
</style>`;
const secret = '<div class=secret></div>';
const inTree = (host: string, html: string, mode = 'open'): string =>
  `<script>document.querySelector('${host}').attachShadow({ mode: '${mode}' }).innerHTML = ${JSON.stringify(styles + html)}</script>`;

/** Everything green in them is a `.secret`. */
const secretPages: Record<string, string> = {
  dialog: `${secret}<dialog id=d>${secret}</dialog><div popover id=p style="inset:auto;top:120px;left:20px">${secret}</div>
    <style>dialog::backdrop { background: none }</style><script>d.showModal(); p.showPopover()</script>`,
  tree: `<x-a></x-a>${inTree('x-a', secret)}`,
  zoom: `<style>html { zoom: 1.5 }</style>${secret}<div style="zoom:.5">${secret}</div>`,
  transform: `<div style="transform:scale(2);transform-origin:0 0">${secret}</div>`,
  carousel: `<div style="width:150px;overflow:hidden;display:flex">${'<div class=secret style="flex:none;width:100px"></div>'.repeat(9)}</div>`,
  hidden: `<details><summary>closed</summary>${secret}</details><div style="opacity:0">${secret}</div><div hidden>${secret}</div><p class=secret style="visibility:hidden"></p>`,
  fixed: `<div style="overflow:hidden;width:9px;height:9px"><p class=secret style="position:fixed;right:9px;bottom:9px"></p></div><div style="height:500px"></div>`,
  sticky: `<div style="height:500px"><div class=secret style="position:sticky;top:0"></div></div>`,
  scrolled: `<div id=s style="overflow:auto;height:40px"><div style="height:95px"></div>${secret}<div style="height:300px"></div></div><script>s.scrollTop = 110</script>`,
  clipped: `<div style="clip-path:inset(0 30px 10px 0);width:60px">${secret}</div><p class=secret style="position:absolute;clip:rect(0,0,0,0)"></p>`,
  lines: `<style>body { font: 20px/40px monospace; color: #00ff00 } span.secret { font-size: 12px; background: #00ff00 } em { background: #ff0000; color: #ff0000 } mark { font-size: 20px; background: #ff0000 }</style>
    <div style="width:160px"><em>aaaaaaa</em><span class=secret>bbbb bbbb bbbb bbbb bbbb bbbb</span><em>aa</em></div>
    <div style="width:70px;height:60px;overflow:hidden"><span class=secret>bbbb bbbbbb bbbbbb bbbbbb</span></div>
    <div style="zoom:.5;width:160px;position:absolute;left:200px;top:10px"><em>aaaaaaa</em><span class=secret>bbbb bbbb bbbb bbbb</span></div>`,
  columns: `<div style="columns:2;width:150px;height:60px;column-fill:auto;column-gap:20px"><div style="height:40px"></div><div class=secret style="height:50px"></div></div>`,
  image: `<div style="font:10px/1 monospace;margin-top:60px;color:#00ff00"><a style="background:#00ff00" class=secret>x<i style="display:inline-block;width:40px;height:50px;background:#00ff00"></i><svg width=30 height=30 style="background:#00ff00"></svg></a></div>`,
  flat: `<div class=secret style="height:0;width:auto"><i style="float:left;width:40px;height:30px;background:#00ff00"></i><i style="position:absolute;left:90px;width:40px;height:30px;background:#00ff00"></i></div>
    <p class=secret style="height:0;overflow:hidden">cut</p><x-b class=secret style="display:contents"><i style="display:block;width:40px;height:30px;background:#00ff00"></i></x-b>${inTree('x-b', '<slot></slot><b style="display:block;width:70px;height:9px;background:#00ff00"></b>', 'closed')}
    <x-a class=secret style="display:block;width:0;height:0"></x-a>${inTree('x-a', '<div style="position:absolute;left:9px;top:99px;width:40px;height:30px;background:#00ff00"></div>')}`,
  backdrop: `<style>::backdrop { background: rgb(0 0 0 / 70%) }</style>${secret}`,
  frames: `<iframe src=INNER width=150 height=80></iframe><iframe src="OTHERINNER" width=150 height=80></iframe><iframe sandbox src="OTHERINNER" width=150 height=80></iframe>`,
};

const listens = `${secret}<div id=p popover>popover</div><input id=i><p id=log></p><script>
  for (const type of ['toggle', 'beforetoggle', 'focusout'])
    document.addEventListener(type, () => (document.body.style.background = '#ff0000'), true);
  addEventListener('load', () => {});
</script>`;

const banners = `<style>
    * { transition: all 2s }
    #cc .banner { display: block !important; visibility: visible !important }
    @layer shop { .layered { display: block !important; visibility: visible !important } }
    .gone { background: #ff0000 }
  </style>
  <div id=cc><div class="banner gone" style="visibility:visible!important">banner</div></div>
  <p class="layered gone">layer</p>
  <div class="inline gone" style="display:block!important;visibility:visible!important">inline</div>
  <div class="chat gone">chat <b class=gone style="visibility:visible!important">child</b>
    <iframe srcdoc="<body style='background:#ff0000'>" style="visibility:visible" height=30></iframe><x-c></x-c></div>
  <dialog id=d class=gone>dialog</dialog>
  ${inTree('x-c', '<b style="visibility:visible!important;background:#ff0000">tree</b>', 'closed')}
  <script>
    d.showModal();
    setTimeout(() => document.body.insertAdjacentHTML('afterbegin', '<p class="late gone">late</p>'), 200);
  </script>`;

const fighting = `<p id=x style="background:#ff0000">x</p><script>
  new MutationObserver(() => { if (x.style.display === 'none') x.setAttribute('style', 'background:#ff0000;display:block!important') })
    .observe(x, { attributes: true });
</script>`;

/** In a slot of a tree that has the last word about it. */
const inSlots = (layered: (rules: string) => string): string =>
  ['open', 'closed']
    .map(
      (mode) =>
        `<x-${mode}><p class=gone>slotted</p></x-${mode}>${inTree(
          `x-${mode}`,
          `<style>${layered('::slotted(*) { visibility: visible !important; opacity: 1 !important; display: block !important }')}</style><slot></slot>`,
          mode,
        )}`,
    )
    .join('');
/** Its own styles, of which the tree that it hides has the last word. */
const strongHosts = (layered: (rules: string) => string): string =>
  ['open', 'closed']
    .map(
      (mode) =>
        `<x-${mode}></x-${mode}>${inTree(
          `x-${mode}`,
          `<style>${layered(':host { all: initial !important; display: block !important }')} b { display: block !important; background: #ff0000 }</style><b>tree</b>text`,
          mode,
        )}`,
    )
    .join('');
/** Where in a style sheet the tree's own rules stand. */
const places: Record<string, (rules: string) => string> = {
  'in no layer': (rules) => rules,
  'in a layer': (rules) => `@layer a { ${rules} }`,
  'in a layer without a name, inside another, after an import': (rules) =>
    `@import url("data:text/css,") layer(early); @layer { @layer { ${rules} } }`,
};
/** Each with the selectors of what should be gone. */
const strongTrees: Record<string, [html: string, ...selectors: string[]]> = {};
for (const [place, layered] of Object.entries(places)) {
  strongTrees[`:host with !important ${place}`] = [strongHosts(layered), 'x-open', 'x-closed'];
  strongTrees[`::slotted with !important ${place}`] = [inSlots(layered), '.gone'];
  const rules = layered(':host { all: initial !important; display: block !important }');
  strongTrees[`an adopted sheet with !important ${place}`] = [
    `<x-a></x-a>${inTree('x-a', '<b>tree</b>')}<script>{ const sheet = new CSSStyleSheet();
      sheet.replaceSync(${JSON.stringify(rules.replace(/@import[^;]*;/, ''))});
      document.querySelector('x-a').shadowRoot.adoptedStyleSheets = [sheet] }</script>`,
    'x-a',
  ];
}

let capturer: Capturer;
let other: PageServer;
let site: PageServer;

beforeAll(async () => {
  other = await servePages({ '/inner': styles + secret });
  const pages = { ...secretPages, listens, banners, fighting };
  const written = Object.entries(pages).map(([name, html]) => [
    `/${name}`,
    `<!doctype html><meta charset=utf-8>${styles}${html.replaceAll('OTHERINNER', other.url('/inner')).replaceAll('INNER', '/inner')}`,
  ]);
  site = await servePages({
    '/strong': (request, response) => {
      const [html] = strongTrees[decodeURIComponent(request.url!.split('?')[1]!)]!;
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${html}`);
    },
    ...(Object.fromEntries(written) as Record<string, string>),
    '/inner': styles + secret,
  });
  capturer = createCapturer({ concurrency: 4 });
});

afterAll(async () => {
  await capturer.close();
  await Promise.all([site.close(), other.close()]);
});

async function capture(name: string, config: CaptureConfig) {
  const outcome = await capturer.capture({
    url: site.url(`/${name}`),
    config: { viewportSize: { width: 320, height: 300 }, dom: false, ...config },
  });
  if (!outcome.ok) throw new Error(`${name}: ${outcome.failure.message}\n${outcome.log}`);
  return { ...outcome, decoded: await decodeImage(outcome.image) };
}

test.each(Object.keys(secretPages))(
  'P123: %s: a mask covers what can be seen, to the pixel',
  async (name) => {
    const [bare, masked] = await Promise.all([capture(name, {}), capture(name, { mask: ['.secret'] })]);
    const { width, height } = bare;
    expect([masked.width, masked.height]).toEqual([width, height]);
    const wrong: string[] = [];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const before = bare.decoded.colour(x, y);
        const after = masked.decoded.colour(x, y);
        if (after !== (before === '#00ff00' ? '#ff00ff' : before)) wrong.push(`${x} ${y} ${before} ${after}`);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  },
);

test('the page does not notice its masks', async () => {
  const { decoded } = await capture('listens', { mask: ['.secret'] });
  expect([decoded.colour(15, 15), decoded.colour(300, 290)]).toEqual(['#ff00ff', '#ffffff']);
});

test.each(['hideSelectors', 'removeSelectors'])('%s win over everything a page may say', async (key) => {
  const { decoded, warnings } = await capture('banners', { [key]: ['.gone'] });
  const seen = new Set<string>();
  for (let y = 0; y < decoded.height; y++)
    for (let x = 0; x < decoded.width; x++) seen.add(decoded.colour(x, y));
  expect(seen.has('#ff0000')).toBe(false);
  // Nothing of the page is left.
  expect(warnings.map(({ code }) => code)).toEqual(['blank']);
});

test.concurrent.each(
  ['hideSelectors', 'removeSelectors'].flatMap((key) =>
    Object.keys(strongTrees).map((tree): [key: string, tree: string] => [key, tree]),
  ),
)('P122: %s win over %s, and no warning says otherwise', async (key, tree) => {
  const [, ...selectors] = strongTrees[tree]!;
  const { decoded, warnings, log } = await capture(`strong?${encodeURIComponent(tree)}`, {
    [key]: selectors,
  });
  const seen = new Set<string>();
  for (let y = 0; y < decoded.height; y++)
    for (let x = 0; x < decoded.width; x++) seen.add(decoded.colour(x, y));
  expect([...seen], log).toEqual(['#ffffff']);
  // Nothing of the page is left.
  expect(warnings.map(({ code }) => code)).toEqual(['blank']);
});

test('a selector that matches nothing is a warning, and so is what still shows', async () => {
  const { warnings, log } = await capture('fighting', {
    mask: ['#x', '.nothing', 'iframe >> .nobody', '#x::before'],
    removeSelectors: ['#x'],
  });
  expect(warnings).toEqual([
    {
      code: 'selector_unmatched',
      selector: '.nothing',
      sentence: 'mask: nothing on the page matches ".nothing".',
    },
    {
      code: 'selector_unmatched',
      selector: 'iframe >> .nobody',
      sentence: 'mask: nothing on the page matches "iframe >> .nobody".',
    },
    {
      code: 'selector_unmatched',
      selector: '#x::before',
      sentence: 'mask: nothing on the page matches "#x::before".',
    },
    {
      code: 'still_visible',
      selector: '#x',
      sentence: 'removeSelectors: an element that "#x" matches can still be seen; the page shows it again.',
    },
  ]);
  expect(log).toContain('warning   mask: nothing on the page matches ".nothing".');
});

test('a mask in a frame', async () => {
  const { decoded } = await capture('frames', { mask: ['iframe[sandbox] >> .secret'] });
  const greens = [30, 120, 210].map((y) => decoded.colour(30, y));
  expect(greens.filter((color) => color === '#ff00ff')).toHaveLength(1);
});
