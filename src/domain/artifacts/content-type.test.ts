import { describe, expect, it } from 'vitest';
import { ContentSniffer } from './content-type.ts';

const encode = (text: string) => new TextEncoder().encode(text);

function typeOf(fileName: string | null, bytes: Uint8Array, chunkBytes: number): string {
  const sniffer = new ContentSniffer(fileName);
  for (let at = 0; at < bytes.length; at += chunkBytes) sniffer.push(bytes.subarray(at, at + chunkBytes));
  return sniffer.contentType();
}

describe('content types', () => {
  it.each([
    ['page.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1), 'image/png'],
    ['page.txt', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'image/jpeg'],
    [null, encode('RIFF....WEBPVP8 '), 'image/webp'],
    [null, encode('RIFF....WAVE'), 'text/plain'],
    ['cut.png', Uint8Array.of(0x89, 0x50, 0x4e), 'application/octet-stream'],
    ['fake.png', encode('<svg onload="alert(1)">'), 'text/plain'],
    ['page.html', encode('<script>'), 'text/plain'],
    ['data.json', encode('{"ä": [1, 2]}'), 'application/json'],
    ['DATA.JSON', encode('1'), 'application/json'],
    ['data.json', encode('{"a": '), 'text/plain'],
    ['data.txt', encode('{"a": 1}'), 'text/plain'],
    ['data.json', Uint8Array.of(0xc3, 0x28), 'application/octet-stream'],
    ['cut.txt', Uint8Array.of(0x61, 0xc3), 'application/octet-stream'],
    ['zero.txt', Uint8Array.of(0x61, 0), 'application/octet-stream'],
    ['empty.txt', new Uint8Array(0), 'text/plain'],
    ['empty.json', new Uint8Array(0), 'text/plain'],
  ])('%s is what its bytes are, however they are cut', (name, bytes, type) => {
    for (const chunkBytes of [1, 3, 1000]) expect(typeOf(name, bytes, chunkBytes)).toBe(type);
  });
});
