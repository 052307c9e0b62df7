import { expect, it } from 'vitest';
import { diskWords, formatBytes } from './disk-words.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [99_960, '100 kB'],
  [999_600, '1.0 MB'],
  [340_000_000, '340 MB'],
  [1_240_000_000, '1.2 GB'],
  [5e15, '5000 TB'],
])('%i bytes are %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

it('says in how many artifacts', () => {
  expect(diskWords({ artifacts: 2_112, bytes: 3_000 })).toBe('3.0 kB in 2,112 artifacts');
});
