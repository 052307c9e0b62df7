import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chunk, pngFile, writePng } from '../../test/support/png-writer.ts';
import { readImageSize } from './image-header.ts';

const image = sharp({ create: { width: 37, height: 21, channels: 4, background: '#12345680' } });
const plain = writePng({ width: 5, height: 4, channels: 3, data: new Uint8Array(60) });

function refusal(bytes: Uint8Array, maxPixels?: number): unknown {
  try {
    return readImageSize(bytes, 'after image x.png', maxPixels);
  } catch (error) {
    return error;
  }
}

/** A copy with some bytes replaced. */
function patched(bytes: Buffer, offset: number, ...values: number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, offset);
  return copy;
}

describe('readImageSize', () => {
  it.each([
    ['PNG', () => image.clone().png()],
    ['palette PNG', () => image.clone().png({ palette: true })],
    ['interlaced PNG', () => image.clone().png({ progressive: true })],
    ['JPEG', () => image.clone().jpeg()],
    ['progressive JPEG', () => image.clone().jpeg({ progressive: true })],
    ['WebP', () => image.clone().flatten().webp()],
    ['WebP with alpha', () => image.clone().webp()],
    ['lossless WebP', () => image.clone().webp({ lossless: true })],
    ['JPEG with a profile', () => image.clone().withMetadata().jpeg()],
  ])('reads the size of a %s', async (_, encode) => {
    expect(readImageSize(await encode().toBuffer())).toEqual({ width: 37, height: 21 });
  });

  it.each([
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00'), 'it is a GIF. Save it as PNG'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'it is an SVG. Save it as PNG'],
    [
      'HTML',
      Buffer.from('<!doctype html>'),
      'it is HTML or XML, possibly a saved error page. Fetch it again',
    ],
    ['a PDF', Buffer.from('%PDF-1.7'), 'it is a PDF. Save its page as PNG'],
    ['other bytes', Buffer.from([1, 2, 3]), 'it starts with the bytes 01 02 03'],
    [
      'a Git LFS pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'),
      'it is a Git LFS pointer. Run "git lfs pull" to fetch the file',
    ],
    [
      'text',
      Buffer.from('404 Not Found\n'),
      'it is text that starts with "404 Not Found". Save or capture it again',
    ],
    [
      'an SVG behind a declaration',
      Buffer.from('<?xml version="1.0"?>\n<svg/>'),
      'it is an SVG. Save it as PNG',
    ],
    ['an empty file', Buffer.alloc(0), 'it is empty. Save or capture it again'],
  ])('refuses %s with a reason', (_, bytes, reason) => {
    expect(refusal(bytes)).toMatchObject({
      code: 'image_invalid',
      message: `The after image x.png is not a PNG, JPEG or WebP image: ${reason}.`,
    });
  });

  it.each([
    ['a signature alone', plain.subarray(0, 8), 'it ends before its header does'],
    ['a wrong header checksum', patched(plain, 19, 6), 'the checksum of its header is wrong'],
    ['a missing end', plain.subarray(0, plain.length - 12), 'the file is cut off'],
    ['a chunk that is cut off', plain.subarray(0, 50), 'the file is cut off'],
    ['a chunk of 4 GB', patched(plain, 33, 0xff, 0xff, 0xff, 0xff), 'the file is cut off'],
    [
      'an impossible depth',
      pngFile({ width: 5, height: 4, bitDepth: 3, colourType: 2 }, Buffer.alloc(8)),
      'there is no colour type 2 with 3 bits',
    ],
    [
      'a size of 0',
      pngFile({ width: 0, height: 4, bitDepth: 8, colourType: 2 }, Buffer.alloc(8)),
      'its width or height is 0',
    ],
    [
      'an unknown critical chunk',
      pngFile({ width: 5, height: 4, bitDepth: 8, colourType: 2 }, Buffer.alloc(8), [
        chunk('ABCD', Buffer.alloc(2)),
      ]),
      'it has an unknown chunk "ABCD" that a reader must know',
    ],
  ])('refuses a PNG with %s', (_, bytes, reason) => {
    expect(refusal(bytes)).toMatchObject({
      code: 'image_invalid',
      message: `The after image x.png is a broken PNG: ${reason}.`,
    });
  });

  it('refuses broken JPEGs and WebPs', async () => {
    const [jpeg, webp] = await Promise.all([
      image.clone().jpeg().toBuffer(),
      image.clone().webp().toBuffer(),
    ]);
    expect(refusal(jpeg.subarray(0, 20))).toMatchObject({ code: 'image_invalid' });
    expect(refusal(webp.subarray(0, 20))).toMatchObject({ code: 'image_invalid' });
    expect(refusal(patched(webp, 12, 0x58, 0x58, 0x58, 0x58))).toMatchObject({ code: 'image_invalid' });
  });

  it('refuses what is over the limit and says by how much', () => {
    expect(refusal(plain, 20)).toEqual({ width: 5, height: 4 });
    expect(refusal(plain, 19)).toMatchObject({
      code: 'image_too_large',
      message:
        'The after image x.png is 5 × 4, 20 pixels; the limit is 19. ' +
        'Compare a smaller part of the page or raise maxPixels.',
      details: { width: 5, height: 4 },
    });
    expect(
      refusal(pngFile({ width: 2_000_000, height: 3, bitDepth: 8, colourType: 2 }, Buffer.alloc(8))),
    ).toMatchObject({ code: 'image_too_large' });
  });
});
