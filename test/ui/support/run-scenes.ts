/** A release whose runs have every state and every shape of image, for the run page. */

import sharp from 'sharp';
import type { DepictedClient } from '../../../src/client/index.ts';
import { iconPng, plainPng, shopPng } from '../../support/sample-pages.ts';
import { longName, markupName, rtlName } from '../../support/sample-scenes.ts';
import { seedRelease, type SeededRelease } from './seed.ts';

const blue = '#1d4ed8';
const red = '#b91c1c';

/** A capture's log as a worker writes it, with a color code and a control character that a page slipped in. */
const sampleLog = `   0.000  capture   https://shop.example/cart at 1280 × 1024
   0.012  request   GET https://shop.example/cart 500 text/html 0.3 kB 8 ms
   0.013  console   log: \u001b[31mred\u001b[0m\u0007 alert
   0.120  stage     loading took 108 ms
   0.250  error     ReferenceError: tracker is not defined
                        at https://shop.example/shop.js:14:3
   0.402  stage     settling took 282 ms
   0.410  result    failed: http_status: The page returned status 500.
`;

/** A baseline of some of these names marked good, then a release with a run of every kind. */
export async function seedRuns(client: DepictedClient, buildId: number): Promise<SeededRelease> {
  const page = { width: 640, height: 900 };
  const [home, changed, other, taller] = await Promise.all([
    shopPng(page),
    shopPng({ ...page, title: 'Summer collection' }),
    shopPng({ ...page, accent: '#be123c' }),
    shopPng({ ...page, height: 1100 }),
  ]);
  await seedRelease(client, {
    buildId,
    name: '06-12-r04',
    runs: ['/checkout?step=1', '/home'].map((name) => ({ name, after: home })),
    decision: 'good',
  });
  const boxes = [
    { left: 700, top: 500, width: 40, height: 30, colour: red },
    { left: 40, top: 900, width: 60, height: 60, colour: red },
  ];
  const wide = await plainPng(1600, 1200, blue);
  const runs = [
    { name: '/checkout?step=1', before: home, after: changed },
    { name: '/checkout?step=2', before: home, after: changed },
    { name: '/checkout?step=3', before: home, after: changed },
    { name: '/approved', before: home, after: other },
    { name: '/rejected', before: home, after: other },
    { name: '/home', before: home, after: taller },
    { name: 'all', before: wide, after: await plainPng(1600, 1200, red) },
    { name: 'boxes', before: wide, after: await plainPng(1600, 1200, blue, boxes) },
    {
      name: 'narrower and shorter',
      before: await plainPng(1000, 800, blue),
      after: await plainPng(900, 400, blue),
    },
    { name: 'icon', before: await iconPng('#0b63b0'), after: await iconPng('#a3122b') },
    { name: 'pixel', before: await plainPng(1, 1, blue), after: await plainPng(1, 1, red) },
    { name: longName, before: home, after: changed },
    { name: rtlName, before: home, after: changed },
    { name: markupName, before: home, after: changed },
    { name: '/same', before: home, after: home },
    { name: '/new', after: changed },
    {
      name: '/cart',
      before: home,
      after: null,
      log: sampleLog,
      failure: { reason: 'http_status', message: 'The page returned status 500.', http_status: 500 },
    },
    { name: '/waiting', after: null, waiting: 'https://shop.example/waiting' },
  ];
  return seedRelease(client, { buildId, name: '06-16-r01', runs, done: false });
}

/** A page of 20,000 rows: a photo-like ground, and a change at the top, in the middle and at the end. */
export async function tallPngs(rows = 20_000): Promise<{ before: Buffer; after: Buffer }> {
  const tops = [240, Math.round(rows / 2) - 70, rows - 260];
  const box = (top: number, colour: string) => ({ left: 320, top, width: 320, height: 140, colour });
  const stripes = Array.from({ length: Math.floor(rows / 500) }, (_, index) => ({
    left: 80 + (index % 5) * 60,
    top: index * 500 + 60,
    width: 700,
    height: 120,
    colour: `hsl(${(index * 37) % 360} 30% 70%)`,
  }));
  const ground = stripes.map((stripe) => ({ ...stripe, colour: hex(stripe.colour) }));
  const [before, after] = await Promise.all([
    plainPng(1280, rows, '#f3f4f6', ground),
    plainPng(1280, rows, '#f3f4f6', [...ground, ...tops.map((top) => box(top, red))]),
  ]);
  return { before, after };
}

function hex(hsl: string): string {
  const [hue = 0] = hsl.match(/\d+/g)!.map(Number);
  const part = (offset: number) =>
    Math.round(178 + 23 * Math.cos(((hue + offset) * Math.PI) / 180))
      .toString(16)
      .padStart(2, '0');
  return `#${part(0)}${part(120)}${part(240)}`;
}

/** A run compared by another program: it has an image of the difference but no measurements. */
export async function seedForeignRun(
  client: DepictedClient,
  release: SeededRelease,
  name: string,
): Promise<void> {
  const { buildId } = release;
  const before = await plainPng(300, 200, blue);
  const after = await plainPng(300, 200, red);
  const diff = await plainPng(300, 200, '#ffee00');
  const send = async (bytes: Buffer) =>
    (await client.upload({ buildId, content: new Uint8Array(bytes), fileName: 'page.png' })).sha1sum;
  const [image, refImage, diffImage] = await Promise.all([send(before), send(after), send(diff)]);
  const url = 'https://shop.example/foreign';
  await client.reportRun({
    buildId,
    releaseName: release.releaseName,
    releaseNumber: release.releaseNumber,
    runName: name,
    url,
    image: refImage,
    refImage: image,
    refUrl: url,
    diffImage,
    distortion: 0.5,
  });
}

/** Half of it transparent. */
export async function transparentPng(colour: string): Promise<Buffer> {
  const half = await plainPng(200, 150, colour);
  return sharp({ create: { width: 400, height: 150, channels: 4, background: '#00000000' } })
    .composite([{ input: half, left: 0, top: 0 }])
    .png()
    .toBuffer();
}
