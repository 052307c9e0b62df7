import { describe, expect, test } from 'vitest';
import { BitmapCache, type BitmapRequest } from './bitmap-cache.ts';

class FakeBitmap {
  readonly width = 10;
  readonly height = 10;
  closed = false;
  close(): void {
    this.closed = true;
  }
}

const bytes = 400;

function requests(names: string, made = new Map<string, FakeBitmap>()): BitmapRequest[] {
  return [...names].map((key) => ({
    key,
    bytes,
    load: async () => {
      const bitmap = new FakeBitmap();
      made.set(key, bitmap);
      return bitmap;
    },
  }));
}

const idle = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

describe('BitmapCache', () => {
  test('keeps within its limit and closes what falls out, oldest use first', async () => {
    const made = new Map<string, FakeBitmap>();
    const cache = new BitmapCache(3 * bytes);
    cache.want(requests('abc', made), 0);
    await idle();
    cache.get('a');
    cache.want(requests('d', made), 1);
    await idle();
    expect([...'abcd'].filter((key) => cache.has(key)).join('')).toBe('acd');
    expect(made.get('b')!.closed).toBe(true);
    expect(cache.bytes).toBe(3 * bytes);
  });

  test('what is on screen stays, even above the limit; what would not fit beside it is not begun', async () => {
    const made = new Map<string, FakeBitmap>();
    const cache = new BitmapCache(2 * bytes);
    cache.want(requests('abcde', made), 3);
    await idle();
    expect([...made.keys()].join('')).toBe('abc');
    expect(cache.bytes).toBe(3 * bytes);
  });

  test('never loads a piece twice, remembers failures until asked to retry', async () => {
    let loads = 0;
    const broken: BitmapRequest = {
      key: 'x',
      bytes,
      load: async () => {
        loads++;
        throw new Error('broken');
      },
    };
    const cache = new BitmapCache(bytes);
    cache.want([broken], 1);
    cache.want([broken], 1);
    await idle();
    cache.want([broken], 1);
    await idle();
    expect(loads).toBe(1);
    expect(cache.failure('x')).toBeInstanceOf(Error);
    cache.retry();
    await idle();
    expect(loads).toBe(2);
  });

  test('clear closes everything', async () => {
    const made = new Map<string, FakeBitmap>();
    const cache = new BitmapCache(10 * bytes);
    cache.want(requests('ab', made), 0);
    await idle();
    cache.clear();
    expect([...made.values()].every((bitmap) => bitmap.closed)).toBe(true);
    expect(cache.bytes).toBe(0);
  });
});
