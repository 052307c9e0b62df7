import type { ClockOptions } from './page-clock.ts';

/** Makes the randomness of a page, frame or worker repeatable. Sent as text. */
export function installFixedRandom({ randomSeed }: ClockOptions): void {
  const scope = globalThis as { __dpxdtRandom?: true };
  if (randomSeed === null || scope.__dpxdtRandom) return;
  Object.defineProperty(scope, '__dpxdtRandom', { value: true });
  // mulberry32
  let state = randomSeed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  Math.random = function random(): number {
    return next() / 2 ** 32;
  };
  const fill = function getRandomValues<T extends ArrayBufferView | null>(this: unknown, view: T): T {
    if (view !== null) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let i = 0; i < bytes.length; i++) bytes[i] = next() & 255;
    }
    return view;
  };
  Crypto.prototype.getRandomValues = fill;
  Crypto.prototype.randomUUID = function randomUUID(): ReturnType<Crypto['randomUUID']> {
    const hex = Array.from({ length: 32 }, () => (next() & 15).toString(16));
    hex[12] = '4';
    hex[16] = '89ab'[next() & 3]!;
    const text = hex.join('');
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
  };
}
