/** Pages of a made-up shop as images, drawn by sharp: real PNGs with text, edges and photos-like gradients. */

import sharp from 'sharp';

export interface ShopPage {
  width?: number;
  height?: number;
  title?: string;
  price?: string;
  accent?: string;
  /** A line over the products, which moves everything below it down. */
  notice?: string;
  /** Rows of products; by default as many as fit. */
  rows?: number;
}

const rowHeight = 300;

/** An SVG page of a shop. */
function shopSvg(page: ShopPage): string {
  const { width = 1280, height = 1600, title = 'Spring collection', price = '€ 24.00' } = page;
  const accent = page.accent ?? '#1d4ed8';
  const columns = Math.max(1, Math.floor((width - 80) / 290));
  const shift = page.notice === undefined ? 0 : 56;
  const top = 420 + shift;
  const rows = page.rows ?? Math.max(0, Math.floor((height - top - 80) / rowHeight));
  const products: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const number = row * columns + column;
      const x = 40 + column * 290;
      const y = top + row * rowHeight;
      const hue = (number * 47) % 360;
      products.push(`
        <rect x="${x}" y="${y}" width="270" height="270" rx="8" fill="#fff" stroke="#e5e7eb"/>
        <rect x="${x + 12}" y="${y + 12}" width="246" height="150" fill="hsl(${hue} 45% 82%)"/>
        <circle cx="${x + 90}" cy="${y + 92}" r="46" fill="hsl(${hue} 55% 62%)"/>
        <rect x="${x + 120}" y="${y + 60}" width="90" height="80" rx="10" fill="hsl(${(hue + 40) % 360} 50% 55%)"/>
        <text x="${x + 12}" y="${y + 192}" font-size="17" font-weight="600">Item number ${number + 1}</text>
        <text x="${x + 12}" y="${y + 216}" font-size="14" fill="#6b7280">Made to last, easy to mend.</text>
        <text x="${x + 12}" y="${y + 248}" font-size="17">${number === 1 ? price : '€ 24.00'}</text>
        <rect x="${x + 168}" y="${y + 228}" width="90" height="30" rx="6" fill="${accent}"/>
        <text x="${x + 213}" y="${y + 248}" font-size="14" fill="#fff" text-anchor="middle">Add</text>`);
    }
  }
  const notice =
    page.notice === undefined
      ? ''
      : `<rect x="40" y="400" width="${width - 80}" height="40" rx="6" fill="#fef3c7"/>
         <text x="56" y="426" font-size="16" fill="#92400e">${page.notice}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Liberation Sans, Arial, sans-serif" fill="#111827">
    <rect width="${width}" height="${height}" fill="#f9fafb"/>
    <rect width="${width}" height="64" fill="#fff"/>
    <rect y="63" width="${width}" height="1" fill="#e5e7eb"/>
    <text x="40" y="40" font-size="22" font-weight="700">Larch &amp; Linen</text>
    <text x="${width - 40}" y="40" font-size="15" text-anchor="end" fill="#4b5563">Shop   Journal   Cart (2)</text>
    <defs><linearGradient id="hero" x2="1" y2="1"><stop stop-color="#dbeafe"/><stop offset="1" stop-color="#fce7f3"/></linearGradient></defs>
    <rect x="40" y="96" width="${width - 80}" height="280" rx="12" fill="url(#hero)"/>
    <text x="88" y="200" font-size="44" font-weight="700">${title}</text>
    <text x="88" y="240" font-size="19" fill="#374151">Forty pieces in linen and wool.</text>
    <rect x="88" y="280" width="170" height="46" rx="8" fill="${accent}"/>
    <text x="173" y="309" font-size="17" fill="#fff" text-anchor="middle">See everything</text>
    ${notice}${products.join('')}
  </svg>`;
}

/** A page as PNG. */
export async function shopPng(page: ShopPage = {}): Promise<Buffer> {
  return sharp(Buffer.from(shopSvg(page)), { limitInputPixels: false, unlimited: true })
    .flatten({ background: '#fff' })
    .png({ compressionLevel: 3 })
    .toBuffer();
}

/** A transparent icon. */
export async function iconPng(colour: string, side = 16): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="${colour}"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** One colour, with boxes of other colours in it. */
export async function plainPng(
  width: number,
  height: number,
  background: string,
  boxes: readonly { left: number; top: number; width: number; height: number; colour: string }[] = [],
): Promise<Buffer> {
  const overlays = await Promise.all(
    boxes.map(async (box) => ({
      input: await sharp({
        create: { width: box.width, height: box.height, channels: 3, background: box.colour },
      })
        .png()
        .toBuffer(),
      left: box.left,
      top: box.top,
    })),
  );
  return sharp({ create: { width, height, channels: 3, background } })
    .composite(overlays)
    .png({ compressionLevel: 1 })
    .toBuffer();
}
