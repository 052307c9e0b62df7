import { it } from 'vitest';
import { expectNothingHidden } from './slight.ts';

// The long tests try all of them.
it.each([
  [1, 5],
  [2, 15],
])(
  'no visible change is the same at the defaults, at %i device pixels per CSS pixel, one case in %i',
  { timeout: 120_000 },
  expectNothingHidden,
);
