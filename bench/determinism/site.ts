import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { pages, parts } from './pages.ts';

export interface StudySite {
  url(page: string): string;
  close(): Promise<void>;
}

/** Serves the pages of the study, with generated images and a font of this machine. */
export async function startStudySite(): Promise<StudySite> {
  const files = await makeFiles();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://host');
    const page = pages.find(({ name }) => `/${name}` === url.pathname);
    if (page !== undefined) {
      if (typeof page.html === 'function') return page.html(request, response);
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(page.html);
    }
    const part = parts[url.pathname];
    if (part !== undefined) return part(request, response);
    const file = files[url.pathname];
    if (file === undefined) return void response.writeHead(404).end();
    const delayMs = url.pathname === '/slow.jpg' ? 600 : Number(url.searchParams.get('delay') ?? 0);
    setTimeout(() => response.writeHead(200, { 'content-type': file.type }).end(file.bytes), delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (page) => `http://127.0.0.1:${port}/${page}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface StudyFile {
  type: string;
  bytes: Uint8Array;
}

async function makeFiles(): Promise<Record<string, StudyFile>> {
  const photo = sharp(photoPixels(640, 480, 1), { raw: { width: 640, height: 480, channels: 3 } });
  const frames = Buffer.concat([1, 2, 3, 4].map((seed) => photoPixels(64, 48, seed)));
  const moving = { raw: { width: 64, height: 48 * 4, channels: 3 as const, pageHeight: 48 } };
  const animation = { loop: 0, delay: [60, 60, 60, 60] };
  const jpeg = await photo.clone().jpeg({ quality: 85 }).toBuffer();
  return {
    '/photo.jpg': { type: 'image/jpeg', bytes: jpeg },
    '/slow.jpg': { type: 'image/jpeg', bytes: jpeg },
    '/photo.png': { type: 'image/png', bytes: await photo.clone().png().toBuffer() },
    '/photo.webp': { type: 'image/webp', bytes: await photo.clone().webp().toBuffer() },
    '/moving.gif': { type: 'image/gif', bytes: await sharp(frames, moving).gif(animation).toBuffer() },
    '/moving.webp': { type: 'image/webp', bytes: await sharp(frames, moving).webp(animation).toBuffer() },
    '/font.ttf': { type: 'font/ttf', bytes: systemFont() },
  };
}

/** Smooth hills with grain: as hard to resample as a photo, but deterministic. */
function photoPixels(width: number, height: number, seed: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  let noise = seed * 2_654_435_761;
  for (let i = 0; i < pixels.length; i++) {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
    const hill = Math.sin((x * seed) / 37 + (i % 3)) * Math.cos(y / 29 + seed) * 90;
    pixels[i] = Math.max(0, Math.min(255, 128 + hill + (noise >>> 27) - 16));
  }
  return pixels;
}

/** Any serif font of this machine, so that the web font looks unlike the page's sans-serif. */
function systemFont(): Buffer {
  const file = execFileSync('fc-match', ['-f', '%{file}', 'serif:fontformat=TrueType'], { encoding: 'utf8' });
  return readFileSync(file);
}
