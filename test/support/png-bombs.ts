/** Small files that try to make a reader allocate, inflate or run for ever. */
import { constants, createDeflate, deflateSync } from 'node:zlib';
import { chunk, pngFile } from './png-writer.ts';

export interface Bomb {
  name: string;
  bytes: Buffer;
}

const rgba = { bitDepth: 8, colourType: 6 };
const mebibyte = 1024 * 1024;

/** A zlib stream of this many zeros, made without holding them. */
async function deflateZeros(bytes: number): Promise<Buffer> {
  const deflate = createDeflate({ level: 1, strategy: constants.Z_RLE });
  const parts: Buffer[] = [];
  deflate.on('data', (part: Buffer) => parts.push(part));
  const zeros = Buffer.alloc(Math.min(bytes, mebibyte));
  for (let left = bytes; left > 0; left -= zeros.length) {
    const isTaken = deflate.write(zeros.subarray(0, Math.min(left, zeros.length)));
    if (!isTaken) await new Promise((resolve) => deflate.once('drain', resolve));
  }
  deflate.end();
  await new Promise((resolve) => deflate.once('end', resolve));
  return Buffer.concat(parts);
}

/** A flat black-and-white image. */
async function flat(width: number, height: number): Promise<Buffer> {
  const data = await deflateZeros(height * (1 + Math.ceil(width / 8)));
  return pngFile({ width, height, bitDepth: 1, colourType: 0 }, data);
}

/** An animation of many tiny frames before the image itself. */
function animation(frames: number): Buffer {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(frames);
  const frame = deflateSync(Buffer.alloc(5));
  const frameChunks = Array.from({ length: frames }, (_, index) => {
    const data = Buffer.alloc(4 + frame.length);
    data.writeUInt32BE(index);
    data.set(frame, 4);
    return chunk('fdAT', data);
  });
  return pngFile({ width: 1, height: 1, ...rgba }, deflateSync(Buffer.alloc(5)), [
    chunk('acTL', control),
    ...frameChunks,
  ]);
}

/** Images that must be refused. */
export async function makeBombs(): Promise<Bomb[]> {
  const tiny = deflateSync(Buffer.alloc(100));
  return [
    { name: '900 megapixels in 100 kB', bytes: await flat(30_000, 30_000) },
    { name: '81 megapixels', bytes: await flat(9_000, 9_000) },
    {
      name: 'a header that claims 2³¹ × 2³¹',
      bytes: pngFile({ width: 0x7fffffff, height: 0x7fffffff, ...rgba }, tiny),
    },
    {
      name: '49 megapixels claimed, 100 bytes there',
      bytes: pngFile({ width: 7_000, height: 7_000, ...rgba }, tiny),
    },
    {
      name: '1 × 1 whose pixels inflate to 200 MB',
      bytes: pngFile({ width: 1, height: 1, ...rgba }, await deflateZeros(200 * mebibyte)),
    },
    { name: '0 × 0', bytes: pngFile({ width: 0, height: 0, ...rgba }, deflateSync(Buffer.alloc(1))) },
    { name: 'a line of 40 million pixels', bytes: pngFile({ width: 40_000_000, height: 1, ...rgba }, tiny) },
    {
      name: 'a signature and nothing else',
      bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    },
    {
      name: 'an SVG with a script',
      bytes: Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
      ),
    },
    { name: 'HTML', bytes: Buffer.from('<!doctype html><script>document.title = "XSS"</script>') },
    { name: 'a GIF that is also a script', bytes: Buffer.from('GIF89a/*\x01\x00*/=1;alert(1)', 'latin1') },
    { name: 'nothing', bytes: Buffer.alloc(0) },
  ];
}

/** Images whose image part is fine: they are compared, and what is packed into them is never unpacked. */
export async function makeWrappedBombs(): Promise<Bomb[]> {
  const text = Buffer.concat([Buffer.from('Comment\0\0'), await deflateZeros(100 * mebibyte)]);
  const image = deflateSync(Buffer.alloc(5));
  const grey = deflateSync(Buffer.alloc(3));
  return [
    {
      name: 'a compressed text of 100 MB',
      bytes: pngFile({ width: 1, height: 1, ...rgba }, image, [chunk('zTXt', text)]),
    },
    {
      name: 'a compressed text of 100 MB in a 16-bit image',
      bytes: pngFile({ width: 1, height: 1, bitDepth: 16, colourType: 0 }, grey, [chunk('zTXt', text)]),
    },
    {
      name: '1 × 1 grey whose pixels inflate to 200 MB',
      bytes: pngFile(
        { width: 1, height: 1, bitDepth: 16, colourType: 0 },
        await deflateZeros(200 * mebibyte),
      ),
    },
    { name: 'an animation of 10,000 frames', bytes: animation(10_000) },
  ];
}
