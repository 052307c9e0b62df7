/** Pages on which something always moves, in every place where it can; each must stand still for its screenshot. */

const styles = `<style>
  @keyframes move { to { transform: translateX(150px) } }
  @keyframes fade { from { opacity: 0 } }
  .moves { width: 40px; height: 20px; background: #0066cc; animation: move 1.3s linear infinite }
  .fades { width: 80px; height: 20px; background: #00aa00; animation: fade 2s both }
</style>`;
const boxes = '<div class=moves></div><div class=fades></div>';
const page = (body: string): string =>
  `<!doctype html><meta charset=utf-8><body style="margin:0">${styles}${body}`;
const quoted = (html: string): string => html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** In each of them the blue box stands at the left, and the green one is there, at the same place of every frame. */
export const boxesIn: Record<string, string> = {
  '/frame': page(`<iframe srcdoc="${quoted(page(boxes))}"></iframe>`),
  '/other-origin': page('<iframe src="OTHER/boxes"></iframe>'),
  '/sandboxed': page('<iframe sandbox src="OTHER/boxes"></iframe>'),
  '/nested': page('<iframe src="OTHER/outer"></iframe>'),
  '/written': page(
    `<iframe id=f></iframe><script>f.contentDocument.write(${script(page(boxes))}); f.contentDocument.close()</script>`,
  ),
  '/closed-tree': page(
    `<div id=h></div><script>h.attachShadow({ mode: 'closed' }).innerHTML = ${script(styles + boxes)}</script>`,
  ),
  '/closed-tree-of-html': page(`<div><template shadowrootmode=closed>${styles}${boxes}</template></div>`),
};

/** What another origin serves. */
export const otherPages: Record<string, string> = {
  '/boxes': page(boxes),
  '/outer': page('<iframe src="/boxes" style="border:0;margin:-8px"></iframe>'),
};

/** Parts that move without an animation of the page's own styles. */
export const movingParts: Record<string, string> = {
  '/marquee': page('<marquee width=200>moving text</marquee><marquee behavior=alternate>more</marquee>'),
  '/progress': page(`<progress></progress><iframe srcdoc="<progress></progress>" height=40></iframe>`),
  '/caret': page(
    '<div id=h></div><script>h.attachShadow({ mode: "open" }).innerHTML = "<style>input{caret-color:red}</style><input>"; h.shadowRoot.querySelector("input").focus()</script>',
  ),
  '/svg-images': page(
    `<img src="/turning.svg"><picture><source srcset="/turning.svg?2"><img></picture><div style="width:99px;height:60px;background:url(/turning.svg?3)"></div>
      <img src="data:image/svg+xml,${encodeURIComponent(turningSvg())}"><iframe srcdoc="<img src='/turning.svg?4'>"></iframe>`,
  ),
  '/svg-images-of-parts': page(
    `<style>p::before { content: url(/turning.svg?1) } p::after { content: ''; display: inline-block; width: 99px; height: 60px; background: url(/turning.svg?2) } li::marker { content: url(/turning.svg?3) }
      #strong p::after { background: url(/turning.svg?8) !important } div { content: url(/turning.svg?4) }</style><p>text</p><section id=strong><p>text</p></section><ul><li>text</ul><div></div><input type=image src="/turning.svg?5">
      <video poster="/turning.svg?6" width=90 height=60></video><svg width=90 height=60><image href="/turning.svg?7" width=90 height=60 /></svg>
      <x-a></x-a><script>document.querySelector('x-a').attachShadow({ mode: 'closed' }).innerHTML = '<style>b::before { content: url(/turning.svg?9) }</style><b>text</b>'</script>`,
  ),
  '/strong-caret': page(
    '<style>#q{caret-color:#f00!important;font-size:60px}</style><input id=q><iframe srcdoc="<input id=z style=\'caret-color:red!important;font-size:60px\'><script>z.focus()</script>"></iframe><script>q.focus()</script>',
  ),
  '/view-transition': page(
    '<style>::view-transition-group(*), ::view-transition-old(root), ::view-transition-new(root) { animation-duration: 9s }</style>' +
      '<h1 id=x>old</h1><script>document.startViewTransition(() => { document.body.style.background = "#ccffcc" })</script>',
  ),
};

/** A bar that moves, and one that has come. */
export function turningSvg(): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><style>@keyframes move { to { transform: translateX(60px) } } @keyframes come { to { opacity: 1 } }
    .a { animation: move .7s linear infinite } .b { opacity: 0; animation: come 3s 1s forwards }</style><rect class="a" width="30" height="30" fill="#0066cc"/><rect class="b" y="30" width="30" height="30" fill="#00aa00"/></svg>`;
}

const section = (style: string): string =>
  `<section style="height:150px;background:#cc6600;${style}">text</section>`;

/** Sections that show themselves when they are scrolled to; each has four of 150 pixels. */
export const scrolledParts: Record<string, string> = {
  '/fade-in': sections('from { opacity: 0; transform: translateY(80px) }', 'both'),
  '/fade-in-and-out': sections('0%, 100% { opacity: 0 } 50% { opacity: 1 }', 'both'),
  '/hidden-at-first': sections('to { opacity: 1 }', 'forwards', 'opacity:0;'),
  '/triggered': page(
    `<style>@keyframes triggered { from { opacity: 0; transform: translateX(500px) } }
      section { timeline-trigger: --seen view() entry 30% exit 70%; animation: triggered .4s both; animation-trigger: --seen play-forwards play-backwards }</style>${section('').repeat(4)}`,
  ),
  '/triggered-once': page(
    `<style>@keyframes triggered { to { opacity: 1 } }
      section { opacity: 0; timeline-trigger: --seen view() entry 30%; animation: triggered .4s both; animation-trigger: --seen play-once }</style>${section('').repeat(4)}`,
  ),
  '/by-script': page(
    `${section('').repeat(4)}<script>for (const subject of document.querySelectorAll('section')) subject.animate({ opacity: [0, 1] }, { timeline: new ViewTimeline({ subject }), fill: 'both' })</script>`,
  ),
};

function sections(keyframes: string, fill: string, style = ''): string {
  return page(
    `<style>@keyframes scrolled { ${keyframes} }</style>` +
      section(`${style}animation:scrolled linear ${fill};animation-timeline:view()`).repeat(4),
  );
}

function script(html: string): string {
  return JSON.stringify(html).replaceAll('</', '<\\/');
}
