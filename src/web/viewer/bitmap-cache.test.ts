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

  test('a load that nobody waits for any more is aborted, is no failure, and may begin again', async () => {
    const signals: AbortSignal[] = [];
    const slow: BitmapRequest = {
      key: 'x',
      bytes,
      load: (signal) =>
        new Promise((_, refuse) => {
          signals.push(signal);
          signal.addEventListener('abort', () => refuse(signal.reason as Error));
        }),
    };
    const cache = new BitmapCache(bytes);
    cache.want([slow], 1);
    cache.want([], 0);
    await idle();
    expect(signals[0]!.aborted).toBe(true);
    expect(cache.isLoading).toBe(false);
    expect(cache.failure('x')).toBeUndefined();
    cache.want([slow], 1);
    expect(signals).toHaveLength(2);
  });

  test('what is fetched ahead leaves room for what is seen', async () => {
    const urgent: string[] = [];
    const waiting = (names: string): BitmapRequest[] =>
      [...names].map((key) => ({
        key,
        bytes,
        load: (_signal, isUrgent) => {
          urgent.push(`${key}${isUrgent ? '!' : ''}`);
          return new Promise(() => undefined);
        },
      }));
    const cache = new BitmapCache(100 * bytes);
    cache.want(waiting('abcdef'), 0);
    expect(urgent).toEqual(['a', 'b', 'c']);
    cache.want(waiting('xyabc'), 2);
    expect(urgent.slice(3)).toEqual(['x!', 'y!']);
  });

  test('drop closes what is needless, but never what is on screen', async () => {
    const made = new Map<string, FakeBitmap>();
    const cache = new BitmapCache(10 * bytes);
    cache.want(requests('abc', made), 1);
    await idle();
    cache.drop((key) => key !== 'c');
    expect([...made].filter(([, bitmap]) => bitmap.closed).map(([key]) => key)).toEqual(['b']);
    expect(cache.bytes).toBe(2 * bytes);
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
