/** Sites of many pages in two versions, served at /before/N and /after/N. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Version = 'before' | 'after';

export interface Site {
  title: string;
  /** What changes between the versions. */
  changes: string;
  /** How many: one that many pages have counts once. */
  made: number;
  page: (number: number, version: Version) => string;
}

const words = 'river stone lamp garden paper window bridge copper meadow harbor violet timber'.split(' ');

/** Differs from page to page, and is the same in every run. */
function text(number: number, part: number, length: number): string {
  return Array.from(
    { length },
    (_none, index) => words[(number * 7 + part * 5 + index * (1 + (number % 3))) % words.length]!,
  ).join(' ');
}

const document = (style: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><style>
*{box-sizing:border-box}body{margin:0;font:16px/1.5 "Liberation Sans",sans-serif;color:#223}
header,footer{background:#eef;padding:12px 24px}header a{margin-right:24px}main{padding:16px 24px}
${style}</style><body>${body}</body></html>`;

const paragraphs = (number: number, count: number) =>
  Array.from({ length: count }, (_none, part) => `<p>${text(number, part, 30)}</p>`).join('');

const ownChanges: Record<number, (page: string) => string> = {
  20: (page) => page.replace('<h1>', '<h1 style="color:#b00">'),
  60: (page) => page.replace('<p>', '<p style="font-weight:700">'),
  100: (page) => page.replace('</main>', '<p>One more paragraph.</p></main>'),
  140: (page) => page.replace(/<p>[^<]*<\/p><\/main>/, '</main>'),
  180: (page) => page.replace('<p>', '<p><b>New:</b> '),
};

/** A label of the header on every page, and five pages with another change. */
const header: Site = {
  title: 'header',
  changes: 'a label of the header on every page, another change on each of 5 pages',
  made: 6,
  page(number, version) {
    const page = document(
      '',
      `<header><a>Home</a><a>${version === 'before' ? 'Sale' : 'Clearance'}</a><a>About</a></header>
<main><h1>Page ${number}</h1>${paragraphs(number, 3 + (number % 5))}</main><footer>Imprint</footer>`,
    );
    return version === 'after' ? (ownChanges[number]?.(page) ?? page) : page;
  },
};

const card = (number: number, index: number) =>
  `<section class="card"><h2>${text(number, index, 2)}</h2><p>${text(number, index + 9, 8)}</p></section>`;

/**
 * A shop: the year in the footer of every page, a banner on every second one, two cards that changed places on every
 * fifth, and three pages with another change.
 */
const shop: Site = {
  title: 'shop',
  changes:
    'the year in the footer of every page, a banner on 100 pages, two cards in another order on 40, another change on each of 3 pages',
  made: 1 + 1 + 40 + 3,
  page(number, version) {
    const isAfter = version === 'after';
    const order = isAfter && number % 5 === 0 ? [1, 0, 2, 3] : [0, 1, 2, 3];
    const banner = isAfter && number % 2 === 1 ? '<div class="banner">Free delivery this week</div>' : '';
    const price = isAfter && [33, 88, 133].includes(number) ? number + 2 : number;
    return document(
      '.card{border:1px solid #99a;padding:8px 16px;margin:0 0 16px}.banner{background:#fd6;padding:14px 24px}',
      `<header><a>Shop</a><a>Basket</a></header>${banner}
<main><h1>Article ${number}</h1><p>${text(number, 3, 12 + (number % 4) * 10)}</p><p>Price: ${price},00</p>
${order.map((index) => card(number, index)).join('')}</main>
<footer>© ${isAfter ? 2027 : 2026} The Shop</footer>`,
    );
  },
};

export const sites: readonly Site[] = [header, shop];

export async function serveSite(site: Site): Promise<{ origin: string; stop: () => void }> {
  const server = createServer((request, response) => {
    const [, version, number] = /^\/(before|after)\/(\d+)$/.exec(request.url ?? '') ?? [];
    if (number === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(site.page(Number(number), version as Version));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
